import { isNobody, readHost, splitAtDot } from '../endpoint.js';
import { readPort } from '../port-name.js';
import { isOtherState, type Reading, type RowReader } from '../reading.js';

const format = 'netstat-solaris';

/**
 * Reads rows of Solaris' `netstat -an`, which stand in one table for each protocol and family, under a heading like `TCP: IPv6`:
 * `*.22 *.* 0 0 49152 0 LISTEN`. Newer ones have user, pid and command behind the addresses (`-u`). The reader remembers the heading.
 * Source: netstat(8) of Oracle Solaris 11.4 and illumos.
 */
export function createSolarisNetstatReader(): RowReader {
  let protocol: string | undefined;
  let family: string | undefined;
  return (lines, at) => {
    const line = lines[at];
    if (line === undefined) return undefined;
    const heading = /^(TCP|UDP|SCTP|Active UNIX domain sockets)(?:: (IPv[46]))?$/.exec(line.text.trim());
    if (heading !== null) {
      [, protocol, family] = heading;
      return { format, sockets: [], clues: protocol === 'TCP' && family === 'IPv4' ? ['solaris-tcp4'] : [] };
    }
    const [local = '', remote = '', ...rest] = line.tokens;
    const end = splitAtDot(local);
    if (end === undefined || splitAtDot(remote) === undefined || rest.length < 4) return undefined;
    const isListening = rest.includes('LISTEN');
    if (!isListening && !rest.some(isOtherState)) return undefined;
    if (!isListening || (protocol !== undefined && protocol !== 'TCP')) return { format, sockets: [] };
    if (!isNobody(remote))
      return { format, sockets: [], unread: 'it says LISTEN, and has a far end that no listener has' };
    return readListener(end, family, rest, line.number);
  };
}

function readListener(
  end: { host: string; port: string },
  family: string | undefined,
  rest: readonly string[],
  line: number,
): Reading {
  const host = readHost(end.host);
  const port = readPort(end.port);
  if ('why' in port) return { format, sockets: [], unread: port.why };
  if (host === undefined) return { format, sockets: [], unread: 'its address cannot be read' };
  const word = family === 'IPv4' ? 'ipv4' : family === 'IPv6' ? 'solaris-tcp6' : 'either';
  const [user = '', pid = '', process = ''] = rest;
  const owner = !/^\d/.test(user) && /^\d{1,10}$/.test(pid) ? { user, pid: Number(pid), process } : {};
  return { format, sockets: [{ ...host, ...port, ...owner, word, line }] };
}
