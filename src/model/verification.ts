import * as z from 'zod';
import { changeSchema } from './diff-change.js';
import { evidenceHeadSchema } from './evidence.js';
import { findingCodes } from './finding-codes.js';
import { publishedSchema } from './published-schema.js';
import { bases, findingSchema, snapshotSchema } from './snapshot.js';
import { warningSchema } from './warning.js';

const time = snapshotSchema.shape.startedAt;
const { family, port, ports, outcome, severity } = findingSchema.shape;
const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** What a service can be expected to be. From outside, all but `public` look the same: not open. */
export const expectedExposures = ['public', 'restricted', 'local-only', 'absent'] as const;
export type ExpectedExposure = (typeof expectedExposures)[number];

/** What an expectation speaks of: one service by its name, or one port. */
const subjectShape = {
  service: z.string().optional().describe('the name that this program uses for it; absent where a port is meant'),
  port: port.describe('absent where a service is meant'),
};

const expectationSchema = z.strictObject({
  text: z.string().describe('as it was typed'),
  ...subjectShape,
  from: z.enum(expectedExposures),
  to: z.enum(expectedExposures),
});
export type Expectation = z.infer<typeof expectationSchema>;

const keepSchema = z.strictObject({ text: z.string(), ...subjectShape });
export type Keep = z.infer<typeof keepSchema>;
export type Subject = Pick<Keep, 'service' | 'port'>;

/** The flags of the scan before, so that the scan after is the same. Ports and families are those of the snapshot. */
const repeatSchema = z.strictObject({
  controls: z.array(z.string()),
  exclude: z.array(z.string()),
  vantage: z.string().optional(),
  rate: z.number().optional(),
  timeout: z.number().optional(),
  retries: z.int().optional(),
  concurrency: z.int().optional(),
  maxGrabs: z.int().optional(),
  polite: z.boolean(),
  allowHuge: z.boolean(),
  probeIcs: z.boolean().optional(),
});
export type RepeatedFlags = z.infer<typeof repeatSchema>;

/** The change window, version 1: what `verify begin` keeps until the change has been proved. */
export const changeWindowSchema = z.strictObject({
  format: z.literal('exposcan-window'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  openedAt: time,
  openedBy: z.string().describe('user@host'),
  targets: z.array(z.string()).min(1).describe('as they were typed'),
  expectations: z.array(expectationSchema).min(1),
  keeps: z.array(keepSchema),
  scan: repeatSchema,
  before: z.strictObject({
    id: z.int().optional().describe('the scan in the history; absent where none is kept'),
    digest: digest.describe('SHA-256 of the snapshot, its keys sorted, without white space'),
    startedAt: time,
    finishedAt: time,
    vantage: snapshotSchema.shape.vantage,
    asked: snapshotSchema.shape.asked,
    addresses: z.array(z.string()).describe('every address that was scanned'),
  }),
});
export type ChangeWindow = z.infer<typeof changeWindowSchema>;

/** What only a comparison with the before can say; closed, like the codes of findings. */
export const proofCodes = [
  /** The before does not show what the expectation starts from, so that nothing was seen to change. */
  'not-so-before',
  /** The before could not observe it, so that nobody can say whether it changed. */
  'unknown-before',
  /** Another service or product answers than before, or a web server with an error of its own. */
  'service-changed',
  /** What is expected not to be exposed answers on another port. */
  'moved',
  /** It was read off the wire before, and accepts connections now without a word that tells what it is. */
  'silent-now',
  /** The name had addresses of this family, and has none any more. */
  'family-gone',
  /** The scan after was made from other networks than the scan before. */
  'vantage-moved',
  /** It was as expected, and a moment later it was not, or could not be seen; again and again. */
  'unsettled',
  /** The scan after did not begin after the window was opened. */
  'not-after',
] as const;

/** What is to be proved of one endpoint, or of many ports of an address alike, with the evidence before and after. */
export const proofRowSchema = z.strictObject({
  outcome,
  code: z.enum([...findingCodes, ...proofCodes]),
  host: z.string().optional().describe('the target'),
  address: z.string().optional(),
  family,
  port,
  ports,
  service: z.string().optional(),
  expected: z.string(),
  before: z.string().optional().describe('its state before, with the evidence'),
  actual: z.string().describe('its state after, in a word or two'),
  evidence: z.string(),
  basis: z.enum(bases).optional(),
  remedy: z.string().optional(),
  severity,
});
export type ProofRow = z.infer<typeof proofRowSchema>;

const provedSchema = z.strictObject({ outcome, rows: z.array(proofRowSchema) });
export type Proved = z.infer<typeof provedSchema>;

/** A command that made the change, between the two scans. */
export const changeRunSchema = z.strictObject({
  command: z.string(),
  exitCode: z.int().nullable().describe('null where a signal ended it'),
  signal: z.string().optional(),
  startedAt: time,
  finishedAt: time,
});
export type ChangeRun = z.infer<typeof changeRunSchema>;

/**
 * The verification document, version 1: whether a change did what was expected of it, and nothing else, by what evidence. The published
 * JSON Schema is generated from this.
 */
export const verificationSchema = z.strictObject({
  format: z.literal('exposcan-verification'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  verdict: z
    .enum(['proven', 'not-proven', 'indeterminate'])
    .describe('indeterminate: something that the proof needs could not be observed, and nothing contradicts it'),
  verifiedAt: time,
  verifiedBy: z.string().describe('user@host'),
  window: changeWindowSchema,
  record: z.int().optional().describe('number of the record of the evidence log that holds the window'),
  run: changeRunSchema.optional(),
  after: z.strictObject({
    id: z.int().optional(),
    digest,
    startedAt: time,
    finishedAt: time,
    complete: z.boolean(),
    vantage: snapshotSchema.shape.vantage,
    asked: snapshotSchema.shape.asked,
    addresses: z.array(z.string()),
  }),
  looks: z.int().min(1).describe('how many whole scans were made until this one'),
  confirmedAt: time
    .optional()
    .describe('when what is expected was seen to be so a second time; absent where it is not, or was not asked for'),
  expectations: z.array(provedSchema.extend(expectationSchema.shape)).describe('in the order of the window'),
  keeps: z.array(provedSchema.extend(keepSchema.shape)),
  rest: provedSchema.describe('that nothing else opened, closed or became another service'),
  changes: z.array(changeSchema).describe('what else changed, and does not speak against the proof'),
  warnings: z.array(warningSchema).describe('what casts doubt on the vantage'),
  notes: z.array(z.string()).describe('what the proof does not speak of, in words'),
  head: evidenceHeadSchema.optional().describe('where the evidence log stood before this was written to it'),
});
export type Verification = z.infer<typeof verificationSchema>;

/** The published JSON Schema (draft 2020-12) of the verification document. */
export function verificationJsonSchema(): Record<string, unknown> {
  return publishedSchema(verificationSchema, {
    name: 'verification',
    description: 'Whether a change did what was expected of it, and nothing else.',
  });
}

/** The published JSON Schema (draft 2020-12) of the change window, as `verify begin --json` writes it. */
export function changeWindowJsonSchema(): Record<string, unknown> {
  return publishedSchema(changeWindowSchema, {
    name: 'window',
    title: 'change window',
    description: 'What is expected of a change, and what was seen before it.',
  });
}
