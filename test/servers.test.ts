import t from 'tap';
import { startBind } from './lab/daemons/bind.js';
import { startDovecot } from './lab/daemons/dovecot.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startMemcached } from './lab/daemons/memcached.js';
import { pageTitle, startNginx } from './lab/daemons/nginx.js';
import { startOpenSsh } from './lab/daemons/openssh.js';
import { startPostfix } from './lab/daemons/postfix.js';
import { startPostgresql } from './lab/daemons/postgresql.js';
import { startRedis } from './lab/daemons/redis.js';
import { startVsftpd } from './lab/daemons/vsftpd.js';
import { createLab, hostAddresses, scannerAddresses } from './lab/lab.js';
import { upstreamVersion } from './lab/packages.js';
import { labOptions } from './lab/requirements.js';
import { scanJson, stateOf } from './lab/scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  /** Absent where the bytes prove none. */
  readonly product?: RegExp;
  /** The package whose version it tells; absent where it tells none to strangers, so that none may be claimed. */
  readonly versionOf?: string;
  readonly tunnel?: 'tls';
}

const expectations: readonly Expectation[] = [
  { port: 21, name: 'ftp', product: /vsftpd/i, versionOf: 'vsftpd' },
  { port: 22, name: 'ssh', product: /OpenSSH/, versionOf: 'openssh-server' },
  { port: 25, name: 'smtp', product: /Postfix/ },
  { port: 53, name: 'domain', product: /BIND/, versionOf: 'bind9' },
  { port: 80, name: 'http', product: /nginx/, versionOf: 'nginx' },
  { port: 110, name: 'pop3', product: /Dovecot/ },
  { port: 143, name: 'imap', product: /Dovecot/ },
  { port: 443, name: 'https', product: /nginx/, versionOf: 'nginx', tunnel: 'tls' },
  { port: 465, name: 'smtps', product: /Postfix/, tunnel: 'tls' },
  { port: 587, name: 'smtp', product: /Postfix/ },
  { port: 993, name: 'imaps', product: /Dovecot/, tunnel: 'tls' },
  { port: 995, name: 'pop3s', product: /Dovecot/, tunnel: 'tls' },
  { port: 3306, name: 'mysql', product: /MariaDB/, versionOf: 'mariadb-server' },
  { port: 5432, name: 'postgresql', product: /PostgreSQL/ },
  // In its protected mode it says so, and nothing of itself.
  { port: 6379, name: 'redis' },
  { port: 6380, name: 'redis', product: /Redis/, versionOf: 'redis-server' },
  { port: 11211, name: 'memcached', product: /memcached/i, versionOf: 'memcached' },
];
const controlPort = 953;

t.test('real servers, from outside', labOptions(), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const database = await startMariaDb(host, lab.directory('mariadb'));
  database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");
  const ssh = await startOpenSsh(host, lab.directory('openssh'));
  await startPostfix(host, lab.directory('postfix'));
  await startDovecot(host, lab.directory('dovecot'));
  await startNginx(host, lab.directory('nginx'), { names: ['www.example.org', 'example.org'] });
  await startBind(host, lab.directory('bind'), { wideControl: true });
  await startRedis(host, lab.directory('redis'), { port: 6379, protectedMode: true });
  await startRedis(host, lab.directory('redis-open'), { port: 6380, protectedMode: false });
  await startPostgresql(host, lab.directory('postgresql'));
  await startMemcached(host, lab.directory('memcached'));
  await startVsftpd(host, lab.directory('vsftpd'));

  // Asking for the counter is a connection too, and counts itself.
  const connectionsBefore = database.status('Connections');
  const { code, snapshot } = await scanJson(outside, Object.values(hostAddresses));
  const databaseConnections = database.status('Connections') - connectionsBefore - 1;

  t.equal(code, 1, 'databases open to everybody are a deviation, also by the policy that is used when none is given');

  for (const address of Object.values(hostAddresses)) {
    const open = snapshot.open.filter((entry) => entry.address === address);
    t.test(`at ${address}`, (t) => {
      t.same(
        open.map(({ port }) => port),
        [...expectations.map(({ port }) => port), controlPort].sort((a, b) => a - b),
        'these ports are open and no others',
      );
      t.match(stateOf(snapshot, address, 3307), /^closed /);
      for (const { port, name, product, versionOf, tunnel } of expectations) {
        const service = open.find((entry) => entry.port === port)?.service;
        const told = `${port}: ${JSON.stringify(service)}`;
        t.equal(service?.method, 'probed', told);
        t.equal(service?.name, name, told);
        if (product === undefined) t.equal(service?.product, undefined, told);
        else t.match(service?.product, product, told);
        t.equal(service?.tunnel, tunnel, told);
        if (versionOf === undefined) t.equal(service?.version, undefined, told);
        else t.ok(service?.version?.startsWith(upstreamVersion(versionOf)), told);
      }
      t.end();
    });

    t.test(`rndc at ${address} says nothing: open, named by its port number only`, (t) => {
      const service = open.find(({ port }) => port === controlPort)?.service;
      t.match(service, { name: 'rndc', method: 'table' });
      t.equal(service?.product, undefined);
      t.end();
    });

    t.test(`what nginx shows at ${address}`, (t) => {
      const [plain, secure] = [80, 443].map((port) => open.find((entry) => entry.port === port));
      t.match(plain?.service.extraInfo, pageTitle);
      t.match(plain?.service.extraInfo, '200');
      t.equal(plain?.tls, undefined);
      t.match(secure?.tls?.version, /^TLSv1\.[23]$/);
      t.match(secure?.tls?.certificate, { selfSigned: true, subject: /www\.example\.org/ });
      t.match(secure?.tls?.certificate?.sans.join(), /www\.example\.org.*,.*example\.org/);
      t.ok(Date.parse(secure?.tls?.certificate?.validTo ?? '') > Date.now());
      t.end();
    });
  }

  t.test('one connection each to the servers that count or punish them', (t) => {
    t.equal(databaseConnections, 2, 'MariaDB: one for each address');
    for (const source of Object.values(scannerAddresses)) {
      const seen = ssh.log().match(new RegExp(`^Connection from ${source} port`, 'gm')) ?? [];
      t.equal(seen.length, 1, `sshd: one from ${source}`);
    }
    t.end();
  });
});
