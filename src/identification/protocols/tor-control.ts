import { cpe } from '../cpe.js';
import type { Protocol, ServiceFacts } from '../protocol.js';

/**
 * Tor's control port (Tor control protocol, control-spec, sections 2.3 and 3.21).
 *
 * ```
 * → "PROTOCOLINFO 1" CR LF                          allowed before authentication, once; the only such besides QUIT
 * ← "250-PROTOCOLINFO 1" CR LF
 *   "250-AUTH METHODS=" method *("," method) [" COOKIEFILE=" quoted] CR LF      NULL: none is needed
 *   "250-VERSION Tor=" quoted CR LF
 *   "250 OK" CR LF
 * ```
 */
export const torControl: Protocol = {
  name: 'tor-control',
  ports: [9051],
  probe: Buffer.from('PROTOCOLINFO 1\r\n'),
  matchers: [
    {
      pattern:
        /^250-PROTOCOLINFO 1\r\n250-AUTH METHODS=(?<methods>[A-Z,]{1,80})[^\r\n]*\r\n250-VERSION Tor="(?<version>[0-9][^"\r\n]{0,60})"[^\r\n]*\r\n/,
      facts: ({ methods, version }) => factsOf(methods, version),
    },
  ],
  farewell: Buffer.from('QUIT\r\n'),
  about: {
    recognisedBy: 'the answer to PROTOCOLINFO',
    logs: 'one control connection opened and closed',
  },
  examples: [
    {
      from: 'Tor 0.4.9.11, Debian 12, with cookie authentication',
      bytes: Buffer.from(
        '250-PROTOCOLINFO 1\r\n250-AUTH METHODS=COOKIE,SAFECOOKIE COOKIEFILE="/run/tor/control.authcookie"\r\n' +
          '250-VERSION Tor="0.4.9.11"\r\n250 OK\r\n',
      ),
      service: {
        name: 'tor-control',
        product: 'Tor',
        version: '0.4.9.11',
        extraInfo: 'authentication: COOKIE,SAFECOOKIE',
        cpe: ['cpe:2.3:a:torproject:tor:0.4.9.11:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the control-spec, a port that lets everybody in',
      bytes: Buffer.from('250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor="0.4.7.16"\r\n250 OK\r\n'),
      service: {
        name: 'tor-control',
        product: 'Tor',
        version: '0.4.7.16',
        extraInfo: 'answers without authentication',
        cpe: ['cpe:2.3:a:torproject:tor:0.4.7.16:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [
    { from: 'a mail server that agrees to something', bytes: Buffer.from('250-PROTOCOLINFO 1\r\n250 OK\r\n') },
  ],
};

function factsOf(methods: string | undefined, version: string | undefined): ServiceFacts {
  const isOpen = methods?.split(',').includes('NULL') === true;
  return {
    product: 'Tor',
    version,
    extraInfo: isOpen ? 'answers without authentication' : `authentication: ${methods ?? ''}`,
    cpe: [cpe('torproject', 'tor', version)],
  };
}
