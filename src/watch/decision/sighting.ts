import type { FindingCode } from '../../model/finding-codes.js';
import { getOrInsert } from '../../model/groups.js';
import { countPorts, eachPort, formatRanges, mergeRanges, parseRanges, type PortRange } from '../../model/ports.js';
import { severities } from '../../model/severity.js';
import type { Finding } from '../../model/snapshot.js';

/** One thing that a look found not to conform. */
export interface Sighting {
  /** The same from look to look, for as long as it is the same thing. */
  readonly key: string;
  /** The gravest, where it stands for several. */
  readonly finding: Finding;
  readonly alike: number;
  /** What could not be seen; undefined: all of the address or host, or it is no such sighting. */
  readonly ports: readonly PortRange[] | undefined;
}

/** Findings that say that something was not seen, whatever the rules would have made of it. */
const unseenCodes: ReadonlySet<FindingCode> = new Set<FindingCode>([
  'unknown',
  'not-covered',
  'not-observed',
  'family-not-observed',
  'address-excluded',
  'incomplete',
  'stale',
  'seen-from-itself',
  'no-rule',
  'nothing-decided',
]);

/** A finding about so many ports is told port by port, so that each has its own recovery. */
const mostPorts = 64;

export function isUnseen({ code }: Finding): boolean {
  return unseenCodes.has(code);
}

/**
 * What does not conform, each thing once. What was not seen of an address is one thing, however many rules and ports it is about: a
 * host that falls silent is told once. Everything else is known by its port, or by its rule where it has none; not by the rule's place
 * in the file, so that an edited policy does not make old problems new ones.
 */
export function sightingsOf(findings: readonly Finding[]): Map<string, Sighting> {
  const alike = new Map<string, Finding[]>();
  for (const finding of findings) {
    if (finding.outcome === 'pass' || finding.counted === false) continue;
    for (const part of isUnseen(finding) ? [finding] : byPort(finding)) {
      getOrInsert(alike, keyOf(part), (): Finding[] => []).push(part);
    }
  }
  return new Map([...alike].map(([key, parts]) => [key, join(key, parts)]));
}

function byPort(finding: Finding): Finding[] {
  const { ports: text, ...rest } = finding;
  const ports = text === undefined ? [] : parseRanges(text);
  if (ports.length === 0 || countPorts(ports) > mostPorts) return [finding];
  return [...eachPort(ports)].map((port) => ({ ...rest, port }));
}

function keyOf(finding: Finding): string {
  const { host = '', address, family, vantage = '', port } = finding;
  const place = address ?? (family === undefined ? '' : `IPv${family}`);
  if (isUnseen(finding)) return JSON.stringify(['unseen', host, place]);
  return JSON.stringify(['finding', host, place, vantage, port ?? ruleStem(finding)]);
}

/** `22/tcp ssh public` of `offsite7.yaml:12 22/tcp ssh public`. */
export function ruleStem({ rule }: Finding): string {
  return rule.replace(/^.*?:\d+ /, '');
}

function join(key: string, parts: readonly Finding[]): Sighting {
  const finding = parts.reduce((gravest, each) => (compareGravity(each, gravest) > 0 ? each : gravest));
  return { key, finding, alike: parts.length, ports: isUnseen(finding) ? unseenPorts(parts) : undefined };
}

function unseenPorts(parts: readonly Finding[]): readonly PortRange[] | undefined {
  const lists = parts.map(portsOf);
  return lists.some((list) => list.length === 0) ? undefined : mergeRanges(lists.flat());
}

/** Empty where it speaks of no port in particular. */
export function portsOf({ port, ports }: Finding): readonly PortRange[] {
  if (port !== undefined) return [{ first: port, last: port }];
  return ports === undefined ? [] : parseRanges(ports);
}

type Gravity = Pick<Finding, 'outcome' | 'severity'>;

/** Above 0 where `a` is graver: a proven deviation before anything undecided, then by severity. */
export function compareGravity(a: Gravity, b: Gravity): number {
  const byOutcome = Number(a.outcome === 'fail') - Number(b.outcome === 'fail');
  return byOutcome !== 0 ? byOutcome : severities.indexOf(a.severity) - severities.indexOf(b.severity);
}

/** A place in words: `offsite7.example.org (192.0.2.7) port 3306`. */
export function placeOf({ host, address, family, port, ports }: Finding): string {
  const where = [
    host ?? address ?? 'the watch',
    host !== undefined && address !== undefined && address !== host ? `(${address})` : undefined,
    address === undefined && family !== undefined ? `IPv${family}` : undefined,
    port === undefined ? undefined : `port ${port}`,
    port !== undefined || ports === undefined ? undefined : `ports ${shortList(ports)}`,
  ];
  return where.filter((part) => part !== undefined).join(' ');
}

function shortList(ports: string): string {
  const ranges = parseRanges(ports);
  const shown = 6;
  return ranges.length <= shown ? formatRanges(ranges) : `${formatRanges(ranges.slice(0, shown))},…`;
}
