import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Namespace } from '../lab/namespace.js';

const project = fileURLToPath(new URL('../..', import.meta.url));

export interface Measurement {
  /** From start to end, start-up included. */
  readonly seconds: number;
  /** Processor time, the user's and the system's, of the process and those that it started. */
  readonly cpuSeconds: number;
  /** The largest resident set of the process, in MiB. */
  readonly peakMiB: number;
  /** Its exit code; null where it was ended for not ending by itself. */
  readonly code: number | null;
  readonly stdout: string;
  /** The end of what it said besides. */
  readonly complaint: string;
}

/**
 * The shell tells what its children have used once they have ended (`times`: POSIX.1-2017, Shell Command Language, 2.14), which nobody
 * else could say of a foreign process so exactly; the process goes on under a number of its own, which is told at once.
 */
const timed = '"$@" 3>&- & echo $! >&3; wait $!; code=$?; times >&3; exit $code';

/** Runs one whole process where it is told to, in a namespace or here; one that does not end within `patienceSeconds` is ended. */
export function measure(
  place: Pick<Namespace, 'start'>,
  command: string,
  args: readonly string[],
  patienceSeconds = 900,
): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = place.start('sh', ['-c', timed, 'sh', command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      cwd: project,
    });
    const said = { stdout: '', complaint: '', meter: '' };
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said.complaint = `${said.complaint}${text}`.slice(-2000);
    });
    child.stdio[3]?.on('data', (bytes: Buffer) => (said.meter += bytes.toString('latin1')));
    let peakKiB = 0;
    const sampling = setInterval(() => {
      const pid = Number.parseInt(said.meter, 10);
      if (!Number.isNaN(pid)) peakKiB = Math.max(peakKiB, highWater(pid));
    }, 10);
    const patience = setTimeout(() => {
      const pid = Number.parseInt(said.meter, 10);
      if (!Number.isNaN(pid)) process.kill(pid, 'SIGKILL');
      else child.kill('SIGKILL');
      timedOut = true;
    }, patienceSeconds * 1000);
    let timedOut = false;
    child.once('error', reject);
    child.once('close', (code) => {
      clearInterval(sampling);
      clearTimeout(patience);
      resolve({
        seconds: (performance.now() - startedAt) / 1000,
        cpuSeconds: childrenCpu(said.meter),
        peakMiB: peakKiB / 1024,
        code: timedOut ? null : code,
        stdout: said.stdout,
        complaint: said.complaint,
      });
    });
  });
}

/** The last line that `times` prints is of the children: `0m0.250000s 0m1.020000s`. */
function childrenCpu(meter: string): number {
  const last = meter.trim().split('\n').at(-1) ?? '';
  return Array.from(last.matchAll(/(\d+)m([\d.]+)s/g)).reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds),
    0,
  );
}

function highWater(pid: number): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0);
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
