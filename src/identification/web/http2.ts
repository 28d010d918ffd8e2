import { latin1, readerOf } from '../reader.js';

const [settings, goAway] = [4, 7];
const grpcSetting = 0xfe03;
const maxSettings = 16 * 6;

/** What a server said in frames of HTTP/2: that it speaks it, and why it hangs up where it says so. */
export interface Frames {
  /** It has a setting that gRPC alone has (0xfe03, "true binary metadata": gRPC over HTTP2, its extension of the settings). */
  readonly isGrpc: boolean;
  readonly farewell?: string;
}

/**
 * Reads the first frames of an HTTP/2 server, which begins with its SETTINGS whatever it is sent (RFC 9113, sections 3.4, 4.1, 6.5 and 6.8).
 * Undefined where the bytes are none; `more` while the first frame is on its way.
 *
 * ```
 * int24 length · byte type · byte flags · int32 stream
 * SETTINGS  type 4, flags 0, stream 0: (int16 identifier · int32 value)*
 * GOAWAY    type 7, stream 0: int32 last stream · int32 error · text
 * ```
 */
export function readFrames(bytes: Uint8Array): Frames | 'more' | undefined {
  const reader = readerOf(bytes);
  const readHead = () => ({ length: u24(reader.take(3)), type: reader.u8(), flags: reader.u8(), stream: reader.u32() });
  const first = readHead();
  const isSettings =
    (first.length ?? 0) % 6 === 0 && (first.length ?? 0) <= maxSettings && (first.type ?? settings) === settings;
  if (!isSettings || (first.flags ?? 0) !== 0 || (first.stream ?? 0) !== 0) return undefined;
  if (first.length === undefined || first.stream === undefined) return 'more';
  let isGrpc = false;
  for (let left = first.length / 6; left > 0; left -= 1) {
    const [identifier, value] = [reader.u16be(), reader.u32()];
    // Registered ones, and those from 0xf000 on, which are for experiments.
    if (identifier !== undefined && (identifier === 0 || (identifier > 0x20 && identifier < 0xf000))) return undefined;
    if (value === undefined) return 'more';
    isGrpc ||= identifier === grpcSetting;
  }
  // An empty frame is almost all zeros: what follows has to prove it.
  const next = readHead();
  if (next.stream === undefined) return first.length === 0 ? 'more' : { isGrpc };
  if (next.stream !== 0 || next.type === undefined || next.type > 9) return first.length === 0 ? undefined : { isGrpc };
  if (next.type !== goAway || next.length === undefined)
    return first.length === 0 && next.type < settings ? undefined : { isGrpc };
  reader.take(8);
  const farewell = latin1(reader.take(Math.min(Math.max(0, next.length - 8), reader.remaining)) ?? new Uint8Array())
    .replace(/[^\x20-\x7e]/g, '')
    .slice(0, 100);
  return farewell === '' ? { isGrpc } : { isGrpc, farewell };
}

function u24(bytes: Uint8Array | undefined): number | undefined {
  return bytes?.reduce((value, byte) => value * 256 + byte, 0);
}
