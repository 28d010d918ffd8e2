/** What an SSH identification says of the software behind it. */
export interface Software {
  readonly product?: string | undefined;
  readonly version?: string | undefined;
  /** What else the text tells, in its order. */
  readonly notes: readonly string[];
}

/**
 * The name and the number in a software version and its comment. The forms in use:
 *
 * ```
 * OpenSSH_9.2p1 Debian-2      name, separator, version; the comment is what it is
 * GoAnywhere7.4.0             name and version without anything between
 * Data ONTAP SSH 1.0          name of several words, version last
 * Zyxel SSH server            name of several words, the last one being what it is
 * Cleo VLProxy/5.8            name of several words, the last of them with the version
 * babeld-4f04c79d             name and the hash of a build, which is no version
 * 6.1.9.95 SSH Tectia Server  version first
 * 1.82 sshlib: WinSSHD 4.20   the library with its version, then the server with its own
 * ```
 */
export function readSoftware(text: string): Software {
  const [software = ''] = text.split(' ', 1);
  const comment = text.slice(software.length).trim();
  if (isVersion(software)) return readVersionFirst(software, comment);
  const librarysVersion = /^([0-9.]{1,20})_([A-Za-z]{1,40})$/.exec(software);
  if (librarysVersion?.[1] !== undefined && librarysVersion[2] !== undefined) {
    return readVersionFirst(librarysVersion[1], [librarysVersion[2], comment].filter(Boolean).join(': '));
  }
  if (!/[A-Za-z]/.test(software)) return { notes: [text] };
  const windows = /^OpenSSH_for_Windows_([0-9].*)$/.exec(software)?.[1];
  if (windows !== undefined) return { product: 'OpenSSH', version: windows, notes: ['for Windows', comment] };
  const { name, version, note } = splitVersion(software.replace(/[_/,;-]$/, ''));
  if (version === undefined && comment !== '') return readWords(software, comment);
  return { product: name, version, notes: [note, comment] };
}

function isVersion(word: string): boolean {
  return /^[vV]?[0-9]{1,8}(?:\.[0-9]{1,8}){1,5}(?:[a-z][a-z0-9]{0,7})?$/.test(word);
}

function readVersionFirst(version: string, comment: string): Software {
  const [library, server] = splitAt(comment, comment.indexOf(': '), 2);
  if (server === undefined) {
    const [, name, note] = /^([^()]{0,80}?) ?\(([^()]{1,80})\)$/.exec(comment) ?? [undefined, comment, ''];
    return { product: name === '' ? undefined : name, version, notes: [note] };
  }
  const [name, more] = splitAt(server, server.indexOf(': '), 2);
  const { product, version: own, notes } = readSoftware(name);
  return { product, version: own, notes: [...notes, more ?? '', `${library} ${version}`] };
}

/** A name of several words is known by its ending: in a version, or in what the thing is. */
function readWords(software: string, comment: string): Software {
  const words = [software, ...comment.split(' ')].filter((word) => word !== '').slice(0, 12);
  const at = words.findIndex((word, index) => index > 0 && isVersion(word));
  if (at > 0) {
    const version = (words[at] ?? '').replace(/^[vV]/, '');
    return { product: words.slice(0, at).join(' '), version, notes: [words.slice(at + 1).join(' ')] };
  }
  const joined = words.findIndex((word, index) => index > 0 && /^[A-Za-z]\w{0,30}\/[0-9][\w.]{0,20}$/.test(word));
  if (joined > 0) {
    const [name = '', version] = (words[joined] ?? '').split('/');
    return {
      product: [...words.slice(0, joined), name].join(' '),
      version,
      notes: [words.slice(joined + 1).join(' ')],
    };
  }
  const kind = words.findLastIndex((word, index) => index > 0 && /^(?:SSHD?|SFTP|server)$/i.test(word));
  if (kind > 0) return { product: words.slice(0, kind + 1).join(' '), notes: [words.slice(kind + 1).join(' ')] };
  return { product: software.replace(/_noversion$/, ''), notes: [comment] };
}

/** What belongs to the version itself. */
const prerelease = /^(?:rc|alpha|beta|pre|dev|snapshot)/i;

/**
 * `name_1.2`, `name-1.2`, `name/1.2`, `name_v1.2`, `name1.2`, `name.10`, or a name alone: the version is what begins with a
 * digit at the first such separator, up to what a patch or a vendor has added behind a separator: `6.6.1_hpn13v11`.
 */
function splitVersion(software: string): { name: string; version?: string; note: string } {
  const last = Math.max(software.lastIndexOf('-'), software.lastIndexOf('_'));
  if (last > 0 && isBuildHash(software.slice(last + 1))) {
    return { ...splitVersion(software.slice(0, last)), note: software.slice(last + 1) };
  }
  const separated = software.search(/[_\-/][vV]?[0-9]/);
  const [name, rest] =
    separated > 0
      ? [software.slice(0, separated), software.slice(separated + 1)]
      : splitAt(software, software.search(/[A-Za-z.][0-9]{1,8}\.[0-9]|[.][0-9]/) + 1, 0);
  if (rest === undefined || !/[A-Za-z]/.test(name)) return { name: software, note: '' };
  const bare = rest.replace(/^[vV]/, '');
  if (/^[0-9]{1,8}(?:_[0-9]{1,8}){1,5}$/.test(bare)) return { name, version: bare.replaceAll('_', '.'), note: '' };
  const added = bare.search(/[_-][A-Za-z]/);
  const [version, note] = prerelease.test(bare.slice(added + 1)) ? [bare] : splitAt(bare, added, 1);
  // What ssh2 of Node.js adds where it is the server.
  const number = /^[0-9.]+srv$/.test(version) ? version.slice(0, -3) : version;
  return { name: name.replace(/[vV.]$/, '').replace(/[_-]release$/, ''), version: number, note: note ?? '' };
}

function isBuildHash(word: string): boolean {
  return /^[0-9a-f]{7,40}$/.test(word) && /[a-f]/.test(word) && /[0-9]/.test(word);
}

/** What stands before and after a place, without what stands there; the whole where the place is not within. */
function splitAt(text: string, at: number, width: number): [string, string?] {
  return at > 0 ? [text.slice(0, at), text.slice(at + width)] : [text];
}
