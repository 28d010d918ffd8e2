import type { PortRange } from '../model/ports.js';

/**
 * The order in which the ports of one address are probed, each port once.
 *
 * First those of `priority` that are asked for, in its order, so that what matters shows early; then the rest in a
 * pseudo-random order, so that a run of neighbouring ports does not meet one firewall rule or one moment of loss together.
 * The same seed (any integer) gives the same order.
 */
export function orderPorts(ranges: readonly PortRange[], priority: readonly number[], seed: number): Uint16Array {
  const waiting = new Uint8Array(65536);
  for (const { first, last } of ranges) waiting.fill(1, first, last + 1);
  const order = new Uint16Array(waiting.reduce((count, flag) => count + flag, 0));
  let length = 0;
  const take = (port: number) => {
    if (waiting[port] !== 1) return;
    waiting[port] = 0;
    order[length++] = port;
  };
  priority.forEach(take);
  const shuffled = length;
  for (let port = 1; port < waiting.length; port++) take(port);
  shuffle(order.subarray(shuffled), seed);
  return order;
}

/** Fisher and Yates's shuffle, in place. */
function shuffle(values: Uint16Array, seed: number): void {
  const random = randomNumbers(seed);
  for (let left = values.length - 1; left > 0; left--) {
    const pick = Math.floor(random() * (left + 1));
    const moved = values[left] ?? 0;
    values[left] = values[pick] ?? 0;
    values[pick] = moved;
  }
}

/** Numbers in [0, 1): Marsaglia's 32-bit xorshift, enough to mix ports with and no secret. */
function randomNumbers(seed: number): () => number {
  // Zero would stay zero for ever.
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x6d2b79f5) | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 0x1_0000_0000;
  };
}
