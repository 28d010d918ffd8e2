import { Command, Option } from '@commander-js/extra-typings';
import { notBlank } from '../not-blank.js';

/** The flags of `exposcan diff`. */
export interface DiffFlags {
  readonly history?: string;
  readonly vantage?: string;
  readonly json?: true;
  readonly markdown?: true;
}

export function diffCommand(run: (before: string, after: string, flags: DiffFlags) => Promise<void>) {
  return new Command('exposcan diff')
    .description('Compares two scans. What one of them did not observe is never called closed.')
    .argument(
      '<before>',
      'snapshot document, as written by --json or -o FILE.json; or a scan in the history: HOST@yesterday, HOST@7d, ' +
        'HOST@2026-01-31, HOST@previous, HOST@#12',
    )
    .argument('<after>', 'a later one; HOST@latest')
    .option('--history <file>', 'the history to look into (default: your own)')
    .option('--vantage <name>', 'of the scans in the history, those from this place', notBlank)
    .option('--json', 'write the differences as JSON')
    .addOption(new Option('--markdown', 'write them as Markdown, to paste into a ticket').conflicts('json'))
    .addHelpText(
      'after',
      '\nExit codes: 0 same, 1 different, 2 unreadable, 3 nothing differs but coverage was lost, both are the same scan,\n' +
        'or the history does not hold one.',
    )
    .action(async (before, after, options) => {
      await run(before, after, options);
    });
}
