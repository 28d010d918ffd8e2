import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';

const [closePdu, goingDown] = [0x41, 0];
const reasons = [
  'going down',
  'unsupported version',
  'packet format',
  'protocol error',
  'internal error',
  'authentication failure',
];

/**
 * SMUX, by which other daemons join an SNMP agent (RFC 1227, "SNMP MUX Protocol and MIB", section 3.2, in BER).
 *
 * ```
 * OpenPDU    60 · length · version INTEGER 0 · identity OBJECT IDENTIFIER · description OCTET STRING · password OCTET STRING
 * ClosePDU   41 · 01 · reason        0 going down … 5 authentication failure
 * ```
 *
 * The agent waits for an OpenPDU, which carries a password; an empty one is a password too, and may even be right. So the
 * probe is a ClosePDU: the agent answers that it is a protocol error, closes, and logs nothing but debug output (measured
 * on net-snmp 5.9.3, to which the other closes below belong as well). Net-SNMP reads the first PDU while everything else
 * waits, so that it is kinder to ask at once than to listen.
 */
export const smux: Protocol = {
  name: 'smux',
  ports: [199],
  probe: Uint8Array.of(closePdu, 1, goingDown),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the SMUX close PDU that a stranger is sent',
    logs: 'one refused peer',
  },
  examples: [
    {
      from: 'snmpd of net-snmp 5.9.3, Debian 12, asked as above',
      bytes: Uint8Array.of(closePdu, 1, 3),
      service: { name: 'smux', extraInfo: 'protocol error' },
    },
    {
      from: 'the same, sent two empty lines',
      bytes: Uint8Array.of(closePdu, 1, 2),
      service: { name: 'smux', extraInfo: 'packet format' },
    },
    {
      from: 'the same, sent an OpenPDU of a peer that it does not know',
      bytes: Uint8Array.of(closePdu, 1, 5),
      service: { name: 'smux', extraInfo: 'authentication failure' },
    },
  ],
  negatives: [
    { from: 'a reason that the RFC does not have', bytes: Uint8Array.of(closePdu, 1, 6) },
    { from: 'the probe, echoed', bytes: Uint8Array.of(closePdu, 1, goingDown) },
    { from: 'a close that goes on', bytes: Uint8Array.of(closePdu, 1, 3, 0) },
    { from: 'text that starts with the same letter', bytes: Buffer.from('AUTH\r\n') },
  ],
};

/** Three bytes and no more: with anything behind them they would prove too little. */
function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [kind, length, reason] = [reader.u8(), reader.u8(), reader.u8()];
  if ((kind ?? closePdu) !== closePdu || (length ?? 1) !== 1 || reader.remaining > 0) return { kind: 'no' };
  if (reason === undefined) return { kind: 'more' };
  // "Going down" is our own probe, come back from something that echoes.
  const extraInfo = reason === goingDown ? undefined : reasons[reason];
  return extraInfo === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo } };
}
