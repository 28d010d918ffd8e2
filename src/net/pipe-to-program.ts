import { spawn } from 'node:child_process';
import type { Clock } from './clock.js';

/** How a program ended, and the beginning of what it printed, on both outputs. */
export interface ProgramEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

const maxOutput = 64 * 1024;
/** How long a program that was asked to end may take to do so. */
const graceMs = 3000;
/** How long after its end its output is read. */
const lastWordsMs = 500;

/**
 * Runs a program without a shell, writes `input` to it and waits for its end. When the signal fires, it and what it has started are asked to end
 * (SIGTERM), and made to 3 s later (SIGKILL). Rejects where it cannot be started.
 */
export function pipeToProgram(
  [program, ...args]: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
  input: string,
  signal: AbortSignal,
  clock: Clock,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that nothing it has started outlives it.
    const child = spawn(program, args, { shell: false, env, detached: true, stdio: 'pipe', windowsHide: true });
    const chunks: Buffer[] = [];
    let size = 0;
    const collect = (chunk: Buffer) => {
      if (size < maxOutput) chunks.push(chunk.subarray(0, maxOutput - size));
      size += chunk.length;
    };
    const kill = (how: NodeJS.Signals) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, how);
      } catch {
        // It has ended.
      }
    };
    let cancelForce: () => void = () => undefined;
    const onAbort = () => {
      kill('SIGTERM');
      cancelForce = clock.after(graceMs, () => {
        kill('SIGKILL');
      });
    };
    const settle = () => {
      cancelForce();
      signal.removeEventListener('abort', onAbort);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    // A program need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, by) => {
      settle();
      if (signal.aborted) kill('SIGKILL');
      const finish = () => {
        cancelWait();
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ code, signal: by, output: Buffer.concat(chunks).toString('utf8') });
      };
      // What it left running may hold its outputs open for ever.
      const cancelWait = clock.after(lastWordsMs, finish);
      child.once('close', finish);
    });
    child.stdin.end(input);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}
