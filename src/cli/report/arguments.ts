import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { readDuration, weekMs } from '../../model/duration.js';
import { collect } from '../probe-arguments.js';
import { notBlank } from '../not-blank.js';

/** Where the period of a report begins: so many milliseconds before it is made, or at an instant. */
export type Since = { readonly ago: number } | { readonly instant: number };

/** The flags of `exposcan report`, as the command line gives them. */
export interface ReportFlags {
  readonly since: Since;
  readonly policy?: string;
  readonly vantage?: string;
  readonly history?: string;
  readonly json?: true;
  readonly output: readonly string[];
  /** The file of notifiers; given exactly where the report is to be mailed. */
  readonly notify?: string;
  readonly quiet?: true;
}

const week: Since = { ago: weekMs };

export function reportCommand(run: (hosts: readonly string[], flags: ReportFlags) => Promise<void>) {
  return new Command('exposcan report')
    .argument('[host...]', 'hosts of the history, as they were scanned, or addresses of them (default: all)')
    .description(
      'Tells of a week, out of the history: what is exposed with which version, what changed and between which looks, what is ' +
        'below its least version, which certificates and exceptions end, and what nobody looked at.',
    )
    .usage('--weekly [options] [HOST...]\n       exposcan report --since 30d --policy FILE -o REPORT.html')
    .option('--weekly', 'of the last seven days (the default)')
    .addOption(
      new Option('--since <when>', 'of another span: 30d, 12h, a day like 2026-11-01 or a time, in UTC')
        .argParser(readSince)
        .conflicts('weekly'),
    )
    .option('--policy <file>', 'judge the latest scans by this policy, as of now; a shipped one by its bare name')
    .option('--vantage <name>', 'only what was seen from this place', notBlank)
    .option('--history <file>', 'the history to look into (default: your own)')
    .option('--json', 'write the report document to stdout')
    .option(
      '-o, --output <file>',
      'write the report too, its kind from the ending (.md, .html, .txt, .json); may repeat',
      collect,
      [],
    )
    .option('--mail', 'send it to the mail notifiers of --notify, as HTML and as text')
    .option('--notify <file>', 'the file of notifiers, as "exposcan watch" takes it')
    .option('-q, --quiet', 'nothing on stdout but what --json asks for')
    .addHelpText(
      'after',
      '\nExit codes: 0 written, 2 wrong usage, a broken policy or an unreadable history, or the mail was not taken,\n' +
        '3 a host is not in the history, or was not looked at in that time.',
    )
    .action(async (hosts, options, command) => {
      const { since = week, policy, vantage, history, json, output, quiet, mail, notify } = options;
      if ((mail === true) !== (notify !== undefined)) {
        command.error('error: --mail and --notify go together: what is to be done, and the file that says to whom.');
      }
      await run(hosts, {
        since,
        output,
        ...(policy === undefined ? {} : { policy }),
        ...(vantage === undefined ? {} : { vantage }),
        ...(history === undefined ? {} : { history }),
        ...(json === undefined ? {} : { json }),
        ...(notify === undefined ? {} : { notify }),
        ...(quiet === undefined ? {} : { quiet }),
      });
    });
}

function readSince(text: string): Since {
  const ago = readDuration(text);
  if (ago !== undefined && ago > 0) return { ago };
  const [, day, time] = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?Z?)?$/.exec(text) ?? [];
  const instant = day === undefined ? Number.NaN : Date.parse(`${day}${(time ?? 'T00:00').replace(/Z$/, '')}Z`);
  // A day that the month does not have is read by some as one of the next month.
  if (day !== undefined && !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day))
    return { instant };
  throw new InvalidArgumentError(
    'Expected a span like 7d, 30d or 12h, or a day or time in UTC like 2026-11-01 or 2026-11-01T06:00.',
  );
}
