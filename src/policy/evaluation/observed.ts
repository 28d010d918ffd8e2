import { parseAddress, type Address } from '../../model/address.js';
import { ExposcanError } from '../../model/errors.js';
import { getOrInsert, groupBy } from '../../model/groups.js';
import { recordedTarget, type TargetSpec } from '../../model/parse-target.js';
import { mergeRanges, parseRanges, subtractRanges, type PortRange } from '../../model/ports.js';
import type { Snapshot } from '../../model/snapshot.js';
import { mergeLooks, type Look } from './look.js';
import type { Vantage } from '../resolution/vantage.js';
import { viewAddress, type Account, type AddressView, type Freshness, type PortReader } from './view.js';

/** What one vantage knows of one address. */
export interface Sight {
  readonly vantage: Vantage;
  readonly view: AddressView;
}

/** A target, as all snapshots together know it. */
export interface TargetView {
  readonly target: string;
  /** What the target's text means; undefined where it means nothing. */
  readonly spec: TargetSpec | undefined;
  readonly addresses: readonly Address[];
  readonly looks: readonly Look[];
}

/** Any number of snapshots from any number of vantages, arranged for judging. Their order does not matter. */
export interface Observed {
  /** How many there are, each counted once however often it was given. */
  readonly snapshots: number;
  readonly vantages: readonly Vantage[];
  readonly askedPorts: readonly PortRange[];
  /** The vantages with a snapshot that was interrupted, and that no later one makes good. */
  readonly interrupted: readonly Vantage[];
  readonly targets: readonly TargetView[];
  /** By vantage. Made when asked for and not kept: there may be 65,536 addresses with thousands of ranges each. */
  sightsOf(address: Address, freshness: Freshness): readonly Sight[];
}

/** Snapshots of one vantage, the latest first. */
interface VantageSnapshots {
  readonly vantage: Vantage;
  readonly snapshots: readonly Snapshot[];
}

/** Hosts of one block often look alike, to the very text of their port lists; so many of these are read once. */
const rememberedLists = 200;

/** Arranges snapshots by vantage, target and address. Throws `ERR_SNAPSHOT_INVALID` where one holds no addresses but other text. */
export function observe(snapshots: readonly Snapshot[]): Observed {
  const vantages = byVantage(snapshots);
  const accounts = new Map<Vantage, Map<string, Account[]>>();
  for (const { vantage, snapshots: own } of vantages) accounts.set(vantage, accountsOf(own));
  const readPorts = rememberingReader();
  const targets = new Map<string, Look[]>();
  for (const { vantage, snapshots: own } of vantages) {
    for (const [target, look] of mergeLooks(vantage, own)) getOrInsert(targets, target, () => []).push(look);
  }
  const readAddress = rememberingAddresses();
  return {
    snapshots: vantages.reduce((count, { snapshots: own }) => count + own.length, 0),
    vantages: vantages.map(({ vantage }) => vantage),
    askedPorts: mergeRanges(snapshots.flatMap(({ asked }) => parseRanges(asked.ports))),
    interrupted: vantages
      .filter(({ snapshots: own }) => own.some((each) => isInterrupted(each, own)))
      .map(({ vantage }) => vantage),
    targets: [...targets].map(([target, looks]) => ({
      target,
      spec: recordedTarget(target),
      addresses: [...new Set(looks.flatMap(({ addresses }) => addresses))].map(readAddress),
      looks,
    })),
    sightsOf: (address, freshness) =>
      vantages.flatMap(({ vantage }) => {
        const known = accounts.get(vantage)?.get(address.text);
        return known === undefined ? [] : [{ vantage, view: viewAddress(address, known, freshness, readPorts) }];
      }),
  };
}

/** An interrupted scan is made good by a later whole one of the same targets and ports. */
function isInterrupted(snapshot: Snapshot, all: readonly Snapshot[]): boolean {
  if (snapshot.complete) return false;
  const isRepeated = (later: Snapshot) => {
    const targets = new Set(later.targets.map(({ target }) => target));
    const isWhole = later.complete && Date.parse(later.finishedAt) >= Date.parse(snapshot.finishedAt);
    const left = subtractRanges(parseRanges(snapshot.asked.ports), parseRanges(later.asked.ports));
    return isWhole && left.length === 0 && snapshot.targets.every(({ target }) => targets.has(target));
  };
  return snapshot.targets.length === 0 || !all.some(isRepeated);
}

function byVantage(snapshots: readonly Snapshot[]): readonly VantageSnapshots[] {
  const distinct =
    snapshots.length < 2
      ? snapshots
      : [...new Map(snapshots.map((snapshot) => [identityOf(snapshot), snapshot])).values()];
  const groups = groupBy(distinct, ({ vantage }) =>
    vantage.name === 'unnamed' ? `unnamed ${[...vantage.sources].sort().join()}` : `named ${vantage.name}`,
  );
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, own]) => ({
      vantage: {
        name: own[0]?.vantage.name ?? '',
        sources: [...new Set(own.flatMap(({ vantage }) => vantage.sources))].sort(),
      },
      snapshots: own.sort(latestFirst),
    }));
}

/** One scan given twice is one scan. Two that agree in all of this, and differ, were not made by this program. */
function identityOf(snapshot: Snapshot): string {
  const { vantage, startedAt, finishedAt, complete, asked, targets, open, notOpen, unknown } = snapshot;
  return JSON.stringify([vantage, startedAt, finishedAt, complete, asked, targets, open, notOpen, unknown]);
}

function latestFirst(a: Snapshot, b: Snapshot): number {
  const [left, right] = [Date.parse(b.finishedAt), Date.parse(a.finishedAt)];
  if (left !== right) return left - right;
  const [one, other] = [identityOf(a), identityOf(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}

function accountsOf(snapshots: readonly Snapshot[]): Map<string, Account[]> {
  const byAddress = new Map<string, Account[]>();
  for (const snapshot of snapshots) {
    const own = new Map<
      string,
      { open: Snapshot['open']; notOpen: Snapshot['notOpen']; unknown: Snapshot['unknown'] }
    >();
    const partOf = (address: string) => getOrInsert(own, address, () => ({ open: [], notOpen: [], unknown: [] }));
    for (const entry of snapshot.open) partOf(entry.address).open.push(entry);
    for (const entry of snapshot.notOpen) partOf(entry.address).notOpen.push(entry);
    for (const entry of snapshot.unknown) partOf(entry.address).unknown.push(entry);
    for (const [address, part] of own) getOrInsert(byAddress, address, () => []).push({ snapshot, ...part });
  }
  return byAddress;
}

function rememberingReader(): PortReader {
  const remembered = new Map<string, readonly PortRange[]>();
  return (ports) => {
    const known = remembered.get(ports);
    if (known !== undefined) return known;
    const ranges = parseRanges(ports);
    if (remembered.size >= rememberedLists) remembered.clear();
    remembered.set(ports, ranges);
    return ranges;
  };
}

function rememberingAddresses(): (text: string) => Address {
  const known = new Map<string, Address>();
  return (text) => getOrInsert(known, text, () => readAddress(text));
}

function readAddress(text: string): Address {
  const address = parseAddress(text);
  // The text is the key of the entries, so another spelling of an address would lose them.
  if (address?.text === text) return address;
  throw new ExposcanError(
    'ERR_SNAPSHOT_INVALID',
    `The snapshot speaks of "${text}", which is not an address in its canonical form.`,
  );
}
