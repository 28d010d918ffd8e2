import type { Family } from '../model/address.js';
import type { PortRange } from '../model/ports.js';
import type { Identification } from '../model/observation.js';
import type { Lookup } from '../net/lookup.js';
import type { MethodChoice } from '../model/method-choice.js';

/** What to scan, and how. Everything but `targets` has a default. */
export interface ScanOptions {
  /** Names, addresses, CIDR blocks and ranges, as on the command line. */
  readonly targets: readonly string[];
  /** The ports of every address. Default: all 65,535 for up to 16 addresses, the common ones beyond. */
  readonly ports?: readonly PortRange[];
  /** Default: both. */
  readonly families?: readonly Family[];
  /** Addresses, blocks, ranges and names to leave out. */
  readonly exclude?: readonly string[];
  /** Allows more than 65,536 addresses. */
  readonly allowHuge?: boolean;
  /** `host:port` endpoints that are known to be open. */
  readonly controls?: readonly string[];
  /** The name of the place that this scan runs from; default `unnamed`. */
  readonly vantage?: string;
  /** How to probe. Default `auto`: by SYN packets where this process may send them, else by connecting. */
  readonly method?: MethodChoice;
  /** Probes a second. Default: as many as the answers allow. */
  readonly rate?: number;
  /** The longest wait for one answer, in milliseconds. Default: adapts to the measured round trip, 3000 at most. */
  readonly timeout?: number;
  /** How often silence is probed again before it is believed. Default 2. */
  readonly retries?: number;
  /** Probes under way at once. Default: 8192, or what the limits of this process allow. */
  readonly concurrency?: number;
  /**
   * Connections to one endpoint, to name what answers there; the one that proved it open counts. Default 12, or 4 if polite; services that
   * hold them against strangers get one in any case.
   */
  readonly maxGrabs?: number;
  /** What is known of an open endpoint already, so that it need not be asked again. Default: nothing. */
  readonly known?: (address: string, port: number) => Identification | undefined;
  /** For paths and hosts that bear little: few probes at once, few a second. */
  readonly polite?: boolean;
  /** Also speaks to the usual ports of industrial controllers, some of which stop at what they do not expect. Default: listens only. */
  readonly probeIcs?: boolean;
  /** Ports to look at first, and even where everything accepts: those that a policy names. */
  readonly namedPorts?: readonly PortRange[];
  /** Ends the scan early; what was seen until then is in the snapshot, marked incomplete. */
  readonly signal?: AbortSignal;
  /** How names are looked up. Default: the system's resolver, hosts file included. */
  readonly lookup?: Lookup;
}
