import type { Parsed, Protocol } from '../protocol.js';
import { readNegotiateResponse, readSessionMessage, sessionMessage, startsSmb } from '../smb.js';

const [request, positive, negative] = [0x81, 0x82, 0x83];

/** A NetBIOS name as it goes over the wire (RFC 1001, section 14.1): 15 characters and a kind, each half byte as a letter from A on. */
function encodedName(name: string, kind: number): string {
  const bytes = [...Buffer.from(name.padEnd(15)), kind];
  return ` ${bytes.map((byte) => String.fromCharCode(65 + (byte >> 4), 65 + (byte & 15))).join('')}\0`;
}

const sessionRequest = sessionMessage(
  Buffer.from(encodedName('*SMBSERVER', 0x20) + encodedName('EXPOSCAN', 0)),
  request,
);
const negotiate = sessionMessage(
  Buffer.from(
    `\xffSMBr${'\0'.repeat(4)}\x08\x03\xc8${'\0'.repeat(12)}\xff\xff\x01${'\0'.repeat(6)}"\0` +
      '\x02NT LM 0.12\0\x02SMB 2.002\0\x02SMB 2.???\0',
    'latin1',
  ),
);

/** By their codes (RFC 1002, section 4.3.4). */
const refusals: Readonly<Record<number, string>> = {
  0x80: 'not listening on the called name',
  0x81: 'not listening for the calling name',
  0x82: 'called name not present',
  0x83: 'insufficient resources',
  0x8f: 'unspecified error',
};

/**
 * The session service of NetBIOS, and SMB in it (RFC 1001, section 16; RFC 1002, section 4.3; MS-CIFS, section 2.2.4.52; MS-SMB2, section
 * 3.3.5.3). The names `NT LM 0.12` and `SMB 2.???` together are what servers of every age answer: in SMB 2 where they can.
 *
 * ```
 * → 81 SESSION REQUEST: called and calling name · 00 SESSION MESSAGE: NEGOTIATE of SMB 1
 * ← 82 POSITIVE SESSION RESPONSE, or 83 with the reason · 00 SESSION MESSAGE: its response
 * ```
 */
export const netbiosSsn: Protocol = {
  name: 'netbios-ssn',
  ports: [139],
  context: 'asked',
  probe: Buffer.concat([sessionRequest, negotiate]),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the response to a session request, and to NEGOTIATE in the session',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'smbd 4.17.12, Debian 12',
      bytes: Buffer.from(
        '\x82\0\0\0\0\0\0\xca\xfeSMB@\0\0\0\0\0\0\0\0\0\x01\0\x01' +
          '\0'.repeat(47) +
          `A\0\x01\0\xff\x02\0\0files${'\0'.repeat(11)}\x07\0\0\0\0\0\x80\0\0\0\x80\0\0\0\x80\0\xaa\xa0\xefe_{\xdd\x01${'\0'.repeat(8)}` +
          '\x80\0J\0\0\0\0\0`H\x06\x06+\x06\x01\x05\x05\x02\xa0>0<\xa0\x0e0\x0c\x06\n+\x06\x01\x04\x01\x827\x02\x02\n' +
          '\xa3*0(\xa0&\x1b$not_defined_in_RFC4178@please_ignore',
        'latin1',
      ),
      service: { name: 'netbios-ssn', extraInfo: 'SMB 2 or 3; signing not required' },
    },
    {
      from: 'built from MS-CIFS, section 2.2.4.52.2: a server of SMB 1 alone',
      bytes: Buffer.from(
        `\x82\0\0\0\0\0\0\x45\xffSMBr${'\0'.repeat(4)}\x88${'\0'.repeat(22)}\x11\0\0\x0f${'\0'.repeat(33)}`,
        'latin1',
      ),
      service: { name: 'netbios-ssn', extraInfo: 'SMB 1; signing required' },
    },
    {
      from: 'built from RFC 1002, section 4.3.4',
      bytes: Uint8Array.of(negative, 0, 0, 1, 0x82),
      service: { name: 'netbios-ssn', extraInfo: 'called name not present' },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: Buffer.concat([sessionRequest, negotiate]) },
    { from: 'a refusal without a reason', bytes: Uint8Array.of(negative, 0, 0, 1, 7) },
    {
      from: 'an acceptance, and then something that is not SMB',
      bytes: Buffer.from('\x82\0\0\0\0\0\0\x04text', 'latin1'),
    },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const first = readSessionMessage(bytes);
  const [type] = bytes;
  if (first === undefined || (type !== positive && type !== negative)) return { kind: 'no' };
  if (first === 'more') return { kind: 'more' };
  if (type === negative) {
    const extraInfo = first.body.length === 1 ? refusals[first.body[0] ?? 0] : undefined;
    return extraInfo === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo } };
  }
  if (first.body.length > 0) return { kind: 'no' };
  const second = readSessionMessage(first.rest);
  if (second === undefined || (first.rest[0] ?? 0) !== 0 || !startsSmb(first.rest.subarray(4))) return { kind: 'no' };
  if (second === 'more') return { kind: 'match', facts: {}, growing: true };
  const smb = readNegotiateResponse(second.body);
  if (smb === undefined) return { kind: 'no' };
  const told = [smb.dialect, smb.signing && `signing ${smb.signing}`];
  return { kind: 'match', facts: { extraInfo: told.filter((text) => text !== undefined).join('; ') } };
}
