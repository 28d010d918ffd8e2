import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Daemon } from '../daemon.js';

/** Where a collector listens, all on 127.0.0.1. */
export interface CollectorPorts {
  /** The same number for both. */
  readonly udp: number;
  readonly tcp: number;
  readonly tls: number;
  /** TLS that asks for a certificate of the client, too. */
  readonly mutual: number;
}

/** A message as the collector understood it. */
export interface Received {
  readonly pri: number;
  readonly host: string;
  readonly app: string;
  readonly process: string;
  readonly msgid: string;
  readonly time: string;
  /** Structured data, unescaped. */
  readonly data: Readonly<Record<string, string>>;
  readonly message: string;
}

export interface Collector extends Daemon {
  /** Waits for a message whose structured data have this id. */
  message(id: string): Promise<Received>;
  /** How often one with this id has come. */
  count(id: string): number;
}

const patienceMs = 20_000;

/** A collector that writes each message into a file, one line each, which `parse` understands. */
export function readingFrom(daemon: Daemon, file: string, parse: (line: string) => Received): Collector {
  const all = () => {
    if (!existsSync(file)) return [];
    // The last piece is a line that is being written, or nothing.
    return readFileSync(file, 'utf8').split('\n').slice(0, -1).map(parse);
  };
  const withId = (id: string) => all().filter(({ data }) => data['id'] === id);
  return {
    ...daemon,
    count: (id) => withId(id).length,
    async message(id) {
      const deadline = performance.now() + patienceMs;
      for (;;) {
        const [found] = withId(id);
        if (found !== undefined) return found;
        if (performance.now() > deadline) throw new Error(`no message ${id} has come:\n${daemon.log()}`);
        await sleep(20);
      }
    },
  };
}
