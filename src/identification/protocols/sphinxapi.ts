import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const version = 1;

/**
 * The native protocol of Sphinx and Manticore (Sphinx's documentation, "SphinxAPI"; api/sphinxapi.php, "connect"). The server speaks first.
 *
 * ```
 * ← version u32be = 1
 * ```
 *
 * So few bytes prove it on its own port alone.
 */
export const sphinxapi: Protocol = {
  name: 'sphinxapi',
  ports: [9312],
  context: 'port',
  matchers: [{ parse }],
  about: { recognisedBy: 'the version that it greets with, on its own port', logs: 'nothing' },
  examples: [
    { from: 'searchd of Sphinx 2.2.11, Debian 12', bytes: Uint8Array.of(0, 0, 0, 1), service: { name: 'sphinxapi' } },
  ],
  negatives: [
    { from: 'more than four bytes', bytes: Uint8Array.of(0, 0, 0, 1, 0) },
    { from: 'another number', bytes: Uint8Array.of(0, 0, 0, 2) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const number = readerOf(bytes).u32();
  if (bytes.length > 4) return { kind: 'no' };
  if (number === undefined) return { kind: bytes.every((byte) => byte === 0) ? 'more' : 'no' };
  return number === version ? { kind: 'match', facts: {} } : { kind: 'no' };
}
