import type { Namespace } from '../../lab/namespace.js';

/** What has come in at a machine. */
export interface MeterReading {
  /** TCP connections that came about: those that a server hears of. */
  readonly connections: number;
  /** Bytes of TCP packets from elsewhere, with their IP headers. */
  readonly bytes: number;
}

export interface Meter {
  /** What has come since the last reading. */
  take(): MeterReading;
}

/** Counts at the server's side, where no scanner can be favoured: connections by the kernel's own count, bytes by the firewall's. */
export function startMeter(host: Namespace): Meter {
  const rules = 'type filter hook input priority filter; iifname "eth0" meta l4proto tcp counter';
  host.run('nft', ['-f', '-'], `table inet received {\n chain input {\n ${rules}\n }\n}\n`);
  const read = (): MeterReading => ({ connections: passiveOpens(host), bytes: countedBytes(host) });
  let last = read();
  return {
    take() {
      const now = read();
      const since = { connections: now.connections - last.connections, bytes: now.bytes - last.bytes };
      last = now;
      return since;
    },
  };
}

/** `PassiveOpens` of RFC 4022; Linux counts one when the handshake is done, so that a SYN alone is none. */
function passiveOpens(host: Namespace): number {
  const [names = '', values = ''] = host
    .run('cat', ['/proc/net/snmp'])
    .split('\n')
    .filter((line) => line.startsWith('Tcp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('PassiveOpens')]);
}

function countedBytes(host: Namespace): number {
  const text = host.run('nft', ['list', 'table', 'inet', 'received']);
  return Number(/counter packets \d+ bytes (\d+)/.exec(text)?.[1]);
}
