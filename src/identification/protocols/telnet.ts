import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { productFacts, type ProductWords } from '../product-words.js';
import { latin1, readerOf, type Reader } from '../reader.js';

const [se, sb, will, wont, doIt, dont, iac] = [240, 250, 251, 252, 253, 254, 255];

/** IANA's registry of Telnet options: 0 to 49, 138 to 140, and 255, the extended list. */
function isOption(code: number): boolean {
  return code <= 49 || (code >= 138 && code <= 140) || code === 255;
}

const maxText = 2048;

/** What telnet servers and the systems behind them call themselves before a login. */
const products: readonly ProductWords[] = [
  {
    pattern: /^Hello, this is FRRouting \(version (?<version>[0-9][^() ]{0,40})\)/,
    product: 'FRRouting',
    cpe: ['frrouting', 'frrouting'],
  },
  {
    pattern: /^Hello, this is Quagga \(version (?<version>[0-9][^() ]{0,40})\)/,
    product: 'Quagga',
    cpe: ['quagga', 'quagga'],
  },
  { pattern: /^Hello, this is (?<product>[A-Za-z]{1,40}) \(version (?<version>[0-9][^() ]{0,40})\)/ },
  {
    pattern:
      /^MikroTik (?:RouterOS )?v?(?<version>[0-9]{1,3}\.[0-9][0-9A-Za-z.]{0,20})(?: \((?<extraInfo>[^()]{1,40})\))?/,
    product: 'MikroTik RouterOS',
  },
  { pattern: /^Welcome to Microsoft Telnet Service/, product: 'Microsoft Telnet Service' },
];

/**
 * Telnet, by the options that the server negotiates first (RFC 854, "Telnet Protocol Specification"; RFC 855, "Telnet
 * Option Specifications").
 *
 * ```
 * negotiation      255 IAC · 251 WILL, 252 WONT, 253 DO, 254 DONT · option
 * subnegotiation   255 IAC · 250 SB · option · … · 255 IAC · 240 SE
 * command          255 IAC · 241 NOP to 249 GA
 * then             text: an issue, a login prompt; some greet before they negotiate
 * ```
 *
 * An opening is a request, so it is DO or WILL: everything is off at first, and WONT and DONT only answer. A server that
 * waits for our answers before it prompts shows no more than that, and gets none.
 */
export const telnet: Protocol = {
  name: 'telnet',
  ports: [23],
  overTls: { name: 'telnets', ports: [992] },
  matchers: [
    { parse },
    // The daemons of FRRouting and Quagga, to everybody until they have a password (lib/vty.c of both).
    { pattern: /^(?<extraInfo>Vty password is not set)\.\r\n/ },
  ],
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
      service: {
        name: 'telnet',
        product: 'MikroTik RouterOS',
        version: '6.49.10',
        extraInfo: 'long-term',
        hostname: 'router.example.org',
      },
    },
    {
      from: 'bgpd of FRRouting 8.4.4, Debian 12',
      bytes: Buffer.from(
        '\r\nHello, this is FRRouting (version 8.4.4).\r\nCopyright 1996-2005 Kunihiro Ishiguro, et al.\r\n\r\n\r\n' +
          'User Access Verification\r\n\r\n\xff\xfb\x01\xff\xfb\x03\xff\xfe"\xff\xfd\x1fPassword: ',
        'latin1',
      ),
      service: {
        name: 'telnet',
        product: 'FRRouting',
        version: '8.4.4',
        cpe: ['cpe:2.3:a:frrouting:frrouting:8.4.4:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'staticd of FRRouting 8.4.4, Debian 12, without a password',
      bytes: Buffer.from('Vty password is not set.\r\n'),
      service: { name: 'telnet', extraInfo: 'Vty password is not set' },
    },
    {
      from: 'telnetd-ssl 0.17.41, Debian 12',
      bytes: Uint8Array.of(255, 253, 39),
      service: { name: 'telnet' },
    },
    {
      from: 'built from RFC 854, with an issue of Debian',
      bytes: Buffer.from('\xff\xfb\x01\xff\xfb\x03Debian GNU/Linux 12\r\nbackup login: ', 'latin1'),
      service: { name: 'telnet', extraInfo: 'Debian GNU/Linux 12', hostname: 'backup' },
    },
    {
      from: 'built from RFC 854 and 855, with a subnegotiation',
      bytes: Buffer.from('\xff\xfb\x03\xff\xfa\x18\x01\xff\xf0\xff\xf9Password: ', 'latin1'),
      service: { name: 'telnet', extraInfo: 'Password:' },
    },
  ],
  negatives: [
    { from: 'binary that begins with 255', bytes: Uint8Array.of(255, 255, 255, 255, 1, 2, 3) },
    { from: 'text that is no telnet', bytes: Buffer.from('\r\nHello, this is Example (version 1.0).\r\n') },
    { from: 'binary with a negotiation in it', bytes: Uint8Array.of(1, 2, 3, 255, 251, 1, 255, 251, 3) },
    {
      from: 'a web page that has such bytes in it',
      bytes: Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\xff\xfb\x01\xff\xfb\x03', 'latin1'),
    },
    { from: 'a line that goes on', bytes: Buffer.from('Value: \xff\xfb\x01\xff\xfb\x03', 'latin1') },
    { from: 'a JPEG image', bytes: Uint8Array.of(255, 216, 255, 224, 0, 16, 74, 70, 73, 70) },
    { from: 'an option that is not assigned', bytes: Uint8Array.of(255, 253, 200) },
    { from: 'one option, then binary', bytes: Uint8Array.of(255, 253, 24, 1, 2, 3, 4) },
    { from: 'a refusal of what was not asked', bytes: Uint8Array.of(255, 252, 24, 255, 252, 32) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const start = bytes.subarray(0, maxText).indexOf(iac);
  const [, second, option] = start < 0 ? [] : bytes.subarray(start, start + 3);
  // Some greet before they negotiate, in whole lines; a text of another protocol may have such bytes anywhere.
  if (start > 0 && !isGreeting(latin1(bytes.subarray(0, start)))) return { kind: 'no' };
  if (start < 0 || (second !== undefined && second !== doIt && second !== will)) return { kind: 'no' };
  if (option === undefined) return { kind: start === 0 ? 'more' : 'no' };
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

function isGreeting(text: string): boolean {
  return /[\r\n]$/.test(text) && !/^\s{0,8}(?:HTTP\/|SSH-|RTSP\/|SIP\/|[0-9]{3}[ -]|[*+<{[$-])/.test(text);
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
  // A line that is not at its end yet may go on with its version.
  const ended = said.slice(0, Math.max(said.lastIndexOf('\r'), said.lastIndexOf('\n'), 0));
  const known = issue !== undefined && ended.includes(issue) ? productFacts(products, issue) : {};
  return known.product === undefined ? { extraInfo: issue, hostname } : { ...known, hostname };
}
