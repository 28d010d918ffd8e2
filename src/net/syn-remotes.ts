import { type Address, addressFromValue, parseAddress } from '../model/address.js';
import type { DialResult } from './dial.js';
import { type Ipv4Pair, pairIpv4 } from './packet/syn.js';
import { createPortStates, type PortStates } from './syn-port-states.js';
import type { SourceAddress } from './source-address.js';

/** An address that is probed. */
export interface Remote {
  readonly address: Address;
  /** Unlike any other remote's: what the cookie is computed from. */
  readonly id: number;
  readonly states: PortStates;
  /** Who waits for an answer, by port and slot. */
  readonly pending: Map<number, (result: DialResult) => void>;
  /** IPv4: the two ends, once the kernel has said where we send from. */
  pair: Ipv4Pair | undefined;
  /** IPv4: settles once `pair` is known, or why it is not. */
  source: Promise<SourceAddress> | undefined;
}

/** All addresses that are probed, found by what a packet holds. */
export interface Remotes {
  /** The one for this address, made where there is none. */
  ensure(address: Address): Remote;
  ofIpv4(value: number): Remote | undefined;
  /** IPv6 packets tell no zone: several link-local addresses can look alike. */
  ofIpv6(text: string): readonly Remote[];
  forget(address: Address): void;
  clear(): void;
}

const none: readonly Remote[] = [];

export function createRemotes(): Remotes {
  const ipv4 = new Map<number, Remote>();
  const ipv6 = new Map<string, Remote[]>();
  let ids = 0;
  const make = (address: Address): Remote => ({
    address,
    id: (ids = (ids + 1) | 0),
    states: createPortStates(),
    pending: new Map(),
    pair: undefined,
    source: undefined,
  });
  const find = (address: Address): Remote | undefined =>
    address.family === 4
      ? ipv4.get(keyOf(address))
      : ipv6.get(bareText(address))?.find(({ address: { zone } }) => zone === address.zone);
  return {
    ensure(address) {
      const known = find(address);
      if (known !== undefined) return known;
      const remote = make(address);
      if (address.family === 4) ipv4.set(keyOf(address), remote);
      else ipv6.set(bareText(address), [...(ipv6.get(bareText(address)) ?? []), remote]);
      return remote;
    },
    ofIpv4: (value) => ipv4.get(value),
    // Whoever prints it: text that is not spelt as ours may be the same address.
    ofIpv6: (text) => ipv6.get(text) ?? ipv6.get(parseAddress(text)?.text ?? '') ?? none,
    forget(address) {
      if (address.family === 4) ipv4.delete(keyOf(address));
      else {
        const rest = (ipv6.get(bareText(address)) ?? []).filter(({ address: { zone } }) => zone !== address.zone);
        if (rest.length === 0) ipv6.delete(bareText(address));
        else ipv6.set(bareText(address), rest);
      }
    },
    clear() {
      ipv4.clear();
      ipv6.clear();
    },
  };
}

/** The two ends in bytes, from the kernel's answer. */
export function pairFor(address: Address, sourceText: string): Ipv4Pair | undefined {
  const source = parseAddress(sourceText);
  return source === undefined ? undefined : pairIpv4(ipv4Bytes(source), ipv4Bytes(address));
}

function ipv4Bytes({ value }: Address): Uint8Array {
  const number = Number(value);
  return Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number);
}

function keyOf({ value }: Address): number {
  return Number(value) | 0;
}

function bareText({ text, zone }: Address): string {
  return zone === undefined ? text : text.slice(0, text.length - zone.length - 1);
}

/** 16 bytes of a packet as text. */
export function ipv6Text(bytes: Uint8Array): string {
  return addressFromValue(
    6,
    bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n),
  ).text;
}
