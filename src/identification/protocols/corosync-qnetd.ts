import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const preinitReply = 1;
const [ourNumber, numberOption, tlsOption] = [0x65787073, 0, 2];
const maxLength = 256;
const tls = ['TLS not supported', 'TLS supported', 'TLS required'];

/**
 * The third vote of a cluster of two, of Corosync (qdevices/msg.h and tlv.h of its source).
 *
 * ```
 * message   type u16be · length u32be · options: type u16be · length u16be · value
 * → preinit type 0 · 0 our number u32be · 1 name of the cluster
 * ← reply   type 1 · 0 our number · 2 TLS u8: 0 not supported, 1 supported, 2 required · 3 asks for a certificate u8
 * ```
 *
 * What would make us a member is the next message, and is not sent.
 */
export const corosyncQnetd: Protocol = {
  name: 'corosync-qnetd',
  ports: [5403],
  probe: Buffer.from('\0\0\0\0\0\x14\0\0\0\x04exps\0\x01\0\x08exposcan', 'latin1'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a preinit message', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'corosync-qnetd 3.0.3, Debian 12, with -s off',
      bytes: Buffer.from('\0\x01\0\0\0\x12\0\0\0\x04exps\0\x02\0\x01\0\0\x03\0\x01\x01', 'latin1'),
      service: { name: 'corosync-qnetd', product: 'Corosync qnetd', extraInfo: 'TLS not supported' },
    },
    {
      from: 'built from its source, msg.h',
      bytes: Buffer.from('\0\x01\0\0\0\x12\0\0\0\x04exps\0\x02\0\x01\x02\0\x03\0\x01\x01', 'latin1'),
      service: { name: 'corosync-qnetd', product: 'Corosync qnetd', extraInfo: 'TLS required' },
    },
  ],
  negatives: [
    {
      from: 'our own message, echoed',
      bytes: Buffer.from('\0\0\0\0\0\x14\0\0\0\x04exps\0\x01\0\x08exposcan', 'latin1'),
    },
    { from: 'a reply to another message', bytes: Buffer.from('\0\x01\0\0\0\x08\0\0\0\x04abcd', 'latin1') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [type, length, option, size, number] = [
    reader.u16be(),
    reader.u32(),
    reader.u16be(),
    reader.u16be(),
    reader.u32(),
  ];
  if ((type ?? preinitReply) !== preinitReply || (length ?? 0) > maxLength) return { kind: 'no' };
  const isOurs = (option ?? numberOption) === numberOption && (size ?? 4) === 4 && (number ?? ourNumber) === ourNumber;
  if (!isOurs) return { kind: 'no' };
  if (length === undefined || number === undefined || bytes.length < 6 + length) return { kind: 'more' };
  const isTls = reader.u16be() === tlsOption && reader.u16be() === 1;
  return { kind: 'match', facts: { product: 'Corosync qnetd', extraInfo: isTls ? tls[reader.u8() ?? 0] : undefined } };
}
