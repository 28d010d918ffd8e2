import { readerOf } from './reader.js';

/** What the first TLS record from a server shows: that it speaks TLS, and the alert where it sent one. */
export interface TlsAnswer {
  readonly alert?: string;
}

const [alertType, handshakeType, serverHello] = [21, 22, 2];
const maxRecord = 16_384 + 2048;

/** RFC 8446, section 6, and RFC 5246, section 7.2; the ones that a server may send before the session is up. */
const alerts: Readonly<Record<number, string>> = {
  0: 'close_notify',
  10: 'unexpected_message',
  20: 'bad_record_mac',
  22: 'record_overflow',
  40: 'handshake_failure',
  42: 'bad_certificate',
  43: 'unsupported_certificate',
  45: 'certificate_expired',
  46: 'certificate_unknown',
  47: 'illegal_parameter',
  48: 'unknown_ca',
  49: 'access_denied',
  50: 'decode_error',
  51: 'decrypt_error',
  70: 'protocol_version',
  71: 'insufficient_security',
  80: 'internal_error',
  86: 'inappropriate_fallback',
  90: 'user_canceled',
  109: 'missing_extension',
  112: 'unrecognized_name',
  115: 'unknown_psk_identity',
  116: 'certificate_required',
  120: 'no_application_protocol',
};

/**
 * Reads the first bytes that a server sent in answer to a ClientHello (RFC 8446, section 5.1; RFC 5246, section 6.2.1).
 * Undefined where they are not TLS.
 *
 * ```
 * byte type: 21 alert, 22 handshake · int16 version: 0x0300 to 0x0304 · int16 length
 * alert      byte level: 1 warning, 2 fatal · byte description
 * handshake  byte type: 2 ServerHello · int24 length
 * ```
 */
export function readTlsAnswer(bytes: Uint8Array): TlsAnswer | undefined {
  const reader = readerOf(bytes);
  const [type, version, length] = [reader.u8(), reader.u16be(), reader.u16be()];
  if (version === undefined || version < 0x0300 || version > 0x0304 || length === undefined) return undefined;
  const [first, second] = [reader.u8(), reader.u8()];
  if (type === alertType && length === 2 && (first === 1 || first === 2) && second !== undefined) {
    return { alert: alerts[second] ?? `number ${second}` };
  }
  const isHello =
    type === handshakeType && length >= 1 && length <= maxRecord && (first ?? serverHello) === serverHello;
  return isHello ? {} : undefined;
}
