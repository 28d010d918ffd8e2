import { isSeq } from 'yaml';
import { addressFromValue, parseAddress, parseCidr, rangeOf, type AddressRange } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import { withoutRoot } from '../model/host-name.js';
import { recordedTarget } from '../model/parse-target.js';
import { mismatch, report, scalarOf, type Cursor, type Reader } from './cursor.js';
import type { AllowedSource, HostPattern } from './policy.js';
import { quote } from './problems.js';
import { itemsOf } from './read-values.js';

/** What a host entry speaks of: a name, an address, a CIDR block, or `*`. */
export const hostPattern: Reader<HostPattern> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || value === '') {
    return mismatch(cursor, 'a host name, an address, a block like 192.0.2.0/24, or "*" (in quotes)');
  }
  if (value === '*') return { kind: 'any' };
  const range = readRange(cursor, value);
  if (range === 'broken') return null;
  if (range !== undefined) {
    if (range.first !== range.last) return { kind: 'block', range };
    return { kind: 'address', address: parseAddress(value) ?? addressFromValue(range.family, range.first) };
  }
  const target = recordedTarget(value);
  if (target?.kind === 'name') return { kind: 'name', name: withoutRoot(target.name) };
  if (target !== undefined) return report(cursor, `${quote(value)} is a range. Give it as blocks, like 192.0.2.0/24.`);
  const advice = value.includes('*')
    ? 'Patterns are not understood: name the hosts one by one, give their block, or write "*" alone for all.'
    : 'Write a name of letters, digits, hyphens and dots.';
  return report(cursor, `${quote(value)} is not a host. ${advice}`);
};

/** The addresses of a literal or block; undefined where the text is neither; `broken` where it has been reported. */
function readRange(cursor: Cursor, text: string): AddressRange | 'broken' | undefined {
  try {
    if (text.includes('/')) return parseCidr(text);
    const address = parseAddress(text);
    return address === undefined ? undefined : rangeOf(address);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    report(cursor, error.message);
    return 'broken';
  }
}

const allowedSource: Reader<AllowedSource> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || value === '') {
    return mismatch(cursor, 'the name of a vantage, an address, or a block like 192.0.2.0/24');
  }
  const range = readRange(cursor, value);
  if (range === 'broken') return null;
  if (range !== undefined) return { kind: 'range', range, text: value };
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) return { kind: 'vantage', name: value };
  return report(
    cursor,
    `${quote(value)} is neither the name of a vantage (like office) nor a block (like 192.0.2.0/24).`,
  );
};

/** Who may reach a restricted service: one source, or a list of them. */
export const allowedSources: Reader<readonly AllowedSource[]> = (cursor) => {
  const read = isSeq(cursor.node) ? itemsOf(cursor).map(allowedSource) : [allowedSource(cursor)];
  if (read.length === 0) return report(cursor, 'from names nobody. Name a vantage or a block, or make it local-only.');
  return read.flatMap((source) => source ?? []);
};
