import { dayMs } from '../model/duration.js';
import { getOrInsert } from '../model/groups.js';
import type { CertificateReport, HostWeekReport } from '../model/weekly-report.js';

const monthMs = 30 * dayMs;

/** Certificates that have expired or will within 30 days, the first to end first, each with every place where it was seen. */
export function endingCertificates(hosts: readonly HostWeekReport[], now: Date): CertificateReport[] {
  const found = new Map<string, CertificateReport>();
  for (const { host, vantage, exposed } of hosts) {
    for (const { address, port, lastOpen, certificate } of exposed) {
      const state = certificate === undefined ? undefined : stateOf(certificate.validTo, now);
      if (certificate === undefined || state === undefined) continue;
      const key = `${certificate.fingerprint256} ${certificate.validTo}`;
      const report = getOrInsert(found, key, (): CertificateReport => ({ state, certificate, places: [] }));
      report.places.push({ host, vantage, address, port, lastOpen });
    }
  }
  return [...found.values()].sort((a, b) => endOf(a) - endOf(b));
}

function stateOf(validTo: string, now: Date): CertificateReport['state'] | undefined {
  const left = Date.parse(validTo) - now.getTime();
  if (Number.isNaN(left)) return 'unreadable';
  if (left <= 0) return 'expired';
  return left <= monthMs ? 'expiring' : undefined;
}

function endOf({ certificate }: CertificateReport): number {
  const end = Date.parse(certificate.validTo);
  return Number.isNaN(end) ? 0 : end;
}
