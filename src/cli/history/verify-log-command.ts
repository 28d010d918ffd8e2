import { exitCodes, type ExitCode } from '../exit-code.js';
import type { VerifyLogFlags } from './arguments.js';
import { thisTool } from '../../net/package-version.js';
import { isThere } from '../open-history-file.js';
import { printResult } from '../print-result.js';
import { say } from '../say.js';
import { historyFile } from '../state-directory.js';

/** Says whether the evidence log is whole. Gives the exit code. Throws `ExposcanError`. */
export async function runVerifyLog({ history: flag, head, since, json }: VerifyLogFlags): Promise<ExitCode> {
  const file = historyFile(flag, process.env);
  const { verifyEvidence } = await import('../../history/verify-evidence.js');
  const verdict = await verifyEvidence(file, {
    tool: thisTool(),
    hasHistory: isThere(file),
    warn: say,
    ...(head === undefined ? {} : { head }),
    ...(since === undefined ? {} : { since }),
  });
  await printResult(verdict, { json }, async (document, page) => {
    const { formatLogVerdict } = await import('../../report/log-verdict.js');
    return formatLogVerdict(document, page);
  });
  return verdict.whole ? exitCodes.conforms : exitCodes.deviates;
}
