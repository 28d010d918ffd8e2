import { isNobody, readHost, splitAtDot } from '../endpoint.js';
import { readPort } from '../port-name.js';
import type { Line } from '../lines.js';
import { isOtherState, type Clue, type FamilyWord, type Reading, type RowReader } from '../reading.js';

const format = 'netstat-bsd';
const otherProtocols = /^(?:udp|udplite|icm|icmp|ip|raw|div|sctp|esp|divert)(?:4|6|46)?$/;

/**
 * A row of `netstat -an` of macOS, the BSDs and AIX: `tcp4 0 0 *.22 *.* LISTEN`, with the address of the control block first (`-A`), or
 * of the listen queues (`-L`): `tcp4 0/0/128 *.22`.
 *
 * Without `-W` (macOS: `-l`) an address is cut to 16 characters (12 with `-A`), and the whole to 22 (18), which is taken to have
 * happened wherever it is as long. Source: netstat(1) and inet.c of FreeBSD and of Apple's network_cmds.
 */
export const readBsdNetstatRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined) return undefined;
  const hasBlock = /^[\da-f]{8,16}$/.test(line.tokens[0] ?? '');
  const tokens = hasBlock ? line.tokens.slice(1) : line.tokens;
  if (isQueue(tokens[0]) || isQueue(tokens[1])) return readQueue(line);
  const [protocol = '', received = '', , local = '', foreign = '', state = ''] = tokens;
  const end = splitAtDot(local);
  const isComplete = end !== undefined && splitAtDot(foreign) !== undefined && state !== '';
  if (otherProtocols.test(protocol)) return isComplete ? { format, sockets: [] } : undefined;
  if (!/^tcp(?:4|6|46)?$/.test(protocol) || !isComplete) return undefined;
  if (!/^\d+$/.test(received)) return undefined;
  if (foreign.includes(':*') || local.endsWith(':*')) return undefined;
  const clues: readonly Clue[] = protocol === 'tcp4' ? ['bsd-tcp4'] : protocol === 'tcp6' ? ['bsd-tcp6'] : [];
  if (state !== 'LISTEN') {
    const isClear = !isNobody(foreign) || local === '*.*' || isOtherState(state);
    return { format, sockets: [], clues, ...(isClear ? {} : { unread: 'its state is none that is known here' }) };
  }
  if (!isNobody(foreign))
    return { format, sockets: [], clues, unread: 'it says LISTEN, and has a far end that no listener has' };
  const socket = readBsdEnd(local, protocol, hasBlock);
  if ('why' in socket) return { format, sockets: [], clues, unread: socket.why };
  return { format, sockets: [{ ...socket, line: line.number }], clues };
};

function isQueue(token = ''): boolean {
  return /^\d+\/\d+\/\d+$/.test(token);
}

/** A row of `-L`, which shows listeners alone: `tcp4 0/0/128 *.22` of FreeBSD, `0/0/128 *.22` of macOS. Its end is the port's. */
function readQueue(line: Line): Reading | undefined {
  const [protocol, , local = ''] = isQueue(line.tokens[0]) ? ['', ...line.tokens] : line.tokens;
  if (protocol === undefined || !/^(?:tcp(?:4|6|46)?)?$/.test(protocol) || local === '') return undefined;
  if (line.isCut) return { format, sockets: [], unread: 'the text ends within it' };
  const socket = readBsdEnd(local, protocol);
  if ('why' in socket) return { format, sockets: [], unread: socket.why };
  return { format, sockets: [{ ...socket, line: line.number }] };
}

/** Reads the near end of a listener. `isNarrow`: the columns are the narrower ones of `-A`. */
export function readBsdEnd(local: string, protocol: string, isNarrow = false) {
  const end = splitAtDot(local);
  if (end === undefined) return { why: 'its address cannot be read' };
  const host = readHost(end.host, end.host.length === 16 || (isNarrow && end.host.length === 12));
  const port = readPort(end.port, local.length === 22 || (isNarrow && local.length === 18));
  if ('why' in port) return port;
  if (host === undefined) return { why: 'its address cannot be read' };
  return { ...host, ...port, word: wordOf(protocol) };
}

function wordOf(protocol: string): FamilyWord {
  if (protocol === '') return 'either';
  if (protocol === 'tcp4') return 'ipv4';
  if (protocol === 'tcp46') return 'dual-stack';
  return protocol === 'tcp6' ? 'bsd-tcp6' : 'bsd-tcp';
}
