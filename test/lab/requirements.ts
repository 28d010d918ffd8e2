import { existsSync, readdirSync } from 'node:fs';
import { run, findProgram } from './command.js';
import { isSyslogNgThere } from './daemons/syslog-ng.js';
import { postgresqlPrograms } from './daemons/postgresql.js';

const programs = [
  'ip',
  'ss',
  'nft',
  'prlimit',
  'setpriv',
  'openssl',
  'socat',
  'ssh-keygen',
  'mariadbd',
  'mariadb',
  'mariadb-install-db',
  'sshd',
  'postfix',
  'dovecot',
  'nginx',
  'named',
  'redis-server',
  'memcached',
  'vsftpd',
  'rsyslogd',
];

/** What this machine lacks to build the lab, in words, or undefined where it has all. */
function labMissing(): string | undefined {
  if (process.platform !== 'linux') return 'the lab needs Linux';
  if (process.getuid?.() !== 0) return 'the lab needs root, to make network namespaces';
  const absent = programs.filter((program) => findProgram(program) === undefined);
  if (postgresqlPrograms() === undefined) absent.push('postgres');
  if (!existsSync('/usr/lib/dovecot/imap-login')) absent.push('dovecot-imapd');
  if (!existsSync('/usr/lib/dovecot/pop3-login')) absent.push('dovecot-pop3d');
  if (!readdirSync('/usr/lib').some((name) => existsSync(`/usr/lib/${name}/rsyslog/lmnsd_gtls.so`))) {
    absent.push('rsyslog-gnutls');
  }
  if (!isSyslogNgThere()) absent.push('syslog-ng');
  if (absent.length > 0) return `the lab needs programs that are not installed: ${absent.join(', ')}`;
  const trial = `exposcan-trial-${process.pid}`;
  try {
    run('ip', ['netns', 'add', trial]);
    run('ip', ['netns', 'exec', trial, 'nft', 'add', 'table', 'inet', 'trial']);
    run('ip', ['netns', 'del', trial]);
    return undefined;
  } catch (error) {
    return `network namespaces with nftables do not work here: ${String(error)}`;
  }
}

/**
 * The options of a test that needs the lab: skipped, saying why, where the lab cannot be built, or lacks what else the test needs
 * (`lacks`, in words). With EXPOSCAN_LAB=required in the environment it is an error instead.
 */
export function labOptions(lacks?: string): { skip: string | false } {
  const missing = labMissing() ?? lacks;
  if (missing !== undefined && process.env['EXPOSCAN_LAB'] === 'required') {
    throw new Error(`EXPOSCAN_LAB=required, and ${missing}`);
  }
  return { skip: missing ?? false };
}
