import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const [headerSize, loginResponse, longestText] = [48, 0x23, 8192];
const text = 'InitiatorName=iqn.2001-04.com.example:exposcan\0SessionType=Discovery\0AuthMethod=CHAP,None\0';
const task = 'exps';

/**
 * iSCSI (RFC 7143, sections 11.12 and 11.13, keys: section 13).
 *
 * ```
 * → 43 · flags: 0, security negotiation, and no wish to go on · versions 0, 0 · 0 · length u24be · session 80 0 0 0 0 0 · 0 0 · task tag ·
 *   connection 0 · 0 · command u32be 1 · status u32be 0 · 0 16 · (key "=" value NUL)*
 * ← 23 · flags · versions: highest, active · 0 · length u24be · session 6 · 0 2 · task tag · …, 36: status class u8 · detail u8 · … · keys
 * ```
 *
 * A request without the wish to go on asks how one would log in, to ask for the list of targets; the login is never made.
 */
export const iscsiTarget: Protocol = {
  name: 'iscsi-target',
  ports: [3260, 860],
  probe: Buffer.from(
    `\x43\0\0\0\0\0\0${String.fromCharCode(text.length)}\x80\0\0\0\0\0\0\0${task}\0\0\0\0\0\0\0\x01${'\0'.repeat(20)}${text}` +
      '\0'.repeat((4 - (text.length % 4)) % 4),
    'latin1',
  ),
  blindTurn: 21,
  takes: { tls: 'closes', http: 'waits', beanstalkd: 'waits', socks: 'waits', 'ms-wbt-server': 'waits' },
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the response to the beginning of a login',
    logs: 'nothing, or one login that was not finished',
  },
  examples: [
    {
      from: 'tgtd 1.0.85, Debian 12',
      bytes: Buffer.from(
        `#\0\0\0\0\0\0'\x80\0\0\0\0\0\0\0exps\0\0\0\0\0\0\0\0\0\0\0\x01\0\0\0\x02${'\0'.repeat(12)}TargetPortalGroupTag=1\0AuthMethod=None\0\0`,
        'latin1',
      ),
      service: { name: 'iscsi-target', extraInfo: 'AuthMethod=None' },
    },
    {
      from: 'the same, of a version that it does not know',
      bytes: Buffer.from(`#${'\0'.repeat(15)}exps${'\0'.repeat(16)}\x02\x05${'\0'.repeat(10)}`, 'latin1'),
      service: { name: 'iscsi-target', extraInfo: 'refused: 0205' },
    },
  ],
  negatives: [
    { from: 'another task than ours', bytes: Buffer.from(`#${'\0'.repeat(15)}expo${'\0'.repeat(28)}`, 'latin1') },
    { from: 'text that starts with the same character', bytes: Buffer.from(`# a comment ${'x'.repeat(60)}\n`) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const kind = reader.u8();
  reader.take(3);
  const lengths = reader.u32();
  reader.take(8);
  const tag = reader.take(4);
  if (kind !== undefined && kind !== loginResponse) return { kind: 'no' };
  if (lengths !== undefined && lengths > longestText) return { kind: 'no' };
  if (tag !== undefined && latin1(tag) !== task) return { kind: 'no' };
  if (lengths === undefined || bytes.length < headerSize + lengths) return { kind: 'more' };
  const [status, detail] = [bytes[36] ?? 0, bytes[37] ?? 0];
  if (status > 3) return { kind: 'no' };
  if (status !== 0) {
    const code = [status, detail].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    return { kind: 'match', facts: { extraInfo: `${status === 1 ? 'redirected' : 'refused'}: ${code}` } };
  }
  const keys = latin1(bytes.subarray(headerSize, headerSize + lengths)).split('\0');
  const told = keys.filter((key) => /^(?:AuthMethod|TargetAlias|TargetAddress)=[\x20-\x7e]{1,100}$/.test(key));
  return { kind: 'match', facts: { extraInfo: told.join('; ') } };
}
