import type * as RawSocketPackage from 'raw-socket';
import { messageOf, systemCode } from '../model/errors.js';

/** Whether this process can send and receive raw packets, by which package, and if not, why in words. */
export type RawSocketSupport =
  | { readonly available: true; readonly raw: typeof RawSocketPackage }
  | { readonly available: false; readonly why: string };

/**
 * Loads the optional native package and opens one raw socket to see whether it may.
 *
 * Three things can be missing, each seen in the field: the package (its build failed, so npm left it out:
 * `ERR_MODULE_NOT_FOUND`), its binary (`npm ci --ignore-scripts`: `MODULE_NOT_FOUND`), and the privilege (CAP_NET_RAW on Linux).
 */
export async function rawSocketSupport(): Promise<RawSocketSupport> {
  let raw: typeof RawSocketPackage;
  try {
    // A CommonJS package: what it exports is the default export here.
    const loaded: { default: typeof RawSocketPackage } = await import('raw-socket');
    raw = loaded.default;
  } catch (error) {
    return { available: false, why: `the optional package raw-socket ${absence(error)} (${firstLine(error)})` };
  }
  try {
    const socket = raw.createSocket({ addressFamily: raw.AddressFamily.IPv4, protocol: raw.Protocol.TCP });
    socket.on('error', () => undefined);
    socket.close();
    return { available: true, raw };
  } catch (error) {
    return {
      available: false,
      why: `this process may not open raw sockets (${firstLine(error)}); it needs CAP_NET_RAW`,
    };
  }
}

function absence(error: unknown): string {
  switch (systemCode(error)) {
    case 'ERR_MODULE_NOT_FOUND':
      return 'is not installed';
    case 'MODULE_NOT_FOUND':
      return 'is installed, and was not built';
    default:
      return 'cannot be loaded';
  }
}

function firstLine(error: unknown): string {
  return messageOf(error).split('\n', 1)[0] ?? '';
}
