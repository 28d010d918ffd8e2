import { ExposcanError } from '../model/errors.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ScanOptions } from '../scan/options.js';
import { showProgress } from './progress.js';
import type { ProbeFlags } from './scan-options.js';

/** The SYN engine is not part of this version; what it would need is checked all the same, so that the answer is useful. */
export async function sayMethod(flags: ProbeFlags, say: (line: string) => void): Promise<void> {
  if (flags.method !== 'syn' && flags.verbose !== true) return;
  const { rawSocketSupport } = await import('../net/raw-sockets.js');
  const support = await rawSocketSupport();
  const raw = support.available ? 'raw sockets are available' : support.why;
  if (flags.method === 'syn') {
    throw new ExposcanError(
      'ERR_USAGE',
      `--method syn is not part of this version (${raw}). Use --method connect, which sees the same states.`,
    );
  }
  say(`probing by connect (${raw})`);
}

/** Scans, with its progress on stderr. */
export async function observe(options: ScanOptions, flags: ProbeFlags): Promise<Snapshot> {
  // A refused connection is this program's daily bread; a stack trace for each costs a fifth of the scan.
  Error.stackTraceLimit = 0;
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
