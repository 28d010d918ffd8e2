import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import { thisMachine } from '../this-machine.js';
import { startPostfix, type PostfixPorts } from './postfix.js';

const nobody = 65534;

export interface MailServer extends Daemon {
  readonly certificate: string;
  /** Every mail that has been delivered, headers and all. */
  mails(): string[];
}

/** A real Postfix for localhost on this machine that delivers all mail for example.org, except for refused@, and logs in exposcan with `password`. */
export async function startMailbox(directory: string, ports: PostfixPorts, password: string): Promise<MailServer> {
  const [login, postfix, mail] = ['login', 'postfix', 'mail'].map((name) => join(directory, name));
  if (login === undefined || postfix === undefined || mail === undefined) throw new Error('no directories');
  for (const path of [login, postfix, mail]) mkdirSync(path, { mode: 0o755 });
  chownSync(mail, nobody, nobody);
  const socket = join(login, 'auth');
  const dovecot = await startLogin(login, socket, password);
  const server = await startPostfix(thisMachine, postfix, {
    ports,
    names: ['localhost'],
    settings: [
      ...['inet_interfaces = 127.0.0.1', 'smtp_address_preference = ipv4', 'virtual_mailbox_domains = example.org'],
      ...[`virtual_mailbox_base = ${mail}`, 'virtual_mailbox_maps = static:all/', 'virtual_alias_maps ='],
      ...[`virtual_uid_maps = static:${nobody}`, `virtual_gid_maps = static:${nobody}`],
      'smtpd_recipient_restrictions = check_recipient_access inline:{{refused@example.org = 550 5.1.1 no such box}}, permit',
      ...['smtpd_sasl_auth_enable = yes', 'smtpd_sasl_type = dovecot', `smtpd_sasl_path = ${socket}`],
    ],
    services: [
      'virtual unix - n n - - virtual',
      'error unix - - n - - error',
      'retry unix - - n - - error',
      ...['bounce', 'defer', 'trace'].map((name) => `${name} unix - - n - 0 bounce`),
    ],
  });
  const box = join(mail, 'all', 'new');
  return {
    ...server,
    certificate: join(postfix, 'certificate.pem'),
    mails() {
      try {
        return readdirSync(box).map((name) => readFileSync(join(box, name), 'utf8'));
      } catch {
        // Nothing has come yet.
        return [];
      }
    },
    async stop() {
      await server.stop();
      await dovecot.stop();
    },
  };
}

/** Dovecot's login service alone, for Postfix to ask. */
function startLogin(directory: string, socket: string, password: string): Promise<Daemon> {
  const configuration = join(directory, 'dovecot.conf');
  const settings = [
    ...['protocols =', `base_dir = ${join(directory, 'run')}`, 'log_path = /dev/stderr', 'ssl = no'],
    ...[
      'auth_mechanisms = plain login',
      'passdb {',
      '  driver = static',
      `  args = user=exposcan password=${password}`,
      '}',
    ],
    ...['userdb {', '  driver = static', `  args = uid=${nobody} gid=${nobody} home=/nonexistent`, '}'],
    ...['service auth {', `  unix_listener ${socket} {`, '    mode = 0666', '  }', '}'],
  ];
  writeFileSync(configuration, `${settings.join('\n')}\n`);
  return startDaemon(thisMachine, {
    command: 'dovecot',
    args: ['-F', '-c', configuration],
    directory,
    ports: [],
    readyLog: /starting up/,
  });
}
