import type { History } from '../../history/history.js';
import { parseDuration } from '../../model/duration.js';
import { ExposcanError, messageOf } from '../../model/errors.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { ChangeRun, ChangeWindow, Expectation, Keep } from '../../model/verification.js';
import { thisTool } from '../../net/package-version.js';
import type { BrokenOffWindow } from '../../verification/find-window.js';
import type { BeforeProof } from '../../verification/judge-before.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';
import { sayUnlessQuiet, type Say } from '../say.js';
import { observe, sayMethod } from '../live-scan.js';
import { runChange, waitForKey } from './make-change.js';
import { signedBy } from './signed-by.js';
import { proveChange } from './after.js';
import type { VerifyBeginFlags, VerifyEndFlags, VerifyFlags } from './arguments.js';
import { openVerifyHistory } from './history.js';
import { verificationWriter } from './report.js';
import { beforeOptions, repeatedFlags } from './scan.js';
import { printWindow, type Begun } from './window.js';

/** `exposcan verify begin`: keeps the before, and what is expected. Gives the exit code. Throws `ExposcanError`. */
export async function runVerifyBegin(words: readonly string[], flags: VerifyBeginFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  const terms = await readTerms(flags);
  const targets = await readTargetWords(words);
  const history = await openVerifyHistory(flags, 'needed');
  const interrupt = onInterrupt(say);
  try {
    const begun = await begin(targets, terms, flags, history, interrupt.signal, say);
    if (begun === undefined) return exitCodes.interrupted;
    await printWindow(begun, targets, flags, 'begin');
    return exitCodeOfBefore(begun.proof);
  } finally {
    interrupt.release();
    await history?.close();
  }
}

/** `exposcan verify end`: scans again, and proves. Gives the exit code. Throws `ExposcanError`. */
export async function runVerifyEnd(targets: readonly string[], flags: VerifyEndFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  const [within, settle] = [parseDuration(flags.within), parseDuration(flags.settle)];
  const write = await verificationWriter(flags.output);
  const history = await openVerifyHistory(flags, 'needed');
  if (history === undefined) return exitCodes.usage;
  const interrupt = onInterrupt(say);
  try {
    const { findWindow } = await import('../../verification/find-window.js');
    const { record, window } = await findWindow(history, targets);
    const before = await readBefore(history, window);
    return await proveChange({
      window,
      before,
      record,
      history,
      within,
      settle,
      flags,
      write,
      signal: interrupt.signal,
      say,
    });
  } finally {
    interrupt.release();
    await history.close();
  }
}

/** `exposcan verify TARGET…`: the before, the change, and the proof. Gives the exit code. Throws `ExposcanError`. */
export async function runVerify(words: readonly string[], flags: VerifyFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  const terms = await readTerms(flags);
  const [within, settle] = [parseDuration(flags.within), parseDuration(flags.settle)];
  if (flags.run === undefined && !process.stdin.isTTY) throw noKey();
  if (flags.run?.trim() === '') throw noCommand();
  const write = await verificationWriter(flags.output);
  const targets = await readTargetWords(words);
  const history = await openVerifyHistory(flags, 'wanted');
  const interrupt = onInterrupt(say);
  const { signal } = interrupt;
  try {
    const begun = await begin(targets, terms, flags, history, signal, say);
    if (begun === undefined) return exitCodes.interrupted;
    const { window, before, record, proof } = begun;
    const code = exitCodeOfBefore(proof);
    if (flags.run !== undefined && code !== exitCodes.conforms) {
      await printWindow(begun, targets, flags, 'not-run');
      return code;
    }
    const run = await makeChange(flags.run, begun, targets, flags, signal, say);
    if (run === 'broken-off') {
      if (history !== undefined) say(`the before is kept; after the change: exposcan verify end ${targets.join(' ')}`);
      return exitCodes.interrupted;
    }
    return await proveChange({ window, before, record, run, history, within, settle, flags, write, signal, say });
  } finally {
    interrupt.release();
    await history?.close();
  }
}

/** What is expected and kept. */
interface Terms {
  readonly expectations: readonly Expectation[];
  readonly keeps: readonly Keep[];
}

async function readTerms(flags: VerifyBeginFlags | VerifyFlags): Promise<Terms> {
  const { checkSubjects, parseExpectations, parseKeeps } = await import('../../verification/parse-expectation.js');
  const [expectations, keeps] = [parseExpectations(flags.expect), parseKeeps(flags.keep)];
  checkSubjects(expectations, keeps);
  return { expectations, keeps };
}

async function readTargetWords(words: readonly string[]): Promise<readonly string[]> {
  const { readTargets } = await import('../../targets/target-list.js');
  return readTargets(words, process.stdin);
}

/** Scans before the change and opens the window; undefined where the scan was broken off. */
async function begin(
  targets: readonly string[],
  { expectations, keeps }: Terms,
  flags: VerifyBeginFlags | VerifyFlags,
  history: History | undefined,
  signal: AbortSignal,
  say: Say,
): Promise<Begun | undefined> {
  const { judgeBefore } = await import('../../verification/judge-before.js');
  const { openWindow } = await import('../../verification/open-window.js');
  await sayMethod(flags, say);
  const options = await beforeOptions(targets, flags, [...expectations, ...keeps]);
  const before = await observe({ ...options, signal }, flags);
  const kept = await history?.record(before);
  if (!before.complete) {
    const brokenOff: BrokenOffWindow = { targets: [...targets], brokenOff: true };
    await history?.note('window', brokenOff);
    say('the scan before the change was broken off, so no window was opened; begin again');
    return undefined;
  }
  const window = openWindow(
    {
      tool: thisTool(),
      openedBy: signedBy(process.env),
      targets,
      expectations,
      keeps,
      scan: repeatedFlags(flags),
      ...(kept === undefined ? {} : { id: kept.id }),
    },
    before,
    new Date(),
  );
  if (history !== undefined) await sayReplaced(history, targets, say);
  const head = await history?.note('window', window);
  return { window, before, proof: judgeBefore(window, before), record: head?.seq };
}

/** Two people who change one host at a time must know of each other, since verify end speaks of the later window alone. */
async function sayReplaced(history: History, targets: readonly string[], say: Say): Promise<void> {
  const { windowToReplace } = await import('../../verification/find-window.js');
  const replaced = await windowToReplace(history, targets);
  if (replaced === undefined) return;
  const expected = shorten(replaced.expectations.map(({ text }) => text).join(', '), 200);
  say(
    `this takes the place of the window that ${replaced.openedBy} opened at ${replaced.openedAt}, and that has not been proved: ${expected}`,
  );
}

function exitCodeOfBefore({ expectations, keeps, unknown }: BeforeProof): ExitCode {
  const outcomes = [...expectations, ...keeps].map(({ outcome }) => outcome);
  if (outcomes.includes('fail')) return exitCodes.deviates;
  return outcomes.includes('indeterminate') || unknown.length > 0 ? exitCodes.indeterminate : exitCodes.conforms;
}

/** The scan before, as it was when the window was opened. */
async function readBefore(history: History, { before: { id, digest }, targets }: ChangeWindow): Promise<Snapshot> {
  const { snapshotDigest } = await import('../../verification/snapshot-digest.js');
  const again = `Open the window again: exposcan verify begin ${terminalSafe(targets.join(' '))}`;
  if (id === undefined) throw new ExposcanError('ERR_NOT_IN_HISTORY', `The window names no scan. ${again}`);
  let before: Snapshot;
  try {
    before = await history.snapshot(id);
  } catch (error) {
    if (!(error instanceof ExposcanError) || error.code !== 'ERR_NOT_IN_HISTORY') throw error;
    throw new ExposcanError('ERR_NOT_IN_HISTORY', `The scan before the change is gone: ${messageOf(error)} ${again}`, {
      cause: error,
    });
  }
  if (snapshotDigest(before) === digest) return before;
  throw new ExposcanError(
    'ERR_HISTORY',
    `Scan #${id} is not what the window was opened on: its digest is another. Somebody changed the history, or it is damaged; look with ` +
      `exposcan history verify-log. ${again}`,
  );
}

async function makeChange(
  command: string | undefined,
  begun: Begun,
  targets: readonly string[],
  flags: VerifyFlags,
  signal: AbortSignal,
  say: Say,
): Promise<ChangeRun | 'broken-off' | undefined> {
  if (signal.aborted) return 'broken-off';
  if (command === undefined) {
    await printWindow(begun, targets, flags, 'key');
    return (await waitForKey(process.stdin, signal)) ? undefined : 'broken-off';
  }
  say(`the before is as expected; running: ${command}`);
  const run = await runChange(command);
  if (run.exitCode !== 0) {
    say(
      `the command failed (${run.exitCode === null ? (run.signal ?? 'a signal') : `exit code ${run.exitCode}`}); looking all the same`,
    );
  }
  return run;
}

function noCommand(): ExposcanError {
  return new ExposcanError('ERR_USAGE', 'The command of --run is empty: expected what makes the change, as for sh -c.');
}

function noKey(): ExposcanError {
  return new ExposcanError(
    'ERR_USAGE',
    'Nothing says how the change is made, and there is no terminal to press a key on. Give the command with --run, or do it in two: ' +
      'exposcan verify begin, the change, exposcan verify end.',
  );
}
