import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const body = '{"feature_negotiation":true}';
const maxLength = 2048;

/**
 * nsqd, the queue of NSQ (nsq.io, "TCP Protocol Spec", sections "IDENTIFY" and "Data Format").
 *
 * ```
 * → "  V2" · "IDENTIFY" LF · length u32be · {"feature_negotiation":true}
 * ← frame     length u32be · type u32be, 0 response, 1 error · JSON with max_rdy_count, version …, or E_INVALID …
 * ```
 *
 * It is the first thing that every client says, before AUTH.
 */
export const nsqd: Protocol = {
  name: 'nsqd',
  ports: [4150],
  probe: Buffer.from(`  V2IDENTIFY\n\0\0\0${String.fromCharCode(body.length)}${body}`, 'latin1'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to IDENTIFY',
    logs: 'not measured',
  },
  examples: [
    {
      from: 'built from the TCP Protocol Spec',
      bytes: frame(
        0,
        '{"max_rdy_count":2500,"version":"1.2.1","max_msg_timeout":900000,"tls_v1":false,"auth_required":false}',
      ),
      service: { name: 'nsqd', product: 'nsqd', version: '1.2.1' },
    },
    {
      from: 'built from the TCP Protocol Spec: a server that asks for a password',
      bytes: frame(0, '{"max_rdy_count":2500,"version":"0.2.29-alpha","tls_v1":true,"auth_required":true}'),
      service: { name: 'nsqd', product: 'nsqd', version: '0.2.29-alpha', extraInfo: 'asks for a password' },
    },
    {
      from: 'built from the TCP Protocol Spec: a refusal',
      bytes: frame(1, 'E_BAD_BODY IDENTIFY failed'),
      service: { name: 'nsqd', extraInfo: 'E_BAD_BODY IDENTIFY failed' },
    },
  ],
  negatives: [
    { from: 'a frame of another type', bytes: frame(2, '{"max_rdy_count":2500,"version":"1.2.1"}') },
    { from: 'other JSON', bytes: frame(0, '{"version":"1.2.1"}') },
  ],
};

function frame(type: number, text: string): Uint8Array {
  return Buffer.from(
    `\0\0\0${String.fromCharCode(text.length + 4)}\0\0\0${String.fromCharCode(type)}${text}`,
    'latin1',
  );
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, type] = [reader.u32(), reader.u32()];
  if (length !== undefined && (length < 12 || length > maxLength)) return { kind: 'no' };
  if (type !== undefined && type > 1) return { kind: 'no' };
  if (!(
    '{"max_rdy_count":'.startsWith(latin1(bytes.subarray(8, 25))) || /^E_[A-Z]*/.test(latin1(bytes.subarray(8, 25)))
  )) {
    return { kind: 'no' };
  }
  const payload = length === undefined || type === undefined ? undefined : reader.take(length - 4);
  if (payload === undefined) return { kind: 'more' };
  const text = latin1(payload);
  if (type === 1) {
    const extraInfo = /^E_[A-Z_]{3,20}(?: [\x20-\x7e]{0,200})?$/.exec(text)?.[0];
    return extraInfo === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo } };
  }
  const version = /,"version":"([0-9][\w.+-]{0,40})"/.exec(text)?.[1];
  if (version === undefined) return { kind: 'no' };
  const extraInfo = text.includes('"auth_required":true') ? 'asks for a password' : undefined;
  return { kind: 'match', facts: { product: 'nsqd', version, extraInfo } };
}
