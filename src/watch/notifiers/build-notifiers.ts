import type * as z from 'zod';
import { commandOf, mailOf, syslogOf, webhookOf, type Place } from './build-entry.js';
import { documentProblems } from './document-problems.js';
import type { Notifier } from './notifier.js';
import { entryDocuments, entryKinds } from './notifiers-document.js';
import { standardOutputNotifier } from './standard-output.js';

/** Makes the notifiers of the list that stands at this place; what is wrong with it goes to its problems. */
export async function buildNotifiers(entries: readonly unknown[], { path, building }: Place): Promise<Notifier[]> {
  const built: Notifier[] = [];
  const names = new Set<string>();
  for (const [index, value] of entries.entries()) {
    const place: Place = { path: [...path, index], building };
    for (const notifier of await buildEntry(value, place)) {
      if (names.has(notifier.name)) {
        const message = 'another notifier has this name already, or the same address stands here twice';
        building.problems.push({ path: place.path, message });
      }
      names.add(notifier.name);
      built.push(notifier);
    }
  }
  return built;
}

async function buildEntry(value: unknown, place: Place): Promise<readonly Notifier[]> {
  const { path, building } = place;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const found = entryKinds.filter((kind) => keys.includes(kind));
  const [kind] = found;
  if (kind === undefined || found.length > 1) {
    const which = found.length > 1 ? `, found ${found.join(' and ')}` : '';
    const message = `expected a mapping with a name and one of ${entryKinds.join(', ')}${which}`;
    building.problems.push({ path, message });
    return [];
  }
  switch (kind) {
    case 'webhook':
      return read(entryDocuments.webhook, value, place, webhookOf);
    case 'syslog':
      return read(entryDocuments.syslog, value, place, syslogOf);
    case 'mail':
      return read(entryDocuments.mail, value, place, mailOf);
    case 'command':
      return read(entryDocuments.command, value, place, commandOf);
    case 'stdout':
      return read(entryDocuments.stdout, value, place, (entry) => [
        standardOutputNotifier(entry.name, entry, building.world),
      ]);
  }
}

function read<S extends z.ZodObject>(
  document: S,
  value: unknown,
  place: Place,
  build: (entry: z.infer<S>, place: Place) => readonly Notifier[] | Promise<readonly Notifier[]>,
): readonly Notifier[] | Promise<readonly Notifier[]> {
  const parsed = document.safeParse(value);
  if (parsed.success) return build(parsed.data, place);
  place.building.problems.push(...documentProblems(parsed.error, place.path, Object.keys(document.shape)));
  return [];
}
