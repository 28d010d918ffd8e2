import { startBind } from '../daemons/bind.js';
import { startDovecot } from '../daemons/dovecot.js';
import { startMariaDb } from '../daemons/mariadb.js';
import { startMemcached } from '../daemons/memcached.js';
import { startNginx } from '../daemons/nginx.js';
import { startOpenSsh } from '../daemons/openssh.js';
import { startPostfix } from '../daemons/postfix.js';
import { startPostgresql } from '../daemons/postgresql.js';
import { startRedis } from '../daemons/redis.js';
import { startVsftpd } from '../daemons/vsftpd.js';
import type { LabDaemon } from './lab-daemon.js';

/** What nearly every network has. */
export const basics: readonly LabDaemon[] = [
  {
    name: 'BIND',
    package: 'bind9',
    proves: [{ port: 53, name: 'domain', product: /BIND/, tellsVersion: true }],
    start: startBind,
  },
  {
    name: 'Dovecot',
    package: 'dovecot-imapd',
    proves: [
      { port: 110, name: 'pop3', product: /Dovecot/ },
      { port: 143, name: 'imap', product: /Dovecot/ },
      { port: 993, name: 'imaps', product: /Dovecot/, tunnel: 'tls' },
      { port: 995, name: 'pop3s', product: /Dovecot/, tunnel: 'tls' },
    ],
    start: startDovecot,
  },
  {
    name: 'MariaDB',
    package: 'mariadb-server',
    proves: [{ port: 3306, name: 'mysql', product: /MariaDB/, tellsVersion: true }],
    async start(namespace, directory) {
      const database = await startMariaDb(namespace, directory);
      database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");
    },
  },
  {
    name: 'memcached',
    package: 'memcached',
    proves: [{ port: 11211, name: 'memcached', product: /memcached/i, tellsVersion: true }],
    start: startMemcached,
  },
  {
    name: 'nginx',
    package: 'nginx',
    proves: [
      { port: 80, name: 'http', product: /nginx/, tellsVersion: true },
      { port: 443, name: 'https', product: /nginx/, tellsVersion: true, tunnel: 'tls' },
    ],
    start: startNginx,
  },
  {
    name: 'OpenSSH',
    package: 'openssh-server',
    proves: [{ port: 22, name: 'ssh', product: /OpenSSH/, tellsVersion: true }],
    start: startOpenSsh,
  },
  {
    name: 'Postfix',
    package: 'postfix',
    proves: [
      { port: 25, name: 'smtp', product: /Postfix/ },
      { port: 465, name: 'smtps', product: /Postfix/, tunnel: 'tls' },
      { port: 587, name: 'smtp', product: /Postfix/ },
    ],
    start: startPostfix,
  },
  {
    name: 'PostgreSQL',
    package: 'postgresql',
    proves: [{ port: 5432, name: 'postgresql', product: /PostgreSQL/ }],
    start: startPostgresql,
  },
  {
    name: 'Redis',
    package: 'redis-server',
    proves: [{ port: 6380, name: 'redis', product: /Redis/, tellsVersion: true }],
    start: (namespace, directory) => startRedis(namespace, directory, { port: 6380, protectedMode: false }),
  },
  {
    name: 'Redis, protected mode',
    package: 'redis-server',
    proves: [{ port: 6379, name: 'redis' }],
    start: (namespace, directory) => startRedis(namespace, directory, { port: 6379, protectedMode: true }),
  },
  {
    name: 'vsftpd',
    package: 'vsftpd',
    proves: [{ port: 21, name: 'ftp', product: /vsftpd/i, tellsVersion: true }],
    start: startVsftpd,
  },
];
