/** Time as the program sees it, so that tests can run hours of it at once. */
export interface Clock {
  /** Milliseconds on a monotonic scale; only differences mean anything. */
  now(): number;
  /** The wall clock, for documents. */
  date(): Date;
  /**
   * Calls back once after this many milliseconds; the function that it gives back cancels.
   * I/O that is already waiting is delivered first, so that a busy program does not take an answer for silence; after 0 is as soon as it is.
   */
  after(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(milliseconds, callback) {
    let immediate: NodeJS.Immediate | undefined;
    const deliver = () => {
      immediate = setImmediate(callback);
    };
    const timer = milliseconds > 0 ? setTimeout(deliver, milliseconds) : undefined;
    if (timer === undefined) deliver();
    return () => {
      clearTimeout(timer);
      clearImmediate(immediate);
    };
  },
};
