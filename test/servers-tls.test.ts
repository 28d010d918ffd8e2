import { chownSync } from 'node:fs';
import t from 'tap';
import type { OpenEntry } from '../src/model/snapshot.js';
import { createCertificate, createExpiredCertificate } from './lab/certificate.js';
import { findProgram } from './lab/command.js';
import { startDovecot } from './lab/daemons/dovecot.js';
import { startMemcached } from './lab/daemons/memcached.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startPostfix } from './lab/daemons/postfix.js';
import { startPostgresql } from './lab/daemons/postgresql.js';
import { startRedis } from './lab/daemons/redis.js';
import { startStunnel, stunnelProgram } from './lab/daemons/stunnel.js';
import { startVsftpd } from './lab/daemons/vsftpd.js';
import { createLab, hostAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { scanJson } from './lab/scan.js';

const lacks = findProgram(stunnelProgram) === undefined ? 'stunnel4 is not installed' : undefined;
// Dovecot hangs up on older versions without the alert that would prove a refusal; Postfix takes TLS 1.1 by default.
const modern = { accepted: ['TLSv1.3', 'TLSv1.2'], refused: [] };
const opportunistic = { accepted: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'], refused: [] };
const upgraded = { startTls: true, version: 'TLSv1.3', certificate: { selfSigned: true } } as const;
const old = ['sslVersionMin = TLSv1', 'ciphers = DEFAULT@SECLEVEL=0'];

/** What each port shows; without `tls`, that there is none. */
const expectations: readonly (readonly [port: number, service: object, tls?: object])[] = [
  [21, { name: 'ftp', product: 'vsftpd' }, upgraded],
  [25, { name: 'smtp', product: 'Postfix' }, upgraded],
  [80, { name: 'http', product: 'nginx' }],
  [110, { name: 'pop3', product: 'Dovecot' }, upgraded],
  [143, { name: 'imap', product: 'Dovecot' }, upgraded],
  [465, { name: 'smtps', product: 'Postfix', tunnel: 'tls' }, { versions: opportunistic }],
  [587, { name: 'smtp', product: 'Postfix' }, upgraded],
  [993, { name: 'imaps', product: 'Dovecot', tunnel: 'tls' }, { versions: modern }],
  [995, { name: 'pop3s', product: 'Dovecot', tunnel: 'tls' }, { versions: modern }],
  [5432, { name: 'postgresql', product: 'PostgreSQL' }, upgraded],
  [6380, { name: 'redis' }],
  [11_211, { name: 'memcached' }],
  [20_025, { name: 'smtps', product: 'Postfix', tunnel: 'tls' }, { version: 'TLSv1.3', startTls: undefined }],
  [20_080, { name: 'https', product: 'nginx', tunnel: 'tls' }, { alpnChoices: [{ offered: ['h2', 'http/1.1'] }] }],
  [20_143, { name: 'imaps', product: 'Dovecot', tunnel: 'tls' }, { version: 'TLSv1.3' }],
  [26_379, { name: 'redis', product: 'Redis', tunnel: 'tls' }, { version: 'TLSv1.3' }],
  [30_080, { name: 'https', tunnel: 'tls' }, { versions: { accepted: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'] } }],
  [30_081, { name: 'https', tunnel: 'tls' }, { version: 'TLSv1', versions: { accepted: ['TLSv1'] } }],
];

t.test('real servers and their TLS, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const own = (name: string) => createCertificate(lab.directory(name), ['mail.example.org']);
  const ftp = own('vsftpd-certificate');
  const files = own('postgresql-certificate');
  const { uid, gid } = identityOf(host.run('id', ['postgres']));
  for (const file of Object.values(files)) chownSync(file, uid, gid);
  const mail = await startPostfix(host, lab.directory('postfix'));
  await startDovecot(host, lab.directory('dovecot'));
  await startNginx(host, lab.directory('nginx'), { ports: [80] });
  await startRedis(host, lab.directory('redis'), { port: 6380, protectedMode: false });
  await startMemcached(host, lab.directory('memcached'));
  await startVsftpd(host, lab.directory('vsftpd'), [
    ...['ssl_enable=YES', `rsa_cert_file=${ftp.certificate}`, `rsa_private_key_file=${ftp.key}`],
  ]);
  await startPostgresql(host, lab.directory('postgresql'), [
    ...['ssl=on', `ssl_cert_file=${files.certificate}`, `ssl_key_file=${files.key}`],
  ]);
  await startStunnel(host, lab.directory('stunnel'), [
    ...[20_025, 20_080, 20_143].map((port) => ({ port, to: port - 20_000 })),
    { port: 26_379, to: 6380 },
  ]);
  await startStunnel(
    host,
    lab.directory('stunnel-old'),
    [
      { port: 30_080, to: 80, settings: old },
      { port: 30_081, to: 80, settings: [...old, 'sslVersionMax = TLSv1'] },
    ],
    createExpiredCertificate,
  );

  const { snapshot } = await scanJson(outside, Object.values(hostAddresses));

  for (const address of Object.values(hostAddresses)) {
    const open = new Map(
      snapshot.open.filter((entry) => entry.address === address).map((entry) => [entry.port, entry]),
    );
    const told = (entry: OpenEntry | undefined) => JSON.stringify([entry?.service, entry?.tls, entry?.trouble]);
    t.same(
      [...open.keys()],
      expectations.map(([port]) => port),
      `${address}: these ports are open and no others`,
    );
    for (const [port, service, tls] of expectations) {
      const entry = open.get(port);
      t.match(entry?.service, { method: 'probed', ...service }, `${port}: ${told(entry)}`);
      if (tls === undefined) t.equal(entry?.tls, undefined, `${port}: ${told(entry)}`);
      else t.match(entry?.tls, tls, `${port}: ${told(entry)}`);
    }
    const notes = snapshot.findings.filter((finding) => finding.address === address && finding.counted === false);
    const noted = notes.map(({ port, code, severity }) => `${port ?? 0} ${code} ${severity}`).sort();
    t.same(noted, [
      ...['30080 certificate-expiring medium', '30080 tls-old-accepted low'],
      ...['30081 certificate-expiring medium', '30081 tls-old-accepted medium'],
      '465 tls-old-accepted low',
    ]);
  }
  t.notMatch(mail.log(), /lost connection|timeout/, 'Postfix was left in order');
});

/** `uid=108(postgres) gid=114(postgres) …` */
function identityOf(text: string): { uid: number; gid: number } {
  const [, uid, gid] = /^uid=(\d+)\S* gid=(\d+)/.exec(text) ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}
