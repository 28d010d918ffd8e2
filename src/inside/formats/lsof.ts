import { readHost, splitAtColon } from '../endpoint.js';
import { readPort } from '../port-name.js';
import type { RowReader } from '../reading.js';

const format = 'lsof';

/**
 * A row of `lsof -i`: `mysqld 787 mysql 10u IPv4 21514 0t0 TCP *:mysql (LISTEN)`; the columns between are found by the type and
 * the protocol, since options add some. Source: lsof(8), and the output of lsof 4.95.
 */
export const readLsofRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined) return undefined;
  const { tokens } = line;
  const type = tokens.findIndex((token) => /^(?:IPv[46]|inet6?)$/.test(token));
  if (type < 3) return undefined;
  const node = tokens.findIndex(
    (token, index) => index > type && /^(?:TCP|UDP|UDPLITE|SCTP|ICMP|ICMPV6|RAW)$/.test(token),
  );
  if (node < 0) return undefined;
  const [name = '', state = ''] = tokens.slice(node + 1);
  if (tokens[node] !== 'TCP' || name.includes('->')) return { format, sockets: [] };
  if (state !== '(LISTEN)')
    return /^\([A-Z0-9_-]+\)$/.test(state) || name.endsWith(':*') ? { format, sockets: [] } : undefined;
  const socket = readLsofEnd(name, tokens[type] ?? '');
  if ('why' in socket) return { format, sockets: [], unread: socket.why };
  const [process = ''] = tokens;
  const pid = tokens.slice(1, type - 2).find((token) => /^\d{1,10}$/.test(token));
  const owner = { process, user: tokens[type - 2] ?? '', ...(pid === undefined ? {} : { pid: Number(pid) }) };
  return { format, sockets: [{ ...socket, ...owner, line: line.number }] };
};

/** Reads the NAME of a listener with the TYPE of its row. lsof does not tell whether an IPv6 socket is dual-stack. */
export function readLsofEnd(name: string, type: string) {
  const end = splitAtColon(name);
  const host = end === undefined ? undefined : readHost(end.host);
  if (end === undefined || host === undefined) return { why: 'its address cannot be read' };
  const port = readPort(end.port);
  if ('why' in port) return port;
  const word = type === 'IPv4' ? ('ipv4' as const) : type === 'IPv6' ? ('ipv6' as const) : ('either' as const);
  return { ...host, ...port, word };
}
