import type { FindingCode } from './finding-codes.js';
import type { Snapshot } from './snapshot.js';

/** What a scan of a host by itself gives in place of findings that say something about the outside. */
export const selfScanCodes: readonly FindingCode[] = ['would-be-exposed', 'seen-from-itself'];

/** True where everything that was observed was seen from the scanned machine itself. */
export function isSelfScan({ open, notOpen }: Snapshot): boolean {
  const observed = [...open, ...notOpen];
  return observed.length > 0 && observed.every(({ self }) => self === true);
}
