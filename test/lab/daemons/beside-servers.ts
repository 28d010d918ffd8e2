import type { BesideRecipe } from '../beside.js';

/** One server that is unpacked beside those that are installed; its ports are those that it usually has. */
export type BesideServer = Omit<BesideRecipe, 'directory'>;

/** A key and a certificate, RSA's as some of them can use no other, made where the server runs. */
const certificate = `
  openssl req -x509 -newkey rsa:2048 -noenc -days 30 -keyout /etc/lab.key -out /etc/lab.crt -subj /CN=mail.example.org 2>/dev/null
  cat /etc/lab.key /etc/lab.crt >/etc/lab.pem
  chmod 600 /etc/lab.key /etc/lab.pem`;

/** As inetd would start it. */
function perConnection(port: number, program: string): Pick<BesideServer, 'command' | 'args' | 'ports'> {
  const listening = [`TCP6-LISTEN:${port},ipv6only=0,fork,reuseaddr`, `EXEC:${program},nofork`];
  return { command: 'socat', args: listening, ports: [port] };
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

const ftpServers: readonly BesideServer[] = [
  {
    name: 'proftpd',
    command: 'proftpd',
    args: ['-n', '-c', '/etc/proftpd/lab.conf'],
    ports: [21],
    users: ['proftpd'],
    files: {
      'etc/proftpd/lab.conf': lines(
        ...[
          'ServerName "Debian"',
          'ServerType standalone',
          'DefaultServer on',
          'Port 21',
          'User nobody',
          'Group nogroup',
        ],
        ...['ModulePath /usr/lib/proftpd', 'LoadModule mod_tls.c', 'TLSEngine on'],
        ...['TLSRSACertificateFile /etc/lab.crt', 'TLSRSACertificateKeyFile /etc/lab.key'],
      ),
    },
    setUp: `${certificate}\nmkdir -p /run/proftpd`,
  },
  {
    name: 'pure-ftpd',
    command: 'pure-ftpd',
    args: ['-S', '21', '-Y', '1', '-E'],
    ports: [21],
    users: ['ftp'],
    setUp: `${certificate}\nmkdir -p /etc/ssl/private && cp -p /etc/lab.pem /etc/ssl/private/pure-ftpd.pem`,
  },
  { name: 'inetutils-ftpd', ...perConnection(21, '/usr/sbin/ftpd') },
  { name: 'ftpd-ssl', ...perConnection(21, '/usr/sbin/in.ftpd') },
];

const mailTransferAgents: readonly BesideServer[] = [
  {
    name: 'exim4',
    command: 'exim4',
    args: ['-bdf', '-C', '/etc/exim4/lab.conf'],
    ports: [25, 465],
    users: ['Debian-exim'],
    files: {
      'etc/exim4/lab.conf': lines(
        ...['primary_hostname = mail.example.org', 'exim_user = Debian-exim', 'exim_group = Debian-exim'],
        ...['daemon_smtp_ports = 25 : 465', 'tls_on_connect_ports = 465', 'tls_advertise_hosts = *'],
        ...['tls_certificate = /etc/lab.crt', 'tls_privatekey = /etc/lab.key', 'keep_environment ='],
        ...['log_file_path = syslog', 'log_selector = +smtp_connection +smtp_no_mail +smtp_syntax_error'],
      ),
    },
    setUp: `${certificate}
      mkdir -p /var/spool/exim4 /run/exim4
      chown Debian-exim: /var/spool/exim4 /run/exim4 /etc/lab.key`,
  },
  {
    name: 'sendmail',
    command: '/usr/libexec/sendmail/sendmail',
    args: ['-bD', '-C/etc/mail/lab.cf'],
    ports: [25],
    users: ['smmta', 'smmsp'],
    files: {
      'etc/mail/lab.mc': lines(
        ...["define(`_CF_DIR_', `/usr/share/sendmail/cf/')", "include(`/usr/share/sendmail/cf/m4/cf.m4')"],
        ...["OSTYPE(`debian')", "define(`confDOMAIN_NAME', `mail.example.org')"],
        ...["define(`confSERVER_CERT', `/etc/lab.crt')", "define(`confSERVER_KEY', `/etc/lab.key')"],
        ...["define(`confCACERT', `/etc/lab.crt')", "define(`confCACERT_PATH', `/etc/ssl/certs')"],
        ...["FEATURE(`no_default_msa')", "DAEMON_OPTIONS(`Family=inet, Name=MTA, Port=25')"],
        ...["MAILER(`local')", "MAILER(`smtp')"],
      ),
    },
    setUp: `${certificate}
      mkdir -p /var/spool/mqueue /run/sendmail/mta /var/lib/sendmail/host_status
      chmod 700 /var/spool/mqueue
      m4 /etc/mail/lab.mc >/etc/mail/lab.cf`,
  },
  {
    name: 'opensmtpd',
    command: 'smtpd',
    args: ['-d', '-f', '/etc/lab.conf'],
    ports: [25],
    users: ['opensmtpd', 'opensmtpq'],
    files: {
      'etc/lab.conf': lines(
        ...['listen on 0.0.0.0 port 25 hostname mail.example.org', 'action "relay" relay'],
        'match from any for domain "example.org" action "relay"',
      ),
    },
    setUp: 'mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty && chmod 711 /var/spool/smtpd',
  },
];

const [tcpd, login] = ['/usr/sbin/couriertcpd -address=0 -nodnslookup -noidentlookup', '/usr/lib/courier/courier'];

const mailboxServers: readonly BesideServer[] = [
  {
    name: 'courier',
    command: 'sh',
    args: [
      '-c',
      `set -a
      . /etc/courier/imapd; . /etc/courier/imapd-ssl; . /etc/courier/pop3d; . /etc/courier/pop3d-ssl; . /etc/courier/esmtpd
      IMAP_STARTTLS=YES POP3_STARTTLS=YES ESMTP_USE_STARTTLS=1 TLS_CERTFILE=/etc/lab.pem
      unset TLS_CACHEFILE
      ${tcpd} 143 ${login}/imaplogin /usr/bin/imapd Maildir &
      ${tcpd} 110 ${login}/courierpop3login ${login}/courierpop3d Maildir &
      IMAP_TLS=1 ${tcpd} 993 /usr/bin/couriertls -server -tcpd ${login}/imaplogin /usr/bin/imapd Maildir &
      POP3_TLS=1 ${tcpd} 995 /usr/bin/couriertls -server -tcpd ${login}/courierpop3login ${login}/courierpop3d Maildir &
      exec ${tcpd} -user=courier 25 ${login}/modules/esmtp/courieresmtpd`,
    ],
    ports: [25, 110, 143, 993, 995],
    users: ['courier'],
    setUp: `${certificate}
      mkdir -p /run/courier/authdaemon
      chown -R courier: /etc/lab.pem /var/lib/courier /run/courier
      echo mail.example.org >/etc/courier/me`,
  },
  {
    name: 'cyrus',
    command: '/usr/lib/cyrus/bin/master',
    args: ['-D', '-C', '/etc/imapd.conf', '-M', '/etc/cyrus.conf'],
    ports: [24, 110, 119, 143, 993, 4190],
    users: ['cyrus'],
    files: {
      'etc/cyrus.conf': lines(
        ...['START {', 'recover cmd="/usr/sbin/cyrus ctl_cyrusdb -r"', '}', 'SERVICES {'],
        ...['imap cmd="imapd" listen="143"', 'imaps cmd="imapd -s" listen="993"', 'pop3 cmd="pop3d" listen="110"'],
        ...['nntp cmd="nntpd" listen="119"', 'lmtp cmd="lmtpd -a" listen="24"', 'sieve cmd="timsieved" listen="4190"'],
        ...['}', 'EVENTS {', '}'],
      ),
      'etc/imapd.conf': lines(
        ...['configdirectory: /var/lib/cyrus', 'proc_path: /run/cyrus/proc', 'mboxname_lockpath: /run/cyrus/lock'],
        ...['defaultpartition: default', 'partition-default: /var/spool/cyrus/mail', 'newsspool: /var/spool/news'],
        ...['sievedir: /var/spool/sieve', 'servername: mail.example.org', 'sasl_pwcheck_method: auxprop'],
        ...['tls_server_cert: /etc/lab.crt', 'tls_server_key: /etc/lab.key', 'syslog_prefix: cyrus'],
      ),
    },
    setUp: `${certificate}
      mkdir -p /var/lib/cyrus/db /var/lib/cyrus/socket /var/spool/cyrus/mail /var/spool/sieve /var/spool/news /run/cyrus/proc /run/cyrus/lock
      chown -R cyrus: /etc/lab.key /var/lib/cyrus /var/spool/cyrus /var/spool/sieve /run/cyrus`,
  },
  {
    name: 'mailutils',
    command: 'sh',
    args: ['-c', 'imap4d --daemon=5 --foreground & exec pop3d --daemon=5 --foreground'],
    ports: [110, 143],
  },
  {
    name: 'perdition',
    command: 'sh',
    args: [
      '-c',
      'perdition.imap4 --no_daemon -p 143 -s 127.0.0.1 & exec perdition.pop3 --no_daemon -p 110 -s 127.0.0.1',
    ],
    ports: [110, 143],
    users: ['perdition'],
  },
  { name: 'popa3d', ...perConnection(110, '/usr/sbin/popa3d'), users: ['popa3d'] },
  { name: 'solid-pop3d', ...perConnection(110, '/usr/sbin/solid-pop3d'), users: ['spop3d'] },
];

const newsServers: readonly BesideServer[] = [
  {
    name: 'inn2',
    command: '/usr/lib/news/bin/nnrpd',
    args: ['-D', '-f', '-p', '119'],
    ports: [119],
    users: ['news'],
    files: {
      'etc/news/inn.conf': lines(
        ...['mta: "/bin/true %s"', 'hismethod: hisv6', 'ovmethod: tradindexed', 'pathhost: news.example.org'],
        ...['domain: example.org', 'pathnews: /usr/lib/news', 'pathdb: /var/lib/news', 'pathlog: /var/log/news'],
        ...['pathrun: /run/news', 'pathspool: /var/spool/news', 'pathtmp: /var/lib/news', 'pathetc: /etc/news'],
        // Elsewhere it turns people away while the machine is busy.
        'nnrpdloadlimit: 0',
      ),
      'etc/news/readers.conf': lines(
        ...['auth "all" {', 'hosts: "*"', 'default: "<anonymous>"', '}'],
        ...['access "all" {', 'users: "*"', 'newsgroups: "*"', 'access: R', '}'],
      ),
    },
    setUp: `
      mkdir -p /var/lib/news /run/news /var/spool/news/overview /var/log/news
      echo "lab.test 0000000000 0000000001 y" >/var/lib/news/active
      touch /var/lib/news/active.times /var/lib/news/newsgroups /var/lib/news/history /var/spool/news/overview/group.index
      chown -R news /var/lib/news /run/news /var/spool/news /var/log/news
      setpriv --reuid news --regid news --clear-groups /usr/lib/news/bin/makedbz -i -o`,
  },
  {
    name: 'leafnode',
    ...perConnection(119, '/usr/sbin/leafnode'),
    users: ['news'],
    files: { 'etc/news/leafnode/config': lines('server = news.example.org', 'expire = 20') },
    setUp: `
      chgrp -R news /etc/news/leafnode
      cd /var/spool/news
      mkdir -p failed.postings interesting.groups leaf.node message.id out.going temp.files
      chown -R news:news .`,
  },
];

/** Servers that Debian does not let be installed together, set up as its packages would as far as a stranger notices. */
export const besideServers: readonly BesideServer[] = [
  ...ftpServers,
  ...mailTransferAgents,
  ...mailboxServers,
  ...newsServers,
];
