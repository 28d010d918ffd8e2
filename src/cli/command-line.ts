import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { terminalSafe } from '../model/printable.js';
import { exitCodes } from './exit-code.js';
import { scanCommand } from './scan/arguments.js';
import type { ScanFlags } from './scan-options.js';
import { layOutHelp } from './help-layout.js';
import { widthOf } from './terminal.js';
import { subcommands, type Finish } from './subcommands.js';

/** Scans, and gives the exit code. */
type Scan = (targets: readonly string[], flags: ScanFlags) => Promise<number>;

/** Loaded when it is asked for, so that `--help` need not wait for it. */
const programScan: Scan = async (targets, flags) => {
  const { runScan } = await import('./scan/command.js');
  return runScan(targets, flags);
};

/** Reads the command line, runs what it asks for, and gives the exit code. Throws `ExposcanError`. */
export async function runCommandLine(args: readonly string[], scan: Scan = programScan): Promise<number> {
  let code: number = exitCodes.usage;
  const [word = ''] = args;
  const isSubcommand = Object.hasOwn(subcommands, word);
  const command = await commandFor(word, scan, (exitCode) => {
    code = exitCode;
  });
  quieten(command);
  try {
    await command.parseAsync(isSubcommand ? args.slice(1) : [...args], { from: 'user' });
  } catch (error) {
    if (!isCommanderEnd(error)) throw error;
    return error.exitCode === 0 ? exitCodes.conforms : exitCodes.usage;
  }
  return code;
}

async function commandFor(word: string, scan: Scan, finish: Finish): Promise<CommandUnknownOpts> {
  const subcommand = Object.hasOwn(subcommands, word) ? subcommands[word] : undefined;
  if (subcommand !== undefined) return subcommand.load(finish);
  const usage = Object.values(subcommands).flatMap((each) => each.usage);
  return scanCommand(usage, async (targets, flags) => {
    finish(await scan(targets, flags));
  });
}

/** Commander may end neither the process nor a line by itself, at any depth. */
function quieten(command: CommandUnknownOpts): void {
  command.exitOverride().configureOutput({ outputError });
  layOutHelp(command, widthOf(process.stdout));
  command.commands.forEach(quieten);
}

/** Commander breaks its own lines; what it quotes of the user's words may hold anything else. */
function outputError(text: string, write: (text: string) => void): void {
  const lines = text.replace(/^error: /, '').split('\n');
  write(`exposcan: ${lines.map(terminalSafe).join('\n')}`);
}

/** Commander ends `--help` and every usage error by throwing, its message already printed. */
function isCommanderEnd(error: unknown): error is CommanderError {
  return error instanceof CommanderError;
}
