import { Option } from '@commander-js/extra-typings';
import { severities, type Severity } from '../../model/severity.js';
import { historyFlags, type HistoryFlags } from '../history-flags.js';
import { collect, probingCommand, probingFlags } from '../probe-arguments.js';
import type { ProbeFlags } from '../scan-options.js';

/** The flags of `exposcan check`, as the command line gives them. */
export interface CheckFlags extends ProbeFlags, HistoryFlags {
  readonly policy: string;
  /** Snapshot documents to judge; without any, the hosts of the policy are scanned. */
  readonly snapshot: readonly string[];
  readonly only: readonly string[];
  readonly severity?: Severity;
  readonly save?: string;
  readonly json?: true;
  readonly output: readonly string[];
}

export function checkCommand(run: (flags: CheckFlags) => Promise<void>) {
  return historyFlags(probingCommand('exposcan check'))
    .description(
      'Judges every host of a policy: by a fresh scan of all that it names, or by snapshots, also from several vantages.',
    )
    .usage(
      '--policy FILE [options]\n       exposcan check --policy FILE --snapshot OFFICE.json --snapshot INTERNET.json',
    )
    .requiredOption('--policy <file>', 'judge by this policy; a shipped one by its bare name')
    .addOption(
      new Option('--snapshot <file>', 'judge this snapshot, and do not scan; may repeat')
        .argParser(collect)
        .default([] as string[], '')
        .conflicts([...probingFlags, 'history']),
    )
    .option('--only <host>', 'judge this host or group of the policy alone; may repeat', collect, [])
    .addOption(
      new Option('--severity <severity>', 'deviations below it are shown and do not count').choices(severities),
    )
    .addOption(
      new Option('--save <file>', 'keep the snapshot of the scan, to be judged or compared later').conflicts(
        'snapshot',
      ),
    )
    .option('--json', 'write the assessment document to stdout')
    .option(
      '-o, --output <file>',
      'write a report too, its kind from the ending (.json, .txt); may repeat',
      collect,
      [],
    )
    .option('-q, --quiet', 'no progress on stderr')
    .option('-v, --verbose', 'more on stderr, and what passed in the report')
    .addHelpText(
      'after',
      '\nExit codes: 0 observed and conforms, 1 a deviation, 2 wrong usage or broken policy,\n' +
        '3 something could not be observed, 130 interrupted.\n' +
        'Scan only what you own or may scan.',
    )
    .action(async (options) => {
      await run(options);
    });
}
