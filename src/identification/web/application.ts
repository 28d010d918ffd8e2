import { cpe } from '../cpe.js';
import type { Example, ServiceFacts } from '../protocol.js';
import type { Page } from './page.js';

/** What a page proves about the application that made it, beyond which one it is. */
export interface PageFacts {
  readonly version?: string | undefined;
  /** What else an administrator should know: that it asks nobody for a password, say. */
  readonly notes?: readonly string[];
  /** Where a relative shares its pages, which one it is. */
  readonly product?: string;
  readonly cpe?: readonly [vendor: string, product: string];
}

/** Everything that is known about one application that is spoken to in HTTP. */
export interface WebApplication {
  readonly product: string;
  /** Its own service name in the list of known ports, in the clear and inside TLS; absent where that has none, so that it is `http`. */
  readonly name?: string;
  readonly nameInsideTls?: string;
  /** Vendor and product of its CPE. */
  readonly cpe?: readonly [vendor: string, product: string];
  /** The ports that suggest it, in the clear and inside TLS, where its first page does not give it away. */
  readonly ports?: readonly number[];
  readonly tlsPorts?: readonly number[];
  /** Where it tells strangers its version, or what it is. Read with GET, which changes nothing there. */
  readonly path?: string;
  /** The first page looks as this application's does, among others. */
  readonly hint?: (page: Page) => boolean;
  /** What a page proves wherever it was found; undefined where it is not this application's. */
  readonly recognise: (page: Page) => PageFacts | undefined;
  /** What a page proves that was found at `path`, where that is more. */
  readonly readAtPath?: (page: Page) => PageFacts | undefined;
  readonly examples: readonly Example[];
  /** Pages that look alike and are not this application's. */
  readonly negatives?: readonly { readonly from: string; readonly bytes: Uint8Array }[];
}

/** A version as applications print it: it begins with a digit, after a `v` perhaps. */
export function versionOf(text: string | undefined): string | undefined {
  return /^v?(\d[\w.+~-]{0,63})$/i.exec(text ?? '')?.[1];
}

/**
 * The title of a page that may be an application's own: it was found there, or is refused for want of a password, and nothing else says that
 * it made the page. A title that is one plain word may stand over any page about the application, and needs another mark beside it.
 */
export function ownTitle({ status, title = '', generator }: Page): string {
  return /^(?:200|401|403)$/.test(status) && generator === undefined ? title : '';
}

/** What a page of this application proves, with what serves it and stands in front of it beside. */
export function applicationFacts(
  application: WebApplication,
  { version, notes = [], ...relative }: PageFacts,
  server: ServiceFacts,
  pageInfo: string,
): ServiceFacts {
  const { name } = application;
  const product = relative.product ?? application.product;
  const names = relative.cpe ?? (relative.product === undefined ? application.cpe : undefined);
  // A server that bears the application's own name is no other.
  const isOwn = server.product === undefined || isNamedAlike(product.toLowerCase(), server.product.toLowerCase());
  const front = [server.product, server.version].filter(Boolean).join(' ');
  return {
    ...(name === undefined ? {} : { name }),
    product,
    version,
    extraInfo: [...notes, ...(isOwn ? [] : [`served by ${front}`]), pageInfo].filter((part) => part !== '').join(', '),
    cpe: [
      ...(names === undefined ? [] : [cpe(...names, version)]),
      ...(server.cpe ?? []).filter(
        (other) => names === undefined || !other.startsWith(cpe(...names).split('*')[0] ?? ''),
      ),
    ],
  };
}

/** `Docker` is the server of `Docker Engine`, and `Netdata Embedded HTTP Server` that of `Netdata`. */
function isNamedAlike(one: string, other: string): boolean {
  return one === other || one.split(' ').includes(other) || other.split(' ').includes(one);
}
