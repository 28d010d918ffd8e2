import { printableBytes, shorten, terminalSafe } from '../model/printable.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../model/snapshot.js';

const shownBanner = 80;

/** What answers, as one would say it: `mysql MySQL 5.1.73`. Printable. */
export function describeService({ service }: OpenEntry): string {
  const words = [service.name, service.product, service.version].filter((word) => word !== undefined).join(' ');
  const named = service.method === 'table' ? `${words} (by its port number only)` : words;
  return shorten(terminalSafe(named), shownBanner);
}

/** What was seen of an open port: how it is known to be open, what answered, when, and from where. Printable. */
export function openEvidence(entry: OpenEntry, vantage: Snapshot['vantage']): string {
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
export function notOpenEvidence(
  entry: NotOpenEntry,
  vantage: Snapshot['vantage'],
  expected: 'open' | 'not-open',
): string {
  const when = seen(entry.observedAt, vantage);
  if (entry.state === 'closed') return `refused (${entry.reason}); ${when}`;
  const silence = `filtered (${entry.reason})`;
  if (expected === 'open') return `${silence}; ${when}`;
  const parts = [`${silence}, not refused: one firewall rule away from exposure`];
  const chance = entry.missProbability ?? 0;
  if (chance > 0) parts.push(`estimated chance that one of these was open: ${percent(chance)}`);
  return `${parts.join('; ')}; ${when}`;
}

export function unknownEvidence({ code, message }: UnknownEntry, vantage: Snapshot['vantage']): string {
  return `${code}: ${shorten(terminalSafe(message), 300)} (from ${vantageName(vantage)})`;
}

export function vantageName({ name }: Snapshot['vantage']): string {
  return shorten(terminalSafe(name), 60);
}

function seen(when: string, vantage: Snapshot['vantage']): string {
  return `${terminalSafe(when)} from ${vantageName(vantage)}`;
}

function percent(share: number): string {
  return share < 0.0001 ? 'under 0.01 %' : `${(share * 100).toFixed(2)} %`;
}
