/** So many ports that matter take turns among themselves; beyond that, what matters more comes first. */
const rank = 16;

/**
 * Where in its queue the port is that an address is probed at as its `turn`th, from 0. All queues are of one order; each address goes
 * round in it from a `start` of its own, any integer from 0, so that different addresses are probed at different ports
 * at one moment, and none holds an order of its own. The first `leading` ports stay in front.
 */
export function placeInQueue(turn: number, length: number, leading: number, start: number): number {
  const front = Math.min(leading, length);
  if (turn >= front) return front + ((turn - front + start) % (length - front));
  const first = turn - (turn % rank);
  return first + ((turn - first + start) % Math.min(rank, front - first));
}
