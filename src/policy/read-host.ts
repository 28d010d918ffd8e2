import type { Family } from '../model/address.js';
import { allPorts, countPorts, formatRanges, holdsPort, intersectRanges, subtractRanges } from '../model/ports.js';
import { mismatch, report, scalarOf, type Cursor, type Reader } from './cursor.js';
import { unlistedModes, type HostPattern, type HostPolicy, type PolicyException, type ServiceRule } from './policy.js';
import { readMap, type MapReader } from './read-map.js';
import { portScope } from './read-ports.js';
import { policyException, serviceRule } from './read-service.js';
import { hostPattern } from './read-sources.js';
import { itemsOf, listOf, oneOf } from './read-values.js';

const hostKeys = ['host', 'ports', 'families', 'unlisted', 'services', 'exceptions'];

/** Something read, with the place to complain about it. */
interface Placed<T> {
  readonly cursor: Cursor;
  readonly value: T;
}

/** One entry under `hosts`. */
export const hostPolicy: Reader<HostPolicy> = (cursor) => {
  const map = readMap(cursor, 'a host', hostKeys);
  if (map === null) return null;
  const pattern = map.required('host', hostPattern, 'a host name, an address, a block, or "*"');
  const ports = map.optional('ports', portScope) ?? allPorts;
  const families = map.optional('families', familyList);
  const unlisted = map.optional('unlisted', oneOf('unlisted', unlistedModes)) ?? 'deny';
  const services = placed(map, 'services', serviceRule, 'rules');
  const exceptions = placed(map, 'exceptions', policyException, 'exceptions');
  checkPorts(services, exceptions, ports);
  checkOverlaps(services);
  checkServiceOnly(services);
  checkExceptions(exceptions, services);
  if (pattern !== undefined && families !== undefined) checkFamilies(map.at('families'), pattern, families);
  if (unlisted === 'review' && services.length === 0 && !map.has('services')) {
    report(map.cursor, 'this host asserts nothing: with unlisted: review and no services, whatever is open passes.');
  }
  if (pattern === undefined) return null;
  const host = String(scalarOf(map.at('host').node));
  const values = { services: services.map(({ value }) => value), exceptions: exceptions.map(({ value }) => value) };
  return { position: cursor.position, pattern, host, ports, families, unlisted, ...values };
};

function placed<T>(map: MapReader, key: string, read: Reader<T>, what: string): readonly Placed<T>[] {
  const placedItem: Reader<Placed<T>> = (cursor) => {
    const value = read(cursor);
    return value === null ? null : { cursor, value };
  };
  return map.optional(key, listOf(what, placedItem)) ?? [];
}

const familyList: Reader<readonly Family[]> = (cursor) => {
  const expected = 'a list of address families: [4], [6] or [4, 6]';
  const found = itemsOf(cursor).map(({ node }) => scalarOf(node));
  const families = found.flatMap((value): Family[] => (value === 4 || value === 6 ? [value] : []));
  if (families.length === 0 || families.length < found.length) return mismatch(cursor, expected);
  return new Set(families).size < families.length ? report(cursor, `expected ${expected}, each once.`) : families;
};

function checkFamilies(at: Cursor, pattern: HostPattern, families: readonly Family[]): void {
  if (pattern.kind !== 'address' && pattern.kind !== 'block') return;
  const own = pattern.kind === 'address' ? pattern.address.family : pattern.range.family;
  if (families.every((family) => family === own)) return;
  report(
    at,
    `this host is of IPv${own} addresses only, so it can never have others. Write [${own}], or name the host.`,
  );
}

/** A rule on a port that the policy does not look at would never be decided. */
function checkPorts(
  services: readonly Placed<ServiceRule>[],
  exceptions: readonly Placed<PolicyException>[],
  scope: HostPolicy['ports'],
): void {
  if (scope === 'as-scanned') return;
  const advice = 'ports says what is scanned. Add it there, or remove this.';
  for (const { cursor, value } of services) {
    const outside = subtractRanges(value.ports, scope);
    if (outside.length > 0) {
      report(cursor, `this rule can never matter on ${formatRanges(outside)}, outside the host's ports: ${advice}`);
    }
  }
  for (const { cursor, value } of exceptions) {
    if (!holdsPort(scope, value.port)) {
      report(cursor, `this exception can never matter: ${value.port} is outside the host's ports: ${advice}`);
    }
  }
}

/** Two rules for one port would leave open which of them holds. */
function checkOverlaps(services: readonly Placed<ServiceRule>[]): void {
  const spans = services.flatMap(({ cursor, value }, index) => value.ports.map((range) => ({ range, cursor, index })));
  spans.sort((a, b) => a.range.first - b.range.first);
  let reach: (typeof spans)[number] | undefined;
  for (const span of spans) {
    if (reach !== undefined && span.range.first <= reach.range.last) {
      const [earlier, later] = reach.index < span.index ? [reach, span] : [span, reach];
      const shared = intersectRanges([reach.range], [span.range]);
      const text = formatRanges(shared);
      const subject = countPorts(shared) === 1 ? `port ${text} has` : `ports ${text} have`;
      const where = `line ${earlier.cursor.position.line}`;
      report(later.cursor, `${subject} a rule already, on ${where}. One port has one rule: merge them.`);
    }
    if (reach === undefined || span.range.last > reach.range.last) reach = span;
  }
}

/** Likewise for two rules about one service wherever it is found. */
function checkServiceOnly(services: readonly Placed<ServiceRule>[]): void {
  const seen = new Map<string, ServiceRule>();
  for (const { cursor, value } of services) {
    if (value.ports.length > 0 || value.service === undefined) continue;
    const earlier = seen.get(value.service);
    if (earlier === undefined) seen.set(value.service, value);
    else {
      const where = `line ${earlier.position.line}`;
      report(
        cursor,
        `${value.service} without a port has a rule already, on ${where}. Give one of them a port, or merge them.`,
      );
    }
  }
}

/** One exception a port, and none that excuses what is allowed anyway. */
function checkExceptions(
  exceptions: readonly Placed<PolicyException>[],
  services: readonly Placed<ServiceRule>[],
): void {
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
    if (rule?.exposure === 'public' && rule.service === undefined && rule.product === undefined) {
      report(
        cursor,
        `this exception can never matter: port ${value.port} is public by the rule on line ${rule.position.line}.`,
      );
    }
  }
}
