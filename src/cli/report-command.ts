import type { History } from '../history/history.js';
import { ExposcanError } from '../model/errors.js';
import { parseTarget } from '../model/parse-target.js';
import { terminalSafe } from '../model/printable.js';
import type { WeeklyReport } from '../model/weekly-report.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { inHistory, noHistoryYet, thisTool } from './open-history-file.js';
import type { ReportFlags } from './report-arguments.js';
import { checkWritable, writeReport } from './report-file.js';
import { wantsColour, widthOf } from './terminal.js';

const fileWidth = 100;

type Format = (report: WeeklyReport) => string | Promise<string>;

/** Reports a week, or another span, out of the history. Gives the exit code. Throws `ExposcanError`. */
export async function runReport(hosts: readonly string[], flags: ReportFlags): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  for (const host of hosts) parseTarget(host);
  const writers = await reportWriters(flags.output);
  const mail = flags.notify === undefined ? undefined : await mailerFor(flags.notify);
  const report = await inHistory(
    flags.history,
    (history) => makeReport(history, hosts, flags, new Date()),
    (file) => {
      throw noHistoryYet(file);
    },
  );
  await print(report, flags);
  for (const { path, format } of writers) await writeReport(path, await format(report));
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
  const { gatherWeek } = await import('../digest/gather-week.js');
  const { buildWeeklyReport } = await import('../digest/build-weekly-report.js');
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
  const { findPolicy } = await import('../policy/language/find-policy.js');
  const { declaredTargets } = await import('../policy/resolution/only.js');
  const policy = await findPolicy(wanted);
  return hosts.length === 0
    ? { policy, expected: declaredTargets(policy), allExceptions: true }
    : { policy, expected: hosts, allExceptions: false };
}

async function mailerFor(file: string) {
  const { reportMailer } = await import('./report-mail.js');
  return reportMailer(file, complain);
}

async function reportWriters(paths: readonly string[]) {
  if (paths.length === 0) return [];
  const { writerFor } = await import('../report/kind.js');
  const { jsonText } = await import('../report/json.js');
  const kinds: Readonly<Record<string, Format>> = {
    md: async (report) => (await import('../report/weekly-markdown.js')).formatWeeklyMarkdown(report),
    html: async (report) => (await import('../report/weekly-html.js')).formatWeeklyHtml(report),
    txt: async (report) =>
      (await import('../report/weekly-text.js')).formatWeeklyText(report, { colour: false, width: fileWidth }),
    json: jsonText,
  };
  const writers = paths.map((path) => ({ path, format: writerFor(path, kinds) }));
  for (const { path } of writers) await checkWritable(path);
  return writers;
}

async function print(report: WeeklyReport, flags: ReportFlags): Promise<void> {
  if (flags.json === true) {
    const { jsonText } = await import('../report/json.js');
    process.stdout.write(jsonText(report));
    return;
  }
  if (flags.quiet === true) return;
  const { formatWeeklyText } = await import('../report/weekly-text.js');
  process.stdout.write(
    formatWeeklyText(report, {
      colour: wantsColour(process.stdout.isTTY, process.env),
      width: widthOf(process.stdout),
    }),
  );
}

/** What was asked for and nobody looked at is told on stderr as well, where a script's reader finds why it ended with 3. */
function exitCodeOf({ hosts, notInHistory }: WeeklyReport): ExitCode {
  const unseen = hosts.filter(({ looked }) => looked === 'no');
  for (const host of notInHistory) complain(`${host}: no scan of it is in the history`);
  for (const { host, vantage } of unseen) complain(`${host}, seen from ${vantage}: not looked at in this time`);
  return notInHistory.length + unseen.length + (hosts.length === 0 ? 1 : 0) === 0
    ? exitCodes.conforms
    : exitCodes.indeterminate;
}

function complain(problem: string): void {
  process.stderr.write(`exposcan: ${terminalSafe(problem)}\n`);
}
