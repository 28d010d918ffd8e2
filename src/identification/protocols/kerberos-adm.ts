import type { Protocol } from '../protocol.js';
import { parseNullReply, rpcCall, rpcReplyExample } from '../rpc-message.js';

/** Version 0 is not spoken by anybody, so that nothing is tried: the answer names the one that is. Version 2 would log a failed authentication. */
const [program, version, nullProcedure] = [2112, 0, 0];

/**
 * The administration server of MIT Kerberos: ONC RPC (RFC 5531) of program 2112, version 2 (`KADM` in src/lib/kadm5 of its source). Without
 * credentials it answers nothing but which versions it has.
 */
export const kerberosAdm: Protocol = {
  name: 'kerberos-adm',
  ports: [749],
  context: 'asked',
  probe: rpcCall(program, version, nullProcedure),
  matchers: [{ parse: (bytes) => parseNullReply(bytes, program, version) }],
  about: { recognisedBy: 'the RPC reply that names the versions of program 2112', logs: 'the end of a connection' },
  examples: [
    {
      from: 'kadmind of krb5 1.20.1, Debian 12',
      bytes: rpcReplyExample(program, 2, [2, 2]),
      service: { name: 'kerberos-adm', extraInfo: 'version 2' },
    },
  ],
  negatives: [
    { from: 'the same, asked for a program that it does not have', bytes: rpcReplyExample(program, 1) },
    { from: 'our own call, echoed', bytes: rpcCall(program, version, nullProcedure) },
  ],
};
