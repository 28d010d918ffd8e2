import { existsSync } from 'node:fs';
import t from 'tap';
import { lacksBeside, startBeside } from '../beside.js';
import { findProgram } from '../command.js';
import { besideServers } from '../daemons/beside-servers.js';
import { startDovecotDelivery } from '../daemons/dovecot-delivery.js';
import { startInspircd } from '../daemons/inspircd.js';
import { startKamailio } from '../daemons/kamailio.js';
import { startNgircd } from '../daemons/ngircd.js';
import { startProsody } from '../daemons/prosody.js';
import { startAiosmtpd, startPyftpdlib } from '../daemons/python-servers.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  readonly product?: RegExp;
  /** The package whose version it tells; absent where it tells none, so that none may be claimed. */
  readonly versionOf?: string;
  /** The name in its certificate; absent where it does not upgrade to TLS. */
  readonly certificateOf?: string;
}

/** Each on its usual port and on one that tells nothing, as far as it can be known there. */
const expectations: readonly Expectation[] = [
  { port: 24, name: 'lmtp', product: /Dovecot/ },
  { port: 40_024, name: 'lmtp', product: /Dovecot/ },
  { port: 4190, name: 'sieve', product: /Dovecot Pigeonhole/, certificateOf: 'mail.example.org' },
  { port: 44_190, name: 'sieve', product: /Dovecot Pigeonhole/, certificateOf: 'mail.example.org' },
  { port: 5060, name: 'sip', product: /kamailio/, versionOf: 'kamailio' },
  { port: 5222, name: 'xmpp-client', certificateOf: 'example.org' },
  { port: 5269, name: 'xmpp-server', certificateOf: 'example.org' },
  { port: 6667, name: 'ircu' },
  { port: 46_667, name: 'ircu', certificateOf: 'irc.example.org' },
  { port: 40_025, name: 'smtp', product: /^Python SMTP$/, versionOf: 'python3-aiosmtpd' },
  { port: 40_021, name: 'ftp', product: /pyftpdlib/, versionOf: 'python3-pyftpdlib' },
];

const absent = [
  ...['ngircd', 'inspircd', 'kamailio', 'prosody'].filter((program) => findProgram(program) === undefined),
  ...['/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/managesieve-login', '/usr/lib/python3/dist-packages/aiosmtpd'].filter(
    (path) => !existsSync(path),
  ),
  ...['/usr/lib/python3/dist-packages/pyftpdlib'].filter((path) => !existsSync(path)),
];
const lacks = absent.length === 0 ? undefined : `these servers are not installed: ${absent.join(', ')}`;

t.test('servers of mail and messages, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const dovecot = await startDovecotDelivery(host, lab.directory('dovecot'), {
    lmtp: [24, 40_024],
    sieve: [4190, 44_190],
  });
  await startKamailio(host, lab.directory('kamailio'), [5060]);
  const prosody = await startProsody(host, lab.directory('prosody'), { clients: 5222, servers: 5269 });
  await startNgircd(host, lab.directory('ngircd'), 6667);
  await startInspircd(host, lab.directory('inspircd'), 46_667);
  await startAiosmtpd(host, lab.directory('aiosmtpd'), 40_025);
  await startPyftpdlib(host, lab.directory('pyftpdlib'), 40_021);

  const ports = expectations.map(({ port }) => port).join(',');
  // A server of XMPP has to be asked for by a name that it answers for.
  outside.writeHosts([[hostAddresses[4], 'example.org']]);
  const { snapshot } = await scanJson(outside, ['example.org', '-p', ports, '--no-policy']);
  for (const { port, name, product, versionOf, certificateOf } of expectations) {
    const { service, tls } = snapshot.open.find((entry) => entry.port === port) ?? {};
    const told = `${port}: ${JSON.stringify(service)}`;
    t.match(service, { name, method: 'probed' }, told);
    t.equal(tls?.startTls, certificateOf === undefined ? undefined : true, told);
    if (certificateOf !== undefined) t.strictSame(tls?.certificate?.sans, [certificateOf], told);
    if (product === undefined) t.equal(service?.product, undefined, told);
    else t.match(service?.product, product, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version?.startsWith(upstreamVersion(versionOf)), told);
  }
  t.notMatch(dovecot.log(), /auth failed|Warning|Error/, 'nobody tried to log in, and nothing went wrong');
  t.notMatch(prosody.log(), /not-well-formed|s2s.*warn|c2s.*warn/, 'a stream that is not open is not closed');
});

interface BesideExpectation extends Expectation {
  readonly tls?: 'inside' | 'on request';
}

/** By the directory of a server; each also answers on the port that is 40,000 higher. */
const besideExpectations: Readonly<Record<string, readonly BesideExpectation[]>> = {
  proftpd: [{ port: 21, name: 'ftp', product: /^ProFTPD$/, tls: 'on request' }],
  'pure-ftpd': [{ port: 21, name: 'ftp', product: /^Pure-FTPd$/, tls: 'on request' }],
  'inetutils-ftpd': [{ port: 21, name: 'ftp', product: /^GNU inetutils ftpd$/, versionOf: 'inetutils-ftpd' }],
  'ftpd-ssl': [{ port: 21, name: 'ftp', product: /^Linux-ftpd$/, versionOf: 'ftpd-ssl' }],
  exim4: [
    { port: 25, name: 'smtp', product: /^Exim$/, versionOf: 'exim4-daemon-light', tls: 'on request' },
    { port: 465, name: 'smtps', product: /^Exim$/, versionOf: 'exim4-daemon-light', tls: 'inside' },
  ],
  sendmail: [{ port: 25, name: 'smtp', product: /^Sendmail$/, versionOf: 'sendmail-bin', tls: 'on request' }],
  opensmtpd: [{ port: 25, name: 'smtp', product: /^OpenSMTPD$/ }],
  courier: [
    { port: 25, name: 'smtp', tls: 'on request' },
    { port: 110, name: 'pop3', product: /^Courier Mail Server$/, tls: 'on request' },
    { port: 143, name: 'imap', product: /^Courier-IMAP$/, tls: 'on request' },
    { port: 993, name: 'imaps', product: /^Courier-IMAP$/, tls: 'inside' },
    { port: 995, name: 'pop3s', product: /^Courier Mail Server$/, tls: 'inside' },
  ],
  cyrus: [
    { port: 24, name: 'lmtp', product: /^Cyrus LMTP$/, versionOf: 'cyrus-imapd' },
    { port: 110, name: 'pop3', product: /^Cyrus POP3$/, versionOf: 'cyrus-pop3d', tls: 'on request' },
    { port: 119, name: 'nntp', product: /^Cyrus NNTP$/, versionOf: 'cyrus-nntpd' },
    { port: 143, name: 'imap', product: /^Cyrus IMAP$/, versionOf: 'cyrus-imapd', tls: 'on request' },
    { port: 993, name: 'imaps', product: /^Cyrus IMAP$/, versionOf: 'cyrus-imapd', tls: 'inside' },
    { port: 4190, name: 'sieve', product: /^Cyrus timsieved$/, versionOf: 'cyrus-imapd', tls: 'on request' },
  ],
  mailutils: [
    { port: 110, name: 'pop3' },
    { port: 143, name: 'imap' },
  ],
  perdition: [
    { port: 110, name: 'pop3', product: /^Perdition$/ },
    { port: 143, name: 'imap', product: /^Perdition$/ },
  ],
  popa3d: [{ port: 110, name: 'pop3' }],
  'solid-pop3d': [{ port: 110, name: 'pop3', product: /^Solid POP3$/ }],
  inn2: [{ port: 119, name: 'nntp', product: /^INN$/, versionOf: 'inn2' }],
  leafnode: [{ port: 119, name: 'nntp', product: /^Leafnode$/ }],
};

/** What a server says of a client that guesses passwords, or speaks nonsense. */
const complaints =
  /log-?in (?:failed|incorrect)|auth\w* fail|bad ?login|brute|attack|too many|unrecognized|unknown command|syntax error|bad command|protocol (?:error|synch)/i;

const lackingBeside = lacksBeside(besideServers.map(({ name }) => name));

t.test(
  'servers of mail, files and news that cannot be installed together, one after the other',
  labOptions(lackingBeside.length === 0 ? undefined : `these are not unpacked: ${lackingBeside.join(', ')}`),
  async (t) => {
    const lab = createLab();
    t.teardown(() => {
      lab.remove();
    });
    const { outside, host } = lab;
    const elsewhere = (port: number) => 40_000 + port;
    const usual = [...new Set(besideServers.flatMap(({ ports }) => ports))];
    const redirects = usual.map((port) => `tcp dport ${elsewhere(port)} redirect to :${port};`);
    const chain = ['type nat hook prerouting priority dstnat;', ...redirects].join('\n    ');
    host.run('nft', ['-f', '-'], `table inet elsewhere {\n  chain arriving {\n    ${chain}\n  }\n}\n`);
    for (const server of besideServers) {
      const daemon = await startBeside(host, { ...server, directory: lab.directory(server.name) });
      const expected = besideExpectations[server.name] ?? [];
      const ports = server.ports.flatMap((port) => [port, elsewhere(port)]);
      const { snapshot } = await scanJson(outside, [hostAddresses[4], '-p', ports.join(), '--no-policy']);
      for (const { port, name, product, versionOf, tls } of expected) {
        for (const at of [port, elsewhere(port)]) {
          const entry = snapshot.open.find((one) => one.port === at);
          const service = entry?.service;
          const told = `${server.name} on ${at}: ${JSON.stringify(service)} ${entry?.trouble ?? ''}`;
          t.match(service, { name, method: 'probed' }, told);
          if (product === undefined) t.equal(service?.product, undefined, told);
          else t.match(service?.product, product, told);
          if (versionOf === undefined) t.equal(service?.version, undefined, told);
          else t.ok(upstreamVersion(versionOf).startsWith(service?.version ?? 'none'), told);
          t.equal(service?.tunnel, tls === 'inside' ? 'tls' : undefined, told);
          t.equal(entry?.tls?.startTls, tls === 'on request' ? true : undefined, told);
        }
      }
      await daemon.stop();
      const logs = `${daemon.log()}${daemon.messages()}`;
      t.notMatch(logs, complaints, `${server.name}: what it logged`);
    }
  },
);
