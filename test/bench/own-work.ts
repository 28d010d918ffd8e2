import { evaluation, measureEvaluation } from './evaluate.js';
import { history, measureHistory } from './history.js';
import { median } from './measure.js';
import type { Row } from './results.js';
import { emptyProgram, measureStartup, startup } from './startup.js';

/** How often peers run that take long, and of what has many parts, which. */
export interface Wanted {
  readonly peerRuns: number;
  readonly only: string | undefined;
}

/** Something that exposcan does by itself: no peer, no lab, no privilege. */
export interface OwnWork {
  readonly name: string;
  readonly describe: string;
  readonly measure: (runs: number, wanted: Wanted) => Promise<{ rows: Row[]; notes: string[] }>;
}

export const ownWorks: readonly OwnWork[] = [
  {
    ...startup,
    measure: async (runs) => {
      const results = await measureStartup(runs);
      const secondsOf = ({ measurements }: (typeof results)[number]) => measurements.map(({ seconds }) => seconds);
      const empty = results.find(({ program }) => program === emptyProgram);
      const rows = results.map((result) => ({
        scenario: startup.name,
        scanner: result.program.name,
        seconds: secondsOf(result),
        cpuSeconds: result.measurements.map(({ cpuSeconds }) => cpuSeconds),
        peakMiB: result.measurements.map(({ peakMiB }) => peakMiB),
        right: result.right,
        ...(empty === undefined ? {} : { ratio: median(secondsOf(result)) / median(secondsOf(empty)) }),
      }));
      return { rows, notes: [] };
    },
  },
  {
    ...evaluation,
    measure: async (runs) => {
      const results = await measureEvaluation(runs);
      const rows = results.map(({ policy, step, ...result }) => ({
        scenario: `${evaluation.name}: ${policy}`,
        scanner: step,
        ...result,
        seconds: [...result.seconds],
        peakMiB: [...result.peakMiB],
      }));
      return { rows, notes: [] };
    },
  },
  {
    ...history,
    measure: async () => {
      const { steps, sizes } = await measureHistory();
      const rows = steps.map(({ step, ...result }) => ({
        scenario: history.name,
        scanner: step,
        ...result,
        seconds: [...result.seconds],
        peakMiB: [...result.peakMiB],
      }));
      return { rows, notes: [`${history.name}: ${sizes}`] };
    },
  },
];
