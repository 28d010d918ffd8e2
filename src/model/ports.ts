import { ExposcanError } from './errors.js';

/** An inclusive run of TCP ports. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const allPorts: readonly PortRange[] = [{ first: 1, last: 65535 }];

/** Sorts and merges, so that every port is held once and neighbours share a range. */
export function mergeRanges(ranges: Iterable<PortRange>): PortRange[] {
  const sorted = [...ranges].sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const { first, last } of sorted) {
    const previous = merged.at(-1);
    if (previous !== undefined && first <= previous.last + 1) previous.last = Math.max(previous.last, last);
    else merged.push({ first, last });
  }
  return merged;
}

/** What is in `ranges` and not in `removed`. Takes time in proportion to both together, however finely they are cut. */
export function subtractRanges(ranges: readonly PortRange[], removed: readonly PortRange[]): PortRange[] {
  const left: PortRange[] = [];
  const holes = mergeRanges(removed);
  let at = 0;
  for (const range of mergeRanges(ranges)) {
    let first = range.first;
    for (let hole = holes[at]; hole !== undefined && hole.first <= range.last; hole = holes[++at]) {
      if (hole.first > first) left.push({ first, last: hole.first - 1 });
      first = Math.max(first, hole.last + 1);
      // This hole may reach into the next range as well.
      if (hole.last > range.last) break;
    }
    if (first <= range.last) left.push({ first, last: range.last });
  }
  return left;
}

/** What is in both. Two that are merged already, of which one is short, take hardly more time than the short one. */
export function intersectRanges(a: readonly PortRange[], b: readonly PortRange[]): PortRange[] {
  const [short, long] = a.length <= b.length ? [merged(a), merged(b)] : [merged(b), merged(a)];
  const both: PortRange[] = [];
  for (const { first, last } of short) {
    for (let at = indexFrom(long, first); at < long.length; at++) {
      const other = long[at];
      if (other === undefined || other.first > last) break;
      both.push({ first: Math.max(first, other.first), last: Math.min(last, other.last) });
    }
  }
  return both;
}

function merged(ranges: readonly PortRange[]): readonly PortRange[] {
  for (let at = 1; at < ranges.length; at++) {
    const [before, range] = [ranges[at - 1], ranges[at]];
    if (before !== undefined && range !== undefined && range.first <= before.last + 1) return mergeRanges(ranges);
  }
  return ranges;
}

/** The first of merged ranges that ends at this port or after it. */
function indexFrom(ranges: readonly PortRange[], port: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.last ?? port) < port) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The fewest ranges that hold exactly these ports. */
export function rangesOf(ports: Iterable<number>): PortRange[] {
  const merged: { first: number; last: number }[] = [];
  let previous: { first: number; last: number } | undefined;
  // Typed arrays sort numbers natively: a scan has many.
  for (const port of Uint16Array.from(ports).sort()) {
    if (previous !== undefined && port <= previous.last + 1) previous.last = port;
    else merged.push((previous = { first: port, last: port }));
  }
  return merged;
}

export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((count, { first, last }) => count + last - first + 1, 0);
}

export function holdsPort(ranges: readonly PortRange[], port: number): boolean {
  return ranges.some(({ first, last }) => port >= first && port <= last);
}

export function* eachPort(ranges: readonly PortRange[]): Generator<number> {
  for (const { first, last } of ranges) for (let port = first; port <= last; port++) yield port;
}

/** `1-21,23-52`, the form of the snapshot document; the empty set is the empty string. */
export function formatRanges(ranges: readonly PortRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/** Reads one `22` or `8000-8100`; undefined where the text is of neither form. Throws `ERR_BAD_PORTS` outside 1 to 65535. */
export function parseRange(text: string): PortRange | undefined {
  const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
  const outside = [first, last].find((port) => port < 1 || port > 65535);
  if (outside !== undefined) {
    throw new ExposcanError('ERR_BAD_PORTS', `Port ${outside} does not exist: TCP ports run from 1 to 65535.`);
  }
  if (first > last) {
    throw new ExposcanError('ERR_BAD_PORTS', `The port range ${text} runs backwards. Write ${last}-${first}.`);
  }
  return { first, last };
}

/** Reads the form that `formatRanges` writes. Throws `ERR_BAD_PORTS`. */
export function parseRanges(text: string): PortRange[] {
  if (text === '') return [];
  return mergeRanges(
    text.split(',').map((part) => {
      const range = parseRange(part.trim());
      if (range !== undefined) return range;
      throw new ExposcanError('ERR_BAD_PORTS', `"${part}" is not a port or a range: expected 22 or 8000-8100.`);
    }),
  );
}
