import { isDeepStrictEqual } from 'node:util';
import type { OpenSighting, Tls } from './view.js';

type Certificate = NonNullable<Tls['certificate']>;

/** Facts that not every exposcan looks for, and not every scan can tell: where only one side has them, nothing is known to differ. */
const laterFacts: readonly (keyof Tls)[] = ['startTls', 'chain', 'alpnChoices', 'versions'];
const laterCertificateFacts: readonly (keyof Certificate)[] = ['key', 'signatureAlgorithm', 'target'];

/**
 * The TLS of two looks at an endpoint, as far as both could look for it: that a service upgrades when asked is nothing that an older
 * exposcan could have seen.
 */
export function comparableTls(a: OpenSighting, b: OpenSighting): readonly [Tls | undefined, Tls | undefined] {
  const seenBy = (one: OpenSighting, other: OpenSighting) =>
    one.tls?.startTls === true && other.tls === undefined ? undefined : one.tls;
  return [seenBy(a, b), seenBy(b, a)];
}

/** Whether they say the same of all that both of them tell. */
export function isTlsAlike(a: Tls | undefined, b: Tls | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const { certificate: ours, versions: taken, ...rest } = shared(a, b, laterFacts);
  const { certificate: theirs, versions: alsoTaken, ...others } = shared(b, a, laterFacts);
  if (!isDeepStrictEqual(rest, others) || contradict(taken, alsoTaken)) return false;
  if (ours === undefined || theirs === undefined) return ours === theirs;
  return isDeepStrictEqual(shared(ours, theirs, laterCertificateFacts), shared(theirs, ours, laterCertificateFacts));
}

function shared<T extends object>(one: T, other: T, later: readonly (keyof T)[]): Partial<T> {
  const copy: Partial<T> = { ...one };
  for (const fact of later) if (other[fact] === undefined) Reflect.deleteProperty(copy, fact);
  return copy;
}

/** One side saw accepted what the other saw refused. */
function contradict(a: Tls['versions'], b: Tls['versions']): boolean {
  if (a === undefined || b === undefined) return false;
  const isRefused = (accepted: readonly string[], refused: readonly string[]) =>
    accepted.some((version) => refused.includes(version));
  return isRefused(a.accepted, b.refused) || isRefused(b.accepted, a.refused);
}
