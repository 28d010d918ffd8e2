import * as z from 'zod';
import { evidenceHeadSchema, evidenceRecordSchema } from './evidence.js';
import { publishedSchema } from './published-schema.js';
import { snapshotSchema } from './snapshot.js';

const { seq, time } = evidenceRecordSchema.shape;
const { digest } = evidenceHeadSchema.shape;
const file = z.string().describe('the segment of the log');
const line = z.int().min(1).describe('counts from 1 in each segment');

/** What can be wrong with an evidence log. */
const logFaultKinds = [
  /** A record and the digest that the record after it states do not fit: one of the two was changed. */
  'edited',
  /** Records that should be between two others, or before the first, are not there. */
  'missing',
  /** A number that was there before. */
  'repeated',
  /** A record that stands after one that was written later. */
  'out-of-order',
  /** A line that exposcan did not write. */
  'not-a-record',
  /** A segment that cannot be unpacked to its end. */
  'unreadable',
  /** The end is gone: records that are known to have been on the disk. */
  'truncated',
  /** No record has the digest that was sent out: the end is gone, or all was written anew. */
  'head-not-found',
] as const;

const faultSchema = z.strictObject({
  kind: z.enum(logFaultKinds),
  file,
  line: line.optional().describe('absent where nothing is there'),
  seq: seq.optional().describe('number of the record, where one can be told'),
  message: z.string().describe('what was expected, and what was found'),
});
export type LogFault = z.infer<typeof faultSchema>;

/** The log-verdict document, version 1: whether an evidence log is whole. The published JSON Schema is generated from this. */
export const logVerdictSchema = z.strictObject({
  format: z.literal('exposcan-log-verdict'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  file: z.string().describe('the log, as it was named'),
  segments: z.array(file).describe('what was read, in this order'),
  whole: z.boolean().describe('true where there is no fault'),
  records: z.int().min(0).describe('how many lines are records'),
  first: z.strictObject({ seq, time }).optional().describe('absent where there are no records'),
  last: z.strictObject({ seq, time }).optional(),
  head: evidenceHeadSchema.describe('where the log ends now; to be kept elsewhere, and asked for later'),
  since: digest
    .optional()
    .describe('the digest that the oldest segment had to begin on, where older ones were moved away'),
  asked: digest.optional().describe('the digest that was asked for'),
  headAt: z.int().min(0).optional().describe('number of the record that has the digest that was asked for'),
  remembered: evidenceHeadSchema.optional().describe('where the history says that the log ended'),
  faults: z.array(faultSchema).describe('in the order of the log; the first ones, where there are very many'),
  faultsLeftOut: z.int().min(0).describe('how many more there are'),
  torn: z
    .strictObject({ file, line, bytes: z.int().min(1) })
    .optional()
    .describe('a last line that a crash cut short. It is no fault: nobody was told that it was written'),
});
export type LogVerdict = z.infer<typeof logVerdictSchema>;

/** The published JSON Schema (draft 2020-12) of the log-verdict document. */
export function logVerdictJsonSchema(): Record<string, unknown> {
  return publishedSchema(logVerdictSchema, {
    name: 'log-verdict',
    description: 'Whether an evidence log is whole, and where it is not.',
  });
}
