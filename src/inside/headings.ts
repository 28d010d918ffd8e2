import type { ListingFormat } from '../model/listener.js';
import type { Line } from './lines.js';

/**
 * The format that a line of column headings belongs to, or undefined for any other line. The headings are translated, so
 * they are known by the few words that stay: `Recv-Q`, `Proto` (and what Windows makes of it in scripts other than Latin), `PID FD`.
 */
export function headingOf(line: Line): ListingFormat | undefined {
  const { tokens } = line;
  const [first = '', second] = tokens;
  const has = (...words: string[]) => words.every((word) => tokens.includes(word));
  if (tokens.length < 3) return undefined;
  if (has('Recv-Q', 'Send-Q') && /^(?:State|Netid|Recv-Q)$/.test(first)) return 'ss';
  if (first === 'Proto' && second === 'Recv-Q')
    return has('(state)') || has('TCP-State') ? 'netstat-bsd' : 'netstat-linux';
  if (
    /^(?:Proto|Prot\.|Protokół|Protokoll|Protocollo|Protocolo|Имя|プロトコル|协议|協定|通訊協定|프로토콜)$/.test(first)
  )
    return 'netstat-windows';
  if (has('Swind') || has('Rwind')) return 'netstat-solaris';
  if (first === 'COMMAND' && has('PID', 'FD', 'TYPE', 'NAME')) return 'lsof';
  if (first === 'USER' && has('COMMAND', 'PID', 'FD', 'PROTO')) return 'sockstat';
  if ((first === 'CONTAINER' && has('IMAGE')) || (/^NAMES?$/.test(first) && has('PORTS'))) return 'docker-ps';
  return undefined;
}
