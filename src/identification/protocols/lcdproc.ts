import type { Protocol } from '../protocol.js';

/**
 * LCDproc's server for small displays (LCDproc's Developer's Guide, "LCDd commands": hello).
 *
 * ```
 * → "hello" LF
 * ← "connect LCDproc " version " protocol " number " lcd wid " n " hgt " n " cellwid " n " cellhgt " n LF
 * ← 'huh? Invalid command "' word '"' LF            to what is none of its commands
 * ```
 */
export const lcdproc: Protocol = {
  name: 'lcdproc',
  ports: [13666],
  probe: Buffer.from('hello\n'),
  matchers: [
    {
      pattern:
        /^connect LCDproc (?<version>\d[\w.-]{0,20}) protocol (?<number>\d{1,2}\.\d{1,2}) lcd wid (?<width>\d{1,4}) hgt (?<height>\d{1,4}) /,
      facts: ({ number, width, height }) => ({
        product: 'LCDproc',
        extraInfo: `protocol ${number ?? ''}, a display of ${width ?? ''} by ${height ?? ''}`,
      }),
    },
    { pattern: /^huh\? Invalid command "[^"\r\n]{0,128}"\n/, facts: () => ({ product: 'LCDproc' }) },
  ],
  farewell: Buffer.from('bye\n'),
  about: { recognisedBy: 'the answer to hello', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'LCDd of LCDproc 0.5.9, Debian 12',
      bytes: Buffer.from('connect LCDproc 0.5.9 protocol 0.3 lcd wid 20 hgt 4 cellwid 5 cellhgt 8\n'),
      service: {
        name: 'lcdproc',
        product: 'LCDproc',
        version: '0.5.9',
        extraInfo: 'protocol 0.3, a display of 20 by 4',
      },
    },
    {
      from: 'LCDd of LCDproc 0.5.9, Debian 12, asked in HTTP',
      bytes: Buffer.from(
        'huh? Invalid command "GET"\nhuh? Invalid command "User-Agent:"\nhuh? Invalid command "Accept:"\n',
      ),
      service: { name: 'lcdproc', product: 'LCDproc' },
    },
  ],
  negatives: [{ from: 'another that does not understand', bytes: Buffer.from('huh?\n') }],
};
