import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf } from '../reader.js';
import {
  type NtlmFacts,
  readNegotiateResponse,
  readNtlmChallenge,
  readSessionMessage,
  sessionMessage,
  type SmbFacts,
  startsSmb,
} from '../smb.js';

const guid = 'exposcanexposcan';
const noBytes = (count: number) => '\0'.repeat(count);
const header = (command: number, credits: number, id: number) =>
  `\xfeSMB@\0${noBytes(6)}${String.fromCharCode(command)}\0${String.fromCharCode(credits)}\0${noBytes(8)}${String.fromCharCode(id)}${noBytes(39)}`;

const negotiate =
  `${header(0, 2, 0)}$\0\x05\0\x01${noBytes(7)}${guid}p\0\0\0\x01\0\0\0` +
  // SMB 2.0.2, 2.1, 3.0, 3.0.2, 3.1.1, and the one context that 3.1.1 must have: SHA-512, with a salt.
  `\x02\x02\x10\x02\0\x03\x02\x03\x11\x03\0\0\x01\0&\0\0\0\0\0\x01\0 \0\x01\0${guid}${guid}`;
/** SPNEGO with NTLM as its only mechanism, and its NEGOTIATE_MESSAGE: no user, no password, and nothing after it. */
const token =
  '`@\x06\x06+\x06\x01\x05\x05\x02\xa0604\xa0\x0e0\x0c\x06\n+\x06\x01\x04\x01\x827\x02\x02\n\xa2"\x04 NTLMSSP\0\x01\0\0\0\x05\x82\x08\0' +
  noBytes(16);
const sessionSetup = `${header(1, 1, 1)}\x19\0\0\x01${noBytes(8)}X\0B\0${noBytes(8)}${token}`;
const message = (text: string) => sessionMessage(Buffer.from(text, 'latin1'));

/**
 * SMB 2 and 3 over TCP (MS-SMB2, sections 2.1, 2.2.3 to 2.2.6; the answer to the session's beginning: MS-SPNG and MS-NLMP, section 2.2.1).
 *
 * ```
 * → NEGOTIATE with every dialect · SESSION_SETUP with an NTLM NEGOTIATE_MESSAGE
 * ← NEGOTIATE response: dialect, signing · SESSION_SETUP response, STATUS_MORE_PROCESSING_REQUIRED, with the CHALLENGE_MESSAGE
 * ```
 *
 * The challenge names the server; it is never answered, so that nobody logs in and no login fails. A server of SMB 1 alone says nothing.
 * Samba is known by two habits of its source: the server GUID is its NetBIOS name, and its version is 6.1 without a build.
 */
export const microsoftDs: Protocol = {
  name: 'microsoft-ds',
  ports: [445],
  context: 'asked',
  probe: Buffer.concat([message(negotiate), message(sessionSetup)]),
  blindTurn: 6,
  takes: { tls: 'waits', http: 'waits', beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the response to NEGOTIATE, and the NTLM challenge that names the server',
    logs: 'nothing with the usual settings',
  },
  examples: [
    {
      from: 'smbd 4.17.12, Debian 12',
      bytes: Buffer.concat([
        message(
          '\xfeSMB@\0\0\0\0\0\0\0\0\0\x01\0\x01' +
            noBytes(47) +
            `A\0\x01\0\x11\x03\x01\0files${noBytes(11)}\x07\0\0\0\0\0\x80\0\0\0\x80\0\0\0\x80\0B\xd7"d_{\xdd\x01${noBytes(8)}` +
            '\x80\0J\0\xd0\0\0\0`H\x06\x06+\x06\x01\x05\x05\x02\xa0>0<\xa0\x0e0\x0c\x06\n+\x06\x01\x04\x01\x827\x02\x02\n' +
            '\xa3*0(\xa0&\x1b$not_defined_in_RFC4178@please_ignore\0\0\0\0\0\0\x01\0&\0\0\0\0\0\x01\0 \0\x01\0' +
            '\xc0`\xfaV\xfe\x94\xc3\x0c"\xd7\xf0\xbaz[\x03 0$eGZY\xac\xbe\xf0\x86D\xce$\x7f\xa8j',
        ),
        message(
          '\xfeSMB@\0\0\0\x16\0\0\xc0\x01\0\x01\0\x01\0\0\0\0\0\0\0\x01' +
            `${noBytes(15)}P\x0b~\xab${noBytes(20)}\t\0\0\0H\0\x97\0` +
            '\xa1\x81\x940\x81\x91\xa0\x03\n\x01\x01\xa1\x0c\x06\n+\x06\x01\x04\x01\x827\x02\x02\n\xa2|\x04z' +
            `NTLMSSP\0\x02\0\0\0\n\0\n\x008\0\0\0\x05\x82\x8a\x02N\x01K\xbc\xd3$\x1f\xa7${noBytes(8)}8\x008\0B\0\0\0\x06\x01\0\0\0\0\0\x0f` +
            'F\0I\0L\0E\0S\0\x02\0\n\0F\0I\0L\0E\0S\0\x01\0\n\0F\0I\0L\0E\0S\0\x04\0\0\0\x03\0\x04\0v\0m\0' +
            '\x07\0\x08\0P\x19#d_{\xdd\x01\0\0\0\0',
        ),
      ]),
      service: {
        name: 'microsoft-ds',
        product: 'Samba',
        hostname: 'vm',
        extraInfo: 'SMB 3.1.1; signing not required; computer FILES; domain FILES',
        cpe: [cpe('samba', 'samba')],
      },
    },
    {
      from: 'built from MS-SMB2, sections 2.2.2 and 2.2.4: signing required, and no session',
      bytes: Buffer.concat([
        message(`\xfeSMB@\0\0\0\0\0\0\0\0\0\x01\0\x01${noBytes(47)}A\0\x03\0\x02\x03\0\0${guid}${noBytes(40)}`),
        message(`\xfeSMB@\0\0\0\x22\0\0\xc0\x01\0\x01\0\x01${noBytes(47)}\t${noBytes(8)}`),
      ]),
      service: { name: 'microsoft-ds', extraInfo: 'SMB 3.0.2; signing required' },
    },
    {
      from: 'built from MS-SMB2 and MS-NLMP, section 2.2.1.2: a member of a domain',
      bytes: Buffer.concat([
        message(`\xfeSMB@\0\0\0\0\0\0\0\0\0\x01\0\x01${noBytes(47)}A\0\x01\0\x11\x03\0\0${guid}${noBytes(40)}`),
        message(
          `\xfeSMB@\0\0\0\x16\0\0\xc0\x01\0\x01\0\x01${noBytes(47)}\t\0\0\0H\0\x80\0` +
            `NTLMSSP\0\x02\0\0\0\0\0\0\x008\0\0\0\x05\x82\x8a\x0212345678${noBytes(8)}>\0>\x008\0\0\0\n\0cE\0\0\0\x0f` +
            '\x02\0\x06\0L\0A\0B\0\x01\0\x04\0W\x001\0\x04\0\x08\0l\0.\0t\0x\0' +
            '\x03\0\x0e\0w\x001\0.\0l\0.\0t\0x\0\0\0\0\0',
        ),
      ]),
      service: {
        name: 'microsoft-ds',
        hostname: 'w1.l.tx',
        extraInfo: 'SMB 3.1.1; signing not required; computer W1; domain LAB (l.tx); system 10.0.17763',
      },
    },
  ],
  negatives: [
    { from: 'our own request, echoed', bytes: message(negotiate) },
    { from: 'a message of another protocol behind such a header', bytes: message('{"hello":"world"}') },
    { from: 'a keep-alive of NetBIOS', bytes: Uint8Array.of(0x85, 0, 0, 0) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const first = readSessionMessage(bytes);
  if (first === undefined || (bytes[0] ?? 0) !== 0 || !startsSmb(bytes.subarray(4))) return { kind: 'no' };
  if (first === 'more') return { kind: 'more' };
  const smb = readNegotiateResponse(first.body);
  if (smb === undefined) return { kind: 'no' };
  const second = smb.serverGuid === undefined ? undefined : readSessionMessage(first.rest);
  if (second === 'more') return { kind: 'match', facts: smbFacts(smb, undefined), growing: true };
  return { kind: 'match', facts: smbFacts(smb, second && readNtlmChallenge(second.body)) };
}

function smbFacts(smb: SmbFacts, ntlm: NtlmFacts | undefined): ServiceFacts {
  const isSamba = ntlm?.version === '6.1.0' && ntlm.computer?.toLowerCase() === asName(smb.serverGuid);
  const dnsDomain = ntlm?.dnsDomain === undefined ? '' : ` (${ntlm.dnsDomain})`;
  const told = [
    smb.dialect,
    smb.signing && `signing ${smb.signing}`,
    ntlm?.computer && `computer ${ntlm.computer}`,
    ntlm?.domain && `domain ${ntlm.domain}${dnsDomain}`,
    ntlm?.version && !isSamba ? `system ${ntlm.version}` : undefined,
  ];
  return {
    product: isSamba ? 'Samba' : undefined,
    hostname: ntlm?.dnsComputer ?? ntlm?.computer,
    extraInfo: told.filter((text) => text !== undefined).join('; '),
    cpe: isSamba ? [cpe('samba', 'samba')] : undefined,
  };
}

/** The GUID read as a name, filled up with zeros. */
function asName(serverGuid: Uint8Array | undefined): string | undefined {
  return readerOf(serverGuid ?? new Uint8Array())
    .cString(15)
    ?.toLowerCase();
}
