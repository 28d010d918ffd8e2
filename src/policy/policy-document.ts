import { z } from 'zod';
import { severities } from '../model/severity.js';
import { acceptedStates, exposures, tlsVersions, unlistedModes } from './policy.js';

/*
 * The policy document as its authors write it. The published JSON Schema is generated from this, for editors; the reader takes
 * its keys from it. What a schema cannot say (overlaps, cycles, what goes with what), the reader checks.
 */

const portNumber = z.int().min(1).max(65535);
const words = z.string().min(1).max(500);
const blank = z.null();
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, z.array(item).min(1)]);

const portSet = oneOrMore(z.union([portNumber, z.string().min(1)])).describe(
  'ports: 22, "22,80,8000-8100", [22, mysql], common or all',
);
const sources = oneOrMore(z.string().min(1)).describe(
  'vantage names (office), addresses and blocks (192.0.2.0/24), variables ($office)',
);

export const tlsDocument = z
  .strictObject({
    required: z
      .boolean()
      .optional()
      .describe('the service must speak TLS, from the first byte or by STARTTLS (default: true)'),
    minVersion: z
      .enum(tlsVersions)
      .optional()
      .describe('the least version to be negotiated with a client that offers all'),
    daysToExpiry: z.int().min(0).max(3650).optional().describe('for how many days more the certificate must be valid'),
  })
  .describe('what is asked of TLS');

export const serviceDocument = z
  .strictObject({
    port: portNumber.optional().describe('one port'),
    ports: portSet.optional(),
    service: z
      .string()
      .optional()
      .describe('IANA service name (ssh, https, mysql); without port and ports: wherever it is found'),
    exposure: z
      .enum(exposures)
      .describe(
        'public: open to everyone; restricted: open to from, to nobody else; local-only: for the host itself; absent: should not run',
      ),
    from: sources.optional(),
    family: z
      .union([z.literal(4), z.literal(6), z.literal('both')])
      .optional()
      .describe('the address family that the rule speaks of (default: both)'),
    product: words.max(100).optional().describe('what must answer, as the report names it'),
    minVersion: oneOrMore(z.string().min(1).max(200))
      .optional()
      .describe(
        'in quotes: "9.2p1", or with the revision of a distribution: "9.2p1-2+deb12u3"; of several, that for the host\'s own line of updates counts',
      ),
    tls: tlsDocument.optional(),
    accept: oneOrMore(z.enum(acceptedStates))
      .optional()
      .describe('what proves that it is not exposed (default: closed and filtered)'),
    severity: z.enum(severities).optional().describe('how grave a deviation is'),
    owner: z.union([words, blank]).optional().describe('who answers for this'),
    reason: z.union([words, blank]).optional().describe('why this is so'),
    ticket: words.optional(),
  })
  .describe('a rule: what is declared for a port or a service');

export const exceptionDocument = z
  .strictObject({
    port: portNumber,
    owner: words.describe('who answers for this'),
    reason: words.describe('why this is so'),
    ticket: words.optional(),
    expires: z
      .string()
      .regex(/^\d{4}-\d{2}-\d{2}$/)
      .describe('the last day (UTC) on which it holds: 2026-12-31'),
  })
  .describe('leave for a port to be open although the rules say otherwise');

const settings = {
  ports: z
    .union([z.literal('as-scanned'), portSet])
    .optional()
    .describe('what must have been observed for the policy to be decided (default: all)'),
  families: z
    .array(z.union([z.literal(4), z.literal(6)]))
    .min(1)
    .max(2)
    .optional()
    .describe('likewise (default: both, as far as the host has addresses of both)'),
  unlisted: z
    .enum(unlistedModes)
    .optional()
    .describe('deny: a port not listed must not be open; review: it is reported, not failed (default: deny)'),
  maxAge: z
    .string()
    .regex(/^\d{1,5}[mhd]$/)
    .optional()
    .describe('an older snapshot decides nothing: 7d, 12h, 30m (default: 7d)'),
  services: z.array(serviceDocument).optional(),
};

export const hostDocument = z
  .strictObject({
    host: z
      .string()
      .describe(
        'a name, an address, a block (192.0.2.0/24), a pattern (*.example.org), or "*" for whatever is scanned',
      ),
    ...settings,
    exceptions: z.array(exceptionDocument).optional(),
  })
  .describe('what is declared for a host');

export const groupDocument = z
  .strictObject({
    group: z.string().describe('the name of a group'),
    members: oneOrMore(z.string()).describe('its hosts: names, addresses, blocks, patterns'),
    ...settings,
    exceptions: z.array(exceptionDocument).optional(),
  })
  .describe('what is declared for several hosts');

export const defaultsDocument = z.strictObject(settings).describe('what holds where no host or group says otherwise');

export const policyDocument = z.strictObject({
  version: z.literal(1),
  name: words
    .max(100)
    .optional()
    .describe('findings and reports call the policy by it; only an included file may do without'),
  include: oneOrMore(z.string().min(1)).optional().describe('other policy files, relative to this one'),
  variables: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), sources)
    .optional()
    .describe('source lists that rules name as $name under from'),
  warnDays: z
    .int()
    .min(0)
    .max(366)
    .optional()
    .describe('how many days before its end an exception is warned about (default: 14)'),
  defaults: defaultsDocument.optional(),
  hosts: z
    .array(z.union([hostDocument, groupDocument]))
    .optional()
    .describe('hosts and groups'),
});

/** The keys that a mapping of the document may have, in the order in which they are explained. */
export function keysOf(document: { readonly shape: object }): readonly string[] {
  return Object.keys(document.shape);
}

/** The published JSON Schema (draft 2020-12) of the policy document. */
export function policyJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(policyDocument, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: 'urn:exposcan:schema:policy:1',
    title: 'exposcan policy, version 1',
    description: 'Which TCP services of which hosts are meant to be reachable, and by whom.',
    ...schema,
  };
}
