import { randomInt } from 'node:crypto';
import { ExposcanError } from '../../model/errors.js';
import { systemClock } from '../../net/clock.js';
import type { Snapshot } from '../../model/snapshot.js';
import { createBell, type Bell } from '../../watch/bell.js';
import type { ScanRequest, WatchSettings, WatchWorld } from '../../watch/world.js';
import type { Schedule } from '../../watch/schedule/schedule.js';
import { exitCodeOfOutcome, exitCodes, type ExitCode } from '../exit-code.js';
import { observe, sayMethod } from '../live-scan.js';
import { thisTool } from '../../net/package-version.js';
import { openHistoryFile } from '../open-history-file.js';
import { say } from '../say.js';
import { scanOptions } from '../scan-options.js';
import { historyFile } from '../state-directory.js';
import type { WatchFlags } from './arguments.js';
import { checkScanFlags } from './check-scan-flags.js';
import { chooseNotifiers } from '../choose-notifiers.js';
import { ringOnHangup, watchSignals } from './signals.js';

const pieceMs = 30_000;
/** A second look repeats what is silent so many times more. */
const moreRetries = 2;
const usualRetries = 2;
/** More than that no scan takes. */
const mostRetries = 100;

/** Watches until a signal ends it, or once. Gives the exit code. Throws `ExposcanError`. */
export async function runWatch(flags: WatchFlags): Promise<ExitCode> {
  const reload = createBell(systemClock);
  const release = ringOnHangup(reload, say);
  try {
    return await begin(flags, reload);
  } finally {
    release();
  }
}

async function begin(flags: WatchFlags, reload: Bell): Promise<ExitCode> {
  const schedule = await scheduleOf(flags);
  await checkScanFlags(flags);
  await sayMethod(flags, say);
  const { findPolicy } = await import('../../policy/language/find-policy.js');
  const loadPolicy = () => findPolicy(flags.policy);
  const { name: policyName } = await loadPolicy();
  const settings = settingsOf(flags, policyName, schedule);
  let loaded = await chooseNotifiers(flags.notify, say);
  const file = historyFile(flags.history, process.env);
  const history = await openHistoryFile(file);
  try {
    const { openOutbox } = await import('../../watch/outbox/open-outbox.js');
    const { holdMemory } = await import('../../watch/memory.js');
    const { database } = history;
    const common = { database, watch: settings.name, clock: systemClock };
    const random = () => randomInt(2 ** 32) / 2 ** 32;
    const outbox = openOutbox({ ...common, history, random, say }, loaded.notifiers);
    const memory = await holdMemory({ ...common, file }, outbox);
    const world: WatchWorld = {
      clock: systemClock,
      loadPolicy,
      async loadNotifiers() {
        const next = await chooseNotifiers(flags.notify, say);
        return async () => {
          await outbox.replace(next.notifiers);
          loaded = next;
        };
      },
      scan: (request, signal) => scanFor(flags, request, signal),
      history,
      memory,
      outbox,
      get beat() {
        return loaded.heartbeat?.beat;
      },
      say,
    };
    try {
      return await live(world, settings, flags, reload);
    } finally {
      await memory.release();
    }
  } finally {
    await history.close();
  }
}

async function live(world: WatchWorld, settings: WatchSettings, flags: WatchFlags, reload: Bell): Promise<ExitCode> {
  const { watch, watchOnce } = await import('../../watch/watch.js');
  const control = watchSignals(reload, world.say);
  try {
    if (flags.once !== true) {
      await watch(world, settings, control, { isNow: flags.now === true });
      return control.wasInterrupted() ? exitCodes.interrupted : exitCodes.conforms;
    }
    const verdict = await watchOnce(world, settings, control.stop);
    return verdict === undefined ? exitCodes.interrupted : exitCodeOfOutcome[verdict];
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
  const { localTimeZone, readSchedule } = await import('../../watch/schedule/schedule.js');
  const { checkJitter } = await import('../../watch/schedule/jitter.js');
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
  const retries = Math.min((flags.retries ?? usualRetries) + moreRetries, mostRetries);
  const careful = isCareful ? { polite: true, retries } : {};
  const narrow = ports === undefined ? {} : { ports };
  return observe({ ...options, ...careful, ...narrow, signal }, { ...flags, quiet: true });
}
