import { methodChoices } from '../model/method-choice.js';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';

/** What a command that takes targets calls them. */
export const targetArgument = [
  '[target...]',
  'name, address, CIDR block, range a-b, @FILE with targets, or - for stdin',
] as const;

/** A command that scans: with the flags that say what to probe and how. */
export function probingCommand(name: string) {
  return new Command(name)
    .option(
      '-p, --ports <spec>',
      'ports: 22,80,8000-8100, all, common, service names (default: all up to 16 addresses)',
    )
    .option('-4, --ipv4', 'IPv4 only')
    .option('-6, --ipv6', 'IPv6 only')
    .addOption(new Option('--method <method>', 'how to probe').choices(methodChoices).default('auto'))
    .option('--rate <n>', 'at most so many probes a second', positiveNumber)
    .option('--timeout <ms>', 'longest wait for one answer (default: adapts, 3000 at most)', positiveNumber)
    .option('--retries <n>', 'how often silence is probed again (default: 2)', wholeNumber)
    .option('--concurrency <n>', 'at most so many probes under way (default: adapts, 8192 at most)', positiveWhole)
    .option(
      '--max-grabs <n>',
      'at most so many connections to one port to name what answers (default: 12)',
      positiveWhole,
    )
    .option('--polite', 'few probes at a time, for fragile hosts and paths')
    .option('--probe-ics', 'also speak to the ports of industrial controllers, which some do not survive')
    .option('--control <host:port>', 'a known-open endpoint, to test the way out of here; may repeat', collect, [])
    .option('--exclude <spec>', 'leave these addresses, blocks, ranges or names out; may repeat', collect, [])
    .option('--yes', 'scan more than 65,536 addresses')
    .option('--vantage <name>', 'name of the place this scan runs from');
}

/** What only a scan can do, as commander calls them: a snapshot has been scanned already. */
export const probingFlags = [
  ...['ports', 'ipv4', 'ipv6', 'method', 'rate', 'timeout', 'retries', 'concurrency', 'maxGrabs', 'polite', 'probeIcs'],
  ...['control', 'exclude', 'yes', 'vantage'],
];

/** Gathers an option that may repeat. */
export function collect(value: string, previous: string[]): string[] {
  return [...previous, value];
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}(\.\d{1,3})?$/.test(text) || value <= 0) {
    throw new InvalidArgumentError('Expected a number above 0, like 100 or 0.5.');
  }
  return value;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Expected a whole number, 0 or above.');
  return value;
}

function positiveWhole(text: string): number {
  const value = wholeNumber(text);
  if (value === 0) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}
