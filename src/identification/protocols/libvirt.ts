import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const [program, version, authList] = [0x20008086, 1, 66];
const [call, reply] = [0, 1];
const headerWords = 7;
const maxLength = 1024;
const methods: Readonly<Record<number, string>> = { 0: 'none', 1: 'SASL', 2: 'polkit' };

/**
 * libvirt's remote protocol (libvirt's documentation, "RPC protocol & APIs"; src/remote/remote_protocol.x for the numbers).
 *
 * ```
 * message   length u32be · program u32be · version u32be · procedure u32be · type u32be · serial u32be · status u32be · payload
 * → call    REMOTE_PROC_AUTH_LIST, which is there before anybody is authenticated
 * ← reply   count u32be · one method each u32be: 0 none, 1 SASL, 2 polkit       or an error, status 1
 * ```
 *
 * Where the method is none, whoever connects owns the host.
 */
export const libvirt: Protocol = {
  name: 'libvirt',
  ports: [16509],
  overTls: { name: 'libvirt-tls', ports: [16514] },
  probe: message(call, 0, []),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a question for the methods of authentication',
    logs: 'one end of file while reading data',
  },
  examples: [
    {
      from: 'libvirtd 9.0.0, Debian 12, with auth_tcp="none"',
      bytes: message(reply, 0, [1, 0]),
      service: { name: 'libvirt', product: 'libvirt', extraInfo: 'authentication: none' },
    },
    {
      from: 'libvirtd 9.0.0, Debian 12, with auth_tcp="sasl"',
      bytes: message(reply, 0, [1, 1]),
      service: { name: 'libvirt', product: 'libvirt', extraInfo: 'authentication: SASL' },
    },
  ],
  negatives: [
    { from: 'our own call, echoed', bytes: message(call, 0, []) },
    { from: 'a reply with a method that there is not', bytes: message(reply, 0, [1, 9]) },
    { from: 'a reply without methods', bytes: message(reply, 0, [0]) },
  ],
};

function message(type: number, status: number, payload: readonly number[]): Uint8Array {
  const words = [4 * (headerWords + payload.length), program, version, authList, type, 0, status, ...payload];
  const bytes = Buffer.alloc(4 * words.length);
  words.forEach((word, at) => bytes.writeUInt32BE(word, 4 * at));
  return bytes;
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const length = reader.u32();
  if (length !== undefined && (length < 4 * (headerWords + 1) || length > maxLength)) return { kind: 'no' };
  const words = [program, version, authList, reply, 0].map((expected) => (reader.u32() ?? expected) === expected);
  if (words.includes(false)) return { kind: 'no' };
  const status = reader.u32();
  if (status !== undefined && status > 1) return { kind: 'no' };
  if (length === undefined || status === undefined || bytes.length < length) return { kind: 'more' };
  if (status === 1) return { kind: 'match', facts: { product: 'libvirt' } };
  const count = reader.u32() ?? 0;
  if (4 * (headerWords + 1 + count) !== length) return { kind: 'no' };
  const named = Array.from({ length: count }, () => methods[reader.u32() ?? -1]);
  if (count === 0 || named.includes(undefined)) return { kind: 'no' };
  return { kind: 'match', facts: { product: 'libvirt', extraInfo: `authentication: ${named.join(', ')}` } };
}
