import { familyOf, formatEndpoint } from '../model/address.js';
import { groupBy } from '../model/groups.js';
import type { Finding } from '../model/snapshot.js';
import { quoted } from './page.js';
import { bounded, listed } from './words.js';

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
      const { outcome, code, rule, host, port, ports, service, expected, actual, severity } = sample;
      const { owner, reason, counted } = sample;
      return [outcome, code, rule, host, port, ports, service, expected, actual, severity, owner, reason, counted];
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
  const alike = groupBy(groups, (group) => JSON.stringify(identityOf(group).map((part) => part ?? null)));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ sample: first.sample, members: same.flatMap(({ members }) => members) }];
  });
}

/** What the findings say, each once; findings that say nothing are left out. */
export function distinct(findings: readonly Finding[], textOf: (finding: Finding) => string | undefined): string[] {
  return [...new Set(findings.flatMap((finding) => textOf(finding) ?? []))];
}

/** `IPv4`, `IPv6`, or both, as far as the findings say. */
export function familiesOf(findings: readonly Finding[]): string[] {
  const seen = new Set(
    findings.flatMap(({ family, address }) => family ?? (address === undefined ? [] : familyOf(address))),
  );
  return [...seen].sort().map((family) => `IPv${family}`);
}

/** What findings of one code say that are about a target or the scan as a whole, and have no port to be called by. */
export function wordsOfWhole(findings: readonly Finding[]): string {
  const families = listed(familiesOf(findings));
  const code = findings[0]?.code;
  switch (code) {
    case 'family-not-observed':
      return `${families} ${familiesOf(findings).length === 1 ? 'was' : 'were'} not observed`;
    case 'address-excluded':
      return `${families} addresses were excluded`.trimStart();
    case 'not-observed':
      return 'nothing was observed';
    case 'no-rule':
      return 'the policy does not speak of it';
    case 'nothing-decided':
      return 'no rule speaks of what was scanned';
    case 'incomplete':
      return 'the scan was stopped';
    default:
      return quoted(code ?? '', 40);
  }
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
  return formatEndpoint({ family: familyOf(address), text }, port);
}

/** The address, or the target where the finding is about no one address. */
export function hostOf({ address, host, family }: Finding): string {
  if (address !== undefined) return quoted(address, 255);
  const name = host === undefined ? 'the scan as a whole' : quoted(host, 255);
  return family === undefined ? name : `${name}, IPv${family}`;
}
