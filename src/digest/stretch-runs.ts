import type { EndpointTimeline, Stretch, Timeline } from '../model/timeline.js';
import type { Moment } from '../model/weekly-report.js';

/** Stretches one after the other that are alike in what is asked, and the moments between which they began. */
export interface Run {
  readonly key: string;
  /** First seen so, and last seen otherwise before it. */
  readonly began: Moment;
  readonly last: string;
  /** The latest stretch of it. */
  readonly stretch: Stretch;
}

/** The stretches of an endpoint joined where `keyOf` says the same of them; those of which it says nothing are passed over. */
export function runsOf({ stretches }: EndpointTimeline, keyOf: (stretch: Stretch) => string | undefined): Run[] {
  const runs: Run[] = [];
  for (const stretch of stretches) {
    const key = keyOf(stretch);
    if (key === undefined) continue;
    const previous = runs.at(-1);
    if (previous?.key === key) {
      runs[runs.length - 1] = { ...previous, last: stretch.last, stretch };
      continue;
    }
    const began = { ...(previous === undefined ? {} : { after: previous.last }), by: stretch.first };
    runs.push({ key, began, last: stretch.last, stretch });
  }
  return runs;
}

/** Open or not; where it could not be told, nothing. */
export function openness({ state }: Stretch): string | undefined {
  return state === 'unknown' ? undefined : String(state === 'open');
}

/** What answers, or that nothing does; where it could not be told, nothing. */
export function identity({ state, service }: Stretch): string | undefined {
  if (state === 'unknown') return undefined;
  return state === 'open' ? identityOf(service) : state;
}

/** What answers, as far as it can be told by its words. */
export function identityOf(service: Stretch['service']): string {
  return JSON.stringify([service?.name, service?.product, service?.version]);
}

export function certificateOf({ state, certificate }: Stretch): string | undefined {
  return state === 'open' ? certificate?.fingerprint256 : undefined;
}

/** Finds endpoints of one timeline by address and port. */
export function endpointFinder({
  endpoints,
}: Timeline): (address: string, port: number) => EndpointTimeline | undefined {
  const known = new Map(endpoints.map((endpoint) => [`${endpoint.address} ${endpoint.port}`, endpoint]));
  return (address, port) => known.get(`${address} ${port}`);
}
