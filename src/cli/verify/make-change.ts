import { spawn } from 'node:child_process';
import { systemCode } from '../../model/errors.js';
import type { ChangeRun } from '../../model/verification.js';

/**
 * Runs the command that makes the change, through the shell, to its end. What it prints goes to stderr, since stdout is for the result.
 * That it fails is told, and no error: how the host is afterwards is to be seen all the more.
 */
export function runChange(command: string): Promise<ChangeRun> {
  const startedAt = new Date().toISOString();
  return new Promise((resolve) => {
    const end = (exitCode: number | null, signal?: string) => {
      const finishedAt = new Date().toISOString();
      resolve({ command, exitCode, ...(signal === undefined ? {} : { signal }), startedAt, finishedAt });
    };
    const child = spawn(command, { shell: true, stdio: ['inherit', 2, 2] });
    child.once('error', (error) => {
      end(null, systemCode(error) ?? 'not started');
    });
    child.once('close', (code, signal) => {
      end(code, signal ?? undefined);
    });
  });
}

/** Waits until the Enter key is pressed on the terminal; false where the wait was broken off, or the terminal went away. */
export function waitForKey(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const finish = (isPressed: boolean) => {
      input.off('data', pressed);
      input.off('end', gone);
      signal.removeEventListener('abort', gone);
      input.pause();
      resolve(isPressed);
    };
    const pressed = () => {
      finish(true);
    };
    const gone = () => {
      finish(false);
    };
    if (signal.aborted) {
      resolve(false);
      return;
    }
    input.once('data', pressed);
    input.once('end', gone);
    signal.addEventListener('abort', gone);
    input.resume();
  });
}
