import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const maxAnswer = 512;

/**
 * RethinkDB's driver protocol (RethinkDB documentation, "Writing RethinkDB drivers", section "Perform a handshake").
 *
 * ```
 * → C3 BD C2 34                                                           the number of version 1.0, little-endian
 * ← { "success": true, "min_protocol_version": 0, "max_protocol_version": 0, "server_version": "2.3.0" } NUL
 * ← "ERROR: " ... NUL                                                     a server from before 2.3
 * ```
 *
 * Authentication would be the client's next message.
 */
export const rethinkdb: Protocol = {
  name: 'rethinkdb',
  ports: [28015],
  probe: Uint8Array.of(0xc3, 0xbd, 0xc2, 0x34),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to the magic number of the driver protocol',
    logs: 'nothing known (not measured)',
  },
  examples: [
    {
      from: 'the documentation, section "Perform a handshake"',
      bytes: Buffer.from(
        '{"success":true,"min_protocol_version":0,"max_protocol_version":0,"server_version":"2.3.0"}\0',
      ),
      service: {
        name: 'rethinkdb',
        product: 'RethinkDB',
        version: '2.3.0',
      },
    },
    {
      from: 'the documentation, section "Perform a handshake", with an error as servers before 2.3 word it',
      bytes: Buffer.from('ERROR: this is the rdb protocol port (bad magic number)\n\0'),
      service: { name: 'rethinkdb', product: 'RethinkDB' },
    },
  ],
  negatives: [
    { from: 'JSON of something else', bytes: Buffer.from('{"success":true,"server_version":"2.3.0"}\0') },
    { from: 'an error of something else', bytes: Buffer.from('ERROR: no such file\n\0') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = readerOf(bytes).cString(maxAnswer);
  if (text === undefined) {
    const start = latin1(bytes.subarray(0, 7));
    const fits = bytes.length <= maxAnswer && ['{"', '{ "', 'ERROR: '].some((opening) => begins(start, opening));
    return { kind: fits ? 'more' : 'no' };
  }
  const isError = /^ERROR: [\x20-\x7e]{0,200}(?:\brdb protocol port\b|\bRethinkDB\b)/.test(text);
  const isGreeting =
    /^\{[\x20-\x7e]*$/.test(text) && text.endsWith('}') && /"(?:min|max)_protocol_version" ?:/.test(text);
  const [, version] = (isGreeting ? /"server_version" ?: ?"([0-9][\w.+~-]{0,60})"/.exec(text) : null) ?? [];
  if (!isError && version === undefined) return { kind: 'no' };
  return { kind: 'match', facts: { product: 'RethinkDB', version } };
}

/** One of the two begins with the other. */
function begins(start: string, opening: string): boolean {
  return opening.startsWith(start) || start.startsWith(opening);
}
