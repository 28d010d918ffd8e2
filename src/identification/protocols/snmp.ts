import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf, type Reader } from '../reader.js';

const [integer, octets, sequence, report] = [0x02, 0x04, 0x30, 0xa8];
const netSnmp = 8072;

const discovery = hex(
  '3038020103300e020101020300ffe30401040201030410300e040002010002' +
    '0100040004000400301104000400a00b0201010201000201003000',
);

/**
 * SNMP over TCP (RFC 3430), asked for its engine as a client of version 3 does before it knows any user (RFC 3414, section 4
 * "Discovery"; RFC 3412, section 6; RFC 3411, SnmpEngineID; in BER).
 *
 * ```
 * message   30 · version INTEGER 3 · 30 (header data) · OCTET STRING (security parameters) · 30 (scoped PDU)
 * security  30 · engine OCTET STRING · boots INTEGER · time INTEGER · user · authentication · privacy OCTET STRING
 * → a GetRequest of nothing, with an empty engine and an empty user: no community string, no password
 * ← a Report, with the engine: 4 bytes of enterprise number, first bit set, and what the enterprise puts behind it
 * ```
 *
 * The agent counts it in usmStatsUnknownEngineIDs.
 */
export const snmp: Protocol = {
  name: 'snmp',
  ports: [161],
  overTls: { name: 'snmptls', ports: [10161] },
  probe: discovery,
  blindTurn: 25,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'closes', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the report that the discovery of version 3 draws',
    logs: 'Net-SNMP: a connection from the address, and nothing else',
  },
  examples: [
    {
      from: 'snmpd of net-snmp 5.9.3, Debian 12',
      bytes: hex(
        '306c020103 300f02010102047fffffff040100020103 0421301f0411 80001f8880fd18cb06bc5d046b00000000 020101020102' +
          '040004000400 3033041180001f8880fd18cb06bc5d046b00000000 0400a81c0201010201000201003011300f060a2b060106030f01010400410101',
      ),
      service: {
        name: 'snmp',
        product: 'Net-SNMP',
        extraInfo: 'version 3; enterprise 8072; booted 1 times',
        cpe: ['cpe:2.3:a:net-snmp:net-snmp:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from RFC 3414: an agent of another enterprise',
      bytes: hex(
        '3060020103300d020101020205c0040100020103041c301a040c800000090300112233445566020107020164040004000400' +
          '302e040c8000000903001122334455660400a81c0201010201000201003011300f060a2b060106030f01010400410101',
      ),
      service: { name: 'snmp', extraInfo: 'version 3; enterprise 9; booted 7 times' },
    },
  ],
  negatives: [
    { from: 'an answer of version 1', bytes: hex('301a02010004067075626c6963a20d0201010201000201003002 3000') },
    { from: 'the question, echoed', bytes: discovery },
  ],
};

function hex(text: string): Uint8Array {
  return Buffer.from(text.replace(/ /g, ''), 'hex');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [tag, length] = [reader.u8(), reader.u8()];
  if ((tag ?? sequence) !== sequence) return { kind: 'no' };
  const long = length === 0x81 ? reader.u8() : length;
  if (length !== undefined && length > 0x81) return { kind: 'no' };
  const message = long === undefined ? undefined : reader.take(long);
  const version = bytes.subarray(length === 0x81 ? 3 : 2).subarray(0, 3);
  if (version.some((byte, at) => byte !== [integer, 1, 3][at])) return { kind: 'no' };
  if (message === undefined) return { kind: 'more' };
  const facts = readMessage(readerOf(message.subarray(3)));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

function readMessage(message: Reader): ServiceFacts | undefined {
  const header = field(message, sequence);
  const security = field(message, octets);
  const scoped = field(message, sequence);
  if (header === undefined || security === undefined || scoped === undefined) return undefined;
  const [context, name, answer] = [field(scoped, octets), field(scoped, octets), field(scoped, report)];
  if (context === undefined || name === undefined || answer === undefined) return undefined;
  const parameters = field(security, sequence);
  const engine = parameters && field(parameters, octets);
  const boots = parameters && number(field(parameters, integer));
  const enterprise = engine?.u32();
  if (enterprise === undefined || boots === undefined) return undefined;
  // Without the first bit the engine is of a form of its own that dates from before RFC 3411, with the enterprise at the same place.
  const vendor = enterprise % 0x80000000;
  const isNetSnmp = vendor === netSnmp && enterprise !== vendor && engine?.u8() === 0x80;
  return {
    extraInfo: `version 3; enterprise ${vendor}; booted ${boots} times`,
    ...(isNetSnmp ? { product: 'Net-SNMP', cpe: [cpe('net-snmp', 'net-snmp')] } : {}),
  };
}

/** The content of the next field, if it has this tag and a length of one byte; all of them are short here. */
function field(reader: Reader, tag: number): Reader | undefined {
  if (reader.u8() !== tag) return undefined;
  const length = reader.u8();
  const content = length === undefined || length > 127 ? undefined : reader.take(length);
  return content === undefined ? undefined : readerOf(content);
}

function number(reader: Reader | undefined): number | undefined {
  if (reader === undefined || reader.remaining === 0 || reader.remaining > 4) return undefined;
  return reader.take(reader.remaining)?.reduce((value, byte) => value * 256 + byte, 0);
}
