import { spawnSync } from 'node:child_process';

/** Runs a short command to its end and gives back what it printed; throws with all it said where it fails. */
export function run(command: string, args: readonly string[], input = ''): string {
  const { status, signal, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', input });
  if (error !== undefined) throw error;
  if (status !== 0) {
    throw new Error(`${[command, ...args].join(' ')} ended with ${status ?? signal ?? 'nothing'}:\n${stderr}${stdout}`);
  }
  return stdout;
}

/** The full path of a program, also where it stands outside the usual path, or undefined where it is not installed. */
export function findProgram(name: string): string | undefined {
  const { status, stdout } = spawnSync('sh', ['-c', 'command -v "$1"', 'sh', name], {
    encoding: 'utf8',
    env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin:/usr/lib/postfix/sbin` },
  });
  return status === 0 ? stdout.trim() : undefined;
}
