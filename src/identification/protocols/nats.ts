import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

/** No greeting of a server is longer, even with the addresses of a large cluster in it. */
const maxLength = 8192;

/**
 * The client protocol of NATS (NATS documentation, "Client Protocol", section "INFO").
 *
 * ```
 * ← "INFO" SP {"server_id":"…","version":"2.9.10","go":"go1.19.8","auth_required":true,…} [SP] CR LF
 * ```
 *
 * The server speaks first. A server that requires TLS says so in this line, which is in the clear nonetheless, and expects the
 * handshake right behind it. There is no word for leaving.
 */
export const nats: Protocol = {
  name: 'nats',
  ports: [4222],
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the INFO line that the server greets with',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'nats-server 2.9.10, Debian 12',
      bytes: Buffer.from(
        'INFO {"server_id":"NAG3IKTRIBITRM34MH6WZF3T7RCDR3I5AWNIJO6IUD72PL2NWBAHBM6H",' +
          '"server_name":"NAG3IKTRIBITRM34MH6WZF3T7RCDR3I5AWNIJO6IUD72PL2NWBAHBM6H","version":"2.9.10","proto":1,' +
          '"go":"go1.19.8","host":"127.0.0.1","port":24222,"headers":true,"max_payload":1048576,"client_id":4,' +
          '"client_ip":"127.0.0.1"} \r\n',
      ),
      service: service('2.9.10', 'answers without a password'),
    },
    {
      from: 'built from the documentation of INFO: a server that asks for a password and for TLS',
      bytes: Buffer.from(
        'INFO {"server_id":"NAAA","server_name":"a","version":"2.10.4","proto":1,"go":"go1.21.3","host":"0.0.0.0",' +
          '"port":4222,"headers":true,"auth_required":true,"tls_required":true,"max_payload":1048576,' +
          '"jetstream":true,"client_id":7} \r\n',
      ),
      service: service('2.10.4', 'asks for a password, requires TLS, JetStream'),
    },
  ],
  negatives: [
    { from: 'a line of some log', bytes: Buffer.from('INFO server started, version 2.9.10\r\n') },
    { from: 'an object of something else', bytes: Buffer.from('INFO {"version":"2.9.10"}\r\n') },
  ],
};

function service(version: string, extraInfo: string) {
  return { ...factsOf(version, extraInfo), name: 'nats' };
}

function factsOf(version: string | undefined, extraInfo: string): ServiceFacts {
  return { product: 'NATS Server', version, extraInfo, cpe: [cpe('linuxfoundation', 'nats-server', version)] };
}

const opening = 'INFO {';

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLength));
  if (!text.startsWith(opening)) return { kind: opening.startsWith(text) ? 'more' : 'no' };
  const end = text.indexOf('\r\n');
  if (end < 0) return { kind: text.length < maxLength ? 'more' : 'no' };
  const info = text.slice(0, end);
  if (!info.includes('"server_id":"') || !info.includes('"max_payload":')) return { kind: 'no' };
  const version = /[{,]"version":"v?([0-9][\w.+-]{0,60})"/.exec(info)?.[1];
  const says = (fact: string) => info.includes(`"${fact}":true`);
  const extraInfo = [
    says('auth_required') ? 'asks for a password' : 'answers without a password',
    ...(says('tls_required') ? ['requires TLS'] : []),
    ...(says('jetstream') ? ['JetStream'] : []),
  ].join(', ');
  return { kind: 'match', facts: factsOf(version, extraInfo) };
}
