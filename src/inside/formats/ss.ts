import { isNobody, readHost, splitAtColon } from '../endpoint.js';
import { readPort } from '../port-name.js';
import { isOtherState, type Clue, type Reading, type RowReader } from '../reading.js';
import type { Line } from '../lines.js';

const format = 'ss';
const tcp = /^(?:tcp|mptcp)$/;
const otherNets = /^(?:udp|raw|sctp|dccp|icmp6?|u_str|u_dgr|u_seq|p_raw|p_dgr|nl|tipc|v_str|v_dgr|vsock|xdp|\?\?\?)$/;

/**
 * A row of `ss` of iproute2: `[Netid] State Recv-Q Send-Q Local-Address:Port Peer-Address:Port [users:(("name",pid=1,fd=2))]`.
 * On a narrow terminal the processes stand on the line below. Source: ss(8), and the output of iproute2 4.11 and 6.1.
 */
export const readSsRow: RowReader = (lines, at) => {
  const line = lines[at];
  const [first = ''] = line?.tokens ?? [];
  if (line === undefined) return undefined;
  const hasNet = tcp.test(first) || otherNets.test(first);
  const [state = '', received = '', sent = '', local = '', peer = ''] = line.tokens.slice(hasNet ? 1 : 0);
  const isListening = state === 'LISTEN';
  if ((!isListening && !isOtherState(state)) || !/^\d+$/.test(received) || !/^\d+$/.test(sent)) return undefined;
  if (otherNets.test(first) || !isListening) return { format, sockets: [], clues: cluesOf(local, peer) };
  const end = splitAtColon(local);
  if (end === undefined || !isNobody(peer)) return undefined;
  return readListener(line, lines[at + 1], end, cluesOf(local, peer));
};

function readListener(
  line: Line,
  next: Line | undefined,
  end: { host: string; port: string },
  clues: readonly Clue[],
): Reading {
  const host = readHost(end.host);
  const port = readPort(end.port);
  if ('why' in port) return { format, sockets: [], clues, unread: port.why };
  if (host === undefined) return { format, sockets: [], clues, unread: 'its address cannot be read' };
  const isStar = end.host.startsWith('*');
  const word = end.host.startsWith('[') ? 'ipv6-only' : isStar ? 'ss-star' : host.family === 6 ? 'ipv6' : 'either';
  const owner = ownerIn(line.text) ?? (next?.text.trimStart().startsWith('users:((') ? ownerIn(next.text) : undefined);
  return { format, sockets: [{ ...host, ...port, ...owner, word, line: line.number }], clues };
}

/** Whether this ss tells families apart: it writes `0.0.0.0` for IPv4, while older ones write `*`, and IPv6 without brackets. */
function cluesOf(local: string, peer: string): readonly Clue[] {
  if (local.startsWith('0.0.0.0') || peer.startsWith('0.0.0.0:')) return ['ss-tells-families'];
  if (local.startsWith(':::') || /^\d+\.\d+\.\d+\.\d+:\d+$/.test(local))
    return peer === '*:*' || peer === ':::*' ? ['ss-old'] : [];
  return [];
}

/** The first process of `users:(("mysqld",pid=787,fd=10),…)`, or of the older `users:(("mysqld",787,10))`. */
export function ownerIn(text: string): { process: string; pid: number } | undefined {
  const start = text.indexOf('users:((');
  if (start < 0) return undefined;
  const owner = /^users:\(\("([^"]{1,64})",(?:pid=)?(\d{1,10}),/.exec(text.slice(start, start + 120));
  return owner?.[1] === undefined ? undefined : { process: owner[1], pid: Number(owner[2]) };
}
