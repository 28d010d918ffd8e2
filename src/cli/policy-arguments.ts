import { Option } from '@commander-js/extra-typings';
import { probingCommand, probingFlags, targetArgument } from './probe-arguments.js';
import type { ProbeFlags } from './scan-options.js';

/** The flags of `exposcan policy init`, as the command line gives them. */
export interface PolicyInitFlags extends ProbeFlags {
  /** A snapshot document to draft from; without it, the targets are scanned. */
  readonly snapshot?: string;
  readonly name?: string;
  readonly output?: string;
  readonly force?: true;
}

export function policyInitCommand(handler: (targets: readonly string[], flags: PolicyInitFlags) => Promise<void>) {
  return probingCommand('exposcan policy init')
    .argument(...targetArgument)
    .description(
      'Drafts a policy from what is open: what is hardly ever meant for everyone as local-only, the rest as public and marked for ' +
        'review. It is a draft: owners and reasons are left blank for those who know them.',
    )
    .usage('[options] TARGET...\n       exposcan policy init --snapshot FILE [TARGET]')
    .addOption(
      new Option('--snapshot <file>', 'draft from a snapshot, as written by --json, and do not scan').conflicts(
        probingFlags,
      ),
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
