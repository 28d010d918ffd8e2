import { counted, number } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import type { WeeklyReport } from '../../model/weekly-report.js';
import type { ContentSection, Tone } from './section.js';
import { boundedTable } from './words.js';
import { bounded, type Quote } from '../words.js';

const verdictTones: Readonly<Record<WeeklyReport['verifications'][number]['verdict'], Tone>> = {
  proven: 'good',
  'not-proven': 'bad',
  indeterminate: 'doubt',
};
const shownNames = 5;
const shownProofs = 20;
const outcomeWords = { pass: 'so', fail: 'not so', indeterminate: 'not known' } as const;

/** Changes that were verified, and what came of it. */
export function verificationsSection({ verifications }: WeeklyReport, quote: Quote): ContentSection {
  const rows = verifications.map(({ seq, verifiedAt, verifiedBy, verdict, targets, expectations, keeps, rest }) => {
    const proofs = [...expectations, ...keeps].map(
      ({ text, outcome }) => `${quote(text, 120)}: ${outcomeWords[outcome]}`,
    );
    const all = [...proofs, `nothing else changed: ${outcomeWords[rest]}`];
    return [
      shownMinute(verifiedAt),
      { text: verdict.replace('-', ' '), tone: verdictTones[verdict] },
      bounded(
        targets.map((target) => quote(target, 255)),
        shownNames,
      ),
      `${all.slice(-shownProofs).join('; ')}; by ${quote(verifiedBy, 100)}, record ${seq}`,
    ];
  });
  return {
    title: 'Changes that were verified',
    blocks: boundedTable(
      [
        { title: 'When', most: 16 },
        { title: 'Outcome', most: 13 },
        { title: 'Of', most: 24 },
        { title: 'Expected', most: Infinity },
      ],
      rows,
    ),
  };
}

const alertTones: Readonly<Record<WeeklyReport['alerts'][number]['kind'], Tone>> = {
  raised: 'bad',
  changed: 'doubt',
  recovered: 'good',
  ended: 'plain',
  flapping: 'doubt',
  settled: 'plain',
  blind: 'doubt',
  sighted: 'good',
  'missed-runs': 'doubt',
  'reload-failed': 'doubt',
};

/** What watches told, the latest first. */
export function alertsSection({ alerts, unreadDecisions }: WeeklyReport, quote: Quote): ContentSection {
  const rows = alerts.map(({ at, watch, vantage, kind, severity, summary }) => [
    shownMinute(at),
    { text: `${kind.replace('-', ' ')}, ${severity}`, tone: alertTones[kind] },
    `${quote(watch, 80)}\nfrom ${quote(vantage, 80)}`,
    quote(summary, 300),
  ]);
  const unread = `${counted(unreadDecisions, 'record')} of the history could not be read: another version of exposcan may have made them.`;
  return {
    title: 'What watches told',
    blocks: [
      ...boundedTable(
        [
          { title: 'When', most: 16 },
          { title: 'What', most: 20 },
          { title: 'Watch', most: 24 },
          { title: 'Summary', most: Infinity },
        ],
        rows,
      ),
      ...(unreadDecisions === 0 ? [] : [{ kind: 'text' as const, text: unread, tone: 'doubt' as const }]),
    ],
  };
}

/** Where the evidence log stands: with this kept elsewhere, nobody can cut or rewrite the log unnoticed. */
export function evidenceSection({ evidence, tool }: WeeklyReport): ContentSection {
  return {
    title: 'Evidence log',
    blocks: [
      {
        kind: 'text',
        text:
          evidence.seq === 0
            ? 'It holds no record.'
            : `Its head is record ${number(evidence.seq)}, ${evidence.digest}. To check that the log still holds all of this: exposcan history verify-log --head ${evidence.digest}`,
        tone: 'plain',
      },
      {
        kind: 'text',
        text: `Made by exposcan ${tool.version.replace(/[^\w.+-]/g, '?')}. It speaks of TCP alone.`,
        tone: 'plain',
      },
    ],
  };
}
