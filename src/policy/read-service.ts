import { canonicalServiceName, portsOfService, serviceNames } from '../model/known-ports.js';
import { formatRanges, type PortRange } from '../model/ports.js';
import type { Severity } from '../model/snapshot.js';
import { mismatch, report, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import { nearest } from '../model/nearest.js';
import { exposures, type Exposure, type PolicyException, type ServiceRule } from './policy.js';
import { quote } from './problems.js';
import { readMap, type MapReader } from './read-map.js';
import { portNumber, portSet } from './read-ports.js';
import { allowedSources } from './read-sources.js';
import { calendarDay, oneOf, words } from './read-values.js';
import { parseVersion } from './versions.js';

const severities: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

const serviceKeys = [
  'port',
  'ports',
  'service',
  'exposure',
  'from',
  'product',
  'minVersion',
  'severity',
  'owner',
  'reason',
  'ticket',
];

/** One entry under `services`. */
export const serviceRule: Reader<ServiceRule> = (cursor) => {
  const map = readMap(cursor, 'a rule', serviceKeys);
  if (map === null) return null;
  const single = map.optional('port', portNumber);
  const several = map.optional('ports', portSet);
  const service = map.optional('service', serviceName);
  const exposure = map.required('exposure', oneOf('an exposure', exposures), `one of ${exposures.join(', ')}`);
  const from = map.optional('from', allowedSources);
  const product = map.optional('product', words('the name of a product', 100));
  const minVersion = map.optional('minVersion', versionNumber);
  const severity = map.optional('severity', oneOf('a severity', severities));
  const accountability = readAccountability(map);
  const ports = single === undefined ? (several ?? []) : [{ first: single, last: single }];
  checkPlace(map, ports, service);
  checkExposure(map, exposure);
  const placeless = ports.length === 0 && (map.has('port') || map.has('ports') || service === undefined);
  if (exposure === undefined || placeless) return null;
  return {
    position: map.cursor.position,
    ports,
    service,
    exposure,
    from: from ?? [],
    product,
    minVersion,
    severity,
    ...accountability,
  };
};

function readAccountability(map: MapReader) {
  return {
    owner: map.optional('owner', words('who answers for this')),
    reason: map.optional('reason', words('why this is so')),
    ticket: map.optional('ticket', words('the number of a ticket')),
  };
}

/** Which endpoints the rule speaks of. */
function checkPlace(map: MapReader, ports: readonly PortRange[], service: string | undefined): void {
  if (map.has('port') && map.has('ports'))
    report(map.at('ports'), 'a rule has either port or ports. Remove one of them.');
  if (map.has('port') || map.has('ports')) {
    if (service !== undefined && portsOfService(service).length === 0) checkSpelling(map.at('service'), service, ports);
  } else if (!map.has('service')) {
    report(map.cursor, 'a rule needs a port, ports, or a service to speak of.');
  } else if (service !== undefined && portsOfService(service).length === 0) {
    const advice = nearestService(service) ?? 'Give the port too: then whatever answers there is judged.';
    report(map.at('service'), `${quote(service)} is no service that exposcan can find. ${advice}`);
  }
}

/** A name that is not known is taken as it is where the port tells which endpoint is meant, unless it looks mistyped. */
function checkSpelling(at: Cursor, service: string, ports: readonly PortRange[]): void {
  const advice = nearestService(service);
  if (advice === undefined) return;
  report(
    at,
    `${quote(service)} is no service name that exposcan knows. ${advice} Or leave service out: then whatever answers on ${formatRanges(ports) || 'the port'} is meant.`,
  );
}

function nearestService(service: string): string | undefined {
  const meant = nearest(service, serviceNames());
  return meant === undefined ? undefined : `Did you mean ${canonicalServiceName(meant)}?`;
}

/** What goes with which exposure. A key that could never matter is a mistake: its author believes that it does. */
function checkExposure(map: MapReader, exposure: Exposure | undefined): void {
  if (exposure === 'restricted' && !map.has('from')) {
    report(map.at('exposure'), 'restricted needs from: the vantages or blocks that may reach it, like from: [office].');
  }
  if (exposure !== undefined && exposure !== 'restricted' && map.has('from')) {
    report(map.at('from'), `from goes with exposure: restricted only, and this rule is ${exposure}.`);
  }
  if (exposure === 'local-only' || exposure === 'absent') {
    for (const key of ['product', 'minVersion'].filter((name) => map.has(name))) {
      report(
        map.at(key),
        `${key} can never matter in a rule that is ${exposure}: the outside must not see what answers.`,
      );
    }
  }
  if (map.has('minVersion') && !map.has('service') && !map.has('product')) {
    report(map.at('minVersion'), 'a version is one of a certain service: add service (or product).');
  }
}

/** A service by the name that findings use: lower case, IANA's where there is one. */
const serviceName: Reader<string> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(value)) {
    return mismatch(cursor, 'the name of a service, like ssh or https');
  }
  const canonical = canonicalServiceName(value);
  if (canonical === value) return value;
  return report(cursor, `${quote(value)} is called ${canonical} here. Did you mean ${canonical}?`);
};

/** A version number in quotes: without them YAML reads 9.10 as the number 9.1. */
const versionNumber: Reader<string> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value === 'number') {
    return report(
      cursor,
      `put the version in quotes, "${spellingOf(cursor.node)}": without them it is a number, and 9.10 is 9.1.`,
    );
  }
  if (typeof value !== 'string') return mismatch(cursor, 'a version in quotes, like "9.2p1"');
  const parsed = parseVersion(value);
  if (parsed?.rest === '') return value;
  return report(cursor, `${quote(value)} cannot be compared. Write numbers and dots, like "9.2p1" or "5.1.73".`);
};

const exceptionKeys = ['port', 'owner', 'reason', 'ticket', 'expires'];

/** One entry under `exceptions`. */
export const policyException: Reader<PolicyException> = (cursor) => {
  const map = readMap(cursor, 'an exception', exceptionKeys);
  if (map === null) return null;
  const port = map.required('port', portNumber, 'an exception is for one port');
  const owner = map.required('owner', words('who answers for this'), 'somebody answers for every exception');
  const reason = map.required('reason', words('why this is so'), 'an exception says why it was made');
  const ticket = map.optional('ticket', words('the number of a ticket'));
  const expires = map.required('expires', calendarDay, 'an exception ends on a day, like 2026-12-31');
  if (port === undefined || owner === undefined || reason === undefined || expires === undefined) return null;
  return { position: map.cursor.position, port, owner, reason, ticket, expires };
};
