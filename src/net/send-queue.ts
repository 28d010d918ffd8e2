import type { Address } from '../model/address.js';
import { type Clock, systemClock } from './clock.js';
import type { RawFailure } from './raw-socket-channel.js';

/** Packets that are sent by one call. */
export interface Batch {
  /** Copies the packet. */
  write(index: number, packet: Uint8Array, destination: Address): void;
  /** Sends those from `from` up to `to`: how many it has sent until one was refused, or why the first was. */
  send(from: number, to: number): number | RawFailure;
  /** Likewise on another thread, which may take its time to begin: `done` is told how many, never at once; -1 or 0 where the first was refused. */
  sendAside(count: number, done: (sent: number) => void): void;
  /** Whether the other thread has begun. */
  hasBegun(): boolean;
}

/** Sends packets in batches, beside this thread where there are many. */
export interface SendQueue {
  send(packet: Uint8Array, destination: Address, refused: (failure: RawFailure) => void): void;
  /** Calls `then` as soon as no packet is on its way of which it is not known yet whether it was refused. */
  whenSure(then: () => void): void;
  /** True while enough is waiting to keep the other thread at work. */
  isFull(): boolean;
  /** Drops what has not been sent; `closed` is told once no other thread is at work any more. */
  close(closed: () => void): void;
}

export const batchSize = 256;
/** So few are sent here: another thread is not worth its while. */
const few = 32;
/** Full batches that wait: enough to keep the other thread at work while this one is busy, and no more than some milliseconds' work. */
const enoughWaiting = 4;
/** Beyond that, who goes on all the same sends them here. */
const mostWaiting = 8;
/** Milliseconds, far more than a batch takes: Node's threads are all busy with something else, or do not get to run. */
const stuckAfter = 30;

/** Calls all, in their order; where one throws, the others are still to hear of it. */
function tell(sure: readonly (() => void)[]): void {
  let next = 0;
  try {
    while (next < sure.length) sure[next++]?.();
  } finally {
    if (next < sure.length) setImmediate(tell, sure.slice(next));
  }
}

/** A batch that is filled, and then sent. */
interface Filled {
  readonly batch: Batch;
  /** Who is to be told of each packet. */
  readonly refused: ((failure: RawFailure) => void)[];
}

/**
 * The kernel's path of a packet costs more than all else about a probe: on another thread, this one can take in answers and decide
 * meanwhile. Few packets leave at the end of this turn of the event loop, many within some milliseconds.
 */
export function createSendQueue(open: () => Batch, clock: Clock = systemClock): SendQueue {
  const spare: Filled[] = [];
  const take = (): Filled => spare.pop() ?? { batch: open(), refused: [] };
  let filling = take();
  const waiting: Filled[] = [];
  /** What another thread sends. */
  let aside: Filled | undefined;
  /** How many batches other threads have, those that were given up included. */
  let lent = 0;
  let unsure: (() => void)[] = [];
  let turn: NodeJS.Immediate | undefined;
  let whenClosed: (() => void) | undefined;

  const recycle = (sent: Filled) => {
    sent.refused.length = 0;
    spare.push(sent);
  };

  const replace = (): Filled => {
    const full = filling;
    filling = take();
    return full;
  };

  const sendHere = ({ batch, refused }: Filled, from = 0) => {
    for (let next = from; next < refused.length;) {
      const sent = batch.send(next, refused.length);
      if (typeof sent === 'number') next += sent;
      else {
        refused[next]?.(sent);
        next += 1;
      }
    }
  };

  const sendAside = (filled: Filled) => {
    aside = filled;
    lent += 1;
    let cancelWatch = clock.after(stuckAfter, () => {
      // What has begun is about to end.
      if (!filled.batch.hasBegun()) giveUp(filled);
      else
        cancelWatch = clock.after(stuckAfter, () => {
          giveUp(filled);
        });
    });
    filled.batch.sendAside(filled.refused.length, (sent) => {
      cancelWatch();
      lent -= 1;
      if (whenClosed !== undefined) {
        if (lent === 0) whenClosed();
      } else if (aside === filled) {
        // The first that was refused is asked again, for the reason, and then those behind it.
        sendHere(filled, Math.max(sent, 0));
        recycle(filled);
        goOn();
      } else recycle(filled);
    });
  };

  /** Nobody knows when the other thread will send it: a second SYN does no harm. The memory stays lent. */
  const giveUp = (stuck: Filled) => {
    if (aside !== stuck || whenClosed !== undefined) return;
    sendHere(stuck);
    goOn();
  };

  const goOn = () => {
    aside = undefined;
    const sure = unsure;
    unsure = [];
    startNext();
    tell(sure);
  };

  const startNext = () => {
    while (aside === undefined && waiting.length > 0) start(waiting.shift());
    if (aside === undefined) sendRest();
  };

  const start = (filled: Filled | undefined) => {
    if (filled === undefined) return;
    if (lent === 0 && filled.refused.length >= few) sendAside(filled);
    else {
      sendHere(filled);
      recycle(filled);
    }
  };

  /** Whatever there is, once nothing is ahead of it. */
  const sendRest = () => {
    if (filling.refused.length > 0) start(replace());
  };

  const takeTurn = () => {
    turn = undefined;
    if (aside === undefined) sendRest();
  };

  return {
    send(packet, destination, refused) {
      filling.batch.write(filling.refused.length, packet, destination);
      filling.refused.push(refused);
      turn ??= setImmediate(takeTurn);
      if (filling.refused.length < batchSize) return;
      if (aside === undefined) start(replace());
      else if (waiting.push(replace()) > mostWaiting) start(waiting.shift());
    },
    whenSure(then) {
      if (aside === undefined) then();
      else unsure.push(then);
    },
    isFull: () => waiting.length >= enoughWaiting,
    close(then) {
      clearImmediate(turn);
      unsure = [];
      whenClosed = then;
      if (lent === 0) then();
    },
  };
}
