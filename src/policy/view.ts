import { parseAddress, type Address } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import { getOrInsert } from '../model/groups.js';
import { recordedTarget, type TargetSpec } from '../model/parse-target.js';
import { mergeRanges, parseRanges, rangesOf, subtractRanges, type PortRange } from '../model/ports.js';
import type { NotOpenEntry, OpenEntry, Snapshot, SnapshotTarget, UnknownEntry } from '../model/snapshot.js';
import { notOpenEvidence, unknownEvidence } from './evidence.js';

/** An entry of a snapshot that speaks of many ports, with its ports read. */
interface PortGroup<Entry> {
  readonly entry: Entry;
  readonly ranges: readonly PortRange[];
}

export interface NotOpenGroup extends PortGroup<NotOpenEntry> {
  /** In words, by what was expected instead; made once, for all the rules that it is evidence for. */
  readonly evidence: Readonly<Record<'open' | 'not-open', string>>;
}

export interface UnknownGroup extends PortGroup<UnknownEntry> {
  readonly evidence: string;
}

/** All that one snapshot knows of one address. No port is in two places: open outranks unknown, which outranks not open. */
export interface AddressView {
  readonly address: Address;
  readonly open: readonly OpenEntry[];
  readonly notOpen: readonly NotOpenGroup[];
  readonly unknown: readonly UnknownGroup[];
  /** Every port that any of these speaks of. */
  readonly accounted: readonly PortRange[];
  /** Seen from the scanned machine itself. */
  readonly self: boolean;
}

export interface TargetView {
  readonly target: SnapshotTarget;
  /** What the target's text means; undefined where it means nothing. */
  readonly spec: TargetSpec | undefined;
  readonly addresses: readonly Address[];
}

/** One snapshot, arranged for judging. */
export interface SnapshotView {
  readonly vantage: Snapshot['vantage'];
  readonly askedPorts: readonly PortRange[];
  readonly askedFamilies: Snapshot['asked']['families'];
  readonly complete: boolean;
  readonly targets: readonly TargetView[];
  /** Made when asked for and not kept: there may be 65,536 addresses with thousands of ranges each. */
  viewOf(address: Address): AddressView;
}

interface Entries {
  readonly open: OpenEntry[];
  readonly notOpen: NotOpenEntry[];
  readonly unknown: UnknownEntry[];
}

/** Hosts of one block often look alike, to the very text of their port lists; so many of these are read once. */
const rememberedLists = 200;

/** Arranges a snapshot by target and address. Throws `ERR_SNAPSHOT_INVALID` where it holds no addresses but other text. */
export function viewSnapshot(snapshot: Snapshot): SnapshotView {
  const byAddress = new Map<string, Entries>();
  const entriesOf = (address: string) =>
    getOrInsert(byAddress, address, (): Entries => ({ open: [], notOpen: [], unknown: [] }));
  for (const entry of snapshot.open) entriesOf(entry.address).open.push(entry);
  for (const entry of snapshot.notOpen) entriesOf(entry.address).notOpen.push(entry);
  for (const entry of snapshot.unknown) entriesOf(entry.address).unknown.push(entry);

  const reached = new Set(snapshot.targets.flatMap(({ addresses }) => addresses));
  // An address that belongs to no target must not escape judgement.
  const strays = [...byAddress.keys()].filter((text) => !reached.has(text));
  const targets = [
    ...snapshot.targets,
    ...strays.map((text) => ({ target: text, addresses: [text], noRecord: [], errors: [] })),
  ];
  const readPorts = rememberingReader();
  return {
    vantage: snapshot.vantage,
    askedPorts: parseRanges(snapshot.asked.ports),
    askedFamilies: snapshot.asked.families,
    complete: snapshot.complete,
    targets: targets.map((target) => ({
      target,
      spec: recordedTarget(target.target),
      addresses: [...new Set(target.addresses)].map(readAddress),
    })),
    viewOf: (address) => viewAddress(address, entriesOf(address.text), snapshot.vantage, readPorts),
  };
}

type PortReader = (ports: string) => readonly PortRange[];

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

function viewAddress(
  address: Address,
  { open, notOpen, unknown }: Entries,
  vantage: Snapshot['vantage'],
  readPorts: PortReader,
): AddressView {
  const openPorts = rangesOf(open.map(({ port }) => port));
  const unknownGroups = unknown.flatMap((entry): UnknownGroup[] => {
    const ranges = subtractRanges(readPorts(entry.ports), openPorts);
    return ranges.length === 0 ? [] : [{ entry, ranges, evidence: unknownEvidence(entry, vantage) }];
  });
  const outranking = mergeRanges([...openPorts, ...unknownGroups.flatMap(({ ranges }) => ranges)]);
  const notOpenGroups = notOpen.flatMap((entry): NotOpenGroup[] => {
    const ranges = subtractRanges(readPorts(entry.ports), outranking);
    if (ranges.length === 0) return [];
    const evidence = {
      open: notOpenEvidence(entry, vantage, 'open'),
      'not-open': notOpenEvidence(entry, vantage, 'not-open'),
    };
    return [{ entry, ranges, evidence }];
  });
  return {
    address,
    open,
    notOpen: notOpenGroups,
    unknown: unknownGroups,
    accounted: mergeRanges([...outranking, ...notOpenGroups.flatMap(({ ranges }) => ranges)]),
    self: open.some(({ self }) => self === true) || notOpen.some(({ self }) => self === true),
  };
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
