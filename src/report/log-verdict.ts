import type { LogFault, LogVerdict } from '../model/log-verdict.js';
import { counted, number } from '../model/quantity.js';
import { shownTime } from '../model/shown-time.js';
import { heading, labelled, openPage, paint, paragraph, quoted, type Page, type PageOptions } from './page.js';

const shownFaults = 50;
const labelWidth = 8;

/** What a person reads of an evidence log that was verified. Safe for a terminal and bounded like `formatReport`; ends in a line feed. */
export function formatLogVerdict(verdict: LogVerdict, options: PageOptions): string {
  const page = openPage(options);
  const word = verdict.whole ? 'WHOLE' : 'BROKEN';
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence(verdict)}`);
  const lines = [
    `${paint(page, word, 'bold', verdict.whole ? 'green' : 'red')}${first.slice(word.length)}`,
    ...rest,
    ...labelled(page, 0, 'log', labelWidth, quoted(verdict.file, 500)),
    ...span(page, verdict),
    ...labelled(page, 0, 'head', labelWidth, `record ${verdict.head.seq}, ${verdict.head.digest}`),
    ...faultsSection(page, verdict),
    ...notes(verdict).flatMap((note) => ['', ...paragraph(page, note)]),
  ];
  return `${lines.join('\n')}\n`;
}

function sentence({ whole, records, segments, faults, faultsLeftOut }: LogVerdict): string {
  const where = `${counted(records, 'record')} in ${counted(segments.length, 'file')}`;
  return whole
    ? `${where}, each of which follows on the one before.`
    : `${counted(faults.length + faultsLeftOut, 'fault')} in ${where}.`;
}

function span(page: Page, { first, last }: LogVerdict): string[] {
  if (first === undefined || last === undefined) return [];
  const text =
    first.seq === last.seq
      ? `record ${first.seq} of ${shownTime(first.time)}`
      : `record ${first.seq} of ${shownTime(first.time)} to record ${last.seq} of ${shownTime(last.time)}`;
  return labelled(page, 0, 'holds', labelWidth, text);
}

function faultsSection(page: Page, { faults, faultsLeftOut }: LogVerdict): string[] {
  if (faults.length === 0) return [];
  const shown = faults.slice(0, shownFaults);
  const more = faults.length - shown.length + faultsLeftOut;
  return [
    ...heading(page, 'What is wrong'),
    ...shown.flatMap((fault) => [
      `  ${paint(page, placeOf(fault), 'bold')}`,
      ...paragraph(page, `${fault.kind}: ${quoted(fault.message, 600)}`, 4),
    ]),
    ...(more > 0 ? [`  … and ${number(more)} more`] : []),
  ];
}

function placeOf({ file, line, seq }: LogFault): string {
  const where = `${quoted(file, 500)}${line === undefined ? '' : `:${line}`}`;
  return seq === undefined ? where : `${where}, record ${seq}`;
}

/** What the verdict stands on, and what it cannot know. */
function notes({ asked, headAt, head, remembered, since, torn, whole }: LogVerdict): string[] {
  const told: string[] = [];
  if (torn !== undefined) {
    told.push(
      `The last line (${quoted(torn.file, 500)}:${torn.line}, ${counted(torn.bytes, 'byte')}) was cut short by a crash. That is no ` +
        'fault: nobody was told that it was written, and the next record mends it.',
    );
  }
  if (since !== undefined && whole) told.push(`It begins on the digest that was given with --since, ${since}.`);
  if (headAt !== undefined) {
    const later = head.seq - headAt;
    told.push(
      `The digest that was asked for is that of record ${headAt}` +
        (later > 0 ? `; ${counted(later, 'record was', 'records were')} written after it.` : ', the last one.'),
    );
  }
  if (remembered !== undefined && remembered.seq > 0 && whole) {
    told.push(`The record that the history beside it remembers as its last, ${remembered.seq}, is there.`);
  }
  if (asked === undefined) {
    told.push(
      'That its end was cut off, or all of it written anew by someone who could change the history too, shows only against a head ' +
        'that was kept elsewhere. Give one with --head; every notice and syslog message tells the head of its time.',
    );
  }
  return told;
}
