import * as z from 'zod';

/**
 * Why a vantage may not stand where its name says.
 *
 * `self`: it is the scanned machine. `shares-link`: it reaches the target without a router. `private-target`: the address is one
 * that the internet does not carry. `private-source`: so is its own, out of the same block. `hosts-file`: the name was not looked
 * up where others look it up. `split-name`: the name's addresses differ with the place that one asks from.
 */
export const vantageWarningCodes = [
  'self',
  'shares-link',
  'private-target',
  'private-source',
  'hosts-file',
  'split-name',
] as const;

export const vantageWarningSchema = z.strictObject({
  code: z.enum(vantageWarningCodes),
  vantage: z.string().describe('the name of the vantage in doubt'),
  host: z.string().optional().describe('the target that shows it, as it was typed'),
  message: z.string(),
  advice: z.string().describe('what to do about it'),
});

export type VantageWarning = z.infer<typeof vantageWarningSchema>;
