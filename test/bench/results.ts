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
  /** Where services are to be named: how far that was right, and what it cost the server. */
  naming: z
    .object({
      /** `22 ssh OpenSSH 9.2p1`, one each port; empty where there are too many. */
      answers: z.array(z.string()),
      /** Ports, and on how many of them the service, its product and its version were told rightly, and something was told wrongly. */
      ports: z.number(),
      named: z.number(),
      products: z.number(),
      versions: z.number(),
      wrong: z.number(),
      /** On how many ports the service tells its product, and its version, at all. */
      productsKnown: z.number(),
      versionsKnown: z.number(),
      /** Connections that came about, and bytes that came in, as the server's machine counted them. */
      connections: z.number().optional(),
      bytesSent: z.number().optional(),
    })
    .optional(),
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
