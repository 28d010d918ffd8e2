import type { Address } from '../model/address.js';
import type { Method } from '../model/observation.js';
import { createDial, type Dial, type DialResult } from '../net/dial.js';
import { loadKernelCalls } from '../net/kernel-calls.js';
import { createKernelDial } from '../net/kernel-dial.js';
import { type OwnAddresses, readOwnAddresses } from '../net/own-addresses.js';
import { rawSocketSupport } from '../net/raw-sockets.js';
import type { SynDial } from '../net/syn-dial.js';
import { type MethodChoice, synRefused } from '../model/method-choice.js';

type Late = (address: Address, port: number, result: DialResult) => void;

/** The ways out that a scan has. */
export interface Dials {
  /** Probes an endpoint, by the method of its address. */
  readonly probe: Dial;
  /** Makes connections. */
  readonly connect: Dial;
  readonly methodOf: (address: Address) => Method;
  readonly own: OwnAddresses;
  /** Who is told of answers to probes that were given up. */
  readonly tellLate: (late: Late) => void;
  /** Nothing more is sent there. */
  readonly forget: (address: Address) => void;
  /** True while probes would only wait to be sent, for milliseconds. */
  readonly isFull: () => boolean;
  readonly close: () => void;
}

/** Opens them. Throws `ERR_USAGE` where SYN packets are asked for that this process may not send. */
export async function openDials(choice: MethodChoice): Promise<Dials> {
  const own = readOwnAddresses();
  let late: Late = () => undefined;
  const syn =
    choice === 'connect'
      ? undefined
      : await openSynDial(choice, (...answer) => {
          late(...answer);
        });
  const kernel = await createKernelDial();
  const connect = kernel.available ? kernel.dial : createDial();
  // What this machine sends to itself never leaves the kernel, which then answers by rules of its own.
  const synDialTo = (address: Address) => (syn === undefined || own.isOwn(address) ? undefined : syn.dial);
  return {
    probe: (address, port, done) => (synDialTo(address) ?? connect)(address, port, done),
    connect,
    methodOf: (address) => (synDialTo(address) === undefined ? 'connect' : 'syn'),
    own,
    tellLate(receiver) {
      late = receiver;
    },
    forget: (address) => syn?.forget(address),
    isFull: () => syn?.isFull() ?? false,
    close() {
      syn?.close();
      if (kernel.available) kernel.close();
    },
  };
}

async function openSynDial(choice: MethodChoice, late: Late): Promise<SynDial | undefined> {
  const support = await rawSocketSupport();
  if (!support.available) {
    if (choice === 'syn') throw synRefused(support.why);
    return undefined;
  }
  const { createSynDial } = await import('../net/syn-dial.js');
  const { rawChannelsOf } = await import('../net/raw-socket-channel.js');
  const { sendingInBatches } = await import('../net/batch-channel.js');
  const open = rawChannelsOf(support.raw);
  const kernel = await loadKernelCalls();
  return createSynDial({
    open: kernel.available ? sendingInBatches(open, kernel.calls) : open,
    onLate(address, port, reason) {
      late(address, port, { kind: 'packet', reason });
    },
  });
}
