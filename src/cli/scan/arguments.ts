import { packageVersion } from '../../net/package-version.js';
import { historyFlags } from '../history-flags.js';
import { collect, probingCommand, targetArgument } from '../probe-arguments.js';
import type { ScanFlags } from '../scan-options.js';

/** `exposcan TARGET…`, and the help that names everything else. */
export function scanCommand(
  subcommands: readonly string[],
  run: (targets: readonly string[], flags: ScanFlags) => Promise<void>,
) {
  return historyFlags(probingCommand('exposcan'))
    .argument(...targetArgument)
    .description(
      'Shows which TCP services a host exposes to whoever stands outside it, on IPv4 and IPv6, ' +
        'and whether that is what its owner declared.',
    )
    .usage(['[options] TARGET...', ...subcommands.map((usage) => `       exposcan ${usage}`)].join('\n'))
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
      await run(targets, options);
    });
}
