import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [bindAck, bindNak] = [12, 13];
const callId = 0x65787073;
const [shortest, longest] = [20, 1024];
const endpointMapper = '0883afe11f5dc91191a408002b14a0fa';
const ndr = '045d888aeb1cc9119fe808002b104860';

/**
 * DCE/RPC over TCP, by the endpoint mapper that tells where the others are (C706, "DCE 1.1: Remote Procedure Call", section 12.6.4, "The bind
 * PDU", and appendix O; MS-RPCE). Windows has it on port 135.
 *
 * ```
 * header    05 00 version · type u8 · flags u8 · 10 00 00 00 little-endian, ASCII, IEEE · length u16le · 0 u16 · call u32le
 * → bind    type 11 · longest fragments u16le, u16le · group 0 · 1 context: 0, 1 syntax · endpoint mapper, version 3 · NDR, version 2
 * ← ack     type 12 · longest fragments · group · secondary address · results
 * ← nak     type 13 · reason u16le
 * ```
 *
 * Nothing is called after the bind: the list of endpoints is not asked for.
 */
export const epmap: Protocol = {
  name: 'epmap',
  ports: [135],
  probe: bind(),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a bind to the endpoint mapper', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'samba-dcerpcd of Samba 4.17.12, Debian 12',
      bytes: Buffer.from(
        `05000c03100000003c00000073707865b810b8105835000004003133350000000100000000000000${ndr}02000000`,
        'hex',
      ),
      service: { name: 'epmap', extraInfo: 'DCE/RPC' },
    },
    {
      from: 'built from C706: a bind that is refused',
      bytes: Buffer.from('05000d0310000000140000007370786500000000', 'hex'),
      service: { name: 'epmap', extraInfo: 'DCE/RPC; refuses the bind' },
    },
  ],
  negatives: [
    { from: 'our own bind, echoed', bytes: bind() },
    {
      from: 'an answer to the call of somebody else',
      bytes: Buffer.from('05000d0310000000140000000100000000000000', 'hex'),
    },
  ],
};

function bind(): Uint8Array {
  return Buffer.from(
    `05000b03100000004800000073707865b810b810000000000100000000000100${endpointMapper}03000000${ndr}02000000`,
    'hex',
  );
}

function parse(bytes: Uint8Array): Parsed {
  if (!'\x05\0'.startsWith(latin1(bytes.subarray(0, 2)))) return { kind: 'no' };
  const reader = readerOf(bytes.subarray(2));
  const type = reader.u8();
  if (type !== undefined && type !== bindAck && type !== bindNak) return { kind: 'no' };
  reader.take(5);
  const [length, , call] = [reader.u16le(), reader.u16le(), reader.u32le()];
  if (length !== undefined && (length < shortest || length > longest)) return { kind: 'no' };
  if (call !== undefined && call !== callId) return { kind: 'no' };
  if (length === undefined || call === undefined || bytes.length < length) return { kind: 'more' };
  return { kind: 'match', facts: { extraInfo: type === bindNak ? 'DCE/RPC; refuses the bind' : 'DCE/RPC' } };
}
