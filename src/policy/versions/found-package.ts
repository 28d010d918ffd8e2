import { distributionNamed, readRevision, type Distribution, type Revision } from './distribution.js';

/** A version read off the wire. All of it is the peer's word; nothing in it can fail the reader. */
export interface FoundVersion {
  readonly version: string;
  readonly extraInfo?: string | undefined;
  /** The beginning of the banner as latin1 text: what stands behind the version there may be all that tells the distribution. */
  readonly banner?: string | undefined;
}

/** Whose package it is, as far as the banner tells. */
export interface FoundPackage {
  readonly distribution?: Distribution;
  readonly revision?: Revision;
}

const maxText = 200;

/** Looks at what follows the version, at the extra information, and at the rest of the version's line in the banner. */
export function readFoundPackage(found: FoundVersion, restOfVersion: string): FoundPackage {
  const version = found.version.slice(0, maxText).trim();
  const packages = [
    readPackage(restOfVersion.slice(0, maxText), version),
    // A title in quotes is whatever the author of a web page wrote.
    readPackage((found.extraInfo ?? '').slice(0, maxText).split('"', 1)[0] ?? '', version),
    readPackage(restOfLine((found.banner ?? '').slice(0, maxText), version), version),
  ];
  return packages.find(({ revision }) => revision) ?? packages.find(({ distribution }) => distribution) ?? {};
}

/** From behind the version to the end of its line, or to the next product (`Apache/2.4.57 (Debian) PHP/8.2`). */
function restOfLine(banner: string, version: string): string {
  for (let at = banner.indexOf(version); version !== '' && at >= 0; at = banner.indexOf(version, at + 1)) {
    const rest = banner.slice(at + version.length);
    // Part of another number: the 2.4 of 12.4, of 1.2.4 and of 2.45.
    if (/[\d.]/.test(banner[at - 1] ?? '') || /^[0-9A-Za-z]/.test(rest)) continue;
    const line = /^[^\x00-\x1f\x7f]*/.exec(rest)?.[0] ?? '';
    const next = line.search(/ [A-Za-z][\w.-]{0,60}\/\d/);
    return next < 0 ? line : line.slice(0, next);
  }
  return '';
}

/**
 * `Debian-2+deb12u10` and `Ubuntu-3ubuntu0.6` (OpenSSH), `9.18.49-1~deb12u3-Debian` and `9.11.36-RedHat-9.11.36-8.el8_8.1` (BIND),
 * `-MariaDB-0+deb12u1` (MariaDB), `8.15.2/Debian-22` (Sendmail), `Fedora-RPM-2.4.17-13.el7` (Cyrus), `Debian_7etch12-log` (MySQL),
 * `(Ubuntu)` (nginx, Apache httpd).
 */
function readPackage(text: string, version: string): FoundPackage {
  let named: Distribution | undefined;
  for (const word of text.replace(/red hat/gi, 'RedHat').split(/[^\w.+~^-]+/)) {
    const separated = `-${word.replace(/([A-Za-z])_(?=\d)/g, '$1-')}-`;
    const pieces = separated.replaceAll(`-${version}-`, '-').split('-');
    const beside = pieces.map(distributionNamed).find(Boolean);
    named ??= beside;
    // Two numbers in one word are a version and its revision: a revision of another version is none of this one.
    const [number, another] = pieces.filter((piece) => /^\d/.test(piece));
    const revision = number === undefined || another !== undefined ? undefined : readRevision(number, beside);
    if (revision !== undefined) return { distribution: revision.distribution, revision };
  }
  return named === undefined ? {} : { distribution: named };
}
