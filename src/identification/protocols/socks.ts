import type { Parsed, Protocol } from '../protocol.js';

const [version, noAuthentication, noneAcceptable] = [5, 0, 0xff];

/**
 * SOCKS version 5 (RFC 1928, section 3).
 *
 * ```
 * → 05 · 01 one method · 00 no authentication
 * ← 05 · 00 agreed | FF no acceptable method
 * ```
 *
 * No request follows, so that nothing is connected to. Two bytes prove it only as the answer to this.
 */
export const socks: Protocol = {
  name: 'socks',
  ports: [1080, 1081, 10808, 9050, 9150],
  context: 'asked',
  probe: Uint8Array.of(version, 1, noAuthentication),
  blindTurn: 4,
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a greeting that offers no authentication',
    logs: 'Dante: one connection accepted and closed; microsocks and Tor: nothing',
  },
  examples: [
    {
      from: 'microsocks 1.0.3, Dante 1.4.2, and the SOCKS port of Tor 0.4.9.11, Debian 12',
      bytes: Uint8Array.of(version, noAuthentication),
      service: { name: 'socks', extraInfo: 'version 5, asks for no authentication' },
    },
    {
      from: 'microsocks 1.0.3, Debian 12, with a user and a password',
      bytes: Uint8Array.of(version, noneAcceptable),
      service: { name: 'socks', extraInfo: 'version 5, asks for authentication' },
    },
  ],
  negatives: [
    { from: 'our own greeting, echoed', bytes: Uint8Array.of(version, 1, noAuthentication) },
    { from: 'a method that was not offered', bytes: Uint8Array.of(version, 2) },
    { from: 'an answer that goes on', bytes: Uint8Array.of(version, noAuthentication, 0) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const [first, method] = bytes;
  if ((first ?? version) !== version || bytes.length > 2) return { kind: 'no' };
  if (method === undefined) return { kind: 'more' };
  if (method !== noAuthentication && method !== noneAcceptable) return { kind: 'no' };
  const asks = method === noneAcceptable ? 'asks for authentication' : 'asks for no authentication';
  return { kind: 'match', facts: { extraInfo: `version 5, ${asks}` } };
}
