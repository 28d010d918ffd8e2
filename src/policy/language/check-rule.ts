import { canonicalServiceName, portsOfService, serviceNames } from '../../model/known-ports.js';
import { nearest } from '../../model/nearest.js';
import { formatRanges, type PortRange } from '../../model/ports.js';
import { report, type Cursor } from './cursor.js';
import type { Exposure } from '../policy.js';
import { quote } from './problems.js';
import type { MapReader } from './read-map.js';

/** What is known of a rule when its keys have been read one by one. */
interface RuleParts {
  readonly ports: readonly PortRange[];
  readonly service: string | undefined;
  readonly exposure: Exposure | undefined;
}

/** What goes with what in a rule. A key that could never matter is a mistake: its author believes that it does. */
export function checkRule(map: MapReader, { ports, service, exposure }: RuleParts): void {
  checkPlace(map, ports, service);
  checkExposure(map, exposure);
  if (map.has('minVersion') && !map.has('service') && !map.has('product')) {
    report(map.at('minVersion'), 'a version is one of a certain service: add service (or product).');
  }
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

/** Keys that speak of what answers; where nothing may answer, there is nothing to ask of it. */
const identityKeys = ['product', 'minVersion', 'tls'];

function checkExposure(map: MapReader, exposure: Exposure | undefined): void {
  if (exposure === undefined) return;
  if (exposure === 'restricted' && !map.has('from')) {
    report(map.at('exposure'), 'restricted needs from: the vantages or blocks that may reach it, like from: [office].');
  }
  if (exposure !== 'restricted' && map.has('from')) {
    report(map.at('from'), `from goes with exposure: restricted only, and this rule is ${exposure}.`);
  }
  if (exposure === 'public' && map.has('accept')) {
    report(
      map.at('accept'),
      'accept can never matter in a rule that is public: it says what proves that a port is not exposed.',
    );
  }
  if (exposure === 'public' || exposure === 'restricted') return;
  for (const key of identityKeys.filter((name) => map.has(name))) {
    report(
      map.at(key),
      `${key} can never matter in a rule that is ${exposure}: the outside must not see what answers.`,
    );
  }
}
