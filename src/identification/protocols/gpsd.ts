import type { Protocol } from '../protocol.js';

/**
 * gpsd (gpsd_json(5), "VERSION"): the server greets with its release.
 *
 * ```
 * ← {"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14} CR LF
 * ```
 *
 * It sends nothing else to whoever does not ask to watch.
 */
export const gpsd: Protocol = {
  name: 'gpsd',
  ports: [2947],
  matchers: [
    {
      pattern:
        /^\{"class":"VERSION","release":"(?<version>\d[\w.~+-]{0,40})","rev":"[^"\r\n]{0,80}","proto_major":(?<major>\d{1,3}),"proto_minor":(?<minor>\d{1,3})\}\r\n/,
      facts: ({ major = '', minor = '' }) => ({ product: 'gpsd', extraInfo: `protocol ${major}.${minor}` }),
    },
  ],
  about: {
    recognisedBy: 'the VERSION object that the server greets with',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'gpsd 3.22, Debian 12',
      bytes: Buffer.from('{"class":"VERSION","release":"3.22","rev":"3.22","proto_major":3,"proto_minor":14}\r\n'),
      service: { name: 'gpsd', product: 'gpsd', version: '3.22', extraInfo: 'protocol 3.14' },
    },
  ],
  negatives: [{ from: 'another object', bytes: Buffer.from('{"class":"DEVICES","devices":[]}\r\n') }],
};
