import type { Protocol } from '../protocol.js';

/**
 * The raw port of printers, first HP's JetDirect: whatever comes is printed, one page for each stranger's connection. So nothing is ever
 * sent, and nothing is to be heard: it stays an open port with the name that its number suggests. Print servers with several printers
 * number them upwards: p910nd 0.97, Debian 12, has ten.
 *
 * Most of them serve one connection at a time, and jobs wait or are turned away meanwhile: it is left within a few round trips.
 */
export const jetdirect: Protocol = {
  name: 'jetdirect',
  ports: [9100, 9101, 9102, 9103, 9104, 9105, 9106, 9107, 9108, 9109],
  harmedBy: 'printer',
  matchers: [],
  about: {
    recognisedBy: 'the port number alone: nothing is ever sent to it',
    logs: 'one connection; nothing is printed',
  },
  examples: [],
  negatives: [
    { from: 'a printer that tells its status in PJL', bytes: Buffer.from('@PJL INFO STATUS\r\nCODE=10001\r\n') },
  ],
};
