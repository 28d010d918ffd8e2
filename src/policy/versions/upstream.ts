import { compareCodes } from './numerals.js';

/** A version as its authors number it, taken apart. */
export interface UpstreamVersion {
  /** `10.11.19` as numbers. */
  readonly numbers: readonly number[];
  /** How far along it is: a pre-release comes before the release itself. */
  readonly stage: Stage;
  /** The 1 of `-rc1`; 0 where there is none. */
  readonly stageNumber: number;
  /** The k of OpenSSL's `1.0.2k`, a later release than `1.0.2`; `za` comes after `z`. */
  readonly letters: string;
  /** The 1 of OpenSSH's `9.2p1` and of BIND's `9.11.5-P1`. */
  readonly patch: number | undefined;
}

const stages = ['alpha', 'beta', 'pre', 'rc', 'release'] as const;
type Stage = (typeof stages)[number];

/** A version at the beginning of a text, and what follows it. */
export interface ReadUpstream {
  readonly version: UpstreamVersion;
  /** As it is written: `9.2p1`. */
  readonly text: string;
  /** ` Debian-2+deb12u10`, `-MariaDB-log`. */
  readonly rest: string;
  /** Whether `rest` can be left out of the comparison: it may be a later patch or a pre-release of a kind that is not known. */
  readonly isWhole: boolean;
}

/** Undefined where the text does not start with up to eight dotted numbers of up to nine digits. Looks at its first 200 characters. */
export function parseUpstream(text: string): ReadUpstream | undefined {
  const bounded = text.slice(0, 200).trim();
  // Exim and Java write the last number behind an underscore: 4.90_1.
  const numbers = /^v?(\d{1,9}(?:[._]\d{1,9}){0,7})/i.exec(bounded);
  if (numbers?.[1] === undefined) return undefined;
  const after = bounded.slice(numbers[0].length);
  // A digit or a dotted number that goes on is one that did not fit: it must not be compared by its first half.
  if (/^[._]?\d/.test(after)) return undefined;
  const { length, ...suffix } = readSuffix(after);
  const rest = after.slice(length);
  const version = { ...plain, ...suffix, numbers: numbers[1].split(/[._]/).map(Number) };
  const own = bounded.slice(0, bounded.length - rest.length);
  return { version, text: own, rest, isWhole: isReadable(rest) };
}

/**
 * A version that a peer tells. MariaDB's greeting puts `5.5.5-` before its own, so that MySQL's replicas take it for one of
 * theirs (MariaDB Knowledge Base, "Connection").
 */
export function parseFound(text: string): ReadUpstream | undefined {
  return parseUpstream(text.slice(0, 200).replace(/^5\.5\.5-(?=\d+\.)/, ''));
}

const plain = { stage: 'release', stageNumber: 0, letters: '', patch: undefined } as const;

interface Suffix {
  readonly length: number;
  readonly stage?: Stage;
  readonly stageNumber?: number;
  readonly letters?: string;
  readonly patch?: number;
}

function readSuffix(after: string): Suffix {
  const word = /^[-~._ ]?(alpha|beta|pre|rc)[-. ]?(\d{0,9})(?![A-Za-z0-9])/i.exec(after);
  const short = /^([ab])(\d{1,9})(?![A-Za-z0-9])/.exec(after);
  const [found, name, number] = word ?? short ?? [];
  if (found !== undefined) {
    const stage = stages.find((one) => one === name?.toLowerCase()) ?? (name === 'a' ? 'alpha' : 'beta');
    return { length: found.length, stage, stageNumber: Number(number) };
  }
  const patch = /^(?:p|[-.]?P)(\d{1,9})(?![A-Za-z0-9])/.exec(after);
  if (patch !== null) return { length: patch[0].length, patch: Number(patch[1]) };
  const letters = /^z?[a-z](?![A-Za-z0-9])/.exec(after)?.[0] ?? '';
  return { length: letters.length, letters };
}

/** What begins a name or a package's revision; nothing that could make the version a later or an earlier one. */
function isReadable(rest: string): boolean {
  if (
    /^[-+ ](?:dev|snapshot|git|svn|cvs|hg|nightly|m\d|dmr|milestone|preview|test|unstable|alpha|beta|pre|rc)/i.test(
      rest,
    )
  )
    return false;
  return /^(?:$|[-+ (,;/]|~(?:deb|bpo)\d)/.test(rest);
}

/** Below, at or above zero. A version without a patch number is taken for patch 0. */
export function compareUpstream(a: UpstreamVersion, b: UpstreamVersion): number {
  return (
    compareNumbers(a.numbers, b.numbers) ||
    stages.indexOf(a.stage) - stages.indexOf(b.stage) ||
    a.stageNumber - b.stageNumber ||
    compareCodes(a.letters, b.letters) ||
    (a.patch ?? 0) - (b.patch ?? 0)
  );
}

/** Of the numbers alone, before any suffix: `9.2` and `9.2.0` are the same. */
export function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
