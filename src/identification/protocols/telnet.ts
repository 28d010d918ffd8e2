import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const [se, sb, will, wont, doIt, dont, iac] = [240, 250, 251, 252, 253, 254, 255];

/** IANA's registry of Telnet options: 0 to 49, 138 to 140, and 255, the extended list. */
function isOption(code: number): boolean {
  return code <= 49 || (code >= 138 && code <= 140) || code === 255;
}

const maxText = 2048;

/**
 * Telnet, by the options that the server negotiates first (RFC 854, "Telnet Protocol Specification"; RFC 855, "Telnet
 * Option Specifications").
 *
 * ```
 * negotiation      255 IAC · 251 WILL, 252 WONT, 253 DO, 254 DONT · option
 * subnegotiation   255 IAC · 250 SB · option · … · 255 IAC · 240 SE
 * command          255 IAC · 241 NOP to 249 GA
 * then             text: an issue, a login prompt
 * ```
 *
 * An opening is a request, so it is DO or WILL: everything is off at first, and WONT and DONT only answer. A server that
 * waits for our answers before it prompts shows no more than that, and gets none.
 */
export const telnet: Protocol = {
  name: 'telnet',
  ports: [23],
  overTls: { name: 'telnets', ports: [992] },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the option negotiation (IAC), or a login prompt',
    logs: 'one connection; login may log its end',
  },
  examples: [
    {
      from: 'telnetd of GNU inetutils 2.4, Debian 12',
      bytes: Uint8Array.of(
        255,
        251,
        37,
        255,
        251,
        38,
        255,
        253,
        24,
        255,
        253,
        32,
        255,
        253,
        35,
        255,
        253,
        39,
        255,
        253,
        36,
      ),
      service: { name: 'telnet' },
    },
    {
      from: 'built from RFC 854, with an issue and a login prompt after it',
      bytes: Buffer.from(
        '\xff\xfd\x01\xff\xfd\x1f\xff\xfb\x01\xff\xfb\x03\r\r\nMikroTik v6.49.10 (long-term)\r\r\nrouter.example.org login: ',
        'latin1',
      ),
      service: { name: 'telnet', extraInfo: 'MikroTik v6.49.10 (long-term)', hostname: 'router.example.org' },
    },
    {
      from: 'built from RFC 854 and 855, with a subnegotiation',
      bytes: Buffer.from('\xff\xfb\x03\xff\xfa\x18\x01\xff\xf0\xff\xf9Password: ', 'latin1'),
      service: { name: 'telnet', extraInfo: 'Password:' },
    },
  ],
  negatives: [
    { from: 'binary that begins with 255', bytes: Uint8Array.of(255, 255, 255, 255, 1, 2, 3) },
    { from: 'a JPEG image', bytes: Uint8Array.of(255, 216, 255, 224, 0, 16, 74, 70, 73, 70) },
    { from: 'an option that is not assigned', bytes: Uint8Array.of(255, 253, 200) },
    { from: 'one option, then binary', bytes: Uint8Array.of(255, 253, 24, 1, 2, 3, 4) },
    { from: 'a refusal of what was not asked', bytes: Uint8Array.of(255, 252, 24, 255, 252, 32) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const [first, second] = bytes;
  if (first !== undefined && first !== iac) return { kind: 'no' };
  if (second !== undefined && second !== doIt && second !== will) return { kind: 'no' };
  if (bytes.length < 3) return { kind: 'more' };
  const reader = readerOf(bytes.subarray(0, maxText));
  const text: number[] = [];
  while (reader.remaining > 0) {
    const byte = reader.u8();
    if (byte === iac) {
      const command = readCommand(reader);
      if (command === 'wrong') return { kind: 'no' };
      if (command === 'cut') break;
    } else if (byte !== undefined) text.push(byte);
  }
  const said = latin1(Uint8Array.from(text));
  // RFC 854 lets BEL, BS, HT, LF, VT, FF, CR and CR NUL through; ESC comes with coloured prompts.
  if (/[^\x00\x07-\x0d\x1b\x20-\x7e\x80-\xff]|[^\r]\x00/.test(said) || said.startsWith('\0')) return { kind: 'no' };
  return { kind: 'match', facts: readText(said), growing: true };
}

/** Reads what follows an IAC. `cut`: it is not all there. */
function readCommand(reader: Reader): 'done' | 'cut' | 'wrong' {
  const command = reader.u8();
  if (command === undefined) return 'cut';
  if (command > se && command < sb) return 'done';
  if (command !== sb && command !== will && command !== wont && command !== doIt && command !== dont) return 'wrong';
  const option = reader.u8();
  if (option === undefined) return 'cut';
  if (!isOption(option)) return 'wrong';
  if (command !== sb) return 'done';
  for (let previous: number | undefined; ;) {
    const byte = reader.u8();
    if (byte === undefined) return 'cut';
    if (previous === iac && byte === se) return 'done';
    // IAC IAC is a 255 of the data, and does not begin the end.
    previous = previous === iac && byte === iac ? undefined : byte;
  }
}

function readText(said: string): ServiceFacts {
  const lines = said
    .split(/[\r\n\x00]/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const prompts = lines.map((line) => /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}) login:$/.exec(line)?.[1]);
  const hostname = prompts.find((name) => name !== undefined);
  const [issue] = lines.filter((_, index) => prompts[index] === undefined);
  return { extraInfo: issue, hostname };
}
