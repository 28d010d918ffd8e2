import { dayMs } from '../../model/duration.js';
import type { PolicyException } from '../policy.js';

/** The end of the last day (UTC) on which an exception holds, in milliseconds. */
export function endOf({ expires }: PolicyException): number {
  return Date.parse(`${expires}T00:00:00Z`) + dayMs;
}
