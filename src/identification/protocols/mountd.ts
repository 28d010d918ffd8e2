import type { Protocol } from '../protocol.js';
import { parseNullReply, rpcCall, rpcReplyExample } from '../rpc-message.js';

const [program, version, nullProcedure] = [100005, 3, 0];

/**
 * The mount protocol of NFS (RFC 1813, section 5.2.0; the messages: RFC 5531). The null procedure does nothing; nothing is mounted, and
 * the list of exports is not asked for.
 */
export const mountd: Protocol = {
  name: 'mountd',
  ports: [20048],
  context: 'asked',
  probe: rpcCall(program, version, nullProcedure),
  matchers: [{ parse: (bytes) => parseNullReply(bytes, program, version) }],
  about: { recognisedBy: 'the RPC reply to the null procedure of version 3', logs: 'nothing' },
  examples: [
    {
      from: 'rpc.mountd of nfs-utils 2.6.2, Debian 12',
      bytes: rpcReplyExample(program, 0),
      service: { name: 'mountd', extraInfo: 'version 3' },
    },
    {
      from: 'built from RFC 5531: a server of version 1 alone',
      bytes: rpcReplyExample(program, 2, [1, 1]),
      service: { name: 'mountd', extraInfo: 'version 1' },
    },
  ],
  negatives: [
    { from: 'our own call, echoed', bytes: rpcCall(program, version, nullProcedure) },
    { from: 'an RPC server that has no such program', bytes: rpcReplyExample(program, 1) },
  ],
};
