import { ExposcanError, messageOf, observerCodes } from '../model/errors.js';
import { terminalSafe } from '../model/printable.js';
import { packageVersion } from '../net/package-version.js';
import { exitCodes } from './exit-code.js';

/** The whole program. Sets the exit code, and leaves it to Node to end the process once all output is written. */
export function main(args: readonly string[]): void {
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    console.log(packageVersion());
    return;
  }
  // Should the program ever come to rest without an answer, that is no success.
  process.exitCode = exitCodes.indeterminate;
  let isLost = false;
  const fail = (error: unknown) => {
    isLost = true;
    process.exitCode = exitCodeFor(error);
    console.error(`exposcan: ${explain(error)}`);
  };
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // A reader that has seen enough (`exposcan … | head`) is no error; a full disk is.
    if (error.code !== 'EPIPE') fail(new ExposcanError('ERR_FILE', `Cannot write the result: ${error.message}`));
  });
  // Nobody can be told that nobody can be told.
  process.stderr.on('error', () => undefined);
  process.on('uncaughtException', (error) => {
    fail(error);
    process.exit();
  });
  void run(args).then((code) => {
    if (!isLost) process.exitCode = code;
  }, fail);
}

async function run(args: readonly string[]): Promise<number> {
  const { runCommandLine } = await import('./command-line.js');
  return runCommandLine(args);
}

function explain(error: unknown): string {
  if (error instanceof ExposcanError) return error.lines.map(terminalSafe).join('\n');
  const stack = error instanceof Error ? error.stack : undefined;
  const told = (stack ?? messageOf(error)).split('\n').map(terminalSafe).join('\n');
  return `this is a fault in exposcan, please report it: ${told}`;
}

function exitCodeFor(error: unknown): number {
  if (error instanceof ExposcanError && error.code === 'ERR_CANCELLED') return exitCodes.interrupted;
  if (!(error instanceof ExposcanError)) return exitCodes.usage;
  // What was never scanned is unknown, like what a scan could not observe.
  const isUnknown = error.code === 'ERR_NOT_IN_HISTORY' || (observerCodes as readonly string[]).includes(error.code);
  return isUnknown ? exitCodes.indeterminate : exitCodes.usage;
}
