import * as z from 'zod';
import { disagreementSchema } from './disagreement.js';
import { observerCodes } from './errors.js';
import { findingCodes } from './finding-codes.js';
import { methods, reasons, tlsUpgrades } from './observation.js';
import { severities } from './severity.js';
import { warningSchema } from './warning.js';
import { mostLinks } from './vantage-links.js';

const isoTime = z.iso.datetime({ precision: 3 });
const family = z.union([z.literal(4), z.literal(6)]);
const port = z.int().min(1).max(65535);
const portList = z.string().regex(/^$|^\d{1,5}(-\d{1,5})?(,\d{1,5}(-\d{1,5})?)*$/);
const observerCode = z.enum(observerCodes);

const serviceSchema = z.strictObject({
  name: z.string().describe('IANA service name; https, smtps, … inside TLS; "unknown" where nothing tells'),
  product: z.string().optional(),
  version: z.string().optional(),
  extraInfo: z.string().optional(),
  hostname: z.string().optional(),
  tunnel: z.literal('tls').optional(),
  cpe: z.array(z.string()).optional().describe('CPE 2.3, only where the bytes prove the product'),
  method: z.enum(['probed', 'table']).describe('probed: read off the wire; table: guessed from the port number'),
});

const tlsSchema = z.strictObject({
  version: z.string().describe('what was negotiated with a client that offers all'),
  alpn: z.string().optional(),
  startTls: z
    .literal(true)
    .optional()
    .describe('the service speaks in the clear first, and upgraded to TLS when asked (STARTTLS)'),
  certificate: z
    .strictObject({
      subject: z.string(),
      issuer: z.string(),
      sans: z.array(z.string()),
      validFrom: z.string(),
      validTo: z.string(),
      selfSigned: z.boolean(),
      fingerprint256: z.string(),
      key: z.strictObject({ type: z.string(), bits: z.int().min(1).optional() }).optional(),
      signatureAlgorithm: z.string().optional(),
      target: z
        .strictObject({ name: z.string(), matches: z.boolean() })
        .optional()
        .describe(
          'whether it is for the target (RFC 9525); absent where the target is an address that it does not name',
        ),
    })
    .optional(),
  chain: z
    .array(z.strictObject({ subject: z.string(), issuer: z.string(), validTo: z.string() }))
    .optional()
    .describe("what the server sent beside its own certificate, in the server's order"),
  versions: z
    .strictObject({ accepted: z.array(z.string()), refused: z.array(z.string()) })
    .optional()
    .describe('versions seen to be accepted, and to be refused; what is in neither is not known'),
  alpnChoices: z
    .array(z.strictObject({ offered: z.array(z.string()), chosen: z.string().optional() }))
    .optional()
    .describe('what was picked out of which offer of protocols; without chosen: none'),
});

const targetSchema = z.strictObject({
  target: z.string().describe('what the user typed'),
  addresses: z.array(z.string()).describe('every address of the target that was scanned'),
  lookup: z
    .enum(['literal', 'hosts-file', 'resolver'])
    .optional()
    .describe(
      "where its addresses come from: they were typed, an entry of this machine's hosts file gives some of them at least, " +
        'or they were looked up; absent where the hosts file could not be read, or an older exposcan wrote this',
    ),
  fromHostsFile: z
    .array(z.string())
    .optional()
    .describe('with lookup hosts-file: those of the addresses that the hosts file gives'),
  noRecord: z.array(family).describe('families that the name was looked up for and has no address of'),
  errors: z.array(z.strictObject({ family: family.optional(), code: observerCode, message: z.string() })),
});

const openSchema = z.strictObject({
  address: z.string(),
  port,
  state: z.literal('open'),
  reason: z.enum(reasons),
  method: z.enum(methods),
  observedAt: isoTime,
  self: z
    .boolean()
    .optional()
    .describe('seen from the scanned machine itself: shows what listens, not what is exposed'),
  service: serviceSchema,
  banner: z
    .strictObject({
      base64: z.string(),
      text: z.string().describe('the same bytes, printable'),
      truncated: z.boolean(),
    })
    .optional(),
  tls: tlsSchema.optional(),
  tlsUpgrade: z
    .enum(tlsUpgrades)
    .optional()
    .describe(
      'whether a service that speaks in the clear would go on inside TLS: its own words, or unknown; ' +
        'absent where TLS was seen, where its protocol knows of no upgrade, or where an older exposcan wrote this',
    ),
  trouble: z.string().optional().describe('what stood in the way of a better identification'),
});

const notOpenSchema = z.strictObject({
  address: z.string(),
  state: z.enum(['closed', 'filtered']),
  reason: z.enum(reasons),
  method: z.enum(methods),
  self: z.boolean().optional(),
  ports: portList,
  count: z.int().min(1),
  observedAt: isoTime.describe('when the last of these was decided'),
  missProbability: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .optional()
    .describe('filtered only: estimated chance that one of these was open; null where it cannot be estimated'),
});

const unknownSchema = z.strictObject({
  address: z.string(),
  ports: portList,
  count: z.int().min(1),
  code: observerCode,
  message: z.string(),
});

/** What the evidence of a finding amounts to, the best proof of a closed port before the weaker ones. */
export const bases = ['answer', 'reset', 'refusal', 'firewall', 'silence', 'none'] as const;
export type Basis = (typeof bases)[number];

export const findingSchema = z.strictObject({
  rule: z.string().describe('the rule that decided, with its place in the policy'),
  outcome: z.enum(['pass', 'fail', 'indeterminate']),
  code: z.enum(findingCodes).describe('what kind of finding'),
  host: z.string().optional(),
  address: z.string().optional(),
  family: family.optional(),
  port: port.optional(),
  ports: portList.optional().describe('where one finding speaks of many ports'),
  vantage: z.string().optional().describe('the place from which this was seen'),
  service: z.string().optional(),
  expected: z.string(),
  actual: z.string(),
  evidence: z.string(),
  basis: z
    .enum(bases)
    .optional()
    .describe(
      'how much the evidence proves: answer (open); reset (a refusal read off the wire); refusal (a refused connection); firewall (something on the way said no); silence; none',
    ),
  remedy: z.string().optional(),
  severity: z.enum(severities),
  counted: z
    .literal(false)
    .optional()
    .describe(
      'reported, and not part of the verdict: below the severity that was asked for, or a weakness of TLS that the policy only reports',
    ),
  owner: z.string().optional(),
  reason: z.string().optional(),
});

/**
 * The snapshot document, version 1: everything one scan saw from one vantage.
 * The published JSON Schema is generated from this.
 */
export const snapshotSchema = z.strictObject({
  format: z.literal('exposcan-snapshot'),
  version: z.literal(1),
  tool: z.strictObject({ name: z.string(), version: z.string() }),
  vantage: z.strictObject({
    name: z.string(),
    sources: z.array(z.string()).describe("the source addresses that this machine's kernel chose"),
    links: z
      .array(z.string())
      .max(mostLinks)
      .optional()
      .describe(
        "in CIDR form: the subnets of this machine's own interfaces, but loopback, that hold a scanned address",
      ),
  }),
  startedAt: isoTime,
  finishedAt: isoTime,
  complete: z.boolean().describe('false where the scan was interrupted: what is missing is under unknown'),
  look: z
    .literal('second')
    .optional()
    .describe('set where this was a narrower look, right after a scan, at what that scan saw: to bear it out or not'),
  asked: z.strictObject({
    ports: portList.describe('the ports asked for on every address'),
    families: z.array(family),
  }),
  targets: z.array(targetSchema),
  paths: z
    .array(z.strictObject({ address: z.string(), roundTripMs: z.number().min(0) }))
    .optional()
    .describe(
      'the least time that a handshake took with each address that accepted one, in milliseconds; under load it is longer ' +
        'than the true round trip, never shorter',
    ),
  controls: z.array(
    z.strictObject({
      control: z.string(),
      port,
      reached: z.boolean(),
      message: z.string(),
    }),
  ),
  open: z.array(openSchema).describe('sorted by address, then port'),
  notOpen: z.array(notOpenSchema),
  unknown: z.array(unknownSchema),
  notes: z
    .array(z.strictObject({ code: observerCode, address: z.string().optional(), message: z.string() }))
    .describe('what a reader should know beside the states, such as that every port accepts'),
  findings: z.array(findingSchema),
  warnings: z.array(warningSchema).optional().describe('what does not change the verdict, and casts doubt on it'),
  disagreements: z.array(disagreementSchema).optional().describe('addresses of one name that differ in what is open'),
  policy: z
    .strictObject({ name: z.string(), file: z.string().optional() })
    .nullable()
    .describe('what it was judged by'),
  verdict: z.enum(['pass', 'fail', 'indeterminate', 'none']),
});

export type Snapshot = z.infer<typeof snapshotSchema>;
export type SnapshotTarget = z.infer<typeof targetSchema>;
export type OpenEntry = z.infer<typeof openSchema>;
export type NotOpenEntry = z.infer<typeof notOpenSchema>;
export type UnknownEntry = z.infer<typeof unknownSchema>;
export type Finding = z.infer<typeof findingSchema>;
export type Outcome = Finding['outcome'];
export type { Severity } from './severity.js';
export type Verdict = Snapshot['verdict'];
