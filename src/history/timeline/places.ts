import { groupBy } from '../../model/groups.js';
import { compareAddressTexts, compareTexts } from '../../model/text-order.js';
import { hostKey } from '../host-key.js';
import type { Database } from '../store/transaction.js';
import { readHostScans } from './host-scans.js';
import { readSeries, type Series } from './read-series.js';
import { always, tenureOf, type Tenure } from './tenure.js';

/** An address of a host as seen from a vantage. */
export interface Place {
  readonly address: string;
  readonly vantage: string;
  /** When the address was the host's. */
  readonly tenure: Tenure;
  readonly series: readonly Series[];
}

/** Where a host was looked for, and the scans that did. */
export interface Whereabouts {
  /** By vantage, then by address. */
  readonly places: readonly Place[];
  /** When each scan began, in milliseconds since 1970, by its number. */
  readonly scans: ReadonlyMap<number, number>;
  readonly vantages: readonly string[];
}

/** The places of one address: everything that was ever seen there, whatever target it came by. */
export async function placesOfAddress(
  db: Database,
  address: string,
  vantage: string | undefined,
): Promise<Whereabouts> {
  const series = await readSeries(db, [address], vantage);
  const named = await readHostScans(db, address, vantage);
  const places = [...groupBy(series, (each) => each.vantage)].map(([name, own]) => ({
    address,
    vantage: name,
    tenure: always,
    series: own,
  }));
  return whereabouts(places, named);
}

/** The places of a name or a block: the addresses that its scans found, while they found them. */
export async function placesOfTarget(db: Database, host: string, vantage: string | undefined): Promise<Whereabouts> {
  const named = await readHostScans(db, hostKey(host), vantage);
  const found = new Map(
    [...named].map(([name, scans]) => {
      const targets = new Set(scans.map(({ target }) => target));
      return [name, new Set([...targets].flatMap(({ addresses }) => addresses))];
    }),
  );
  const addresses = new Set([...found.values()].flatMap((each) => [...each]));
  const all = await readSeries(db, [...addresses], vantage);
  const own = all.filter((series) => found.get(series.vantage)?.has(series.address));
  const places = [...groupBy(own, (series) => `${series.address} ${series.vantage}`).values()].flatMap((series) => {
    const [one] = series;
    if (one === undefined) return [];
    const tenure = tenureOf(one.address, named.get(one.vantage) ?? []);
    return [{ address: one.address, vantage: one.vantage, tenure, series }];
  });
  return whereabouts(places, named);
}

function whereabouts(places: readonly Place[], named: Awaited<ReturnType<typeof readHostScans>>): Whereabouts {
  const looked = places.flatMap(({ tenure, series }) =>
    series.flatMap(({ scans }) => scans.filter(({ begun }) => tenure(begun))),
  );
  return {
    places: places.toSorted((a, b) => compareTexts(a.vantage, b.vantage) || compareAddressTexts(a.address, b.address)),
    scans: new Map([...[...named.values()].flat(), ...looked].map(({ scan, begun }) => [scan, begun])),
    vantages: [...new Set([...named.keys(), ...places.map(({ vantage }) => vantage)])].sort(compareTexts),
  };
}
