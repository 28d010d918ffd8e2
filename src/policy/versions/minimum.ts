import { distributionNamed, readRevision, type Revision } from './distribution.js';
import { parseUpstream, type UpstreamVersion } from './upstream.js';

/** The version that a policy asks for. */
export interface MinimumVersion {
  readonly upstream: UpstreamVersion;
  /** As the policy writes the upstream version: `9.2p1`. */
  readonly upstreamText: string;
  readonly revision?: Revision;
}

const forms =
  'Write numbers and dots, like "9.2p1" or "5.1.73", and the package\'s revision where it matters, like "9.2p1-2+deb12u3"';

/**
 * What a policy may write: `9.2p1`, `5.1.73`, `1.0.2k`, and a package's version as its distribution writes it
 * (`1:9.2p1-2+deb12u3`, `8.9p1-3ubuntu0.6`, `8.0p1-19.el8_8`) or as the banner shows it (`9.2p1 Debian-2+deb12u3`,
 * `9.18.49-1~deb12u3-Debian`, `10.11.19-MariaDB-0+deb12u1`). An epoch is left out, since no banner shows one. `problem` says what is
 * wrong with it ("it does not …") and what to write instead.
 */
export function parseMinimum(text: string): MinimumVersion | { readonly problem: string } {
  if (text.length > 100 || text !== text.trim())
    return { problem: `it is too long, or has blanks around it. ${forms}.` };
  const epoch = /^\d{1,9}:/.exec(text)?.[0] ?? '';
  const written = text.slice(epoch.length);
  const upstream = parseUpstream(written);
  if (upstream === undefined) return { problem: `it does not start with plain numbers and dots. ${forms}.` };
  // Debian's mark for a source without its unfree parts.
  const rest = upstream.rest.replace(/^[+~.](?:dfsg|ds)[\d.]{0,9}(?=-|$)/, '').replace(/^-MariaDB(?=-|$)/i, '');
  const bare = { upstream: upstream.version, upstreamText: upstream.text };
  if (rest === '') return bare;
  const [, before, number = '', after] =
    /^[- ](?:([A-Za-z]{1,20})-)?(\d[\w.+~^]{0,79})(?:-([A-Za-z]{1,20}))?$/.exec(rest) ?? [];
  const name = before ?? after;
  const beside = name === undefined ? undefined : distributionNamed(name);
  if (number === '' || (name !== undefined && beside === undefined) || (before !== undefined && after !== undefined))
    return { problem: `nothing is known of ${JSON.stringify(rest.trim())} behind the number. ${forms}.` };
  const revision = readRevision(number, beside);
  if (revision === undefined) {
    const example = `"${upstream.text} Debian-${number}"`;
    return {
      problem: `it does not say which distribution's revision ${number} is. Write it like ${example}, or leave the revision out.`,
    };
  }
  if (revision.distribution.compare === undefined) {
    return {
      problem: `it asks for a revision of ${revision.distribution.name}, whose order is not known here. Leave the revision out.`,
    };
  }
  return { ...bare, revision };
}
