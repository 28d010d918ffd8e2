/** Things that wait to be called off, by the time at which that is due. */
export interface Deadlines<T> {
  add(item: T): void;
  /** Takes out what is due, in the order in which it came due, by steps of a tick. */
  due(now: number): T[];
  /** Everything that was added and has not come due. */
  all(): Iterable<T>;
}

/** Covers the usual time-outs; what is due later goes round once more. */
const slots = 512;

/**
 * A timing wheel (Varghese and Lauck, 1987): adding and taking out cost the same however much waits. An item that is over before its
 * time simply stays until then. `tick` in milliseconds: nothing is called off before it is due, and by at most one tick late.
 */
export function createDeadlines<T extends { readonly deadline: number }>(tick: number, now: number): Deadlines<T> {
  const wheel = Array.from({ length: slots }, (): T[] => []);
  const slotOf = (time: number) => Math.ceil(time / tick);
  let reached = slotOf(now);

  const add = (item: T) => {
    const slot = Math.min(Math.max(slotOf(item.deadline), reached + 1), reached + slots - 1);
    wheel[slot % slots]?.push(item);
  };

  return {
    add,
    due(at) {
      const expired: T[] = [];
      const last = Math.floor(at / tick);
      // After a standstill every slot is looked at once.
      for (reached = Math.max(reached, last - slots); reached < last;) {
        reached += 1;
        const items = wheel[reached % slots] ?? [];
        wheel[reached % slots] = [];
        for (const item of items) {
          if (item.deadline <= at) expired.push(item);
          else add(item);
        }
      }
      return expired;
    },
    *all() {
      for (const items of wheel) yield* items;
    },
  };
}
