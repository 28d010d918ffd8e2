import type { Method } from '../model/observation.js';
import { eachPort, type PortRange } from '../model/ports.js';
import { commonPorts, portsByImportance } from '../model/known-ports.js';
import type { SystemLimits } from '../net/limits.js';
import type { AddressPlan } from '../discovery/address-scan.js';
import { indexPorts } from '../discovery/port-index.js';
import { defaultTimeouts, type TimeoutLimits } from '../discovery/round-trip.js';
import { createPermutation } from '../targets/permutation.js';
import { orderPorts } from '../targets/port-order.js';
import type { ScanOptions } from './options.js';

/** How many of everything may be under way at once. */
export interface Budget {
  /** Connections under way at once, which take descriptors and source ports. */
  readonly window: number;
  /** SYN packets that wait for an answer, which take neither. */
  readonly synWindow: number;
  /** Probes a second; undefined for no limit of its own. */
  readonly rate: number | undefined;
  /** Open sockets that wait to be identified, or are. */
  readonly heldSockets: number;
}

/** Probes under way at once: to one address, and to all. */
const largestWindow = 8192;
const largestBudget = 16_384;
/** SYN packets to one address that wait for an answer; with the least time-out these are 80,000 a second to one that is silent. */
const largestSynWindow = 8192;
/** Whatever rate is asked for: answers to more would find no room (see the receive buffer of the raw socket). */
const mostSynWindow = 65_536;
/** Milliseconds. An answer that comes later still counts. */
const leastSynTimeout = 100;
const firstSynTimeout = 300;
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
    synWindow: options.concurrency ?? Math.max(wanted, windowFor(options.rate)),
    rate: options.rate ?? (options.polite === true ? politeRate : undefined),
    heldSockets,
  };
}

/** Answer often, wherever they are; tried only to give silence elsewhere a meaning. Services that count connections are not here. */
const likelyPorts = [443, 80, 53, 25, 8080, 113, 21, 8443];
const randomControlCount = 12;
/** Two more probes where nothing is lost, and more where that is not certain, until a miss is less likely than one in a million. */
const leastRepeats = 2;
const mostRepeats = 9;
const missTarget = 1e-6;
/** Besides, a few ports where nothing listens: a host that refuses them answers too. */
const extraLikelyCount = 4;

/** What to do at the addresses of each method. */
export type Plans = Readonly<Record<Method, AddressPlan>>;

/** What to do at every address. The same `seed`, an integer, gives the same order and the same random ports. */
export function planAddresses(
  ports: readonly PortRange[],
  options: ScanOptions,
  budget: Budget,
  seed: number,
  punishes: AddressPlan['punishes'],
): Plans {
  const asked = portTable(ports);
  const named = options.namedPorts ?? [];
  const preferred = portTable([...commonPorts, ...named]);
  const first = [...eachPort(named), ...portsByImportance];
  const unlikely = drawUnlikelyPorts(randomControlCount + extraLikelyCount, new Set(first), seed);
  const startOf = createPermutation(2 ** 32, seed);
  const connect: AddressPlan = {
    ports: orderPorts(ports, first, seed),
    leading: new Set(first.filter((port) => asked[port] === 1)).size,
    startOf: ({ value }) => startOf(Number(BigInt.asUintN(32, value))),
    isAsked: (port) => asked[port] === 1,
    hasPriority: (port) => preferred[port] === 1,
    punishes,
    randomControls: unlikely.slice(0, randomControlCount),
    likelyToAnswer: [...likelyPorts, ...unlikely.slice(randomControlCount)],
    index: indexPorts([...eachPort(ports), ...unlikely, ...likelyPorts]),
    repeats: options.retries ?? leastRepeats,
    mostRepeats: options.retries ?? mostRepeats,
    missTarget,
    isHalfOpen: false,
    spacing: 500,
    timeouts: timeoutsOf(options.timeout),
    initialWindow: options.polite === true ? 8 : 64,
    maximumWindow: Math.min(largestWindow, budget.window),
    totalWindow: budget.window,
  };
  return {
    connect,
    syn: {
      ...connect,
      isHalfOpen: true,
      // No service hears of it.
      punishes: () => false,
      timeouts: {
        minimum: Math.min(leastSynTimeout, connect.timeouts.minimum),
        initial: Math.min(firstSynTimeout, connect.timeouts.initial),
        maximum: connect.timeouts.maximum,
      },
      maximumWindow: Math.min(Math.max(largestSynWindow, windowFor(options.rate)), budget.synWindow),
      totalWindow: budget.synWindow,
    },
  };
}

/** As many as wait at once where nothing answers at this rate: who asks for more than the usual windows let through shall have it. */
function windowFor(rate = 0): number {
  return Math.min(mostSynWindow, Math.ceil((rate * leastSynTimeout) / 1000));
}

/** Asked for every probe, so that it must be quick. */
function portTable(ranges: readonly PortRange[]): Uint8Array {
  const table = new Uint8Array(65536);
  for (const port of eachPort(ranges)) table[port] = 1;
  return table;
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
