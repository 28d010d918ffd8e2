import type { Assessment } from '../model/assessment.js';
import { formatRanges, mergeRanges, parseRanges } from '../model/ports.js';
import { counted } from '../model/quantity.js';
import { shownTime } from '../model/shown-time.js';
import type { Snapshot } from '../model/snapshot.js';
import { disagreementsSection, warningsSection } from './doubts.js';
import { findingsSection } from './findings.js';
import { openSection } from './open-ports.js';
import { heading, openPage, paint, paragraph, quoted, type Page, type PageOptions } from './page.js';
import { passedSection } from './passed.js';
import { restSection } from './rest.js';
import { notesSection, scopeSection } from './scope.js';
import { verdictSection } from './verdict.js';
import { bounded, formatPortList, listed } from './words.js';

const shownSnapshots = 20;
const shownTargets = 5;

/**
 * What a person reads of an assessment: the verdict over all snapshots, what deviates and what to do about it, and what was looked at
 * from where. `snapshots`: those that were judged. Safe for a terminal and bounded like `formatReport`; ends in a line feed.
 */
export function formatAssessment(assessment: Assessment, snapshots: readonly Snapshot[], options: PageOptions): string {
  const page = openPage(options);
  const whole = joined(assessment, snapshots);
  const [only] = snapshots;
  const isOne = snapshots.length === 1 && only !== undefined;
  const lines = [
    ...verdictSection(page, whole),
    ...conditions(page, assessment),
    ...findingsSection(page, whole),
    ...warningsSection(page, assessment.warnings),
    ...disagreementsSection(page, assessment.disagreements),
    ...passedSection(page, whole),
    ...(isOne ? [...openSection(page, only), ...restSection(page, only)] : lookedSection(page, assessment)),
    ...notesSection(page, whole),
    ...scopeSection(page, whole),
  ];
  return `${lines.join('\n')}\n`;
}

/** All snapshots as if they were one, for what is said of them together. */
function joined({ policy, findings, verdict }: Assessment, snapshots: readonly Snapshot[]): Snapshot {
  const targets = new Map(snapshots.flatMap((snapshot) => snapshot.targets.map((target) => [target.target, target])));
  const times = (of: (snapshot: Snapshot) => string) => snapshots.map(of).sort();
  const vantages = [...new Set(snapshots.map(({ vantage }) => vantage.name))];
  return {
    format: 'exposcan-snapshot',
    version: 1,
    tool: snapshots[0]?.tool ?? { name: 'exposcan', version: '' },
    vantage: { name: listed(vantages), sources: [] },
    startedAt: times(({ startedAt }) => startedAt)[0] ?? '',
    finishedAt: times(({ finishedAt }) => finishedAt).at(-1) ?? '',
    complete: snapshots.every(({ complete }) => complete),
    asked: {
      ports: formatRanges(mergeRanges(snapshots.flatMap(({ asked }) => parseRanges(asked.ports)))),
      families: [...new Set(snapshots.flatMap(({ asked }) => asked.families))].sort(),
    },
    targets: [...targets.values()],
    controls: snapshots.flatMap(({ controls }) => controls),
    open: snapshots.flatMap(({ open }) => open),
    notOpen: snapshots.flatMap(({ notOpen }) => notOpen),
    unknown: snapshots.flatMap(({ unknown }) => unknown),
    notes: snapshots.flatMap(({ notes }) => notes),
    findings,
    policy,
    verdict,
  };
}

/** What narrows the verdict. */
function conditions(page: Page, { only, severity, findings }: Assessment): string[] {
  const hosts =
    only === undefined
      ? []
      : [
          `The verdict speaks of ${bounded(
            only.map((host) => quoted(host, 255)),
            shownTargets,
          )} only.`,
        ];
  const uncounted = findings.filter((finding) => finding.counted === false).length;
  const below =
    severity === undefined
      ? []
      : [
          `Deviations below ${severity} do not count${uncounted === 0 ? '' : `; ${counted(uncounted, 'deviation is', 'deviations are')} shown all the same`}.`,
        ];
  return [...hosts, ...below].flatMap((line) => paragraph(page, line).map((text) => paint(page, text, 'dim')));
}

/** Which snapshots were judged. */
function lookedSection(page: Page, { snapshots }: Assessment): string[] {
  const more = snapshots.length - shownSnapshots;
  return [
    ...heading(page, 'Judged together'),
    ...snapshots.slice(0, shownSnapshots).flatMap(({ file, vantage, startedAt, complete, asked, targets }) => {
      const shown = bounded(
        targets.map((target) => quoted(target, 255)),
        shownTargets,
      );
      const families = listed(asked.families.map((family) => `IPv${family}`));
      const where = file === undefined ? '' : `${quoted(file, 255)}: `;
      const text = `${where}${shown}, seen from ${quoted(vantage.name, 100)}, ${shownTime(startedAt)}, ${formatPortList(asked.ports)}, ${families}${complete ? '' : ', interrupted'}`;
      return paragraph(page, text, 2);
    }),
    ...(more > 0 ? [`  … and ${counted(more, 'more snapshot')}`] : []),
  ];
}
