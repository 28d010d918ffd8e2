import { createHash } from 'node:crypto';
import type { Snapshot } from '../model/snapshot.js';

/** SHA-256, in hexadecimal, of a snapshot as JSON with its keys in order and no white space: the same for the same content. */
export function snapshotDigest(snapshot: Snapshot): string {
  return createHash('sha256').update(canonicalJson(snapshot)).digest('hex');
}

function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
