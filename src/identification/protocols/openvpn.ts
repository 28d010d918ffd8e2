import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [hardResetClient, hardResetServer] = [7 << 3, 8 << 3];
const sessionLength = 8;
/** What OpenVPN calls a session id: eight bytes of the client's choice, which come back. */
const ourSession = 'exposcan';
const [minLength, maxLength] = [26, 512];
const maxAcknowledged = 8;

/**
 * OpenVPN over TCP (OpenVPN's documentation of its wire protocol, "OpenVPN Protocol", and doxygen "Network protocol").
 *
 * ```
 * → int16 length = 14 · byte 7 << 3 P_CONTROL_HARD_RESET_CLIENT_V2, key 0 · session id 8 · byte 0 acknowledgements · int32 packet 0
 * ← int16 length · byte 8 << 3 P_CONTROL_HARD_RESET_SERVER_V2 · session id 8 · byte n · n int32 acknowledged · our session id 8
 *   int32 packet 0
 * ```
 *
 * A server with tls-auth or tls-crypt takes no packet without its key and closes without a word.
 */
export const openvpn: Protocol = {
  name: 'openvpn',
  ports: [1194],
  probe: Buffer.concat([Uint8Array.of(0, 14, hardResetClient), Buffer.from(ourSession), Uint8Array.of(0, 0, 0, 0, 0)]),
  blindTurn: 19,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a hard reset, with our session id in it',
    logs: 'the initial packet, and a connection reset',
  },
  examples: [
    {
      from: 'OpenVPN 2.6.14, Debian 12, without tls-auth',
      bytes: Buffer.from('\0\x1a@\xa1\xff\x13\xe3\x11\xc0(\xc4\x01\0\0\0\0exposcan\0\0\0\0', 'latin1'),
      service: { name: 'openvpn', extraInfo: 'answers without tls-auth or tls-crypt' },
    },
  ],
  negatives: [
    {
      from: 'our own reset, echoed',
      bytes: Buffer.from('\0\x0e8exposcan\0\0\0\0\0', 'latin1'),
    },
    {
      from: "a reset for somebody else's session",
      bytes: Buffer.from('\0\x1a@\xa1\xff\x13\xe3\x11\xc0(\xc4\x01\0\0\0\0somebody\0\0\0\0', 'latin1'),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, operation] = [reader.u16be(), reader.u8()];
  if (length !== undefined && (length < minLength || length > maxLength)) return { kind: 'no' };
  if (operation !== undefined && operation !== hardResetServer) return { kind: 'no' };
  reader.take(sessionLength);
  const count = reader.u8();
  if (length === undefined || count === undefined) return { kind: bytes.length < minLength ? 'more' : 'no' };
  if (count === 0 || count > maxAcknowledged) return { kind: 'no' };
  reader.take(4 * count);
  const session = reader.take(sessionLength);
  if (session === undefined) return { kind: 'more' };
  if (latin1(session) !== ourSession) return { kind: 'no' };
  return { kind: 'match', facts: { extraInfo: 'answers without tls-auth or tls-crypt' } };
}
