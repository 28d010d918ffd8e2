import type { Protocol } from '../protocol.js';

/**
 * AJP 1.3, which a web server in front speaks to Tomcat ("The Apache Tomcat Connectors: AJP Protocol Reference").
 *
 * ```
 * → 0x1234 · int16 length: 1 · byte 10              CPing: are you there?
 * ← "AB"   · int16 length: 1 · byte 9               CPong
 * ```
 *
 * It is answered before any secret is asked for, and starts no request.
 */
export const ajp13: Protocol = {
  name: 'ajp13',
  ports: [8009],
  probe: Uint8Array.of(0x12, 0x34, 0, 1, 10),
  blindTurn: 17,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'closes' },
  matchers: [{ pattern: /^AB\x00\x01\x09$/ }],
  context: 'port',
  about: { recognisedBy: 'the CPong to a CPing', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'Tomcat 10.1, Debian 12, with and without a secret',
      bytes: Buffer.from('AB\0\x01\x09', 'latin1'),
      service: { name: 'ajp13' },
    },
  ],
  negatives: [
    { from: 'a packet that is no CPong', bytes: Buffer.from('AB\0\x02\x05\x01', 'latin1') },
    { from: 'a text', bytes: Buffer.from('AB\r\n') },
  ],
};
