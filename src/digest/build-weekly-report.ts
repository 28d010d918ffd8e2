import { verificationSummary } from './verification-summary.js';
import { isSelfScan } from '../model/self-scan.js';
import type { Snapshot } from '../model/snapshot.js';
import { compareAddressTexts, compareTexts } from '../model/text-order.js';
import type { HostWeekReport, WeeklyReport } from '../model/weekly-report.js';
import { endingCertificates } from './ending-certificates.js';
import { exposuresOf } from './exposures.js';
import { judge, readAlert } from './judgement.js';
import { subjectOf } from './subject.js';
import { changesOf, passingOf } from './week-changes.js';
import type { HostWeek, WeekInput } from './week-input.js';

/**
 * Makes the report of a week, or of another span. Pure: the same history, policy and time give the same report. What was not looked at,
 * or could not be observed, is said to be unknown and never left out.
 */
export function buildWeeklyReport(input: WeekInput): WeeklyReport {
  const { tool, now, since, vantage, notInHistory, alerts, verifications, head } = input;
  const hosts = input.hosts.map((week) => hostReport(week, since)).sort(inOrder);
  const told = alerts.flatMap(readAlert);
  const verified = verifications.flatMap(verificationSummary);
  const report: Omit<WeeklyReport, 'subject' | 'quiet'> = {
    format: 'exposcan-report',
    version: 1,
    tool,
    madeAt: now.toISOString(),
    since: since.toISOString(),
    ...(vantage === undefined ? {} : { vantage }),
    notInHistory: [...notInHistory],
    hosts,
    judgement: judge(input),
    certificates: endingCertificates(hosts, now),
    verifications: verified,
    alerts: told.map(({ at, watch, vantage, kind, severity, summary }) => ({
      at,
      watch,
      vantage,
      kind,
      severity,
      summary,
    })),
    unreadDecisions: alerts.length - told.length + verifications.length - verified.length,
    evidence: head,
  };
  const { format, version, tool: maker, madeAt, since: begin, ...rest } = report;
  return { format, version, tool: maker, madeAt, since: begin, ...subjectOf(report), ...rest };
}

const lookedOrder: Readonly<Record<HostWeekReport['looked'], number>> = { no: 0, blind: 1, yes: 2 };

function inOrder(a: HostWeekReport, b: HostWeekReport): number {
  return (
    lookedOrder[a.looked] - lookedOrder[b.looked] ||
    compareAddressTexts(a.host, b.host) ||
    compareTexts(a.vantage, b.vantage)
  );
}

function hostReport(week: HostWeek, since: Date): HostWeekReport {
  const { host, vantage, scans, latest, newer, before } = week;
  const looks = [latest, ...newer];
  const { startedAt, finishedAt, complete } = latest;
  return {
    host,
    vantage,
    looked: scans.length === 0 ? 'no' : looks.some(sawAnything) ? 'yes' : 'blind',
    self: isSelfScan(latest),
    scans: {
      count: scans.length,
      stopped: scans.filter((scan) => !scan.complete).length,
      undecided: scans.filter(({ verdict }) => verdict === 'indeterminate').length,
    },
    latest: { startedAt, finishedAt, complete },
    ...(before === undefined ? {} : { comparedWith: before.startedAt }),
    exposed: exposuresOf(week, since),
    unknown: looks.flatMap(({ unknown }) => unknown),
    lookups: latest.targets.flatMap(({ errors }) => errors),
    // Without a scan in the period there is nothing to compare that belongs to it.
    changes: scans.length === 0 ? [] : changesOf(week),
    passing: passingOf(week, since),
  };
}

function sawAnything({ open, notOpen }: Snapshot): boolean {
  return open.length + notOpen.length > 0;
}
