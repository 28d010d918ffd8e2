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
  // A reader that has seen enough (`exposcan … | head`) is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  void run(args).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      console.error(`exposcan: ${explain(error)}`);
      process.exitCode = exitCodeFor(error);
    },
  );
}

async function run(args: readonly string[]): Promise<number> {
  const { runCommandLine } = await import('./command-line.js');
  return runCommandLine(args);
}

function explain(error: unknown): string {
  if (error instanceof ExposcanError) return terminalSafe(error.message);
  const stack = error instanceof Error ? error.stack : undefined;
  return `this is a fault in exposcan, please report it: ${stack ?? messageOf(error)}`;
}

function exitCodeFor(error: unknown): number {
  const isObservers = error instanceof ExposcanError && (observerCodes as readonly string[]).includes(error.code);
  return isObservers ? exitCodes.indeterminate : exitCodes.usage;
}
