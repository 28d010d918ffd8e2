/**
 * The CPE 2.3 formatted string of an application (NIST IR 7695, section 6.2): `cpe:2.3:a:vendor:product:version:*:*:*:*:*:*:*`.
 * A version that is not known is `*`, "any"; of one that a distribution has marked, the maker's part counts: `7.4.3-4ubuntu2.18`, `2.42.0+ds`.
 */
export function cpe(vendor: string, product: string, version?: string): string {
  const ours = version?.search(/[+~-](?:ds|dfsg|deb|\d{1,3}(?:[+~]deb|ubuntu))|deb\d/) ?? -1;
  const upstream = ours > 0 ? version?.slice(0, ours) : version;
  return `cpe:2.3:a:${[vendor, product, upstream ?? ''].map(attribute).join(':')}:*:*:*:*:*:*:*`;
}

/**
 * Letters, digits, `_`, `.` and `-` stand for themselves, except for a lone `-`, which would mean "not applicable"; other
 * printable ASCII is quoted, the rest is left out.
 */
function attribute(value: string): string {
  const kept = value
    .toLowerCase()
    .replace(/ /g, '_')
    .replace(/[^\x21-\x7e]/g, '')
    .slice(0, 100);
  if (kept === '') return '*';
  return kept === '-' ? '\\-' : kept.replace(/[^a-z0-9_.-]/g, '\\$&');
}
