import { randomBytes } from 'node:crypto';
import type { Address, Family } from '../model/address.js';
import { messageOf } from '../model/errors.js';
import type { Dial, DialResult, PacketReason } from './dial.js';
import { createCookie } from './packet/cookie.js';
import { createIpv4SynWriter, createIpv6SynWriter } from './packet/syn.js';
import type { OpenRawChannel, RawChannel, RawFailure } from './raw-socket-channel.js';
import { codeOfMessage } from './raw-socket-errors.js';
import { createSourceAsk, type SourceAddress } from './source-address.js';
import { attemptAt, isAnswered, lastAttempt, slotOf, withAnswer, withAttempt } from './syn-port-states.js';
import { createSynReceivers, type Sign, type SynHeard } from './syn-receivers.js';
import { createRemotes, pairFor, type Remote } from './syn-remotes.js';
import { findSourcePorts, sourcePortCount } from './syn-source-ports.js';

export interface SynDialOptions {
  readonly open: OpenRawChannel;
  /** An abandoned probe was answered after all: once a probe, and never before `dial` has returned. */
  readonly onLate: (address: Address, port: number, reason: PacketReason) => void;
  /** Space for answers that wait to be read; 64 MiB holds those of every port of an address at once. */
  readonly receiveBytes?: number;
  /** For tests: the key of the cookie (8 bytes), the sixteen source ports, and who knows the source address. */
  readonly key?: Uint8Array;
  readonly sourcePorts?: readonly number[];
  readonly askSource?: (address: Address) => Promise<SourceAddress>;
}

/** Packets that came to our ports and were dropped. */
export interface SynDrops {
  /** Not an answer to any probe of ours: guessed, forged, or to one of long ago. */
  readonly forged: number;
  /** The probe was answered before. */
  readonly duplicate: number;
  /** Times that the kernel could not hand over what had come in. */
  readonly unreadable: number;
}

export interface SynDial {
  /**
   * Sends one SYN (RFC 9293), and waits for what comes back: see `Dial`. Only IPv4's first probe to an address waits, a fraction of a
   * millisecond, until the kernel has said which source address to use; `prepare` does so beforehand.
   */
  readonly dial: Dial;
  /** Finds out what is needed to probe this address; undefined where all is well. Never rejects. */
  prepare(address: Address): Promise<DialResult | undefined>;
  /** Drops all that is kept about an address that is done with; later answers from it count as forged. */
  forget(address: Address): void;
  drops(): SynDrops;
  /** True while so many packets wait to be sent that it is better to wait some milliseconds: the time of an answer counts from the dial. */
  isFull(): boolean;
  /** Abandons every probe, and closes the sockets. */
  close(): void;
}

type Done = Parameters<Dial>[2];

/** A family's two sockets: TCP, which also sends, and ICMP. */
interface Channels {
  readonly tcp: RawChannel;
  readonly icmp: RawChannel;
}

const usualReceiveBytes = 64 * 1024 * 1024;
/** ICMP errors are few, since hosts and routers limit them. */
const icmpReceiveBytes = 4 * 1024 * 1024;

const results: Readonly<Record<PacketReason, DialResult>> = {
  'syn-ack': { kind: 'packet', reason: 'syn-ack' },
  reset: { kind: 'packet', reason: 'reset' },
  'host-unreachable': { kind: 'packet', reason: 'host-unreachable' },
  'net-unreachable': { kind: 'packet', reason: 'net-unreachable' },
  'port-unreachable': { kind: 'packet', reason: 'port-unreachable' },
  'admin-prohibited': { kind: 'packet', reason: 'admin-prohibited' },
};

/**
 * Our own kernel says so, in an ICMP error from ourselves to ourselves: the neighbour that the SYN was to go to, the host or a router,
 * answers neither ARP nor neighbour discovery. connect(2) fails the same way, after the same three seconds.
 */
const noNeighbour: DialResult = {
  kind: 'error',
  code: 'EHOSTUNREACH',
  message: 'no neighbour on this link answers for the address, or for the router towards it',
  local: false,
};

/**
 * Half-open probing on raw sockets. The sequence number of each SYN is a cookie over the endpoint and the attempt, so only who saw the
 * SYN can answer it; each attempt at an endpoint leaves from another port, so it is known which one was answered.
 *
 * The kernel, which knows nothing of the SYN, resets what a SYN-ACK has half opened: nothing is left on the host.
 * Not for addresses of this machine, where a raw socket sees the probes as well.
 */
export function createSynDial(options: SynDialOptions): SynDial {
  const { onLate, askSource = createSourceAsk(4), receiveBytes = usualReceiveBytes } = options;
  const cookie = createCookie(options.key ?? randomBytes(8));
  const sourcePorts = options.sourcePorts ?? findSourcePorts();
  const remotes = createRemotes();
  const channels: Partial<Record<Family, Channels>> = {};
  const ipv4 = createIpv4SynWriter();
  const ipv6 = createIpv6SynWriter();
  const drops = { forged: 0, duplicate: 0, unreadable: 0 };
  let closed = false;

  const cookieOf = (remote: Remote, port: number, attempt: number) => cookie(remote.id, (port << 16) | attempt);

  /** True where this is about a probe of ours to that remote. */
  const isAbout = (remote: Remote, { port, slot, sequence }: Sign): boolean =>
    cookieOf(remote, port, attemptAt(remote.states.get(port), slot)) === sequence;

  /** What a firewall of this machine rejects it also answers, maybe before the kernel's refusal is known here. */
  const take: SynHeard = (candidates, sign, reason, isOwnWord = false) => {
    const remote = candidates.find((candidate) => isAbout(candidate, sign));
    if (remote === undefined) drops.forged += 1;
    else {
      channels[remote.address.family]?.tcp.whenSure(() => {
        takeSure(remote, sign, reason, isOwnWord);
      });
    }
  };

  const takeSure = (remote: Remote, { port, slot }: Sign, reason: PacketReason, isOwnWord: boolean) => {
    const state = remote.states.get(port);
    if (isAnswered(state, slot)) {
      drops.duplicate += 1;
      return;
    }
    remote.states.set(port, withAnswer(state, slot));
    const key = pendingKey(port, slot);
    const done = remote.pending.get(key);
    if (done !== undefined) {
      remote.pending.delete(key);
      done(isOwnWord ? noNeighbour : results[reason]);
    } else if (!isOwnWord) onLate(remote.address, port, reason);
  };

  const receivers = createSynReceivers(sourcePorts, remotes, take);

  const openChannels = (family: Family): Channels => {
    const failed = () => {
      drops.unreadable += 1;
    };
    const open = (protocol: 'tcp' | 'icmp', bytes: number) =>
      options.open({ family, protocol, receiveBytes: bytes, receive: receivers[family][protocol], failed });
    const tcp = open('tcp', receiveBytes);
    try {
      return { tcp, icmp: open('icmp', icmpReceiveBytes) };
    } catch (error) {
      tcp.close();
      throw error;
    }
  };

  const send = (remote: Remote, port: number, attempt: number, refused: (failure: RawFailure) => void) => {
    const { address, pair } = remote;
    const fields = {
      sourcePort: sourcePorts[slotOf(attempt)] ?? 0,
      destinationPort: port,
      sequence: cookieOf(remote, port, attempt),
    };
    try {
      const { tcp } = (channels[address.family] ??= openChannels(address.family));
      if (pair === undefined) {
        ipv6.write(fields);
        tcp.send(ipv6.packet, address, refused);
      } else {
        ipv4.write(pair, fields);
        tcp.send(ipv4.packet, address, refused);
      }
    } catch (error) {
      refused({ code: codeOfMessage(messageOf(error)), message: messageOf(error) });
    }
  };

  const prepare = async (remote: Remote): Promise<DialResult | undefined> => {
    if (remote.address.family === 6 || remote.pair !== undefined) return undefined;
    const answer = await (remote.source ??= askSource(remote.address));
    if (answer.kind === 'source') {
      remote.pair ??= pairFor(remote.address, answer.text);
      return undefined;
    }
    // Asked again next time: routes come and go.
    remote.source = undefined;
    return localError(answer);
  };

  // Outside of `dial`, whose every call would otherwise keep these until the probe's time-out.
  const fail = (remote: Remote, key: number, done: Done, result: DialResult) => {
    if (remote.pending.get(key) !== done) return;
    remote.pending.delete(key);
    done(result);
  };

  const start = (remote: Remote, port: number, attempt: number, done: Done) => {
    const refused = (failure: RawFailure) => {
      // A firewall of this machine that rejects what is sent also answers it, in the host's name: nobody is to hear of that.
      remote.states.set(port, withAnswer(remote.states.get(port), slotOf(attempt)));
      setImmediate(fail, remote, pendingKey(port, slotOf(attempt)), done, localError(failure));
    };
    if (closed) refused({ code: 'EBADF', message: 'the raw sockets are closed' });
    else send(remote, port, attempt, refused);
  };

  const prepareAndStart = async (remote: Remote, port: number, attempt: number, done: Done) => {
    const error = await prepare(remote);
    const key = pendingKey(port, slotOf(attempt));
    if (error !== undefined) fail(remote, key, done, error);
    else if (remote.pending.get(key) === done) start(remote, port, attempt, done);
  };

  const dial: Dial = (address, port, done) => {
    const remote = remotes.ensure(address);
    const state = withAttempt(remote.states.get(port));
    remote.states.set(port, state);
    const attempt = lastAttempt(state);
    const key = pendingKey(port, slotOf(attempt));
    remote.pending.set(key, done);
    if (closed || address.family === 6 || remote.pair !== undefined) start(remote, port, attempt, done);
    else void prepareAndStart(remote, port, attempt, done);
    return () => {
      if (remote.pending.get(key) === done) remote.pending.delete(key);
    };
  };

  return {
    dial,
    prepare: (address) => prepare(remotes.ensure(address)),
    forget: (address) => {
      remotes.forget(address);
    },
    drops: () => ({ ...drops }),
    isFull: () => channels[4]?.tcp.isFull() === true || channels[6]?.tcp.isFull() === true,
    close() {
      closed = true;
      remotes.clear();
      for (const family of [4, 6] as const) {
        channels[family]?.tcp.close();
        channels[family]?.icmp.close();
      }
    },
  };
}

function pendingKey(port: number, slot: number): number {
  return port * sourcePortCount + slot;
}

/** Failed before anything was sent: it says nothing about the remote side. */
function localError({ code, message }: RawFailure): DialResult {
  return { kind: 'error', code, message, local: true };
}
