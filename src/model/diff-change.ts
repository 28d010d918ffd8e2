import * as z from 'zod';
import { observerCodes } from './errors.js';
import { reasons } from './observation.js';
import { snapshotSchema } from './snapshot.js';

const openShape = snapshotSchema.shape.open.element.shape;
const notOpenShape = snapshotSchema.shape.notOpen.element.shape;
const { service } = openShape;
const tls = openShape.tls.unwrap();
const certificate = tls.shape.certificate.unwrap();
const reason = z.enum(reasons);
const portList = notOpenShape.ports;

const onEndpoint = { address: z.string(), port: openShape.port };
const onPorts = { address: z.string(), ports: portList.describe('1-21,23'), count: z.int().min(1) };
const services = { from: service, to: service };

/** A state that is not open, and its evidence. */
const notOpenState = z.strictObject({ state: notOpenShape.state, reason });

/** Why an endpoint was not observed: the code of the observer's error, or that it was not asked for at all. */
const blindness = z.enum([...observerCodes, 'not-asked']);

/** What one snapshot says of ports of one address: what later ones are compared with. */
const foundSchema = z.strictObject({
  open: z.array(z.strictObject({ port: openShape.port, reason, service, tls: tls.optional() })),
  notOpen: z.array(z.strictObject({ state: notOpenShape.state, reason, ports: portList })),
  unknown: z.array(z.strictObject({ code: z.enum(observerCodes), ports: portList })),
});

/** What one side could read off an endpoint and the other could not. */
export const learntFacts = ['service', 'product', 'version', 'TLS', 'certificate'] as const;

const opened = z.strictObject({
  kind: z.literal('opened'),
  ...onEndpoint,
  from: notOpenState,
  to: service,
  reason: reason.describe('how it shows that it is open'),
  tls: tls.optional(),
});

const closed = z.strictObject({
  kind: z.literal('closed').describe('no longer open: refused now, or filtered'),
  ...onEndpoint,
  from: service,
  to: notOpenState,
});

const notOpenChanged = z.strictObject({
  kind: z.enum(['became-filtered', 'became-closed']),
  ...onPorts,
  from: notOpenState,
  to: notOpenState,
});

const serviceChanged = z.strictObject({
  kind: z.enum(['service-changed', 'version-changed']).describe('only what both read off the wire is compared'),
  ...onEndpoint,
  ...services,
});

const certificateChanged = z.strictObject({
  kind: z.literal('certificate-changed'),
  ...onEndpoint,
  from: certificate,
  to: certificate,
});

const tlsVersionChanged = z.strictObject({
  kind: z.literal('tls-version-changed'),
  ...onEndpoint,
  from: tls.shape.version,
  to: tls.shape.version,
});

const addressChanged = z.strictObject({
  kind: z
    .enum(['address-appeared', 'address-vanished'])
    .describe('a name led to this address in one snapshot and not in the other, where both looked it up'),
  address: z.string(),
  target: z.string().describe('the first of targets'),
  targets: z.array(z.string()).min(1).describe('the names that lead there in one of the two only'),
  open: portList.describe('ports that are open there, in the snapshot whose name leads there'),
  found: foundSchema
    .optional()
    .describe(
      'all that this snapshot says of the address, which came or went with it; absent where its endpoints are compared by themselves',
    ),
});

const coverageLost = z.strictObject({
  kind: z.literal('coverage-lost').describe('decided before, and not now: nothing can be said of them'),
  ...onPorts,
  why: blindness,
  open: portList.describe('those among them that were open'),
});

const coverageGained = z.strictObject({
  kind: z.literal('coverage-gained').describe('decided now, and not before'),
  ...onPorts,
  why: blindness.describe('why they were not observed before'),
  open: portList.describe('those among them that are open'),
  found: foundSchema,
});

const identification = z.strictObject({
  kind: z
    .enum(['identification-lost', 'identification-gained'])
    .describe('open in both, and read off the wire in one only: it may have been the same all along'),
  ...onEndpoint,
  ...services,
  facts: z.array(z.enum(learntFacts)).min(1).describe('what was lost or gained'),
});

const reasonChanged = z.strictObject({
  kind: z.literal('reason-changed').describe('the same state by other evidence'),
  ...onPorts,
  state: z.enum(['open', 'closed', 'filtered']),
  from: reason,
  to: reason,
});

const stillUnobserved = z.strictObject({
  kind: z.literal('still-unobserved').describe('observed in neither, for another reason'),
  ...onPorts,
  from: blindness,
  to: blindness,
});

const details = z.strictObject({
  service: service.optional(),
  tls: tls.nullable().optional().describe('null: none was seen'),
});

const detailsChanged = z.strictObject({
  kind: z
    .literal('details-changed')
    .describe(
      'open in both, and what it tells beside has changed; holds only what no other change of the endpoint tells',
    ),
  ...onEndpoint,
  from: details,
  to: details,
});

export const changeSchema = z.discriminatedUnion('kind', [
  opened,
  closed,
  notOpenChanged,
  serviceChanged,
  certificateChanged,
  tlsVersionChanged,
  addressChanged,
  coverageLost,
  coverageGained,
  identification,
  reasonChanged,
  stillUnobserved,
  detailsChanged,
]);

export type Change = z.infer<typeof changeSchema>;
export type ChangeKind = Change['kind'];
/** The record of changes of a kind; it may be that of other kinds as well. */
export type ChangeOf<K extends ChangeKind, C extends Change = Change> = C extends unknown
  ? K extends C['kind']
    ? C
    : never
  : never;
export type Blindness = z.infer<typeof blindness>;
export type Found = z.infer<typeof foundSchema>;
export type LearntFact = (typeof learntFacts)[number];

/**
 * Whether a change is a difference: both snapshots observed, and observed something else. What only one of them could see,
 * and what was seen by other evidence, is none.
 */
export function isDifference({ kind }: Change): boolean {
  switch (kind) {
    case 'opened':
    case 'closed':
    case 'became-filtered':
    case 'became-closed':
    case 'service-changed':
    case 'version-changed':
    case 'certificate-changed':
    case 'tls-version-changed':
    case 'address-appeared':
    case 'address-vanished':
      return true;
    case 'coverage-lost':
    case 'coverage-gained':
    case 'identification-lost':
    case 'identification-gained':
    case 'reason-changed':
    case 'still-unobserved':
    case 'details-changed':
      return false;
  }
}
