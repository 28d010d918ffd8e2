import { isNobody, readHost, splitAtColon } from '../endpoint.js';
import { readPort } from '../port-name.js';
import { isIdleState, isOtherState, type FamilyWord, type RowReader } from '../reading.js';

const format = 'netstat-linux';
const otherProtocols = /^(?:udp6?|udpl6?|udplite6?|raw6?|icmp6?|sctp6?|dccp6?|unix|ax25|ipx|netrom|x25|l2cap|rfcomm)$/;

/**
 * A row of `netstat` of net-tools: `tcp 0 0 127.0.0.1:3306 0.0.0.0:* LISTEN [user inode] [787/mysqld]`. Headings are translated,
 * and so may be the state: a far end of no address and port tells a listener. Where a transcript lost a count or two, the rest is still read.
 *
 * Without `-W` an address is cut so that it and its port fill 22 characters (26 in Red Hat's old packages), which is taken
 * to have happened wherever they do. Source: netstat(8), netstat.c of net-tools 2.10, the output of both.
 */
export const readLinuxNetstatRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined) return undefined;
  const [protocol = '', ...rest] = line.tokens;
  if (otherProtocols.test(protocol)) {
    const isWhole = protocol === 'unix' ? rest.length > 0 : rest.filter((token) => token.includes(':')).length > 1;
    return isWhole ? { format, sockets: [] } : undefined;
  }
  if (protocol !== 'tcp' && protocol !== 'tcp6') return undefined;
  const counts = rest.slice(0, 2).filter((token) => /^\d+$/.test(token)).length;
  const [local = '', foreign = '', state = '', ...more] = rest.slice(counts);
  const [end, far] = [splitAtColon(local), splitAtColon(foreign)];
  // A dot in what follows the last colon is one of BSD's, before the port.
  if (end === undefined || far === undefined || far.port.includes('.') || state === '' || /^\d/.test(state))
    return undefined;
  const clues = protocol === 'tcp6' ? (['linux-tcp6'] as const) : [];
  if (!isNobody(foreign)) {
    if (state !== 'LISTEN') return { format, sockets: [], clues };
    return { format, sockets: [], clues, unread: 'it says LISTEN, and has a far end that no listener has' };
  }
  if (isIdleState(state)) return { format, sockets: [], clues };
  if (isOtherState(state)) return { format, sockets: [], clues, unread: 'it is a connection without a far end' };
  const socket = readLinuxEnd(end, protocol, foreign);
  if ('why' in socket) return { format, sockets: [], clues, unread: socket.why };
  return { format, sockets: [{ ...socket, ...ownerIn(more), line: line.number }], clues };
};

/** Reads the near end of a listener, with what its protocol (empty where that is not known) and its far end tell of the family. */
export function readLinuxEnd(end: { host: string; port: string }, protocol: string, foreign: string) {
  const width = end.host.length + end.port.length;
  // What is no IPv6 address, but looks like one, was cut, however wide it is.
  const host = readHost(end.host, width === 22 || width === 26) ?? readHost(end.host, true);
  const port = readPort(end.port);
  if ('why' in port) return port;
  if (host === undefined) return { why: 'its address cannot be read' };
  return { ...host, ...port, word: wordOf(protocol, foreign) };
}

function wordOf(protocol: string, foreign: string): FamilyWord {
  if (protocol === 'tcp6') return 'ipv6';
  if (foreign.startsWith('0.0.0.0')) return 'ipv4';
  return protocol === 'tcp' ? 'linux-tcp' : 'either';
}

/** What `-e` and `-p` add behind the state: user and inode, and `787/mysqld` or `-`. */
function ownerIn(tokens: readonly string[]): { user?: string; pid?: number; process?: string } {
  const [user, inode = ''] = tokens;
  const program = tokens.find((token) => /^\d{1,10}\/./.test(token));
  const slash = program?.indexOf('/') ?? 0;
  return {
    ...(user !== undefined && user !== program && /^\d+$/.test(inode) ? { user } : {}),
    ...(program === undefined
      ? {}
      : { pid: Number(program.slice(0, slash)), process: program.slice(slash + 1).replace(/:$/, '') }),
  };
}
