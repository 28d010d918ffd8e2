import * as z from 'zod';
import { alertKinds } from '../../model/alert.js';
import { severities } from '../../model/severity.js';
import { facilities, type Facility } from './syslog-message.js';

/* The file of notifiers as its authors write it. What a schema cannot say, and whether secrets and files are there, the loader checks. */

const text = (expected: string, pattern = /\S/) =>
  z.string({ error: expected }).max(1000, { error: expected }).regex(pattern, { error: expected });
const path = (what: string) => text(`expected the path of ${what}`);

const noLiteral =
  'a secret does not stand in this file, which may end up in a repository. Write { env: NAME } or { file: PATH }';

const secret = z
  .strictObject(
    {
      env: text('expected the name of an environment variable', /^[A-Za-z_][A-Za-z0-9_]{0,127}$/).optional(),
      file: path('a file with the secret').optional(),
    },
    { error: noLiteral },
  )
  .refine(({ env, file }) => (env === undefined) !== (file === undefined), { error: 'expected either env or file' });

const address = z.union([z.string().max(4000), secret], {
  error: 'expected a URL like https://hooks.example.org/exposcan, or where it is: { env: NAME } or { file: PATH }',
});

const mailbox = (expected: string) =>
  z
    .string({ error: expected })
    .max(254, { error: expected })
    .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]+$/, { error: expected });

const yes = (why: string) => z.literal(true, { error: `expected true, or no such key: ${why}` }).optional();

const isFacility = (name: string): name is Facility => name in facilities;
const facilityNames = Object.keys(facilities).filter(isFacility);

const common = {
  name: text(
    'expected a name of letters, digits, dots, - and _, at most 64, which messages call the notifier by',
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
  ),
  severity: z.enum(severities, { error: `expected the least severity: ${severities.join(', ')}` }).optional(),
  kinds: z
    .array(z.enum(alertKinds, { error: `expected kinds of alerts: ${alertKinds.join(', ')}` }), {
      error: `expected a list of kinds of alerts: ${alertKinds.join(', ')}`,
    })
    .min(1, { error: 'expected at least one kind of alert' })
    .optional(),
};

const ca = path('a PEM file with the certificates to trust').optional();

/** The kinds of notifiers, by the key that tells which one an entry is. */
export const entryDocuments = {
  webhook: z.strictObject({
    ...common,
    webhook: address,
    secret: z
      .union([secret, z.array(secret).min(1).max(4)], { error: noLiteral })
      .optional()
      .describe('what signs: all of several, so that one can be changed without a gap'),
    unsigned: yes('the receiver does not check signatures'),
    insecure: yes('http:// to another machine is wanted'),
    ca,
  }),
  syslog: z.strictObject({
    ...common,
    syslog: text('expected a collector like tls://collector.example.org:6514, tcp://… or udp://…'),
    facility: z.enum(facilityNames, { error: `expected a facility: ${facilityNames.join(', ')}` }).optional(),
    ca,
    cert: path('a PEM file with the certificate of this side').optional(),
    key: path('a PEM file with the key of this side').optional(),
  }),
  mail: z.strictObject({
    ...common,
    mail: z
      .array(mailbox('expected an address like admin@example.org'), {
        error: 'expected a list of addresses like [admin@example.org]',
      })
      .min(1, { error: 'expected at least one address' })
      .max(50, { error: 'expected at most 50 addresses' }),
    from: mailbox('expected the sender, an address like exposcan@example.org'),
    smtp: text('expected a mail server like smtps://mail.example.org:465 or smtp://mail.example.org:587'),
    tls: z.literal('none', { error: 'expected none, or no such key: TLS is used' }).optional(),
    user: text('expected the name to log in with').optional(),
    password: secret.optional(),
    ca,
  }),
  command: z.strictObject({
    ...common,
    command: z
      .array(z.string({ error: 'expected a text; put numbers in quotes' }), {
        error: 'expected a list of a program and its arguments, like [/usr/local/bin/page, --now]',
      })
      .min(1, { error: 'expected a program' })
      .max(100, { error: 'expected at most 99 arguments' }),
  }),
  stdout: z.strictObject({ ...common, stdout: z.literal(true, { error: 'expected true' }) }),
} as const;

export const entryKinds = [
  'webhook',
  'syslog',
  'mail',
  'command',
  'stdout',
] as const satisfies (keyof typeof entryDocuments)[];

export type WebhookEntry = z.infer<typeof entryDocuments.webhook>;
export type SyslogEntry = z.infer<typeof entryDocuments.syslog>;
export type MailEntry = z.infer<typeof entryDocuments.mail>;
export type CommandEntry = z.infer<typeof entryDocuments.command>;

/** The file as a whole; its notifiers are read one by one. */
export const fileDocument = z.strictObject(
  {
    version: z.literal(1, { error: 'expected version: 1' }),
    notifiers: z
      .array(z.unknown(), { error: 'expected a list of notifiers' })
      .max(100, { error: 'expected at most 100 notifiers' })
      .optional(),
    heartbeat: address.optional(),
  },
  { error: 'expected a mapping with version and notifiers' },
);
