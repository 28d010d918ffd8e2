import { DamagedHistory } from './history-error.js';

/** A stored time, in milliseconds since 1970, as every document writes it. Throws `DamagedHistory` where it is none. */
export function timeText(milliseconds: number): string {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) throw new DamagedHistory(`it holds "${String(milliseconds)}" as a time`);
  return time.toISOString();
}
