import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/** TeamSpeak's query interface (TeamSpeak 3 Server Query Manual, "Commandline usage"). The server speaks first. */
export const teamspeakQuery: Protocol = {
  name: 'teamspeak-query',
  ports: [10011],
  matchers: [
    {
      pattern: /^TS3(?:\n\r|\r\n|\n)Welcome to the TeamSpeak 3 ServerQuery interface/,
      facts: () => ({ product: 'TeamSpeak 3', cpe: [cpe('teamspeak', 'teamspeak')] }),
    },
  ],
  farewell: Buffer.from('quit\n'),
  about: { recognisedBy: 'the greeting', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the manual',
      bytes: Buffer.from(
        'TS3\n\rWelcome to the TeamSpeak 3 ServerQuery interface, type "help" for a list of commands and "help <command>" for ' +
          'information on a specific command.\n\r',
      ),
      service: {
        name: 'teamspeak-query',
        product: 'TeamSpeak 3',
        cpe: ['cpe:2.3:a:teamspeak:teamspeak:*:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'its first line alone', bytes: Buffer.from('TS3\n\rhello\n\r') }],
};
