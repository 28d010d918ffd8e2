import { isDifference } from '../model/diff.js';
import { printableText, shorten } from '../model/printable.js';
import { counted } from '../model/quantity.js';
import type { WeeklyReport } from '../model/weekly-report.js';

/** RFC 5322, section 2.1.1: a line should not be longer than 78 characters; the host's name may make it so all the same. */
const longestHost = 100;

/** Findings that say that a version is below what its policy asks. */
const tooOldCode = 'too-old';

type Facts = Omit<WeeklyReport, 'subject' | 'quiet'>;

/** The whole report in one line, and whether there is nothing in it that anyone need do or know. */
export function subjectOf(report: Facts): { subject: string; quiet: boolean } {
  const news = newsOf(report);
  const quiet = news.length === 0;
  const names = [...new Set([...report.hosts.map(({ host }) => host), ...report.notInHistory])];
  const [only] = names;
  const about = names.length === 1 && only !== undefined ? `${shorten(printableText(only), longestHost)}: ` : '';
  const days = `${report.since.slice(0, 10)} to ${report.madeAt.slice(0, 10)}`;
  return {
    subject: `exposcan: ${about}${quiet ? `nothing to report, ${grounds(report)}` : news.join(', ')} (${days})`,
    quiet,
  };
}

/** What somebody must know, the gravest for the report itself first: where nothing was seen, nothing is known. */
function newsOf(report: Facts): string[] {
  const { hosts, notInHistory, judgement, certificates, alerts, unreadDecisions } = report;
  const hostsThat = (holds: (host: Facts['hosts'][number]) => boolean) =>
    new Set(hosts.filter(holds).map(({ host }) => host)).size;
  const problems = judgement?.problems ?? [];
  const failed = problems.filter(({ finding }) => finding.outcome === 'fail');
  const old = failed.filter(({ finding }) => finding.code === tooOldCode).length;
  const changes = hosts.reduce(
    (sum, { changes, passing }) => sum + changes.filter(({ change }) => isDifference(change)).length + passing.length,
    0,
  );
  const pieces: readonly (readonly [count: number, one: string, many: string])[] = [
    [hosts.length + notInHistory.length === 0 ? 1 : 0, 'host at all is in the history', ''],
    [notInHistory.length, 'host is not in the history', 'hosts are not in the history'],
    [hostsThat(({ looked }) => looked === 'no'), 'host not looked at', 'hosts not looked at'],
    [hostsThat(({ looked }) => looked === 'blind'), 'host could not be observed', 'hosts could not be observed'],
    [failed.length - old, 'deviation', 'deviations'],
    [old, 'version below its least', 'versions below their least'],
    [problems.length - failed.length, 'undecided check', 'undecided checks'],
    [changes, 'change', 'changes'],
    [
      hostsThat(({ changes }) => changes.some(({ change }) => change.kind === 'coverage-lost')),
      'host observed less than before',
      'hosts observed less than before',
    ],
    [
      hostsThat(({ looked, unknown, lookups }) => looked === 'yes' && unknown.length + lookups.length > 0),
      'host not wholly observed',
      'hosts not wholly observed',
    ],
    [hostsThat(({ self }) => self), 'host seen from itself only', 'hosts seen from themselves only'],
    [
      hostsThat(({ looked, comparedWith }) => looked === 'yes' && comparedWith === undefined),
      'host seen for the first time',
      'hosts seen for the first time',
    ],
    [certificates.length, 'certificate ends', 'certificates end'],
    [judgement?.exceptions.length ?? 0, 'exception ends', 'exceptions end'],
    [
      alerts.filter(({ kind }) => kind === 'blind' || kind === 'missed-runs' || kind === 'reload-failed').length,
      'trouble of a watch',
      'troubles of watches',
    ],
    [judgement?.warnings.length ?? 0, 'warning', 'warnings'],
    [unreadDecisions, 'record that could not be read', 'records that could not be read'],
  ];
  return pieces.flatMap(([count, one, many]) =>
    count === 0 ? [] : many === '' ? [`no ${one}`] : [counted(count, one, many)],
  );
}

/** On what a report that has nothing to say rests. */
function grounds({ hosts, judgement }: Facts): string {
  const scans = hosts.reduce((sum, host) => sum + host.scans.count, 0);
  const stopped = hosts.reduce((sum, host) => sum + host.scans.stopped, 0);
  const names = new Set(hosts.map(({ host }) => host)).size;
  const judged = judgement === null ? 'no policy was given' : `policy ${printableText(judgement.policy.name)} is met`;
  const whole = stopped === 0 ? '' : ` (${stopped} stopped)`;
  return `${counted(names, 'host')}, ${counted(scans, 'scan')}${whole}, no change, ${judged}`;
}
