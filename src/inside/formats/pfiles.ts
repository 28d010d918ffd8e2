import { readHost } from '../endpoint.js';
import type { Line } from '../lines.js';
import { readPort } from '../port-name.js';
import type { RowReader } from '../reading.js';

const format = 'pfiles';
/** How far above its address the description of a descriptor begins. */
const descriptorLines = 10;

/**
 * Reads Solaris' `pfiles PID…`: a heading `787: /usr/sbin/mysqld …` for each process, then for each descriptor a few lines with its
 * type and `sockname: AF_INET 0.0.0.0  port: 3306`; `peername:` follows where it is connected. The reader remembers the process.
 *
 * pfiles does not say who listens: a stream socket with a port and without a peer is taken for a listener. Source: proc(1) of
 * Oracle Solaris and illumos.
 */
export function createPfilesReader(): RowReader {
  let owner: { pid?: number; process?: string } = {};
  return (lines, at) => {
    const line = lines[at];
    if (line === undefined) return undefined;
    const [first = '', second = ''] = line.tokens;
    if (/^\d{1,10}:$/.test(first) && second.startsWith('/')) {
      owner = { pid: Number(first.slice(0, -1)), process: second.slice(second.lastIndexOf('/') + 1) };
      return lines.slice(at + 1, at + 1 + descriptorLines).some(isDescriptor) ? { format, sockets: [] } : undefined;
    }
    if (first !== 'sockname:') return isDescriptor(line) ? { format, sockets: [] } : undefined;
    const [, , address = '', label, port = ''] = line.tokens;
    if (second !== 'AF_INET' && second !== 'AF_INET6') return { format, sockets: [] };
    if (!isStream(lines, at) || lines[at + 1]?.tokens[0] === 'peername:' || port === '0')
      return { format, sockets: [] };
    const host = readHost(address);
    const read = readPort(port);
    if (label !== 'port:' || line.isCut) return { format, sockets: [], unread: 'the text ends within it' };
    if ('why' in read) return { format, sockets: [], unread: read.why };
    if (host === undefined) return { format, sockets: [], unread: 'its address cannot be read' };
    const word = second === 'AF_INET' ? 'ipv4' : 'ipv6';
    return { format, sockets: [{ ...host, ...read, ...owner, word, line: line.number }] };
  };
}

/** `10: S_IFSOCK mode:0666 dev:528,0 ino:12345 uid:0 gid:0 size:0` */
function isDescriptor({ tokens: [first = '', second = ''] }: Line): boolean {
  return /^\d{1,10}:$/.test(first) && second.startsWith('S_IF');
}

function isStream(lines: readonly Line[], at: number): boolean {
  for (let above = at - 1; above >= Math.max(0, at - descriptorLines); above--) {
    const line = lines[above];
    if (line === undefined || isDescriptor(line)) return false;
    if (line.tokens.includes('SOCK_STREAM')) return true;
  }
  return false;
}
