import type { Protocol } from '../protocol.js';

/**
 * MySQL's X Protocol: what the server sends first (MySQL Internals Manual, "X Protocol", "Messages": Mysqlx.Notice.Frame, with
 * type 5, ServerHello, and an empty payload; the frame is length u32le · type u8 = 11, NOTICE · Protocol Buffers).
 *
 * ```
 * ← 5 · 0 · 0 · 0 · 11 · 08 05 · 1A 00
 * ```
 */
export const mysqlx: Protocol = {
  name: 'mysqlx',
  ports: [33060],
  startTls: 'not-asked',
  matchers: [{ pattern: /^\x05\0\0\0\x0b\x08\x05\x1a\0/ }],
  about: { recognisedBy: 'the notice that the server sends first', logs: 'nothing known (not measured)' },
  examples: [
    {
      from: 'built from the X Protocol documentation, Mysqlx.Notice.Frame',
      bytes: Buffer.from('\x05\0\0\0\x0b\x08\x05\x1a\0', 'latin1'),
      service: { name: 'mysqlx' },
    },
  ],
  negatives: [{ from: 'another notice', bytes: Buffer.from('\x05\0\0\0\x0b\x08\x01\x1a\0', 'latin1') }],
};
