import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDuration } from '../../model/duration.js';
import { messageOf } from '../../model/errors.js';
import { severities, type Severity } from '../../model/severity.js';
import { probingCommand } from '../probe-arguments.js';
import type { ProbeFlags } from '../scan-options.js';
import { notBlank } from '../not-blank.js';

/** The flags of `exposcan watch`, as the command line gives them. Durations are in milliseconds. */
export interface WatchFlags extends ProbeFlags {
  readonly policy: string;
  readonly schedule?: string;
  readonly timeZone?: string;
  readonly jitter: number;
  readonly now?: true;
  readonly once?: true;
  readonly confirmAfter: number;
  readonly name?: string;
  readonly notify?: string;
  readonly severity?: Severity;
  readonly history?: string;
  readonly keepFor?: number;
  readonly keepScans?: number;
}

export function watchCommand(run: (flags: WatchFlags) => Promise<void>) {
  return probingCommand('exposcan watch')
    .description(
      'Scans every host of a policy by a schedule, as a service in the foreground, and tells what changes for the worse or the ' +
        'better once a second look has borne it out. That nothing could be seen is told as well: silence never means fine.',
    )
    .usage("--policy FILE --schedule '0 3 * * *' [options]\n       exposcan watch --policy FILE --once [options]")
    .requiredOption('--policy <file>', 'judge by this policy; a shipped one by its bare name')
    .option('--schedule <cron>', 'when: minute, hour, day of the month, month, day of the week; or @daily and the like')
    .option('--time-zone <zone>', "the schedule's time zone, like Europe/Zurich (default: this machine's)")
    .option('--jitter <duration>', 'begin each run up to so much later, always the same for the same time', duration, 0)
    .addOption(new Option('--now', 'run at once as well').conflicts('once'))
    .addOption(
      new Option('--once', 'run once and end, for a timer outside; exit code as of "check"').conflicts([
        'schedule',
        'timeZone',
        'jitter',
      ]),
    )
    .addOption(
      new Option('--confirm-after <duration>', 'how long before the second look')
        .argParser(duration)
        .default(60_000, '60s'),
    )
    .option('--name <name>', 'name of this watch, under which it remembers (default: policy@vantage)', notBlank)
    .option('--notify <file>', 'whom to tell, and how (default: JSON lines on stdout)')
    .addOption(new Option('--severity <severity>', 'deviations below it are not told').choices(severities))
    .option('--history <file>', 'where scans and what was told are kept (default: your own history)')
    .option('--keep-for <duration>', 'take scans out of the history that are older, like 400d', duration)
    .option('--keep-scans <n>', "keep so many of each place's scans at most", positiveWhole)
    .addHelpText(
      'after',
      '\nSIGHUP reads the policy and the notifiers anew; where one is broken, the old ones stay. SIGTERM ends it.\n' +
        'Exit codes: 0 ended by SIGTERM, 2 wrong usage, a broken policy or history, or another watch of this name, 130 interrupted;\n' +
        'with --once: 0 all conforms, 1 a deviation, 3 something could not be observed.\n' +
        'Scan only what you own or may scan.',
    )
    .action(async (options) => {
      await run(options);
    });
}

function duration(text: string): number {
  try {
    return parseDuration(text);
  } catch (error) {
    throw new InvalidArgumentError(messageOf(error));
  }
}

function positiveWhole(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text) || value === 0) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}
