import { Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { historyFlags, type HistoryFlags } from '../history-flags.js';
import { probingCommand, probingFlags, targetArgument } from '../probe-arguments.js';
import type { ProbeFlags } from '../scan-options.js';

/** The flags of `exposcan policy init`, as the command line gives them. */
export interface PolicyInitFlags extends ProbeFlags, HistoryFlags {
  /** A snapshot document to draft from; without it, the targets are scanned. */
  readonly snapshot?: string;
  readonly name?: string;
  readonly output?: string;
  readonly force?: true;
}

/** The flags of `exposcan policy explain`. */
export interface PolicyExplainFlags {
  readonly policy?: string;
  readonly json?: true;
  readonly verbose?: true;
}

/** What `exposcan policy …` can ask for; each gives the exit code. */
export interface PolicyCommands {
  readonly init: (targets: readonly string[], flags: PolicyInitFlags) => Promise<number>;
  readonly lint: (files: readonly string[], flags: { json?: true }) => Promise<number>;
  readonly explain: (host: string, port: string, flags: PolicyExplainFlags) => Promise<number>;
  readonly schema: () => Promise<number>;
}

export function policyCommand(commands: PolicyCommands, finish: (code: number) => void): CommandUnknownOpts {
  const init = policyInitCommand(async (targets, flags) => {
    finish(await commands.init(targets, flags));
  });
  const lint = new Command('lint')
    .description(
      'Points at everything that is wrong with policies, and at what is left to do: blanks of a draft, exceptions that have ' +
        'lapsed, variables that nothing uses, entries that are never reached or say nothing.',
    )
    .argument('<file...>', 'policy files; a shipped one by its bare name')
    .option('--json', 'write what was found as JSON')
    .addHelpText('after', '\nExit codes: 0 no problems, 2 a problem, or a file that cannot be read.')
    .action(async (files, options) => {
      finish(await commands.lint(files, options));
    });
  const explain = new Command('explain')
    .description('Says which rule of a policy decides a port of a host, from which file and line, and why.')
    .argument('<host>', 'one name or address')
    .argument('<port>', 'a port, or the name of a service for its usual ports')
    .option(
      '--policy <file>',
      'the policy; a shipped one by its bare name (default: one in ./policies/ whose hosts match, else the baseline)',
    )
    .option('--json', 'write the explanation as JSON')
    .option('-v, --verbose', 'name every rule that speaks of a service wherever it is found')
    .addHelpText(
      'after',
      '\nExit codes: 0 explained, 2 wrong usage or broken policy, 3 the policy does not speak of the host.',
    )
    .action(async (host, port, options) => {
      finish(await commands.explain(host, port, options));
    });
  const schema = new Command('schema')
    .description('Prints the JSON Schema of policy files, for editors.')
    .action(async () => {
      finish(await commands.schema());
    });
  return new Command('exposcan policy')
    .description('Drafts, checks and explains policies.')
    .addCommand(init.name('init'))
    .addCommand(lint)
    .addCommand(explain)
    .addCommand(schema);
}

export function policyInitCommand(handler: (targets: readonly string[], flags: PolicyInitFlags) => Promise<void>) {
  return historyFlags(probingCommand('exposcan policy init'))
    .argument(...targetArgument)
    .description(
      'Drafts a policy from what is open: what is hardly ever meant for everyone as local-only, the rest as public and marked for ' +
        'review. It is a draft: owners and reasons are left blank for those who know them.',
    )
    .usage('[options] TARGET...\n       exposcan policy init --snapshot FILE [TARGET]')
    .addOption(
      new Option('--snapshot <file>', 'draft from a snapshot, as written by --json, and do not scan').conflicts([
        ...probingFlags,
        'history',
      ]),
    )
    .option('--name <name>', 'what the policy is called (default: the first target)')
    .option('-o, --output <file>', 'write the draft there; a file that exists is left alone')
    .option('--force', 'overwrite it')
    .option('-q, --quiet', 'no progress on stderr')
    .option('-v, --verbose', 'more on stderr')
    .addHelpText(
      'after',
      '\nExit codes: 0 everything was observed, 2 wrong usage, 3 something was not: the draft says what, 130 interrupted.\n' +
        'Scan only what you own or may scan.',
    )
    .action(async (targets, options) => {
      await handler(targets, options);
    });
}
