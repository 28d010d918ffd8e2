import { isSeq } from 'yaml';
import { ExposcanError } from '../../model/errors.js';
import { commonPorts, portsOfService, serviceNames } from '../../model/known-ports.js';
import { allPorts, mergeRanges, parseRange, type PortRange } from '../../model/ports.js';
import { mismatch, report, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import { didYouMean } from '../../model/nearest.js';
import { quote } from './problems.js';
import { itemsOf } from './read-values.js';

const expectation = 'ports, like 22, "22,80,8000-8100", [22, mysql] or all';

/** One port number. */
export const portNumber: Reader<number> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    const several = typeof value === 'string' && /[,-]/.test(value) ? '; several go under ports' : '';
    return mismatch(cursor, `a port number from 1 to 65535${several}`);
  }
  if (value < 1 || value > 65535) return report(cursor, `port ${value} does not exist: TCP ports run from 1 to 65535.`);
  return value;
};

/** `all`, `common`, `22,80,8000-8100`, service names, or a list of these; merged, never empty. */
export const portSet: Reader<readonly PortRange[]> = (cursor) => {
  const read = isSeq(cursor.node) ? itemsOf(cursor).map(readScalar) : [readScalar(cursor)];
  const merged = mergeRanges(read.flatMap((ranges) => ranges ?? []));
  if (merged.length > 0) return merged;
  return read.includes(null) ? null : mismatch(cursor, expectation);
};

/** What a host's `ports` may be: a set of ports, or whatever the scan asked for. */
export const portScope: Reader<readonly PortRange[] | 'as-scanned'> = (cursor) =>
  scalarOf(cursor.node) === 'as-scanned' ? 'as-scanned' : portSet(cursor);

function readScalar(cursor: Cursor): readonly PortRange[] | null {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' && typeof value !== 'number') return mismatch(cursor, expectation);
  const text = typeof value === 'number' ? spellingOf(cursor.node) : value;
  const parts = text.split(',').map((part) => readPart(cursor, part.trim()));
  return parts.includes(null) ? null : parts.flatMap((part) => part ?? []);
}

function readPart(cursor: Cursor, part: string): readonly PortRange[] | null {
  if (part === 'all') return allPorts;
  if (part === 'common') return commonPorts;
  try {
    const range = parseRange(part);
    if (range !== undefined) return [range];
  } catch (error) {
    if (error instanceof ExposcanError) return report(cursor, error.message);
    throw error;
  }
  const usual = portsOfService(part);
  if (usual.length > 0) return usual.map((port) => ({ first: port, last: port }));
  const meant = didYouMean(part, ['all', 'common', 'as-scanned', ...serviceNames()]);
  return report(cursor, `expected ${expectation}, found ${quote(part)}.${meant}`);
}
