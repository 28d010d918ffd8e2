import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../lab/namespace.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

export interface Measurement {
  readonly seconds: number;
  /** The largest resident set of the process, in MiB. */
  readonly peakMiB: number;
  readonly stdout: string;
}

/** Runs one whole process, start-up included, where it is told to: in a namespace, or here. */
export function measure(
  place: Pick<Namespace, 'start'>,
  command: string,
  args: readonly string[],
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = place.start(command, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: project });
    let stdout = '';
    let peakKiB = 0;
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    const timer = setInterval(() => {
      peakKiB = Math.max(peakKiB, highWater(child.pid));
    }, 10);
    child.once('error', reject);
    child.once('close', () => {
      clearInterval(timer);
      resolve({ seconds: (performance.now() - startedAt) / 1000, peakMiB: peakKiB / 1024, stdout });
    });
  });
}

function highWater(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'latin1'))?.[1] ?? 0);
  } catch {
    // It has just ended.
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 0 ? sorted.slice(middle - 1) : [sorted[middle], sorted[middle]];
  return (low + high) / 2;
}
