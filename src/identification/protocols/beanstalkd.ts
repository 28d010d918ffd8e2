import { cpe } from '../cpe.js';
import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

/** No answer to "stats" is longer: it has some 1000 bytes. */
const maxLength = 8192;

/**
 * The work queue beanstalkd (doc/protocol.txt in its source, sections "stats", "quit" and the errors).
 *
 * ```
 * → "stats\r\n"                                      reads counters, touches no job and no tube
 * ← "OK" SP length CR LF "---" LF (key ": " value LF)* CR LF
 * ← "UNKNOWN_COMMAND" CR LF                          its answer to anything that is no command, such as HTTP
 * ```
 */
export const beanstalkd: Protocol = {
  name: 'beanstalkd',
  ports: [11300],
  probe: Buffer.from('stats\r\n'),
  blindTurn: 2,
  matchers: [{ parse }, { pattern: /^UNKNOWN_COMMAND\r\n/ }],
  farewell: Buffer.from('quit\r\n'),
  about: {
    recognisedBy: 'the answer to stats',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'beanstalkd 1.12, Debian 12, without the middle of the counters',
      bytes: Buffer.from(
        'OK 250\r\n---\ncurrent-jobs-urgent: 0\ncurrent-jobs-ready: 0\ntotal-connections: 2\npid: 14425\nversion: "1.12"\n' +
          'rusage-utime: 0.001659\nrusage-stime: 0.000000\nuptime: 7\ndraining: false\nid: dcf831a5afbd3151\nhostname: vm\n' +
          'os: #1 SMP PREEMPT_DYNAMIC @0\nplatform: x86_64\n\r\n',
      ),
      service: {
        name: 'beanstalkd',
        product: 'beanstalkd',
        version: '1.12',
        hostname: 'vm',
        cpe: ['cpe:2.3:a:wildbit:beanstalkd:1.12:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'beanstalkd 1.12, Debian 12, asked in HTTP',
      bytes: Buffer.from('UNKNOWN_COMMAND\r\n'),
      service: { name: 'beanstalkd' },
    },
  ],
  negatives: [
    { from: 'a success with another body', bytes: Buffer.from('OK 10\r\n---\nfoo: 1\n\r\n') },
    { from: 'gearmand 1.1.20, Debian 12, asked for its version', bytes: Buffer.from('OK 1.1.20+ds\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxLength));
  const header = /^OK ([1-9]\d{1,3})\r\n/.exec(text);
  if (header === null) return { kind: /^(?:O(?:K(?: (?:[1-9]\d{0,3}\r?)?)?)?)?$/.test(text) ? 'more' : 'no' };
  const end = header[0].length + Number(header[1]);
  const body = text.slice(header[0].length, end);
  if (!'---\ncurrent-jobs-urgent: '.startsWith(body.slice(0, 25))) return { kind: 'no' };
  if (text.length < end) return { kind: end <= maxLength ? 'more' : 'no' };
  const version = /\nversion: "?([0-9][\w.+-]{0,60})"?\n/.exec(body)?.[1];
  if (version === undefined) return { kind: 'no' };
  const hostname = /\nhostname: "?([^"\s]{1,253})"?\n/.exec(body)?.[1];
  return {
    kind: 'match',
    facts: { product: 'beanstalkd', version, hostname, cpe: [cpe('wildbit', 'beanstalkd', version)] },
  };
}
