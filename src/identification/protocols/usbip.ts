import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [version, reply] = [0x0111, 0x0005];
const [deviceLength, interfaceLength, countAt] = [312, 4, 311];
const maxDevices = 16;

/**
 * USB devices that are lent out over the network (the Linux kernel's documentation, "USB/IP protocol": OP_REQ_DEVLIST and OP_REP_DEVLIST).
 *
 * ```
 * → version u16be = 0x0111 · 0x8005 · status u32be = 0
 * ← version u16be · 0x0005 · status u32be · devices u32be
 *   each: path, 256 · bus id, 32 · bus, device, speed u32be · vendor u16be · product u16be · … · interfaces u8 · 4 bytes each
 * ```
 *
 * Nothing is imported.
 */
export const usbip: Protocol = {
  name: 'usbip',
  ports: [3240],
  probe: Uint8Array.of(0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0),
  matchers: [{ parse }],
  about: { recognisedBy: 'the list of devices', logs: 'one connection, one request and how many devices there are' },
  examples: [
    {
      from: 'usbipd of usbip-utils 2.0, Debian 12, without a device',
      bytes: Buffer.from('011100050000000000000000', 'hex'),
      service: { name: 'usbip', extraInfo: 'no devices' },
    },
    {
      from: "built from the kernel's documentation, with one device",
      bytes: listOf(0x1d6b, 0x0002),
      service: { name: 'usbip', extraInfo: 'devices: 1d6b:0002' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Uint8Array.of(0x01, 0x11, 0x80, 0x05, 0, 0, 0, 0) },
    { from: 'a list that never ends', bytes: Buffer.from('0111000500000000ffffffff', 'hex') },
  ],
};

function listOf(vendor: number, product: number): Uint8Array {
  const bytes = Buffer.alloc(12 + deviceLength + interfaceLength);
  Buffer.from('011100050000000000000001', 'hex').copy(bytes);
  bytes.write('/sys/devices/pci0000:00/0000:00:01.2/usb1', 12, 'latin1');
  bytes.write('1-1', 12 + 256, 'latin1');
  bytes.writeUInt16BE(vendor, 12 + 300);
  bytes.writeUInt16BE(product, 12 + 302);
  bytes.writeUInt8(1, 12 + countAt);
  return bytes;
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const [itsVersion, code, status, count] = [reader.u16be(), reader.u16be(), reader.u32(), reader.u32()];
  if ((itsVersion ?? version) !== version || (code ?? reply) !== reply) return { kind: 'no' };
  if ((status ?? 0) > 1 || (count ?? 0) > maxDevices) return { kind: 'no' };
  if (count === undefined) return { kind: 'more' };
  const devices: string[] = [];
  while (devices.length < count) {
    const device = reader.take(deviceLength);
    if (device === undefined || reader.take(interfaceLength * (device[countAt] ?? 0)) === undefined) {
      return { kind: 'more' };
    }
    if (!latin1(device).startsWith('/')) return { kind: 'no' };
    devices.push(Buffer.from(device.subarray(300, 304)).toString('hex').replace(/^..../, '$&:'));
  }
  const extraInfo = devices.length === 0 ? 'no devices' : `devices: ${devices.join(', ')}`;
  return { kind: 'match', facts: { extraInfo } };
}
