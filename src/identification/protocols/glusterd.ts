import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';
import { readRpcReply, rpcCall, rpcReplyExample } from '../rpc-message.js';

const [program, version, dump] = [123451501, 1, 1];
const maxPrograms = 64;
const maxName = 64;

/**
 * GlusterFS, by the list of the programs that its RPC has (the messages: RFC 5531; rpc/rpc-lib/src/rpcsvc.c and rpc/xdr/src/glusterfs3-xdr.x of
 * its source, "GF-DUMP", which is there for whoever has not shaken hands yet).
 *
 * ```
 * → call    program 123451501 · version 1 · procedure 1
 * ← results op u64 · op_errno u32 · errno u32 · (1 · name: length u32be, text, padded to 4 · program u64be · version u64be)* · 0
 * ```
 */
export const glusterd: Protocol = {
  name: 'glusterd',
  ports: [24007],
  context: 'asked',
  probe: rpcCall(program, version, dump),
  matchers: [{ parse }],
  about: { recognisedBy: 'the RPC reply with the list of programs', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'glusterd 10.3, Debian 12, with three of its nine programs',
      bytes: rpcReplyExample(program, 0, [
        ...[0, 0, 0, 0],
        ...entry('GF-DUMP', 123451501, 1),
        ...entry('GlusterD svc peer', 1238437, 2),
        ...entry('Gluster Handshake', 14398633, 2),
        0,
      ]),
      service: { name: 'glusterd', product: 'GlusterFS', extraInfo: 'GF-DUMP, GlusterD svc peer, Gluster Handshake' },
    },
  ],
  negatives: [
    { from: 'an RPC server that has no such program', bytes: rpcReplyExample(program, 1) },
    { from: 'an empty list', bytes: rpcReplyExample(program, 0, [0, 0, 0, 0, 0]) },
    { from: 'our own call, echoed', bytes: rpcCall(program, version, dump) },
  ],
};

function entry(name: string, number: number, itsVersion: number): number[] {
  const text = Buffer.alloc(Math.ceil(name.length / 4) * 4);
  text.write(name, 'latin1');
  const words = Array.from({ length: text.length / 4 }, (_, at) => text.readUInt32BE(4 * at));
  return [1, name.length, ...words, 0, number, 0, itsVersion];
}

function parse(bytes: Uint8Array): Parsed {
  const reply = readRpcReply(bytes, program);
  if (reply === 'more') return { kind: 'more' };
  if (reply?.kind !== 'success') return { kind: 'no' };
  const reader = readerOf(reply.results);
  reader.take(16);
  const names: string[] = [];
  while (reader.u32() === 1 && names.length < maxPrograms) {
    const length = reader.u32() ?? 0;
    if (length > maxName) return { kind: 'no' };
    const name = reader.take(Math.ceil(length / 4) * 4);
    if (name === undefined || reader.take(16) === undefined) return { kind: 'no' };
    names.push(latin1(name.subarray(0, length)));
  }
  const isGluster = names.includes('GF-DUMP') && names.every((name) => /^[\x20-\x7e]{1,64}$/.test(name));
  return isGluster ? { kind: 'match', facts: { product: 'GlusterFS', extraInfo: names.join(', ') } } : { kind: 'no' };
}
