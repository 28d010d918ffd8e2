import { createHash } from 'node:crypto';
import type { Alert, AlertKind } from '../../model/alert.js';
import { formatDuration } from '../../model/duration.js';
import { counted } from '../../model/quantity.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import type { Finding } from '../../model/snapshot.js';
import { evidenceNow } from './evidence-now.js';
import type { Look } from './look.js';
import { isUnseen, placeOf } from './sighting.js';
import type { Told } from './step.js';

/** Who tells. */
export interface Teller {
  readonly tool: Alert['tool'];
  readonly watch: string;
  readonly vantage: string;
  readonly policy: Alert['policy'];
}

const longestSummary = 300;
const longestDetail = 2000;

type Said = Pick<Alert, 'kind' | 'severity' | 'summary'> &
  Partial<Pick<Alert, 'detail' | 'since' | 'finding' | 'alike'>>;

/**
 * An alert by this watch. Its id is the same for the same thing decided at the same time, and differs from every other. `about`: what
 * it is about, beside its kind.
 */
export function alertBy(teller: Teller, at: Date, about: string, said: Said): Alert {
  const { tool, watch, vantage, policy } = teller;
  const { kind, severity, summary, detail, ...rest } = said;
  const identity = [watch, vantage, kind, about, at.toISOString()];
  return {
    format: 'exposcan-alert',
    version: 1,
    tool,
    id: createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32),
    watch,
    vantage,
    at: at.toISOString(),
    kind,
    severity,
    summary: shorten(terminalSafe(summary), longestSummary),
    ...(detail === undefined ? {} : { detail: shorten(terminalSafe(detail), longestDetail) }),
    policy,
    ...rest,
  };
}

/** What is told of a finding. `look`: where it was last seen, for the evidence of what conforms again. */
export function alertOf(teller: Teller, at: Date, told: Told, look: Look): Alert {
  const { kind, problem, before, isOpen } = told;
  const { key, since, alike } = problem;
  const isOver = kind === 'recovered' || (kind === 'settled' && !isOpen);
  const finding = isOver ? (evidenceNow(problem.finding, look) ?? problem.finding) : problem.finding;
  return alertBy(teller, at, key, {
    kind,
    severity: problem.finding.severity,
    summary: summaryOf(kind, alike > 1 ? wholeOf(problem.finding) : problem.finding, {
      before,
      isOpen,
      lasted: at.getTime() - Date.parse(since),
    }),
    since,
    finding,
    ...(alike > 1 && !isOver ? { alike } : {}),
  });
}

/** What stands for several findings of an address speaks of no port. */
function wholeOf(finding: Finding): Finding {
  const whole = { ...finding };
  delete whole.port;
  delete whole.ports;
  return whole;
}

interface Story {
  readonly before: Finding | undefined;
  readonly isOpen: boolean;
  readonly lasted: number;
}

function summaryOf(kind: AlertKind, finding: Finding, { before, isOpen, lasted }: Story): string {
  const place = placeOf(finding);
  const state = stateOf(finding);
  switch (kind) {
    case 'recovered':
      return `${place}: conforms again after ${formatDuration(Math.max(0, lasted))} (was ${state})`;
    case 'ended':
      return `${place}: not looked at any more, which is no recovery (was ${state})`;
    case 'changed':
      return `${place}: ${state}${before === undefined ? '' : `; was ${stateOf(before)}`}`;
    case 'flapping':
      return `${place}: comes and goes (${state}); no more is told of it until it is quiet`;
    case 'settled':
      return isOpen ? `${place}: quiet now, and stays ${state}` : `${place}: quiet now, and conforms (was ${state})`;
    default:
      return `${place}: ${state}`;
  }
}

function stateOf(finding: Finding): string {
  const { code, service, expected, actual, severity } = finding;
  if (isUnseen(finding)) return `not observed (${code})`;
  const what = service === undefined ? '' : `${service} `;
  return `${what}${code}, expected ${expected}, found ${actual}, ${severity}`;
}

/** What is told of the watch's own sight. */
export function alertOfSight(teller: Teller, at: Date, { kind, problem, isOpen }: Told, still: string): Alert {
  const { finding, since, key } = problem;
  const lasted = formatDuration(Math.max(0, at.getTime() - Date.parse(since)));
  const words: Partial<Record<AlertKind, [AlertKind, string]>> = {
    raised: ['blind', `The watch ${teller.watch} ${finding.actual}: nothing is known to be fine`],
    recovered: ['sighted', `The watch ${teller.watch} sees again after ${lasted}${still}`],
    flapping: [
      'flapping',
      `The watch ${teller.watch} keeps losing its sight; no more is told of that until it is quiet`,
    ],
    settled: ['settled', `The watch ${teller.watch} ${isOpen ? `still ${finding.actual}` : 'sees steadily again'}`],
  };
  const [toldKind, summary] = words[kind] ?? [kind, finding.actual];
  return alertBy(teller, at, key, {
    kind: toldKind,
    severity: finding.severity,
    summary,
    detail: finding.evidence,
    since,
  });
}

/** `12 runs`. */
export function runs(count: number): string {
  return counted(count, 'run');
}
