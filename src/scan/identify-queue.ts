import type { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import type { Identification } from '../model/observation.js';
import { serviceNameOf } from '../model/known-ports.js';
import type { GreetingTimes } from '../identification/greeting-times.js';
import { punishingOn } from '../identification/plan.js';
import { identify } from '../identification/prober.js';
import type { Clock } from '../net/clock.js';
import { type Connection, wrapSocket } from '../net/connection.js';
import type { Dial } from '../net/dial.js';
import { createLanes, type LaneLimits } from './lanes.js';

interface QueueOptions {
  /** Services talked to at once, in all and at one address. */
  readonly limits: LaneLimits;
  /** Connections to one endpoint; undefined for as many as the prober thinks fit. */
  readonly maxGrabs: number | undefined;
  /** What is known of an endpoint already. */
  readonly known: ((address: string, port: number) => Identification | undefined) | undefined;
  /** What greetings take at this address. */
  readonly greetingsOf: (address: Address) => GreetingTimes;
  /** Makes connections. */
  readonly dial: Dial;
  /** True where nothing but a SYN-ACK was seen, so that the first connection is yet to be made. */
  readonly isHalfOpen: (address: Address) => boolean;
  /** May speak to the ports of industrial controllers. */
  readonly probeControllers: boolean;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The name to ask for in TLS and HTTP, where the address was reached by one. */
  readonly serverNameOf: (address: Address) => string | undefined;
  /** True where everything accepts: what does not speak soon is not worth waiting for. */
  readonly isDoubtful: (address: Address) => boolean;
  readonly identified: (address: Address, port: number, observedAt: Date, result: Identification) => Promise<void>;
}

/** Open endpoints that wait to be identified, or are; each holds the socket that proved it open. */
export interface IdentifyQueue {
  /** `roundTripMs`: measured to the address. */
  add(address: Address, port: number, socket: Socket | undefined, roundTripMs: number): void;
  readonly size: number;
  /** Resolves when all that was added has been identified. */
  settled(): Promise<void>;
}

const redialTimeout = 3000;
const hurried = {
  maxConnections: 1,
  patience: { serverFirstMs: 2000, otherMs: 1000, answerMs: 1000, totalMs: 3000 },
} as const;

export function createIdentifyQueue(options: QueueOptions): IdentifyQueue {
  const lanes = createLanes(options.limits);
  const running = new Set<Promise<void>>();

  const work = async (connection: Connection, observedAt: Date, roundTripMs: number) => {
    const { address, port } = connection;
    const serverName = options.serverNameOf(address);
    const result = options.signal.aborted
      ? unidentified(port, 'the scan was stopped before this was identified')
      : await identify(connection, {
          dial: () => redial(address, port, options),
          ...(serverName === undefined ? {} : { serverName }),
          roundTripMs,
          probeControllers: options.probeControllers,
          maxConnections: options.maxGrabs,
          greetings: options.greetingsOf(address),
          ...(options.isDoubtful(address) ? hurried : {}),
          signal: options.signal,
        });
    connection.close();
    await options.identified(address, port, observedAt, result);
  };

  const workWithout = async (address: Address, port: number, observedAt: Date, roundTripMs: number) => {
    const isFirst = options.isHalfOpen(address) && !options.signal.aborted;
    const connection = isFirst ? await redial(address, port, options) : undefined;
    if (connection !== undefined) await work(connection, observedAt, roundTripMs);
    else await options.identified(address, port, observedAt, unidentified(port, isFirst ? notConnected : resetAtOnce));
  };

  return {
    add(address, port, socket, roundTripMs) {
      const observedAt = options.clock.date();
      // Wrapped at once: a socket that waits for its turn must have someone to take its errors.
      const connection = socket === undefined ? undefined : wrapSocket(socket, address, port);
      const known = options.known?.(address.text, port);
      if (known !== undefined) connection?.close();
      const identified = () => {
        if (known !== undefined) return options.identified(address, port, observedAt, known);
        return connection === undefined
          ? workWithout(address, port, observedAt, roundTripMs)
          : work(connection, observedAt, roundTripMs);
      };
      const claim = { address: address.text, lane: punishingOn(port) };
      const task = lanes.run(claim, identified).finally(() => running.delete(task));
      running.add(task);
    },
    get size() {
      return running.size;
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

const notConnected = 'it answered a SYN, and then no connection came about';
const resetAtOnce = 'the peer accepted the connection, then reset it';

function unidentified(port: number, trouble: string): Identification {
  return { service: { name: serviceNameOf(port) ?? 'unknown', method: 'table' }, trouble };
}

function redial(address: Address, port: number, options: QueueOptions): Promise<Connection | undefined> {
  return new Promise((resolve) => {
    const giveUp = () => {
      abandon();
      options.signal.removeEventListener('abort', giveUp);
      resolve(undefined);
    };
    const abandon = options.dial(address, port, (result) => {
      cancel();
      options.signal.removeEventListener('abort', giveUp);
      resolve(result.kind === 'accepted' ? wrapSocket(result.socket, address, port) : undefined);
    });
    const cancel = options.clock.after(redialTimeout, giveUp);
    options.signal.addEventListener('abort', giveUp, { once: true });
  });
}
