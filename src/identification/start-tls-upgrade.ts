import type { TlsFacts } from '../model/observation.js';
import type { Connection } from '../net/connection.js';
import type { Heard } from './heard.js';
import type { Protocol } from './protocol.js';
import { latin1 } from './reader.js';
import type { Session } from './session.js';
import type { StartTls, StartTlsTurn } from './start-tls.js';
import { readTlsAnswer } from './tls-record.js';
import { handshakeTrouble } from './trouble.js';

/** What an upgrade showed; `trouble` where the service agreed to it and it failed. Nothing where it was not asked, or refused. */
export interface Upgrade {
  readonly tls?: TlsFacts;
  readonly trouble?: string;
}

const maxAnswer = 4096;

/**
 * Asks a service that was recognised in the clear to upgrade to TLS, where its protocol can, and leaves it, with its farewell where
 * that goes: inside TLS, or in the clear where it refused. `asked`: whose probe was sent before, if any. Never rejects.
 */
export async function upgradeAndLeave(
  session: Session,
  connection: Connection,
  heard: Heard,
  asked: Protocol | undefined,
): Promise<Upgrade> {
  const { match } = heard;
  const mechanism = connection.tls === undefined ? match?.protocol.startTls : undefined;
  // After a stranger's question its answers to that are still to come, and would be taken for answers to ours.
  const isInStep = asked === undefined || asked === match?.protocol;
  const mayAsk = session.mayWrite && match?.protocol.punishes !== true && isInStep;
  if (mechanism === undefined || !mayAsk || mechanism.after?.test(latin1(heard.bytes)) === false) {
    session.leave(connection, match);
    return {};
  }
  if (mechanism.first === true) session.leave(connection, match);
  const current = mechanism.first === true ? await session.reopen(false) : connection;
  if (current === undefined) return {};
  if (!(await agrees(session, current, mechanism))) {
    session.leave(current, mechanism.first === true ? undefined : match);
    return {};
  }
  const result = await session.secure(current, session.patience.answerMs, {});
  if (result.kind === 'failed') {
    const why = session.over() ?? handshakeTrouble(result, readTlsAnswer(result.heard) ?? {});
    return { trouble: `asked to upgrade to TLS, it agreed; ${why}` };
  }
  session.leave(result.connection, match);
  const { tls } = result.connection;
  return tls === undefined ? {} : { tls: { ...tls, startTls: true } };
}

async function agrees(session: Session, connection: Connection, { turns }: StartTls): Promise<boolean> {
  for (const turn of turns) if (!(await saysYes(session, connection, turn))) return false;
  return true;
}

async function saysYes(session: Session, connection: Connection, { ask, read }: StartTlsTurn): Promise<boolean> {
  connection.write(ask);
  let answer = new Uint8Array();
  while (answer.length < maxAnswer) {
    const reading = await session.read(connection, session.patience.answerMs, maxAnswer - answer.length);
    if (reading.kind !== 'data') return false;
    answer = Uint8Array.from([...answer, ...reading.bytes]);
    const verdict = read(answer);
    if (verdict !== 'more') return verdict === 'yes';
  }
  return false;
}
