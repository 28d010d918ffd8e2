import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const maxRecords = 64;
const maxLine = 256;

/**
 * The network information server of apcupsd (apcupsd User's Manual, "NIS Network Server Protocol").
 *
 * ```
 * record    length u16be · text, which ends with LF in answers      a record of length 0 ends the answer
 * → "status", and an empty record, after which the server hangs up
 * ← "APC      : 001,019,0451" LF … "HOSTNAME : vm" LF, "VERSION  : 3.14.14 (31 May 2016) debian" LF …
 * ```
 */
export const apcupsd: Protocol = {
  name: 'apcupsd',
  ports: [3551],
  probe: Buffer.from('\0\x06status\0\0', 'latin1'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to status',
    logs: 'nothing',
  },
  examples: [
    {
      from: 'apcupsd 3.14.14, Debian 12, without the readings',
      bytes: records(
        'APC      : 001,019,0451\n',
        'DATE     : 2026-11-23 15:52:55 +0000  \n',
        'HOSTNAME : vm\n',
        'VERSION  : 3.14.14 (31 May 2016) debian\n',
        'UPSNAME  : lab\n',
        'END APC  : 2026-11-23 15:52:55 +0000  \n',
        '',
      ),
      service: { name: 'apcupsd', product: 'apcupsd', version: '3.14.14', hostname: 'vm', extraInfo: 'debian' },
    },
  ],
  negatives: [
    { from: 'records of something else', bytes: records('hello\n', '') },
    { from: 'half an answer', bytes: records('APC      : 001,019,0451\n') },
  ],
};

function records(...texts: readonly string[]): Uint8Array {
  return Buffer.from(texts.map((text) => `\0${String.fromCharCode(text.length)}${text}`).join(''), 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const values = new Map<string, string>();
  for (let count = 0; count < maxRecords; count += 1) {
    const length = reader.u16be();
    if (length !== undefined && length > maxLine) return { kind: 'no' };
    const record = length === undefined ? undefined : reader.take(length);
    const isFirst = count === 0;
    if (record === undefined) return { kind: isFirst && !opens(bytes) ? 'no' : 'more' };
    if (length === 0) break;
    const line = /^([A-Z][A-Z0-9 ]{8}): ([\t\x20-\x7e]*)\n$/.exec(latin1(record));
    if (line === null || (isFirst && line[1] !== 'APC      ')) return { kind: 'no' };
    values.set((line[1] ?? '').trim(), line[2] ?? '');
  }
  const [, version, extraInfo] = /^(\d[\w.]{0,20}) \([^()]{1,40}\) ?(.*)$/.exec(values.get('VERSION') ?? '') ?? [];
  if (version === undefined) return { kind: 'no' };
  return { kind: 'match', facts: { product: 'apcupsd', version, extraInfo, hostname: values.get('HOSTNAME') } };
}

/** The first record, as far as it has come, begins as it must. */
function opens(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) === 0 && 'APC '.startsWith(latin1(bytes.subarray(2, 6)));
}
