import type { FindingCode } from '../model/finding-codes.js';
import { groupBy } from '../model/groups.js';
import { counted, number } from '../model/quantity.js';
import { isSelfScan, selfScanCodes } from '../model/self-scan.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import {
  distinct,
  groupFindings,
  hostOf,
  mergeByCause,
  nameOf,
  placeOf,
  placesOf,
  subjectOf,
  wordsOfWhole,
  type FindingGroup,
} from './finding-groups.js';
import { heading, labelled, paint, paragraph, quoted, type Page, type Style } from './page.js';
import { bounded } from './words.js';

const shownGroupsPerKind = 20;
const shownPlaces = 6;
const shownNames = 8;
/** Remedies that differ by the address only are one kind of advice; two of them show the difference. */
const shownTexts = 2;
const labelWidth = 8;
/** Open ports of this machine, seen by itself, that a rule keeps from the outside. */
const flagged: FindingCode = 'would-be-exposed';
const outcomeStyles: Readonly<Record<Finding['outcome'], Style>> = {
  fail: 'red',
  indeterminate: 'yellow',
  pass: 'green',
};

/** What deviates, then what could not be decided, each with its evidence and what to do about it. */
export function findingsSection(page: Page, snapshot: Snapshot): string[] {
  // Where this machine looked at itself and at nothing else, the verdict has said so, once.
  const hidden = isSelfScan(snapshot) ? selfScanCodes : [flagged];
  const shown = snapshot.findings.filter(({ code }) => !hidden.includes(code));
  const of = (outcome: Finding['outcome']) => groupFindings(shown.filter((finding) => finding.outcome === outcome));
  const groups = [...of('fail'), ...mergeByCause(of('indeterminate'))];
  return [
    ...(groups.length === 0 ? [] : [...heading(page, 'Findings'), ...blocks(page, groups)]),
    ...selfFindings(
      page,
      snapshot.findings.filter(({ code }) => code === flagged),
    ),
  ];
}

function blocks(page: Page, groups: readonly FindingGroup[]): string[] {
  const kinds = groupBy(groups, ({ sample }) => `${sample.outcome} ${sample.code}`);
  const lines: string[] = [];
  for (const ofKind of kinds.values()) {
    for (const group of ofKind.slice(0, shownGroupsPerKind)) lines.push(...block(page, group), '');
    const more = ofKind.length - shownGroupsPerKind;
    const [sample] = ofKind;
    if (more > 0 && sample !== undefined) {
      lines.push(`  … and ${number(more)} more of this kind: ${quoted(sample.sample.code, 40)} (see --json)`, '');
    }
  }
  return lines.slice(0, -1);
}

function block(page: Page, { sample, members }: FindingGroup): string[] {
  const isNote = members.every(({ counted: isCounted }) => isCounted === false);
  const word = isNote ? 'NOTE' : sample.outcome.toUpperCase();
  const subjects = distinct(members, subjectOf);
  const field = (label: string, texts: readonly string[], limit = 600) =>
    texts.slice(0, shownTexts).flatMap((text, index) => {
      const more = index === shownTexts - 1 ? texts.length - shownTexts : 0;
      const shown = `${quoted(text, limit)}${more > 0 ? ` … and ${number(more)} more (see --json)` : ''}`;
      return labelled(page, 2, index === 0 ? label : '', labelWidth, shown);
    });
  const same = (label: string, textOf: (finding: Finding) => string | undefined) => {
    const texts = distinct(members, textOf);
    const shared = texts.length === 1 && texts[0] !== '' && members.every((finding) => textOf(finding) !== undefined);
    return shared ? field(label, texts) : [];
  };
  const one = subjects.length === 1;
  return [
    `${paint(page, word, 'bold', isNote ? 'yellow' : outcomeStyles[sample.outcome])}  ${paint(page, title(members, subjects), 'bold')}`,
    ...(one ? [] : labelled(page, 2, 'what', labelWidth, bounded(distinct(members, nameOf), shownNames))),
    ...labelled(page, 2, 'where', labelWidth, one ? placesOf(members) : bounded(distinct(members, hostOf), shownNames)),
    ...same('expected', ({ expected }) => expected),
    ...same('actual', ({ actual }) => actual),
    ...evidence(page, members),
    ...field(
      'remedy',
      distinct(members, ({ remedy }) => remedy),
      2000,
    ),
    ...same('owner', ({ owner }) => owner),
    ...same('reason', ({ reason }) => reason),
    ...same('rule', ({ rule }) => rule),
  ];
}

function title(members: readonly Finding[], subjects: readonly string[]): string {
  const [subject = ''] = subjects;
  const code = quoted(members[0]?.code ?? '', 40);
  const severity = bounded(
    distinct(members, (finding) => finding.severity),
    2,
  );
  const weight = members.every(({ counted: isCounted }) => isCounted === false) ? `${severity}, not counted` : severity;
  if (subjects.length > 1) return `${counted(subjects.length, 'check')}: ${code}, ${weight}`;
  return subject === code ? `${wordsOfWhole(members)}, ${weight}` : `${subject}: ${code}, ${weight}`;
}

/** One evidence for all, or, where it differs, each place's own. */
function evidence(page: Page, members: readonly Finding[]): string[] {
  const texts = distinct(members, (finding) => finding.evidence);
  const differ = texts.length > 1;
  const lines = differ
    ? members.slice(0, shownPlaces).map((finding) => `${placeOf(finding)} ${quoted(finding.evidence, 400)}`)
    : texts.map((text) => quoted(text, 600));
  const more = differ ? members.length - shownPlaces : 0;
  if (more > 0) lines.push(`… and ${number(more)} more (see --json)`);
  return lines.flatMap((line, index) => labelled(page, 2, index === 0 ? 'evidence' : '', labelWidth, line));
}

/** What a scan of this machine by itself would lead to if the same were seen from outside. */
function selfFindings(page: Page, findings: readonly Finding[]): string[] {
  if (findings.length === 0) return [];
  const groups = groupFindings(findings);
  const more = groups.length - shownGroupsPerKind;
  return [
    ...heading(page, `Would be flagged if the outside reached ${groups.length === 1 ? 'it' : 'them'}`),
    ...groups.slice(0, shownGroupsPerKind).flatMap(({ sample, members }) => {
      const text = `${subjectOf(sample)}: expected ${quoted(sample.expected, 100)}, listens on ${placesOf(members)}`;
      return paragraph(page, text, 2);
    }),
    ...(more > 0 ? [`  … and ${number(more)} more (see --json)`] : []),
  ];
}
