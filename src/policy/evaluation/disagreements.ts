import type { Address } from '../../model/address.js';
import type { Disagreement } from '../../model/disagreement.js';
import { getOrInsert, groupBy } from '../../model/groups.js';
import { formatRanges, holdsPort, mergeRanges, rangesOf, type PortRange } from '../../model/ports.js';
import { terminalSafe } from '../../model/printable.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { vantageName } from './evidence.js';
import type { Sight } from './observed.js';
import type { ServiceRule } from '../policy.js';

/** An address of a target, with what each vantage saw of it, and the rule for a port of it. */
export interface SeenAddress {
  readonly address: Address;
  readonly sights: readonly Sight[];
  ruleAt(port: number): ServiceRule | undefined;
}

/** One look at a port: where, and whether it is open there. */
interface Place {
  readonly name: string;
  readonly seen: SeenAddress;
  readonly isOpen: boolean;
}

/**
 * Where the vantages differ in what is open at an address of a target, and where the addresses of a name do. What a rule declares
 * to differ is none: a restriction for the vantages, a rule for one family for the families.
 */
export function disagreementsOf(target: string, isName: boolean, seen: readonly SeenAddress[]): Disagreement[] {
  const host = terminalSafe(target);
  const between = seen.flatMap((address) =>
    portsOpenIn(address.sights).flatMap((port) => {
      if (address.ruleAt(port)?.exposure === 'restricted') return [];
      const places = address.sights.flatMap((sight) => placeOf(sight, address, port, vantageName(sight.vantage)));
      return differ(places)
        ? [{ kind: 'vantage' as const, host: `${host} ${address.address.text}`, port, places }]
        : [];
    }),
  );
  const within = isName && seen.length > 1 ? amongAddresses(host, seen) : [];
  return joined([...between, ...within]);
}

interface Difference {
  readonly kind: Disagreement['kind'];
  readonly host: string;
  readonly vantage?: string;
  readonly port: number;
  readonly places: readonly Place[];
}

function amongAddresses(host: string, seen: readonly SeenAddress[]): Difference[] {
  const vantages = groupBy(
    seen.flatMap((address) => address.sights.map((sight) => ({ address, sight }))),
    ({ sight }) => sight.vantage,
  );
  return [...vantages].flatMap(([vantage, looks]) => {
    if (looks.length < 2) return [];
    return portsOpenIn(looks.map(({ sight }) => sight)).flatMap((port): Difference[] => {
      if (looks.some(({ address }) => address.ruleAt(port)?.family !== undefined)) return [];
      const places = looks.flatMap(({ address, sight }) => placeOf(sight, address, port, address.address.text));
      if (!differ(places)) return [];
      const familiesWhere = (isOpen: boolean) =>
        new Set(places.filter((place) => place.isOpen === isOpen).map((place) => place.seen.address.family));
      const closed = familiesWhere(false);
      const kind = [...familiesWhere(true)].some((family) => closed.has(family)) ? 'address' : 'family';
      return [{ kind, host, vantage: vantageName(vantage), port, places }];
    });
  });
}

function portsOpenIn(sights: readonly Sight[]): readonly number[] {
  if (sights.length < 2) return [];
  return [...new Set(sights.flatMap(({ view }) => view.open.map(({ port }) => port)))].sort((a, b) => a - b);
}

/** Nothing where the port was not seen. */
function placeOf({ view }: Sight, seen: SeenAddress, port: number, name: string): Place[] {
  const isOpen = isOpenIn(view.open, port);
  return isOpen || holdsPort(view.observed, port) ? [{ name, seen, isOpen }] : [];
}

/** `open`: by port, as a view has them. */
function isOpenIn(open: readonly OpenEntry[], port: number): boolean {
  let [low, high] = [0, open.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle]?.port ?? port) < port) low = middle + 1;
    else high = middle;
  }
  return open[low]?.port === port;
}

function differ(places: readonly Place[]): boolean {
  return places.some(({ isOpen }) => isOpen) && places.some(({ isOpen }) => !isOpen);
}

/** Ports that differ in the same way are told together. */
function joined(differences: readonly Difference[]): Disagreement[] {
  const groups = new Map<string, { sample: Difference; ports: number[] }>();
  for (const difference of differences) {
    const { kind, host, vantage = '', places } = difference;
    const key = [kind, host, vantage, ...places.map(({ name, isOpen }) => `${isOpen} ${name}`)].join('\n');
    getOrInsert(groups, key, () => ({ sample: difference, ports: [] })).ports.push(difference.port);
  }
  return [...groups.values()].map(({ sample: { kind, host, vantage, places }, ports }) => ({
    kind,
    host,
    ports: formatRanges(portRanges(ports)),
    open: names(places, true),
    notOpen: names(places, false),
    ...(vantage === undefined ? {} : { vantage }),
  }));
}

function portRanges(ports: readonly number[]): readonly PortRange[] {
  return mergeRanges(rangesOf(ports));
}

function names(places: readonly Place[], isOpen: boolean): string[] {
  return [...new Set(places.filter((place) => place.isOpen === isOpen).map(({ name }) => name))];
}
