import { groupBy } from '../model/groups.js';
import { shorten, terminalSafe } from '../model/printable.js';
import type { ReconciledListener } from '../model/reconciliation.js';
import type { OutsideView, Sight } from './outside-view.js';

const shownPids = 4;
const shownAddresses = 4;
const longestName = 60;

/** Text out of a listing or a snapshot, printable and short. */
export function safe(text: string): string {
  return shorten(terminalSafe(text.slice(0, 4 * longestName)), longestName);
}

/** Who listens: `mysqld (pid 787)`, `container web`, `docker-proxy (pid 99), published by container web (its port 80)`. */
export function whoListens({ processes, container }: ReconciledListener): string {
  const pids = processes.flatMap(({ pid }) => pid ?? []);
  const pidText = pids.length === 0 ? '' : `pid ${bounded(pids.map(String), shownPids)}`;
  const [name] = processes.flatMap((process) => process.name ?? []);
  const process = name === undefined ? pidText : `${safe(name)}${pidText === '' ? '' : ` (${pidText})`}`;
  const published = container === undefined ? '' : `container ${safe(container.name)} (its port ${container.port})`;
  if (process === '') return published === '' ? 'an unnamed process' : published;
  return published === '' ? process : `${process}, published by ${published},`;
}

/** What it is bound to: `every address`, `every IPv6 address`, `192.0.2.7`, `loopback`. */
export function whereBound({ bound, at = '', families, maybeFamilies }: ReconciledListener): string {
  const [only] = families;
  const isOne = only !== undefined && families.length === 1 && maybeFamilies.length < 2;
  const every = isOne ? `every IPv${only} address` : 'every address';
  switch (bound) {
    case 'any':
      return every;
    case 'loopback':
      return bound;
    case 'interface':
      return `${every} of ${safe(at)}`;
    case 'address':
    case 'name':
      return safe(at);
  }
}

/** `line 7 of the listing`, `lines 7 and 9 of the listing` */
export function listingLines({ lines }: ReconciledListener): string {
  return `${lines.length === 1 ? 'line' : 'lines'} ${bounded(lines.map(String), shownPids)} of the listing`;
}

/** `IPv4 and IPv6`; `IPv4 (192.0.2.7)` where other addresses of the family were seen otherwise. */
export function placesOf(sights: readonly Sight[], { addresses }: OutsideView): string {
  const families = groupBy(sights, ({ family }) => family);
  return listed(
    [...families].map(([family, members]) => {
      const isAll = addresses.filter((address) => address.family === family).length === members.length;
      const some = members.map(({ address }) => safe(address));
      return `IPv${family}${isAll ? '' : ` (${bounded(some, shownAddresses)})`}`;
    }),
  );
}

/** `: mysql MySQL 5.1.73`: what answers there, each once, or nothing. */
export function answersOf(sights: readonly Sight[]): string {
  const services = new Set(sights.flatMap(({ service }) => service ?? []).map(safe));
  return services.size === 0 ? '' : `: ${bounded([...services], 2)}`;
}

/** Likewise in brackets, for the middle of a sentence. */
export function answersIn(sights: readonly Sight[]): string {
  const answers = answersOf(sights).slice(2);
  return answers === '' ? '' : ` (${answers})`;
}

/** ` (ERR_NO_ROUTE)`: why it is so, each once, or nothing. */
export function whyOf(sights: readonly Sight[]): string {
  const whys = new Set(sights.flatMap(({ why }) => why ?? []).map(safe));
  return whys.size === 0 ? '' : ` (${bounded([...whys], 3)})`;
}

function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}

function bounded(items: readonly string[], most: number): string {
  const more = items.length - most;
  return more > 0 ? `${items.slice(0, most).join(', ')} and ${more} more` : listed(items);
}
