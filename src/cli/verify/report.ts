import type { Verification } from '../../model/verification.js';
import { printResult } from '../print-result.js';
import { filePage, reportWriter } from '../report-file.js';

/** Writes a verification to the files that were asked for. Throws `ERR_FILE`. */
export type WriteVerification = (verification: Verification) => Promise<void>;

/** Makes sure, before a long scan, that its reports can be written. Throws `ERR_REPORT_KIND`, `ERR_FILE`. */
export function verificationWriter(paths: readonly string[]): Promise<WriteVerification> {
  return reportWriter(paths, {
    json: async (verification) => (await import('../../report/json.js')).jsonText(verification),
    md: async (verification) =>
      (await import('../../report/verification/markdown.js')).formatVerificationMarkdown(verification),
    txt: async (verification) =>
      (await import('../../report/verification/text.js')).formatVerification(verification, filePage),
  });
}

/** Prints it: for people, or as the document. */
export function printVerification(verification: Verification, flags: { readonly json?: true }): Promise<void> {
  return printResult(verification, flags, async (document, page) => {
    const { formatVerification } = await import('../../report/verification/text.js');
    return formatVerification(document, page);
  });
}
