import { ExposcanError } from './errors.js';

/** How a scan is to probe: `auto` by SYN packets where this process may send them and the address is another machine's. */
export const methodChoices = ['auto', 'connect', 'syn'] as const;
export type MethodChoice = (typeof methodChoices)[number];

/** What a user is told who asks for SYN packets where none can be sent. */
export function synRefused(why: string): ExposcanError {
  return new ExposcanError(
    'ERR_USAGE',
    `--method syn cannot be used: ${why}. Use --method connect, which sees the same states.`,
  );
}
