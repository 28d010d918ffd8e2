import * as z from 'zod';
import { observerCodes } from './errors.js';
import { reasons } from './observation.js';
import { publishedSchema } from './published-schema.js';
import { snapshotSchema, type Verdict } from './snapshot.js';

const time = snapshotSchema.shape.startedAt;
const family = z.union([z.literal(4), z.literal(6)]);
const { service, tls } = snapshotSchema.shape.open.element.shape;

/** A stretch over which every scan that looked said the same of an endpoint. */
const stretchSchema = z.strictObject({
  state: z.enum(['open', 'closed', 'filtered', 'unknown']),
  reason: z.enum(reasons).optional().describe('the evidence; absent where the state is unknown'),
  code: z.enum(observerCodes).optional().describe('why the state is unknown'),
  self: z.literal(true).optional().describe('seen from the host itself: shows what listens, not what is exposed'),
  service: service.optional(),
  certificate: tls.unwrap().shape.certificate,
  first: time.describe(
    'when it was first seen so: to the moment for an open port at the start of a stretch, else by the start of the scan',
  ),
  last: time.describe('when it was last seen so, likewise'),
  scans: z
    .int()
    .min(0)
    .describe('how many scans that are still kept saw it so; 0 where retention took all of them out of the history'),
});
export type Stretch = z.infer<typeof stretchSchema>;

const endpointSchema = z.strictObject({
  vantage: z.string(),
  address: z.string(),
  family,
  port: snapshotSchema.shape.open.element.shape.port,
  firstOpen: time.optional().describe('absent where it was never seen open'),
  lastOpen: time.optional(),
  openSince: z
    .strictObject({
      first: time.describe('first seen open, without having been seen closed or filtered since'),
      notBefore: time
        .optional()
        .describe('last seen closed or filtered before that; absent where no scan that is kept saw it so'),
    })
    .optional()
    .describe(
      'present where the last scan that could tell found it open; a scan that did not ask for the port tells nothing',
    ),
  stretches: z
    .array(stretchSchema)
    .describe('the oldest first; where the last of them ends before the last scan, the port was not asked for since'),
});
export type EndpointTimeline = z.infer<typeof endpointSchema>;

/** The history document, version 1: what the history says of a host. The published JSON Schema is generated from this. */
export const timelineSchema = z.strictObject({
  format: z.literal('exposcan-history'),
  version: z.literal(1),
  tool: snapshotSchema.shape.tool,
  host: z.string(),
  port: z.int().optional().describe('where one port was asked for'),
  scans: z.int().describe('how many scans of the host are kept'),
  first: time.describe('start of the first of them'),
  last: time.describe('start of the last of them'),
  addresses: z
    .array(
      z.strictObject({
        address: z.string(),
        family,
        vantage: z.string(),
        first: time,
        last: time,
        unobserved: z
          .literal(true)
          .optional()
          .describe('present where no scan could observe any port there that this document speaks of'),
      }),
    )
    .describe('the addresses that the host had, each with the start of the first and of the last scan that found it'),
  endpoints: z
    .array(endpointSchema)
    .describe(
      'those that were ever seen open; where one port was asked for, also those that never were, as far as scans looked',
    ),
});
export type Timeline = z.infer<typeof timelineSchema>;

/** The published JSON Schema (draft 2020-12) of the history document. */
export function timelineJsonSchema(): Record<string, unknown> {
  return publishedSchema(timelineSchema, { name: 'history', description: 'What the history says of a host.' });
}

/** One line of the list of everything that the history holds. */
export interface HostSummary {
  readonly host: string;
  readonly vantage: string;
  readonly scans: number;
  readonly first: string;
  readonly last: string;
  /** Endpoints that the last scan found open. */
  readonly open: number;
  /** What the last scan's findings about this host come to. */
  readonly verdict: Verdict;
}
