import { execFile } from 'node:child_process';
import { ExposcanError, messageOf, systemCode } from '../model/errors.js';
import { shorten, terminalSafe } from '../model/printable.js';

/** Where programs of the system itself are: what is found under a user's own PATH may be anything. */
const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin';
const longestRunMs = 15_000;

/**
 * Runs a program of the system to its end, without a shell, and gives what it printed, at most `limit` bytes. Its messages are in English and its
 * environment is nearly empty.
 *
 * Undefined where there is no such program. Throws `ERR_FILE` where it fails, takes longer than 15 s or prints more.
 */
export function runProgram(program: string, args: readonly string[], limit: number): Promise<string | undefined> {
  const { SystemRoot } = process.env;
  // Windows finds its programs, and those find their libraries, by this one.
  const windows = SystemRoot === undefined ? {} : { SystemRoot, PATH: `${SystemRoot}\\System32` };
  const env = { LC_ALL: 'C', PATH: systemPath, ...windows };
  const options = { env, timeout: longestRunMs, maxBuffer: limit, killSignal: 'SIGKILL', windowsHide: true } as const;
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (systemCode(error) === 'ENOENT') resolve(undefined);
      else reject(failure([program, ...args].join(' '), error, stderr, limit));
    });
  });
}

function failure(
  command: string,
  error: Error & { killed?: boolean | undefined },
  stderr: string,
  limit: number,
): ExposcanError {
  return new ExposcanError('ERR_FILE', `Cannot ask this machine by ${command}: ${reasonOf(error, stderr, limit)}.`, {
    cause: error,
  });
}

function reasonOf(error: Error & { killed?: boolean | undefined }, stderr: string, limit: number): string {
  if (systemCode(error) === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `it printed more than ${limit} bytes`;
  if (error.killed === true) return `it did not end within ${longestRunMs / 1000} s`;
  const said = stderr.trim() === '' ? messageOf(error) : stderr.trim();
  return shorten(terminalSafe(said.split('\n')[0] ?? ''), 200);
}
