import type { Family } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import { parseRange } from '../model/ports.js';
import type { Control } from '../discovery/controls.js';
import type { Lookup } from '../net/lookup.js';
import { parseTarget } from '../model/parse-target.js';

/** Reads `host:port` or `[2001:db8::1]:port` and looks the host up. Throws `ERR_BAD_TARGET`. */
export async function resolveControl(text: string, lookup: Lookup, families: readonly Family[]): Promise<Control> {
  const match = /^(\[[^\]]+\]|[^:]+):(\d+)$/.exec(text);
  const range = match?.[2] === undefined ? undefined : parseRange(match[2]);
  const host = match?.[1] === undefined ? undefined : parseTarget(match[1]);
  if (range === undefined || (host?.kind !== 'name' && host?.kind !== 'address')) {
    throw new ExposcanError(
      'ERR_BAD_TARGET',
      `--control "${text}" is not an endpoint: expected HOST:PORT, like ssh.example.org:22 or [2001:db8::1]:443.`,
    );
  }
  const port = range.first;
  if (host.kind === 'address') return { text, port, addresses: [host.address] };
  const results = await Promise.all(families.map((family) => lookup(host.name, family)));
  const addresses = results.flatMap((result) => (result.kind === 'addresses' ? result.addresses : []));
  const failure = results.find((result) => result.kind === 'failed');
  // A family that could not be looked up may hold the very address that cannot be reached.
  if (failure !== undefined) return { text, port, addresses, lookupFailure: `${host.name}: ${failure.message}` };
  if (addresses.length > 0) return { text, port, addresses };
  return { text, port, addresses, lookupFailure: `there is no such name as ${host.name}` };
}
