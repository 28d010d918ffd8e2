import { Socket } from 'node:net';
import type { Address } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';
import type { Reason } from '../model/observation.js';

/** What a raw socket can see come back: TCP's two answers (RFC 9293, section 3.10.7.3), and ICMP's errors. */
export type PacketReason = Extract<
  Reason,
  'syn-ack' | 'reset' | 'host-unreachable' | 'net-unreachable' | 'port-unreachable' | 'admin-prohibited'
>;

/** What became of one connection attempt, as the kernel tells it. The discovery room decides what it means. */
export type DialResult =
  | { readonly kind: 'accepted'; readonly socket: Socket }
  /** An answer seen on the wire: no connection came of it, and what was half open is reset. */
  | { readonly kind: 'packet'; readonly reason: PacketReason }
  /** Local end equals remote end: the kernel connected the socket to itself (a simultaneous open). */
  | { readonly kind: 'self-connect' }
  /** `local`: the call failed before anything was sent, so it says nothing about the remote side. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string; readonly local: boolean };

/**
 * Starts one connection attempt to an address literal, so that no happy-eyeballs logic hides the family that answered.
 * Gives back the function that abandons it; an abandoned attempt calls nothing. `done` is called later, never before this
 * returns.
 */
export type Dial = (address: Address, port: number, done: (result: DialResult) => void) => () => void;

/** A socket that is used for one attempt after another until one is accepted. */
interface Dialler {
  readonly socket: Socket;
  /** Who waits for the attempt under way. */
  done: ((result: DialResult) => void) | undefined;
}

/**
 * Makes a dial function with its own pool of sockets. A refused or abandoned socket is dialled again once it has closed, as Node
 * documents for `socket.connect()`: a scan spends most of its own time on making and collecting sockets otherwise.
 */
export function createDial(): Dial {
  const idle: Dialler[] = [];

  const makeDialler = (): Dialler => {
    const socket = new Socket();
    const dialler: Dialler = { socket, done: undefined };
    const end = (result: DialResult) => {
      const { done } = dialler;
      dialler.done = undefined;
      done?.(result);
    };
    const onConnect = () => {
      if (isSelfConnected(socket)) {
        socket.destroy();
        end({ kind: 'self-connect' });
        return;
      }
      socket.off('connect', onConnect).off('error', onError).off('close', onClose);
      end({ kind: 'accepted', socket });
    };
    const onError = (error: Error) => {
      const message = messageOf(error);
      // Node appends "- Local (address:port)" to the message exactly when connect(2) itself failed.
      end({ kind: 'error', code: systemCode(error) ?? 'UNKNOWN', message, local: message.includes(' - Local (') });
    };
    const onClose = () => {
      idle.push(dialler);
    };
    socket.on('connect', onConnect).on('error', onError).on('close', onClose);
    return dialler;
  };

  return (address, port, done) => {
    const dialler = idle.pop() ?? makeDialler();
    dialler.done = done;
    dialler.socket.connect({ host: address.text, port, family: address.family, autoSelectFamily: false });
    return () => {
      if (dialler.done !== done) return;
      dialler.done = undefined;
      dialler.socket.destroy();
    };
  };
}

function isSelfConnected(socket: Socket): boolean {
  return socket.localPort === socket.remotePort && socket.localAddress === socket.remoteAddress;
}
