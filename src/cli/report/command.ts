import type { History } from '../../history/history.js';
import { ExposcanError } from '../../model/errors.js';
import { parseTarget } from '../../model/parse-target.js';
import type { WeeklyReport } from '../../model/weekly-report.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { thisTool } from '../../net/package-version.js';
import { inHistory, noHistoryYet } from '../open-history-file.js';
import { printResult } from '../print-result.js';
import type { ReportFlags } from './arguments.js';
import { filePage, reportWriter, type ReportKinds } from '../report-file.js';
import { say } from '../say.js';

const kinds: ReportKinds<WeeklyReport> = {
  md: async (report) => (await import('../../report/weekly/markdown.js')).formatWeeklyMarkdown(report),
  html: async (report) => (await import('../../report/weekly/html.js')).formatWeeklyHtml(report),
  txt: async (report) => (await import('../../report/weekly/text.js')).formatWeeklyText(report, filePage),
  json: async (report) => (await import('../../report/json.js')).jsonText(report),
};

/** Reports a week, or another span, out of the history. Gives the exit code. Throws `ExposcanError`. */
export async function runReport(hosts: readonly string[], flags: ReportFlags): Promise<ExitCode> {
  for (const host of hosts) parseTarget(host);
  const write = await reportWriter(flags.output, kinds);
  const mail = flags.notify === undefined ? undefined : await mailerFor(flags.notify);
  const report = await inHistory(
    flags.history,
    (history) => makeReport(history, hosts, flags, new Date()),
    (file) => {
      throw noHistoryYet(file);
    },
  );
  await print(report, flags);
  await write(report);
  await mail?.(report);
  return exitCodeOf(report);
}

/** Asks the history and the policy, and makes the report as of `now`. Throws `ExposcanError`. */
export async function makeReport(
  history: History,
  hosts: readonly string[],
  { since, policy: wanted, vantage }: Pick<ReportFlags, 'since' | 'policy' | 'vantage'>,
  now: Date,
): Promise<WeeklyReport> {
  const begin = new Date('instant' in since ? since.instant : now.getTime() - since.ago);
  if (begin >= now)
    throw new ExposcanError('ERR_USAGE', '--since lies in the future: expected a day or time that has been.');
  // What is wrong with the policy shows before the work is done.
  const policy = wanted === undefined ? undefined : await policyFor(wanted, hosts);
  const { gatherWeek } = await import('../../digest/gather-week.js');
  const { buildWeeklyReport } = await import('../../digest/build-weekly-report.js');
  const gathered = await gatherWeek(history, {
    now,
    since: begin,
    hosts,
    ...(vantage === undefined ? {} : { vantage }),
  });
  return buildWeeklyReport({
    ...gathered,
    tool: thisTool(),
    ...(policy === undefined ? {} : { policy }),
  });
}

async function policyFor(wanted: string, hosts: readonly string[]) {
  const { findPolicy } = await import('../../policy/language/find-policy.js');
  const { declaredTargets } = await import('../../policy/resolution/only.js');
  const policy = await findPolicy(wanted);
  return hosts.length === 0
    ? { policy, expected: declaredTargets(policy), allExceptions: true }
    : { policy, expected: hosts, allExceptions: false };
}

async function mailerFor(file: string) {
  const { reportMailer } = await import('./mail.js');
  return reportMailer(file, say);
}

async function print(report: WeeklyReport, { json, quiet }: ReportFlags): Promise<void> {
  if (json !== true && quiet === true) return;
  await printResult(report, { json }, async (document, page) => {
    const { formatWeeklyText } = await import('../../report/weekly/text.js');
    return formatWeeklyText(document, page);
  });
}

/** What was asked for and nobody looked at is told on stderr as well, where a script's reader finds why it ended with 3. */
function exitCodeOf({ hosts, notInHistory }: WeeklyReport): ExitCode {
  const unseen = hosts.filter(({ looked }) => looked === 'no');
  for (const host of notInHistory) say(`${host}: no scan of it is in the history`);
  for (const { host, vantage } of unseen) say(`${host}, seen from ${vantage}: not looked at in this time`);
  return notInHistory.length + unseen.length + (hosts.length === 0 ? 1 : 0) === 0
    ? exitCodes.conforms
    : exitCodes.indeterminate;
}
