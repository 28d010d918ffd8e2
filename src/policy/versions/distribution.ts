import { compareDebianRevisions } from './dpkg-order.js';
import { compareRpmReleases } from './rpm-order.js';

/** A distribution that mends old versions in place, by the name that a reader knows. */
export interface Distribution {
  readonly name: string;
  /** How its package revisions are ordered; undefined where they are not compared here. */
  readonly compare?: (a: string, b: string) => number;
  /** Its lines of updates follow one another: a later one has what the earlier ones had. */
  readonly linesFollow?: true;
}

/** The revision of a distribution's package, like Debian's `2+deb12u10`. */
export interface Revision {
  readonly distribution: Distribution;
  readonly text: string;
  /** The release of the distribution that it names, like `deb12` or `el8`. */
  readonly release: string | undefined;
  /**
   * The line of updates inside that release: the `3ubuntu0` of `3ubuntu0.6`, the `8` of `19.el8_8`, all of it where a derivative has put its own
   * mark. What is mended in one line may not be in another, whatever their order. A line goes on as another:
   * `3ubuntu0+esm` from `3ubuntu0`.
   */
  readonly line: string | undefined;
}

const debian: Distribution = { name: 'Debian', compare: compareDebianRevisions };
const ubuntu: Distribution = { name: 'Ubuntu', compare: compareDebianRevisions };
const raspbian: Distribution = { name: 'Raspbian', compare: compareDebianRevisions };
const enterprise: Distribution = { name: 'Enterprise Linux', compare: compareRpmReleases, linesFollow: true };
const fedora: Distribution = { name: 'Fedora', compare: compareRpmReleases };

/** What they call themselves in banners, in lower case. */
const byWord: ReadonlyMap<string, Distribution> = new Map([
  ['debian', debian],
  ['ubuntu', ubuntu],
  ['raspbian', raspbian],
  ...['rh', 'redhat', 'rhel', 'centos', 'rocky', 'almalinux'].map((word) => [word, enterprise] as const),
  ['fedora', fedora],
  ['amazon', { name: 'Amazon Linux' }],
  ['suse', { name: 'SUSE' }],
  ['opensuse', { name: 'openSUSE' }],
  ['freebsd', { name: 'FreeBSD' }],
]);

export function distributionNamed(word: string): Distribution | undefined {
  return byWord.get(word.toLowerCase());
}

/** A digit, then what a revision may hold by deb-version(7) and rpm-version(7). */
const revisionText = /^\d[\w.+~^]{0,79}$/;

/**
 * A revision of the distribution that its own text tells (`deb12u3`, `ubuntu0.6`, `.el8`, `.fc38`), or else of the one that stands
 * beside it. Undefined where neither tells, or where it is not a revision.
 */
export function readRevision(text: string, beside: Distribution | undefined): Revision | undefined {
  if (!revisionText.test(text)) return undefined;
  const ubuntuLine = /ubuntu\d{0,9}/.exec(text);
  if (ubuntuLine !== null) {
    const end = ubuntuLine.index + ubuntuLine[0].length;
    const mark = /[+~]([A-Za-z]{1,20})/.exec(text.slice(end))?.[1];
    const line = text.slice(0, end) + (mark === undefined ? '' : `+${mark.toLowerCase()}`);
    return { distribution: ubuntu, text, release: ubuntuRelease(text), line };
  }
  const rpm = /\.(el|fc)(\d{1,3})(?:_(\d{1,3}))?(?![0-9])/.exec(text);
  if (rpm !== null) {
    const [, tag = '', release = '', line] = rpm;
    return { distribution: tag === 'el' ? enterprise : fedora, text, release: tag + release, line };
  }
  const release =
    /[~+](bpo\d{1,3})(?![0-9])/.exec(text)?.[1] ??
    /[~+](deb\d{1,3})u\d/.exec(text)?.[1] ??
    /(etch|lenny|squeeze|wheezy)\d/.exec(text)?.[1];
  const distribution = beside ?? (release === undefined ? undefined : debian);
  // Debian's own revisions are numbers, perhaps rebuilt (+b1): whatever else stands there is a derivative's.
  const isPlain = release !== undefined || /^[\d.]+(?:\+b\d+)?$/.test(text);
  return distribution && { distribution, text, release, line: isPlain ? undefined : text };
}

/** The 22.04 of `0ubuntu0.22.04.1`. Most of Ubuntu's revisions name no release. */
function ubuntuRelease(text: string): string | undefined {
  return /(?:ubuntu0\.|~)(\d\d\.(?:04|06|10))(?![0-9])/.exec(text)?.[1];
}

/** The revision as a policy may write it behind a version: `-2+deb12u10`, `-19.el8_8`, ` Debian-2`. */
export function writtenRevision({ distribution, text }: Revision): string {
  return readRevision(text, undefined)?.distribution === distribution ? `-${text}` : ` ${distribution.name}-${text}`;
}

/** The revision with the name that tells whose it is: "Debian's 2+deb12u10". */
export function revisionName({ distribution, text }: Revision): string {
  return `${distribution.name}'s ${text}`;
}
