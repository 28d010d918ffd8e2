import { cpe } from '../cpe.js';
import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';

const longest = 4096;

/**
 * The git protocol (gitprotocol-pack(5), "Git Transport" and "Reference Discovery"; gitprotocol-common(5), "pkt-line Format").
 *
 * ```
 * → length in four hex digits · "git-upload-pack /" NUL "host=" NUL
 * ← length "ERR " text                                    there is no such repository, which is what is to be expected
 * ← length object id " HEAD" NUL capabilities LF          the root is a repository: `agent=git/2.39.5` is among them
 * ```
 */
export const git: Protocol = {
  name: 'git',
  ports: [9418],
  probe: packet('git-upload-pack /\0host=\0'),
  blindTurn: 22,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'waits', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  farewell: Buffer.from('0000'),
  about: { recognisedBy: 'the answer to a request for a repository at the root', logs: 'one request, with --verbose' },
  examples: [
    {
      from: 'git daemon 2.39.5, Debian 12',
      bytes: Buffer.from('0033ERR access denied or repository not exported: /'),
      service: { name: 'git', extraInfo: 'access denied or repository not exported: /' },
    },
    {
      from: 'built from gitprotocol-pack(5), with the agent of Debian 12',
      bytes: packet(
        `${'9'.repeat(40)} HEAD\0multi_ack side-band-64k ofs-delta symref=HEAD:refs/heads/main object-format=sha1 agent=git/2.39.5-Debian\n`,
      ),
      service: { name: 'git', product: 'Git', version: '2.39.5', cpe: [cpe('git-scm', 'git', '2.39.5')] },
    },
  ],
  negatives: [
    { from: 'a server that answers in HTTP', bytes: Buffer.from('HTTP/1.1 400 Bad Request\r\n') },
    { from: 'an empty packet', bytes: Buffer.from('0000') },
  ],
};

function packet(text: string): Uint8Array {
  return Buffer.from(`${(text.length + 4).toString(16).padStart(4, '0')}${text}`);
}

/** The first packet, which either is an error or names the first of the references, with the capabilities behind it. */
function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, longest));
  if (!/^[0-9a-f]{1,4}(?:$|ERR|[0-9a-f])/.test(text) && text !== '') return { kind: 'no' };
  const length = text.length < 4 ? undefined : parseInt(text.slice(0, 4), 16);
  if (length === undefined) return { kind: 'more' };
  if (length < 8 || length > longest) return { kind: 'no' };
  const line = text.slice(4, length);
  const isError = 'ERR '.startsWith(line.slice(0, 4));
  if (!isError && !/^[0-9a-f]{0,64}(?:$| )/.test(line)) return { kind: 'no' };
  if (text.length < length) return { kind: 'more' };
  if (isError) {
    const told = /^ERR ([^\x00-\x1f]{1,200})/.exec(line)?.[1];
    return told === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo: told } };
  }
  const [reference = '', capabilities] = line.split('\0');
  if (capabilities === undefined || !/^[0-9a-f]{40,64} [!-~]{1,255}$/.test(reference)) return { kind: 'no' };
  const agent = capabilities.split(/[ \n]/).find((word) => word.startsWith('agent=git/'));
  const version = /^agent=git\/(\d{1,3}(?:\.\d{1,5}){1,3})/.exec(agent ?? '')?.[1];
  if (version === undefined) return { kind: 'match', facts: {} };
  return { kind: 'match', facts: { product: 'Git', version, cpe: [cpe('git-scm', 'git', version)] } };
}
