import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

/** More is not read: one line for each node that runs on the machine. */
const maxLength = 4096;

/**
 * The port mapper of Erlang's nodes (Erlang/OTP documentation, ERTS User's Guide, "Distribution Protocol", sections "List All
 * Registered Names from EPMD"), which RabbitMQ, ejabberd and CouchDB bring along.
 *
 * ```
 * → length u16be = 1 · 'n' (NAMES_REQ)
 * ← its own port u32be · ("name " name " at port " port LF)*, and it hangs up
 * ```
 *
 * Without any node the answer is four bytes, which prove little anywhere else. It reads a table and logs nothing but debug output.
 */
export const epmd: Protocol = {
  name: 'epmd',
  ports: [4369],
  context: 'asked',
  probe: Uint8Array.of(0, 1, 0x6e),
  blindTurn: 23,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to NAMES_REQ',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'epmd of Erlang/OTP 25.2.3, Debian 12, with a node of RabbitMQ',
      bytes: Buffer.from('\0\0\x5f\x31name lab at port 25679\n', 'latin1'),
      service: { name: 'epmd', product: 'Erlang Port Mapper Daemon', extraInfo: 'nodes: lab on 25679' },
    },
    {
      from: 'epmd of Erlang/OTP 25.2.3, Debian 12, without a node, on its usual port',
      bytes: Uint8Array.of(0, 0, 0x11, 0x11),
      service: { name: 'epmd', product: 'Erlang Port Mapper Daemon' },
    },
  ],
  negatives: [
    { from: 'a number that is no port', bytes: Uint8Array.of(0, 1, 0, 0) },
    { from: 'a port, and something else behind it', bytes: Buffer.from('\0\0\x11\x11foo\n', 'latin1') },
  ],
};

const usualPort = 4369;

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes.subarray(0, maxLength));
  const port = reader.u32();
  if (port === undefined) return { kind: bytes.every((byte, at) => at > 1 || byte === 0) ? 'more' : 'no' };
  if (port === 0 || port > 65535) return { kind: 'no' };
  const lines = latin1(reader.take(reader.remaining) ?? new Uint8Array()).split('\n');
  const last = lines.pop() ?? '';
  if (!'name '.startsWith(last.slice(0, 5))) return { kind: 'no' };
  const nodes = lines.map((line) => /^name ([\w.@+-]{1,128}) at port ([1-9]\d{0,4})$/.exec(line));
  if (nodes.includes(null)) return { kind: 'no' };
  // Four bytes alone may be the length of anything.
  if (nodes.length === 0 && port !== usualPort) return { kind: 'more' };
  const told = nodes.map((node) => `${node?.[1] ?? ''} on ${node?.[2] ?? ''}`).join(', ');
  return {
    kind: 'match',
    facts: { product: 'Erlang Port Mapper Daemon', extraInfo: told === '' ? undefined : `nodes: ${told}` },
    growing: true,
  };
}
