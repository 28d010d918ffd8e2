/** At most so many at once. */
export interface LaneLimits {
  readonly inAll: number;
  readonly perAddress: number;
}

/** Whom a task keeps busy. */
export interface Claim {
  readonly address: string;
  /** Tasks of one address with the same lane follow one another; absent where nothing forbids that they run side by side. */
  readonly lane?: string | undefined;
}

/** Work that shares out how much of it is under way: in all, at each address, and one at a time in each lane. */
export interface Lanes {
  /** Runs the task when its turn comes, in the order in which they were added as far as the limits allow. Settles as the task does. */
  run(claim: Claim, task: () => Promise<void>): Promise<void>;
}

export function createLanes({ inAll, perAddress }: LaneLimits): Lanes {
  const waiting: { readonly claim: Claim; readonly begin: () => void }[] = [];
  const busy = new Map<string, number>();
  let running = 0;

  // No address has a space in it.
  const laneOf = ({ address, lane }: Claim) => (lane === undefined ? undefined : `${address} ${lane}`);
  const load = (key: string | undefined) => (key === undefined ? 0 : (busy.get(key) ?? 0));
  const isFree = (claim: Claim) => load(claim.address) < perAddress && load(laneOf(claim)) === 0;
  const count = (key: string | undefined, change: 1 | -1) => {
    if (key === undefined) return;
    const now = load(key) + change;
    if (now === 0) busy.delete(key);
    else busy.set(key, now);
  };
  const occupy = (claim: Claim, change: 1 | -1) => {
    running += change;
    count(claim.address, change);
    count(laneOf(claim), change);
  };
  const startNext = () => {
    while (running < inAll) {
      const at = waiting.findIndex(({ claim }) => isFree(claim));
      const [next] = at < 0 ? [] : waiting.splice(at, 1);
      if (next === undefined) return;
      occupy(next.claim, 1);
      next.begin();
    }
  };

  return {
    async run(claim, task) {
      await new Promise<void>((resolve) => {
        waiting.push({ claim, begin: resolve });
        startNext();
      });
      try {
        await task();
      } finally {
        occupy(claim, -1);
        startNext();
      }
    },
  };
}
