import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const versionTopic = '$SYS/broker/version';
/** What it says of those who may not come in (MQTT 3.1.1, table 3.1). */
const refusals: Readonly<Record<number, string>> = {
  1: 'does not speak MQTT 3.1.1',
  2: 'wants a client identifier',
  3: 'server unavailable',
  4: 'asks for a password',
  5: 'asks for authorisation',
};

/**
 * MQTT 3.1.1 (OASIS standard, sections 3.1 CONNECT, 3.2 CONNACK, 3.3 PUBLISH, 3.8 SUBSCRIBE, 3.9 SUBACK, 3.14 DISCONNECT), which
 * servers of MQTT 5 speak as well.
 *
 * ```
 * packet      type and flags u8 · remaining length, 7 bits a byte · body
 * → CONNECT   10 · 12 · 0 4 "MQTT" · level 4 · flags 02 (clean session) · keep alive u16be · client identifier, empty
 * → SUBSCRIBE 82 · 24 · packet identifier u16be · 0 19 "$SYS/broker/version" · QoS 0
 * ← CONNACK   20 · 2 · session present 0 · return code
 * ← SUBACK    90 · 3 · packet identifier u16be · QoS granted, or 80
 * ← PUBLISH   30 or 31 · length · length of topic u16be · topic · payload
 * ```
 *
 * There is no name, no password and no will in the CONNECT, and its session ends with the connection, so that nothing stays in the
 * broker. A client may go on before it is answered (section 3.1.4), and a server that refuses it must not look at the rest: the
 * subscription is to the one topic in which Mosquitto publishes its version, and draws nothing from other brokers. A CONNACK alone
 * is four bytes that prove little anywhere else.
 */
export const mqtt: Protocol = {
  name: 'mqtt',
  ports: [1883],
  overTls: { name: 'secure-mqtt', ports: [8883] },
  context: 'asked',
  probe: Buffer.from(`\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0\x82\x18\0\x01\0\x13${versionTopic}\0`, 'latin1'),
  blindTurn: 8,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'closes', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  farewell: Uint8Array.of(0xe0, 0),
  about: {
    recognisedBy: 'the CONNACK to a CONNECT without a name',
    logs: 'Mosquitto: a connection, a client connected as auto-… and disconnected, or not authorised',
  },
  examples: [
    {
      from: 'Mosquitto 2.0.11, Debian 12, with allow_anonymous',
      bytes: Buffer.from(`\x20\x02\0\0\x90\x03\0\x01\0\x31\x2d\0\x13${versionTopic}mosquitto version 2.0.11`, 'latin1'),
      service: {
        name: 'mqtt',
        product: 'Mosquitto',
        version: '2.0.11',
        extraInfo: 'answers without a password',
        cpe: ['cpe:2.3:a:eclipse:mosquitto:2.0.11:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Mosquitto 2.0.11, Debian 12, without allow_anonymous',
      bytes: Uint8Array.of(0x20, 2, 0, 5),
      service: { name: 'mqtt', extraInfo: 'asks for authorisation' },
    },
    {
      from: "RabbitMQ 3.10.8, Debian 12, with its plugin for MQTT, as 'guest' from the machine itself",
      bytes: Uint8Array.of(0x20, 2, 0, 0, 0x90, 3, 0, 1, 0),
      service: { name: 'mqtt', extraInfo: 'answers without a password' },
    },
    {
      from: 'built from the standard: a server that grants no such subscription',
      bytes: Uint8Array.of(0x20, 2, 0, 0, 0x90, 3, 0, 1, 0x80),
      service: { name: 'mqtt', extraInfo: 'answers without a password' },
    },
  ],
  negatives: [
    { from: 'a return code that the standard does not have', bytes: Uint8Array.of(0x20, 2, 0, 6) },
    { from: 'a session, where a clean one was asked for', bytes: Uint8Array.of(0x20, 2, 1, 0) },
    { from: 'a refusal that goes on', bytes: Uint8Array.of(0x20, 2, 0, 5, 0x20) },
    { from: 'text that starts with the same character', bytes: Buffer.from('  \r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [kind, length, session, code] = [reader.u8(), reader.u8(), reader.u8(), reader.u8()];
  if ((kind ?? 0x20) !== 0x20 || (length ?? 2) !== 2 || (session ?? 0) !== 0) return { kind: 'no' };
  if (code === undefined) return { kind: 'more' };
  if (code === 0) return readPackets(reader);
  const extraInfo = refusals[code];
  return extraInfo === undefined || reader.remaining > 0 ? { kind: 'no' } : { kind: 'match', facts: { extraInfo } };
}

const accepted = { extraInfo: 'answers without a password' };
const maxPackets = 8;

/** What comes after the CONNACK, until the version or the refusal to tell it. */
function readPackets(reader: Reader): Parsed {
  for (let count = 0; count < maxPackets; count += 1) {
    const kind = reader.u8();
    const body = reader.take(remainingLength(reader) ?? -1);
    if (kind === undefined || body === undefined) return { kind: 'match', facts: accepted, growing: true };
    if (kind === 0x90 && body[2] === 0x80) return { kind: 'match', facts: accepted };
    const version = kind >> 1 === 0x18 ? readVersion(readerOf(body)) : undefined;
    if (version !== undefined) return { kind: 'match', facts: { ...accepted, ...factsOf(version) } };
  }
  return { kind: 'match', facts: accepted };
}

/** One or two bytes: nothing that is looked for here is longer. */
function remainingLength(reader: Reader): number | undefined {
  const low = reader.u8();
  if (low === undefined || low < 128) return low;
  const high = reader.u8();
  return high === undefined || high > 127 ? undefined : low - 128 + 128 * high;
}

function readVersion(body: Reader): string | undefined {
  const topic = body.take(body.u16be() ?? -1);
  return topic !== undefined && latin1(topic) === versionTopic
    ? latin1(body.take(body.remaining) ?? new Uint8Array())
    : undefined;
}

function factsOf(printed: string): ServiceFacts {
  const version = /^mosquitto version (\d[\w.+~-]{0,40})$/.exec(printed)?.[1];
  if (version === undefined) return {};
  return { product: 'Mosquitto', version, cpe: [cpe('eclipse', 'mosquitto', version)] };
}
