import * as z from 'zod';

/** What a record of the evidence log is about. */
export const evidenceKinds = [
  /** A scan: its whole snapshot. */
  'scan',
  /** `verify begin`: what is expected of a change, and which scan was the before. */
  'window',
  /** `verify end`: what came of it. */
  'verification',
  /** What a watch decided to tell. */
  'alert',
  /** A notice that reached its receiver, or was given up. */
  'delivery',
  /** A watch that began, ended, missed runs, took or refused a policy. */
  'watch',
  /** Scans that retention took out of the history. They stay in the log. */
  'retention',
  /** A last line, torn by a crash, that was cut off before the next was written. */
  'mended',
] as const;
export type EvidenceKind = (typeof evidenceKinds)[number];

const digest = z.string().regex(/^[0-9a-f]{64}$/);

/** Where a chain of records stands: the number of its last record and the digest of that. */
export const evidenceHeadSchema = z.strictObject({
  seq: z.int().min(0).describe('the number of the last record; 0 where there is none'),
  digest: digest.describe('SHA-256 of its line, without the line feed, in hexadecimal; 64 zeros where there is none'),
});
export type EvidenceHead = z.infer<typeof evidenceHeadSchema>;

/** The head of a chain that holds nothing yet. */
export const emptyHead: EvidenceHead = { seq: 0, digest: '0'.repeat(64) };

/** One line of the evidence log. */
export const evidenceRecordSchema = z.strictObject({
  seq: z.int().min(1).describe('counts from 1, without gaps'),
  time: z.iso.datetime({ precision: 3 }).describe('when it was written, by the clock of that machine'),
  prev: digest.describe('the digest of the record before; 64 zeros in the first'),
  kind: z.enum(evidenceKinds),
  body: z.unknown(),
});
export type EvidenceRecord = z.infer<typeof evidenceRecordSchema>;
