import * as z from 'zod';
import { alertSchema } from '../../model/alert.js';
import { ExposcanError } from '../../model/errors.js';
import { findingSchema, snapshotSchema } from '../../model/snapshot.js';

const time = snapshotSchema.shape.startedAt;
const milliseconds = z.int().min(0);

/** Something that does not conform, or did a short while ago. */
const problemSchema = z.strictObject({
  key: z.string(),
  finding: findingSchema.describe('as it was last told, or last seen'),
  alike: z.int().min(1).describe('how many findings it stands for'),
  ports: z.string().optional().describe('where it is about unseen ports: those that were told; absent: all'),
  since: time.describe('when the first look saw it'),
  open: z.boolean().describe('confirmed, and told; false: kept for the sake of its past'),
  changes: z.array(milliseconds).describe('when it came and went, within the window of flapping'),
  doubts: z.array(milliseconds).describe('when one look saw it and the second did not, within that window'),
  flapping: z
    .strictObject({
      changedAt: milliseconds.describe('when it last came or went'),
      runs: z.int().min(0).describe('how many runs have found it unchanged since'),
      gravest: z
        .strictObject({ outcome: findingSchema.shape.outcome, severity: findingSchema.shape.severity })
        .describe('of what was told of it; anything graver is told all the same'),
    })
    .optional(),
  grouped: z.literal(true).optional().describe('told together with others, as the watch seeing little'),
});
export type Problem = z.infer<typeof problemSchema>;

/**
 * What a watch must remember from one run to the next. Only what does not conform is in it: hosts at which all is well take no room.
 */
const watchStateSchema = z.strictObject({
  version: z.literal(1),
  schedule: z
    .strictObject({ pattern: z.string(), timeZone: z.string() })
    .optional()
    .describe('by which runs are accounted for; absent where the watch is run from outside'),
  accounted: time.optional().describe('the last scheduled time that was run or told as missed'),
  lastRun: z.strictObject({ endedAt: time, verdict: z.enum(['pass', 'fail', 'indeterminate']) }).optional(),
  problems: z.array(problemSchema),
  blind: problemSchema.optional().describe('that the watch sees nothing at all, as if that were a finding'),
  partly: problemSchema.optional().describe('likewise, that many hosts fell out of its sight at once'),
  missed: z
    .strictObject({
      toldAt: time,
      count: z.int().min(0).describe('missed since then, and not told yet'),
      first: time.optional(),
    })
    .optional(),
  reloadTrouble: z.string().optional().describe('what was told of a reload that failed, until one succeeds'),
  unnoted: z.array(alertSchema).describe('decided and on its way, and perhaps not in the evidence log yet'),
});
export type WatchState = z.infer<typeof watchStateSchema>;

export const emptyState: WatchState = { version: 1, problems: [], unnoted: [] };

/** Reads what `JSON.stringify` made of a state; the empty text is that of a watch that has never run. Throws `ERR_HISTORY`. */
export function readWatchState(text: string, watch: string): WatchState {
  if (text === '') return emptyState;
  const result = watchStateSchema.safeParse(parseJson(text));
  if (result.success) return result.data;
  throw new ExposcanError(
    'ERR_HISTORY',
    `What the history remembers of the watch ${watch} cannot be read: ${result.error.issues[0]?.message ?? 'it is damaged'}. ` +
      'It may be of a later exposcan. Give the watch another --name to begin anew.',
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
