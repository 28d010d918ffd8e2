/** A queue between one producer and its reader; unread values wait. Several readers share the values, each is read once. */
export interface Channel<T> extends AsyncIterable<T> {
  push(value: T): void;
  /** No more values; `error` makes the reader's loop throw it after the last one. */
  end(error?: Error): void;
}

export function createChannel<T>(): Channel<T> {
  const values: T[] = [];
  let ended = false;
  let failure: Error | undefined;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const resolve of woken) resolve();
  };
  return {
    push(value) {
      values.push(value);
      wake();
    },
    end(error) {
      ended = true;
      failure = error;
      wake();
    },
    async *[Symbol.asyncIterator]() {
      for (;;) {
        while (values.length > 0) yield* values.splice(0, 1);
        if (ended) break;
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
      }
      if (failure !== undefined) throw failure;
    },
  };
}
