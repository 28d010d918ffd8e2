import type { TlsFacts, TlsUpgrade } from '../model/observation.js';
import type { Connection } from '../net/connection.js';
import { readAnswer } from './answer.js';
import type { Heard } from './heard.js';
import type { Match } from './match.js';
import { nextPatience } from './plan.js';
import type { Protocol } from './protocol.js';
import { latin1 } from './reader.js';
import type { Session } from './session.js';
import type { StartTls, StartTlsVerdict } from './start-tls.js';
import { readTlsAnswer } from './tls-record.js';
import { handshakeTrouble } from './trouble.js';

/** What an upgrade showed, or was told of one; `trouble` where the service agreed to it and it failed. Nothing where it has none. */
export interface Upgrade {
  readonly tls?: TlsFacts;
  readonly tlsUpgrade?: TlsUpgrade;
  readonly trouble?: string;
}

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
  if (match?.protocol.startTls === undefined || connection.tls !== undefined) {
    session.leave(connection, match);
    return {};
  }
  // After a stranger's question its answers to that are still to come, and would be taken for answers to ours.
  const isInStep = asked === undefined || asked === match.protocol;
  const mechanism = wayOf(match, heard);
  if (typeof mechanism === 'string' || !isInStep || !session.mayWrite || match.protocol.punishes === true) {
    session.leave(connection, match);
    return { tlsUpgrade: typeof mechanism === 'string' ? mechanism : 'unknown' };
  }
  if (mechanism.first === true) session.leave(connection, match);
  const current = mechanism.first === true ? await session.reopen(false) : connection;
  if (current === undefined) return { tlsUpgrade: 'unknown' };
  const verdict = await agrees(session, current, mechanism, nextPatience(session.patience, heard.waitedMs));
  if (verdict !== 'yes') {
    session.leave(current, mechanism.first === true ? undefined : match);
    return { tlsUpgrade: verdict === 'no' ? 'refused' : 'unknown' };
  }
  const result = await session.secure(current, session.patience.answerMs, {});
  if (result.kind === 'failed') {
    const why = session.over() ?? handshakeTrouble(result, readTlsAnswer(result.heard) ?? {});
    return { tlsUpgrade: 'offered', trouble: `asked to upgrade to TLS, it agreed; ${why}` };
  }
  session.leave(result.connection, mechanism.restarts === true ? undefined : match);
  const { tls } = result.connection;
  return tls === undefined ? { tlsUpgrade: 'offered' } : { tls: { ...tls, startTls: true } };
}

/** How it is to be asked after what it has said, or what it has said of an upgrade by itself. */
function wayOf({ protocol: { startTls }, offersTls }: Match, { bytes }: Heard): StartTls | TlsUpgrade {
  if (offersTls === false) return 'refused';
  if (startTls === undefined || startTls === 'not-asked') return offersTls === true ? 'offered' : 'unknown';
  const said = latin1(bytes);
  const way = wayAfter(startTls, said);
  if (way === undefined) return 'unknown';
  return way.offer?.test(said) === false ? 'refused' : way;
}

function wayAfter(way: StartTls | undefined, said: string): StartTls | undefined {
  return way === undefined || way.after?.test(said) !== false ? way : wayAfter(way.otherwise, said);
}

async function agrees(
  session: Session,
  connection: Connection,
  { turns }: StartTls,
  patienceMs: number,
): Promise<StartTlsVerdict> {
  for (const { ask, read } of turns) {
    connection.write(ask);
    const verdict = (await readAnswer(session, connection, patienceMs, read)) ?? 'unclear';
    if (verdict !== 'yes') return verdict;
  }
  return 'yes';
}
