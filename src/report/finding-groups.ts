import { formatEndpoint } from '../model/address.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import { quoted } from './page.js';
import { bounded } from './words.js';

const shownPlaces = 6;

/** Findings that say the same of several addresses, or are undecided for one same cause; never empty. */
export interface FindingGroup {
  readonly sample: Finding;
  readonly members: readonly Finding[];
}

/**
 * Groups findings that differ in nothing but where they were made, what was seen there and what is to be done there, in
 * the order in which they first come.
 */
export function groupFindings(findings: readonly Finding[]): FindingGroup[] {
  return grouped(
    findings.map((finding) => ({ sample: finding, members: [finding] })),
    ({ sample }) => {
      const { outcome, code, rule, host, port, ports, service, expected, actual, severity, owner, reason } = sample;
      return [outcome, code, rule, host, port, ports, service, expected, actual, severity, owner, reason];
    },
  );
}

/** Brings groups together that stay undecided for one same cause, whichever rules they are about. */
export function mergeByCause(groups: readonly FindingGroup[]): FindingGroup[] {
  return grouped(groups, ({ sample, members }) => [
    sample.outcome,
    sample.code,
    sample.host,
    distinct(members, ({ evidence }) => evidence),
    distinct(members, ({ remedy }) => remedy),
  ]);
}

function grouped(
  groups: readonly FindingGroup[],
  identityOf: (group: FindingGroup) => readonly unknown[],
): FindingGroup[] {
  const found = new Map<string, { sample: Finding; members: Finding[] }>();
  for (const group of groups) {
    const key = JSON.stringify(identityOf(group).map((part) => part ?? null));
    const known = found.get(key);
    if (known === undefined) found.set(key, { sample: group.sample, members: [...group.members] });
    else for (const member of group.members) known.members.push(member);
  }
  return [...found.values()];
}

/** What the findings say, each once; findings that say nothing are left out. */
export function distinct(findings: readonly Finding[], textOf: (finding: Finding) => string | undefined): string[] {
  return [...new Set(findings.flatMap((finding) => textOf(finding) ?? []))];
}

/** `IPv4`, `IPv6`, or both, as far as the findings say. */
export function familiesOf(findings: readonly Finding[]): string[] {
  const seen = new Set(findings.map(({ family, address }) => family ?? (address?.includes(':') === true ? 6 : 4)));
  return [...seen].sort().map((family) => `IPv${family}`);
}

/** `mysql on port 3306`, or whichever half is known; a finding about neither is named by its code. */
export function subjectOf({ service, port, ports, code }: Finding): string {
  const where = port === undefined ? (ports === undefined ? undefined : `ports ${quoted(ports, 40)}`) : `port ${port}`;
  if (service === undefined) return where ?? quoted(code, 40);
  return where === undefined ? quoted(service, 40) : `${quoted(service, 40)} on ${where}`;
}

/** `mysql (3306)`, or whichever half is known. */
export function nameOf({ service, port, ports, code }: Finding): string {
  const where = port ?? (ports === undefined ? undefined : `ports ${quoted(ports, 40)}`);
  if (service === undefined) return where === undefined ? quoted(code, 40) : `${where}`;
  return where === undefined ? quoted(service, 40) : `${quoted(service, 40)} (${where})`;
}

/** Where the findings were made: the endpoints, each once, the first few of them. */
export function placesOf(findings: readonly Finding[]): string {
  return bounded(distinct(findings, placeOf), shownPlaces);
}

export function placeOf(finding: Finding): string {
  const { address, port } = finding;
  if (address === undefined || port === undefined) return hostOf(finding);
  const text = quoted(address, 255);
  return formatEndpoint({ family: text.includes(':') ? 6 : 4, text }, port);
}

/** The address, or the target where the finding is about no one address. */
export function hostOf({ address, host, family }: Finding): string {
  if (address !== undefined) return quoted(address, 255);
  const name = host === undefined ? 'the scan as a whole' : quoted(host, 255);
  return family === undefined ? name : `${name}, IPv${family}`;
}

/** True where everything that was observed was seen from the scanned machine itself. */
export function isSelfScan({ open, notOpen }: Snapshot): boolean {
  const observed = [...open, ...notOpen];
  return observed.length > 0 && observed.every(({ self }) => self === true);
}
