import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [headerSize, acknowledgeSize, longest] = [8, 28, 4096];
/** Version 0 · buffers of 64 KiB · no limits · no address, which is -1. */
const hello = [0, 65_536, 65_536, 0, 0, 0xffffffff];

/**
 * OPC UA's own transport (OPC 10000-6, sections 7.1.2.2 to 7.1.2.5).
 *
 * ```
 * message   type 3 · 'F' · size u32le of all
 * → HEL     version u32le · receive and send buffer · message and chunk limit · address: length i32le, text
 * ← ACK     version u32le · receive and send buffer · message and chunk limit
 * ← ERR     code u32le · reason: length i32le, text
 * ```
 *
 * No secure channel is opened, and nothing is asked over it.
 */
export const opcuaTcp: Protocol = {
  name: 'opcua-tcp',
  ports: [4840],
  context: 'asked',
  harmedBy: 'controller',
  probe: message('HEL', hello),
  matchers: [{ parse }],
  about: { recognisedBy: 'the acknowledge or the error in answer to a hello (--probe-ics)', logs: 'nothing' },
  examples: [
    {
      from: 'built from OPC 10000-6, section 7.1.2.4',
      bytes: message('ACK', [0, 65_536, 65_536, 0, 0]),
      service: { name: 'opcua-tcp', extraInfo: 'version 0' },
    },
    {
      from: 'built from OPC 10000-6, section 7.1.2.5: the address is not one of the server',
      bytes: message('ERR', [0x80830000, 0xffffffff]),
      service: { name: 'opcua-tcp', extraInfo: 'error 0x80830000' },
    },
  ],
  negatives: [
    { from: 'our own hello, echoed', bytes: message('HEL', hello) },
    { from: 'text that starts alike', bytes: Buffer.from('ACKF this is no message of OPC UA\r\n') },
  ],
};

function message(type: string, words: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(headerSize + 4 * words.length);
  bytes.write(`${type}F`, 'latin1');
  [bytes.length, ...words].forEach((word, at) => bytes.writeUInt32LE(word, 4 + 4 * at));
  return bytes;
}

function parse(bytes: Uint8Array): Parsed {
  const type = latin1(bytes.subarray(0, 4));
  if (!'ACKF'.startsWith(type) && !'ERRF'.startsWith(type)) return { kind: 'no' };
  const reader = readerOf(bytes.subarray(4));
  const [size, , low, high] = [reader.u16le(), reader.u16le(), reader.u16le(), reader.u16le()];
  if (size !== undefined && (size > longest || size < 16 || (type === 'ACKF' && size !== acknowledgeSize))) {
    return { kind: 'no' };
  }
  if (size === undefined || bytes.length < size) return { kind: 'more' };
  const value = (high ?? 0) * 65_536 + (low ?? 0);
  const extraInfo = type === 'ACKF' ? `version ${value}` : `error 0x${value.toString(16).padStart(8, '0')}`;
  return bytes[6] === 0 && bytes[7] === 0 ? { kind: 'match', facts: { extraInfo } } : { kind: 'no' };
}
