import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [headerLength, maxData] = [24, 4096];
const codeOf = (name: string) => Buffer.from(name).readUInt32LE();
const [connect, authenticate, startTls] = ['CNXN', 'AUTH', 'STLS'].map(codeOf);

/**
 * The Android Debug Bridge's daemon (Android Open Source Project, packages/modules/adb, protocol.txt).
 *
 * ```
 * message   int32le command · int32le argument · int32le argument · int32le length · int32le sum of the data's bytes
 *           int32le command ^ FFFFFFFF · data
 * → CNXN(version 01000000, 4096, "host::\0")
 * ← CNXN(version, size, "device::ro.product.name=…;ro.product.model=…;ro.product.device=…;…")
 *   AUTH(1 token, 0, 20 random bytes)                who is not known has to sign it, which is not tried
 *   STLS(version, 0, "")                             goes on inside TLS, with keys that both know
 * ```
 *
 * A device that answers with a CNXN gives everybody a shell. Without a public key from us, the device shows its owner nothing.
 */
export const adb: Protocol = {
  name: 'adb',
  ports: [5555],
  probe: message('CNXN', 0x01000000, 4096, Buffer.from('host::\0')),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a connect message without a key',
    logs: 'nothing that is kept',
  },
  examples: [
    {
      from: 'built from protocol.txt, a device that lets everybody in',
      bytes: message(
        'CNXN',
        0x01000001,
        0x100000,
        Buffer.from(
          'device::ro.product.name=walleye;ro.product.model=Pixel 2;ro.product.device=walleye;features=shell_v2',
        ),
      ),
      service: { name: 'adb', extraInfo: 'answers without authentication; Pixel 2' },
    },
    {
      from: 'built from protocol.txt, a device that asks for a key',
      bytes: message('AUTH', 1, 0, Buffer.from('0123456789abcdefghij')),
      service: { name: 'adb', extraInfo: 'asks for a key' },
    },
    {
      from: 'built from protocol.txt, a device that goes on inside TLS',
      bytes: message('STLS', 0x01000000, 0, Buffer.alloc(0)),
      service: { name: 'adb', extraInfo: 'asks for TLS and a key' },
    },
  ],
  negatives: [
    { from: 'our own message, echoed', bytes: message('CNXN', 0x01000000, 4096, Buffer.from('host::\0')) },
    {
      from: 'a message whose command is not repeated',
      bytes: Buffer.concat([message('AUTH', 1, 0, Buffer.alloc(0)).subarray(0, 20), Buffer.alloc(24)]),
    },
    { from: 'text that starts with the same letters', bytes: Buffer.from('AUTH PLAIN LOGIN CRAM-MD5 and more\r\n') },
  ],
};

function message(name: string, first: number, second: number, data: Uint8Array): Uint8Array {
  const header = Buffer.alloc(headerLength);
  const sum = data.reduce((total, byte) => total + byte, 0);
  const fields = [codeOf(name), first, second, data.length, sum, 0xffffffff - codeOf(name)];
  for (const [index, field] of fields.entries()) header.writeUInt32LE(field, 4 * index);
  return Buffer.concat([header, data]);
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const command = reader.u32le();
  if (command === undefined) return { kind: 'more' };
  if (command !== connect && command !== authenticate && command !== startTls) return { kind: 'no' };
  reader.take(8);
  const [length, , repeated] = [reader.u32le(), reader.u32le(), reader.u32le()];
  if (length !== undefined && length > maxData) return { kind: 'no' };
  if (length === undefined || repeated === undefined) return { kind: bytes.length < headerLength ? 'more' : 'no' };
  if (repeated !== 0xffffffff - command) return { kind: 'no' };
  if (command === authenticate) return { kind: 'match', facts: { extraInfo: 'asks for a key' } };
  if (command === startTls) return { kind: 'match', facts: { extraInfo: 'asks for TLS and a key' } };
  const data = reader.take(length);
  if (data === undefined) return { kind: 'more' };
  const banner = latin1(data);
  if (!/^(?:device|bootloader|recovery|sideload|rescue):/.test(banner)) return { kind: 'no' };
  const properties = new Map(
    banner.split(/[;:\0]/).map((part) => [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)]),
  );
  const model = properties.get('ro.product.model');
  return {
    kind: 'match',
    facts: { extraInfo: ['answers without authentication', model].filter((text) => text !== undefined).join('; ') },
  };
}
