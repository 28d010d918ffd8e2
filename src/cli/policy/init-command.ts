import { access, writeFile } from 'node:fs/promises';
import { ExposcanError, messageOf, systemCode } from '../../model/errors.js';
import type { Snapshot } from '../../model/snapshot.js';
import { exitCodeOf, exitCodes, type ExitCode } from '../exit-code.js';
import { onInterrupt } from '../interrupt.js';
import { openKeeper } from '../keep-scan.js';
import { observe, sayMethod } from '../live-scan.js';
import type { PolicyInitFlags } from './arguments.js';
import { checkWritable, writeReport } from '../report-file.js';
import { scanOptions } from '../scan-options.js';
import { sayUnlessQuiet } from '../say.js';
import { readSnapshotFile } from '../snapshot-file.js';

/** Drafts a policy from a scan or a snapshot, on stdout or into a file. Gives the exit code. Throws `ExposcanError`. */
export async function runPolicyInit(targets: readonly string[], flags: PolicyInitFlags): Promise<ExitCode> {
  const say = sayUnlessQuiet(flags);
  if (flags.output !== undefined) await checkOutput(flags.output, flags.force === true);
  const { snapshot, isKept } =
    flags.snapshot === undefined
      ? await scanned(targets, flags, say)
      : { snapshot: await recorded(targets, flags.snapshot), isKept: true };
  const { proposePolicy } = await import('../../policy/drafting/propose-policy.js');
  await writeDraft(proposePolicy(snapshot, flags.name === undefined ? {} : { name: flags.name }), flags);
  const code = codeOf(snapshot, flags);
  if (code === exitCodes.indeterminate) {
    say('not everything could be observed: the comments of the draft say what, and nothing is declared of it');
  }
  return isKept || code === exitCodes.interrupted ? code : exitCodes.usage;
}

/** A scan of the host itself shows what listens there; what is exposed was not observed. */
function codeOf(snapshot: Snapshot, { snapshot: file }: PolicyInitFlags): ExitCode {
  if (!snapshot.complete) return file === undefined ? exitCodes.interrupted : exitCodes.indeterminate;
  if (snapshot.open.some(({ self }) => self === true)) return exitCodes.indeterminate;
  return exitCodeOf({ ...snapshot, verdict: 'none' });
}

async function recorded([host, another]: readonly string[], file: string): Promise<Snapshot> {
  if (another !== undefined) {
    throw new ExposcanError('ERR_USAGE', 'A snapshot is drafted from as a whole, or for one target of it: name one.');
  }
  const snapshot = await readSnapshotFile(file);
  const { snapshotFor } = await import('../../policy/drafting/propose-policy.js');
  return host === undefined ? snapshot : snapshotFor(snapshot, host);
}

async function scanned(
  words: readonly string[],
  flags: PolicyInitFlags,
  say: (line: string) => void,
): Promise<{ snapshot: Snapshot; isKept: boolean }> {
  const { readTargets } = await import('../../targets/target-list.js');
  const targets = await readTargets(words, process.stdin);
  const keeper = await openKeeper(flags);
  const interrupt = onInterrupt(say);
  try {
    await sayMethod(flags, say);
    const options = await scanOptions(targets, flags, undefined);
    const snapshot = await observe({ ...options, signal: interrupt.signal }, flags);
    return { snapshot, isKept: await keeper.keep(snapshot) };
  } finally {
    interrupt.release();
    await keeper.close();
  }
}

/** Makes sure, before a long scan, that the draft can be written after it, and that nothing is lost by it. */
async function checkOutput(path: string, mayOverwrite: boolean): Promise<void> {
  await checkWritable(path);
  if (mayOverwrite) return;
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists) throw alreadyThere(path);
}

async function writeDraft(draft: string, { output, force }: PolicyInitFlags): Promise<void> {
  if (output === undefined) {
    process.stdout.write(draft);
    return;
  }
  try {
    if (force === true) await writeReport(output, draft);
    else await writeFile(output, draft, { flag: 'wx' });
  } catch (error) {
    // The scan may have taken long: its outcome must not be lost with the file.
    process.stdout.write(draft);
    if (systemCode(error) === 'EEXIST') throw alreadyThere(output);
    if (error instanceof ExposcanError) throw error;
    throw new ExposcanError('ERR_FILE', `Cannot write the draft ${output}: ${messageOf(error)}`, { cause: error });
  }
}

function alreadyThere(path: string): ExposcanError {
  return new ExposcanError('ERR_FILE', `${path} exists already. Name another file, or overwrite it with --force.`, {
    position: { file: path },
  });
}
