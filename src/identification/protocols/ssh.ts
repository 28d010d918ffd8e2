import { builtExamples } from '../built-examples.js';
import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1 } from '../reader.js';
import { productOf } from '../ssh-products.js';
import { readSoftware } from '../ssh-software.js';

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
    ...builtExamples('ssh', 'servers of Debian 12, without the beginning of their key exchange', [
      ['SSH-2.0-tinyssh_20230101-1 VpiLU2ro', { product: 'TinySSH', version: '20230101-1', extraInfo: 'protocol 2.0' }],
      [
        'SSH-2.0-lshd-2.1 lsh - a GNU ssh',
        { product: 'lsh', version: '2.1', extraInfo: 'lsh - a GNU ssh; protocol 2.0' },
      ],
      [
        'SSH-2.0-paramiko_2.12.0',
        {
          product: 'Paramiko',
          version: '2.12.0',
          extraInfo: 'protocol 2.0',
          cpe: ['cpe:2.3:a:paramiko:paramiko:2.12.0:*:*:*:*:*:*:*'],
        },
      ],
      [
        'SSH-2.0-AsyncSSH_2.10.1',
        {
          product: 'AsyncSSH',
          version: '2.10.1',
          extraInfo: 'protocol 2.0',
          cpe: ['cpe:2.3:a:asyncssh_project:asyncssh:2.10.1:*:*:*:*:*:*:*'],
        },
      ],
      ['SSH-2.0-Twisted_22.4.0', { product: 'Twisted', version: '22.4.0', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-Erlang/4.15.2', { product: 'Erlang/OTP ssh', version: '4.15.2', extraInfo: 'protocol 2.0' }],
    ]),
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
      ['SSH-2.0-mod_sftp/0.9.9', { product: 'ProFTPD mod_sftp', version: '0.9.9', extraInfo: 'protocol 2.0' }],
      [
        'SSH-2.0-APACHE-SSHD-2.9.2',
        {
          product: 'Apache MINA SSHD',
          version: '2.9.2',
          extraInfo: 'protocol 2.0',
          cpe: ['cpe:2.3:a:apache:sshd:2.9.2:*:*:*:*:*:*:*'],
        },
      ],
      ['SSH-2.0-tinyssh_noversion VpiLU2ro', { product: 'TinySSH', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-Go', { product: 'Go x/crypto/ssh', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-9.14 FlowSsh', { product: 'FlowSsh', version: '9.14', extraInfo: 'protocol 2.0' }],
      [
        'SSH-2.0-5.37 FlowSsh: Bitvise SSH Server (WinSSHD) 6.07: free only for personal use',
        {
          product: 'Bitvise SSH Server',
          version: '6.07',
          extraInfo: 'free only for personal use; FlowSsh 5.37; protocol 2.0',
        },
      ],
      ['SSH-2.0-1.36_sshlib GlobalSCAPE', { product: 'GlobalSCAPE', extraInfo: 'sshlib 1.36; protocol 2.0' }],
      [
        'SSH-2.0-6.1.9.95 SSH Tectia Server',
        { product: 'SSH Tectia Server', version: '6.1.9.95', extraInfo: 'protocol 2.0' },
      ],
      [
        'SSH-2.0-3.2.9.1 SSH Secure Shell (non-commercial)',
        { product: 'SSH Secure Shell', version: '3.2.9.1', extraInfo: 'non-commercial; protocol 2.0' },
      ],
      ['SSH-1.5-1.2.27', { version: '1.2.27', extraInfo: 'protocol 1.5' }],
      [
        'SSH-2.0-OpenSSH_6.6.1_hpn13v11 FreeBSD-20140420',
        {
          product: 'OpenSSH',
          version: '6.6.1',
          extraInfo: 'hpn13v11; FreeBSD-20140420; protocol 2.0',
          cpe: ['cpe:2.3:a:openbsd:openssh:6.6.1:*:*:*:*:*:*:*'],
        },
      ],
      [
        'SSH-2.0-VShell_3_8_5_654 VShell',
        {
          product: 'VShell',
          version: '3.8.5.654',
          extraInfo: 'protocol 2.0',
          cpe: ['cpe:2.3:a:vandyke:vshell:3.8.5.654:*:*:*:*:*:*:*'],
        },
      ],
      ['SSH-2.0-GoAnywhere7.4.0', { product: 'GoAnywhere', version: '7.4.0', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-SSHBlackbox.10', { product: 'SSHBlackbox', version: '10', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-Data ONTAP SSH 1.0', { product: 'Data ONTAP SSH', version: '1.0', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-Zyxel SSH server', { product: 'Zyxel SSH server', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-XFB.Gateway Windows', { product: 'XFB.Gateway', extraInfo: 'Windows; protocol 2.0' }],
      ['SSH-2.0-ROSSSH', { product: 'MikroTik RouterOS', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-babeld-fbb20e6', { product: 'babeld', extraInfo: 'fbb20e6; protocol 2.0' }],
      ['SSH-2.0-conker_1.1.42-f8d4ba6', { product: 'conker', version: '1.1.42', extraInfo: 'f8d4ba6; protocol 2.0' }],
      ['SSH-2.0-xlightftpd_release_3.9', { product: 'xlightftpd', version: '3.9', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-Cleo VLProxy/5.8', { product: 'Cleo VLProxy', version: '5.8', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-WeOnlyDo 2.4.3', { product: 'WeOnlyDo', version: '2.4.3', extraInfo: 'protocol 2.0' }],
      ['SSH-2.0-ssh2js0.4.10srv', { product: 'ssh2js', version: '0.4.10', extraInfo: 'protocol 2.0' }],
      ['SSH-1.99-1.2.22j4rad', { version: '1.2.22j4rad', extraInfo: 'protocol 1.99' }],
      [
        'SSH-2.0-wolfSSHv1.4.6,',
        {
          product: 'wolfSSH',
          version: '1.4.6',
          extraInfo: 'protocol 2.0',
          cpe: ['cpe:2.3:a:wolfssl:wolfssh:1.4.6:*:*:*:*:*:*:*'],
        },
      ],
      ['SSH-2.0-SSH_Server', { extraInfo: 'SSH_Server; protocol 2.0' }],
      ['SSH-2.0-SSH', { extraInfo: 'SSH; protocol 2.0' }],
      ['SSH-2.0--', { extraInfo: '-; protocol 2.0' }],
      ['SSH-2.0-', { extraInfo: 'protocol 2.0' }],
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

function readIdentification(line: string): ServiceFacts | undefined {
  const found = /^SSH-([0-9]{1,2}\.[0-9]{1,3})-([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
  const [, protocol, text] = found ?? [];
  if (protocol === undefined || text === undefined) return undefined;
  const { product, version, notes } = readSoftware(text.trim());
  const { name, isNameless } = productOf(product);
  // TinySSH's comment is another one for each connection.
  const kept = product === 'tinyssh' ? [] : notes.filter((note) => note !== product);
  const said = [...(isNameless && product !== undefined ? [product] : []), ...kept];
  return {
    product: isNameless ? undefined : (name?.product ?? product),
    version,
    extraInfo: [...said.map((note) => note.trim()), `protocol ${protocol}`].filter((part) => part !== '').join('; '),
    cpe: name?.cpe && [cpe(...name.cpe, version)],
  };
}
