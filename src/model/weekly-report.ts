import * as z from 'zod';
import { alertSchema } from './alert.js';
import { changeSchema } from './diff-change.js';
import { evidenceHeadSchema } from './evidence.js';
import { publishedSchema } from './published-schema.js';
import { findingSchema, snapshotSchema } from './snapshot.js';
import { verificationSchema } from './verification.js';
import { warningSchema } from './warning.js';

const { startedAt: time, complete, tool } = snapshotSchema.shape;
const openShape = snapshotSchema.shape.open.element.shape;
const certificateSchema = openShape.tls.unwrap().shape.certificate.unwrap();
const family = z.union([z.literal(4), z.literal(6)]);

/** Something came to be between two looks; nobody saw the moment itself. */
const momentSchema = z.strictObject({
  after: time.optional().describe('last seen otherwise; absent where it never was'),
  by: time.describe('first seen so'),
});
export type Moment = z.infer<typeof momentSchema>;

const exposureSchema = z.strictObject({
  address: z.string(),
  family,
  port: openShape.port,
  now: z
    .enum(['open', 'unknown'])
    .describe('unknown: open when it was last seen, and the latest scan could not tell, or did not look'),
  lastOpen: time.describe('when it was last seen open'),
  since: momentSchema.optional(),
  service: openShape.service,
  certificate: certificateSchema.optional(),
});
export type Exposure = z.infer<typeof exposureSchema>;

const datedChangeSchema = z.strictObject({ change: changeSchema, moment: momentSchema });

const passingSchema = z.strictObject({
  kind: z
    .enum(['opened-and-closed', 'closed-and-reopened'])
    .describe('what the first and the last scan of the period do not show'),
  address: z.string(),
  port: openShape.port,
  service: openShape.service.optional().describe('what answered while it was open'),
  state: z.enum(['open', 'closed', 'filtered']).describe('what it was for a while'),
  began: momentSchema,
  ended: momentSchema,
});
export type Passing = z.infer<typeof passingSchema>;

const hostSchema = z.strictObject({
  host: z.string(),
  vantage: z.string(),
  looked: z
    .enum(['yes', 'no', 'blind'])
    .describe('no: not scanned in the period; blind: scanned, and the latest scan observed nothing of it'),
  self: z.boolean().describe('the latest scan looked at its own machine: it shows what listens, not what is exposed'),
  scans: z
    .strictObject({
      count: z.int().min(0),
      stopped: z.int().min(0).describe('interrupted before they were done'),
      undecided: z
        .int()
        .min(0)
        .describe('judged when they were made, and could not observe what the policy depends on'),
    })
    .describe('those of the period'),
  latest: z.strictObject({ startedAt: time, finishedAt: time, complete }),
  comparedWith: time
    .optional()
    .describe('start of the scan that the latest is compared with; absent where there is no other'),
  exposed: z.array(exposureSchema),
  unknown: z.array(snapshotSchema.shape.unknown.element).describe('what the latest scans could not observe'),
  lookups: snapshotSchema.shape.targets.element.shape.errors.describe(
    'what went wrong with its name, in the latest scan',
  ),
  changes: z.array(datedChangeSchema),
  passing: z.array(passingSchema),
});
export type HostWeekReport = z.infer<typeof hostSchema>;

const certificateReportSchema = z.strictObject({
  state: z.enum(['expired', 'expiring', 'unreadable']).describe('unreadable: when it ends could not be read'),
  certificate: certificateSchema,
  places: z.array(
    z.strictObject({
      host: z.string(),
      vantage: z.string(),
      address: z.string(),
      port: openShape.port,
      lastOpen: time.describe('when it was last seen there'),
    }),
  ),
});
export type CertificateReport = z.infer<typeof certificateReportSchema>;

const exceptionSchema = z.strictObject({
  state: z.enum(['lapsed', 'lapsing']),
  host: z.string().describe('the host entry or group of the policy'),
  port: openShape.port,
  expires: z.string().describe('the last day (UTC) on which it holds'),
  owner: z.string(),
  reason: z.string(),
  ticket: z.string().optional(),
  place: z.string().describe('where the policy says so'),
  used: z.boolean().describe('its port was found open on a host that this entry speaks of'),
});
export type ExceptionReport = z.infer<typeof exceptionSchema>;

const judgementSchema = z.strictObject({
  policy: z.strictObject({ name: z.string(), file: z.string() }),
  verdict: z.enum(['pass', 'fail', 'indeterminate']),
  passed: z.int().min(0).describe('findings that pass'),
  problems: z
    .array(
      z.strictObject({
        finding: findingSchema,
        since: momentSchema.optional().describe('since when; absent where neither the history nor a watch knows'),
      }),
    )
    .describe('findings that fail, then those that could not be decided'),
  warnings: z.array(warningSchema),
  exceptions: z.array(exceptionSchema).describe('those that have lapsed, or will within 30 days'),
});
export type Judgement = z.infer<typeof judgementSchema>;
export type Problem = Judgement['problems'][number];

const verifiedSchema = z.strictObject({ text: z.string(), outcome: findingSchema.shape.outcome });

/** The report document, version 1: what became of hosts over a week, or another span. The published JSON Schema is generated from this. */
export const weeklyReportSchema = z.strictObject({
  format: z.literal('exposcan-report'),
  version: z.literal(1),
  tool,
  madeAt: time,
  since: time.describe('the beginning of the period, which ends when the report was made'),
  subject: z.string().describe('the whole in one line, as the subject of a mail has it'),
  quiet: z.boolean().describe('everything was looked at, and there is nothing that anyone need do or know'),
  vantage: z.string().optional().describe('where only what was seen from one vantage was asked for'),
  notInHistory: z.array(z.string()).describe('hosts that were asked for, and of which no scan is kept'),
  hosts: z.array(hostSchema).describe('one for each host and vantage; those that nothing is known of first'),
  judgement: judgementSchema.nullable().describe('null where no policy was given'),
  certificates: z.array(certificateReportSchema).describe('those that have expired, or will within 30 days'),
  verifications: z
    .array(
      z.strictObject({
        seq: z.int().describe('the number of its record in the evidence log'),
        verifiedAt: time,
        verifiedBy: z.string(),
        verdict: verificationSchema.shape.verdict,
        targets: z.array(z.string()),
        expectations: z.array(verifiedSchema),
        keeps: z.array(verifiedSchema),
        rest: findingSchema.shape.outcome.describe('that nothing else changed'),
      }),
    )
    .describe('changes that were verified in the period'),
  alerts: z
    .array(alertSchema.pick({ at: true, watch: true, vantage: true, kind: true, severity: true, summary: true }))
    .describe('what watches told in the period, the latest first'),
  unreadDecisions: z.int().min(0).describe('alerts and verifications in the history that could not be read'),
  evidence: evidenceHeadSchema.describe('where the evidence log stands'),
});
export type WeeklyReport = z.infer<typeof weeklyReportSchema>;

/** The published JSON Schema (draft 2020-12) of the report document. */
export function weeklyReportJsonSchema(): Record<string, unknown> {
  return publishedSchema(weeklyReportSchema, {
    name: 'report',
    description: 'What became of hosts over a week, or another span.',
  });
}
