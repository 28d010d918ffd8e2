import { ExposcanError } from '../model/errors.js';
import { didYouMean } from '../model/nearest.js';
import { printableText, shorten } from '../model/printable.js';

/** No scan of this host is in the history. `known`: the hosts that are. */
export function hostUnknown(host: string, known: Iterable<string>): ExposcanError {
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `No scan of ${shorten(printableText(host), 255)} is in the history.${printableText(didYouMean(host, known))} ` +
      'That says nothing about what is open there. "exposcan history" lists the hosts that are.',
  );
}

/** The host was scanned, and not from this place. `known`: the vantages that it was scanned from. */
export function vantageUnknown(host: string, vantage: string, known: readonly string[]): ExposcanError {
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `No scan of ${shorten(printableText(host), 255)} from ${shorten(printableText(vantage), 80)} is in the history.` +
      `${printableText(didYouMean(vantage, known))} There are scans from: ${listOf(known)}.`,
  );
}

/** The first names of a list, fit to be shown. */
export function listOf(names: readonly string[], most = 10): string {
  const shown = names.slice(0, most).map((name) => shorten(printableText(name), 80));
  const more = names.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
