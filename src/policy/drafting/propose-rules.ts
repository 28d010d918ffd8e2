import { bothFamilies, type Family } from '../../model/address.js';
import { groupBy } from '../../model/groups.js';
import { canonicalServiceName, portsOfService, serviceNameOf } from '../../model/known-ports.js';
import { formatRanges, rangesOf } from '../../model/ports.js';
import { shorten } from '../../model/printable.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { commentLines, scalar } from './draft-text.js';
import { riskOf } from '../remedies/remedies.js';
import type { SeenAddress, SeenState } from './seen-open.js';
import { suggestsService } from '../resolution/service-names.js';

/** A rule of a draft: what was seen is told in comments, what is declared in keys. */
interface ProposedRule {
  readonly ports: readonly number[];
  readonly service: string | undefined;
  readonly family: Family | undefined;
  readonly exposure: 'public' | 'local-only';
  /** What answers there, and where else it was looked for. */
  readonly about: readonly string[];
}

/** With more rules than these, alike ones are made one: nobody reviews thousands, and the reader of policies takes no more. */
const mostRules = 200;
const shownAddresses = 3;

/** The lines under `services:` for the ports seen open on any of the addresses; none where nothing is open. */
export function proposeRules(addresses: readonly SeenAddress[], indent: string): string[] {
  const ports = [...new Set(addresses.flatMap(({ open }) => [...open.keys()]))].sort((a, b) => a - b);
  const rules = ports.map((port) => proposeRule(port, addresses));
  return (rules.length > mostRules ? merge(rules) : rules).flatMap((rule) => ruleLines(rule, indent));
}

function proposeRule(port: number, addresses: readonly SeenAddress[]): ProposedRule {
  const entries = addresses.flatMap(({ open }) => open.get(port) ?? []);
  const guess = serviceNameOf(port);
  const suspects = entries.flatMap((entry) => [
    entry.service.name,
    ...(guess !== undefined && suggestsService(guess, entry) ? [guess] : []),
  ]);
  const isRisky = suspects.some((name) => ['high', 'critical'].includes(riskOf(name) ?? ''));
  const exposure = isRisky ? 'local-only' : 'public';
  return {
    ports: [port],
    service: agreedService(entries),
    // A port that must not be reachable must be so on both families, wherever it was seen.
    family: isRisky ? undefined : onlyFamily(port, addresses),
    exposure,
    about: [...whatAnswers(entries), ...whereElse(port, addresses)],
  };
}

/** The service that was read off the wire everywhere, by a name that a policy may use. */
function agreedService(entries: readonly OpenEntry[]): string | undefined {
  const [name, another] = new Set(entries.map(({ service }) => (service.method === 'probed' ? service.name : '')));
  if (name === undefined || another !== undefined) return undefined;
  return canonicalServiceName(name) === name && portsOfService(name).length > 0 ? name : undefined;
}

/** The one family that the port is open on, where it was seen not to be on the other. */
function onlyFamily(port: number, addresses: readonly SeenAddress[]): Family | undefined {
  const isNotOpen = (state: SeenState) => state === 'closed' || state === 'filtered';
  return bothFamilies.find((family) => {
    const others = addresses.filter((address) => address.family !== family);
    return others.length > 0 && others.every(({ stateOf }) => isNotOpen(stateOf(port)));
  });
}

function whatAnswers(entries: readonly OpenEntry[]): string[] {
  const groups = groupBy(entries, describe);
  return Array.from(groups, ([text, alike]) =>
    groups.size === 1 ? text : `on ${listed(alike.map(({ address }) => address))}: ${text}`,
  );
}

function describe({ port, service, trouble }: OpenEntry): string {
  const { name, product, version, extraInfo, method } = service;
  const shown = [product ?? (method === 'probed' && name !== 'unknown' ? name : undefined), version]
    .filter(Boolean)
    .join(' ');
  const why = trouble === undefined ? '' : ` (${shorten(trouble, 100)})`;
  if (shown !== '') return extraInfo === undefined ? shown : `${shown} (${shorten(extraInfo, 100)})`;
  const guess = name === 'unknown' ? serviceNameOf(port) : name;
  if (guess === undefined) return `what answers could not be identified${why}`;
  return `looks like ${guess} by its number; nothing that it said tells${why}`;
}

const notThere: Readonly<Record<Exclude<SeenState, 'open'>, string>> = {
  closed: 'closed on',
  filtered: 'filtered on',
  unknown: 'nothing is known of it (do not take that for closed) on',
};

/** Where the port was not seen open, so that nobody takes it for open everywhere. */
function whereElse(port: number, addresses: readonly SeenAddress[]): string[] {
  const [open, elsewhere] = [
    addresses.filter((each) => each.open.has(port)),
    addresses.filter((each) => !each.open.has(port)),
  ];
  if (elsewhere.length === 0) return [];
  const families = new Set(open.map(({ family }) => family));
  const [only] = families;
  const isOfFamily = families.size === 1 && elsewhere.every(({ family }) => !families.has(family));
  const place = isOfFamily ? `IPv${only ?? ''}` : listed(open.map(({ address }) => address));
  const states = groupBy(elsewhere, ({ stateOf }) => stateOf(port));
  const rest = Array.from(states, ([state, alike]) =>
    state === 'open' ? '' : `${notThere[state]} ${listed(alike.map(({ address }) => address))}`,
  );
  return [`open on ${place} only: ${rest.join('; ')}`];
}

/** A few addresses by name, the rest by number. */
export function listed(addresses: readonly string[]): string {
  const more = addresses.length - shownAddresses;
  const shown = addresses.slice(0, more > 1 ? shownAddresses : addresses.length).join(', ');
  return more > 1 ? `${shown} and ${more} more` : shown;
}

function merge(rules: readonly ProposedRule[]): ProposedRule[] {
  const groups = groupBy(rules, ({ service, family, exposure }) => JSON.stringify([service, family, exposure]));
  return [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined || alike.length === 1) return alike;
    const ports = alike.flatMap((rule) => rule.ports);
    return [{ ...first, ports, about: [`${ports.length} ports, whose answers are in the snapshot`] }];
  });
}

const remarks: Readonly<Record<ProposedRule['exposure'], string>> = {
  public: 'REVIEW: open now; is it meant to be public?',
  'local-only': 'open now: the first check fails on it',
};

function ruleLines({ ports, service, family, exposure, about }: ProposedRule, indent: string): string[] {
  const [port] = ports;
  const place = ports.length === 1 ? `port: ${port ?? ''}` : `ports: ${scalar(formatRanges(rangesOf(ports)))}`;
  return [
    ...about.flatMap((text) => commentLines(indent, text)),
    `${indent}- ${place}`,
    ...(service === undefined ? [] : [`${indent}  service: ${scalar(service)}`]),
    ...(family === undefined ? [] : [`${indent}  family: ${family}`]),
    `${indent}  exposure: ${exposure} # ${remarks[exposure]}`,
    `${indent}  owner:`,
    `${indent}  reason:`,
  ];
}
