/** How a list stands to its sorted form: for each place in the list, the place in the sorted one. Undefined where it is sorted. */
export function orderOf<T>(
  list: readonly T[],
  keyOf: (item: T) => number,
): { readonly sorted: readonly T[]; readonly order: readonly number[] | undefined } {
  const keyed = list.map((item, place) => ({ item, place, key: keyOf(item) }));
  if (keyed.every(({ key }, at) => at === 0 || (keyed[at - 1]?.key ?? key) <= key))
    return { sorted: list, order: undefined };
  const sorted = keyed.toSorted((a, b) => a.key - b.key);
  const order: number[] = [];
  for (const [at, { place }] of sorted.entries()) order[place] = at;
  return { sorted: sorted.map(({ item }) => item), order };
}

/** The list that `orderOf` sorted. */
export function inOrder<T>(sorted: readonly T[], order: readonly number[] | undefined): readonly T[] {
  return order === undefined ? sorted : order.flatMap((at) => sorted.slice(at, at + 1));
}

/** Runs of a list that holds items of several owners: owner, count, owner, count, … Undefined where owners come in rising order. */
export function runsOf(owners: readonly number[]): number[] | undefined {
  if (owners.every((owner, at) => at === 0 || (owners[at - 1] ?? owner) <= owner)) return undefined;
  const runs: number[] = [];
  for (const [at, owner] of owners.entries()) {
    if (owner === owners[at - 1]) runs.push((runs.pop() ?? 0) + 1);
    else runs.push(owner, 1);
  }
  return runs;
}

/** Joins the lists of all owners, in the order of `runs` or, without, of their numbers. */
export function joinRuns<T>(lists: ReadonlyMap<number, readonly T[]>, runs: readonly number[] | undefined): T[] {
  const joined: T[] = [];
  if (runs === undefined) {
    for (const owner of [...lists.keys()].sort((a, b) => a - b))
      for (const item of lists.get(owner) ?? []) joined.push(item);
    return joined;
  }
  const taken = new Map<number, number>();
  for (let at = 0; at + 1 < runs.length; at += 2) {
    const [owner = 0, count = 0] = runs.slice(at, at + 2);
    const from = taken.get(owner) ?? 0;
    for (const item of (lists.get(owner) ?? []).slice(from, from + count)) joined.push(item);
    taken.set(owner, from + count);
  }
  return joined;
}
