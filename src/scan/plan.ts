import { eachPort, holdsPort, type PortRange } from '../model/ports.js';
import { commonPorts, portsByImportance } from '../model/known-ports.js';
import type { SystemLimits } from '../net/limits.js';
import type { AddressPlan } from '../discovery/address-scan.js';
import { defaultTimeouts, type TimeoutLimits } from '../discovery/round-trip.js';
import { orderPorts } from '../targets/port-order.js';
import type { ScanOptions } from './options.js';

/** How many of everything may be under way at once. */
export interface Budget {
  readonly window: number;
  /** Probes a second; undefined for no limit of its own. */
  readonly rate: number | undefined;
  /** Open sockets that wait to be identified, or are. */
  readonly heldSockets: number;
}

/** Probes under way at once: to one address, and to all. */
const largestWindow = 4096;
const largestBudget = 8192;
const politeWindow = 32;
const politeRate = 100;
/** For standard streams, the resolver, and what the runtime keeps open. */
const reservedFiles = 64;
const assumedOpenFiles = 1024;
const mostHeldSockets = 1000;

/** Shares the process's descriptors and the kernel's source ports out between probes and open sockets. */
export function planBudget(options: ScanOptions, limits: SystemLimits): Budget {
  const files = Math.max(32, (limits.openFiles ?? assumedOpenFiles) - reservedFiles);
  const heldSockets = Math.min(mostHeldSockets, Math.floor(files / 3));
  const sourcePorts = limits.ephemeralPorts ?? largestWindow;
  const wanted = options.concurrency ?? (options.polite === true ? politeWindow : largestBudget);
  return {
    window: Math.max(1, Math.min(wanted, files - heldSockets, Math.floor(sourcePorts / 2))),
    rate: options.rate ?? (options.polite === true ? politeRate : undefined),
    heldSockets,
  };
}

/** Answer often, wherever they are; tried only to give silence elsewhere a meaning. Services that count connections are not here. */
const likelyPorts = [443, 80, 53, 25, 8080, 113, 21, 8443];
const randomControlCount = 12;
/** Besides, a few ports where nothing listens: a host that refuses them answers too. */
const extraLikelyCount = 4;

/** What to do at every address. `seed` makes the order and the random ports repeatable. */
export function planAddresses(
  ports: readonly PortRange[],
  options: ScanOptions,
  budget: Budget,
  seed: number,
  punishes: AddressPlan['punishes'],
): AddressPlan {
  const asked = new Uint8Array(65536);
  for (const port of eachPort(ports)) asked[port] = 1;
  const named = options.namedPorts ?? [];
  const first = [...eachPort(named), ...portsByImportance];
  const unlikely = drawUnlikelyPorts(randomControlCount + extraLikelyCount, new Set(first), seed);
  return {
    ports: orderPorts(ports, first, seed),
    isAsked: (port) => asked[port] === 1,
    hasPriority: (port) => holdsPort(commonPorts, port) || holdsPort(named, port),
    punishes,
    randomControls: unlikely.slice(0, randomControlCount),
    likelyToAnswer: [...likelyPorts, ...unlikely.slice(randomControlCount)],
    repeats: options.retries ?? 2,
    spacing: 500,
    timeouts: timeoutsOf(options.timeout),
    initialWindow: options.polite === true ? 8 : 64,
    maximumWindow: Math.min(largestWindow, budget.window),
  };
}

/** Ports that nothing is known to live on, by a seeded draw. */
function drawUnlikelyPorts(count: number, known: ReadonlySet<number>, seed: number): number[] {
  const drawn = new Set<number>();
  for (let state = seed; drawn.size < count;) {
    // Numerical Recipes' generator; the high bits are the random ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const port = 1024 + ((state >>> 8) % (65536 - 1024));
    if (!known.has(port)) drawn.add(port);
  }
  return [...drawn];
}

function timeoutsOf(longest: number | undefined): TimeoutLimits {
  if (longest === undefined) return defaultTimeouts;
  return { minimum: Math.min(defaultTimeouts.minimum, longest), initial: longest, maximum: longest };
}
