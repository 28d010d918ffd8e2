import { Command, type CommandUnknownOpts, type OptionValues } from '@commander-js/extra-typings';
import type { HistoryFlags } from '../history-flags.js';
import { historyFlags } from '../history-flags.js';
import { collect, probingCommand, targetArgument } from '../probe-arguments.js';
import type { ProbeFlags } from '../scan-options.js';

/** What is expected of a change, as the command line gives it. */
interface ExpectationFlags {
  readonly expect: readonly string[];
  readonly keep: readonly string[];
}

/** How the result is given. */
interface ResultFlags {
  readonly json?: true;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** The flags of `exposcan verify begin`. */
export interface VerifyBeginFlags extends ProbeFlags, HistoryFlags, ExpectationFlags, ResultFlags {}

/** The flags of `exposcan verify end`. */
export interface VerifyEndFlags extends HistoryFlags, ResultFlags {
  readonly within: string;
  readonly settle: string;
  readonly output: readonly string[];
}

/** The flags of `exposcan verify TARGET…`: both in one. */
export interface VerifyFlags extends ProbeFlags, HistoryFlags, ExpectationFlags, ResultFlags {
  readonly run?: string;
  readonly within: string;
  readonly settle: string;
  readonly output: readonly string[];
}

/** What `exposcan verify …` can ask for; each gives the exit code. */
export interface VerifyCommands {
  readonly begin: (targets: readonly string[], flags: VerifyBeginFlags) => Promise<number>;
  readonly end: (targets: readonly string[], flags: VerifyEndFlags) => Promise<number>;
  readonly whole: (targets: readonly string[], flags: VerifyFlags) => Promise<number>;
}

const exitHelp =
  '\nExit codes: 0 proven, 1 not proven, 2 wrong usage, 3 something could not be observed, 130 interrupted.\n' +
  'Scan only what you own or may scan.';

export function verifyCommand(commands: VerifyCommands, finish: (code: number) => void): CommandUnknownOpts {
  const begin = resultFlags(expectationFlags(historyFlags(probingCommand('begin'))))
    .argument(...targetArgument)
    .description('Records how the targets are before a change, and what is expected of the change.')
    .addHelpText(
      'after',
      '\nExit codes: 0 recorded, and the before is as expected; 1 recorded, and it is not; 2 wrong usage;\n' +
        '3 recorded, and not all could be observed; 130 interrupted, and no window opened.\n' +
        'Scan only what you own or may scan.',
    )
    .action(async (targets, options) => {
      finish(await commands.begin(targets, options));
    });
  const end = resultFlags(afterFlags(historyFlags(new Command('end'))))
    .argument('[target...]', 'which window is meant, where several are open')
    .description(
      'Scans again what verify begin scanned, and proves that the change did what was expected, and nothing else.',
    )
    .addHelpText('after', exitHelp)
    .action(async (targets, options) => {
      finish(await commands.end(targets, options));
    });
  return resultFlags(afterFlags(expectationFlags(historyFlags(probingCommand('exposcan verify')))))
    .enablePositionalOptions()
    .argument(...targetArgument)
    .description(
      'Proves that a change did what was expected of it, and nothing else: scans before and after it, from outside, on all addresses.',
    )
    .usage(
      "begin TARGET... --expect 'mysql: public -> local-only' [--keep https]\n" +
        '       exposcan verify end [TARGET...] [--within 60s]\n' +
        "       exposcan verify TARGET... --expect 'SERVICE: FROM -> TO' --run COMMAND",
    )
    .option('--run <command>', 'make the change by this command, through the shell (default: wait for a key)')
    .addCommand(begin)
    .addCommand(end)
    .addHelpText('after', exitHelp)
    .action(async (targets, options) => {
      finish(await commands.whole(targets, options));
    });
}

function expectationFlags<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .option(
      '--expect <transition>',
      "'SERVICE|PORT: FROM -> TO', each of public, restricted, local-only, absent; may repeat",
      collect,
      [],
    )
    .option('--keep <service>', 'what must still answer, by service or port; may repeat', collect, []);
}

function afterFlags<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .option('--within <duration>', 'look again until it is proven, so long at most, like 60s', '0')
    .option('--settle <duration>', 'look at what is expected a second time after so long; 0: do not', '5s')
    .option(
      '-o, --output <file>',
      'write a report too, its kind from the ending (.json, .md, .txt); may repeat',
      collect,
      [],
    );
}

function resultFlags<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .option('--json', 'write the document to stdout')
    .option('-q, --quiet', 'no progress on stderr')
    .option('-v, --verbose', 'more on stderr');
}
