import type { Command, OptionValues } from '@commander-js/extra-typings';

/** What a command that scans knows of the history: a file, `false` for none at all, or nothing for the user's own. */
export interface HistoryFlags {
  readonly history?: string | boolean;
}

/** Adds the flags that say where scans are kept. */
export function historyFlags<Args extends unknown[], Options extends OptionValues>(command: Command<Args, Options>) {
  return command
    .option('--history <file>', 'keep the scan in this history (default: your own; see "exposcan history --help")')
    .option('--no-history', 'do not keep it');
}
