import { isMap, isNode, isScalar, Scalar, type Node, type Pair } from 'yaml';
import { childCursor, mismatch, report, type Cursor, type Reader } from './cursor.js';
import { didYouMean, nearest } from '../../model/nearest.js';
import { quote } from './problems.js';

/** A mapping whose keys are known; what is wrong with its values is reported as they are read. */
export interface MapReader {
  /** The mapping itself. */
  readonly cursor: Cursor;
  /** True where the key stands there, whatever is under it. */
  has(key: string): boolean;
  /** Where the value under the key stands; the mapping itself where there is none. */
  at(key: string): Cursor;
  optional<T>(key: string, read: Reader<T>): T | undefined;
  required<T>(key: string, read: Reader<T>, why: string): T | undefined;
}

/** Opens a mapping: reports whatever is not one, and every key that is not among `known`. */
export function readMap(cursor: Cursor, what: string, known: readonly string[]): MapReader | null {
  const { node } = cursor;
  if (!isMap(node)) return mismatch(cursor, `${what}: a mapping with ${known.join(', ')}`);
  const values = new Map<string, Cursor>();
  for (const pair of node.items) {
    const key = isScalar(pair.key) ? String(pair.key.value) : undefined;
    const place = isNode(pair.key) ? pair.key : node;
    if (key !== undefined && known.includes(key)) values.set(key, childCursor(cursor, valueOf(pair, place), key));
    else reportUnknownKey(childCursor(cursor, place, key ?? '?'), key, known);
  }
  const at = (key: string) => values.get(key) ?? cursor;
  const optional = <T>(key: string, read: Reader<T>) => {
    const value = values.get(key);
    return value === undefined ? undefined : (read(value) ?? undefined);
  };
  return {
    cursor,
    has: (key) => values.has(key),
    at,
    optional,
    required(key, read, why) {
      if (values.has(key)) return optional(key, read);
      // A near miss among the unknown keys has been reported with this very name already.
      const mistyped = node.items.some(
        ({ key: found }) =>
          isScalar(found) && !known.includes(String(found.value)) && nearest(String(found.value), known) === key,
      );
      if (!mistyped) report(cursor, `the key ${key} is missing: ${why}.`);
      return undefined;
    },
  };
}

/** The value of a pair; `{ key }` has none, and then nothing stands where the key does. */
export function valueOf(pair: Pair, key: Node): Node {
  if (isNode(pair.value)) return pair.value;
  const nothing = new Scalar(null);
  nothing.range = key.range ?? null;
  return nothing;
}

function reportUnknownKey(cursor: Cursor, key: string | undefined, known: readonly string[]): void {
  if (key === undefined) {
    mismatch(cursor, `one of the keys ${known.join(', ')}`);
  } else if (/^\d+(-\d+)?$/.test(key)) {
    report(cursor, `${quote(key)} is no key here. A list of ports needs quotes or brackets: "22,80" or [22, 80].`);
  } else if (key === '<<') {
    report(cursor, 'merge keys (<<) are not part of YAML 1.2. Write the keys out.');
  } else {
    report(cursor, `${quote(key)} is no key here.${didYouMean(key, known)} Known: ${known.join(', ')}.`);
  }
}
