import type { Identification, Service, TlsFacts, TlsUpgrade } from '../model/observation.js';
import type { Connection } from '../net/connection.js';
import { askAfterGreeting } from './after-greeting.js';
import type { Tried } from './blind-order.js';
import type { GreetingTimes } from './greeting-times.js';
import { hear, type Heard, type HearOptions } from './heard.js';
import { matchBytes, present } from './match.js';
import { guessedInsideTls, guessedService, provenService } from './naming.js';
import {
  answerPatience,
  candidatesFor,
  isUntouchable,
  defaultPatience,
  greetingPatience,
  mayGreet,
  nextStep,
  punishingOn,
  stepPatience,
  type Patience,
  type Step,
} from './plan.js';
import type { Protocol } from './protocol.js';
import { echo } from './protocols/echo.js';
import { questionAfter } from './question.js';
import { protocols } from './registry.js';
import { startSession, type Session, type SessionOptions } from './session.js';
import { upgradeAndLeave } from './start-tls-upgrade.js';
import { readTlsAnswer } from './tls-record.js';
import { negotiate } from './tls-negotiation.js';
import { surveyTls } from './tls-survey.js';
import { handshakeTrouble, silenceOnly, troubleOf } from './trouble.js';

export interface IdentifyOptions extends SessionOptions {
  /** The measured round trip to the endpoint, in milliseconds. */
  readonly roundTripMs?: number | undefined;
  /** How many connections this may take, the first one included. Default 12; services that punish get one in any case. */
  readonly maxConnections?: number | undefined;
  readonly patience?: Partial<Patience> | undefined;
  /** What the greetings of the same host have taken, and where this one's is added. */
  readonly greetings?: GreetingTimes | undefined;
  /** Also speaks to the controllers of machines, which may stop at what they do not expect. */
  readonly probeControllers?: boolean | undefined;
}

const maxBytes = 65_536;
export const defaultConnections = 12;

/**
 * Names what answers on an open endpoint, beginning with the connection that proved it open (which this takes over and
 * closes). Listens first, asks only what stays silent, and never rejects: whatever the peer does ends in an answer within
 * the patience.
 */
export async function identify(connection: Connection, options: IdentifyOptions): Promise<Identification> {
  const { port } = connection;
  const session = startSession(connection, options, {
    maxConnections: punishingOn(port) !== undefined ? 1 : (options.maxConnections ?? defaultConnections),
    maxBytes,
    patience: { ...defaultPatience, ...options.patience },
    mayWrite: !isUntouchable(port, options.probeControllers === true),
  });
  try {
    const answer = await askFurther(
      session,
      connection,
      await converse(session, connection, options.roundTripMs ?? 0, options.greetings),
    );
    const tls = answer.tls === undefined ? undefined : await surveyTls(session, answer.tls, answer.heard?.match);
    return identificationOf(port, { ...answer, tls }, options.signal.aborted);
  } finally {
    session.end();
  }
}

/** What came of one way to approach the endpoint. */
interface Answer {
  readonly heard?: Heard;
  /** The server speaks TLS, whether or not the handshake succeeded. */
  readonly insideTls: boolean;
  /** Where the handshake succeeded, before the service spoke or after. */
  readonly tls?: TlsFacts | undefined;
  readonly tlsUpgrade?: TlsUpgrade;
  readonly trouble?: string | undefined;
}

/** Listens, and asks if nothing comes: on a plain connection, and once more inside TLS where that is what it speaks. */
async function converse(
  session: Session,
  connection: Connection,
  roundTripMs: number,
  greetings?: GreetingTimes,
): Promise<Answer> {
  const { port } = session;
  const { tls } = connection;
  const insideTls = tls !== undefined;
  const patienceMs = greetingPatience(port, insideTls, session.patience, roundTripMs);
  const answerMs = answerPatience(port, insideTls, session.patience, roundTripMs);
  // Only where the port number does not say that the server speaks first: some are slow on purpose.
  const bound = mayGreet(port, insideTls) ? () => greetings?.bound(roundTripMs) : undefined;
  const heard = await hearGreeting(session, connection, { patienceMs, answerMs, bound });
  if (heard.waitedMs !== undefined) greetings?.note(heard.waitedMs);
  if (heard.bytes.length > 0 || heard.ending !== 'silence' || !session.mayWrite) {
    return settle(session, connection, heard);
  }
  let best: Answer = { insideTls, tls, trouble: silenceOnly };
  let idle: Connection | undefined = connection;
  const tried: Tried[] = [];
  for (;;) {
    const step = nextStep(port, insideTls, tried);
    if (step === undefined) break;
    const current: Connection | undefined = idle ?? (await session.reopen(insideTls));
    if (current === undefined || session.over() !== undefined) break;
    idle = undefined;
    const stepMs = stepPatience(step, answerMs, session.patience, roundTripMs);
    const answer =
      step.kind === 'tls'
        ? await tryTls(session, current, roundTripMs, stepMs)
        : await tryProbe(session, current, step.protocol, step.blind ? undefined : session.serverName, stepMs);
    if (answer.heard?.match !== undefined || demandsTls(answer)) return followUp(session, answer, step, roundTripMs);
    if (answer.insideTls && !insideTls) return answer;
    const { bytes = new Uint8Array(), ending = 'silence' } = answer.heard ?? {};
    tried.push({ asked: step.kind === 'tls' ? undefined : step.protocol, bytes, hungUp: ending !== 'silence' });
    if (best.heard === undefined || best.heard.bytes.length === 0) best = answer;
  }
  if (idle !== undefined) session.leave(idle);
  return { ...best, trouble: session.over() ?? best.trouble };
}

/** What the server says unasked, and where a greeting leaves open whose it is, what it answers to the one question that settles it. */
async function hearGreeting(
  session: Session,
  connection: Connection,
  { patienceMs, answerMs, bound }: { patienceMs: number; answerMs: number; bound: HearOptions['bound'] },
): Promise<Heard> {
  const heard = await hear(session, connection, patienceMs, { bound });
  if (heard.match !== undefined || heard.ending !== 'silence' || !session.mayWrite) return heard;
  const question = questionAfter(heard.bytes);
  if (question === undefined || session.over() !== undefined) return heard;
  connection.write(question);
  const more = await hear(session, connection, answerMs, { before: heard.bytes });
  return more.match === undefined ? heard : { ...more, waitedMs: heard.waitedMs };
}

async function tryProbe(
  session: Session,
  connection: Connection,
  protocol: Protocol,
  serverName: string | undefined,
  answerMs: number,
): Promise<Answer> {
  const { probe } = protocol;
  const sent = typeof probe === 'function' ? probe(serverName) : probe;
  if (sent !== undefined) connection.write(sent);
  if (protocol.halfCloses === true) connection.endWriting();
  const heard = await hear(session, connection, answerMs, { asked: protocol });
  // RabbitMQ refuses a stranger with the very bytes that AMQP begins with; who gets them back from whom it sent them to has met an echo.
  const isEcho = sent !== undefined && protocol !== echo && Buffer.from(heard.bytes).equals(sent);
  return settle(session, connection, isEcho ? { ...heard, match: undefined } : heard, protocol);
}

/** Leaves a connection once all has been heard: what a greeting left open is asked before, and then for the upgrade to TLS. */
async function settle(session: Session, connection: Connection, first: Heard, asked?: Protocol): Promise<Answer> {
  const { heard, isInStep } =
    asked === undefined ? await askAfterGreeting(session, connection, first) : { heard: first, isInStep: true };
  const answer = answerOf(session, heard, connection.tls, asked !== undefined);
  if (isInStep) return { ...answer, ...(await upgradeAndLeave(session, connection, heard, asked)) };
  session.leave(connection, heard.match);
  return answer;
}

async function tryTls(
  session: Session,
  connection: Connection,
  roundTripMs: number,
  firstByteMs: number,
): Promise<Answer> {
  const result = await negotiate(session, connection, firstByteMs);
  if (result.kind === 'secured') return converse(session, result.connection, roundTripMs);
  const { heard: bytes, ending } = result;
  const tlsAnswer = readTlsAnswer(bytes);
  const matched = tlsAnswer === undefined ? matchBytes(bytes, candidatesFor(session.port, undefined)) : undefined;
  const match = matched?.kind === 'match' ? matched.match : undefined;
  const heard: Heard = { bytes, read: bytes, truncated: false, match, ending };
  if (tlsAnswer !== undefined) {
    return { heard, insideTls: true, trouble: session.over() ?? handshakeTrouble(result, tlsAnswer) };
  }
  return answerOf(session, heard, undefined, true);
}

/** Answered in the clear, or with an alert of TLS, that it wants to be spoken to inside TLS. */
function demandsTls({ heard, insideTls }: Answer): boolean {
  if (heard === undefined || insideTls) return false;
  return heard.match?.wantsTls ?? readTlsAnswer(heard.bytes) !== undefined;
}

/** A service that was recognised by its answer to a stranger's question says more when it is spoken to in its own way. */
async function followUp(session: Session, answer: Answer, step: Step, roundTripMs: number): Promise<Answer> {
  const { answerMs } = session.patience;
  const match = answer.heard?.match;
  if (step.kind !== 'tls' && demandsTls(answer)) {
    const connection = await session.reopen(false);
    const better = connection === undefined ? answer : await tryTls(session, connection, roundTripMs, answerMs);
    // An alert is TLS whatever comes after; a complaint in the clear is what it is.
    return better.insideTls ? better : { ...answer, insideTls: match === undefined };
  }
  if (match === undefined) return answer;
  // A page may say that another protocol is spoken here.
  const protocol = protocols.find(({ name }) => name === match.facts.name) ?? match.protocol;
  const wasAsked = step.kind === 'probe' && step.protocol === protocol;
  // Inside TLS everything was settled there already.
  const isSettled = step.kind === 'tls' && answer.insideTls;
  if (wasAsked || isSettled || protocol.probe === undefined || protocol.punishes === true) return answer;
  const connection = await session.reopen(answer.insideTls);
  const better =
    connection === undefined ? answer : await tryProbe(session, connection, protocol, session.serverName, answerMs);
  return better.heard?.match?.protocol === protocol ? better : answer;
}

/** Asks what the answer leaves open, once, where the protocol has such a question. */
async function askFurther(session: Session, { address }: Connection, answer: Answer): Promise<Answer> {
  const { heard } = answer;
  const match = heard?.match;
  const question = match?.protocol.followUp?.(heard?.read ?? new Uint8Array(), match.facts, session.port);
  if (heard === undefined || match === undefined || question === undefined || !session.mayWrite) return answer;
  const connection = await session.reopen(answer.insideTls);
  if (connection === undefined) return answer;
  const [literal = ''] = address.text.split('%');
  connection.write(question.probe(session.serverName ?? (address.family === 6 ? `[${literal}]` : literal)));
  const { read } = await hear(session, connection, session.patience.answerMs, { asked: match.protocol });
  session.leave(connection, match);
  const facts = question.read(read);
  return facts === undefined ? answer : { ...answer, heard: { ...heard, match: { ...match, facts: present(facts) } } };
}

function answerOf(session: Session, heard: Heard, tls: TlsFacts | undefined, asked: boolean): Answer {
  const trouble = heard.match === undefined ? (session.over() ?? troubleOf(session.mayWrite, heard, asked)) : undefined;
  return { heard, insideTls: tls !== undefined, tls, trouble };
}

function identificationOf(port: number, answer: Answer, stopped: boolean): Identification {
  const { heard, insideTls, tls, trouble } = answer;
  const canUpgrade = heard?.match?.protocol.startTls !== undefined && !insideTls && tls === undefined;
  return {
    service: serviceOf(port, answer, stopped),
    ...(heard === undefined || heard.bytes.length === 0
      ? {}
      : { banner: { bytes: heard.bytes, truncated: heard.truncated } }),
    ...(tls === undefined ? {} : { tls }),
    ...(canUpgrade ? { tlsUpgrade: answer.tlsUpgrade ?? 'unknown' } : {}),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function serviceOf(port: number, { heard, insideTls, tls }: Answer, stopped: boolean): Service {
  if (heard?.match !== undefined) return provenService(heard.match, insideTls);
  // What was cut short by the end of the scan does not speak against what the port number suggests.
  const spoke = heard !== undefined && heard.bytes.length > 0 && !stopped;
  // Where the handshake failed, the bytes heard are TLS's own.
  return insideTls ? guessedInsideTls(port, spoke && tls !== undefined) : guessedService(port, spoke);
}
