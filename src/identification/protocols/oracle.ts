import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const type = { connect: 1, accept: 2, refuse: 4, redirect: 5, resend: 11 };
const connectData = '(CONNECT_DATA=(COMMAND=ping))';
const maxPacket = 2048;

/**
 * Oracle Net's TNS, as Oracle's own driver writes it (python-oracledb, "thin" implementation, the messages "connect" and "refuse"), and
 * the ping of Oracle's `tnsping` (Oracle Database Net Services Administrator's Guide, "Testing Connectivity Using the TNSPING
 * Utility"). Big-endian.
 *
 * ```
 * packet   length u16 (itself included) · checksum u16 = 0 · type u8 · flags u8 · checksum u16 = 0 · body
 * → connect 1 · version u16 · least version u16 · options u16 · SDU u16 · TDU u16 · characteristics u16 · turnaround u16 · 1 u16
 *   · length of data u16 · offset of data u16 = 58 · most to receive u32 · flags 2 · 24 zeros · data
 * ← refuse 4 · reasons 2 · length of data u16 · "(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=0)(ALIAS=LISTENER))"
 * ← resend 11, of 8 bytes
 * ```
 *
 * VSNNUM is the release in four bytes: up to 17 in portions of 8, 4, 8, 4 and 8 bits, from 18 on of 8, 8, 4, 8 and 4. It may be 0.
 */
export const oracle: Protocol = {
  name: 'oracle',
  ports: [1521, 1526],
  probe: connect(),
  matchers: [{ parse }],
  about: { recognisedBy: "the listener's answer to a ping", logs: 'one line in listener.log: ping (not measured)' },
  examples: [
    {
      from: 'built from the layout above: a listener of 19c',
      bytes: refuse('(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=0)(ALIAS=LISTENER))'),
      service: service('19.0.0.0.0', undefined),
    },
    {
      from: 'built from the layout above: a listener of 11.2',
      bytes: refuse('(DESCRIPTION=(TMP=)(VSNNUM=186647552)(ERR=0)(ALIAS=ORCL))'),
      service: service('11.2.0.4.0', undefined),
    },
    {
      from: 'built from the layout above: a listener that tells no release, and does not do as it is asked',
      bytes: refuse('(DESCRIPTION=(TMP=)(VSNNUM=0)(ERR=12514)(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4))))'),
      service: service(undefined, 'TNS-12514'),
    },
    {
      from: 'built from the layout above: it wants the question again',
      bytes: Uint8Array.of(0, 8, 0, 0, type.resend, 0, 0, 0),
      service: { name: 'oracle', extraInfo: 'asks to resend' },
    },
  ],
  negatives: [
    { from: 'its own question, sent back', bytes: connect() },
    { from: 'a refusal of something else', bytes: refuse('no such service') },
  ],
};

function packet(kind: number, body: Uint8Array): Uint8Array {
  const length = body.length + 8;
  return Buffer.concat([Uint8Array.of(length >> 8, length & 0xff, 0, 0, kind, 0, 0, 0), body]);
}

function connect(): Uint8Array {
  const [version, leastVersion, unit, characteristics] = [313, 300, 8192, 0x4f98];
  const numbers = [version, leastVersion, 0, unit, unit, characteristics, 0, 1, connectData.length, 58, 0, 0, 0];
  const body = Buffer.alloc(50);
  for (const [index, number] of numbers.entries()) body.writeUInt16BE(number, index * 2);
  return packet(type.connect, Buffer.concat([body, Buffer.from(connectData)]));
}

function refuse(text: string): Uint8Array {
  return packet(type.refuse, Buffer.concat([Uint8Array.of(1, 0, 0, text.length), Buffer.from(text)]));
}

function service(version: string | undefined, extraInfo: string | undefined) {
  return { ...factsOf(version, extraInfo), name: 'oracle' };
}

function factsOf(version: string | undefined, extraInfo: string | undefined): ServiceFacts {
  return { product: 'Oracle Net Listener', version, extraInfo, cpe: [cpe('oracle', 'database_server', version)] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, checksum, kind, flags, headerChecksum] = [
    reader.u16be(),
    reader.u16be(),
    reader.u8(),
    reader.u8(),
    reader.u16be(),
  ];
  if (length !== undefined && (length < 8 || length > maxPacket)) return { kind: 'no' };
  if (checksum !== undefined && checksum !== 0) return { kind: 'no' };
  if (kind !== undefined && kind !== type.refuse && kind !== type.resend) return { kind: 'no' };
  if (kind === type.resend && length !== 8) return { kind: 'no' };
  if (length === undefined || flags === undefined || headerChecksum === undefined) return { kind: 'more' };
  if (headerChecksum !== 0) return { kind: 'no' };
  if (kind === type.resend) return { kind: 'match', facts: { extraInfo: 'asks to resend' } };
  const body = reader.take(length - 8);
  if (body === undefined) return { kind: 'more' };
  const text = latin1(body.subarray(4));
  if (readerOf(body.subarray(2)).u16be() !== text.length || !text.startsWith('(DESCRIPTION=(')) return { kind: 'no' };
  const [, number] = /\(VSNNUM=([0-9]{1,10})\)/.exec(text) ?? [];
  const [, error] = /\(ERR=([0-9]{1,5})\)/.exec(text) ?? [];
  if (number === undefined && error === undefined) return { kind: 'no' };
  const isAsItWas = error === undefined || error === '0';
  return { kind: 'match', facts: factsOf(releaseOf(Number(number ?? 0)), isAsItWas ? undefined : `TNS-${error}`) };
}

function releaseOf(number: number): string | undefined {
  const major = Math.floor(number / 2 ** 24);
  if (major === 0 || major > 255) return undefined;
  const widths = major < 18 ? [4, 8, 4, 8] : [8, 4, 8, 4];
  let left = 24;
  const rest = widths.map((width) => {
    left -= width;
    return Math.floor(number / 2 ** left) % 2 ** width;
  });
  return [major, ...rest].join('.');
}
