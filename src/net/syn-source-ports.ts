import { randomInt } from 'node:crypto';
import { parsePortRange, readProc } from './limits.js';

/** How many source ports are used in turn, so that as many probes of one endpoint are told apart. */
export const sourcePortCount = 16;

const lowestUnprivileged = 1024;
const highest = 65_535;
/** What Linux uses where it does not say. */
const usualRange = { first: 32_768, last: 60_999 };

/**
 * Chooses ports for packets that the kernel knows nothing of: not those that it hands out to connections
 * (net.ipv4.ip_local_port_range), nor any that a socket of this machine has. `draw` gives a random integer below its argument.
 */
export function chooseSourcePorts(
  range: { readonly first: number; readonly last: number },
  used: ReadonlySet<number>,
  draw: (below: number) => number,
): number[] {
  const free = (first: number, last: number) => {
    const ports: number[] = [];
    for (let port = Math.max(first, lowestUnprivileged); port <= last; port++) if (!used.has(port)) ports.push(port);
    return ports;
  };
  // High ones first, as everybody expects of a client; all that is free where the kernel's range leaves nothing.
  const wishes = [
    () => free(range.last + 1, highest),
    () => [...free(lowestUnprivileged, range.first - 1), ...free(range.last + 1, highest)],
    () => free(lowestUnprivileged, highest),
  ];
  for (const wish of wishes) {
    const candidates = wish();
    if (candidates.length < sourcePortCount) continue;
    const start = draw(candidates.length - sourcePortCount + 1);
    return candidates.slice(start, start + sourcePortCount);
  }
  throw new Error(`fewer than ${sourcePortCount} TCP ports of this machine are free`);
}

/** The same for this machine, at random. */
export function findSourcePorts(): number[] {
  const range = parsePortRange(readProc('/proc/sys/net/ipv4/ip_local_port_range')) ?? usualRange;
  const used = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) => parseLocalPorts(readProc(path)));
  return chooseSourcePorts(range, new Set(used), (below) => randomInt(below));
}

/** Local ports out of proc_net_tcp(5): each line but the first has `   0: 0100007F:0CEA 00000000:0000 0A …`, in hexadecimal. */
export function parseLocalPorts(table: string | undefined): number[] {
  return [...(table ?? '').matchAll(/^\s*\d+: [0-9A-F]{8,32}:([0-9A-F]{4}) /gm)].map(([, port = '']) =>
    parseInt(port, 16),
  );
}
