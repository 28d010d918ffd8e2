import { greetingFacts, type ProductWords } from './product-words.js';
import type { Parsed } from './protocol.js';
import { latin1 } from './reader.js';

/**
 * What a server names itself in the list of its capabilities, as POP3 (RFC 2449, sections 5 and 6.9) and NNTP (RFC 3977, section 5.2)
 * have it: the line `IMPLEMENTATION`, between the status that announces the list and the line with a point that ends it.
 */
export function readImplementation(answer: Uint8Array, status: string, known: readonly ProductWords[]): Parsed {
  const lines = latin1(answer).split('\n').slice(0, -1);
  const [first, ...list] = lines.map((line) => line.replace(/\r$/, ''));
  if (first === undefined) return { kind: 'more' };
  if (!first.startsWith(status)) return { kind: 'no' };
  const end = list.indexOf('.');
  if (end < 0) return { kind: 'more' };
  const said = list.map((line) => /^IMPLEMENTATION (.{1,200})$/i.exec(line)?.[1]).find((text) => text !== undefined);
  return said === undefined
    ? { kind: 'no' }
    : { kind: 'match', facts: { product: said, ...greetingFacts(known, [said]) } };
}
