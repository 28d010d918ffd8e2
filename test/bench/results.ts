import { z } from 'zod';

/** What one program did in all its runs of one scenario. */
const rowSchema = z.object({
  scenario: z.string(),
  scanner: z.string(),
  seconds: z.array(z.number()),
  /** Processor time; absent where steps within one process are measured. */
  cpuSeconds: z.array(z.number()).optional(),
  peakMiB: z.array(z.number()),
  /** In how many runs exactly the planted endpoints were found; elsewhere, the right thing said. */
  right: z.number(),
  /** Planted endpoints that were not found, run by run, and found ones that were not planted. */
  missed: z.array(z.number()).optional(),
  extra: z.array(z.number()).optional(),
  /** How many endpoints one run probes. */
  endpoints: z.number().optional(),
  /** The median as a multiple of that of the program compared with. */
  ratio: z.number().optional(),
  /** The most that the ratio is to be. */
  target: z.number().optional(),
});

export const resultsSchema = z.object({
  format: z.literal('exposcan-bench'),
  startedAt: z.string(),
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  /** What each scenario is, by its name. */
  scenarios: z.record(z.string(), z.string()),
  rows: z.array(rowSchema),
  notes: z.array(z.string()),
});

export type Row = z.infer<typeof rowSchema>;
export type Results = z.infer<typeof resultsSchema>;
