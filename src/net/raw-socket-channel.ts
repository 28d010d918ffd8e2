import type * as RawSocketPackage from 'raw-socket';
import type { Address, Family } from '../model/address.js';
import { messageOf } from '../model/errors.js';
import { icmpProtocol, icmpv6Protocol, tcpProtocol } from './packet/headers.js';
import { codeOfMessage } from './raw-socket-errors.js';

/** Why the kernel refused a call: its code (`EPERM`) and its words. */
export interface RawFailure {
  readonly code: string;
  readonly message: string;
}

/**
 * Gets each packet that comes in, at once and one after another: IPv4 with its header, IPv6 without. The bytes are overwritten by
 * the next packet. `source` is the sender in text, without a zone.
 */
export type RawReceiver = (bytes: Uint8Array, length: number, source: string) => void;

/** One raw socket, which sends and receives. */
export interface RawChannel {
  /** Sends, at once or within milliseconds, a copy; IPv4 with its header. Where the kernel refuses, then or later, `refused` is told. */
  send(packet: Uint8Array, destination: Address, refused: (failure: RawFailure) => void): void;
  /** Calls `then` once it is known of every packet that may have left whether the kernel refused it: at once, or within milliseconds. */
  whenSure(then: () => void): void;
  /** True while so many packets wait to be sent that more would only wait, for milliseconds. */
  isFull(): boolean;
  close(): void;
}

export interface RawChannelOptions {
  readonly family: Family;
  readonly protocol: 'tcp' | 'icmp';
  /** Space for packets that wait to be read. Without CAP_NET_ADMIN the kernel gives no more than net.core.rmem_max. */
  readonly receiveBytes: number;
  readonly receive: RawReceiver;
  /** Receiving failed, other than for want of packets. */
  readonly failed: (failure: RawFailure) => void;
}

/** Opens a raw socket; throws where this process may not, or the machine lacks the family. */
export type OpenRawChannel = (options: RawChannelOptions) => RawChannel;

/** Numbers of Linux's headers: socket(7), raw(7), ip(7), ipv6(7), icmp6(7). */
const socketLevel = 1;
const receiveBuffer = 8;
const receiveBufferForce = 33;
const sendBuffer = 7;
const sendBufferForce = 32;
/** The kernel holds about a hundred packets to each neighbour that does not answer: those of many must not stand in the way of others. */
export const sendBytes = 32 * 1024 * 1024;
const ipLevel = 0;
const includeHeader = 3;
const rawLevel = 255;
const icmpFilter = 1;
const ipv6Level = 41;
const ipv6Checksum = 7;
const tcpChecksumOffset = 16;
const icmpv6Filter = 1;

/** Larger than any packet of interest; what is beyond is cut off. */
const packetBytes = 2048;
/** Packets that are taken in at one go, about a millisecond's work: what else there is to do has its turn in between. */
const mostAtOnce = 512;

/** What is open is held here: a socket that nothing refers to is collected, and silently stops receiving. */
const held = new Set<RawSocketPackage.RawSocket>();

const nothing = () => undefined;

/** Opens sockets of the package raw-socket. Works with its native object: the package's own queue sends a packet per turn. */
export function rawChannelsOf(raw: typeof RawSocketPackage): OpenRawChannel {
  return ({ family, protocol, receiveBytes, receive, failed }) => {
    const socket = raw.createSocket({
      addressFamily: family === 4 ? raw.AddressFamily.IPv4 : raw.AddressFamily.IPv6,
      protocol: protocol === 'tcp' ? tcpProtocol : family === 4 ? icmpProtocol : icmpv6Protocol,
      bufferSize: 1,
    });
    const { wrap } = socket;
    held.add(socket);
    // A closed socket that is asked to send would open itself anew, without its options.
    let closed = false;
    const close = () => {
      if (closed) return;
      closed = true;
      held.delete(socket);
      socket.close();
    };
    socket.on('error', (error: unknown) => {
      failed(failureOf(error));
      close();
    });
    try {
      configure(socket, family, protocol, receiveBytes);
    } catch (error) {
      close();
      throw error;
    }

    const bytes = Buffer.alloc(packetBytes);
    let length = 0;
    let source = '';
    const note = (_: Uint8Array, received: number, from: string) => {
      length = received;
      source = from;
    };
    const receiveAll = () => {
      for (let count = 0; count < mostAtOnce && !closed; count++) {
        try {
          wrap.recv(bytes, note);
        } catch (error) {
          const failure = failureOf(error);
          if (failure.code !== 'EAGAIN') failed(failure);
          return;
        }
        receive(bytes, length, source);
      }
    };
    wrap.removeAllListeners('recvReady').on('recvReady', receiveAll);

    return {
      send(packet, { text }, refused) {
        try {
          if (closed) refused({ code: 'EBADF', message: 'the raw socket is closed' });
          else wrap.send(packet, 0, packet.length, text, nothing);
        } catch (error) {
          refused(failureOf(error));
        }
      },
      whenSure(then) {
        then();
      },
      isFull: () => false,
      close,
    };
  };
}

function configure(
  socket: RawSocketPackage.RawSocket,
  family: Family,
  protocol: RawChannelOptions['protocol'],
  receiveBytes: number,
): void {
  takeSpace(socket, receiveBufferForce, receiveBuffer, receiveBytes);
  takeSpace(socket, sendBufferForce, sendBuffer, sendBytes);
  if (protocol === 'tcp') {
    if (family === 4) socket.setOption(ipLevel, includeHeader, 1);
    else socket.setOption(ipv6Level, ipv6Checksum, tcpChecksumOffset);
  } else if (family === 4) {
    // A bit set keeps that type out: all but 3, destination unreachable.
    socket.setOption(rawLevel, icmpFilter, ~(1 << 3) >>> 0);
  } else {
    const filter = Buffer.alloc(32, 0xff);
    new Uint32Array(filter.buffer, filter.byteOffset, 1)[0] = ~(1 << 1) >>> 0;
    socket.setOption(icmpv6Protocol, icmpv6Filter, filter, filter.length);
  }
}

function failureOf(error: unknown): RawFailure {
  const message = messageOf(error);
  return { code: codeOfMessage(message), message };
}

/** Without CAP_NET_ADMIN there is no more than the system's limit. */
function takeSpace(socket: RawSocketPackage.RawSocket, forced: number, usual: number, bytes: number): void {
  try {
    socket.setOption(socketLevel, forced, bytes);
  } catch {
    socket.setOption(socketLevel, usual, bytes);
  }
}
