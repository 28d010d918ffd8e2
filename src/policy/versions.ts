/** A version number, taken apart. */
interface Version {
  /** `10.11.19` as numbers. */
  readonly numbers: readonly number[];
  /** The 1 of OpenSSH's `9.2p1`. */
  readonly patch: number | undefined;
  /** Whatever follows: ` Debian-2+deb12u10`, `-rc1`, `-MariaDB-log`. */
  readonly rest: string;
}

/** `unclear` says why it cannot be decided. */
export type Comparison =
  { readonly kind: 'enough' } | { readonly kind: 'older' } | { readonly kind: 'unclear'; readonly why: string };

/** Undefined where the text does not start with dotted numbers. */
export function parseVersion(text: string): Version | undefined {
  const match = /^v?(\d{1,9}(?:\.\d{1,9}){0,7})(?:p(\d{1,9})(?![0-9a-z]))?/i.exec(text.slice(0, 200).trim());
  if (match?.[1] === undefined) return undefined;
  const rest = text.trim().slice(match[0].length);
  // A digit or a dotted number that goes on is one that did not fit: it must not be compared by its first half.
  if (/^\.?\d/.test(rest)) return undefined;
  return {
    numbers: match[1].split('.').map(Number),
    patch: match[2] === undefined ? undefined : Number(match[2]),
    rest,
  };
}

/** MariaDB's greeting puts `5.5.5-` before its version, so that MySQL replicas take it for one of theirs. */
function withoutReplicationPrefix(text: string): string {
  return text.replace(/^5\.5\.5-(?=\d+\.)/, '');
}

function compareNumbers(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * Whether a version read off the wire is at least `minimum`. Decides by the numbers before any suffix, and only where no
 * suffix could turn the answer: a wrong alarm is worse than none, and a wrong pass worse still.
 */
export function compareVersions(found: string, minimum: string): Comparison {
  const [have, need] = [parseVersion(withoutReplicationPrefix(found)), parseVersion(minimum)];
  if (have === undefined || need === undefined) {
    return { kind: 'unclear', why: 'the version found does not start with plain numbers and dots' };
  }
  const difference = compareNumbers(have.numbers, need.numbers);
  if (difference !== 0) return { kind: difference > 0 ? 'enough' : 'older' };
  if (have.patch === undefined && need.patch !== undefined) {
    return { kind: 'unclear', why: `the version found has no p number to compare with p${need.patch}` };
  }
  if ((have.patch ?? 0) < (need.patch ?? 0)) return { kind: 'older' };
  if (/^[-_.~+ ]?(?:rc|alpha|beta|pre|dev|snapshot|git|m\d|a\d|b\d)/i.test(have.rest)) {
    return { kind: 'unclear', why: 'the version found looks like one from before the release' };
  }
  // A letter that touches the number may be a later patch (1.0.2k) or something else; a separator starts a revision or a name.
  if (/^[a-z]/i.test(have.rest))
    return { kind: 'unclear', why: 'the version found goes on with a letter after its numbers' };
  return { kind: 'enough' };
}
