import { isDamage } from './history-error.js';
import { chunksOf } from './rows.js';
import type { Database } from './transaction.js';

/**
 * Takes over what the evidence log does not hold: what waits for its receivers, and what watches remember. False where the old history
 * is too damaged for that.
 */
export async function carryOver(old: Database, made: Database): Promise<boolean> {
  const state = await readState(old);
  if (state === undefined) return false;
  for (const chunk of chunksOf(state.notices)) await made.insertInto('outbox').values(chunk).execute();
  for (const chunk of chunksOf(state.watches)) await made.insertInto('watch_state').values(chunk).execute();
  return true;
}

async function readState(old: Database) {
  try {
    return {
      notices: await old.selectFrom('outbox').selectAll().execute(),
      watches: await old.selectFrom('watch_state').selectAll().execute(),
    };
  } catch (error) {
    if (isDamage(error)) return undefined;
    throw error;
  }
}
