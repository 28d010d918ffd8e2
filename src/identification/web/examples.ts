import type { Example, ServiceFacts } from '../protocol.js';

/** A page of an application, built from a document: the status line, headers, an empty line, and the body. */
export function builtPage(
  from: string,
  lines: readonly string[],
  service: ServiceFacts & { readonly name: string },
): Example {
  return { from, bytes: Buffer.from(lines.join('\r\n')), service };
}

/** How an answer begins that is a page of HTML. */
export const htmlHead = ['HTTP/1.1 200 OK', 'Content-Type: text/html', ''] as const;

/** How an answer begins that is a document of JSON. */
export const jsonHead = ['HTTP/1.1 200 OK', 'Content-Type: application/json', ''] as const;
