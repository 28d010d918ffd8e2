import type { Protocol } from '../protocol.js';

/**
 * The debugger's port of a Java virtual machine (Java Debug Wire Protocol, "JDWP Packets" and "Handshake").
 *
 * The server waits for `JDWP-Handshake`, and to say that is to attach a debugger: a machine takes one at a time, and who leaves it may let
 * one go on that was started suspended. So it is not asked, and stays an open port with the name that its number suggests. Anything else
 * it refuses: measured on OpenJDK 17.0.15, HTTP and a TLS handshake leave a machine with suspend=y waiting, and the port open.
 */
export const jdwp: Protocol = {
  name: 'jdwp',
  ports: [5005],
  matchers: [],
  about: {
    recognisedBy: 'the port number alone: to ask it would be to attach a debugger',
    logs: 'one line on standard output: Debugger failed to attach',
  },
  examples: [],
  negatives: [{ from: 'its answer to a debugger', bytes: Buffer.from('JDWP-Handshake') }],
};
