import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const [mostLines, patternLimit] = [200, 16_000];

/**
 * Gopher (RFC 1436, section 3 and appendix). An empty line asks for the menu at the root.
 *
 * ```
 * ← (type, one character · text TAB selector TAB host TAB port CR LF)* "." CR LF
 * ```
 *
 * Gophernicus signs its menus and its errors with its name and version, in the last line.
 */
export const gopher: Protocol = {
  name: 'gopher',
  ports: [70],
  probe: Buffer.from('\r\n'),
  matchers: [{ parse }],
  about: { recognisedBy: 'the menu at the root', logs: 'one request' },
  examples: [
    {
      from: 'Gophernicus 3.1.1, Debian 12, its menu cut short in the middle',
      bytes: Buffer.from(
        'i[/]\tTITLE\tnull.host\t1\r\ni\t\tnull.host\t1\r\n' +
          '1examples                              2026-Nov-23 15:25   --------\t/examples/\tlab.example.org\t70\r\n' +
          'i___________________________________________________________________\t\tnull.host\t1\r\n' +
          'i                 Gophered by Gophernicus/3.1.1 on Debian/12 x86_64\t\tnull.host\t1\r\n.\r\n',
      ),
      service: {
        name: 'gopher',
        product: 'Gophernicus',
        version: '3.1.1',
        extraInfo: 'Debian/12 x86_64',
      },
    },
    {
      from: 'the same, started as root',
      bytes: Buffer.from(
        'Error: Access denied! Cowardly refusing to run as root\r\n___________________________________________________________________\r\n' +
          '                                 Gophered by Gophernicus/3.1.1 on \r\n',
      ),
      service: {
        name: 'gopher',
        product: 'Gophernicus',
        version: '3.1.1',
      },
    },
    {
      from: 'RFC 1436, section 3.2, with a name of the documentation',
      bytes: Buffer.from('0About internet Gopher\tStuff:About us\trawBits.example.org\t70\r\n.\r\n'),
      service: { name: 'gopher' },
    },
  ],
  negatives: [
    { from: 'text with tabs', bytes: Buffer.from('1one\ttwo\tthree\tfour\r\n') },
    { from: 'an error of nobody in particular', bytes: Buffer.from('Error: Access denied!\r\n') },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const lines = latin1(bytes.subarray(0, patternLimit)).split('\r\n', mostLines);
  const whole = lines.slice(0, -1);
  const [first] = whole;
  const isMenu =
    first !== undefined && /^[\x21-\x7e][^\t\r\n]{0,200}\t[^\t\r\n]{0,255}\t[^\t\r\n]{0,255}\t\d{1,5}$/.test(first);
  if (first !== undefined && !isMenu && !first.startsWith('Error: ')) return { kind: 'no' };
  const signature = whole.map(readSignature).find((found) => found !== undefined);
  if (signature !== undefined) {
    const { version, system } = signature;
    const facts = {
      product: 'Gophernicus',
      version,
      extraInfo: system,
    };
    return { kind: 'match', facts };
  }
  if (isMenu) return whole.includes('.') ? { kind: 'match', facts: {} } : { kind: 'match', facts: {}, growing: true };
  return bytes.length < 512 ? { kind: 'more' } : { kind: 'no' };
}

function readSignature(line: string): { readonly version: string; readonly system: string } | undefined {
  const found = /^[i ]? {1,70}Gophered by Gophernicus\/(\d{1,3}(?:\.\d{1,3}){1,3}) on ([^\t]{0,60})/.exec(line);
  const [, version, system] = found ?? [];
  return version === undefined || system === undefined ? undefined : { version, system };
}
