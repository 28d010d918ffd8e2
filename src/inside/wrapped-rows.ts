import { isNobody, isWindowsNobody, splitAtColon } from './endpoint.js';
import { readBsdEnd } from './formats/netstat-bsd.js';
import { readLinuxEnd } from './formats/netstat-linux.js';
import { readWindowsEnd } from './formats/netstat-windows.js';
import { ownerIn } from './formats/ss.js';
import { readLsofEnd } from './formats/lsof.js';
import type { Line } from './lines.js';
import { isIdleState, type Reading, type Socket } from './reading.js';
import { fragmentsOf, type Column, type Fragment } from './wrapped-tokens.js';

/** What came of a torn row, and where it began. */
export interface WrappedReading {
  readonly reading: Reading | { readonly unread: string };
  readonly line: number;
  readonly text: string;
}

/** Columns that a row has once. The others (counts, words of no interest) tell nothing about where a row ends. */
const single: ReadonlySet<Column> = new Set([
  'protocol',
  'local',
  'foreign',
  'state',
  'type',
  'descriptor',
  'pid',
  'command',
  'program',
]);

interface TornRow {
  readonly line: number;
  readonly columns: Map<Column, string>;
  readonly words: string[];
  /** A count stands right before the near end, as in netstat. */
  hasCount: boolean;
  /** The last word of a text that breaks off: it may be a part only. */
  cut?: string;
}

/** More words than any row has. */
const maxWords = 32;

/**
 * Puts rows together whose columns a terminal, a mail or a slide tore apart onto neighbouring lines, in whatever order.
 *
 * The rule: every word is told by its shape which column it would be. A row takes each column once; a column that it has
 * already begins the next row, and so does a line that is no part of any. Thereby every near end lands in exactly one row,
 * and where columns of neighbours were exchanged these are the ones that all listeners have alike (`tcp`, `*:*`, `LISTEN`).
 * A row that lacks a column is never completed by guessing: it is unread. Each word is looked at once.
 */
export function createWrappedRows(): {
  /** Takes a line where it may be part of a torn row; undefined where it is not, and then the row under way has to be ended. */
  readonly take: (line: Line) => readonly WrappedReading[] | undefined;
  /** Ends the row under way. */
  readonly end: () => readonly WrappedReading[];
} {
  let row: TornRow | undefined;
  const end = () => {
    const ended = row === undefined ? undefined : readRow(row);
    row = undefined;
    return ended === undefined ? [] : [ended];
  };
  const take = (line: Line) => {
    const fragments = fragmentsOf(line);
    if (fragments === undefined) return undefined;
    const ended: WrappedReading[] = [];
    for (const [index, fragment] of fragments.entries()) {
      if (row !== undefined && (row.words.length >= maxWords || isTaken(row, fragment))) ended.push(...end());
      row ??= { line: line.number, columns: new Map(), words: [], hasCount: false };
      addTo(row, fragment, fragments[index - 1]);
    }
    if (line.isCut && row !== undefined) row.cut = fragments.at(-1)?.text ?? '';
    return ended;
  };
  return { take, end };
}

function isTaken(row: TornRow, { column }: Fragment): boolean {
  return single.has(column) && row.columns.has(column);
}

function addTo(row: TornRow, fragment: Fragment, before: Fragment | undefined): void {
  row.words.push(fragment.text);
  if (!row.columns.has(fragment.column)) row.columns.set(fragment.column, fragment.text);
  if (fragment.column === 'local' && before?.column === 'number') row.hasCount = true;
}

function readRow(row: TornRow): WrappedReading | undefined {
  const place = { line: row.line, text: row.words.join(' ') };
  const [local, state, foreign] = (['local', 'state', 'foreign'] as const).map((column) => row.columns.get(column));
  const protocol = row.columns.get('protocol') ?? '';
  const unread = (why: string) => ({ ...place, reading: { unread: why } });
  const isListening = state === 'LISTEN' || state === '(LISTEN)';
  const isAlone = foreign !== undefined && isFarEnd(foreign);
  // UDP and the like, connections and what is closed are passed over, unless columns of a listener got among them.
  const isOther = protocol !== '' && !/^tcp/i.test(protocol);
  if (isOther || (state !== undefined && !isListening)) {
    const isMixed = isOther ? isListening : isAlone && !isIdleState(state ?? '');
    return isMixed ? unread('columns of this row do not belong together') : undefined;
  }
  if (foreign !== undefined && !isListening && !isAlone) return undefined;
  if (local === undefined) return isListening ? unread('it has no address') : undefined;
  if (row.cut === local) return unread('the text ends within it');
  const reading = readColumns(row, local);
  if (reading !== undefined) return { ...place, reading };
  // An endpoint alone may stand in any text.
  const isOfListing = state !== undefined || foreign !== undefined || row.columns.has('protocol') || row.hasCount;
  return isOfListing ? unread('columns of this row are missing, or torn apart too far') : undefined;
}

function isFarEnd(foreign: string): boolean {
  return isNobody(foreign) || isWindowsNobody(foreign);
}

/** The listener of a row that has all the columns of its format. */
function readColumns(row: TornRow, local: string): Reading | undefined {
  const { columns, line } = row;
  const [protocol = '', foreign = '', state = ''] = (['protocol', 'foreign', 'state'] as const).map((c) =>
    columns.get(c),
  );
  const end = splitAtColon(local);
  if (state === '(LISTEN)' && protocol === 'TCP') {
    const type = columns.get('type') ?? '';
    return readingOf('lsof', readLsofEnd(local, type), { ...lsofOwner(columns), line });
  }
  if (protocol === 'TCP' && isWindowsNobody(foreign) && end !== undefined) {
    return readingOf('netstat-windows', readWindowsEnd(end), { line });
  }
  if (state !== 'LISTEN' || foreign === '') return undefined;
  if (/^tcp6?$/.test(protocol) && foreign.endsWith(':*') && end !== undefined) {
    return readingOf('netstat-linux', readLinuxEnd(end, protocol, foreign), { ...programOf(columns), line });
  }
  // ss names no protocol where it lists one only. What listens is TCP.
  if (protocol === '' && isNobody(foreign) && end !== undefined) {
    const near = readLinuxEnd(end, '', foreign);
    return readingOf('ss', near, { ...programOf(columns), line });
  }
  if (/^tcp(?:4|6|46)?$/.test(protocol) && foreign === '*.*') {
    return readingOf('netstat-bsd', readBsdEnd(local, protocol), { line });
  }
  return undefined;
}

type End = Pick<Socket, 'bound' | 'family' | 'port' | 'word'> | { readonly why: string };

function readingOf(
  format: Reading['format'],
  end: End,
  rest: Omit<Socket, 'bound' | 'family' | 'port' | 'word'>,
): Reading {
  if ('why' in end) return { format, sockets: [], unread: end.why };
  return {
    format,
    sockets: [{ ...end, ...rest }],
    clues: end.word === 'ipv6' && format === 'netstat-linux' ? ['linux-tcp6'] : [],
  };
}

/** The process of a torn row of lsof, where the row is whole: otherwise parts of it may belong to a neighbour. */
function lsofOwner(columns: ReadonlyMap<Column, string>): Pick<Socket, 'process' | 'pid' | 'user'> {
  const [process, pid, user] = (['command', 'pid', 'user'] as const).map((column) => columns.get(column));
  const isWhole = columns.has('type') && columns.has('descriptor');
  if (!isWhole || process === undefined || pid === undefined || user === undefined) return {};
  return { process, pid: Number(pid), user };
}

function programOf(columns: ReadonlyMap<Column, string>): Pick<Socket, 'process' | 'pid'> {
  const program = columns.get('program');
  if (program === undefined) return {};
  if (program.startsWith('users:')) return ownerIn(program) ?? {};
  const slash = program.indexOf('/');
  return { pid: Number(program.slice(0, slash)), process: program.slice(slash + 1).replace(/:$/, '') };
}
