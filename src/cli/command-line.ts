import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { ExposcanError } from '../model/errors.js';
import { terminalSafe } from '../model/printable.js';
import { packageVersion } from '../net/package-version.js';
import { exitCodes } from './exit-code.js';
import { checkCommand, type CheckFlags } from './check-arguments.js';
import { policyCommand, type PolicyCommands } from './policy-arguments.js';
import { collect, probingCommand, targetArgument } from './probe-arguments.js';
import { reconcileCommand, type ReconcileFlags } from './reconcile-arguments.js';
import type { ScanFlags } from './scan-options.js';

/** Words that later versions give a meaning to; kept free now, so that no script changes its meaning then. */
const reservedWords = ['verify', 'watch', 'history', 'report', 'protocols'];

/** What a command line can ask for; each gives the exit code. */
export interface Commands {
  readonly scan: (targets: readonly string[], flags: ScanFlags) => Promise<number>;
  readonly diff: (before: string, after: string, flags: { json?: true }) => Promise<number>;
  readonly reconcile: (flags: ReconcileFlags) => Promise<number>;
  readonly check: (flags: CheckFlags) => Promise<number>;
  readonly policy: PolicyCommands;
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
  async check(flags) {
    const { runCheck } = await import('./check-command.js');
    return runCheck(flags);
  },
  async reconcile(flags) {
    const { runReconcile } = await import('./reconcile-command.js');
    return runReconcile(flags);
  },
  policy: {
    async init(targets, flags) {
      const { runPolicyInit } = await import('./policy-init-command.js');
      return runPolicyInit(targets, flags);
    },
    async lint(files, flags) {
      const { runPolicyLint } = await import('./policy-lint-command.js');
      return runPolicyLint(files, flags);
    },
    async explain(host, port, flags) {
      const { runPolicyExplain } = await import('./policy-explain-command.js');
      return runPolicyExplain(host, port, flags);
    },
    async schema() {
      const { policyJsonSchema } = await import('../policy/language/policy-document.js');
      const { jsonText } = await import('../report/json.js');
      process.stdout.write(jsonText(policyJsonSchema()));
      return exitCodes.conforms;
    },
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
  const { command, isSubcommand } = commandFor(first, commands, finish);
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput({ outputError });
  try {
    await command.parseAsync(isSubcommand ? args.slice(1) : [...args], { from: 'user' });
  } catch (error) {
    if (!isCommanderEnd(error)) throw error;
    return error.exitCode === 0 ? exitCodes.conforms : exitCodes.usage;
  }
  return code;
}

/** Commander breaks its own lines; what it quotes of the user's words may hold anything else. */
function outputError(text: string, write: (text: string) => void): void {
  const lines = text.replace(/^error: /, '').split('\n');
  write(`exposcan: ${lines.map(terminalSafe).join('\n')}`);
}

function commandFor(
  word: string | undefined,
  commands: Commands,
  finish: (code: number) => void,
): { command: CommandUnknownOpts; isSubcommand: boolean } {
  switch (word) {
    case 'diff':
      return { command: diffCommand(commands, finish), isSubcommand: true };
    case 'check':
      return {
        command: checkCommand(async (flags) => {
          finish(await commands.check(flags));
        }),
        isSubcommand: true,
      };
    case 'policy':
      return { command: policyCommand(commands.policy, finish), isSubcommand: true };
    case 'reconcile':
      return {
        command: reconcileCommand(async (flags) => {
          finish(await commands.reconcile(flags));
        }),
        isSubcommand: true,
      };
    default:
      return { command: scanCommand(commands, finish), isSubcommand: false };
  }
}

/** Commander ends `--help` and every usage error by throwing, its message already printed. */
function isCommanderEnd(error: unknown): error is { exitCode: number } {
  return error instanceof Error && error.name === 'CommanderError' && 'exitCode' in error;
}

function scanCommand(commands: Commands, finish: (code: number) => void) {
  return probingCommand('exposcan')
    .argument(...targetArgument)
    .description(
      'Shows which TCP services a host exposes to whoever stands outside it, on IPv4 and IPv6,\n' +
        'and whether that is what its owner declared.',
    )
    .usage(
      '[options] TARGET...\n       exposcan check --policy FILE [--snapshot FILE]...\n       exposcan diff A.json B.json\n       exposcan reconcile --inside FILE --snapshot FILE\n       exposcan policy init|lint|explain|schema',
    )
    .option('--policy <file>', 'judge by this policy; a shipped one by its bare name')
    .option('--no-policy', 'do not judge')
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
