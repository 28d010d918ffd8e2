import type { Verification } from '../model/verification.js';
import { checkWritable, writeReport } from './report-file.js';
import { wantsColour, widthOf } from './terminal.js';

const fileWidth = 100;

/** Writes a verification to the files that were asked for. Throws `ERR_FILE`. */
export type WriteVerification = (verification: Verification) => Promise<void>;

/** Makes sure, before a long scan, that its reports can be written. Throws `ERR_REPORT_KIND`, `ERR_FILE`. */
export async function verificationWriter(paths: readonly string[]): Promise<WriteVerification> {
  if (paths.length === 0) return () => Promise.resolve();
  const { writerFor } = await import('../report/kind.js');
  const { jsonText } = await import('../report/json.js');
  const { formatVerification } = await import('../report/verification-text.js');
  const { formatVerificationMarkdown } = await import('../report/verification-markdown.js');
  const kinds: Readonly<Record<string, (verification: Verification) => string>> = {
    json: jsonText,
    md: formatVerificationMarkdown,
    txt: (verification) => formatVerification(verification, { colour: false, width: fileWidth }),
  };
  const writers = paths.map((path) => ({ path, format: writerFor(path, kinds) }));
  for (const { path } of writers) await checkWritable(path);
  return async (verification) => {
    for (const { path, format } of writers) await writeReport(path, format(verification));
  };
}

/** Prints it: for people, or as the document. */
export async function printVerification(verification: Verification, { json }: { json?: true }): Promise<void> {
  if (json === true) {
    const { jsonText } = await import('../report/json.js');
    process.stdout.write(jsonText(verification));
    return;
  }
  const { formatVerification } = await import('../report/verification-text.js');
  process.stdout.write(
    formatVerification(verification, {
      colour: wantsColour(process.stdout.isTTY, process.env),
      width: widthOf(process.stdout),
    }),
  );
}
