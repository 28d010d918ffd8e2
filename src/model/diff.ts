import * as z from 'zod';
import { changeSchema, isDifference } from './diff-change.js';
import { publishedSchema } from './published-schema.js';
import { snapshotSchema } from './snapshot.js';

export { isDifference, type Change, type ChangeKind } from './diff-change.js';

const { tool, vantage, startedAt, finishedAt, complete, asked, verdict } = snapshotSchema.shape;
const families = asked.shape.families;

/** Which snapshot one side of a comparison was. */
const sideSchema = z.strictObject({
  targets: z.array(z.string()).describe('as they were typed'),
  vantage: z.string(),
  sources: vantage.shape.sources,
  startedAt,
  finishedAt,
  complete,
  self: z.boolean().describe('all of it was seen from the scanned machine itself'),
  asked,
  tool,
  verdict,
});

/** What casts doubt on a comparison, whatever it comes to. */
const diffWarningCodes = ['other-vantage', 'self-scan', 'wrong-order', 'incomplete', 'nothing-in-common'] as const;

const warningSchema = z.strictObject({
  code: z
    .enum(diffWarningCodes)
    .describe(
      'other-vantage: seen from different places; self-scan: one of them, or both, looked at their own machine; wrong-order: the ' +
        'later one is given first; incomplete: one was stopped before it was done; nothing-in-common: no endpoint was asked for in both',
    ),
  message: z.string(),
});

const targetChangeSchema = z.strictObject({
  target: z.string().describe('a name in lower case, or what was typed'),
  kind: z
    .enum(['target-added', 'target-dropped', 'target-changed'])
    .describe('asked for in the later snapshot only, in the earlier only, or in both with another outcome'),
  gained: z.array(z.string()).describe('addresses that it has in the later snapshot only'),
  lost: z.array(z.string()).describe('addresses that it has in the earlier snapshot only'),
  known: z
    .strictObject({ from: families, to: families })
    .describe(
      'of a name: the families whose addresses are all known, because they were asked for and looked up without an error',
    ),
});

/**
 * The diff document, version 1: what differs between two snapshots, `from` the earlier and `to` the later, in order of address and
 * port. It holds enough to make what the later one says out of what the earlier one says. The published JSON Schema is generated
 * from this.
 */
export const diffSchema = z.strictObject({
  format: z.literal('exposcan-diff'),
  version: z.literal(1),
  outcome: z
    .enum(['same', 'different', 'coverage-lost'])
    .describe(
      'coverage-lost: what both observed is the same, and something that was observed in one of them was not in the other: before, and not ' +
        'again; or open now, and not observed before; or nothing was observed in both',
    ),
  from: sideSchema,
  to: sideSchema,
  warnings: z.array(warningSchema),
  compared: z.int().min(0).describe('how many endpoints both decided, the same or not'),
  names: z
    .array(z.strictObject({ address: z.string(), targets: z.array(z.string()) }))
    .describe('the names that lead to the addresses below, in either snapshot'),
  targetChanges: z.array(targetChangeSchema).describe('what the targets came to; a difference shows under changes'),
  changes: z.array(changeSchema),
});

export type Diff = z.infer<typeof diffSchema>;
export type DiffSide = z.infer<typeof sideSchema>;
export type DiffWarning = z.infer<typeof warningSchema>;
export type TargetChange = z.infer<typeof targetChangeSchema>;
export type DiffOutcome = Diff['outcome'];

/**
 * What a comparison comes to: `different` where anything that both observed differs, else `coverage-lost` where something
 * that was observed before could not be observed again, where a port is open of which nothing was known before (it may have been opened,
 * or open all along), or where there was nothing to compare, else `same`. Any other gain in coverage is no difference.
 */
export function diffOutcome({
  changes,
  compared,
  targetChanges,
}: Pick<Diff, 'changes' | 'compared' | 'targetChanges'>): DiffOutcome {
  if (changes.some(isDifference)) return 'different';
  const isLoss =
    compared === 0 ||
    targetChanges.some((change) => lostFamilies(change).length > 0) ||
    changes.some(
      (change) =>
        change.kind === 'coverage-lost' ||
        change.kind === 'identification-lost' ||
        (change.kind === 'coverage-gained' && change.open !== ''),
    );
  return isLoss ? 'coverage-lost' : 'same';
}

/** The families of a name that were looked up before and not again, so that it may lead to addresses that nobody looked at. */
export function lostFamilies({ known: { from, to } }: TargetChange): TargetChange['known']['from'] {
  return from.filter((family) => !to.includes(family));
}

/** The published JSON Schema (draft 2020-12) of the diff document. */
export function diffJsonSchema(): Record<string, unknown> {
  return publishedSchema(diffSchema, { name: 'diff', description: 'What differs between two snapshots.' });
}
