import * as z from 'zod';
import { publishedSchema } from './published-schema.js';
import { warningSchema } from './warning.js';
import { listingFormats } from './listener.js';
import { states } from './observation.js';
import { snapshotSchema } from './snapshot.js';

/** What the inside view and the outside view come to, for one listener or one open port. In the order of their weight. */
export const reconciliationKinds = [
  /** Bound to a scanned address or to every one, and reachable. */
  'exposed',
  /** Bound to loopback only, yet the port is open from outside: something else answers. */
  'local-but-open',
  /** Open from outside, and the listing has no listener for it. */
  'no-listener',
  /** Bound wide, and refused from outside: the two views do not fit together. */
  'wide-refused',
  /** Bound wide, and silent from outside: one firewall rule away from exposure. */
  'wide-filtered',
  /** The outside could not observe it, or the listing does not say which address it is. */
  'unknown',
  /** Listens on an address, a family or a port that nobody scanned. */
  'not-scanned',
  /** Scanned from the host itself, which shows what listens and not what is exposed. */
  'seen-from-itself',
  /** Bound to loopback only, and silent from outside: it fits, and is no refusal. */
  'local-filtered',
  /** Bound to loopback only and refused where it was looked at, which is not everywhere, or not so everywhere. */
  'local-refused',
  /** Bound to loopback, while another listener has the same port on the scanned addresses. */
  'local-beside-wide',
  /** Bound to loopback only, and refused on every address of both families. */
  'local-proven',
] as const;
export type ReconciliationKind = (typeof reconciliationKinds)[number];

const family = z.union([z.literal(4), z.literal(6)]);
const port = z.int().min(1).max(65535);
const outcome = z.enum(['pass', 'fail', 'indeterminate']);
const snapshotShape = snapshotSchema.shape;

const listenerSchema = z.strictObject({
  bound: z
    .enum(['any', 'loopback', 'address', 'interface', 'name'])
    .describe('interface: every address of one device; name: the listing shows a name in place of an address'),
  at: z.string().optional().describe('that address, device or name; one that the listing cuts off ends in an ellipsis'),
  families: z.array(family).describe('on which it surely accepts'),
  maybeFamilies: z.array(family).describe('on which it may accept: the listing does not tell'),
  processes: z.array(z.strictObject({ name: z.string().optional(), pid: z.int().optional() })),
  user: z.string().optional(),
  container: z.strictObject({ name: z.string(), port }).optional(),
  lines: z.array(z.int().min(1)).describe('where in the listing, counted from 1'),
});

const outsideSchema = z.strictObject({
  address: z.string(),
  state: z.enum([...states, 'unknown', 'not-scanned']),
  why: z.string().optional().describe('the reason of the state, or the code of why it is unknown'),
  observedAt: z.string().optional(),
  service: z.string().optional().describe('what answers there, where it is open'),
});

const entrySchema = z.strictObject({
  kind: z.enum(reconciliationKinds),
  outcome: z
    .enum([...outcome.options, 'none'])
    .describe('what this comes to by the policy; none: the policy says nothing of it, and nothing depends on it'),
  certain: z.boolean().describe('false where the listing leaves open whether this listener is meant, or is not whole'),
  port,
  families: z.array(family).describe('those that this entry speaks of'),
  listener: listenerSchema.optional(),
  outside: z.array(outsideSchema),
  text: z.string().describe('the whole in one line'),
  expected: z.string().optional().describe('what the policy declares'),
  rule: z.string().optional(),
  remedy: z.string().optional(),
});

/**
 * The reconciliation document, version 1: what a host says it listens on, beside what one scan saw of it from outside.
 * The published JSON Schema is generated from this.
 */
export const reconciliationSchema = z.strictObject({
  format: z.literal('exposcan-reconciliation'),
  version: z.literal(1),
  tool: snapshotShape.tool,
  madeAt: snapshotShape.startedAt.describe('when the two were compared'),
  snapshot: z
    .strictObject({
      vantage: snapshotShape.vantage,
      startedAt: snapshotShape.startedAt,
      finishedAt: snapshotShape.finishedAt,
      complete: snapshotShape.complete,
      ports: snapshotShape.asked.shape.ports,
      targets: snapshotShape.targets,
    })
    .describe('the outside view; its targets that are this host'),
  listing: z
    .strictObject({
      formats: z.array(z.enum(listingFormats)),
      listeners: z.int().min(0),
      partial: z.boolean().describe('true where what is missing from it may exist'),
      unread: z.array(z.strictObject({ line: z.int().min(1), text: z.string(), why: z.string() })),
    })
    .describe('the inside view'),
  policy: snapshotShape.policy,
  entries: z.array(entrySchema).describe('failures first, then what is indeterminate, then the rest'),
  findings: snapshotShape.findings,
  warnings: z.array(warningSchema).optional().describe('what casts doubt on the outside view'),
  notes: z.array(z.string()),
  outcome,
});

export type Reconciliation = z.infer<typeof reconciliationSchema>;
export type ReconciliationEntry = z.infer<typeof entrySchema>;
export type ReconciledListener = z.infer<typeof listenerSchema>;
export type OutsideSight = z.infer<typeof outsideSchema>;

/** What the join alone gives, before a policy judges it. */
export type JoinedEntry = Pick<
  ReconciliationEntry,
  'kind' | 'certain' | 'port' | 'families' | 'listener' | 'outside' | 'text'
>;

/** The published JSON Schema (draft 2020-12) of the reconciliation document. */
export function reconciliationJsonSchema(): Record<string, unknown> {
  return publishedSchema(reconciliationSchema, {
    name: 'reconciliation',
    description: 'What a host says it listens on, beside what a scan saw of it from outside.',
  });
}
