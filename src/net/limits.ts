import { readFileSync } from 'node:fs';

/** What this process may use of the system; undefined where the system does not say (it is read from Linux's /proc). */
export interface SystemLimits {
  /** Open files, sockets included. Node raises its own soft limit to the hard one when it starts. */
  readonly openFiles: number | undefined;
  /** How many source ports the kernel has to choose from. */
  readonly ephemeralPorts: number | undefined;
}

export function readSystemLimits(): SystemLimits {
  return {
    openFiles: parseOpenFiles(readProc('/proc/self/limits')),
    ephemeralPorts: parseEphemeralPorts(readProc('/proc/sys/net/ipv4/ip_local_port_range')),
  };
}

/** The soft limit out of a line like `Max open files            1024                 524288               files`. */
export function parseOpenFiles(limits: string | undefined): number | undefined {
  const soft = /^Max open files\s+(\d+)\s/m.exec(limits ?? '')?.[1];
  return soft === undefined ? undefined : Number(soft);
}

/** The size of a range written as `32768\t60999`. */
export function parseEphemeralPorts(text: string | undefined): number | undefined {
  const range = parsePortRange(text);
  return range === undefined ? undefined : range.last - range.first + 1;
}

export function parsePortRange(text: string | undefined): { first: number; last: number } | undefined {
  const match = /^(\d+)\s+(\d+)/.exec(text ?? '');
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { first: Number(match[1]), last: Number(match[2]) };
}

/** A file of Linux's /proc, or undefined where there is none. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    // Not Linux, or /proc is not mounted: the callers have cautious defaults.
    return undefined;
  }
}
