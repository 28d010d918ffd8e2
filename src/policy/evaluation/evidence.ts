import { counted } from '../../model/quantity.js';
import { printableBytes, shorten, terminalSafe } from '../../model/printable.js';
import type { Basis, NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../../model/snapshot.js';
import type { Vantage } from '../resolution/vantage.js';

const shownBanner = 80;

/** What answers, as one would say it: `mysql MySQL 5.1.73`. Printable. */
export function describeService({ service }: OpenEntry): string {
  const words = [service.name, service.product, service.version].filter((word) => word !== undefined).join(' ');
  const named = service.method === 'table' ? `${words} (by its port number only)` : words;
  return shorten(terminalSafe(named), shownBanner);
}

/** What was seen of an open port: how it is known to be open, what answered, when, and from where. Printable. */
export function openEvidence(entry: OpenEntry, vantage: Vantage): string {
  const parts = [`open (${entry.reason}): ${describeService(entry)}`];
  // The bytes are the evidence; the text beside them in the document is for people and could say anything.
  const start = Buffer.from(entry.banner?.base64.slice(0, 4 * shownBanner) ?? '', 'base64');
  if (start.length > 0) parts.push(`banner "${shorten(printableBytes(start), shownBanner)}"`);
  if (entry.trouble !== undefined) parts.push(shorten(terminalSafe(entry.trouble), shownBanner));
  return `${parts.join('; ')}; ${seen(entry.observedAt, vantage)}`;
}

/**
 * What was seen of ports that are not open: who said no, or that nobody did; as the proof of what was expected, silence is weak.
 * Printable.
 */
export function notOpenEvidence(entry: NotOpenEntry, vantage: Vantage, expected: 'open' | 'not-open'): string {
  const when = seen(entry.observedAt, vantage);
  if (entry.state === 'closed') return `refused (${entry.reason}); ${when}`;
  const silence = `filtered (${entry.reason})`;
  if (expected === 'open') return `${silence}; ${when}`;
  const who = basisOf(entry) === 'firewall' ? 'a firewall or router said no, not the host' : 'not refused';
  const parts = [`${silence}, ${who}: one firewall rule away from exposure`];
  const chance = entry.missProbability ?? 0;
  if (chance > 0) parts.push(`estimated chance that one of these was open: ${percent(chance)}`);
  return `${parts.join('; ')}; ${when}`;
}

export function unknownEvidence({ code, message }: UnknownEntry, vantage: Vantage): string {
  return `${code}: ${shorten(terminalSafe(message), 300)} (from ${vantageName(vantage)})`;
}

/** Why what a snapshot says counts for nothing. */
export function staleEvidence(snapshot: Snapshot, now: number, maxAge: number): string {
  const { vantage, finishedAt } = snapshot;
  const age = now - Date.parse(finishedAt);
  const when = seen(finishedAt, vantage);
  if (age < 0) return `seen ${when}, which is in the future: a clock is wrong`;
  if (Number.isNaN(age)) return `seen at a time that cannot be read, ${when}`;
  return `last seen ${when}, ${duration(age)} ago, and the policy asks for no more than ${duration(maxAge)} (maxAge)`;
}

/** `8 days`, `3 hours`: as much as it takes to see the order of it. */
function duration(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  if (minutes < 120) return counted(minutes, 'minute');
  return minutes < 48 * 60 ? counted(Math.floor(minutes / 60), 'hour') : counted(Math.floor(minutes / 1440), 'day');
}

/** How much an observation proves, whatever was expected: the finding's `basis`. */
export function basisOf({ reason }: NotOpenEntry): Basis {
  switch (reason) {
    case 'reset':
      return 'reset';
    case 'conn-refused':
      return 'refusal';
    case 'no-response':
      return 'silence';
    default:
      return 'firewall';
  }
}

export function vantageName({ name, sources }: Vantage): string {
  const shown = name === 'unnamed' && sources[0] !== undefined ? `unnamed (${sources.join(', ')})` : name;
  return shorten(terminalSafe(shown), 100);
}

function seen(when: string, vantage: Vantage): string {
  return `${terminalSafe(when)} from ${vantageName(vantage)}`;
}

function percent(share: number): string {
  return share < 0.0001 ? 'under 0.01 %' : `${(share * 100).toFixed(2)} %`;
}
