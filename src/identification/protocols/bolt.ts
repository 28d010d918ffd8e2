import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

/** HELLO of Bolt 5.1 and newer: what the client is called, and no credentials, which are LOGON's matter. */
const hello = '\xb1\x01\xa2\x8auser_agent\x8aexposcan/1\x8abolt_agent\xa1\x87product\x8aexposcan/1';
/** Bolt 5.8 and the seven minor versions below it; nothing else. */
const handshake = '\x60\x60\xb0\x17\0\x07\x08\x05' + '\0'.repeat(12);

/**
 * Neo4j's Bolt ("Bolt Protocol Handshake Specification", "Bolt Protocol message specification": HELLO, SUCCESS, FAILURE and
 * GOODBYE, and "PackStream Specification").
 *
 * ```
 * → 60 60 B0 17 · four times (0 · how many minor versions below · minor u8 · major u8)
 * ← 0 · 0 · minor u8 · major u8                 the version that both have; zeros where there is none, and the end
 * message   (length u16 · piece)* · 0 · 0
 * → HELLO { user_agent, bolt_agent }
 * ← SUCCESS B1 70 { server: "Neo4j/5.13.0", connection_id: ..., ... }
 * ```
 *
 * From 5.1 on, HELLO comes before the credentials and tells the release. Before 5.1 it carries them, so those versions are not
 * offered: such a server says that there is no version in common.
 */
export const bolt: Protocol = {
  name: 'bolt',
  ports: [7687],
  probe: Buffer.concat([Buffer.from(handshake, 'latin1'), chunk(hello)]),
  context: 'asked',
  matchers: [{ parse }],
  farewell: chunk('\xb0\x02'),
  about: { recognisedBy: 'the answer to the handshake and to HELLO', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the Bolt specification: Neo4j',
      bytes: answer('\x08', '\xb1\x70\xa2\x86server\x8cNeo4j/5.26.1\x8dconnection_id\x86bolt-7'),
      service: service('Neo4j', '5.26.1', 'Bolt 5.8', cpe('neo4j', 'neo4j', '5.26.1')),
    },
    {
      from: 'built from the Bolt specification: Memgraph, which names itself after what it imitates',
      bytes: answer(
        '\x02',
        '\xb1\x70\xa2\x8dconnection_id\x86bolt-7\x86server\xd0\x3dNeo4j/v5.11.0 compatible graph database server - Memgraph 3.0',
      ),
      service: service(
        'Memgraph',
        undefined,
        'Bolt 5.2, Neo4j/v5.11.0 compatible graph database server - Memgraph 3.0',
      ),
    },
    {
      from: 'built from the Bolt specification: a refusal',
      bytes: answer('\x04', '\xb1\x7f\xa1\x84code\xd0\x24Neo.TransientError.General.OutOfMemory'.slice(0, 46)),
      service: service(undefined, undefined, 'Bolt 5.4'),
    },
    {
      from: 'built from the Bolt specification: no version in common',
      bytes: Buffer.from([0, 0, 0, 0]),
      service: service(undefined, undefined, 'no version of Bolt from 5.1 to 5.8'),
    },
  ],
  negatives: [
    { from: 'a version that was not offered', bytes: Buffer.from([0, 0, 4, 4]) },
    { from: 'its own question, sent back', bytes: Buffer.from(handshake, 'latin1') },
    { from: 'more zeros', bytes: new Uint8Array(8) },
  ],
};

function chunk(message: string): Uint8Array {
  return Buffer.concat([Uint8Array.of(0, message.length), Buffer.from(message, 'latin1'), Uint8Array.of(0, 0)]);
}

function answer(minor: string, message: string): Uint8Array {
  return Buffer.concat([Buffer.from(`\0\0${minor}\x05`, 'latin1'), chunk(message)]);
}

function service(product: string | undefined, version: string | undefined, extraInfo: string, name?: string) {
  return { name: 'bolt', product, version, extraInfo, cpe: name === undefined ? undefined : [name] };
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [zeros, minor, major] = [reader.u16be(), reader.u8(), reader.u8()];
  if (zeros !== undefined && zeros !== 0) return { kind: 'no' };
  if (minor !== undefined && minor > 8) return { kind: 'no' };
  if (minor === undefined || major === undefined) return { kind: 'more' };
  if (minor === 0 && major === 0) {
    if (reader.remaining > 0) return { kind: 'no' };
    return { kind: 'match', facts: { extraInfo: 'no version of Bolt from 5.1 to 5.8' } };
  }
  if (major !== 5 || minor === 0) return { kind: 'no' };
  const extraInfo = `Bolt 5.${minor}`;
  const length = reader.u16be();
  const message = length === undefined ? undefined : reader.take(length);
  if (message === undefined) return { kind: 'match', facts: { extraInfo }, growing: true };
  return { kind: 'match', facts: readMessage(latin1(message), extraInfo) };
}

/** The first piece of the first message, which holds what the server calls itself; the order of its entries is free. */
function readMessage(message: string, extraInfo: string): ServiceFacts {
  const at = message.startsWith('\xb1\x70') ? message.indexOf('\x86server') : -1;
  if (at < 0) return { extraInfo };
  const value = readString(message.slice(at + 7));
  const [, version] = /^Neo4j\/([0-9]{1,4}\.[0-9][\w.+-]{0,40})$/.exec(value) ?? [];
  if (version !== undefined) return { product: 'Neo4j', version, extraInfo, cpe: [cpe('neo4j', 'neo4j', version)] };
  return {
    product: /\bMemgraph\b/.test(value) ? 'Memgraph' : undefined,
    extraInfo: [extraInfo, value].filter((part) => part !== '').join(', '),
  };
}

/** A PackStream string of up to 255 bytes; empty where there is none. */
function readString(text: string): string {
  const marker = text.charCodeAt(0);
  if (marker >= 0x80 && marker <= 0x8f) return text.slice(1, 1 + marker - 0x80);
  return marker === 0xd0 ? text.slice(2, 2 + text.charCodeAt(1)) : '';
}
