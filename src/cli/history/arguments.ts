import { Command, InvalidArgumentError, type CommandUnknownOpts, type ParseOptions } from '@commander-js/extra-typings';
import { ExposcanError } from '../../model/errors.js';
import { readDuration } from '../../model/duration.js';
import { notBlank } from '../not-blank.js';

/** Which history, and how it is to be told of. */
interface HistoryFileFlags {
  readonly history?: string;
  readonly json?: true;
}

/** The flags of `exposcan history`, as the command line gives them. */
export interface HistoryQueryFlags extends HistoryFileFlags {
  readonly vantage?: string;
  readonly timeline?: true;
}

export interface VerifyLogFlags extends HistoryFileFlags {
  readonly head?: string;
  readonly since?: string;
}

export interface RebuildFlags extends HistoryFileFlags {
  readonly force?: true;
}

export interface PruneFlags extends HistoryFileFlags {
  /** In milliseconds. */
  readonly olderThan?: number;
  readonly keep?: number;
}

/** What `exposcan history …` can ask for; each gives the exit code. */
export interface HistoryCommands {
  readonly query: (host: string | undefined, port: string | undefined, flags: HistoryQueryFlags) => Promise<number>;
  readonly verifyLog: (flags: VerifyLogFlags) => Promise<number>;
  readonly rebuild: (flags: RebuildFlags) => Promise<number>;
  readonly prune: (flags: PruneFlags) => Promise<number>;
}

/** No host has such a name, so it is in nobody's way. */
const hostWord = '(host)';

/** Commander looks for subcommands behind `--` as well; what stands there is a host, whatever it is called. */
class HistoryCommand extends Command {
  override parseAsync(args: readonly string[] = [], options?: ParseOptions): Promise<this> {
    const end = args.indexOf('--');
    const words = this.commands.map((command) => command.name());
    const isHost = end >= 0 && !args.slice(0, end).some((arg) => words.includes(arg));
    return super.parseAsync(isHost ? [hostWord, ...args] : args, options);
  }
}

const hostArgument = ['[host]', 'name, address or block, as it was scanned; or an address of one'] as const;
const portArgument = ['[port]', 'a port, or the name of a service with one usual port'] as const;

/** Reads `exposcan history`. Its flags for the file and for JSON may stand before or behind the word of a subcommand. */
export function historyCommand(commands: HistoryCommands, finish: (code: number) => void): CommandUnknownOpts {
  const command = new HistoryCommand('exposcan history')
    .description(
      'Says since when a port has been open, what changed and when, which versions there were, on which address, from which ' +
        'place; without a host, which hosts are in the history.',
    )
    .usage('[options] [HOST [PORT]]')
    .argument(...hostArgument)
    .argument(...portArgument)
    .option('--history <file>', 'the history to look into (default: your own)')
    .option('--vantage <name>', 'only what was seen from this place', notBlank)
    .option('--timeline', 'draw what was seen when')
    .option('--json', 'write the answer as JSON')
    .addHelpText(
      'after',
      '\nA host that is called like one of the commands follows "--".\n' +
        'Exit codes: 0 answered, 2 wrong usage or an unreadable history, 3 not in the history, or never observed.',
    );
  const query = async (host: string | undefined, port: string | undefined) => {
    finish(await commands.query(host, port, command.opts()));
  };
  /** The flags that every subcommand has too; those for a host make no sense there. */
  const shared = (word: string): HistoryFileFlags => {
    const { vantage, timeline, ...flags } = command.opts();
    if (vantage === undefined && timeline === undefined) return flags;
    throw new ExposcanError('ERR_USAGE', `--vantage and --timeline are for a host, not for "history ${word}".`);
  };
  command.action(query);
  command.addCommand(
    new Command(hostWord)
      .argument(...hostArgument)
      .argument(...portArgument)
      .action(query),
    { hidden: true },
  );
  command.addCommand(
    verifyLogCommand(async (flags) => {
      finish(await commands.verifyLog({ ...shared('verify-log'), ...flags }));
    }),
  );
  command.addCommand(
    rebuildCommand(async (flags) => {
      finish(await commands.rebuild({ ...shared('rebuild'), ...flags }));
    }),
  );
  command.addCommand(
    pruneCommand(async (flags) => {
      finish(await commands.prune({ ...shared('prune'), ...flags }));
    }),
  );
  for (const each of command.commands) each.configureHelp({ showGlobalOptions: true });
  return command;
}

function verifyLogCommand(run: (flags: VerifyLogFlags) => Promise<void>): CommandUnknownOpts {
  return new Command('verify-log')
    .description(
      'Reads the evidence log and says whether it is whole. That its end was cut off, or all of it written anew, shows only against ' +
        'a head that was kept elsewhere: give the latest that a notice or a syslog message told.',
    )
    .option('--head <digest>', 'a record must have this digest', digest)
    .option('--since <digest>', 'older segments were moved away: the oldest here must begin on this digest', digest)
    .addHelpText('after', '\nExit codes: 0 whole, 1 broken, 2 unreadable.')
    .action(async (flags) => {
      await run(flags);
    });
}

function rebuildCommand(run: (flags: RebuildFlags) => Promise<void>): CommandUnknownOpts {
  return new Command('rebuild')
    .description('Makes the history anew from the evidence log beside it. The old one is kept under another name.')
    .option('--force', 'where the log is broken, take all that can be read')
    .addHelpText('after', '\nExit codes: 0 rebuilt, 2 it was not, 3 rebuilt without records that could not be read.')
    .action(async (flags) => {
      await run(flags);
    });
}

function pruneCommand(run: (flags: PruneFlags) => Promise<void>): CommandUnknownOpts {
  return new Command('prune')
    .description(
      'Takes old scans out of the history. Since when something is open that still is stays known, and the evidence log keeps all.',
    )
    .option('--older-than <age>', 'scans that finished longer ago than this, like 400d or 52w', age)
    .option('--keep <n>', "all but each vantage's latest n scans", count)
    .addHelpText('after', '\nA scan goes where either says so. Exit codes: 0 done, 2 it was not.')
    .action(async (flags) => {
      if (flags.olderThan === undefined && flags.keep === undefined) {
        throw new ExposcanError(
          'ERR_USAGE',
          'Say which scans are to go: expected --older-than (like 400d), --keep (like 1000), or both.',
        );
      }
      await run(flags);
    });
}

function digest(text: string): string {
  if (/^[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  throw new InvalidArgumentError('Expected a digest of 64 hexadecimal digits.');
}

function age(text: string): number {
  const milliseconds = readDuration(text);
  if (milliseconds !== undefined && milliseconds > 0) return milliseconds;
  throw new InvalidArgumentError('Expected an age like 400d, 52w or 12h.');
}

function count(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number above 0, like 1000.');
}
