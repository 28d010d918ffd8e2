import { randomInt } from 'node:crypto';
import { ExposcanError } from '../model/errors.js';
import { terminalSafe } from '../model/printable.js';
import { systemClock } from '../net/clock.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ScanRequest, WatchSettings, WatchWorld } from '../watch/world.js';
import type { Schedule } from '../watch/schedule/schedule.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import { observe, sayMethod } from './live-scan.js';
import { thisTool } from './open-history-file.js';
import { scanOptions } from './scan-options.js';
import { historyFile } from './state-directory.js';
import type { WatchFlags } from './watch-arguments.js';
import { watchNotifiers } from './watch-notifiers.js';
import { watchSignals } from './watch-signals.js';

const pieceMs = 30_000;
/** A second look repeats what is silent so many times more. */
const moreRetries = 2;
const usualRetries = 2;

/** Watches until a signal ends it, or once. Gives the exit code. Throws `ExposcanError`. */
export async function runWatch(flags: WatchFlags): Promise<ExitCode> {
  Error.stackTraceLimit = 0;
  const say = (line: string) => {
    process.stderr.write(`exposcan: ${terminalSafe(line)}\n`);
  };
  const schedule = await scheduleOf(flags);
  await sayMethod(flags, say);
  const { findPolicy } = await import('../policy/language/find-policy.js');
  const loadPolicy = () => findPolicy(flags.policy);
  const { name: policyName } = await loadPolicy();
  const settings = settingsOf(flags, policyName, schedule);
  let loaded = await watchNotifiers(flags.notify, say);
  const { openHistory } = await import('../history/open-history.js');
  const file = historyFile(flags.history, process.env);
  const history = await openHistory(file, { tool: settings.tool, warn: say });
  try {
    const { openOutbox } = await import('../watch/outbox/open-outbox.js');
    const { holdMemory } = await import('../watch/memory.js');
    const { database } = history;
    const common = { database, watch: settings.name, clock: systemClock };
    const random = () => randomInt(2 ** 32) / 2 ** 32;
    const outbox = openOutbox({ ...common, history, random, say }, loaded.notifiers);
    const memory = await holdMemory({ ...common, file }, outbox);
    const world: WatchWorld = {
      clock: systemClock,
      loadPolicy,
      async loadNotifiers() {
        const next = await watchNotifiers(flags.notify, say);
        return async () => {
          await outbox.replace(next.notifiers);
          loaded = next;
        };
      },
      scan: (request, signal) => scanFor(flags, request, signal),
      history,
      memory,
      outbox,
      beat: async (signal) => loaded.heartbeat?.beat(signal),
      say,
    };
    try {
      return await live(world, settings, flags);
    } finally {
      await memory.release();
    }
  } finally {
    await history.close();
  }
}

async function live(world: WatchWorld, settings: WatchSettings, flags: WatchFlags): Promise<ExitCode> {
  const { watch, watchOnce } = await import('../watch/watch.js');
  const { createBell } = await import('../watch/bell.js');
  const reload = createBell(systemClock);
  const control = watchSignals(reload, world.say);
  try {
    if (flags.once !== true) {
      await watch(world, settings, { stop: control.stop, reload }, { isNow: flags.now === true });
      return control.wasInterrupted() ? exitCodes.interrupted : exitCodes.conforms;
    }
    switch (await watchOnce(world, settings, control.stop)) {
      case undefined:
        return exitCodes.interrupted;
      case 'fail':
        return exitCodes.deviates;
      case 'indeterminate':
        return exitCodes.indeterminate;
      case 'pass':
        return exitCodes.conforms;
    }
  } finally {
    control.release();
  }
}

async function scheduleOf(flags: WatchFlags): Promise<Schedule | undefined> {
  if (flags.once === true) return undefined;
  if (flags.schedule === undefined) {
    throw new ExposcanError(
      'ERR_SCHEDULE',
      'No schedule was given: expected --schedule with a cron pattern, like "0 3 * * *" for every day at 03:00, or --once.',
    );
  }
  const { localTimeZone, readSchedule } = await import('../watch/schedule/schedule.js');
  const { checkJitter } = await import('../watch/schedule/jitter.js');
  const now = systemClock.date();
  const schedule = readSchedule(flags.schedule, flags.timeZone ?? localTimeZone(), now);
  checkJitter(schedule, flags.jitter, now);
  return schedule;
}

function settingsOf(flags: WatchFlags, policyName: string, schedule: Schedule | undefined): WatchSettings {
  const { vantage = 'unnamed', jitter: jitterMs, confirmAfter: confirmAfterMs, severity } = flags;
  const { keepFor: keepForMs, keepScans } = flags;
  return {
    name: flags.name ?? `${policyName}@${vantage}`,
    vantage,
    tool: thisTool(),
    schedule,
    jitterMs,
    confirmAfterMs,
    severity,
    retention: keepForMs === undefined && keepScans === undefined ? undefined : { keepForMs, keepScans },
    pieceMs,
  };
}

async function scanFor(
  flags: WatchFlags,
  { policy, targets, ports, isCareful }: ScanRequest,
  signal: AbortSignal,
): Promise<Snapshot> {
  const options = await scanOptions(targets, flags, { policy, explicit: true });
  const careful = isCareful ? { polite: true, retries: (flags.retries ?? usualRetries) + moreRetries } : {};
  const narrow = ports === undefined ? {} : { ports };
  return observe({ ...options, ...careful, ...narrow, signal }, { ...flags, quiet: true });
}
