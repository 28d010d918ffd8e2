import { compareVersions, type Comparison } from './compare.js';
import type { Revision } from './distribution.js';
import { readFoundPackage, type FoundVersion } from './found-package.js';
import { parseMinimum, type MinimumVersion } from './minimum.js';
import { compareNumbers, compareUpstream, parseFound, type UpstreamVersion } from './upstream.js';

interface Judged {
  readonly text: string;
  readonly need: MinimumVersion;
  readonly comparison: Comparison;
}

/**
 * Whether a version is at least that one of several minimums which is of its own line: of the same release of a distribution, else of
 * the same upstream branch (`10.6.16` speaks of 10.6, `10.11.6` of 10.11). A version of none of these lines must reach the
 * highest: 10.11.4 is newer than 10.6.16, and lacks what was mended there after it had parted.
 */
export function compareWithMinimums(found: FoundVersion, minimums: readonly string[]): Comparison {
  const judged: Judged[] = [];
  for (const text of minimums) {
    const [need, comparison] = [parseMinimum(text), compareVersions(found, text)];
    if ('problem' in need) return comparison;
    judged.push({ text, need, comparison });
  }
  const have = parseFound(found.version);
  if (have === undefined) return judged[0]?.comparison ?? { kind: 'unclear', why: 'no version is asked for' };
  const { revision } = readFoundPackage(found, have.rest);
  const sameLine = judged.filter(({ need }) => isSameLine(revision, need.revision));
  if (sameLine.length > 0) return best(sameLine);
  const sameBranch = judged.filter(({ need }) => isSameBranch(have.version, need.upstream));
  if (sameBranch.length > 0) return best(sameBranch);
  return compareWithHighest(judged);
}

/** For a version that is of no minimum's line. */
function compareWithHighest(judged: readonly Judged[]): Comparison {
  const [highest, ...lower] = judged.toSorted((a, b) => compareUpstream(b.need.upstream, a.need.upstream));
  if (highest === undefined) return { kind: 'unclear', why: 'no version is asked for' };
  if (highest.comparison.kind !== 'older') return highest.comparison;
  const passed = lower.find(({ comparison }) => comparison.kind !== 'older');
  if (passed === undefined) return highest.comparison;
  const why = `it is older than ${highest.text}, and not of the line of updates that ${passed.text} speaks of`;
  return { kind: 'unclear', why };
}

/** Revisions of the same release of a distribution, or of the same line of updates. */
function isSameLine(have: Revision | undefined, asked: Revision | undefined): boolean {
  if (have === undefined || have.distribution !== asked?.distribution) return false;
  if (have.release !== undefined) return have.release === asked.release;
  return have.line !== undefined && have.line === asked.line;
}

/** One is enough; a doubt outweighs what is older. */
function best(judged: readonly Judged[]): Comparison {
  const ofKind = (kind: Comparison['kind']) => judged.find(({ comparison }) => comparison.kind === kind)?.comparison;
  return ofKind('enough') ?? ofKind('unclear') ?? { kind: 'older' };
}

/** The same numbers, but for the last of three or more. */
function isSameBranch({ numbers: have }: UpstreamVersion, { numbers: need }: UpstreamVersion): boolean {
  if (need.length < 3) return compareNumbers(have, need) === 0;
  const shared = need.length - 1;
  return have.length >= shared && compareNumbers(have.slice(0, shared), need.slice(0, shared)) === 0;
}
