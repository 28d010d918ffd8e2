import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

const maxLength = 2048;

/**
 * ZooKeeper's four-letter word `srvr` (ZooKeeper Administrator's Guide, "The Four Letter Words"), the one that is allowed unless
 * the administrator forbids it; ClickHouse Keeper answers it too (ClickHouse documentation, "ClickHouse Keeper").
 *
 * ```
 * → "srvr"
 * ← "Zookeeper version: 3.8.0-…, built on …" LF "Latency min/avg/max: …" LF … "Mode: standalone" LF "Node count: 5" LF
 * ← "srvr is not executed because it is not in the whitelist." LF
 * ```
 *
 * It reads counters; the server hangs up by itself.
 */
export const zookeeper: Protocol = {
  name: 'zookeeper',
  ports: [2181],
  overTls: { name: 'zookeeper-tls', ports: [2182] },
  probe: Buffer.from('srvr'),
  matchers: [
    { parse },
    {
      pattern: /^srvr is not executed because it is not in the (?:whitelist|allow list)\.\n/,
      facts: () => ({ extraInfo: 'srvr is not allowed' }),
    },
    { pattern: /^stat is not executed because it is not in the (?:whitelist|allow list)\.\n/ },
    {
      pattern: /^This ZooKeeper instance is not currently serving requests\n/,
      facts: () => ({ extraInfo: 'not currently serving requests' }),
    },
  ],
  about: {
    recognisedBy: 'the answer to srvr',
    logs: 'one line at level INFO: Processing srvr command',
  },
  examples: [
    {
      from: 'ZooKeeper 3.8.0, Debian 12',
      bytes: Buffer.from(
        'Zookeeper version: 3.8.0-${mvngit.commit.id}, built on 2024-12-29 17:54 UTC\nLatency min/avg/max: 0/0.0/0\n' +
          'Received: 1\nSent: 0\nConnections: 1\nOutstanding: 0\nZxid: 0x0\nMode: standalone\nNode count: 5\n',
      ),
      service: {
        name: 'zookeeper',
        product: 'Apache ZooKeeper',
        version: '3.8.0',
        extraInfo: 'standalone',
        cpe: ['cpe:2.3:a:apache:zookeeper:3.8.0:*:*:*:*:*:*:*'],
      },
    },
    {
      from: "built from ClickHouse's documentation of srvr",
      bytes: Buffer.from(
        'ClickHouse Keeper version: v21.11.1.1-prestable-7a4a0b0edef0ad6e0aa662cd3b90c3f4acf796e7\n' +
          'Latency min/avg/max: 0/0/0\nReceived: 2\nSent : 2\nConnections: 1\nOutstanding: 0\nZxid: 34\nMode: leader\n' +
          'Node count: 4\n',
      ),
      service: {
        name: 'zookeeper',
        product: 'ClickHouse Keeper',
        version: '21.11.1.1',
        extraInfo: 'leader',
        cpe: ['cpe:2.3:a:clickhouse:clickhouse:21.11.1.1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from ZooKeeper 3.8.0, Debian 12, which says it of ruok',
      bytes: Buffer.from('srvr is not executed because it is not in the whitelist.\n'),
      service: { name: 'zookeeper', extraInfo: 'srvr is not allowed' },
    },
    {
      from: 'ZooKeeper 3.8.0, Debian 12, asked as beanstalkd is: it reads four letters',
      bytes: Buffer.from('stat is not executed because it is not in the whitelist.\n'),
      service: { name: 'zookeeper' },
    },
    {
      from: "built from the Administrator's Guide: the answer to stat, which begins like that to srvr, from before it was forbidden",
      bytes: Buffer.from(
        'Zookeeper version: 3.4.13-2d71af4, built on 06/29/2018 04:05 GMT\nClients:\n' +
          ' /198.51.100.1:41234[0](queued=0,recved=1,sent=0)\n\nLatency min/avg/max: 0/0/0\nReceived: 1\nSent: 0\n' +
          'Connections: 1\nOutstanding: 0\nZxid: 0x0\nMode: standalone\nNode count: 4\n',
      ),
      service: {
        name: 'zookeeper',
        product: 'Apache ZooKeeper',
        version: '3.4.13',
        extraInfo: 'standalone',
        cpe: ['cpe:2.3:a:apache:zookeeper:3.4.13:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'a page about it', bytes: Buffer.from('Zookeeper version: unknown\n') }],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLength));
  const found =
    /^(Zookeeper|ClickHouse Keeper) version: v?(\d{1,3}\.\d{1,3}\.\d{1,3}(?:\.\d{1,6})?(?:-(?:alpha|beta|rc)\d{0,2})?)[^\n]{0,200}\n(?:Latency min\/avg\/max: |Clients:\n)/.exec(
      text,
    );
  if (found === null) {
    const begins = ['Zookeeper version: ', 'ClickHouse Keeper version: '].some(
      (opening) => text.startsWith(opening) || opening.startsWith(text),
    );
    return { kind: begins && text.length < 400 ? 'more' : 'no' };
  }
  const [, name, version = ''] = found;
  const mode = /\nMode: ([a-z-]{1,20})\n/.exec(text)?.[1];
  const facts = name === 'Zookeeper' ? zookeeperFacts(version, mode) : keeperFacts(version, mode);
  return { kind: 'match', facts, ...(mode === undefined ? { growing: true as const } : {}) };
}

function zookeeperFacts(version: string, extraInfo: string | undefined): ServiceFacts {
  return { product: 'Apache ZooKeeper', version, extraInfo, cpe: [cpe('apache', 'zookeeper', version)] };
}

function keeperFacts(version: string, extraInfo: string | undefined): ServiceFacts {
  return { product: 'ClickHouse Keeper', version, extraInfo, cpe: [cpe('clickhouse', 'clickhouse', version)] };
}
