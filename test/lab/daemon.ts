import { openSync, closeSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './command.js';
import type { Namespace } from './namespace.js';

/** How to run a server in the foreground, and how to tell that it is up. */
export interface Recipe {
  /** Program name or path. */
  readonly command: string;
  readonly args: readonly string[];
  /** Its working directory, where its log goes too. */
  readonly directory: string;
  /** The ports that listen once it is up. No connection is made to find out: some servers count them. */
  readonly ports: readonly number[];
  /** What its log says once it is up, for a server that listens before it is ready. */
  readonly readyLog?: RegExp;
}

export interface Daemon {
  /** All that it has printed so far. */
  log(): string;
  /** Asks it to end, waits, and insists where it does not. Safe to call twice. */
  stop(): Promise<void>;
}

const startPatienceMs = 60_000;
const stopPatienceMs = 10_000;
const pollMs = 20;

async function poll(patienceMs: number, condition: () => boolean): Promise<boolean> {
  const deadline = performance.now() + patienceMs;
  while (!condition()) {
    if (performance.now() > deadline) return false;
    await sleep(pollMs);
  }
  return true;
}

/** Starts a server inside a namespace; resolves once it is up, rejects with its log where it does not come up. */
export async function startDaemon(
  namespace: Pick<Namespace, 'start' | 'listeningPorts'>,
  recipe: Recipe,
): Promise<Daemon> {
  const { command, args, directory, ports, readyLog } = recipe;
  const program = findProgram(command);
  if (program === undefined) throw new Error(`${command} is not installed`);
  const logFile = join(directory, 'output.log');
  const output = openSync(logFile, 'a');
  const before = readFileSync(logFile, 'utf8').length;
  const child = namespace.start(program, args, { stdio: ['ignore', output, output], cwd: directory });
  closeSync(output);
  // A server left running keeps no test process alive; the lab's removal ends it.
  child.unref();
  const life = { ended: false };
  for (const end of ['error', 'exit'] as const) child.once(end, () => (life.ended = true));

  const log = () => readFileSync(logFile, 'utf8').slice(before);
  const signalGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group is gone.
    }
  };
  const isUp = () => {
    const listening = namespace.listeningPorts();
    return ports.every((port) => listening.has(port)) && (readyLog === undefined || readyLog.test(log()));
  };
  const isDown = () => {
    const listening = namespace.listeningPorts();
    return life.ended && !ports.some((port) => listening.has(port));
  };
  const stop = async () => {
    child.kill('SIGTERM');
    if (!(await poll(stopPatienceMs, () => life.ended))) signalGroup('SIGKILL');
    // What the main process has left running.
    signalGroup('SIGTERM');
    if (!(await poll(stopPatienceMs, isDown))) {
      signalGroup('SIGKILL');
      if (!(await poll(stopPatienceMs, isDown))) throw new Error(`${command} cannot be stopped:\n${log()}`);
    }
  };

  if (!(await poll(startPatienceMs, () => life.ended || isUp())) || life.ended) {
    await stop();
    throw new Error(`${command} did not come up on ${ports.join(', ')}:\n${log()}`);
  }
  return { log, stop };
}
