import { familyOf, formatEndpoint } from '../../model/address.js';
import { shownTime } from '../../model/shown-time.js';
import type { Expectation, Keep, Proved, ProofRow, Verification } from '../../model/verification.js';
import { counted, number } from '../../model/quantity.js';
import { describeChange } from '../diff/change.js';
import { bounded, formatPortList, listed, type Quote } from '../words.js';

/** One row of a proof, in words: where, what is there, and how it is known. */
export interface RowWords {
  readonly outcome: ProofRow['outcome'];
  readonly place: string;
  readonly state: string;
  /** Label and text: before, after, remedy. */
  readonly details: readonly (readonly [string, string])[];
}

/** A part of a proof: an expectation, what is kept, or the rest. */
export interface PartWords {
  readonly title: string;
  readonly outcome: Proved['outcome'];
  readonly rows: readonly RowWords[];
  /** What is not told row by row. */
  readonly summary: readonly string[];
}

export interface VerificationWords {
  readonly headline: string;
  readonly sentence: string;
  /** Who, when, from where: label and text. */
  readonly facts: readonly (readonly [string, string])[];
  readonly parts: readonly PartWords[];
  /** What else changed: place and words. */
  readonly changes: readonly (readonly [string, string])[];
  readonly moreChanges: number;
  readonly warnings: readonly string[];
  readonly notes: readonly string[];
}

export const outcomeWords: Readonly<Record<Proved['outcome'], string>> = {
  pass: 'proven',
  fail: 'not proven',
  indeterminate: 'could not be observed',
};

const headlines: Readonly<Record<Verification['verdict'], string>> = {
  proven: 'PROVEN',
  'not-proven': 'NOT PROVEN',
  indeterminate: 'COULD NOT BE OBSERVED',
};

const shownRows = 40;
const shownChanges = 30;
const shownTargets = 10;
const shownPorts = 20;
const evidenceLimit = 400;

/** A verification in words, for the terminal and for Markdown; `quote` makes text from outside safe for either. */
export function describeVerification(verification: Verification, quote: Quote): VerificationWords {
  const { verdict, expectations, keeps, rest, changes, warnings, notes } = verification;
  const told = changes.slice(0, shownChanges).map((change) => describeChange(change, quote));
  return {
    headline: headlines[verdict],
    sentence: sentenceOf(verification),
    facts: factsOf(verification, quote),
    parts: [
      ...expectations.map((part) => partOf(`Expected: ${quote(part.text, 120)}`, part, quote)),
      ...keeps.map((part) => partOf(`Kept: ${quote(part.text, 60)}`, part, quote)),
      restPart(rest, quote),
    ],
    changes: told.map(({ place, words }) => [place, words] as const),
    moreChanges: changes.length - told.length,
    warnings: warnings.map(({ message, advice }) => `${quote(message, 300)}. ${quote(advice, 300)}`),
    notes: notes.map((note) => quote(note, 400)),
  };
}

function sentenceOf({ verdict, expectations, keeps, rest, after }: Verification): string {
  const looked = counted(after.addresses.length, 'address', 'addresses');
  const interrupted = after.complete ? '' : ' The scan was stopped before it was done.';
  if (verdict === 'proven') {
    return `the change did what was expected of it, and nothing else, on ${looked}.`;
  }
  const of = (outcome: Proved['outcome']) => [
    ...texts(expectations, outcome),
    ...texts(keeps, outcome).map((text) => `keep ${text}`),
    ...(rest.outcome === outcome ? ['nothing else'] : []),
  ];
  const [failed, unseen] = [of('fail'), of('indeterminate')];
  const parts = [
    ...(failed.length === 0 ? [] : [`${counted(failed.length, 'part')} of the proof failed`]),
    ...(unseen.length === 0 ? [] : [`${counted(unseen.length, 'part')} could not be observed`]),
  ];
  return `${listed(parts)}, on ${looked}.${interrupted}`;
}

function texts(parts: readonly (Proved & (Expectation | Keep))[], outcome: Proved['outcome']): string[] {
  return parts.filter((part) => part.outcome === outcome).map(({ text }) => text);
}

function factsOf(verification: Verification, quote: Quote): [string, string][] {
  const { window, after, run, looks, confirmedAt, tool, head, record } = verification;
  const targets = bounded(
    window.targets.map((target) => quote(target, 255)),
    shownTargets,
  );
  const addresses = bounded(
    after.addresses.map((address) => quote(address, 60)),
    shownTargets,
  );
  const scan = (side: { id?: number | undefined; startedAt: string; finishedAt: string; digest: string }) =>
    `${shownTime(side.startedAt)} to ${shownTime(side.finishedAt)}${side.id === undefined ? '' : `, scan #${side.id}`}, SHA-256 ${side.digest.slice(0, 16)}…`;
  const sources = after.vantage.sources.map((source) => quote(source, 60));
  const families = listed(after.asked.families.map((family) => `IPv${family}`));
  return [
    ['targets', `${targets}: ${addresses === '' ? 'no address' : addresses}`],
    ['seen from', `${quote(after.vantage.name, 80)}${sources.length === 0 ? '' : ` (${bounded(sources, 4)})`}`],
    ['looked at', `${formatPortList(after.asked.ports)}, ${families}`],
    ['opened', `${shownTime(window.openedAt)} by ${quote(window.openedBy, 120)}`],
    ['before', scan(window.before)],
    ...(run === undefined ? [] : [['change', runWords(run, quote)] satisfies [string, string]]),
    [
      'after',
      `${scan(after)}${looks === 1 ? '' : `, whole scan no. ${looks}`}${confirmedAt === undefined ? '' : `, expectations confirmed ${shownTime(confirmedAt)}`}`,
    ],
    [
      'verified',
      `${shownTime(verification.verifiedAt)} by ${quote(verification.verifiedBy, 120)}, ${quote(`${tool.name} ${tool.version}`, 60)}`,
    ],
    ...(head === undefined
      ? []
      : [
          [
            'evidence log',
            `at record ${number(head.seq)}, digest ${head.digest}${record === undefined ? '' : `; the window is record ${number(record)}`}`,
          ] satisfies [string, string],
        ]),
  ];
}

function runWords(
  { command, exitCode, signal, startedAt, finishedAt }: NonNullable<Verification['run']>,
  quote: Quote,
) {
  const end = exitCode === null ? `ended by ${quote(signal ?? 'a signal', 20)}` : `exit code ${exitCode}`;
  const seconds = Math.max(0, Math.round((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000));
  return `${quote(command, 300)}: ${end}, ${shownTime(startedAt)}, ${counted(seconds, 'second')}`;
}

function partOf(title: string, { outcome, rows }: Proved, quote: Quote): PartWords {
  const shown = rows.slice(0, shownRows);
  const more = rows.length - shown.length;
  return {
    title,
    outcome,
    rows: shown.map((row) => rowWords(row, quote)),
    summary: more > 0 ? [`… and ${number(more)} more (see --json)`] : [],
  };
}

/** What stayed as it was is counted; the rest of the rest is told. */
function restPart({ outcome, rows }: Proved, quote: Quote): PartWords {
  const passed = rows.filter((row) => row.outcome === 'pass');
  const held = passed.filter(({ code }) => code === 'open');
  const told = partOf(
    'Nothing else',
    {
      outcome,
      rows: [
        ...rows.filter((row) => row.outcome !== 'pass'),
        ...passed.filter((row) => row.code === 'nothing-unlisted'),
      ],
    },
    quote,
  );
  const byPort = new Map(held.map(({ port = 0, service }) => [port, service]));
  const ports = [...byPort].map(([port, service]) => `${port}${service === undefined ? '' : ` ${quote(service, 40)}`}`);
  const stayed = `${counted(held.length, 'other endpoint that was open still is', 'other endpoints that were open still are')}, as before: ${bounded(ports, shownPorts)}.`;
  return { ...told, summary: [...told.summary, ...(held.length === 0 ? [] : [stayed])] };
}

/** What is not told as a before and an after. */
const aboutWhole: readonly ProofRow['code'][] = [
  'not-so-before',
  'unknown-before',
  'family-gone',
  'vantage-moved',
  'unsettled',
  'not-after',
];

export function rowWords(row: ProofRow, quote: Quote): RowWords {
  const { outcome, code, expected, actual, before, evidence, remedy, service } = row;
  const what = service === undefined ? '' : ` ${quote(service, 40)}`;
  const state =
    outcome === 'pass'
      ? `${quote(actual, 120)}${what}, as expected`
      : `${quote(actual, 120)}${what}: ${code}, expected ${quote(expected, 200)}`;
  const isCompared = !aboutWhole.includes(code);
  return {
    outcome,
    place: quote(placeOf(row), 270),
    state,
    details: [
      ...(before === undefined || !isCompared ? [] : [['before', quote(before, evidenceLimit)] as const]),
      [isCompared ? 'after' : 'why', quote(evidence, evidenceLimit)],
      ...(remedy === undefined || outcome === 'pass' ? [] : [['remedy', quote(remedy, 1200)] as const]),
    ],
  };
}

function placeOf({ address, port, ports, host, family }: ProofRow): string {
  if (address === undefined) {
    const name = host ?? 'the scan as a whole';
    return family === undefined ? name : `${name}, IPv${family}`;
  }
  if (port !== undefined) return formatEndpoint({ family: familyOf(address), text: address }, port);
  return ports === undefined ? address : `${address}, ${formatPortList(ports)}`;
}
