import { bothFamilies, type Family } from '../../model/address.js';
import { getOrInsert, groupBy } from '../../model/groups.js';
import {
  formatRanges,
  holdsPort,
  intersectRanges,
  mergeRanges,
  subtractRanges,
  countPorts,
  type PortRange,
} from '../../model/ports.js';
import { shorten } from '../../model/printable.js';
import { report, type Cursor } from './cursor.js';
import type { Placed, PlacedSettings } from './placed.js';
import type { HostPattern, Member, PolicyException, ServiceRule } from '../policy.js';
import { effectiveRules } from '../resolution/effective-rules.js';
import type { Problem } from './problems.js';
import type { MapReader } from './read-map.js';

type PlacedRule = Placed<ServiceRule>;

/** What in one entry contradicts itself or could never matter. `members`: the hosts that it speaks of; none for the defaults. */
export function checkEntry(map: MapReader, members: readonly Member[], settings: PlacedSettings): void {
  const { services, exceptions, ports, families } = settings;
  if (ports !== undefined && ports !== 'as-scanned') checkPorts(services, exceptions, ports);
  checkExceptions(exceptions, services);
  const possible = familiesOf(members);
  if (families?.some((family) => !possible.includes(family)) === true) {
    report(
      map.at('families'),
      `this speaks of IPv${possible.join()} addresses only, so it can never have others. Write [${possible.join()}], or name the host.`,
    );
  }
  checkRuleFamilies(services, families ?? possible);
}

/** What in a list of rules contradicts itself or could never matter, whichever hosts it is for. */
export function checkRules(services: readonly PlacedRule[]): void {
  for (const family of bothFamilies) {
    const ofFamily = services.filter(({ value }) => (value.family ?? family) === family);
    checkTies(ofFamily);
    checkServiceOnly(ofFamily);
  }
  checkShadowed(services);
}

/** The families that addresses of these hosts can be of; a name may have both. */
function familiesOf(members: readonly Member[]): readonly Family[] {
  const literal = members.map(({ pattern }) => familyOfPattern(pattern));
  if (literal.length === 0 || literal.includes(undefined)) return bothFamilies;
  return bothFamilies.filter((family) => literal.includes(family));
}

function familyOfPattern(pattern: HostPattern): Family | undefined {
  if (pattern.kind === 'address') return pattern.address.family;
  return pattern.kind === 'block' ? pattern.range.family : undefined;
}

function checkRuleFamilies(services: readonly PlacedRule[], possible: readonly Family[]): void {
  for (const { cursor, value } of services) {
    if (value.family === undefined || possible.includes(value.family)) continue;
    const spoken = `only IPv${possible.join()} is spoken of here`;
    reportOnce(cursor, `this rule can never match: it is for IPv${value.family}, and ${spoken}.`);
  }
}

/** A rule on a port that the policy does not look at would never be decided. */
function checkPorts(
  services: readonly PlacedRule[],
  exceptions: readonly Placed<PolicyException>[],
  scope: readonly PortRange[],
): void {
  const advice = 'ports says what is scanned. Add it there, or remove this.';
  for (const { cursor, value } of services) {
    const outside = subtractRanges(value.ports, scope);
    if (outside.length > 0) {
      reportOnce(cursor, `this rule can never matter on ${formatRanges(outside)}, outside the host's ports: ${advice}`);
    }
  }
  for (const { cursor, value } of exceptions) {
    if (!holdsPort(scope, value.port)) {
      report(cursor, `this exception can never matter: ${value.port} is outside the host's ports: ${advice}`);
    }
  }
}

/** Of two rules for a port the one for fewer ports wins; where both are for as many, neither does. */
function checkTies(services: readonly PlacedRule[]): void {
  const spans = services.flatMap((rule, index) => rule.value.ports.map((range) => ({ range, rule, index })));
  const ties = new Map<PlacedRule, Map<PlacedRule, PortRange[]>>();
  for (const alike of groupBy(spans, ({ range }) => range.last - range.first).values()) {
    alike.sort((a, b) => a.range.first - b.range.first);
    for (const [at, span] of alike.entries()) {
      const before = alike[at - 1];
      if (before === undefined || span.range.first > before.range.last) continue;
      const [earlier, later] = before.index < span.index ? [before, span] : [span, before];
      const tied = getOrInsert(ties, later.rule, () => new Map<PlacedRule, PortRange[]>());
      getOrInsert(tied, earlier.rule, (): PortRange[] => []).push(...intersectRanges([before.range], [span.range]));
    }
  }
  for (const [later, tied] of ties) {
    for (const [earlier, shared] of tied) {
      const text = shorten(formatRanges(mergeRanges(shared)), 200);
      const subject = countPorts(mergeRanges(shared)) === 1 ? `port ${text} has` : `ports ${text} have`;
      const where = `line ${earlier.cursor.position.line}`;
      reportOnce(later.cursor, `${subject} a rule already, on ${where}. One port has one rule: merge them.`);
    }
  }
}

/** A rule all of whose ports have more specific rules, in every family that it speaks of. */
function checkShadowed(services: readonly PlacedRule[]): void {
  const deciding = new Set<ServiceRule>();
  for (const family of bothFamilies) {
    const rules = services.map(({ value }) => value).filter((rule) => (rule.family ?? family) === family);
    for (const { rule, ports } of effectiveRules([rules])) if (ports.length > 0) deciding.add(rule);
  }
  const alike = groupBy(services, ({ value }) => formatRanges(value.ports));
  for (const { cursor, value } of services) {
    if (value.ports.length === 0 || deciding.has(value)) continue;
    // Two rules that tie have been told so already.
    if ((alike.get(formatRanges(value.ports))?.length ?? 0) > 1) continue;
    const lines = new Set<number>();
    for (const { value: other } of services) {
      if (lines.size >= 5) break;
      if (other !== value && intersectRanges(other.ports, value.ports).length > 0) lines.add(other.position.line);
    }
    reportOnce(
      cursor,
      `this rule is shadowed: each of its ports has a more specific rule (lines ${[...lines].join(', ')}). Remove it.`,
    );
  }
}

/** Two rules about one service wherever it is found. */
function checkServiceOnly(services: readonly PlacedRule[]): void {
  const seen = new Map<string, ServiceRule>();
  for (const { cursor, value } of services) {
    if (value.ports.length > 0 || value.service === undefined) continue;
    const earlier = seen.get(value.service);
    if (earlier === undefined) seen.set(value.service, value);
    else {
      const where = `line ${earlier.position.line}`;
      reportOnce(
        cursor,
        `${value.service} without a port has a rule already, on ${where}. Give one of them a port, or merge them.`,
      );
    }
  }
}

/** One exception a port, and none that excuses what is allowed anyway. */
function checkExceptions(exceptions: readonly Placed<PolicyException>[], services: readonly PlacedRule[]): void {
  const seen = new Map<number, PolicyException>();
  for (const { cursor, value } of exceptions) {
    const earlier = seen.get(value.port);
    if (earlier !== undefined) {
      report(
        cursor,
        `port ${value.port} has an exception already, on line ${earlier.position.line}. Keep one of them.`,
      );
    }
    seen.set(value.port, value);
    const rule = services.find((service) => holdsPort(service.value.ports, value.port))?.value;
    const asksNothing = rule?.service === undefined && rule?.product === undefined && rule?.tls === undefined;
    if (rule?.exposure === 'public' && rule.family === undefined && asksNothing) {
      report(
        cursor,
        `this exception can never matter: port ${value.port} is public by the rule on line ${rule.position.line}.`,
      );
    }
  }
}

/** What has been said, by the list of problems that it went to. */
const said = new WeakMap<readonly Problem[], Set<string>>();

/** Both families are looked at one after the other, and a list may be shared by many hosts. */
function reportOnce(cursor: Cursor, message: string): void {
  const { file, line, column } = cursor.position;
  let known = said.get(cursor.problems);
  if (known === undefined) said.set(cursor.problems, (known = new Set()));
  const key = `${line}:${column} ${file} ${message}`;
  if (known.has(key)) return;
  known.add(key);
  report(cursor, message);
}
