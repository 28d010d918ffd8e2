import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { findProgram, run } from './command.js';
import type { Lab } from './lab.js';

/** The two ends of the long wire, out of the documentation ranges. */
export const longScannerAddresses = { 4: '203.0.113.1', 6: '2001:db8:2::1' } as const;
export const longHostAddresses = { 4: '203.0.113.2', 6: '2001:db8:2::2' } as const;

const source = fileURLToPath(new URL('long-wire.c', import.meta.url));

/** Frames of both ways together; `overrun`: those lost without having been meant to be, so that nothing can be said of a scanner. */
const countsSchema = z.object({ passed: z.number(), lost: z.number(), overrun: z.number() });
export type WireCounts = z.infer<typeof countsSchema>;

export interface LongWire {
  /** Takes the wire down. */
  cut(): Promise<WireCounts>;
}

/** The programs that the long wire needs and this machine has not. */
export function longWireMissing(): string[] {
  return ['cc', 'ethtool'].filter((program) => findProgram(program) === undefined);
}

/**
 * Lays a second wire between the lab's two machines, on which each packet takes `delayMs` and is lost with a chance of `lossPercent`,
 * each way. It carries hundreds of thousands of packets a second, which the slow wire does not.
 */
export async function layLongWire(
  lab: Lab,
  { delayMs, lossPercent }: { delayMs: number; lossPercent: number },
): Promise<LongWire> {
  const program = join(lab.directory('long-wire'), 'long-wire');
  run('cc', ['-O2', '-o', program, source]);
  const wire = lab.addMachine('wire');
  wire.run('sysctl', ['-qw', 'net.ipv6.conf.default.disable_ipv6=1']);
  for (const [end, addresses, near] of [
    [lab.outside, longScannerAddresses, 'scanner0'],
    [lab.host, longHostAddresses, 'host0'],
  ] as const) {
    end.ip('link', 'add', 'long0', 'type', 'veth', 'peer', 'name', near, 'netns', wire.name);
    end.run('ethtool', ['-K', 'long0', 'tx', 'off', 'tso', 'off', 'gso', 'off']);
    wire.ip('link', 'set', near, 'up');
    end.ip('address', 'add', `${addresses[4]}/24`, 'dev', 'long0');
    end.ip('address', 'add', `${addresses[6]}/64`, 'dev', 'long0', 'nodad');
    end.ip('link', 'set', 'long0', 'up');
  }
  const args = ['scanner0', 'host0', String(delayMs), String(lossPercent)];
  const child = wire.start(program, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said += text));
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (!said.startsWith('ready')) throw new Error('the long wire cannot be laid: see its words above');
  child.unref();
  return {
    async cut() {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
      return countsSchema.parse(JSON.parse(said.slice('ready'.length)));
    },
  };
}
