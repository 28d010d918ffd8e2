import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { messageOf } from '../../model/errors.js';
import { readTlsFiles, type TlsFiles } from '../../net/tls-trust.js';
import { commandNotifier } from './command.js';
import { mailNotifiers } from './mail.js';
import type { Notifier } from './notifier.js';
import type { CommandEntry, MailEntry, SyslogEntry, WebhookEntry } from './notifiers-document.js';
import { judgeRights, secretReader, type ReadSecret, type SecretPlace, type SecretSource } from './secret.js';
import { collectorOf, mailServerOf } from './server-address.js';
import { syslogNotifier } from './syslog.js';
import { webhookUrl, type UrlSource } from './web-address.js';
import { webhookNotifier } from './webhook.js';
import { keyOf } from './webhook-signature.js';
import type { NotifierWorld } from './world.js';
import type { Path, Problem } from './yaml-source.js';

/** What building the notifiers of one file shares. */
export interface Building {
  readonly world: NotifierWorld;
  readonly secrets: SecretSource;
  readonly problems: Problem[];
  readonly warnings: string[];
}

/** A place in the file whose value is being read. */
export interface Place {
  readonly path: Path;
  readonly building: Building;
}

/** The specification of Standard Webhooks asks for so many bytes at least. */
const leastKeyBytes = 24;

export async function webhookOf(entry: WebhookEntry, place: Place): Promise<Notifier[]> {
  const { name, insecure = false, ca } = entry;
  const wanted = entry.secret === undefined ? [] : [entry.secret].flat();
  if (entry.unsigned === true ? wanted.length > 0 : wanted.length === 0) {
    complain(at(place, 'secret'), 'expected a secret that signs what is sent, or unsigned: true, and not both');
  }
  const url = await urlAt(entry.webhook, at(place, 'webhook'), insecure);
  const secrets: ReadSecret[] = [];
  for (const each of wanted) {
    const { read, value } = await secretAt(each, 'the secret', at(place, 'secret'));
    secrets.push(read);
    if (value !== undefined && keyOf(value).length < leastKeyBytes) {
      const advice = 'Make one with: openssl rand -base64 32';
      place.building.warnings.push(`The secret of ${name} is shorter than ${leastKeyBytes} bytes. ${advice}`);
    }
  }
  const files = await filesAt({ ca }, place);
  return [webhookNotifier({ name, filter: entry, url, secrets, files }, place.building.world)];
}

export async function syslogOf(entry: SyslogEntry, place: Place): Promise<Notifier[]> {
  const { name, facility = 'local0', ca, cert, key } = entry;
  const collector = await checked(at(place, 'syslog'), () => collectorOf(entry.syslog));
  if (collector === undefined) return [];
  const isTls = collector.transport === 'tls';
  if (!isTls && (ca ?? cert ?? key) !== undefined) {
    complain(at(place, 'syslog'), 'ca, cert and key are for tls://, and this collector is reached without');
  }
  if ((cert === undefined) !== (key === undefined)) complain(at(place, 'cert'), 'cert and key go together');
  const files = await filesAt({ ca, cert, key }, place);
  return [syslogNotifier({ name, filter: entry, collector, facility, files }, place.building.world)];
}

export async function mailOf(entry: MailEntry, place: Place): Promise<Notifier[]> {
  const { name, from, mail: to, user, password, ca } = entry;
  const server = await checked(at(place, 'smtp'), () => mailServerOf(entry.smtp, entry.tls));
  if ((user === undefined) !== (password === undefined)) complain(at(place, 'user'), 'user and password go together');
  const secret = password === undefined ? undefined : await secretAt(password, 'the password', at(place, 'password'));
  const files = await filesAt({ ca }, place);
  if (server === undefined) return [];
  const login = user === undefined || secret === undefined ? undefined : { user, password: secret.read };
  return mailNotifiers({ name, filter: entry, server, files, login, from, to }, place.building.world);
}

export async function commandOf(entry: CommandEntry, place: Place): Promise<Notifier[]> {
  const [program = '', ...args] = entry.command;
  const where = at(place, 'command');
  if (!isAbsolute(program)) {
    complain(at(where, 0), 'expected the whole path of a program, like /usr/local/bin/page');
    return [];
  }
  await checked(at(where, 0), async () => {
    await access(program, constants.X_OK).catch(() => {
      throw new Error('there is no such program, or it may not be run');
    });
    const { refused } = await judgeRights(program);
    if (refused !== undefined) throw new Error(refused);
  });
  return [commandNotifier({ name: entry.name, filter: entry, command: [program, ...args] }, place.building.world)];
}

/** A URL that stands in the file, or somewhere else. What is wrong with it is a problem of this place. */
export async function urlAt(value: string | SecretPlace, place: Place, insecure: boolean): Promise<UrlSource> {
  const isSecret = typeof value !== 'string';
  const { read, value: text } = isSecret
    ? await secretAt(value, 'the URL', place)
    : { read: () => Promise.resolve(value), value };
  const source = { read, isSecret, insecure };
  // That it cannot be read at all has been said.
  if (text !== undefined) await checked(place, () => webhookUrl(source));
  return source;
}

/** A secret that is there, and what it is now. */
async function secretAt(
  from: SecretPlace,
  what: string,
  place: Place,
): Promise<{ readonly read: ReadSecret; readonly value: string | undefined }> {
  const { secrets, warnings } = place.building;
  const read = secretReader(from, what, secrets);
  const value = await checked(place, read);
  if (value !== undefined && from.file !== undefined) {
    const { refused, warning } = await judgeRights(resolve(secrets.directory, from.file));
    if (refused !== undefined) complain(place, refused);
    if (warning !== undefined) warnings.push(warning);
  }
  return { read, value };
}

/** The files of TLS by their full paths, after a look into them. */
async function filesAt(files: TlsFiles, place: Place): Promise<TlsFiles> {
  const { secrets, warnings } = place.building;
  const full = (path: string | undefined) => (path === undefined ? undefined : resolve(secrets.directory, path));
  const found = { ca: full(files.ca), cert: full(files.cert), key: full(files.key) };
  const where = at(place, found.ca === undefined ? 'cert' : 'ca');
  const content = await checked(where, () => readTlsFiles(found));
  if (content !== undefined && found.key !== undefined) {
    const { refused, warning } = await judgeRights(found.key);
    if (refused !== undefined) complain(at(place, 'key'), refused);
    if (warning !== undefined) warnings.push(warning);
  }
  return found;
}

const at = ({ path, building }: Place, step: string | number): Place => ({ path: [...path, step], building });

function complain({ path, building }: Place, message: string): void {
  building.problems.push({ path, message });
}

/** Runs a check; what it throws is a problem of this place, and then it gives undefined. */
async function checked<T>(place: Place, check: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await check();
  } catch (error) {
    complain(place, messageOf(error));
    return undefined;
  }
}
