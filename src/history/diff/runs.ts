import type { PortRange } from '../../model/ports.js';

/** A run of ports of which one thing is said. */
export interface Run<T> extends PortRange {
  readonly says: T;
}

/** A run of ports of which each of two lists says one thing; undefined where it says nothing. */
export interface Pair<A, B = A> extends PortRange {
  readonly from: A | undefined;
  readonly to: B | undefined;
}

/** Lays two ordered lists of runs over each other. Takes time in proportion to their runs, not to their ports. */
export function* pairUp<A, B>(a: readonly Run<A>[], b: readonly Run<B>[]): Generator<Pair<A, B>> {
  let at = 0;
  let [i, j] = [0, 0];
  for (;;) {
    while ((a[i]?.last ?? at) < at) i++;
    while ((b[j]?.last ?? at) < at) j++;
    const [x, y] = [a[i], b[j]];
    if (x === undefined && y === undefined) return;
    const first = Math.max(at, Math.min(x?.first ?? Infinity, y?.first ?? Infinity));
    const [from, xEnd] = within(x, first);
    const [to, yEnd] = within(y, first);
    const last = Math.min(xEnd, yEnd);
    yield { first, last, from, to };
    at = last + 1;
  }
}

/** What a run says of a port, and the last port up to which that stays so. */
function within<T>(run: Run<T> | undefined, port: number): [T | undefined, number] {
  if (run === undefined) return [undefined, Infinity];
  return run.first <= port ? [run.says, run.last] : [undefined, run.first - 1];
}
