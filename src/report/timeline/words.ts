import { shownMinute } from '../../model/shown-time.js';
import type { EndpointTimeline, Stretch, Timeline } from '../../model/timeline.js';
import { quoted } from '../page.js';
import { wordsOfCode } from '../words.js';

/** `closed (conn-refused)`, `unknown (no route from here)`, `open (syn-ack)`. */
export function stateWords({ state, reason, code, self }: Stretch): string {
  const why = code === undefined ? reason : wordsOfCode(code);
  const words = why === undefined ? state : `${state} (${why})`;
  return self === true ? `${words}, seen from the host itself` : words;
}

/** `MySQL 5.1.73`; the service's name where it told no product; with a `?` where only the port number speaks. Undefined: it was not open. */
export function versionWords({ state, service }: Stretch): string | undefined {
  if (state !== 'open') return undefined;
  if (service === undefined || service.name === 'unknown') return 'not identified';
  const product = [service.product, service.version].filter((part) => part !== undefined).join(' ');
  return quoted(product === '' ? `${service.name}${service.method === 'table' ? '?' : ''}` : product, 120);
}

/** `mysql, MySQL 5.1.73`. */
export function serviceWords({ service }: Pick<Stretch, 'service'>): string {
  if (service === undefined || service.name === 'unknown') return 'not identified';
  const product = [service.product, service.version].filter((part) => part !== undefined).join(' ');
  const name = `${quoted(service.name, 40)}${service.method === 'table' ? '?' : ''}`;
  return product === '' ? name : `${name}, ${quoted(product, 120)}`;
}

export function certificateWords({ certificate }: Pick<Stretch, 'certificate'>): string | undefined {
  if (certificate === undefined) return undefined;
  const { subject, validTo, selfSigned, fingerprint256 } = certificate;
  const self = selfSigned ? ', self-signed' : '';
  return `${quoted(subject, 120)}, until ${quoted(validTo.slice(0, 10), 10)}${self}, SHA-256 ${quoted(fingerprint256, 23)}`;
}

/** When it came to be open, in a sentence, as far as the scans can tell. */
export function openSinceWords({ openSince }: EndpointTimeline): string | undefined {
  if (openSince === undefined) return undefined;
  const { first, notBefore } = openSince;
  return notBefore === undefined
    ? `Open at every look that could tell since the first, ${shownMinute(first)}: when it was opened is not known.`
    : `Opened between ${shownMinute(notBefore)} (last seen not open) and ${shownMinute(first)} (first seen open).`;
}

/** False where the last scan of the address did not look at this port, so that what was seen of it is of an earlier one. */
export function isLookedAtLast({ addresses }: Timeline, { vantage, address, stretches }: EndpointTimeline): boolean {
  const last = addresses.find((each) => each.vantage === vantage && each.address === address)?.last;
  const seen = stretches.at(-1)?.last;
  return last === undefined || (seen !== undefined && seen >= last);
}
