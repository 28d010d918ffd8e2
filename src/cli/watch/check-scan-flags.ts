import { scanOptions } from '../scan-options.js';
import type { WatchFlags } from './arguments.js';

/** Stands for the hosts of the policy, which are none of the flags' business. */
const anyHost = ['localhost'];

/**
 * Refuses what every scan of this watch would refuse: a slip at the keyboard must end the watch at once, and not begin a service that is
 * blind for ever. No name is looked up. Throws `ERR_USAGE`, `ERR_BAD_PORTS`, `ERR_BAD_TARGET`.
 */
export async function checkScanFlags(flags: WatchFlags): Promise<void> {
  const { checkOptions } = await import('../../scan/check-options.js');
  const { resolveControl } = await import('../../scan/parse-control.js');
  const { parseExclusions } = await import('../../targets/exclusions.js');
  const options = await scanOptions(anyHost, flags, undefined);
  checkOptions(options);
  parseExclusions(flags.exclude);
  const lookup = () => Promise.resolve({ kind: 'addresses', addresses: [] } as const);
  await Promise.all(flags.control.map((control) => resolveControl(control, lookup, options.families ?? [])));
}
