import { createHash } from 'node:crypto';
import { ExposcanError, messageOf } from '../../model/errors.js';
import { printableText, terminalSafe } from '../../model/printable.js';
import type { WeeklyReport } from '../../model/weekly-report.js';
import type { Letter } from '../../watch/notifiers/notifier.js';
import { chooseNotifiers } from '../choose-notifiers.js';

const textWidth = 78;
/** What mail programs show of a subject without cutting it. */
const longestSubject = 160;

/**
 * What sends a report to every mail notifier of the file, all of which are read now, so that a mistake in it shows before the work is done.
 * Throws what loading the file throws, `ERR_NOTIFIERS` where it names no mail address; the function that it gives throws `ERR_NOTIFIERS`
 * where a mail was not taken, after it has tried all of them.
 */
export async function reportMailer(
  file: string,
  say: (line: string) => void,
): Promise<(report: WeeklyReport) => Promise<void>> {
  const { notifiers } = await chooseNotifiers(file, say);
  const receivers = notifiers.flatMap(({ name, send }) => (send === undefined ? [] : [{ name, send }]));
  if (receivers.length === 0) {
    throw new ExposcanError(
      'ERR_NOTIFIERS',
      `${printableText(file)} names nobody who takes mail: expected a notifier with mail, from and smtp.`,
      { position: { file } },
    );
  }
  return async (report) => {
    const letter = await letterOf(report);
    const failures: string[] = [];
    for (const { name, send } of receivers) {
      try {
        await send(letter, new AbortController().signal);
        say(`mailed to ${name}`);
      } catch (error) {
        failures.push(`${name}: ${terminalSafe(messageOf(error))}`);
      }
    }
    if (failures.length === 0) return;
    throw new ExposcanError('ERR_NOTIFIERS', [
      `The report was not mailed to ${failures.length} of ${receivers.length}:`,
      ...failures,
    ]);
  };
}

async function letterOf(report: WeeklyReport): Promise<Letter> {
  const { formatWeeklyHtml } = await import('../../report/weekly/html.js');
  const { formatWeeklyText } = await import('../../report/weekly/text.js');
  const { madeAt, since, evidence, subject } = report;
  return {
    id: createHash('sha256')
      .update(JSON.stringify([madeAt, since, subject, evidence]))
      .digest('hex')
      .slice(0, 32),
    at: new Date(madeAt),
    subject: mailSubject(subject),
    text: formatWeeklyText(report, { colour: false, width: textWidth }),
    html: await formatWeeklyHtml(report),
  };
}

/** The gravest stands first, so that what does not fit is cut off whole at the end. */
function mailSubject(subject: string): string {
  const text = terminalSafe(subject);
  if (text.length <= longestSubject) return text;
  const end = text.lastIndexOf(', ', longestSubject - ' and more'.length);
  return `${text.slice(0, end < 0 ? longestSubject : end)} and more`;
}
