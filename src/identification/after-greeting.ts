import type { Connection } from '../net/connection.js';
import { readAnswer } from './answer.js';
import type { Heard } from './heard.js';
import { present } from './match.js';
import { nextPatience } from './plan.js';
import type { ServiceFacts } from './protocol.js';
import type { Session } from './session.js';

/** A greeting, with what the service added to it when asked. */
export interface Told {
  readonly heard: Heard;
  /** All that was asked is answered: what comes next belongs to the next question. */
  readonly isInStep: boolean;
}

/** Asks a service what its greeting leaves open, once and on the same connection, where its protocol has such a question. Never rejects. */
export async function askAfterGreeting(session: Session, connection: Connection, heard: Heard): Promise<Told> {
  const { match, ending, read: greeting } = heard;
  const question = match?.protocol.asks;
  const isThere = ending === 'match' || ending === 'silence';
  if (match === undefined || question === undefined || !isThere || !session.mayWrite) return { heard, isInStep: true };
  if (!question.when(match.facts, greeting)) return { heard, isInStep: true };
  connection.write(question.write);
  let facts: ServiceFacts = {};
  const patienceMs = nextPatience(session.patience, heard.waitedMs);
  const answer = await readAnswer(session, connection, patienceMs, (bytes) => {
    const parsed = question.read(bytes, match.facts);
    if (parsed.kind === 'match') facts = parsed.facts;
    return parsed.kind === 'match' && parsed.growing === true ? 'more' : parsed.kind;
  });
  const all = { ...match.facts, ...present(facts) };
  return { heard: { ...heard, match: { ...match, facts: all } }, isInStep: answer !== undefined };
}
