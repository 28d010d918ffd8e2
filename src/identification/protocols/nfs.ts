import type { Protocol } from '../protocol.js';
import { parseNullReply, rpcCall, rpcReplyExample } from '../rpc-message.js';

const [program, version, nullProcedure] = [100003, 3, 0];

/**
 * NFS (RFC 1813, section 3.3.0, and RFC 8881 for version 4; the messages: RFC 5531). The null procedure does nothing and needs no
 * authentication; a server without version 3 answers with the versions that it has.
 */
export const nfs: Protocol = {
  name: 'nfs',
  ports: [2049],
  context: 'asked',
  probe: rpcCall(program, version, nullProcedure),
  matchers: [{ parse: (bytes) => parseNullReply(bytes, program, version) }],
  about: {
    recognisedBy: 'the RPC reply to the null procedure of version 3',
    logs: 'nothing, or one unknown version in the kernel log of a server without version 3',
  },
  examples: [
    {
      from: 'built from RFC 1813 and RFC 5531',
      bytes: rpcReplyExample(program, 0),
      service: { name: 'nfs', extraInfo: 'version 3' },
    },
    {
      from: 'built from RFC 5531: a server of version 4 alone',
      bytes: rpcReplyExample(program, 2, [4, 4]),
      service: { name: 'nfs', extraInfo: 'version 4' },
    },
  ],
  negatives: [
    { from: 'our own call, echoed', bytes: rpcCall(program, version, nullProcedure) },
    { from: 'an RPC server that has no such program', bytes: rpcReplyExample(program, 1) },
    { from: 'the null procedure returns nothing', bytes: rpcReplyExample(program, 0, [0]) },
  ],
};
