import type { ServiceRemedies } from './remedy.js';

export const mailRemedies: readonly ServiceRemedies[] = [
  {
    services: ['smtp', 'submission', 'smtps'],
    risk: 'medium',
    remedies: [
      {
        product: 'Postfix',
        // What `ss` shows is the master process, for all of its ports.
        processes: ['master', 'smtpd'],
        effect: 'bind',
        setting: 'inet_interfaces = loopback-only',
        files: { debian: '/etc/postfix/main.cf', rhel: '/etc/postfix/main.cf' },
        restart: { debian: 'systemctl restart postfix', rhel: 'systemctl restart postfix' },
        beware: 'a reload is not enough, and a service with an address of its own in master.cf keeps it',
        check: 'postconf inet_interfaces',
        ipv6: 'the loopback addresses of both families are bound, as far as inet_protocols has them',
        source: 'https://www.postfix.org/postconf.5.html#inet_interfaces',
      },
      {
        product: 'Exim',
        processes: ['exim4', 'exim'],
        effect: 'bind',
        setting: "local_interfaces = <; 127.0.0.1 ; ::1 (Debian: dc_local_interfaces='127.0.0.1 ; ::1')",
        files: { debian: '/etc/exim4/update-exim4.conf.conf', rhel: '/etc/exim/exim.conf' },
        restart: { debian: 'update-exim4.conf, systemctl restart exim4', rhel: 'systemctl restart exim' },
        check: 'exim -bP local_interfaces',
        ipv6: 'one loopback address of each family is bound; the default is every address of both',
        source:
          'https://www.exim.org/exim-html-current/doc/html/spec_html/ch-starting_the_daemon_and_the_use_of_network_interfaces.html',
      },
    ],
  },
  {
    services: ['imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'lmtp'],
    risk: 'medium',
    remedies: [
      {
        product: 'Dovecot',
        processes: ['dovecot', 'imap-login', 'pop3-login', 'managesieve-login', 'lmtp'],
        effect: 'bind',
        setting: 'listen = 127.0.0.1, ::1',
        files: { debian: '/etc/dovecot/dovecot.conf', rhel: '/etc/dovecot/dovecot.conf' },
        restart: { debian: 'systemctl restart dovecot', rhel: 'systemctl restart dovecot' },
        beware: 'an inet_listener with an address of its own keeps it',
        socketUnits: ['dovecot.socket'],
        check: 'doveconf listen',
        ipv6: 'both loopback addresses are bound; the default is every address of both families',
        source: 'https://doc.dovecot.org/2.3/settings/core/',
      },
    ],
  },
];
