import { parseAddress, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { holdsPort, parseRanges, rangesOf, type PortRange } from '../../model/ports.js';
import { terminalSafe } from '../../model/printable.js';
import type { Finding, NotOpenEntry, OpenEntry, Snapshot } from '../../model/snapshot.js';
import { isUnseen, portsOf, ruleStem, sightingsOf, type Sighting } from './sighting.js';

/** A finding that says what was not seen of a host. */
export interface Veil {
  readonly address: string | undefined;
  readonly family: Family | undefined;
  /** Empty: all of them. */
  readonly ports: readonly PortRange[];
  readonly stem: string;
}

/** How an endpoint was seen. */
export type Sight = OpenEntry | NotOpenEntry;

/** A scan and what the policy made of it, as the decisions need it. */
export interface Look {
  readonly at: Date;
  /** The targets that were looked at, each with the addresses that it had. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** The ports that were scanned. */
  readonly asked: readonly PortRange[];
  /** Only some ports of some hosts were scanned, for the sake of what is in doubt. */
  readonly isNarrow: boolean;
  readonly sightings: ReadonlyMap<string, Sighting>;
  veilsOf(host: string): readonly Veil[];
  /** Undefined where nothing was seen. */
  seen(address: string, port: number): Sight | undefined;
  /** A few ports of an address that answered: without them, the silence of others would mean nothing. */
  answering(address: string): readonly PortRange[];
  /** What says that something conforms at a host, for the sake of its evidence. */
  passes(host: string): readonly Finding[];
}

const mostOpen = 32;
const mostClosed = 2;

/** Pure. What is not covered by a narrow look is no finding: nobody asked it. */
export function lookOf(snapshot: Snapshot, judged: readonly Finding[], isNarrow: boolean): Look {
  const findings = isNarrow ? judged.filter(({ code }) => code !== 'not-covered') : judged;
  const veils = new Map<string, Veil[]>();
  const passes = new Map<string, Finding[]>();
  for (const finding of findings) {
    const { host = '', outcome } = finding;
    if (outcome === 'pass') getOrInsert(passes, host, (): Finding[] => []).push(finding);
    else if (isUnseen(finding)) getOrInsert(veils, host, (): Veil[] => []).push(veilOf(finding));
  }
  const { open, notOpen } = sightsByAddress(snapshot);
  return {
    at: new Date(snapshot.finishedAt),
    hosts: new Map(snapshot.targets.map(({ target, addresses }) => [terminalSafe(target), addresses])),
    asked: parseRanges(snapshot.asked.ports),
    isNarrow,
    sightings: sightingsOf(findings),
    // What is said of no host in particular is said of every one: that a scan was interrupted.
    veilsOf: (host) => [...(veils.get(host) ?? []), ...(veils.get('') ?? [])],
    seen: (address, port) =>
      open.get(address)?.find((entry) => entry.port === port) ??
      notOpen.get(address)?.find(({ ports }) => holdsPort(parseRanges(ports), port)),
    answering: (address) =>
      rangesOf([
        ...(open.get(address) ?? []).slice(0, mostOpen).map(({ port }) => port),
        ...(notOpen.get(address) ?? [])
          .filter(({ state }) => state === 'closed')
          .slice(0, mostClosed)
          .flatMap(({ ports }) =>
            parseRanges(ports)
              .map(({ first }) => first)
              .slice(0, mostClosed),
          ),
      ]),
    passes: (host) => passes.get(host) ?? [],
  };
}

function veilOf(finding: Finding): Veil {
  const { address, family } = finding;
  return { address, family, ports: portsOf(finding), stem: ruleStem(finding) };
}

function sightsByAddress(snapshot: Snapshot) {
  const open = new Map<string, OpenEntry[]>();
  const notOpen = new Map<string, NotOpenEntry[]>();
  for (const entry of snapshot.open) getOrInsert(open, entry.address, (): OpenEntry[] => []).push(entry);
  for (const entry of snapshot.notOpen) getOrInsert(notOpen, entry.address, (): NotOpenEntry[] => []).push(entry);
  return { open, notOpen };
}

/** Whether a veil hides what a finding is about. */
export function hides(veil: Veil, finding: Finding): boolean {
  const { address } = finding;
  if (veil.address !== undefined) {
    if (veil.address !== address) return false;
  } else if (veil.family !== undefined && veil.family !== familyOfFinding(finding)) {
    return false;
  }
  if (veil.ports.length === 0) return true;
  // What is looked for on any port is hidden where its own rule says so: other rules' gaps need not concern it.
  if (finding.port === undefined) return veil.stem === ruleStem(finding);
  return holdsPort(veil.ports, finding.port);
}

function familyOfFinding({ address, family }: Finding): Family | undefined {
  return family ?? (address === undefined ? undefined : parseAddress(address)?.family);
}
