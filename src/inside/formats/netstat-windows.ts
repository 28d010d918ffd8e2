import { readHost, splitAtColon } from '../endpoint.js';
import type { Line } from '../lines.js';
import { readPort } from '../port-name.js';
import type { RowReader } from '../reading.js';

const format = 'netstat-windows';
/** How many lines below a row its owner is looked for: `-b` puts the components that are involved in between. */
const ownerDistance = 3;

/**
 * A row of Windows' `netstat -ano`: `TCP 0.0.0.0:135 0.0.0.0:0 LISTENING 1020`; with `-b` the program follows on a line
 * of its own, in brackets. The state is a word of Windows' language (ABHÖREN, LISTENING, 侦听…), perhaps mangled, so it is not
 * read: a far end with port 0 tells a listener. Source: Microsoft's documentation of netstat.
 */
export const readWindowsNetstatRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined) return undefined;
  const [protocol = '', local = '', foreign = '', ...rest] = line.tokens;
  const end = splitAtColon(local);
  const far = splitAtColon(foreign);
  if (end === undefined || far === undefined) return undefined;
  if (protocol === 'UDP') return { format, sockets: [] };
  if (protocol !== 'TCP') return undefined;
  // BOUND is what `-q` shows of a socket that has a port and does not listen.
  if (far.port !== '0' || rest[0] === 'BOUND') return { format, sockets: [] };
  const socket = readWindowsEnd(end);
  if ('why' in socket) return { format, sockets: [], unread: socket.why };
  // Where the text breaks off, the last number may be a part of the pid.
  const pid = (line.isCut ? rest.slice(0, -1) : rest).find((word) => /^\d{1,10}$/.test(word));
  const process = ownerBelow(lines, at);
  const owner = { ...(pid === undefined ? {} : { pid: Number(pid) }), ...(process === undefined ? {} : { process }) };
  return { format, sockets: [{ ...socket, ...owner, line: line.number }] };
};

/** Reads the near end of a listener. Windows lists the IPv4 side of a dual-stack socket in a row of its own. */
export function readWindowsEnd(end: { host: string; port: string }) {
  const host = readHost(end.host);
  const port = readPort(end.port);
  if ('why' in port) return port;
  if (host === undefined) return { why: 'its address cannot be read' };
  return { ...host, ...port, word: host.family === 6 ? ('ipv6-only' as const) : ('either' as const) };
}

function ownerBelow(lines: readonly Line[], at: number): string | undefined {
  for (const line of lines.slice(at + 1, at + 1 + ownerDistance)) {
    const text = line.text.trim();
    if (line.tokens[0] === 'TCP' || line.tokens[0] === 'UDP') return undefined;
    if (text.startsWith('[') && text.endsWith(']') && text.length > 2) return text.slice(1, -1);
  }
  return undefined;
}
