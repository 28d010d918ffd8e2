import { revisionName, writtenRevision, type Revision } from './distribution.js';
import { readFoundPackage, type FoundPackage, type FoundVersion } from './found-package.js';
import { parseMinimum, type MinimumVersion } from './minimum.js';
import { compareNumbers, compareUpstream, parseFound, type UpstreamVersion } from './upstream.js';

/** `unclear` says why it cannot be decided. */
export type Comparison =
  { readonly kind: 'enough' } | { readonly kind: 'older' } | { readonly kind: 'unclear'; readonly why: string };

const enough: Comparison = { kind: 'enough' };
const older: Comparison = { kind: 'older' };
const unclear = (why: string): Comparison => ({ kind: 'unclear', why });

/**
 * Whether a version read off the wire is at least `minimum`, as `parseMinimum` takes it. The upstream version decides first: a newer one
 * is enough, whatever its package. The revision decides between equal ones. Distributions mend old versions in place, so
 * that an older one of a distribution is older for certain only beside a revision of the same release. Decides only where
 * nothing unread could turn the answer: a wrong alarm is worse than none, and a wrong pass worse still.
 */
export function compareVersions(found: FoundVersion, minimum: string): Comparison {
  const need = parseMinimum(minimum);
  if ('problem' in need) return unclear(`the version asked for cannot be compared: ${need.problem}`);
  const have = parseFound(found.version);
  if (have === undefined) return unclear('the version found does not start with plain numbers and dots');
  const { version, rest, isWhole } = have;
  const sameNumbers = compareNumbers(version.numbers, need.upstream.numbers) === 0;
  if (sameNumbers && !isWhole)
    return unclear('the version found goes on after its numbers with what may make it a later or an earlier one');
  const order = compareUpstream(version, need.upstream);
  if (order > 0) return enough;
  const shipped = readFoundPackage(found, rest);
  if (order === 0) return compareRevisions(shipped, need.revision);
  if (sameNumbers && lacksPatch(version, need.upstream))
    return unclear(`the version found has no p number to compare with p${String(need.upstream.patch)}`);
  return judgeOlderUpstream(shipped, need, have.text);
}

/** Whether the patch number is all that differs, and is not shown: most builds of OpenSSH show none. */
function lacksPatch(have: UpstreamVersion, need: UpstreamVersion): boolean {
  return (
    have.patch === undefined && need.patch !== undefined && compareUpstream({ ...have, patch: need.patch }, need) === 0
  );
}

/** Of one and the same upstream version. */
function compareRevisions({ distribution, revision: have }: FoundPackage, need: Revision | undefined): Comparison {
  if (need === undefined) return enough;
  const asked = revisionName(need);
  if (have === undefined) {
    const shown = distribution === undefined ? '' : ` (only that it is ${distribution.name}'s)`;
    return unclear(`the banner shows no package revision${shown} to compare with ${asked}`);
  }
  const shown = revisionName(have);
  if (have.distribution !== need.distribution || need.distribution.compare === undefined)
    return unclear(
      `the package found is ${shown}, and revisions of ${need.distribution.name} cannot be compared with it`,
    );
  const order = need.distribution.compare(have.text, need.text);
  const apart = unclear(
    `${shown} and ${asked} are of different lines of updates, and what is mended in one need not be in the other`,
  );
  if (order === 0) return enough;
  if (have.release !== undefined && need.release !== undefined && have.release !== need.release) return apart;
  if (order > 0) return need.distribution.linesFollow === true || isAfter(have, need) ? enough : apart;
  return isBefore(have, need) ? older : apart;
}

/** Whether nothing has parted the later of two revisions from the earlier: all that is mended there is mended here. */
function isAfter(later: Revision, earlier: Revision): boolean {
  if (later.line === undefined) return true;
  if (earlier.line === undefined) return earlier.release === undefined;
  return goesOnAs(earlier.line, later.line);
}

/** Whether the earlier of two revisions is on the way to the later: it was replaced, and not kept and mended beside it. */
function isBefore(earlier: Revision, later: Revision): boolean {
  const sameRelease = earlier.release === undefined || earlier.release === later.release;
  return sameRelease && (earlier.line === undefined || goesOnAs(earlier.line, later.line ?? ''));
}

function goesOnAs(line: string, next: string): boolean {
  return next === line || next.startsWith(`${line}+`);
}

/** Of an older upstream version, in which a distribution may have mended what the newer one mended. */
function judgeOlderUpstream(
  { distribution, revision: have }: FoundPackage,
  need: MinimumVersion,
  version: string,
): Comparison {
  const asked = need.revision;
  const mender = distribution ?? asked?.distribution;
  if (mender === undefined) return older;
  if (have?.release !== undefined && have.distribution === asked?.distribution && have.release === asked.release) {
    // Ubuntu's lines are of one upstream version; those of Enterprise Linux are its minor releases, each with its own updates.
    if (have.distribution.name === 'Ubuntu' || have.line === undefined || have.line === asked.line) return older;
  }
  const advice =
    have?.distribution.compare === undefined
      ? `The banner shows no revision that could be compared: ask the host's package manager`
      : `To decide, give minVersion the version of the package that mends it in the host's release; the one found is written ` +
        `"${version}${writtenRevision(have)}"`;
  return unclear(`it is older than ${need.upstreamText}, but ${mender.name} mends old versions in place. ${advice}`);
}
