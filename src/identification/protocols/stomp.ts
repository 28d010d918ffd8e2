import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

const maxLength = 4096;
const maxHeaders = 32;

/**
 * STOMP 1.2 (stomp.github.io, "STOMP Protocol Specification", sections "STOMP Frames", "Protocol Negotiation", "ERROR").
 *
 * ```
 * frame      command LF · (name ":" value LF)* · LF · body · NUL
 * → CONNECT  "accept-version:9.9", which nobody speaks
 * ← ERROR    "version:1.0,1.1,1.2" …, and it hangs up
 * ```
 *
 * A CONNECT that the server understands is a login, if need be as nobody, and servers let nobody in or count it as a failure. One of a
 * version that it does not speak ends before that. The price is that RabbitMQ tells its version only to those who come in.
 */
export const stomp: Protocol = {
  name: 'stomp',
  ports: [61613],
  overTls: { name: 'stomp-tls', ports: [61614] },
  context: 'asked',
  probe: Buffer.from('CONNECT\naccept-version:9.9\nhost:/\n\n\0'),
  blindTurn: 20,
  takes: { tls: 'closes', http: 'waits', beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the ERROR frame that a CONNECT of version 9.9 draws',
    logs: 'RabbitMQ: one error, Version mismatch; ActiveMQ: two warnings, Invalid Protocol version',
  },
  examples: [
    {
      from: 'RabbitMQ 3.10.8, Debian 12, with its plugin for STOMP',
      bytes: Buffer.from(
        'ERROR\nmessage:Version mismatch\ncontent-type:text/plain\nversion:1.0,1.1,1.2\ncontent-length:35\n\n' +
          'Supported versions are 1.0,1.1,1.2\n\0\n',
      ),
      service: { name: 'stomp', extraInfo: 'STOMP 1.0,1.1,1.2' },
    },
    {
      from: 'ActiveMQ 5.17.2, Debian 12, without most of its stack trace',
      bytes: Buffer.from(
        'ERROR\ncontent-type:text/plain\nmessage:Invalid Protocol version[9.9], supported versions are: [1.2, 1.1, 1.0]\n\n' +
          'org.apache.activemq.transport.stomp.ProtocolException: Invalid Protocol version[9.9], supported versions are: [1.2, ' +
          '1.1, 1.0]\n\tat org.apache.activemq.transport.stomp.StompCodec.detectVersion(StompCodec.java:151)\n\0\n',
      ),
      service: {
        name: 'stomp',
        product: 'Apache ActiveMQ',
        extraInfo: 'Invalid Protocol version[9.9], supported versions are: [1.2, 1.1, 1.0]',
        cpe: ['cpe:2.3:a:apache:activemq:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the specification, with the header that a server may name itself in',
      bytes: Buffer.from('ERROR\nversion:1.2\nserver:RabbitMQ/3.10.8\n\n\0'),
      service: {
        name: 'stomp',
        product: 'RabbitMQ',
        version: '3.10.8',
        extraInfo: 'STOMP 1.2',
        cpe: ['cpe:2.3:a:vmware:rabbitmq:3.10.8:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [
    { from: 'an error in another line discipline', bytes: Buffer.from('ERROR\r\n') },
    { from: 'an error that goes on as text', bytes: Buffer.from('ERROR\nunknown command\n\n\0') },
    { from: 'a frame without any header', bytes: Buffer.from('ERROR\n\n\0') },
  ],
};

const opening = /^ERROR\r?\n/;

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLength));
  if (!opening.test(text)) return { kind: 'ERROR\r'.startsWith(text) ? 'more' : 'no' };
  const end = text.indexOf('\0');
  if (end < 0) return { kind: text.length < maxLength ? 'more' : 'no' };
  const lines = text.slice(0, end).split(/\r?\n/);
  const blank = lines.indexOf('');
  if (blank < 2 || blank > maxHeaders) return { kind: 'no' };
  const headers = new Map<string, string>();
  for (const line of lines.slice(1, blank)) {
    const found = /^([\w-]{1,64}):([\t\x20-\x7e]*)$/.exec(line);
    if (found === null) return { kind: 'no' };
    headers.set(found[1] ?? '', found[2] ?? '');
  }
  const [version, message] = [headers.get('version'), headers.get('message')];
  if (version === undefined && message === undefined) return { kind: 'no' };
  const extraInfo = version === undefined ? message : `STOMP ${version}`;
  return { kind: 'match', facts: { extraInfo, ...productOf(headers.get('server'), lines[blank + 1] ?? '') } };
}

function productOf(server: string | undefined, body: string): ServiceFacts {
  const [, product, version] = /^([A-Za-z][\w .-]{0,40})\/(\d[\w.+~-]{0,40})/.exec(server ?? '') ?? [];
  if (product === 'RabbitMQ') return { product, version, cpe: [cpe('vmware', 'rabbitmq', version)] };
  if (product !== undefined) return { product, version };
  if (!body.startsWith('org.apache.activemq.transport.stomp.')) return {};
  return { product: 'Apache ActiveMQ', cpe: [cpe('apache', 'activemq')] };
}
