import * as z from 'zod';
import { disagreementSchema } from './disagreement.js';
import { publishedSchema } from './published-schema.js';
import { severities } from './severity.js';
import { findingSchema, snapshotSchema } from './snapshot.js';
import { warningSchema } from './warning.js';

const { vantage, startedAt, finishedAt, complete, asked } = snapshotSchema.shape;

/**
 * The assessment document, version 1: what a policy makes of one snapshot or several, from one vantage or more. The published JSON
 * Schema is generated from this.
 */
export const assessmentSchema = z.strictObject({
  format: z.literal('exposcan-assessment'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  judgedAt: startedAt.describe('the time that exceptions, certificates and the age of snapshots were judged by'),
  policy: z.strictObject({ name: z.string(), file: z.string() }),
  only: z
    .array(z.string())
    .optional()
    .describe('the hosts that were picked out of the policy; the verdict speaks of no others'),
  severity: z.enum(severities).optional().describe('deviations below this are reported and not counted'),
  snapshots: z
    .array(
      z.strictObject({
        file: z.string().optional().describe('absent where it was scanned for this assessment'),
        vantage,
        startedAt,
        finishedAt,
        complete,
        asked,
        targets: z.array(z.string()),
      }),
    )
    .describe('what was judged'),
  warnings: z.array(warningSchema).describe('what does not change the verdict, and casts doubt on it'),
  disagreements: z.array(disagreementSchema),
  findings: z.array(findingSchema),
  verdict: z.enum(['pass', 'fail', 'indeterminate']),
});

export type Assessment = z.infer<typeof assessmentSchema>;

/** The published JSON Schema (draft 2020-12) of the assessment document. */
export function assessmentJsonSchema(): Record<string, unknown> {
  return publishedSchema(assessmentSchema, {
    name: 'assessment',
    description: 'What a policy makes of one snapshot or several.',
  });
}
