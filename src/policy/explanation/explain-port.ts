import { bothFamilies, type Family } from '../../model/address.js';
import type {
  ConditionalRule,
  ExplainedException,
  ExplainedFamily,
  ExplainedPort,
  ExplainedSetting,
  Explanation,
  LossReason,
} from '../../model/explanation.js';
import { serviceNameOf } from '../../model/known-ports.js';
import type { TargetSpec } from '../../model/parse-target.js';
import { holdsPort } from '../../model/ports.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { explainEntries, listMembers } from './explain-entries.js';
import { rulesInOrder, type PlacedRule } from './explain-rule.js';
import { strayRule, type HostRules } from '../resolution/host-rules.js';
import { endOf } from '../resolution/exception-end.js';
import type { Policy, PolicyException, ServiceRule, Settings } from '../policy.js';
import { statingEntries, hostResolver, type ResolvedHost, type SettingName } from '../resolution/resolved-host.js';
import { relateService, suggestsService } from '../resolution/service-names.js';
import { expectationOnSide } from '../evaluation/truth-table.js';

/**
 * What a policy says of ports of one host: which rule decides and why, which others would speak of them and lose, and what holds
 * besides. Pure; `now` decides whether an exception holds. `target`: a name or an address. No entries: nothing is declared of it.
 */
export function explainPorts(policy: Policy, target: TargetSpec, ports: readonly number[], now: Date): Explanation {
  const address = target.kind === 'address' ? target.address : undefined;
  const host = hostResolver(policy).resolve(target, address);
  const settings: readonly Settings[] = [...(host?.entries ?? []), ...policy.defaults];
  const stating: readonly Settings[] = [...statingEntries(host?.entries ?? []), ...policy.defaults];
  const families = address === undefined ? bothFamilies : [address.family];
  return {
    format: 'exposcan-explanation',
    version: 1,
    policy: { name: policy.name, file: policy.file },
    host: target.text,
    entries: host === undefined ? [] : explainEntries(host.entries, target),
    defaults: policy.defaults.map(({ position }) => position),
    otherEntries: listMembers(
      policy.entries,
      ({ kind }) => (address === undefined ? ['address', 'block'] : ['name', 'pattern']).includes(kind),
      host?.entries ?? [],
      target,
    ),
    maxAge: host === undefined ? undefined : { value: host.maxAge, statedAt: statedAt(stating, 'maxAge') },
    tls: host === undefined ? undefined : { value: host.tls, statedAt: statedAt(stating, 'tls') },
    ports: host === undefined ? [] : ports.map((port) => explainPort({ host, settings, stating, families, now }, port)),
  };
}

/** A host that the policy speaks of. */
interface Subject {
  readonly host: ResolvedHost;
  /** What its entries say, the most specific first, then the defaults. */
  readonly settings: readonly Settings[];
  /** Those of them whose settings count. */
  readonly stating: readonly Settings[];
  readonly families: readonly Family[];
  readonly now: Date;
}

function explainPort(subject: Subject, port: number): ExplainedPort {
  const { host, stating, families, now } = subject;
  const explained = families.map((family) => explainFamily(subject, family, port));
  const exception = host.exceptionAt(port);
  return {
    port,
    usualService: serviceNameOf(port),
    families: joinAlike(explained),
    unlisted: { value: host.unlisted, statedAt: statedAt(stating, 'unlisted') },
    observed: { value: observedOf(host, port), statedAt: statedAt(stating, 'ports') },
    exception: exception === undefined ? undefined : explainException(exception, now),
  };
}

function statedAt(settings: readonly Settings[], key: SettingName) {
  return settings.find((each) => each[key] !== undefined)?.position;
}

function observedOf({ ports }: ResolvedHost, port: number): ExplainedPort['observed']['value'] {
  if (ports === 'as-scanned') return ports;
  return holdsPort(ports, port) ? 'required' : 'not-required';
}

function joinAlike(families: readonly ExplainedFamily[]): readonly ExplainedFamily[] {
  const [first, second] = families;
  if (first === undefined || second === undefined) return families;
  const isAlike = JSON.stringify(first) === JSON.stringify({ ...second, families: first.families });
  return isAlike ? [{ ...first, families: [...first.families, ...second.families] }] : families;
}

function explainFamily({ host, settings, families }: Subject, family: Family, port: number): ExplainedFamily {
  const rules = host.rules(family);
  const winner = rules.ruleAt(port);
  const placed = rulesInOrder(settings);
  const of = (rule: ServiceRule) => placed.get(rule);
  const deciding = winner === undefined ? undefined : of(winner);
  const losing = [...placed.values()].flatMap((other) => {
    const why = other.rule === winner ? undefined : lossOf(other, deciding, { rules, family, families }, port);
    return why === undefined ? [] : [{ rule: other.explained, why }];
  });
  const suggested = deciding === undefined ? suggestedRule(rules, family, port) : undefined;
  return {
    families: [family],
    rule: deciding?.explained,
    losing,
    ifFound: deciding === undefined ? conditionalRules(rules, placed, port) : [],
    byNumber: suggested === undefined ? undefined : of(suggested)?.explained,
    required: requiredOf(host, settings, family),
  };
}

function requiredOf(host: ResolvedHost, settings: readonly Settings[], family: Family): ExplainedSetting<boolean> {
  return { value: host.families?.includes(family) ?? true, statedAt: statedAt(settings, 'families') };
}

/** Why a rule does not decide, though its author may have thought that it does; undefined where it has nothing to do with the port. */
function lossOf(
  { rule, layer }: PlacedRule,
  deciding: PlacedRule | undefined,
  { rules, family, families }: { rules: HostRules; family: Family; families: readonly Family[] },
  port: number,
): LossReason | undefined {
  const isForOther = rule.family !== undefined && rule.family !== family;
  if (rule.ports.length > 0) {
    if (!holdsPort(rule.ports, port)) return undefined;
    // Where both families are shown, each has its own rules.
    if (isForOther) return families.length > 1 ? undefined : 'other-family';
    if (deciding === undefined) return undefined;
    return layer === deciding.layer ? 'larger-range' : 'less-specific-entry';
  }
  if (isForOther || rule.service === undefined) return undefined;
  const service = deciding?.rule.service ?? serviceNameOf(port);
  const isAbout =
    suggestsService(rule.service, unidentified(port, family)) ||
    (service !== undefined && relateService(rule.service, found(port, family, service)) === 'same');
  if (!isAbout) return undefined;
  if (deciding !== undefined) return 'without-port';
  return rules.anywhere.includes(rule) ? undefined : 'less-specific-entry';
}

/** For every service that a rule names: which rule would speak of it, were it found on this port. */
function conditionalRules(
  rules: HostRules,
  placed: ReadonlyMap<ServiceRule, PlacedRule>,
  port: number,
): ConditionalRule[] {
  const named = [...rules.anywhere, ...rules.withPorts.map(({ rule }) => rule)].flatMap(({ service }) => service ?? []);
  const byRule = new Map<ServiceRule, { services: string[]; vantages: ConditionalRule['vantages'] }>();
  for (const service of new Set(named)) {
    const entry = found(port, 4, service);
    const outside = strayRule(rules, entry, ({ exposure }) => expectationOnSide(exposure, 'outside') === 'not-open');
    if (outside === undefined) continue;
    const inside = strayRule(rules, entry, ({ exposure }) => expectationOnSide(exposure, 'inside') === 'not-open');
    const known = byRule.get(outside.rule);
    if (known !== undefined) known.services.push(service);
    else byRule.set(outside.rule, { services: [service], vantages: inside?.rule === outside.rule ? 'all' : 'outside' });
  }
  return [...byRule].flatMap(([rule, { services, vantages }]) => {
    const explained = placed.get(rule)?.explained;
    return explained === undefined ? [] : [{ rule: explained, services, vantages }];
  });
}

/** The rule that the port's number alone suggests. */
function suggestedRule(rules: HostRules, family: Family, port: number): ServiceRule | undefined {
  return strayRule(rules, unidentified(port, family), () => false)?.rule;
}

/** An open port at which this service was read off the wire, for asking the very functions that judge one. */
function found(port: number, family: Family, service: string): OpenEntry {
  return {
    address: family === 4 ? '192.0.2.1' : '2001:db8::1',
    port,
    state: 'open',
    reason: 'conn-accepted',
    method: 'connect',
    observedAt: '1970-01-01T00:00:00.000Z',
    service: { name: service, method: 'probed' },
  };
}

function unidentified(port: number, family: Family): OpenEntry {
  const name = serviceNameOf(port) ?? 'unknown';
  return { ...found(port, family, name), service: { name, method: 'table' } };
}

function explainException(exception: PolicyException, now: Date): ExplainedException {
  const { position, owner, reason, ticket, expires } = exception;
  return {
    place: position,
    owner,
    reason,
    ticket,
    expires,
    state: now.getTime() < endOf(exception) ? 'holds' : 'lapsed',
  };
}
