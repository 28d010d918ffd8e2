import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [acknowledged, notSupported] = [0x4e, 0x4f];
const maxName = 253;

/**
 * Java's Remote Method Invocation, registries and the objects behind them, JMX among these (Java Remote Method Invocation
 * Specification, chapter 10, "RMI Wire Protocol").
 *
 * ```
 * → "JRMI" · int16 2 version · 4B StreamProtocol
 * ← 4E ProtocolAck · int16 length · host name of ours, as the server sees it · int32 port of ours, as the server sees it
 *   4F ProtocolNotSupported
 * ```
 *
 * No call follows, so that nothing is read out of it that could be made to run.
 */
export const rmiRegistry: Protocol = {
  name: 'rmiregistry',
  ports: [1099, 1098, 9010, 8686],
  context: 'asked',
  probe: Buffer.from('JRMI\0\x02K'),
  blindTurn: 13,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the acknowledgement of the protocol header',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'rmiregistry and the JMX agent of OpenJDK 17.0.15, Debian 12',
      bytes: Buffer.from('N\0\t127.0.0.1\0\0\xb1\\', 'latin1'),
      service: { name: 'rmiregistry', extraInfo: 'Java RMI' },
    },
    {
      from: 'built from the specification, with a name instead of an address',
      bytes: Buffer.from('N\0\x14scanner1.example.org\0\0\xb1\\', 'latin1'),
      service: { name: 'rmiregistry', extraInfo: 'Java RMI' },
    },
  ],
  negatives: [
    { from: 'text that starts with the same letter', bytes: Buffer.from('NICK example\r\n') },
    { from: 'a port that there is not', bytes: Buffer.from('N\0\t127.0.0.1\0\x01\xb1\\', 'latin1') },
    { from: 'a refusal, which is one byte', bytes: Uint8Array.of(notSupported) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [answer, length] = [reader.u8(), reader.u16be()];
  if ((answer ?? acknowledged) !== acknowledged) return { kind: 'no' };
  if (length !== undefined && (length === 0 || length > maxName)) return { kind: 'no' };
  if (length === undefined) return { kind: 'more' };
  const host = reader.take(length);
  const port = reader.u32();
  if (host === undefined || port === undefined) return { kind: 'more' };
  const isRight = /^[0-9A-Za-z.:%_-]+$/.test(latin1(host)) && port >= 1 && port <= 65_535 && reader.remaining === 0;
  return isRight ? { kind: 'match', facts: { extraInfo: 'Java RMI' } } : { kind: 'no' };
}
