import { setFlagsFromString } from 'node:v8';
import type { Snapshot } from '../model/snapshot.js';
import { synRefused } from '../model/method-choice.js';
import type { ScanOptions } from '../scan/options.js';
import { showProgress } from './progress.js';
import type { ProbeFlags } from './scan-options.js';

/**
 * V8 lets what is in use grow up to fourfold before it collects what has grown old. A probe grows old, waiting for its time-out, and
 * with thousands of addresses under way nearly all of the heap is probes that are over. A fifth more instead of three times more.
 */
const heapGrowth = '--heap-growing-percent=20';

/** Says how a scan will probe, to who wants to know. Throws `ERR_USAGE` where it cannot, before anything else is done. */
export async function sayMethod({ method, verbose }: ProbeFlags, say: (line: string) => void): Promise<void> {
  if (method === 'connect' && verbose === true) say('probing by connect');
  if (method === 'connect' || (method === 'auto' && verbose !== true)) return;
  const { rawSocketSupport } = await import('../net/raw-sockets.js');
  const support = await rawSocketSupport();
  if (method === 'syn' && !support.available) throw synRefused(support.why);
  if (verbose !== true) return;
  say(support.available ? 'probing by SYN packets' : `probing by connect (${support.why})`);
}

/** Scans, with its progress on stderr. */
export async function observe(options: ScanOptions, flags: ProbeFlags): Promise<Snapshot> {
  // A refused connection is this program's daily bread; a stack trace for each costs a fifth of the scan.
  Error.stackTraceLimit = 0;
  setFlagsFromString(heapGrowth);
  const { scan } = await import('../scan/scan.js');
  const run = scan(options);
  const hideProgress =
    flags.quiet === true
      ? undefined
      : showProgress(process.stderr, () => run.progress(), process.env['TERM'] === 'dumb');
  try {
    return await run.snapshot();
  } finally {
    hideProgress?.();
  }
}
