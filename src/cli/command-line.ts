import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { ExposcanError } from '../model/errors.js';
import { terminalSafe } from '../model/printable.js';
import { packageVersion } from '../net/package-version.js';
import { exitCodes } from './exit-code.js';
import type { ScanFlags } from './scan-options.js';

/** Words that later versions give a meaning to; kept free now, so that no script changes its meaning then. */
const reservedWords = ['check', 'verify', 'watch', 'history', 'reconcile', 'policy', 'report', 'protocols'];

/** What a command line can ask for; each gives the exit code. */
export interface Commands {
  readonly scan: (targets: readonly string[], flags: ScanFlags) => Promise<number>;
  readonly diff: (before: string, after: string, flags: { json?: true }) => Promise<number>;
}

/** Loaded when they are asked for, so that `--help` need not wait for them. */
const programCommands: Commands = {
  async scan(targets, flags) {
    const { runScan } = await import('./scan-command.js');
    return runScan(targets, flags);
  },
  async diff(before, after, flags) {
    const { runDiff } = await import('./diff-command.js');
    return runDiff(before, after, flags);
  },
};

/** Reads the command line, runs what it asks for, and gives the exit code. Throws `ExposcanError`. */
export async function runCommandLine(args: readonly string[], commands: Commands = programCommands): Promise<number> {
  let code: number = exitCodes.usage;
  const finish = (exitCode: number) => {
    code = exitCode;
  };
  const [first] = args;
  if (first !== undefined && reservedWords.includes(first)) {
    throw new ExposcanError(
      'ERR_USAGE',
      `"${first}" is kept for a subcommand of a later version. To scan a host of that name: exposcan -- ${first}`,
    );
  }
  const command = first === 'diff' ? diffCommand(commands, finish) : scanCommand(commands, finish);
  command.exitOverride().configureOutput({
    outputError: (text, write) => {
      // Commander breaks its own lines; what it quotes of the user's words may hold anything else.
      write(
        `exposcan: ${text
          .replace(/^error: /, '')
          .split('\n')
          .map(terminalSafe)
          .join('\n')}`,
      );
    },
  });
  try {
    await command.parseAsync(first === 'diff' ? args.slice(1) : [...args], { from: 'user' });
  } catch (error) {
    if (!isCommanderEnd(error)) throw error;
    return error.exitCode === 0 ? exitCodes.conforms : exitCodes.usage;
  }
  return code;
}

/** Commander ends `--help` and every usage error by throwing, its message already printed. */
function isCommanderEnd(error: unknown): error is { exitCode: number } {
  return error instanceof Error && error.name === 'CommanderError' && 'exitCode' in error;
}

function scanCommand(commands: Commands, finish: (code: number) => void) {
  return new Command('exposcan')
    .description(
      'Shows which TCP services a host exposes to whoever stands outside it, on IPv4 and IPv6,\n' +
        'and whether that is what its owner declared.',
    )
    .usage('[options] TARGET...\n       exposcan diff A.json B.json')
    .argument('[target...]', 'name, address, CIDR block, range a-b, @FILE with targets, or - for stdin')
    .option(
      '-p, --ports <spec>',
      'ports: 22,80,8000-8100, all, common, service names (default: all up to 16 addresses)',
    )
    .option('-4, --ipv4', 'IPv4 only')
    .option('-6, --ipv6', 'IPv6 only')
    .option('--policy <file>', 'judge by this policy; a shipped one by its bare name')
    .option('--no-policy', 'do not judge')
    .addOption(new Option('--method <method>', 'how to probe').choices(['auto', 'connect', 'syn']).default('auto'))
    .option('--rate <n>', 'at most so many probes a second', positiveNumber)
    .option('--timeout <ms>', 'longest wait for one answer (default: adapts, 3000 at most)', positiveNumber)
    .option('--retries <n>', 'how often silence is probed again (default: 2)', wholeNumber)
    .option('--concurrency <n>', 'at most so many probes under way (default: adapts, 8192 at most)', positiveWhole)
    .option('--polite', 'few probes at a time, for fragile hosts and paths')
    .option('--control <host:port>', 'a known-open endpoint, to test the way out of here; may repeat', collect, [])
    .option('--exclude <spec>', 'leave these addresses, blocks, ranges or names out; may repeat', collect, [])
    .option('--yes', 'scan more than 65,536 addresses')
    .option('--vantage <name>', 'name of the place this scan runs from')
    .option('--json', 'write the snapshot document to stdout')
    .option(
      '-o, --output <file>',
      'write a report too, its kind from the ending (.json, .txt); may repeat',
      collect,
      [],
    )
    .option('-q, --quiet', 'no progress on stderr')
    .option('-v, --verbose', 'more on stderr, and what passed in the report')
    .version(packageVersion(), '-V, --version')
    .addHelpText(
      'after',
      '\nExit codes: 0 observed and conforms, 1 a deviation, 2 wrong usage or broken policy,\n' +
        '3 something could not be observed, 130 interrupted.\n' +
        'Scan only what you own or may scan.',
    )
    .action(async (targets, options) => {
      finish(await commands.scan(targets, options));
    });
}

function diffCommand(commands: Commands, finish: (code: number) => void) {
  return new Command('exposcan diff')
    .description('Compares two snapshots. What one of them did not observe is never called closed.')
    .argument('<before>', 'snapshot document, as written by --json or -o FILE.json')
    .argument('<after>', 'a later one')
    .option('--json', 'write the differences as JSON')
    .addHelpText('after', '\nExit codes: 0 same, 1 different, 2 unreadable, 3 nothing differs but coverage was lost.')
    .action(async (before, after, options) => {
      finish(await commands.diff(before, after, options));
    });
}

function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above 0, like 100 or 0.5.');
  }
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or above.');
  return value;
}

function positiveWhole(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}
