import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * The event socket of FreeSWITCH (FreeSWITCH's documentation, mod_event_socket, "auth"). The server speaks first.
 *
 * ```
 * ← "Content-Type: auth/request" LF LF
 * ← "Content-Type: text/rude-rejection" LF "Content-Length: 24" LF LF "Access Denied, go away." LF      to addresses that are not let in
 * ```
 */
export const freeswitchEvent: Protocol = {
  name: 'freeswitch-event',
  ports: [8021],
  matchers: [
    {
      pattern: /^Content-Type: auth\/request\n\n/,
      facts: () => ({
        product: 'FreeSWITCH',
        extraInfo: 'asks for a password',
        cpe: [cpe('freeswitch', 'freeswitch')],
      }),
    },
    {
      pattern: /^Content-Type: text\/rude-rejection\nContent-Length: \d{1,3}\n\nAccess Denied, go away\.\n/,
      facts: () => ({ product: 'FreeSWITCH', extraInfo: 'refused', cpe: [cpe('freeswitch', 'freeswitch')] }),
    },
  ],
  farewell: Buffer.from('exit\n\n'),
  about: { recognisedBy: 'the greeting', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the documentation of mod_event_socket',
      bytes: Buffer.from('Content-Type: auth/request\n\n'),
      service: {
        name: 'freeswitch-event',
        product: 'FreeSWITCH',
        extraInfo: 'asks for a password',
        cpe: ['cpe:2.3:a:freeswitch:freeswitch:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the documentation of mod_event_socket, apply-inbound-acl',
      bytes: Buffer.from('Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n'),
      service: {
        name: 'freeswitch-event',
        product: 'FreeSWITCH',
        extraInfo: 'refused',
        cpe: ['cpe:2.3:a:freeswitch:freeswitch:*:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'a part of a message', bytes: Buffer.from('Content-Type: text/plain\n\n') }],
};
