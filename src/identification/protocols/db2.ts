import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf } from '../reader.js';

const code = { excsat: 0x1041, excsatrd: 0x1443, extnam: 0x115e, srvnam: 0x116d, srvrlslv: 0x115a, srvclsnm: 0x1147 };

/** Code page 500 from 0x40 on, as far as it is ASCII; a dot in the middle of the line for everything else. */
const page500 =
  ' ·········[.<(+!&·········]$*);^-/·········,%_>?·········`:#@\'="' + // 0x40
  '·abcdefghi·······jklmnopqr·······~stuvwxyz·················|····' + // 0x80
  '{ABCDEFGHI······}JKLMNOPQR······\\·STUVWXYZ······0123456789······'; // 0xC0

/**
 * Distributed Relational Database Architecture, which Db2, Derby and Informix speak (The Open Group, "DRDA, Version 5, Volume 3:
 * Distributed Data Management (DDM) Architecture", terms DSS, EXCSAT, EXCSATRD, SRVCLSNM, SRVRLSLV, SYNTAXRM; IBM Db2 documentation,
 * "Product identifier").
 *
 * ```
 * DSS      length u16 (itself included) · 0xD0 · type u8 (1 request, 2 reply) · correlation u16 = 1 · objects
 * object   length u16 (itself included) · code point u16 · data
 * → EXCSAT 1041, empty: exchange server attributes; all of its parameters are optional
 * ← EXCSATRD 1443 [· EXTNAM 115E] [· SRVNAM 116D] [· SRVCLSNM 1147] [· SRVRLSLV 115A]     texts in EBCDIC
 * ← SYNTAXRM 124C                                                                        what was asked is no DSS
 * ```
 *
 * A product identifier is `pppvvrrm`: SQL, Db2 on Linux, UNIX and Windows; DSN, on z/OS; QSQ, on i; CSS, Derby. The session is
 * over before a database or a user is named.
 */
export const db2: Protocol = {
  name: 'db2',
  ports: [50000, 1527, 446],
  probe: dss(1, object(code.excsat, new Uint8Array())),
  context: 'asked',
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the reply to EXCSAT (DRDA)',
    logs: 'Derby: an exception in derby.log about the end of the session; Db2 not measured',
  },
  examples: [
    {
      from: 'Derby 10.14.2.0, Debian 12',
      bytes: Buffer.from(
        '006dd002000100671443001d115ed585a3a6969992e28599a58599c39695a399969340948189950010' +
          '1147c1978183888540c4859982a80018116dd585a3a6969992e28599a58599c39695a3999693001e115a' +
          'c3e2e2f1f0f1f4f061f1f04bf1f44bf24bf04060404d6f6f6f5d',
        'hex',
      ),
      service: {
        name: 'derby',
        product: 'Apache Derby',
        version: '10.14.2.0',
        cpe: ['cpe:2.3:a:apache:derby:10.14.2.0:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Derby 10.14.2.0, Debian 12, answering an HTTP request',
      bytes: Buffer.from('001bd00200010015124c000611490008000600' + '0c00000005114a03', 'hex'),
      service: { name: 'db2', extraInfo: 'DRDA' },
    },
    ...(
      [
        ['QDB2/LINUXX8664', 'SQL11058', 'IBM Db2', '11.5.8', 'LINUXX8664'],
        ['QDB2/NT64', 'SQL10055', 'IBM Db2', '10.5.5', 'NT64'],
        ['QDB2', 'DSN12015', 'IBM Db2 for z/OS', '12.1.5', undefined],
        ['QAS', 'QSQ07040', 'IBM Db2 for i', '7.4.0', undefined],
      ] as const
    ).map(([className, level, product, version, extraInfo]) => ({
      from: 'built from the DDM architecture',
      bytes: dss(
        2,
        object(
          code.excsatrd,
          Buffer.concat([
            object(code.srvnam, ebcdic('DB2INST1')),
            object(code.srvclsnm, ebcdic(className)),
            object(code.srvrlslv, ebcdic(level)),
          ]),
        ),
      ),
      service: {
        name: 'db2',
        product,
        version,
        extraInfo,
        cpe: product === 'IBM Db2' ? [`cpe:2.3:a:ibm:db2:${version}:*:*:*:*:*:*:*`] : undefined,
      },
    })),
    {
      from: 'built from the DDM architecture, with nothing but what must be there',
      bytes: dss(2, object(code.excsatrd, new Uint8Array())),
      service: { name: 'db2', extraInfo: 'DRDA' },
    },
  ],
  negatives: [
    { from: 'its own question, sent back', bytes: dss(1, object(code.excsat, new Uint8Array())) },
    { from: 'a reply whose object is longer than the reply', bytes: Buffer.from('000ad002000100ff1443', 'hex') },
    { from: 'a reply to something else', bytes: dss(2, object(0x2201, new Uint8Array(8))) },
  ],
};

function dss(type: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, content.length + 6, 0xd0, type, 0, 1), content]);
}

function object(codePoint: number, data: Uint8Array): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, data.length + 4, codePoint >> 8, codePoint & 0xff), data]);
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [length, magic, type, correlation] = [reader.u16be(), reader.u8(), reader.u8(), reader.u16be()];
  if (length !== undefined && (length < 10 || length > 2048)) return { kind: 'no' };
  if (magic !== undefined && magic !== 0xd0) return { kind: 'no' };
  if (type !== undefined && type !== 2) return { kind: 'no' };
  if (correlation !== undefined && correlation !== 1) return { kind: 'no' };
  if (length === undefined || correlation === undefined) return { kind: 'more' };
  const content = reader.take(length - 6);
  if (content === undefined) return { kind: 'more' };
  const reply = readerOf(content);
  const [size, codePoint] = [reply.u16be(), reply.u16be()];
  if (size !== content.length) return { kind: 'no' };
  if (codePoint === 0x124c) return { kind: 'match', facts: { extraInfo: 'DRDA' } };
  const attributes = codePoint === code.excsatrd ? attributesOf(reply.take(reply.remaining)) : undefined;
  if (attributes === undefined) return { kind: 'no' };
  return { kind: 'match', facts: factsOf(attributes) };
}

/** The texts of an object's parameters by their code points; undefined where they do not fill it exactly. */
function attributesOf(data: Uint8Array | undefined): ReadonlyMap<number, string> | undefined {
  if (data === undefined) return undefined;
  const reader = readerOf(data);
  const attributes = new Map<number, string>();
  while (reader.remaining > 0) {
    const [length, codePoint] = [reader.u16be(), reader.u16be()];
    const text = length === undefined ? undefined : reader.take(length - 4);
    if (codePoint === undefined || text === undefined) return undefined;
    attributes.set(codePoint, textOf(text));
  }
  return attributes;
}

function factsOf(attributes: ReadonlyMap<number, string>): ServiceFacts {
  const className = attributes.get(code.srvclsnm) ?? '';
  const level = attributes.get(code.srvrlslv) ?? '';
  if (className === 'Apache Derby') {
    const version = /^CSS[0-9]{5}\/([0-9][0-9.]{0,15}) /.exec(level)?.[1];
    return { name: 'derby', product: className, version, cpe: [cpe('apache', 'derby', version)] };
  }
  const [, product = '', major = '', minor = '', modification = ''] =
    /^(SQL|DSN|QSQ)([0-9]{2})([0-9]{2})([0-9])/.exec(level) ?? [];
  const version = `${Number(major)}.${Number(minor)}.${modification}`;
  const [, system] = /^QDB2\/([A-Z][A-Z0-9]{0,20})$/.exec(className) ?? [];
  if (product === 'SQL' && system !== undefined) {
    return { product: 'IBM Db2', version, extraInfo: system, cpe: [cpe('ibm', 'db2', version)] };
  }
  if (product === 'DSN' && className === 'QDB2') return { product: 'IBM Db2 for z/OS', version };
  if (product === 'QSQ' && className === 'QAS') return { product: 'IBM Db2 for i', version };
  return { extraInfo: ['DRDA', className, level].filter((part) => part !== '').join(', ') };
}

function textOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => page500[byte - 0x40] ?? '·').join('');
}

function ebcdic(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => page500.indexOf(character) + 0x40);
}
