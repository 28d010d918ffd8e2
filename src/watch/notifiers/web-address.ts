import { isLoopback, parseAddress } from '../../model/address.js';
import type { ReadSecret } from './secret.js';

/** An address of the web, given as it is or as a secret. */
export interface UrlSource {
  readonly read: ReadSecret;
  readonly isSecret: boolean;
  /** Plain http:// to another machine is wanted. */
  readonly insecure: boolean;
}

/** The address, and what of it must stand in no message. */
export async function webhookUrl({ read, isSecret, insecure }: UrlSource): Promise<{
  readonly url: URL;
  readonly hidden: readonly string[];
}> {
  const text = await read();
  const url = parseWebAddress(text, insecure);
  if (!isSecret) return { url, hidden: [] };
  const segments = url.pathname.split('/').filter((segment) => segment.length > 3);
  const parts = [text, url.href, url.host, url.hostname, `${url.pathname}${url.search}`, url.search, ...segments];
  const hidden = [...parts, ...segments.map(decoded), ...url.searchParams.values()];
  return { url, hidden: hidden.filter((part) => part.length > 1) };
}

/** Reads an address. Throws an error that does not repeat it: it may be a secret, or hold one. */
function parseWebAddress(text: string, insecure: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new Error('expected a URL like https://hooks.example.org/exposcan');
  }
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      'a URL with a user or password in it is not used. Put the whole URL into { env: NAME } or { file: PATH } and its secret into the path',
    );
  }
  if (url.protocol === 'http:' && !insecure && !isLoopbackHost(url.hostname)) {
    throw new Error(
      'over http:// to another machine everybody on the way can read along. Write https://, or say insecure: true',
    );
  }
  return url;
}

/** True for this machine itself. */
export function isLoopbackHost(host: string): boolean {
  if (host === 'localhost') return true;
  const address = parseAddress(host.replace(/^\[|\]$/g, ''));
  return address !== undefined && isLoopback(address);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
