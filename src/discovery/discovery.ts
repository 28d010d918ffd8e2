import type { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import type { Clock } from '../net/clock.js';
import type { Dial, DialResult } from '../net/dial.js';
import type { AddressReport, ControlFailures } from './address-report.js';
import type { AddressPlan } from './address-scan.js';

export interface EngineOptions {
  /** All ask for the same ports. */
  readonly planOf: (address: Address) => AddressPlan;
  /** Addresses under way at once; each holds up to 192 KiB of state. */
  readonly maximumAddresses: number;
  /** Probes a second; undefined for as many as the windows allow. */
  readonly rate: number | undefined;
  readonly controlFailures: ControlFailures;
  readonly isOnLink: (address: Address) => boolean;
  readonly dial: Dial;
  /** By the kernel's own connect, which tells what no packet does: that nobody on the link has the address. */
  readonly connect: Dial;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Who is told. All may be called many times, from within the engine's own turn. */
export interface EngineSink {
  /**
   * An endpoint accepted; the socket is the receiver's from now on, and undefined where the peer reset the connection at once.
   * `roundTrip` in milliseconds.
   */
  open(address: Address, port: number, socket: Socket | undefined, roundTrip: number): void;
  /** Every port of this address accepts, as its random-port controls have just shown. */
  acceptsEverything(address: Address): void;
  /** An address is finished: every one gets exactly one report, also when the scan is cancelled. */
  finished(report: AddressReport): void;
  /** True while the receiver wants no more open sockets, or nothing more can be sent. Not for longer than a moment without an answer. */
  isFull(): boolean;
}

export interface EngineProgress {
  /** Endpoints that are done, silent ones in proportion to the repeats they have had. */
  readonly decided: number;
  readonly probes: number;
}

/** A discovery under way. */
export interface Discovery {
  readonly done: Promise<void>;
  readonly progress: () => EngineProgress;
  /** An endpoint answered a probe that had been given up. */
  readonly late: (address: Address, port: number, result: DialResult) => void;
}
