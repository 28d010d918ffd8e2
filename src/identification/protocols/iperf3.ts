import type { Parsed, Protocol } from '../protocol.js';

const wantsParameters = 9;
const cookieLength = 37;

/**
 * iperf3 (src/iperf_api.h of its source, states of the control connection: PARAM_EXCHANGE).
 *
 * ```
 * → 36 letters and NUL, a cookie of the client's choice
 * ← 09 it wants to know what to measure
 * ```
 *
 * One byte proves it only as the answer to that. It measures nothing: we leave where the parameters would come.
 */
export const iperf3: Protocol = {
  name: 'iperf3',
  ports: [5201],
  context: 'asked',
  probe: Buffer.from(`${'exposcan'.padEnd(cookieLength - 1, 'a')}\0`),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to a cookie',
    logs: 'one error: unable to receive parameters from client',
  },
  examples: [
    {
      from: 'iperf3 3.12, Debian 12',
      bytes: Uint8Array.of(wantsParameters),
      service: { name: 'iperf3', product: 'iperf3' },
    },
  ],
  negatives: [
    { from: 'a state of a later time', bytes: Uint8Array.of(1) },
    { from: 'its refusal while it measures for another, which is too plain', bytes: Uint8Array.of(0xff) },
    { from: 'an answer that goes on', bytes: Uint8Array.of(9, 9) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const isState = bytes.length === 1 && bytes[0] === wantsParameters;
  return isState ? { kind: 'match', facts: { product: 'iperf3' } } : { kind: 'no' };
}
