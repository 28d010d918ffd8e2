import type { Protocol } from '../protocol.js';

/**
 * The raw port of printers, first HP's JetDirect: whatever comes is printed, one page for each stranger's connection. So nothing is ever
 * sent, and nothing is to be heard: it stays an open port with the name that its number suggests. Print servers with several printers
 * number them upwards.
 */
export const jetdirect: Protocol = {
  name: 'jetdirect',
  ports: [9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107],
  harmedBy: 'printer',
  matchers: [],
  about: { recognisedBy: 'the port number alone: nothing is ever sent to it', logs: 'nothing' },
  examples: [],
  negatives: [
    { from: 'a printer that tells its status in PJL', bytes: Buffer.from('@PJL INFO STATUS\r\nCODE=10001\r\n') },
  ],
};
