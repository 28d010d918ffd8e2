import { randomInt } from 'node:crypto';
import { thisTool } from '../net/package-version.js';
import { countPorts, formatRanges, mergeRanges } from '../model/ports.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../model/snapshot.js';
import type { ControlFailures } from '../discovery/address-report.js';
import { type ControlResult, probeControl } from '../discovery/controls.js';
import { systemClock } from '../net/clock.js';
import { readHostsFile } from '../net/hosts-file.js';
import { readSystemLimits } from '../net/limits.js';
import { lookupName } from '../net/lookup.js';
import { boundLookup } from '../targets/bounded-lookup.js';
import { defaultPorts } from '../targets/port-spec.js';
import { resolveTargets } from '../targets/resolve-targets.js';
import { type Channel, createChannel } from './channel.js';
import { checkOptions } from './check-options.js';
import { openDials } from './dials.js';
import { followSignal } from './follow-signal.js';
import { nameSources } from './name-source.js';
import { type ObservingProgress, observeAddresses, type SureEntry } from './observe-addresses.js';
import type { ScanOptions } from './options.js';
import { resolveControl } from './parse-control.js';
import { planAddresses, planBudget } from './plan.js';
import { assemble } from './snapshot-builder.js';
import { findSources } from './vantage.js';

/** One thing that a scan found out, as soon as it is sure of it. */
export type Observation = OpenEntry | NotOpenEntry | ({ readonly state: 'unknown' } & UnknownEntry);

export interface ScanProgress extends ObservingProgress {
  /** Endpoints asked for; 0 until the targets are resolved. */
  readonly total: number;
}

/** A scan under way. It starts at once, and runs whether or not anyone reads along. */
export interface ScanRun extends AsyncIterable<Observation> {
  /** Everything that was seen, once the scan has ended; not judged yet. Rejects with an `ExposcanError` on bad options. */
  snapshot(): Promise<Snapshot>;
  progress(): ScanProgress;
}

/**
 * Scans targets and names what answers.
 *
 * ```js
 * const run = scan({ targets: ['offsite7.example.org'], signal: AbortSignal.timeout(60_000) });
 * for await (const seen of run) if (seen.state === 'open') console.log(seen.address, seen.port, seen.service.name);
 * const snapshot = await run.snapshot();
 * ```
 *
 * An aborted scan still gives its snapshot, with `complete: false` and everything undecided under `unknown`.
 */
export function scan(options: ScanOptions): ScanRun {
  const sure = createChannel<SureEntry>();
  const state: RunState = { total: 0, progress: () => ({ decided: 0, probes: 0, open: 0, identifying: 0 }) };
  const snapshot = checkAndRun(options, state, sure).then(
    (result) => {
      sure.end();
      return result;
    },
    (error: unknown) => {
      sure.end(error instanceof Error ? error : new Error(String(error)));
      throw error;
    },
  );
  // A caller that only reads the observations meets the error there.
  snapshot.catch(() => undefined);
  return {
    [Symbol.asyncIterator]: () => tell(sure),
    snapshot: () => snapshot,
    progress: () => ({ total: state.total, ...state.progress() }),
  };
}

/** Unread entries wait in numbers, so that they are those of the snapshot until someone reads them. */
async function* tell(sure: Channel<SureEntry>): AsyncGenerator<Observation> {
  for await (const entry of sure) yield 'state' in entry ? entry : { state: 'unknown', ...entry };
}

interface RunState {
  total: number;
  progress: () => ObservingProgress;
}

async function checkAndRun(options: ScanOptions, state: RunState, sure: Channel<SureEntry>): Promise<Snapshot> {
  checkOptions(options);
  const { signal, release } = followSignal(options.signal);
  return run(options, state, sure, signal).finally(release);
}

async function run(
  options: ScanOptions,
  state: RunState,
  sure: Channel<SureEntry>,
  signal: AbortSignal,
): Promise<Snapshot> {
  const startedAt = systemClock.date();
  const lookup = options.lookup ?? lookupName;
  const families = options.families ?? [4, 6];
  const resolved = await resolveTargets(options.targets, {
    lookup,
    families,
    exclude: options.exclude ?? [],
    yes: options.allowHuge ?? false,
    signal,
  });
  // A lookup of the caller's own asks no hosts file, and targets that are no names need none.
  const mayAskHostsFile = options.lookup === undefined && resolved.targets.some(({ kind }) => kind === 'name');
  const sourceOf = nameSources(resolved.targets, mayAskHostsFile ? await readHostsFile() : '');
  const ports = mergeRanges(options.ports ?? defaultPorts(resolved.count));
  const seed = randomInt(2 ** 31);
  const budget = planBudget(options, readSystemLimits());
  const boundedLookup = boundLookup(lookup, signal);
  const controls = await Promise.all(
    (options.controls ?? []).map((text) => resolveControl(text, boundedLookup, families)),
  );
  const dials = await openDials(options.method ?? 'auto');
  const controlResults = await Promise.all(
    controls.map((control) => probeControl(control, { dial: dials.connect, clock: systemClock, signal })),
  );
  const observing = observeAddresses(
    resolved,
    resolved.shuffled(seed),
    (punishes) => planAddresses(ports, options, budget, seed, punishes),
    { options, budget, controlFailures: failuresOf(controlResults), dials, clock: systemClock, signal },
    sure,
  );
  state.total = resolved.count * countPorts(ports);
  state.progress = observing.progress;
  const { entries, links } = await observing.seen.finally(dials.close);
  return assemble(
    {
      format: 'exposcan-snapshot',
      version: 1,
      tool: thisTool(),
      vantage: {
        name: options.vantage ?? 'unnamed',
        sources: await findSources(resolved.addresses()),
        links: [...links],
      },
      startedAt: startedAt.toISOString(),
      finishedAt: systemClock.date().toISOString(),
      complete: !signal.aborted,
      asked: { ports: formatRanges(ports), families: [...families] },
      targets: resolved.targets.map((target) => ({
        target: target.target,
        addresses: Array.from(target.addresses, ({ text }) => text),
        ...sourceOf(target),
        noRecord: [...target.noRecord],
        errors: [...target.errors],
      })),
      controls: controlResults.map(({ control, reached, message }) => ({
        control: control.text,
        port: control.port,
        reached,
        message,
      })),
    },
    entries,
  );
}

function failuresOf(results: readonly ControlResult[]): ControlFailures {
  const failures = new Map<number, { message: string; refused: boolean }>();
  for (const { control, reached, refused, message } of results) {
    if (reached) continue;
    const { port, text } = control;
    const told = `the control ${text} could not be reached (${message}), so this vantage may be cut off from port ${port}`;
    failures.set(port, { message: told, refused: refused || failures.get(port)?.refused === true });
  }
  return failures;
}
