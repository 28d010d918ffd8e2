import type { FindingCode } from '../model/finding-codes.js';
import { counted, number } from '../model/quantity.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import { groupFindings, placesOf, subjectOf } from './finding-groups.js';
import { heading, paragraph, quoted, type Page } from './page.js';

const shownGroups = 20;

/** Passes that a reader should see by name all the same. */
const notable: Readonly<Partial<Record<FindingCode, string>>> = {
  review: 'For review: open, and the policy does not say whether they may be',
  excepted: 'Open under an exception',
};

/** How many checks hold, and on what evidence: a refusal is said apart from silence. */
export function passedSection(page: Page, { findings }: Snapshot): string[] {
  const passed = findings.filter(({ outcome }) => outcome === 'pass');
  return [
    ...Object.entries(notable).flatMap(([code, title]) =>
      named(
        page,
        title,
        passed.filter((finding) => finding.code === code),
      ),
    ),
    ...summary(
      page,
      passed.filter(({ code }) => notable[code] === undefined),
    ),
  ];
}

function named(page: Page, title: string, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const groups = groupFindings(findings);
  const more = groups.length - shownGroups;
  return [
    ...heading(page, title),
    ...groups.slice(0, shownGroups).flatMap(({ sample, members }) => {
      const who = [sample.owner, sample.reason].filter((part) => part !== undefined).join(': ');
      const by = who === '' ? '' : ` (${quoted(who, 200)})`;
      return paragraph(page, `${subjectOf(sample)}${by}: ${placesOf(members)}`, 2);
    }),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}

function summary(page: Page, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const seen = (state: string) => findings.filter(({ actual }) => actual === state);
  const [open, closed, filtered] = [seen('open'), seen('closed'), seen('filtered')];
  const others = findings.length - open.length - closed.length - filtered.length;
  const line = (count: number, text: string) =>
    count === 0 ? [] : paragraph(page, `${counted(count, 'check')}: ${text}`, 2);
  return [
    ...heading(page, 'Passed'),
    ...line(open.length, 'open, as declared'),
    ...line(closed.length, 'not exposed; closed: the host refused'),
    ...line(
      filtered.length,
      `not exposed; filtered, not refused (${placesOf(filtered)}): silence or a firewall keeps the outside away, ` +
        'and what runs behind it cannot be told from here.',
    ),
    ...line(others, 'no other port is open'),
  ];
}
