import { builtExamples } from '../built-examples.js';
import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

/** RFC 4253: 255 characters with CR and LF. */
const maxLine = 255;
const maxPreamble = 4096;

/** First lines of other protocols, whose texts may quote an identification. */
const foreign = /^(?:HTTP\/|[0-9]{3}[ -]|[*+<$-])/;

const penalties = ['Exceeded MaxStartups\r\n', 'Not allowed at this time\r\n'];

/**
 * SSH's identification string (RFC 4253, section 4.2).
 *
 * ```
 * [lines of text that do not begin with "SSH-", CR LF each]
 * SSH-protoversion-softwareversion [SP comments] CR LF          protoversion: 2.0; 1.99 for 1 and 2; 1.x
 * ```
 *
 * OpenSSH turns a source away with one line and no identification: `Exceeded MaxStartups` where too many connections are
 * not yet authenticated, `Not allowed at this time` (from 9.8 on; PerSourcePenalties in sshd_config(5)) also where the source
 * has been penalised. A connection that leaves without trying to log in costs its source a penalty whatever it says
 * before, so nothing is said on leaving, and there is one connection for each endpoint and scan.
 */
export const ssh: Protocol = {
  name: 'ssh',
  ports: [22],
  punishes: true,
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the identification line',
    logs: 'one connection closed before authentication',
  },
  examples: [
    {
      from: 'OpenSSH 9.2p1, Debian 12',
      bytes: Buffer.from('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n'),
      service: {
        name: 'ssh',
        product: 'OpenSSH',
        version: '9.2p1',
        extraInfo: 'Debian-2+deb12u10; protocol 2.0',
        cpe: ['cpe:2.3:a:openbsd:openssh:9.2p1:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'OpenSSH 9.2p1, Debian 12, with MaxStartups reached',
      bytes: Buffer.from('Exceeded MaxStartups\r\n'),
      service: {
        name: 'ssh',
        product: 'OpenSSH',
        extraInfo: 'Exceeded MaxStartups',
        cpe: ['cpe:2.3:a:openbsd:openssh:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'the source of OpenSSH 9.8, which sends it to a penalised address',
      bytes: Buffer.from('Not allowed at this time\r\n'),
      service: {
        name: 'ssh',
        product: 'OpenSSH',
        extraInfo: 'Not allowed at this time',
        cpe: ['cpe:2.3:a:openbsd:openssh:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Dropbear 2022.83, Debian 12, with the beginning of its key exchange',
      bytes: Buffer.from('SSH-2.0-dropbear_2022.83\r\n\0\0\x01\xfc\x07\x14m\x8d\xd9}', 'latin1'),
      service: {
        name: 'ssh',
        product: 'Dropbear',
        version: '2022.83',
        extraInfo: 'protocol 2.0',
        cpe: ['cpe:2.3:a:dropbear_ssh_project:dropbear_ssh:2022.83:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from RFC 4253, with lines before the identification',
      bytes: Buffer.from('Authorised use only.\r\n\r\nSSH-2.0-libssh_0.10.6\r\n'),
      service: {
        name: 'ssh',
        product: 'libssh',
        version: '0.10.6',
        extraInfo: 'protocol 2.0',
        cpe: ['cpe:2.3:a:libssh:libssh:0.10.6:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from RFC 4253, section 5.1, with the LF alone that old servers send',
      bytes: Buffer.from('SSH-1.99-Cisco-1.25\n'),
      service: { name: 'ssh', product: 'Cisco', version: '1.25', extraInfo: 'protocol 1.99' },
    },
    ...builtExamples('ssh', 'built from RFC 4253, with a software version in one of the forms in use', [
      [
        'SSH-2.0-OpenSSH_for_Windows_8.1',
        {
          product: 'OpenSSH',
          version: '8.1',
          extraInfo: 'for Windows; protocol 2.0',
          cpe: ['cpe:2.3:a:openbsd:openssh:8.1:*:*:*:*:*:*:*'],
        },
      ],
      [
        'SSH-1.99-OpenSSH_3.9p1',
        {
          product: 'OpenSSH',
          version: '3.9p1',
          extraInfo: 'protocol 1.99',
          cpe: ['cpe:2.3:a:openbsd:openssh:3.9p1:*:*:*:*:*:*:*'],
        },
      ],
      ['SSH-2.0-mod_sftp/0.9.9', { product: 'mod_sftp', version: '0.9.9', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-APACHE-SSHD-2.9.2', { product: 'APACHE-SSHD', version: '2.9.2', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-tinyssh_noversion abc', { product: 'tinyssh', extraInfo: 'abc; protocol 2.0' }],
      ['SSH-2.0-Go', { product: 'Go', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-9.14 FlowSsh', { extraInfo: '9.14 FlowSsh; protocol 2.0' }],
    ]),
  ],
  negatives: [
    { from: 'an identification without a software version', bytes: Buffer.from('SSH-2.0\r\n') },
    { from: 'a line that only mentions SSH', bytes: Buffer.from('220 SSH-2.0-OpenSSH_9.2p1 lives next door\r\n') },
    {
      from: 'a web page with an identification on it',
      bytes: Buffer.from('HTTP/1.1 200 OK\r\n\r\nSSH-2.0-OpenSSH_9.2p1\r\n'),
    },
    { from: 'a refusal that goes on', bytes: Buffer.from('Not allowed at this time of day\r\n') },
    { from: 'a line longer than the RFC allows', bytes: Buffer.from(`SSH-2.0-${'a'.repeat(300)}\r\n`) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxPreamble));
  if (penalties.includes(text)) {
    return {
      kind: 'match',
      facts: { product: 'OpenSSH', extraInfo: text.trimEnd(), cpe: [cpe('openbsd', 'openssh')] },
    };
  }
  const start = text.startsWith('SSH-') ? 0 : text.indexOf('\nSSH-') + 1;
  if (start === 0 && !text.startsWith('SSH-')) return { kind: isBeginning(text) ? 'more' : 'no' };
  // What comes before is text of no other protocol, or else SSH just happens to be mentioned.
  if (start > 0 && foreign.test(text)) return { kind: 'no' };
  if (/[^\t\r\n\x20-\x7e\x80-\xff]/.test(text.slice(0, start))) return { kind: 'no' };
  const line = text.slice(start, start + maxLine);
  const end = line.indexOf('\n');
  if (end < 0) return { kind: line.length < maxLine ? 'more' : 'no' };
  // The first packet begins with its length, of which the top byte is 0: a text that goes on only quotes an identification.
  if (start > 0 && /[^\0]/.test(text.charAt(start + end + 1))) return { kind: 'no' };
  const facts = readIdentification(line.slice(0, end).replace(/\r$/, ''));
  return facts === undefined ? { kind: 'no' } : { kind: 'match', facts };
}

/** Lines that may precede the identification are not waited for: most text without it is another service's. */
function isBeginning(text: string): boolean {
  return text !== '' && ['SSH-', ...penalties].some((whole) => whole.startsWith(text));
}

const known = [
  { pattern: /^OpenSSH$/, product: 'OpenSSH', vendor: 'openbsd', name: 'openssh' },
  { pattern: /^dropbear$/i, product: 'Dropbear', vendor: 'dropbear_ssh_project', name: 'dropbear_ssh' },
  { pattern: /^libssh$/, product: 'libssh', vendor: 'libssh', name: 'libssh' },
];

function readIdentification(line: string): ServiceFacts | undefined {
  const found = /^SSH-([0-9]{1,2}\.[0-9]{1,3})-([\x21-\x7e]{1,240})(?: ([\x20-\x7e\x80-\xff]*))?$/.exec(line);
  const [, protocol, software, comment = ''] = found ?? [];
  if (protocol === undefined || software === undefined) return undefined;
  const { product, version, note } = readSoftware(software);
  const knownProduct = known.find(({ pattern }) => product !== undefined && pattern.test(product));
  // Without a name in the software version the whole text is all there is to tell.
  const said = product === undefined ? [`${software} ${comment}`.trim()] : [note, comment.trim()];
  return {
    product: knownProduct?.product ?? product,
    version,
    extraInfo: [...said, `protocol ${protocol}`].filter((part) => part !== undefined && part !== '').join('; '),
    cpe: knownProduct && [cpe(knownProduct.vendor, knownProduct.name, version)],
  };
}

/** `name_1.2`, `name-1.2`, `name/1.2`, or a name alone: the version is what begins with a digit at the first such separator. */
function readSoftware(software: string): { product?: string; version?: string; note?: string } {
  const windows = /^OpenSSH_for_Windows_([0-9].*)$/.exec(software)?.[1];
  if (windows !== undefined) return { product: 'OpenSSH', version: windows, note: 'for Windows' };
  if (!/^[A-Za-z]/.test(software)) return {};
  const at = software.search(/[_\-/][0-9]/);
  if (at > 0) return { product: software.slice(0, at), version: software.slice(at + 1) };
  return { product: software.replace(/_noversion$/, '') };
}
