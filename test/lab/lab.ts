import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import '../fixtures/own-state.js';
import { createNamespace, namespaceNames, removeNamespace, type Namespace } from './namespace.js';

/** The two ends of the wire, out of the documentation ranges. */
export const scannerAddresses = { 4: '198.51.100.1', 6: '2001:db8:1::1' } as const;
export const hostAddresses = { 4: '198.51.100.2', 6: '2001:db8:1::2' } as const;
/** A second place to scan from, behind a link of its own to the host; its addresses are what a source filter tells apart. */
export const officeAddresses = { 4: '192.0.2.1', 6: '2001:db8:3::1' } as const;
const officeRouter = { 4: '192.0.2.2', 6: '2001:db8:3::2' } as const;
const prefixLengths = { 4: 24, 6: 64 } as const;

/** Two machines joined by a wire: `outside`, where the scanner stands, and `host`, where the servers run. */
export interface Lab {
  readonly outside: Namespace;
  readonly host: Namespace;
  /** Adds the office, from which the host has the same addresses as from outside. */
  addOffice(): Namespace;
  /** Adds a machine without any wire, under a name of its own; it goes away with the lab. */
  addMachine(end: string): Namespace;
  /** A fresh directory that goes away with the lab. */
  directory(name: string): string;
  /** Takes the scanner's own address of a family away, and with it every route; `restoreFamily` gives both back. */
  dropFamily(family: 4 | 6): void;
  restoreFamily(family: 4 | 6): void;
  /** Switches IPv6 as such off or on again at the scanner. */
  setIpv6(enabled: boolean): void;
  /** Ends every process in both namespaces and removes them and all files. Safe to call twice. */
  remove(): void;
}

const namePattern = /^exposcan-lab-(\d+)-/;

function isLeftover(name: string): boolean {
  const owner = namePattern.exec(name)?.[1];
  return owner !== undefined && !existsSync(`/proc/${owner}`);
}

/** Removes what a test process that was killed before it could clean up has left behind. */
function removeLeftovers(): void {
  for (const name of namespaceNames().filter(isLeftover)) removeNamespace(name);
  for (const name of readdirSync(tmpdir()).filter(isLeftover)) rmSync(join(tmpdir(), name), { recursive: true });
}

function addAddress(namespace: Namespace, address: string, family: 4 | 6, device = 'eth0'): void {
  const nodad = family === 6 ? ['nodad'] : [];
  namespace.ip('address', 'add', `${address}/${prefixLengths[family]}`, 'dev', device, ...nodad);
}

let labs = 0;

export function createLab(): Lab {
  removeLeftovers();
  labs += 1;
  const name = `exposcan-lab-${process.pid}-${labs}`;
  const made: string[] = [];
  const root = mkdtempSync(join(tmpdir(), `${name}-`));
  // Servers that give up root must be able to pass through.
  chmodSync(root, 0o755);
  const remove = () => {
    process.removeListener('exit', remove);
    for (const namespace of made.splice(0)) removeNamespace(namespace);
    rmSync(root, { recursive: true, force: true });
  };
  process.once('exit', remove);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));

  const create = (end: string) => {
    made.push(`${name}-${end}`);
    return createNamespace(`${name}-${end}`);
  };
  const outside = create('outside');
  const host = create('host');
  outside.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', host.name);
  for (const [namespace, addresses] of [
    [outside, scannerAddresses],
    [host, hostAddresses],
  ] as const) {
    addAddress(namespace, addresses[4], 4);
    addAddress(namespace, addresses[6], 6);
    namespace.ip('link', 'set', 'eth0', 'up');
  }
  return {
    outside,
    host,
    addOffice() {
      const office = create('office');
      office.ip('link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'eth1', 'netns', host.name);
      for (const family of [4, 6] as const) {
        addAddress(office, officeAddresses[family], family);
        addAddress(host, officeRouter[family], family, 'eth1');
      }
      office.ip('link', 'set', 'eth0', 'up');
      host.ip('link', 'set', 'eth1', 'up');
      for (const family of [4, 6] as const) {
        const there = `${hostAddresses[family]}/${family === 4 ? 32 : 128}`;
        office.ip(`-${family}`, 'route', 'add', there, 'via', officeRouter[family]);
      }
      return office;
    },
    addMachine: create,
    directory(purpose) {
      const path = join(root, purpose);
      mkdirSync(path);
      chmodSync(path, 0o755);
      return path;
    },
    dropFamily(family) {
      outside.ip(`-${family}`, 'address', 'flush', 'dev', 'eth0');
    },
    restoreFamily(family) {
      addAddress(outside, scannerAddresses[family], family);
    },
    setIpv6(enabled) {
      outside.run('sysctl', ['-qw', `net.ipv6.conf.all.disable_ipv6=${enabled ? 0 : 1}`]);
      // Switching off takes the addresses away.
      if (enabled) addAddress(outside, scannerAddresses[6], 6);
    },
    remove,
  };
}
