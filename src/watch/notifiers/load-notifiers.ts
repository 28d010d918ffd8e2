import { dirname, resolve } from 'node:path';
import { readTextFile } from '../../net/read-text-file.js';
import { urlAt, type Building } from './build-entry.js';
import { buildNotifiers } from './build-notifiers.js';
import { documentProblems } from './document-problems.js';
import { heartbeatTo, type Heartbeat } from './heartbeat.js';
import type { Notifier } from './notifier.js';
import { fileDocument } from './notifiers-document.js';
import { judgeRights } from './secret.js';
import type { NotifierWorld } from './world.js';
import { parseYamlSource, type Problem } from './yaml-source.js';

/** Everybody whom a file names. */
export interface LoadedNotifiers {
  readonly notifiers: readonly Notifier[];
  readonly heartbeat: Heartbeat | undefined;
  /** One line each, for people: what works, and should not stay so. */
  readonly warnings: readonly string[];
}

const maxBytes = 64 * 1024;

/**
 * Reads a file of notifiers, version 1, of at most 64 KiB. Paths in it are relative to it. Every secret and file that it names must be there
 * now; they are read again whenever they are used, so that they can be changed at any time.
 *
 * Throws `ERR_FILE` where it cannot be read, else one `ERR_NOTIFIERS` with all that is wrong, a line each: file, line, column, path,
 * what would be right. No message holds a secret.
 */
export async function loadNotifiers(file: string, world: NotifierWorld): Promise<LoadedNotifiers> {
  const text = await readTextFile(file, 'the file of notifiers', maxBytes);
  const source = parseYamlSource(text, file);
  const parsed = fileDocument.safeParse(source.value);
  if (!parsed.success) throw source.error(documentProblems(parsed.error, [], Object.keys(fileDocument.shape)));
  const problems: Problem[] = [];
  const { refused } = await judgeRights(file);
  if (refused !== undefined)
    problems.push({ path: [], message: `${refused}: whoever writes to it has this program run what they like` });
  const building: Building = {
    world,
    secrets: { env: world.env, directory: dirname(resolve(file)) },
    problems,
    warnings: [],
  };
  const { notifiers: entries = [], heartbeat } = parsed.data;
  if (entries.length === 0 && heartbeat === undefined) {
    problems.push({ path: ['notifiers'], message: 'expected at least one notifier, or a heartbeat' });
  }
  const notifiers = await buildNotifiers(entries, { path: ['notifiers'], building });
  const beats = heartbeat === undefined ? undefined : await urlAt(heartbeat, { path: ['heartbeat'], building }, false);
  if (problems.length > 0) throw source.error(problems);
  return {
    notifiers,
    heartbeat: beats === undefined ? undefined : heartbeatTo(beats, world),
    warnings: building.warnings,
  };
}
