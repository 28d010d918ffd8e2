import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';
import { startTls } from '../start-tls.js';

const [version, confirm] = [3, 0xd0];
const disconnect = [version, 0, 0, 9, 2, 0xf0, 0x80, 0x21, 0x80];
const [negotiationResponse, negotiationFailure] = [2, 3];

/** selectedProtocol PROTOCOL_RDP, and failureCode SSL_NOT_ALLOWED_BY_SERVER: no TLS. */
const [rdpSecurity, notAllowed] = [0, 2];

/** [MS-RDPBCGR] 2.2.1.2.1, selectedProtocol; the request offers TLS alone, so that there are no others to select. */
const selections: ReadonlyMap<number, string> = new Map([
  [rdpSecurity, 'RDP security, no TLS'],
  [1, 'TLS, network level authentication not required'],
]);

/** [MS-RDPBCGR] 2.2.1.2.2, failureCode. */
const failures: ReadonlyMap<number, string> = new Map([
  [1, 'TLS required'],
  [notAllowed, 'RDP security only, no TLS'],
  [3, 'no certificate for TLS'],
  [4, 'inconsistent flags'],
  [5, 'network level authentication required'],
  [6, 'TLS with a certificate of the client required'],
]);

/**
 * The Remote Desktop Protocol's connection negotiation ([MS-RDPBCGR] sections 2.2.1.1 and 2.2.1.2, in TPKT of RFC 1006 and a
 * class 0 connection of X.224).
 *
 * ```
 * → TPKT 03 00 · int16 length = 19 · X.224 14 · E0 connection request · 00 00 · 00 00 · 00
 *   RDP_NEG_REQ 01 · flags 00 · int16le 8 · int32le requested protocols = 1 (TLS)
 * ← TPKT · X.224 length · D0 connection confirm · 00 00 · reference · 00
 *   RDP_NEG_RSP      02 · flags · int16le 8 · int32le selected protocol
 *   RDP_NEG_FAILURE  03 · 00    · int16le 8 · int32le code         5: HYBRID_REQUIRED_BY_SERVER
 *   or nothing       where the server knows none of this (before RDP 5.2)
 * ← TPKT · X.224 02 F0 80 data · 21 80           MCS DisconnectProviderUltimatum (T.125, section 7): what was sent is no request
 * ```
 *
 * TLS alone is offered because the answer then tells whether network level authentication is required: a server that can do
 * both would choose it whether it is required or not. No user name (cookie) is sent, and nothing after the negotiation but a
 * TLS handshake for the certificate, on a second connection where the first was refused.
 */
export const msWbtServer: Protocol = {
  name: 'ms-wbt-server',
  ports: [3389],
  context: 'asked',
  startTls: startTls['ms-wbt-server'],
  probe: Uint8Array.of(version, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 1, 0, 0, 0),
  blindTurn: 5,
  matchers: [{ parse }, { parse: parseDisconnect }],
  about: {
    recognisedBy: 'the answer to a negotiation request without a user name',
    logs: 'xrdp: one connection, and the errors of one that ends before a login; Windows: at most one TLS failure of the system log',
  },
  examples: [
    {
      from: 'xrdp 0.9.21.1, Debian 12',
      bytes: Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 1, 8, 0, 1, 0, 0, 0),
      service: { name: 'ms-wbt-server', extraInfo: 'TLS, network level authentication not required' },
    },
    {
      from: 'xrdp 0.9.21.1, Debian 12, asked for CredSSP alone',
      bytes: Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 2, 1, 8, 0, 0, 0, 0, 0),
      service: { name: 'ms-wbt-server', extraInfo: 'RDP security, no TLS' },
    },
    {
      from: 'xrdp 0.9.21.1, Debian 12, asked without a negotiation request, as before RDP 5.2',
      bytes: Uint8Array.of(3, 0, 0, 11, 6, 0xd0, 0, 0, 0x12, 0x34, 0),
      service: { name: 'ms-wbt-server', extraInfo: 'RDP security, no TLS' },
    },
    {
      from: 'built from [MS-RDPBCGR] 2.2.1.2.2, a server that requires network level authentication',
      bytes: Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, 5, 0, 0, 0),
      service: { name: 'ms-wbt-server', extraInfo: 'network level authentication required' },
    },
    {
      from: 'xrdp 0.9.21.1, Debian 12, which was sent a ClientHello of TLS',
      bytes: Uint8Array.of(...disconnect),
      service: { name: 'ms-wbt-server' },
    },
  ],
  negatives: [
    {
      from: 'a connection confirm of ISO transport with parameters, as controllers of machines send it',
      bytes: Uint8Array.of(3, 0, 0, 22, 17, 0xd0, 0, 1, 0, 2, 0, 0xc0, 1, 10, 0xc1, 2, 1, 0, 0xc2, 2, 1, 2),
    },
    {
      from: 'a failure that the specification does not have',
      bytes: Uint8Array.of(3, 0, 0, 19, 14, 0xd0, 0, 0, 0x12, 0x34, 0, 3, 0, 8, 0, 9, 0, 0, 0),
    },
    {
      from: 'our own request, echoed',
      bytes: Uint8Array.of(3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, 1, 0, 0, 0),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [first, reserved, length, indicator, code] = [
    reader.u8(),
    reader.u8(),
    reader.u16be(),
    reader.u8(),
    reader.u8(),
  ];
  if ((first ?? version) !== version || (reserved ?? 0) !== 0 || (code ?? confirm) !== confirm) return { kind: 'no' };
  if (length !== undefined && length !== 11 && length !== 19) return { kind: 'no' };
  if (length === undefined || indicator === undefined) return { kind: 'more' };
  if (indicator !== length - 5) return { kind: 'no' };
  if (bytes.length < length) return { kind: 'more' };
  if (bytes.length > length) return { kind: 'no' };
  reader.take(5);
  if (length === 11) return { kind: 'match', facts: { extraInfo: selections.get(rdpSecurity) }, offersTls: false };
  const [type, , size, value] = [reader.u8(), reader.u8(), reader.u16le(), reader.u32le()];
  const meanings = type === negotiationResponse ? selections : type === negotiationFailure ? failures : undefined;
  const extraInfo = size === 8 && value !== undefined ? meanings?.get(value) : undefined;
  if (extraInfo === undefined) return { kind: 'no' };
  const isRefusal = type === negotiationResponse ? value === rdpSecurity : value === notAllowed;
  return { kind: 'match', facts: { extraInfo }, ...(isRefusal ? { offersTls: false } : {}) };
}

function parseDisconnect(bytes: Uint8Array): Parsed {
  if (bytes.length > disconnect.length || bytes.some((byte, at) => byte !== disconnect[at])) return { kind: 'no' };
  return bytes.length < disconnect.length ? { kind: 'more' } : { kind: 'match', facts: {} };
}
