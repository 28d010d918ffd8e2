import type { Matcher, Parsed, Protocol, ProvenFacts, ServiceFacts } from './protocol.js';
import { latin1 } from './reader.js';
import { protocols } from './registry.js';

/** A pattern sees no more than this: whatever a server has to say of itself stands at the beginning. */
const patternLimit = 4096;
/** A parser sees no more than this: no message that names a service is longer. */
export const parseLimit = 16_384;
const lineFeed = 0x0a;
/** No fact is longer than this, in characters. */
const factLimit = 256;

/** A protocol, and what its bytes prove. */
export interface Match {
  readonly protocol: Protocol;
  readonly facts: ProvenFacts;
  /** It is this protocol for certain, and more bytes may tell more about it. */
  readonly growing: boolean;
  /** The server said in the clear that it wants TLS. */
  readonly wantsTls: boolean;
  /** Whether it would upgrade to TLS, where it says so by itself. */
  readonly offersTls?: boolean | undefined;
}

/** So many lines after the first are looked at for another protocol's greeting. */
const linesInDoubt = 16;

/** `more`: nothing matches yet, and with more bytes a protocol may. */
export type MatchResult = { readonly kind: 'match'; readonly match: Match } | { readonly kind: 'more' | 'no' };

/** Which protocol these bytes of a server are: the first of the registry that matches. Pure, and linear in the bytes. */
export function matchBytes(bytes: Uint8Array, candidates: readonly Protocol[] = protocols): MatchResult {
  if (bytes.length === 0) return { kind: 'more' };
  const seen = bytes.subarray(0, parseLimit);
  const result = firstMatch(seen, candidates);
  return result.kind === 'match' && saysAnother(seen, result.match, candidates) ? { kind: 'no' } : result;
}

function firstMatch(seen: Uint8Array, candidates: readonly Protocol[]): MatchResult {
  const text = latin1(seen.subarray(0, patternLimit));
  let undecided = false;
  for (const protocol of candidates) {
    for (const matcher of protocol.matchers) {
      const parsed = applyMatcher(matcher, seen, text);
      if (parsed.kind === 'match') {
        const { growing = false, wantsTls = false, offersTls } = parsed;
        return { kind: 'match', match: { protocol, facts: present(parsed.facts), growing, wantsTls, offersTls } };
      }
      undecided ||= parsed.kind === 'more';
    }
  }
  return { kind: undecided && seen.length < parseLimit ? 'more' : 'no' };
}

/**
 * A later line begins another protocol's greeting. No server has two, and one that is made to look like every server at once is none of
 * them. A web page may quote what it likes.
 */
function saysAnother(seen: Uint8Array, { protocol }: Match, candidates: readonly Protocol[]): boolean {
  if (protocol.name === 'http') return false;
  let start = 0;
  for (let line = 0; line < linesInDoubt; line += 1) {
    start = seen.subarray(0, patternLimit).indexOf(lineFeed, start) + 1;
    if (start === 0 || start >= seen.length) return false;
    const later = firstMatch(seen.subarray(start), candidates);
    if (later.kind === 'match' && later.match.protocol !== protocol) return true;
  }
  return false;
}

function applyMatcher(matcher: Matcher, bytes: Uint8Array, text: string): Parsed {
  if ('parse' in matcher) return matcher.parse(bytes);
  const found = matcher.pattern.exec(text);
  if (found === null) return { kind: 'no' };
  const groups: Readonly<Record<string, string | undefined>> = found.groups ?? {};
  const { product, version, extraInfo, hostname } = groups;
  return {
    kind: 'match',
    facts: { product, version, extraInfo, hostname, ...matcher.facts?.(groups) },
  };
}

/** What there is of the facts, each no longer than the limit. */
export function present(facts: ServiceFacts): ProvenFacts {
  const entries: [string, string | readonly string[] | undefined][] = Object.entries(facts);
  return Object.fromEntries(
    entries
      .filter(([, fact]) => fact !== undefined && fact.length > 0)
      .map(([name, fact]) => [name, typeof fact === 'string' ? fact.slice(0, factLimit) : fact]),
  );
}
