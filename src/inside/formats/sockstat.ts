import { isNobody, readHost, splitAtColon, splitAtDot } from '../endpoint.js';
import { readPort } from '../port-name.js';
import { isOtherState, type FamilyWord, type RowReader } from '../reading.js';

const format = 'sockstat';

/**
 * A row of `sockstat`: `mysql mysqld 787 10 tcp4 127.0.0.1:3306 *:*`; NetBSD's has a dot before the port. A command may
 * hold spaces, so the columns are counted from the protocol. Source: sockstat(1) of FreeBSD, DragonFly and NetBSD.
 */
export const readSockstatRow: RowReader = (lines, at) => {
  const line = lines[at];
  if (line === undefined) return undefined;
  const { tokens } = line;
  const at4 = tokens.findIndex((token, index) => index >= 4 && /^(?:tcp|udp)(?:4|6|46)?$/.test(token));
  const [user = '', ...before] = tokens.slice(0, Math.max(at4, 0));
  const [pid = '', descriptor = ''] = before.slice(-2);
  if (before.length < 3 || !/^(?:\d{1,10}|\?)$/.test(pid) || !/^(?:\d+|\?)$/.test(descriptor)) return undefined;
  const protocol = tokens[at4] ?? '';
  const [local = '', foreign = '', state = ''] = tokens.slice(at4 + 1);
  const split = foreign === '*.*' || !local.includes(':') ? splitAtDot : splitAtColon;
  const end = split(local);
  if (end === undefined || split(foreign) === undefined) return undefined;
  const isConnected = !isNobody(foreign) || end.port === '*' || isOtherState(state);
  if (protocol.startsWith('udp') || isConnected) return { format, sockets: [] };
  const host = readHost(end.host);
  const port = readPort(end.port);
  if ('why' in port) return { format, sockets: [], unread: port.why };
  if (host === undefined) return { format, sockets: [], unread: 'its address cannot be read' };
  const owner = pid === '?' ? {} : { user, pid: Number(pid), process: before.slice(0, -2).join(' ') };
  return {
    format,
    sockets: [{ ...host, ...port, ...owner, word: wordOf(protocol, split === splitAtDot), line: line.number }],
  };
};

/** FreeBSD has tcp4, tcp6 and tcp46, so its tcp6 is IPv6 only; NetBSD, with its dots, has tcp and tcp6. */
function wordOf(protocol: string, isNetbsd: boolean): FamilyWord {
  if (protocol === 'tcp46') return 'dual-stack';
  if (protocol === 'tcp6') return isNetbsd ? 'ipv6' : 'ipv6-only';
  return 'ipv4';
}
