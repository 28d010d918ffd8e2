/** Numbers the ports that a scan may probe, so that what it remembers of them takes no more room than there are of them. */
export interface PortIndex {
  readonly size: number;
  /** 0 for every port that is none of them. */
  of(port: number): number;
}

/** Where a scan is of nearly all ports. */
export const everyPort: PortIndex = { size: 65536, of: (port) => port };

export function indexPorts(ports: Iterable<number>): PortIndex {
  const numbers = new Uint32Array(65536);
  let size = 1;
  for (const port of ports) {
    if (numbers[port] === 0) numbers[port] = size++;
  }
  return { size, of: (port) => numbers[port] ?? 0 };
}
