import * as z from 'zod';
import { evidenceHeadSchema } from './evidence.js';
import { publishedSchema } from './published-schema.js';
import { severities } from './severity.js';
import { findingSchema, snapshotSchema } from './snapshot.js';

const time = snapshotSchema.shape.startedAt;

/** What an alert tells. */
export const alertKinds = [
  /** A deviation, or something that could not be observed, that a second look bore out. */
  'raised',
  /** The same rule and endpoint as before, with another outcome, code or severity. */
  'changed',
  /** It conforms again, and a second look bore that out. */
  'recovered',
  /** Nobody can tell any more: the host, its address or the rule is gone. No recovery, since nothing was seen to conform. */
  'ended',
  /** It keeps coming and going; no more will be told of it until it has been quiet. */
  'flapping',
  /** It has been quiet; this is where it came to rest. */
  'settled',
  /** The watch itself cannot see: no network, a lookup that fails, a scan that broke. Nothing is known to be fine. */
  'blind',
  /** The watch sees again. */
  'sighted',
  /** Runs that should have been and were not. */
  'missed-runs',
  /** A new policy or list of notifiers is broken; the old one is kept. */
  'reload-failed',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** The alert document, version 1: what a notifier is given. The published JSON Schema is generated from this. */
export const alertSchema = z.strictObject({
  format: z.literal('exposcan-alert'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  id: z.string().describe('the same however often it is delivered, so that a receiver can drop doubles'),
  watch: z.string().describe('name of the watch'),
  vantage: z.string(),
  at: time.describe('when it was decided'),
  kind: z.enum(alertKinds),
  severity: z.enum(severities),
  summary: z.string().describe('one line for people'),
  detail: z.string().optional().describe('what stood in the way, where the alert is about the watch itself'),
  policy: z.strictObject({ name: z.string(), file: z.string() }),
  since: time.optional().describe('when the first look saw what is told; for recovered: when it began'),
  finding: findingSchema
    .optional()
    .describe('with its evidence and remedy; absent where the alert is about the watch itself'),
  alike: z
    .int()
    .min(2)
    .optional()
    .describe(
      'how many findings of one address this stands for, where nothing could be seen of it; the gravest is given',
    ),
  openSince: z
    .strictObject({ first: time, notBefore: time.optional() })
    .optional()
    .describe('from the history: first seen open in this stretch, and when it was last seen not open before that'),
  head: evidenceHeadSchema.optional().describe('where the evidence log stood before this alert was written to it'),
});
export type Alert = z.infer<typeof alertSchema>;

/** The published JSON Schema (draft 2020-12) of the alert document. */
export function alertJsonSchema(): Record<string, unknown> {
  return publishedSchema(alertSchema, { name: 'alert', description: 'What a watch tells its notifiers.' });
}
