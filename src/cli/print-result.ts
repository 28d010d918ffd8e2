import type { PageOptions } from '../report/page.js';
import { pageFor } from './terminal.js';

/** Prints the result on stdout: the document itself under `--json`, else what `text` makes of it for people. */
export async function printResult<Document>(
  document: Document,
  { json, verbose }: { readonly json?: true | undefined; readonly verbose?: true },
  text: (document: Document, page: PageOptions) => string | Promise<string>,
): Promise<void> {
  if (json !== true) {
    process.stdout.write(await text(document, pageFor(process.stdout, verbose === undefined ? {} : { verbose })));
    return;
  }
  const { jsonParts } = await import('../report/json.js');
  // One after another: what is not yet written would be kept. A write that fails is told by the stream's own listener, once.
  for (const part of jsonParts(document)) {
    const error = await new Promise<unknown>((resolve) => {
      process.stdout.write(part, resolve);
    });
    if (error instanceof Error) return;
  }
}
