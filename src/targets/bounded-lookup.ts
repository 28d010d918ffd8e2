import pLimit from 'p-limit';
import type { Lookup, LookupResult } from '../net/lookup.js';

/**
 * getaddrinfo occupies a thread of Node's pool, which has four by default: more at once would only wait for each other, and
 * run into the time-out doing so.
 */
const lookupsAtOnce = 4;

/** The code of a lookup that was given up because the scan was stopped. */
export const cancelledCode = 'ERR_CANCELLED';

/** A lookup that runs a few at a time, and fails with `cancelledCode` as soon as the signal is aborted. */
export function boundLookup(lookup: Lookup, signal?: AbortSignal): Lookup {
  const limit = pLimit(lookupsAtOnce);
  const cancelled: LookupResult = { kind: 'failed', code: cancelledCode, message: 'the scan was stopped' };
  const stopped = new Promise<LookupResult>((resolve) => {
    const stop = () => {
      resolve(cancelled);
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
  return (name, family) =>
    limit(() => (signal?.aborted === true ? cancelled : Promise.race([lookup(name, family), stopped])));
}
