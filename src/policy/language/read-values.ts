import { isNode, isSeq } from 'yaml';
import { terminalSafe } from '../../model/printable.js';
import { childCursor, mismatch, report, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import { didYouMean } from '../../model/nearest.js';
import { quote } from './problems.js';

/** Words of a person: an owner, a reason. Not empty, and of bounded length, since findings repeat them. */
export function words(what: string, max = 500): Reader<string> {
  return (cursor) => {
    const value = scalarOf(cursor.node);
    if (typeof value === 'number')
      return report(cursor, `expected ${what}: put the number in quotes, "${spellingOf(cursor.node)}".`);
    if (typeof value !== 'string' || value.trim() === '') return mismatch(cursor, what);
    if (value.length > max)
      return report(cursor, `expected ${what} of at most ${max} characters, found ${value.length}.`);
    return terminalSafe(value.trim());
  };
}

/** One of a closed set of words. */
export function oneOf<T extends string>(what: string, choices: readonly T[]): Reader<T> {
  return (cursor) => {
    const value = scalarOf(cursor.node);
    const found = choices.find((choice) => choice === value);
    if (found !== undefined) return found;
    const expected = `${what}: ${choices.slice(0, -1).join(', ')} or ${choices.at(-1) ?? ''}`;
    if (typeof value !== 'string') return mismatch(cursor, expected);
    return report(cursor, `expected ${expected}, found ${quote(value)}.${didYouMean(value, choices)}`);
  };
}

/** Every item of a list, in order. The items that cannot be read are reported and left out. */
export function listOf<T>(what: string, read: Reader<T>): Reader<readonly T[]> {
  return (cursor) => {
    if (!isSeq(cursor.node)) return mismatch(cursor, `a list of ${what}`);
    return itemsOf(cursor).flatMap((item) => {
      const value = read(item);
      return value === null ? [] : [value];
    });
  };
}

/** One value, or a list of them. */
export function oneOrMore<T>(what: string, read: Reader<T>): Reader<readonly T[]> {
  const list = listOf(what, read);
  return (cursor) => {
    if (isSeq(cursor.node)) return cursor.node.items.length > 0 ? list(cursor) : mismatchOfNone(cursor, what);
    const value = read(cursor);
    return value === null ? null : [value];
  };
}

function mismatchOfNone(cursor: Cursor, what: string): null {
  return report(cursor, `expected ${what}: at least one, found an empty list.`);
}

/** A cursor for each item of a list. */
export function itemsOf(cursor: Cursor): Cursor[] {
  if (!isSeq(cursor.node)) return [];
  return cursor.node.items.flatMap((item, index) => (isNode(item) ? [childCursor(cursor, item, `[${index}]`)] : []));
}

/** A day of the calendar, `2026-12-31`. */
export const calendarDay: Reader<string> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value)) return mismatch(cursor, 'a day like 2026-12-31');
  const time = Date.parse(`${value}T00:00:00Z`);
  if (Number.isNaN(time) || new Date(time).toISOString().slice(0, 10) !== value) {
    return report(cursor, `${quote(value)} is not a day of the calendar.`);
  }
  return value;
};
