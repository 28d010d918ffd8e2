import { domainToASCII } from 'node:url';
import { ExposcanError } from './errors.js';
import { printableText, shorten } from './printable.js';

/**
 * Reads a host name: letters, digits and hyphens (RFC 1123, 2.1), underscores because real zones have them, at most 63
 * characters a label and 253 in all, one trailing dot allowed (it keeps the resolver from its search list). A name in another script
 * comes back in its ASCII form (IDNA, `bücher.example` → `xn--bcher-kva.example`).
 *
 * Gives the lower-case ASCII name. Throws `ERR_BAD_TARGET` with what to write instead.
 */
export function parseHostName(text: string): string {
  const shown = `"${shorten(printableText(text), 80)}"`;
  const refuse = (why: string) => new ExposcanError('ERR_BAD_TARGET', `${shown} is not a host name: ${why}`);
  if (text.length > 1000) throw refuse('a name has at most 253 characters.');
  const hint = likelyMistake(text);
  if (hint !== undefined) throw new ExposcanError('ERR_BAD_TARGET', hint);
  const name = (isAscii(text) ? text : domainToASCII(text)).toLowerCase();
  if (name === '') throw refuse('it cannot be written in the ASCII form that DNS uses (IDNA).');
  const labels = withoutRoot(name).split('.');
  if (labels.includes('')) throw refuse('there is nothing between two of its dots, or before the first.');
  if (labels.join('.').length > 253) throw refuse('a name has at most 253 characters.');
  for (const label of labels) {
    if (label.length > 63) throw refuse('a part between two dots has at most 63 characters.');
    if (!/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/.test(label)) {
      throw refuse('expected letters, digits and inner hyphens between the dots, like offsite7.example.org.');
    }
  }
  if (/^(?:\d+|0x[0-9a-f]*)$/.test(labels.at(-1) ?? '')) {
    throw refuse('its last part is a number, so it looks like an IPv4 address, which has four parts: 192.0.2.1.');
  }
  return name;
}

/** A name as it is compared, and as TLS and HTTP want it: without the root's dot. */
export function withoutRoot(name: string): string {
  return name.replace(/\.$/, '');
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}

/** Says what to write instead of a URL, a host with its port, a login, a mail address or a wildcard. */
function likelyMistake(text: string): string | undefined {
  // What stands before "@" may be a password: it is never repeated.
  const url = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#]*@)?(\[[^\]/?#]*\]|[^/?#:]*)(?::(\d+))?/i.exec(text);
  if (url !== null) return `A URL is not a target: expected a name or an address. Write ${withPort(url[1], url[2])}`;
  const login = /^[^@]*@([^@:]+)(?::(\d+))?$/.exec(text);
  if (login !== null) {
    return `A login or mail address is not a target: expected a name or an address. Write ${withPort(login[1], login[2])}`;
  }
  const endpoint = /^(\[[^\]]*\]|[^:]+):(\d+)$/.exec(text);
  if (endpoint !== null) return `A target has no port in it. Write ${withPort(endpoint[1], endpoint[2])}`;
  if (text.includes('*')) {
    return `"${shorten(printableText(text), 80)}": a target has no wildcards. Write a block, like 192.0.2.0/24, or name the hosts.`;
  }
  return undefined;
}

function withPort(host: string | undefined, port: string | undefined): string {
  const shown = host === undefined || host === '' ? 'the host' : shorten(printableText(host), 80);
  return port === undefined ? shown : `${shown} --ports ${port}`;
}
