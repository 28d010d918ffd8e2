import { bothFamilies } from '../model/address.js';
import { allPorts, countPorts, formatRanges, parseRanges, subtractRanges } from '../model/ports.js';
import { literalRange, recordedTarget } from '../model/parse-target.js';
import { counted, number } from '../model/quantity.js';
import type { Snapshot, SnapshotTarget } from '../model/snapshot.js';
import { heading, paint, paragraph, quoted, type Page } from './page.js';
import { bounded, listed } from './words.js';

const shownNotes = 20;
const shownPortList = 60;
const shownTargets = 5;

/** What a reader should know beside the states, and whether this vantage could reach its control endpoints. */
export function notesSection(page: Page, { notes, controls }: Snapshot): string[] {
  const lines = [
    ...notes.map(({ address, message }) => (address === undefined ? message : `${address}: ${message}`)),
    ...controls.map(({ control, reached, message }) =>
      reached ? `control ${control} was reached` : `control ${control} was NOT reached: ${message}`,
    ),
  ];
  if (lines.length === 0) return [];
  const more = lines.length - shownNotes;
  return [
    ...heading(page, 'Notes'),
    ...lines.slice(0, shownNotes).flatMap((line) => paragraph(page, quoted(line, 500), 2)),
    ...(more > 0 ? [`  … and ${counted(more, 'more note')} (see --json)`] : []),
  ];
}

/** What the verdict does not speak of. */
export function scopeSection(page: Page, snapshot: Snapshot): string[] {
  const { asked, targets, verdict } = snapshot;
  const skipped = subtractRanges(allPorts, parseRanges(asked.ports));
  const families = bothFamilies.filter((family) => !asked.families.includes(family));
  const missing = targets.flatMap(({ target, noRecord }) =>
    noRecord.map((family) => `${quoted(target, 255)} has no IPv${family} address.`),
  );
  const cut = targets.flatMap(addressesLeft);
  const left = [
    'UDP',
    ...(skipped.length === 0 ? [] : [portsLeft(formatRanges(skipped), countPorts(skipped))]),
    ...families.map((family) => `IPv${family}`),
    ...(cut.length > shownTargets ? [`addresses of ${number(cut.length)} targets`] : cut),
  ];
  const subject = verdict === 'none' ? 'This report' : 'The verdict';
  const text = `${subject} speaks of TCP alone. Not looked at: ${listed(left)}. ${bounded(missing, shownTargets)}`;
  return ['', ...paragraph(page, text.trimEnd()).map((line) => paint(page, line, 'dim'))];
}

/** Of a block or range, what was cut out of it; that a name or a whole target was, is told as an error of the target. */
function addressesLeft({ target, addresses }: SnapshotTarget): string[] {
  const range = literalRange(recordedTarget(target));
  if (range === undefined || addresses.length === 0) return [];
  const size = Number(range.last - range.first + 1n);
  const left = size - addresses.length;
  return left > 0 ? [`${number(left)} of the ${number(size)} addresses of ${quoted(target, 255)}`] : [];
}

function portsLeft(text: string, count: number): string {
  return text.length <= shownPortList
    ? `${count === 1 ? 'port' : 'ports'} ${text}`
    : `${number(count)} ${count === 1 ? 'port' : 'ports'} that were not asked for`;
}
