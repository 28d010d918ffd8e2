import { portsOfCategory, serviceNameOf } from '../model/known-ports.js';
import { alike, blindOrder, hintedBy, type Tried } from './blind-order.js';
import { likenessToAny, strongLikeness } from './port-likeness.js';
import type { Protocol } from './protocol.js';
import { http } from './protocols/http.js';
import { protocols } from './registry.js';

/** How long to wait for what, in milliseconds. */
export interface Patience {
  /** For the first byte on a port where the server usually speaks first: it may look up our name, or wait on purpose. */
  readonly serverFirstMs: number;
  /** For the first byte on a port where the client usually speaks first, at least; three round trips where that is more. */
  readonly clientFirstMs: number;
  /** For the first byte on any other port. */
  readonly otherMs: number;
  /** For the answer to a probe, for the rest of a message that has begun, and for a TLS handshake. */
  readonly answerMs: number;
  /** For the answer of a service that has just spoken by itself to what is asked next, at least; ten times what it took to speak where that is more. */
  readonly nextMs: number;
  /** For the first byte of an answer where the port number suggests no service, at least; ten round trips where that is more. */
  readonly guessMs: number;
  /**
   * For the same where nothing else suggests the protocol either, at least; five round trips where that is more. Less than the half second
   * after which some hang up on a question that they wait for the rest of (Knot DNS), which would look as if they had not understood it.
   */
  readonly blindMs: number;
  /** For more, after bytes that may be all there is. */
  readonly pauseMs: number;
  /** For everything, on all connections to one endpoint. */
  readonly totalMs: number;
}

export const defaultPatience: Patience = {
  serverFirstMs: 6000,
  clientFirstMs: 200,
  otherMs: 2000,
  answerMs: 4000,
  nextMs: 2000,
  guessMs: 1000,
  blindMs: 450,
  pauseMs: 1000,
  totalMs: 10_000,
};

/**
 * `briefly`: there is something else to ask, and TLS comes once more at the end if it is silent now (`again`). `blind`: nothing suggests
 * this protocol, so that it is asked in the least way that it knows, and briefly.
 */
export type Step =
  | { readonly kind: 'tls'; readonly turn: 'only' | 'briefly' | 'again' }
  | { readonly kind: 'probe'; readonly protocol: Protocol; readonly blind: boolean };

const portsHarmed = (by: Protocol['harmedBy']) =>
  new Set(protocols.flatMap(({ harmedBy, ports }) => (harmedBy === by ? ports : [])));
const printers = portsHarmed('printer');
const controllers = new Set([...portsHarmed('controller'), ...portsOfCategory('industrial')]);

/** Ports to listen on only, and never to send a byte to: those of printers, and unless asked for those of controllers. */
export function isUntouchable(port: number, mayProbeControllers: boolean): boolean {
  return printers.has(port) || (controllers.has(port) && !mayProbeControllers);
}

/** The protocols to look for in what is heard on this port, when `asked` was asked. */
export function candidatesFor(port: number, asked: Protocol | undefined): readonly Protocol[] {
  return protocols.filter(
    ({ context, ports, overTls, name }) =>
      context === undefined ||
      name === asked?.name ||
      (context === 'port' && (ports.includes(port) || overTls?.ports.includes(port) === true)),
  );
}

/** The protocols that usually live on this port, plain or inside TLS. */
export function usualOn(port: number, insideTls: boolean): readonly Protocol[] {
  return protocols.filter(({ ports, overTls }) => (insideTls ? overTls?.ports : ports)?.includes(port) === true);
}

/** The name of the protocol usual on this port whose servers count or punish unfinished connections: there must be one only. */
export function punishingOn(port: number): string | undefined {
  return usualOn(port, false).find(({ punishes }) => punishes === true)?.name;
}

export function suggestsHttp(port: number): boolean {
  return http.overTls?.ports.includes(port) === true;
}

/** The port number suggests a service that may be inside TLS without a certificate. */
export function mayBeAnonymous(port: number): boolean {
  return usualOn(port, true).some(({ anonymousTls }) => anonymousTls === true);
}

/** The port number says neither that the server speaks first nor that the client does. */
export function mayGreet(port: number, insideTls: boolean): boolean {
  return usualOn(port, insideTls).length === 0 && (insideTls || usualOn(port, true).length === 0);
}

/** How long to wait for a server to speak unasked. */
export function greetingPatience(port: number, insideTls: boolean, patience: Patience, roundTripMs: number): number {
  const usual = usualOn(port, insideTls);
  // Who never speaks is not waited for: a printer serves nobody else in the meantime.
  if (usual.some(({ probe, matchers }) => probe === undefined && matchers.length > 0)) return patience.serverFirstMs;
  return mayGreet(port, insideTls) ? patience.otherMs : Math.max(patience.clientFirstMs, 3 * roundTripMs);
}

/** How long the first byte of an answer to a guess may take, in milliseconds. */
function guessPatience(patience: Patience, roundTripMs: number): number {
  return Math.min(patience.answerMs, Math.max(patience.guessMs, 10 * roundTripMs));
}

/** How long the answer may take to what is asked right after the service spoke, which took it so many milliseconds. */
export function nextPatience({ answerMs, nextMs }: Patience, waitedMs = 0): number {
  return Math.min(answerMs, Math.max(nextMs, 10 * waitedMs));
}

/**
 * How long the first byte of an answer may take. A port number that suggests no service makes every question a guess: most of
 * them are ignored without a word, and are not worth the patience for a slow server on the port that it usually has.
 */
export function answerPatience(port: number, insideTls: boolean, patience: Patience, roundTripMs: number): number {
  const isGuess = !insideTls && serviceNameOf(port) === undefined && usualOn(port, false).length === 0;
  return isGuess ? guessPatience(patience, roundTripMs) : patience.answerMs;
}

/** How long the first byte of the answer to this step may take, where it may take `answerMs` on this port in general. */
export function stepPatience(step: Step, answerMs: number, patience: Patience, roundTripMs: number): number {
  if (step.kind === 'tls') return step.turn === 'briefly' ? guessPatience(patience, roundTripMs) : answerMs;
  return step.blind && step.protocol !== http
    ? Math.min(answerMs, Math.max(patience.blindMs, 5 * roundTripMs))
    : answerMs;
}

const tls: Step = { kind: 'tls', turn: 'only' };
/** So many protocols are asked that the port number looks a little like. */
const weakHints = 2;
/**
 * After so many questions nobody is asked blindly any more. All servers that were met are known by then, with one connection left of those
 * that an endpoint is given. Inside TLS each takes a handshake, what asks for the versions of TLS is still to come, and the tunnel is known
 * anyway.
 */
const enoughQuestions = { inTheClear: 11, insideTls: 5, insideSilentTls: 4 } as const;

/**
 * What to ask a silent server next, after what was asked already and what came of it; undefined where there is nothing more to ask.
 *
 * HTTP is not sent where something else is known to live: mail servers count it as an error, Redis as an attack.
 */
export function nextStep(port: number, insideTls: boolean, tried: readonly Tried[]): Step | undefined {
  const [plain, inside] = [usualOn(port, false), usualOn(port, true)];
  const own = [...new Set([...plain, ...inside])].filter(({ probe }) => probe !== undefined);
  const isFree = inside.length === 0 && (insideTls ? own.length === 0 : plain.length === 0);
  const isDone = (step: Step) => {
    const before = tried.filter(({ asked }) => asked === (step.kind === 'tls' ? undefined : step.protocol));
    const isRepeat = step.kind === 'tls' && step.turn === 'again';
    return isRepeat ? before.length > 1 || !before.every(wasSilent) : before.length > 0;
  };
  const steps = isFree ? blindSteps(port, insideTls, tried) : usualSteps(own, insideTls, inside.length > 0);
  return steps.find((step) => !isDone(step));
}

function usualSteps(own: readonly Protocol[], insideTls: boolean, isUsuallyInside: boolean): readonly Step[] {
  const probes = own.map((protocol) => asking(protocol));
  if (insideTls) return probes;
  if (!isUsuallyInside) return [...probes, tls];
  return probes.length === 0 ? [tls] : [{ kind: 'tls', turn: 'briefly' }, ...probes, { kind: 'tls', turn: 'again' }];
}

function wasSilent({ bytes, hungUp }: Tried): boolean {
  return bytes.length === 0 && !hungUp;
}

/**
 * On a port that tells nothing. TLS comes before HTTP: a web server names itself in its complaint about TLS, whereas TLS servers answer
 * plain HTTP in HTTP. Both wake those who complain in words of their own; what is left waits for its own language, or for more bytes.
 */
function blindSteps(port: number, insideTls: boolean, tried: readonly Tried[]): readonly Step[] {
  const general = insideTls ? [asking(http, true)] : [tls, asking(http, true)];
  const hinted = hintedBy(tried).map((protocol) => asking(protocol));
  if (looksHarmed(port)) return [...general, ...hinted];
  const strong = alike(port, insideTls, strongLikeness);
  const weak = alike(port, insideTls, 1, strongLikeness).slice(0, weakHints);
  const others = [...weak, ...blindOrder(tried, insideTls)].map((protocol) => asking(protocol, true));
  const isSilent = tried.every(({ hungUp }) => !hungUp);
  const enough = enoughQuestions[insideTls ? (isSilent ? 'insideSilentTls' : 'insideTls') : 'inTheClear'];
  return [
    ...hinted,
    ...strong.map((protocol) => asking(protocol)),
    ...general,
    ...(tried.length >= enough ? [] : others),
  ];
}

function asking(protocol: Protocol, blind = false): Step {
  return { kind: 'probe', protocol, blind };
}

/** It may be the second printer behind a gateway, on 19100 say: nothing is tried out there that no browser would send. */
function looksHarmed(port: number): boolean {
  return likenessToAny(port, [...printers, ...controllers]) >= strongLikeness;
}
