import { hostKey } from '../history/host-key.js';
import type { History, ScanSummary } from '../history/history.js';
import { countPorts, parseRanges } from '../model/ports.js';
import type { Snapshot } from '../model/snapshot.js';
import { scanIndex, type ScansOfHost } from './scan-index.js';
import { splitSnapshot } from './split-snapshot.js';
import { tellOnce } from './tell-once.js';
import type { HostWeek, WeekInput } from './week-input.js';

/** Scans of one run cover many hosts; more than a few runs back none is asked for twice. */
const keptSnapshots = 16;
/** So many scans in a row that saw no more than one after them end the search for a wider one. */
const patience = 3;
/** All ports of both families, not interrupted. */
const wholeExtent = 4 * 65_535;

export interface WeekQuestion {
  readonly now: Date;
  readonly since: Date;
  /** Targets as they were scanned, or addresses of them; none: everything that the history holds. */
  readonly hosts: readonly string[];
  readonly vantage?: string;
}

type Gathered = Omit<WeekInput, 'tool' | 'policy'>;

/** Asks the history for what a report is made of. Throws what the history throws. */
export async function gatherWeek(history: History, question: WeekQuestion): Promise<Gathered> {
  const { now, since, vantage } = question;
  const { found, missing } = await findHosts(history, question);
  const scansOf = scanIndex(history, since, question.hosts.length === 0);
  const read = snapshotReader(history);
  const hosts: HostWeek[] = [];
  for (const place of found) {
    const week = await weekOf(history, place, await scansOf(place), read);
    if (week !== undefined) hosts.push(week);
  }
  return {
    now,
    since,
    ...(vantage === undefined ? {} : { vantage }),
    notInHistory: missing,
    hosts: question.hosts.length === 0 ? tellOnce(hosts) : hosts,
    alerts: await history.decisions('alert', { since }),
    verifications: await history.decisions('verification', { since }),
    head: await history.head(),
  };
}

/** A host as it is seen from one place. */
interface Place {
  readonly host: string;
  readonly vantage: string;
}

async function findHosts(
  history: History,
  { hosts, vantage }: WeekQuestion,
): Promise<{ found: Place[]; missing: string[] }> {
  const isWanted = (place: string) => vantage === undefined || place === vantage;
  if (hosts.length === 0) {
    const all = await history.hosts();
    return { found: all.filter((each) => isWanted(each.vantage)), missing: [] };
  }
  const found: Place[] = [];
  const missing: string[] = [];
  for (const host of new Set(hosts.map(hostKey))) {
    const vantages = (await history.vantages(host)).filter(isWanted);
    if (vantages.length === 0) missing.push(host);
    found.push(...vantages.map((each) => ({ host, vantage: each })));
  }
  return { found, missing };
}

/** Reads what a scan says of a host. */
type Read = (scan: ScanSummary, host: string) => Promise<Snapshot>;

function snapshotReader(history: History): Read {
  const kept = new Map<number, (host: string) => Snapshot>();
  return async ({ id }, host) => {
    const known = kept.get(id);
    if (known !== undefined) return known(host);
    const [oldest] = kept.keys();
    if (kept.size >= keptSnapshots && oldest !== undefined) kept.delete(oldest);
    const shareOf = splitSnapshot(await history.snapshot(id));
    kept.set(id, shareOf);
    return shareOf(host);
  };
}

async function weekOf(
  history: History,
  { host, vantage }: Place,
  { scans, older }: ScansOfHost,
  readShare: Read,
): Promise<HostWeek | undefined> {
  const read = (scan: ScanSummary) => readShare(scan, host);
  const { widest: latest, newer } = await widestLook(scans.length > 0 ? scans : older.slice(0, 1), read);
  if (latest === undefined) return undefined;
  const before = (await widestLook(older, read)).widest ?? (await firstOf(scans, read));
  return {
    host,
    vantage,
    scans,
    latest,
    newer,
    ...(before === undefined || before.startedAt === latest.startedAt ? {} : { before }),
    timeline: await history.timeline(host, { vantage }),
  };
}

type ReadShare = (scan: ScanSummary) => Promise<Snapshot>;

async function firstOf(scans: readonly ScanSummary[], read: ReadShare): Promise<Snapshot | undefined> {
  const first = scans.at(-1);
  return first === undefined ? undefined : read(first);
}

/**
 * The latest scan, unless one shortly before it was asked for more, or was not interrupted: a quick look at one port, in between, must not
 * hide what the nightly scan saw. `newer`: the lesser ones after it.
 */
async function widestLook(
  scans: readonly ScanSummary[],
  read: ReadShare,
): Promise<{ widest: Snapshot | undefined; newer: Snapshot[] }> {
  const seen: Snapshot[] = [];
  let at = 0;
  for (const scan of scans) {
    const snapshot = await read(scan);
    seen.push(snapshot);
    const widest = seen[at];
    if (widest !== undefined && extentOf(snapshot) > extentOf(widest)) at = seen.length - 1;
    if (extentOf(snapshot) === wholeExtent || seen.length - at > patience) break;
  }
  return { widest: seen[at], newer: seen.slice(0, at) };
}

/** How much a scan looked at: one that was interrupted always less than one that was not. */
function extentOf({ complete, asked }: Snapshot): number {
  return (complete ? wholeExtent / 2 : 0) + countPorts(parseRanges(asked.ports)) * asked.families.length;
}
