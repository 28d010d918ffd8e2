import { dayMs } from '../../model/duration.js';
import { terminalSafe } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import type { OpenEntry } from '../../model/snapshot.js';
import type { Check } from './identity.js';
import { tlsVersions, type TlsDemand } from '../policy.js';

/**
 * Whether an open port's TLS is what a rule asks for. The version is the one that was negotiated with a client that offers all from
 * 1.0 or 1.2 on (as its OpenSSL is built) to 1.3; that the server would also take an older one is a weakness of its own.
 */
export function checkTls(demand: TlsDemand | undefined, entry: OpenEntry, now: Date): Check {
  if (demand === undefined) return { outcome: 'pass' };
  const expected = wordsOf(demand);
  const { tls, tlsUpgrade, service } = entry;
  if (tls === undefined) {
    if (tlsUpgrade === 'offered' && isMereTls(demand)) return { outcome: 'pass', expected };
    const isHidden = service.tunnel === 'tls' || tlsUpgrade === 'offered' || tlsUpgrade === 'unknown';
    if (isHidden || service.method !== 'probed' || entry.trouble !== undefined) {
      const note = 'nothing could be learnt of its TLS';
      const actual = tlsUpgrade === 'offered' ? 'TLS offered, not seen' : 'TLS not seen';
      return { outcome: 'indeterminate', code: 'tls-unknown', expected, actual, note };
    }
    if (!demand.required) return { outcome: 'pass', expected };
    const remedy = `Let ${terminalSafe(service.product ?? service.name)} speak TLS on port ${entry.port}, or move it to its port for TLS.`;
    return {
      outcome: 'fail',
      code: 'tls-missing',
      expected,
      actual: `${terminalSafe(service.name)} without TLS`,
      remedy,
    };
  }
  const version = versionIndex(tls.version);
  if (demand.minVersion !== undefined) {
    if (version < 0) {
      const note = `the version of TLS, ${terminalSafe(tls.version)}, cannot be compared`;
      return { outcome: 'indeterminate', code: 'tls-unknown', expected, actual: terminalSafe(tls.version), note };
    }
    if (version < tlsVersions.indexOf(demand.minVersion)) {
      const remedy = `Enable TLS ${demand.minVersion} in ${terminalSafe(service.product ?? service.name)}; it chose ${terminalSafe(tls.version)} though newer was offered.`;
      return { outcome: 'fail', code: 'tls-too-old', expected, actual: terminalSafe(tls.version), remedy };
    }
  }
  return demand.daysToExpiry === undefined
    ? { outcome: 'pass', expected }
    : checkExpiry(tls.certificate, demand.daysToExpiry, expected, now);
}

function isMereTls({ minVersion, daysToExpiry }: TlsDemand): boolean {
  return minVersion === undefined && daysToExpiry === undefined;
}

type Period = Pick<NonNullable<NonNullable<OpenEntry['tls']>['certificate']>, 'validFrom' | 'validTo'>;

function checkExpiry(period: Period | undefined, days: number, expected: string, now: Date): Check {
  const [start, end] = [Date.parse(period?.validFrom ?? ''), Date.parse(period?.validTo ?? '')];
  if (Number.isNaN(end)) {
    const note = 'until when the certificate is valid could not be read';
    return { outcome: 'indeterminate', code: 'tls-unknown', expected, actual: 'certificate not read', note };
  }
  if (start > now.getTime()) {
    const remedy = 'See which of the clocks is wrong, here or where the certificate was made.';
    const actual = `certificate valid only from ${isoDay(start)}`;
    return { outcome: 'fail', code: 'certificate-not-yet-valid', expected, actual, remedy };
  }
  const left = end - now.getTime();
  if (left >= days * dayMs) return { outcome: 'pass', expected };
  const actual =
    left < 0
      ? `expired on ${isoDay(end)}`
      : `expires on ${isoDay(end)}, in ${counted(Math.floor(left / dayMs), 'day')}`;
  const remedy = 'Renew the certificate, and see why that did not happen by itself.';
  return { outcome: 'fail', code: 'certificate-expiring', expected, actual: `certificate ${actual}`, remedy };
}

function wordsOf({ required, minVersion, daysToExpiry }: TlsDemand): string {
  return [
    minVersion === undefined ? (required ? 'TLS' : undefined) : `TLS ${minVersion} or later`,
    daysToExpiry === undefined ? undefined : `a certificate valid for ${counted(daysToExpiry, 'day')} more`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** `TLSv1.2` and `TLSv1` (1.0) as OpenSSL names them; -1 for SSLv3 and whatever else. */
function versionIndex(name: string): number {
  const version = /^TLSv(1(?:\.[0-3])?)$/.exec(name)?.[1];
  return tlsVersions.findIndex((known) => known === (version === '1' ? '1.0' : version));
}

export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
