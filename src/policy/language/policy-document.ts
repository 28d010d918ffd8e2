import * as z from 'zod';
import { publishedSchema } from '../../model/published-schema.js';
import { severities } from '../../model/severity.js';
import { acceptedStates, exposures, tlsModes, tlsVersions, unlistedModes } from '../policy.js';

/*
 * The policy document as its authors write it. The published JSON Schema is generated from this, for editors; the reader takes
 * its keys from it. What a schema cannot say (overlaps, cycles, what goes with what), the reader checks.
 */

const portNumber = z.int().min(1).max(65535);
const wordsUpTo = (max: number) => z.string().min(1).max(max).regex(/\S/);
const words = wordsUpTo(500);
const blank = z.null();
const listOf = <T extends z.ZodType>(item: T) => z.array(item).min(1);
const oneOrMore = <T extends z.ZodType>(item: T) => z.union([item, listOf(item)]);

/** Conditions in the schema's own words: what zod has no word for. */
const has = (...keys: readonly string[]) => ({ required: keys });
const hasAny = (...keys: readonly string[]) => ({ anyOf: keys.map((key) => has(key)) });
const isOneOf = (key: string, ...values: readonly string[]) => ({
  properties: { [key]: { enum: values } },
  required: [key],
});

const portSet = oneOrMore(z.union([portNumber, z.string().min(1)])).describe(
  'ports: 22, "22,80,8000-8100", [22, mysql], common or all',
);
/** A host, a source: the reader tells what it is; none of them holds white space. */
const place = z.string().regex(/^\S+$/);
const sources = oneOrMore(place).describe(
  'vantage names (office), addresses and blocks (192.0.2.0/24), variables ($office)',
);

export const tlsDocument = z
  .strictObject({
    required: z
      .boolean()
      .optional()
      .describe('the service must speak TLS, from the first byte or by STARTTLS (default: true)'),
    minVersion: z
      .union([z.enum(tlsVersions), z.union(tlsVersions.map((version) => z.literal(Number(version))))])
      .optional()
      .describe('the least version to be negotiated with a client that offers all'),
    daysToExpiry: z.int().min(0).max(3650).optional().describe('for how many days more the certificate must be valid'),
  })
  .meta({
    description: 'what is asked of TLS',
    if: { properties: { required: { const: false } }, required: ['required'] },
    then: hasAny('minVersion', 'daysToExpiry'),
  });

const tlsMode = z.enum(tlsModes).optional();
export const tlsModesDocument = z
  .strictObject({
    expiry: tlsMode.describe('a certificate that has expired, or ends within 30 days or the last third of its life'),
    versions: tlsMode.describe('TLS 1.0 or 1.1 is accepted'),
    name: tlsMode.describe('the certificate is not for the target'),
    selfSigned: tlsMode.describe('a public service has a certificate that vouches for itself'),
  })
  .meta(hasAny('expiry', 'versions', 'name', 'selfSigned'));

export const serviceDocument = z
  .strictObject({
    port: portNumber.optional().describe('one port'),
    ports: portSet.optional(),
    service: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,39}$/)
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
    product: wordsUpTo(100).optional().describe('what must answer, as the report names it'),
    minVersion: oneOrMore(z.string().min(1).max(100))
      .optional()
      .describe(
        'in quotes: "9.2p1", or with the revision of a distribution: "9.2p1-2+deb12u3"; of several, that for the host\'s own line of updates counts',
      ),
    tls: tlsDocument.optional(),
    accept: z
      .union([z.literal('closed'), listOf(z.enum(acceptedStates)).meta({ contains: { const: 'closed' } })])
      .optional()
      .describe('what proves that it is not exposed (default: closed and filtered)'),
    severity: z.enum(severities).optional().describe('how grave a deviation is'),
    owner: z.union([words, blank]).optional().describe('who answers for this'),
    reason: z.union([words, blank]).optional().describe('why this is so'),
    ticket: words.optional(),
  })
  .meta({
    description: 'a rule: what is declared for a port or a service',
    allOf: [
      hasAny('port', 'ports', 'service'),
      { not: has('port', 'ports') },
      { if: isOneOf('exposure', 'restricted'), then: has('from'), else: { not: has('from') } },
      { if: isOneOf('exposure', 'public'), then: { not: has('accept') } },
      { if: isOneOf('exposure', 'local-only', 'absent'), then: { not: hasAny('product', 'minVersion', 'tls') } },
      { if: has('minVersion'), then: hasAny('service', 'product') },
    ],
  });

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
    .meta({ uniqueItems: true })
    .optional()
    .describe('likewise (default: both, as far as the host has addresses of both)'),
  unlisted: z
    .enum(unlistedModes)
    .optional()
    .describe('deny: a port not listed must not be open; review: it is reported, not failed (default: deny)'),
  maxAge: z
    .string()
    .regex(/^(?!0+[mhd])\d{1,5}[mhd]$/)
    .optional()
    .describe('an older snapshot decides nothing: 7d, 12h, 30m (default: 7d)'),
  tls: z
    .union([z.enum(tlsModes), tlsModesDocument])
    .optional()
    .describe(
      'weaknesses of TLS that no rule speaks of. report: told, and not counted; require: a deviation; ignore: not told (default: report, and ignore for selfSigned)',
    ),
  services: z.array(serviceDocument).optional(),
};

export const hostDocument = z
  .strictObject({
    host: place.describe(
      'a name, an address, a block (192.0.2.0/24), a pattern (*.example.org), or "*" for whatever is scanned',
    ),
    ...settings,
    exceptions: z.array(exceptionDocument).optional(),
  })
  .describe('what is declared for a host');

export const groupDocument = z
  .strictObject({
    group: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/)
      .describe('the name of a group'),
    members: oneOrMore(place).describe('its hosts: names, addresses, blocks, patterns'),
    ...settings,
    exceptions: z.array(exceptionDocument).optional(),
  })
  .describe('what is declared for several hosts');

export const defaultsDocument = z.strictObject(settings).describe('what holds where no host or group says otherwise');

export const policyDocument = z
  .strictObject({
    version: z.literal(1),
    name: wordsUpTo(100)
      .optional()
      .describe('findings and reports call the policy by it; only an included file may do without'),
    include: z
      .union([wordsUpTo(1000), listOf(wordsUpTo(1000)).meta({ uniqueItems: true })])
      .optional()
      .describe('other policy files, relative to this one'),
    variables: z
      .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/), oneOrMore(z.string().regex(/^[^$\s]\S*$/)))
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
      .min(1)
      .optional()
      .describe('hosts and groups; a file that includes others, or is included, may do without'),
  })
  .meta(hasAny('hosts', 'include', 'variables', 'defaults'));

/** The keys that a mapping of the document may have, in the order in which they are explained. */
export function keysOf(document: { readonly shape: object }): readonly string[] {
  return Object.keys(document.shape);
}

/** The published JSON Schema (draft 2020-12) of the policy document. */
export function policyJsonSchema(): Record<string, unknown> {
  return publishedSchema(
    policyDocument,
    { name: 'policy', description: 'Which TCP services of which hosts are meant to be reachable, and by whom.' },
    'input',
  );
}
