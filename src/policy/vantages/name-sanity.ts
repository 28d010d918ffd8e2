import { type Address, bothFamilies, compareAddresses, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { withoutRoot } from '../../model/host-name.js';
import { recordedTarget } from '../../model/parse-target.js';
import type { Snapshot, SnapshotTarget } from '../../model/snapshot.js';
import type { VantageWarning } from '../../model/vantage-warning.js';
import { privateBlockOf } from './private-blocks.js';
import { addressList, callsItselfOutside, readAddress } from './vantage-sanity.js';

/** What a name is at one vantage. */
interface NameView {
  readonly vantage: string;
  /** The name as it was typed there. */
  readonly host: string;
  /** Families whose addresses are all known. */
  readonly known: Set<Family>;
  readonly addresses: Map<string, Address>;
  readonly fromHostsFile: Set<string>;
}

/**
 * Names whose addresses depend on the place that one asks from (a split name server): different ones at different vantages, or private
 * ones at a vantage that calls itself outside. The order of the snapshots does not matter, and several of one vantage count as one.
 * Addresses are compared within a family, and only where both vantages know all of them.
 */
export function nameWarnings(snapshots: readonly Snapshot[]): VantageWarning[] {
  const names = new Map<string, Map<string, NameView>>();
  for (const { vantage, targets } of snapshots) {
    for (const target of targets) {
      const name = nameOf(target);
      if (name === undefined) continue;
      const views = getOrInsert(names, name, () => new Map<string, NameView>());
      addTo(
        getOrInsert(views, vantage.name, () => emptyView(vantage.name, target.target)),
        target,
      );
    }
  }
  const byName = [...names].sort(([a], [b]) => (a < b ? -1 : 1));
  return byName.flatMap(([, views]) => {
    const ordered = [...views.values()].sort(compareViews);
    return [...ordered.flatMap(insideAnswers), ...differences(ordered)];
  });
}

function nameOf({ target, lookup }: SnapshotTarget): string | undefined {
  if (lookup === 'literal') return undefined;
  const spec = recordedTarget(target);
  return spec?.kind === 'name' ? withoutRoot(spec.name) : undefined;
}

function emptyView(vantage: string, host: string): NameView {
  return { vantage, host, known: new Set(), addresses: new Map(), fromHostsFile: new Set() };
}

function addTo(view: NameView, { addresses, fromHostsFile, errors }: SnapshotTarget): void {
  for (const family of bothFamilies) {
    const isKnown = errors.every((error) => error.code === 'ERR_NAME_NOT_FOUND' || (error.family ?? family) !== family);
    if (isKnown) view.known.add(family);
  }
  for (const text of addresses) {
    const address = readAddress(text);
    if (address !== undefined) view.addresses.set(text, address);
  }
  for (const text of fromHostsFile ?? []) view.fromHostsFile.add(text);
}

/** Those that call themselves outside first: what they are given is what others are compared with. */
function compareViews(a: NameView, b: NameView): number {
  const order = Number(callsItselfOutside(b.vantage)) - Number(callsItselfOutside(a.vantage));
  return order !== 0 ? order : a.vantage < b.vantage ? -1 : 1;
}

/** Private addresses that DNS gave a vantage that calls itself outside. What a hosts file gave is another matter. */
function insideAnswers({ vantage, host, addresses, fromHostsFile }: NameView): VantageWarning[] {
  if (!callsItselfOutside(vantage)) return [];
  const looked = sorted(addresses).filter(({ text }) => !fromHostsFile.has(text));
  const inside = looked.filter((address) => privateBlockOf(address) !== undefined);
  if (inside.length === 0) return [];
  const others = looked.filter((address) => privateBlockOf(address) === undefined);
  const beside = others.length === 0 ? '' : `, beside ${addressList(textsOf(others))}`;
  return [
    {
      code: 'split-name',
      vantage,
      host,
      message: `the name server that was asked gives ${addressList(textsOf(inside))}${beside}: it may be one that answers for the inside`,
      advice:
        'Scan from a machine that asks a public name server, or give the vantage the name of the place where it stands.',
    },
  ];
}

function differences([first, ...others]: readonly NameView[]): VantageWarning[] {
  if (first === undefined) return [];
  return others.flatMap((other) => {
    const family = bothFamilies.find(
      (each) =>
        first.known.has(each) && other.known.has(each) && !sameSets(ofFamily(first, each), ofFamily(other, each)),
    );
    if (family === undefined) return [];
    const given = (view: NameView) => addressList(ofFamily(view, family)) || `no IPv${family} address`;
    return [
      {
        code: 'split-name' as const,
        vantage: other.vantage,
        host: other.host,
        message: `${given(other)} from ${other.vantage}, ${given(first)} from ${first.vantage}: the two may not have looked at the same machine`,
        advice:
          'Find out which name server each of them asks. To compare the vantages, scan the addresses themselves from both.',
      },
    ];
  });
}

function ofFamily({ addresses }: NameView, family: Family): string[] {
  return textsOf(sorted(addresses).filter((address) => address.family === family));
}

function sorted(addresses: ReadonlyMap<string, Address>): Address[] {
  return [...addresses.values()].sort(compareAddresses);
}

function textsOf(addresses: readonly Address[]): string[] {
  return addresses.map(({ text }) => text);
}

function sameSets(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index]);
}
