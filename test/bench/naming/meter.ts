import type { Namespace } from '../../lab/namespace.js';

/** What has come in at some ports of a machine. */
export interface MeterReading {
  /** TCP connections that came about: those that a server hears of. */
  readonly connections: number;
  /** Bytes of TCP packets from elsewhere, with their IP headers. */
  readonly bytes: number;
}

export interface Meter {
  /** What has come to these ports since they were last read. */
  take(ports: readonly number[]): MeterReading;
}

/**
 * Counts at the server's side, where no scanner can be favoured, by the firewall and port by port, so that several can be measured
 * at a time. A connection has come about with the second packet of who began it, unless that takes it back, as a scan by SYN does.
 */
export function startMeter(host: Namespace, ports: readonly number[]): Meter {
  host.run('sysctl', ['-qw', 'net.netfilter.nf_conntrack_acct=1']);
  const counters = ports.flatMap((port) => [`counter bytes_${port} { }`, `counter opened_${port} { }`]);
  const rules = ports.flatMap((port) => [
    `iifname "eth0" tcp dport ${port} counter name bytes_${port}`,
    `iifname "eth0" tcp dport ${port} ct original packets 2 tcp flags & (syn | rst) == 0 counter name opened_${port}`,
  ]);
  const chain = ['type filter hook input priority filter;', ...rules].join('\n  ');
  host.run('nft', ['-f', '-'], `table inet received {\n ${counters.join('\n ')}\n chain input {\n  ${chain}\n }\n}\n`);
  const last = new Map<string, number>();
  return {
    take(ports) {
      const text = host.run('nft', ['list', 'counters', 'table', 'inet', 'received']);
      const now = new Map(
        Array.from(text.matchAll(/counter (\w+) \{\s+packets (\d+) bytes (\d+)/g), ([, name = '', packets, bytes]) => [
          name,
          Number(name.startsWith('bytes') ? bytes : packets),
        ]),
      );
      const since = (kind: string) =>
        ports
          .map((port) => `${kind}_${port}`)
          .reduce((sum, name) => {
            const before = last.get(name) ?? 0;
            last.set(name, now.get(name) ?? 0);
            return sum + (now.get(name) ?? 0) - before;
          }, 0);
      return { connections: since('opened'), bytes: since('bytes') };
    },
  };
}
