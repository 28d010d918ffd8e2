import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import {
  evidenceRecordSchema,
  type EvidenceHead,
  type EvidenceKind,
  type EvidenceRecord,
} from '../../model/evidence.js';
import { fitsInMemory } from './json-extent.js';

/**
 * The longest line: a scan of 10,000 addresses with thousands of open ports fits, and so does its text into one JavaScript string
 * (V8 holds about 512 Mi characters).
 */
export const maxLineBytes = 256 * 1024 * 1024;

/** What is to be recorded. The body is JSON data. */
export interface EvidenceEntry {
  readonly kind: EvidenceKind;
  readonly body: unknown;
  readonly time: Date;
}

/** A record and its line, without the line feed. */
export interface ChainedRecord {
  readonly record: EvidenceRecord;
  readonly line: Buffer;
  readonly head: EvidenceHead;
}

/** As `sha256sum` prints it: the digest of a record is that of the bytes of its line, without the line feed. */
export function digestOf(line: Uint8Array): string {
  return createHash('sha256').update(line).digest('hex');
}

/** Whether this record comes right after that head. */
export function follows(record: EvidenceRecord, head: EvidenceHead): boolean {
  return record.seq === head.seq + 1 && record.prev === head.digest;
}

/** The record that comes after a head. Throws a `RangeError` where it is too large to be read again, a `TypeError` where it is not JSON data. */
export function chainOn(head: EvidenceHead, entry: EvidenceEntry): ChainedRecord {
  const record: EvidenceRecord = {
    seq: head.seq + 1,
    time: entry.time.toISOString(),
    prev: head.digest,
    kind: entry.kind,
    body: entry.body ?? null,
  };
  const line = Buffer.from(JSON.stringify(record));
  if (line.length > maxLineBytes || !fitsInMemory(line)) {
    throw new RangeError(`a record of ${line.length} bytes is too large, or too deeply nested, to be read again`);
  }
  return { record, line, head: { seq: record.seq, digest: digestOf(line) } };
}

/**
 * The record on a line, or undefined where the line is not one that `chainOn` writes: with another order or spacing of its fields, with
 * fields twice, too large, or not JSON at all.
 */
export function readRecord(line: Buffer): EvidenceRecord | undefined {
  const start =
    /^\{"seq":(\d{1,15}),"time":"([^"\\]{24})","prev":"([0-9a-f]{64})","kind":"([a-z]{1,20})","body":./.exec(
      line.toString('latin1', 0, 200),
    );
  if (start === null || line.at(-1) !== 0x7d || line.length > maxLineBytes || !isUtf8(line) || !fitsInMemory(line)) {
    return undefined;
  }
  const { success, data } = evidenceRecordSchema.safeParse(parse(line));
  if (!success) return undefined;
  const fields = [String(data.seq), data.time, data.prev, data.kind];
  return fields.every((field, at) => field === start[at + 1]) ? data : undefined;
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString('utf8'));
  } catch {
    return undefined;
  }
}
