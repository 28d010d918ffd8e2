import { isNobody, isWindowsNobody, readHost, splitAtColon, splitAtDot } from './endpoint.js';
import type { Line } from './lines.js';
import { isOtherState } from './reading.js';

/** The columns by which a row that was torn apart is put together again. */
export type Column =
  | 'protocol'
  | 'local'
  | 'foreign'
  | 'state'
  | 'type'
  | 'descriptor'
  | 'pid'
  | 'user'
  | 'command'
  | 'program'
  | 'number'
  | 'other';

export interface Fragment {
  readonly column: Column;
  readonly text: string;
}

/** Words of a line that may belong to a torn row: more make it prose. */
const maxWords = 3;

/**
 * What each word of a line would be in a row of netstat, ss or lsof, judged by its shape and its neighbours alone; undefined for a line
 * that holds anything else, which is no part of a row.
 */
export function fragmentsOf(line: Line): readonly Fragment[] | undefined {
  const { tokens } = line;
  if (tokens.length === 0 || tokens.length > 16) return undefined;
  const fragments: Fragment[] = [];
  for (const [index, text] of tokens.entries()) {
    const column = shapeOf(text) ?? wordColumn(tokens, index, fragments);
    if (column === undefined) return undefined;
    // Two endpoints beside each other are the two ends of a connection.
    const isFarEnd = column === 'local' && fragments.at(-1)?.column === 'local';
    fragments.push({ column: isFarEnd ? 'foreign' : column, text });
  }
  const words = fragments.filter(
    ({ column }) => column === 'command' || column === 'user' || column === 'other',
  ).length;
  return words > maxWords ? undefined : pairNumbers(fragments);
}

function shapeOf(text: string): Column | undefined {
  if (/^\d+$/.test(text) || /^0t\d+$/.test(text) || /^0x[\da-f]+$/.test(text)) return 'number';
  if (/^(?:tcp|udp|udplite|raw|sctp|dccp)(?:4|6|46)?$/i.test(text)) return 'protocol';
  if (text === 'LISTEN' || text === '(LISTEN)' || isOtherState(text) || /^\([A-Z0-9_-]{4,16}\)$/.test(text))
    return 'state';
  if (/^IPv[46]$/.test(text)) return 'type';
  if (isNobody(text) || isWindowsNobody(text)) return 'foreign';
  if (/^\d{1,10}\/[A-Za-z]\S*$/.test(text) || text.startsWith('users:((')) return 'program';
  if (/^\d{1,6}[a-z][A-Z]?$/.test(text)) return 'descriptor';
  return isEnd(text) ? 'local' : undefined;
}

/** An endpoint with a port: with a dot before the port only where the rest cannot be a name, or every file name would be one. */
function isEnd(text: string): boolean {
  const end = splitAtColon(text);
  if (end !== undefined && readHost(end.host, true) !== undefined) return /^[\w+./-]+$/.test(end.port);
  const dotted = splitAtDot(text);
  if (dotted === undefined || !/^[\w+-]+$/.test(dotted.port)) return false;
  const kind = readHost(dotted.host)?.bound.kind;
  return kind !== undefined && kind !== 'name';
}

/** A plain word: the user behind a number (`787 mysql`), the command in front of one or alone on its line, else something of no interest. */
function wordColumn(tokens: readonly string[], index: number, before: readonly Fragment[]): Column | undefined {
  if (!/^[\w+.@\\-]{1,64}$/.test(tokens[index] ?? '')) return undefined;
  if (before.at(-1)?.column === 'number' && /^\d{1,10}$/.test(before.at(-1)?.text ?? '')) return 'user';
  const isAlone = tokens.length === 1;
  const isBeforePid = index === 0 && /^\d{1,10}$/.test(tokens[1] ?? '');
  return isAlone || isBeforePid ? 'command' : 'other';
}

/** A number directly before a user is a process. */
function pairNumbers(fragments: readonly Fragment[]): readonly Fragment[] {
  return fragments.map((fragment, index) =>
    fragment.column === 'number' && fragments[index + 1]?.column === 'user' ? { ...fragment, column: 'pid' } : fragment,
  );
}
