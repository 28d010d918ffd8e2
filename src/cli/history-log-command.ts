import { exitCodes, type ExitCode } from './exit-code.js';
import type { VerifyLogFlags } from './history-arguments.js';
import { complain, isThere, thisTool } from './open-history-file.js';
import { historyFile } from './state-directory.js';
import { wantsColour, widthOf } from './terminal.js';

/** Says whether the evidence log is whole. Gives the exit code. Throws `ExposcanError`. */
export async function runVerifyLog({ history: flag, head, since, json }: VerifyLogFlags): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  const file = historyFile(flag, process.env);
  const { verifyEvidence } = await import('../history/verify-evidence.js');
  const verdict = await verifyEvidence(file, {
    tool: thisTool(),
    hasHistory: isThere(file),
    warn: complain,
    ...(head === undefined ? {} : { head }),
    ...(since === undefined ? {} : { since }),
  });
  if (json === true) {
    const { jsonText } = await import('../report/json.js');
    process.stdout.write(jsonText(verdict));
  } else {
    const { formatLogVerdict } = await import('../report/log-verdict.js');
    const page = { colour: wantsColour(process.stdout.isTTY, process.env), width: widthOf(process.stdout) };
    process.stdout.write(formatLogVerdict(verdict, page));
  }
  return verdict.whole ? exitCodes.conforms : exitCodes.deviates;
}
