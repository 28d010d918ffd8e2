import { parseArgs } from 'node:util';

const usage = (
  names: readonly string[],
) => `usage: npm run bench -- [SCENARIO]… [--runs N] [--peer-runs N] [--only TEXT] [--json FILE]
       npm run bench -- chart FILE [--into README.md]
scenarios: ${names.join(', ')}
--runs       how often each program runs (default: 5, the largest blocks once)
--peer-runs  how often those run that take minutes (default: 1; 0 leaves them out)
--only       of the servers that are named (identify), those with this in their name or their group's`;

export type Order =
  | { readonly kind: 'chart'; readonly file: string; readonly into: string | undefined }
  | {
      readonly kind: 'measure';
      /** None: those that are measured unless others are asked for. */
      readonly names: readonly string[];
      readonly runs: number | undefined;
      readonly peerRuns: number;
      /** Part of the name of what is measured, where a scenario has many. */
      readonly only: string | undefined;
      readonly json: string | undefined;
    };

/** What the command line asks for; throws an error whose message is to be shown. */
export function readOrder(args: readonly string[], names: readonly string[]): Order {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      runs: { type: 'string' },
      'peer-runs': { type: 'string', default: '1' },
      only: { type: 'string' },
      json: { type: 'string' },
      into: { type: 'string' },
    },
  });
  const [first, file, ...more] = positionals;
  if (first === 'chart' && file !== undefined && more.length === 0) return { kind: 'chart', file, into: values.into };
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  const peerRuns = Number(values['peer-runs']);
  const isWhole = (value: number, least: number) => Number.isInteger(value) && value >= least;
  const areNumbers = (runs === undefined || isWhole(runs, 1)) && isWhole(peerRuns, 0);
  if (!areNumbers || !positionals.every((name) => names.includes(name))) throw new Error(usage(names));
  return { kind: 'measure', names: positionals, runs, peerRuns, only: values.only, json: values.json };
}
