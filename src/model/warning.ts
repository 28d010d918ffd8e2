import * as z from 'zod';
import { vantageWarningCodes } from './vantage-warning.js';

/** What a verdict's reader should know, and what does not change it. */
export const warningSchema = z.strictObject({
  code: z
    .enum([...vantageWarningCodes, 'exception-expiring'])
    .describe(
      'exception-expiring: it holds, and ends soon; the others: why a vantage may not stand where its name says',
    ),
  vantage: z.string().optional().describe('the vantage in doubt'),
  host: z.string().optional().describe('the target or host entry that it is about'),
  message: z.string(),
  advice: z.string().describe('what to do about it'),
});

export type Warning = z.infer<typeof warningSchema>;
