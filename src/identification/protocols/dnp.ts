import type { Parsed, Protocol } from '../protocol.js';

/** Checksums cover eight bytes of header; the polynomial is 0x3d65, its bits the other way round, the result inverted (IEEE 1815, section 9.2.4.3). */
const polynomial = 0xa6bc;
const [headerSize, checkedSize] = [10, 8];

/** From the master, the first of a transaction; to the address that devices leave the factory with, from one that is seldom a master's. */
const requestLinkStatus = [0x05, 0x64, 5, 0xc9, 1, 0, 0xff, 0x03];

/** What a device may answer with, its lower four bits: ACK, NACK, link status, not supported. */
const secondaryFunctions = new Set([0, 1, 11, 15]);

/**
 * DNP3 over TCP (IEEE 1815, sections 9.2.4 and 13: the data link header).
 *
 * ```
 * header    05 64 · length u8 · control u8: direction, primary, …, function · destination u16le · source u16le · checksum u16le
 * → REQUEST_LINK_STATUS, function 9        ← LINK_STATUS, function 11
 * ```
 *
 * It asks nothing of the application. A device with another address than 1 does not answer.
 */
export const dnp: Protocol = {
  name: 'dnp',
  ports: [20000],
  harmedBy: 'controller',
  probe: checked(requestLinkStatus),
  matchers: [{ parse }],
  about: { recognisedBy: 'the answer to a request for the status of the link (--probe-ics)', logs: 'nothing' },
  examples: [
    {
      from: 'built from IEEE 1815, section 9.2.4',
      bytes: checked([0x05, 0x64, 5, 0x0b, 0xff, 0x03, 1, 0]),
      service: { name: 'dnp', extraInfo: 'address 1' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: checked(requestLinkStatus) },
    { from: 'an answer with a wrong checksum', bytes: Uint8Array.of(0x05, 0x64, 5, 0x0b, 0xff, 3, 1, 0, 0, 0) },
  ],
};

function checked(header: readonly number[]): Uint8Array {
  const sum = checksum(header);
  return Uint8Array.of(...header, sum & 255, sum >> 8);
}

function checksum(bytes: Iterable<number>): number {
  let sum = 0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ polynomial : sum >> 1;
  }
  return ~sum & 0xffff;
}

function parse(bytes: Uint8Array): Parsed {
  const [first, second, length, control, , , source, sourceHigh] = bytes;
  if ((first ?? 0x05) !== 0x05 || (second ?? 0x64) !== 0x64 || (length ?? 5) < 5) return { kind: 'no' };
  if (bytes.length < headerSize) return { kind: 'more' };
  const sum = checksum(bytes.subarray(0, checkedSize));
  if (bytes[8] !== (sum & 255) || bytes[9] !== sum >> 8) return { kind: 'no' };
  // From a device, bit 7, that answers, bit 6; a device may also report unasked, as a primary.
  const isFromDevice = control !== undefined && (control & 0x80) === 0;
  const isAnswer = isFromDevice && (control & 0x40) === 0 && secondaryFunctions.has(control & 15);
  if (!isAnswer && !(isFromDevice && (control & 0x40) !== 0)) return { kind: 'no' };
  return { kind: 'match', facts: { extraInfo: `address ${(source ?? 0) + 256 * (sourceHigh ?? 0)}` } };
}
