import type { Connection } from '../net/connection.js';
import type { Session } from './session.js';

/** No answer to a single question is read further. */
const maxAnswer = 4096;

/** Reads until what has come is an answer, and gives what it is; undefined where the peer pauses for longer than `patienceMs`, stops before, or goes on for too long. */
export async function readAnswer<Answer extends string | object>(
  session: Session,
  connection: Connection,
  patienceMs: number,
  read: (bytes: Uint8Array) => Answer | 'more',
): Promise<Answer | undefined> {
  let bytes = new Uint8Array();
  while (bytes.length < maxAnswer) {
    const reading = await session.read(connection, patienceMs, maxAnswer - bytes.length);
    if (reading.kind !== 'data') return undefined;
    bytes = Uint8Array.from([...bytes, ...reading.bytes]);
    const answer = read(bytes);
    if (answer !== 'more') return answer;
  }
  return undefined;
}
