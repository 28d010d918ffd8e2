import * as z from 'zod';
import type { Decision } from '../history/history.js';
import { verificationSchema } from '../model/verification.js';
import type { WeeklyReport } from '../model/weekly-report.js';

const { verdict, verifiedAt, verifiedBy, window, rest } = verificationSchema.shape;
const outcome = rest.shape.outcome;
const provedSchema = z.object({ text: z.string(), outcome });

/** What a report needs of a verification; what another version adds to the document is no reason not to tell of it. */
const toldSchema = z.object({
  verdict,
  verifiedAt,
  verifiedBy,
  window: z.object({ targets: window.shape.targets }),
  expectations: z.array(provedSchema),
  keeps: z.array(provedSchema),
  rest: z.object({ outcome }),
});

/** A verification in short; none where the record cannot be read. */
export function verificationSummary({ seq, body }: Decision): WeeklyReport['verifications'] {
  const { data } = toldSchema.safeParse(body);
  if (data === undefined) return [];
  const { verdict, verifiedAt, verifiedBy, window, expectations, keeps, rest } = data;
  return [{ seq, verifiedAt, verifiedBy, verdict, targets: window.targets, expectations, keeps, rest: rest.outcome }];
}
