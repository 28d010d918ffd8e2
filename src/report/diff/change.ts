import { familyOf, formatEndpoint } from '../../model/address.js';
import type { Blindness, Change, ChangeOf } from '../../model/diff-change.js';
import { counted } from '../../model/quantity.js';
import type { OpenEntry } from '../../model/snapshot.js';
import { listed, wordsOfCode, type Quote } from '../words.js';

const shownPorts = 60;

/** Where a change is, and what it is. */
export function describeChange(change: Change, quote: Quote): { place: string; words: string } {
  const text = change.address;
  const place = 'port' in change ? formatEndpoint({ family: familyOf(text), text }, change.port) : text;
  return { place: quote(place, 270), words: wordsOf(change, quote) };
}

function wordsOf(change: Change, quote: Quote): string {
  switch (change.kind) {
    case 'opened':
      return `${service(change.to, quote)}; was ${stateOf(change.from)}`;
    case 'closed':
      return `${stateOf(change.to)}; was ${service(change.from, quote)}`;
    case 'service-changed':
    case 'version-changed':
      return `${service(change.to, quote)}; was ${service(change.from, quote)}`;
    case 'identification-lost':
    case 'identification-gained':
      return identification(change, quote);
    case 'tls-version-changed':
      return `${quote(change.to, 20)}; was ${quote(change.from, 20)}`;
    case 'certificate-changed':
      return `${certificate(change.to, quote)}; was ${certificate(change.from, quote)}`;
    case 'became-closed':
    case 'became-filtered':
      return `${ports(change)} (${change.to.reason}; was ${change.from.reason})`;
    case 'address-appeared':
    case 'address-vanished':
      return move(change, quote);
    case 'coverage-lost': {
      const open = change.open === '' ? '' : `; of these were open: ${cutList(change.open)}`;
      return `${ports(change)} (now: ${blind(change.why)})${open}`;
    }
    case 'coverage-gained': {
      const open = change.open === '' ? '' : `; of these are open: ${cutList(change.open)}`;
      return `${ports(change)} (before: ${blind(change.why)})${open}`;
    }
    case 'reason-changed':
      return `${ports(change)} ${change.state} (${change.to}; was ${change.from})`;
    case 'still-unobserved':
      return `${ports(change)} (${blind(change.to)}; before: ${blind(change.from)})`;
    case 'details-changed':
      return 'other details of the same service';
  }
}

function identification({ kind, from, to, facts }: ChangeOf<'identification-lost'>, quote: Quote): string {
  const verb = kind === 'identification-lost' ? 'no longer tells' : 'tells now';
  const isOfService = facts.some((fact) => fact === 'service' || fact === 'product' || fact === 'version');
  return `${service(to, quote)}; ${verb}: ${listed(facts)}${isOfService ? `; was ${service(from, quote)}` : ''}`;
}

function stateOf({ state, reason }: { state: string; reason: string }): string {
  return `${state} (${reason})`;
}

function blind(why: Blindness): string {
  return why === 'not-asked' ? 'not asked for' : `${wordsOfCode(why)}, ${why}`;
}

function move({ kind, target, targets, open, found }: ChangeOf<'address-appeared'>, quote: Quote): string {
  const came = kind === 'address-appeared';
  const names = `${quote(target, 255)}${targets.length > 1 ? ` and ${counted(targets.length - 1, 'other name')}` : ''}`;
  const leads = targets.length > 1 ? 'lead' : 'leads';
  const verb = came ? `${leads} there` : `no longer ${leads} there`;
  if (open === '') return `${names} ${verb}; nothing was seen open there`;
  const shown = found?.open.slice(0, 5).map((entry) => `${entry.port} ${quote(entry.service.name, 40)}`) ?? [];
  const more = (found?.open.length ?? 0) - shown.length;
  const list = shown.length === 0 ? cutList(open) : `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return `${names} ${verb}; these ${came ? 'are' : 'were'} open: ${list}`;
}

function service({ name, product, version }: OpenEntry['service'], quote: Quote): string {
  const facts = [product, version].filter((fact) => fact !== undefined);
  return [quote(name, 40), ...(facts.length === 0 ? [] : [quote(facts.join(' '), 120)])].join(', ');
}

function certificate(
  { subject, validTo, fingerprint256 }: { subject: string; validTo: string; fingerprint256: string },
  quote: Quote,
): string {
  return `${quote(subject, 120)} until ${quote(validTo.slice(0, 10), 10)}, SHA-256 ${quote(fingerprint256, 23)}`;
}

function ports({ ports: list, count }: { ports: string; count: number }): string {
  return count === 1 ? `port ${list}` : `${counted(count, 'port')}: ${cutList(list)}`;
}

/** Made of digits, commas and hyphens by this program itself. */
function cutList(list: string): string {
  if (list.length <= shownPorts) return list.replaceAll(',', ', ');
  const cut = list.slice(0, list.lastIndexOf(',', shownPorts));
  return `${cut.replaceAll(',', ', ')}, …`;
}
