import { Command } from '@commander-js/extra-typings';
import { collect } from '../probe-arguments.js';

/** The flags of `exposcan reconcile`, as the command line gives them. */
export interface ReconcileFlags {
  /** A file, `-` for standard input, or `local`. */
  readonly inside: string;
  readonly snapshot: string;
  readonly host: readonly string[];
  readonly policy?: string;
  readonly json?: true;
  readonly output: readonly string[];
  readonly quiet?: true;
  readonly verbose?: true;
}

export function reconcileCommand(run: (flags: ReconcileFlags) => Promise<void>) {
  return new Command('exposcan reconcile')
    .description(
      'Lays what a host says it listens on beside what a scan saw of it from outside, and explains every listener and ' +
        'every open port in one line.',
    )
    .requiredOption(
      '--inside <file>',
      "the host's own listing: a file, - for stdin, or local to ask this machine. Read are ss, netstat, lsof, " +
        'sockstat, pfiles and docker ps, also several in one file',
    )
    .requiredOption('--snapshot <file>', 'the outside view, as written by --json or -o FILE.json')
    .option(
      '--host <target>',
      'which of the targets of the snapshot this host is; may repeat (default: the only one)',
      collect,
      [],
    )
    .option('--policy <file>', 'judge by this policy; a shipped one by its bare name')
    .option('--json', 'write the reconciliation document to stdout')
    .option(
      '-o, --output <file>',
      'write a report too, its kind from the ending (.json, .txt); may repeat',
      collect,
      [],
    )
    .option('-q, --quiet', 'no notices on stderr')
    .option('-v, --verbose', 'what passed in the report, too')
    .addHelpText(
      'after',
      '\nExit codes: 0 both views agree and are as declared, 1 a deviation, 2 wrong usage or unreadable,\n' +
        '3 something could not be explained or was not observed.',
    )
    .action(async (options) => {
      await run(options);
    });
}
