import { startBeside } from '../beside.js';
import { besideServers } from '../daemons/beside-servers.js';
import { startDovecotDelivery } from '../daemons/dovecot-delivery.js';
import { startInspircd } from '../daemons/inspircd.js';
import { startKamailio } from '../daemons/kamailio.js';
import { startNgircd } from '../daemons/ngircd.js';
import { startProsody } from '../daemons/prosody.js';
import { startAiosmtpd, startPyftpdlib } from '../daemons/python-servers.js';
import type { LabDaemon, Proof } from './lab-daemon.js';

/** Servers of mail and messages that run side by side. */
export const mail: readonly LabDaemon[] = [
  {
    name: 'aiosmtpd',
    package: 'python3-aiosmtpd',
    proves: [{ port: 40_025, name: 'smtp', product: /aiosmtpd|Python SMTP/i, tellsVersion: true }],
    start: (namespace, directory) => startAiosmtpd(namespace, directory, 40_025),
  },
  {
    name: 'Dovecot LMTP and Pigeonhole',
    package: 'dovecot-managesieved',
    proves: [
      { port: 24, name: 'lmtp', product: /Dovecot/ },
      { port: 4190, name: 'sieve', product: /Dovecot|Pigeonhole/ },
    ],
    start: (namespace, directory) => startDovecotDelivery(namespace, directory, { lmtp: [24], sieve: [4190] }),
  },
  {
    name: 'InspIRCd',
    package: 'inspircd',
    proves: [{ port: 46_667, name: 'ircu', alsoCalled: ['irc'] }],
    start: (namespace, directory) => startInspircd(namespace, directory, 46_667),
  },
  {
    name: 'Kamailio',
    package: 'kamailio',
    proves: [{ port: 5060, name: 'sip', product: /kamailio/i, tellsVersion: true }],
    start: (namespace, directory) => startKamailio(namespace, directory, [5060]),
  },
  {
    name: 'ngIRCd',
    package: 'ngircd',
    proves: [{ port: 6667, name: 'ircu', alsoCalled: ['irc'] }],
    start: (namespace, directory) => startNgircd(namespace, directory, 6667),
  },
  {
    name: 'Prosody',
    package: 'prosody',
    proves: [
      { port: 5222, name: 'xmpp-client', alsoCalled: ['jabber', 'xmpp'] },
      { port: 5269, name: 'xmpp-server', alsoCalled: ['jabber', 'xmpp'] },
    ],
    start: (namespace, directory) => startProsody(namespace, directory, { clients: 5222, servers: 5269 }),
  },
  {
    name: 'pyftpdlib',
    package: 'python3-pyftpdlib',
    proves: [{ port: 40_021, name: 'ftp', product: /pyftpdlib/, tellsVersion: true }],
    start: (namespace, directory) => startPyftpdlib(namespace, directory, 40_021),
  },
];

/** What the servers that cannot be installed together prove, by their directories. */
const besideProofs: Readonly<Record<string, { readonly package: string; readonly proves: readonly Proof[] }>> = {
  courier: {
    package: 'courier-imap',
    proves: [
      { port: 25, name: 'smtp' },
      { port: 110, name: 'pop3', product: /Courier/ },
      { port: 143, name: 'imap', product: /Courier/ },
      { port: 993, name: 'imaps', product: /Courier/, tunnel: 'tls' },
      { port: 995, name: 'pop3s', product: /Courier/, tunnel: 'tls' },
    ],
  },
  cyrus: {
    package: 'cyrus-imapd',
    proves: [
      { port: 24, name: 'lmtp', product: /Cyrus/, tellsVersion: true },
      { port: 110, name: 'pop3', product: /Cyrus/, tellsVersion: true },
      { port: 119, name: 'nntp', product: /Cyrus/, tellsVersion: true },
      { port: 143, name: 'imap', product: /Cyrus/, tellsVersion: true },
      { port: 993, name: 'imaps', product: /Cyrus/, tellsVersion: true, tunnel: 'tls' },
      { port: 4190, name: 'sieve', product: /Cyrus/, tellsVersion: true },
    ],
  },
  exim4: {
    package: 'exim4-daemon-light',
    proves: [
      { port: 25, name: 'smtp', product: /Exim/, tellsVersion: true },
      { port: 465, name: 'smtps', product: /Exim/, tellsVersion: true, tunnel: 'tls' },
    ],
  },
  'ftpd-ssl': { package: 'ftpd-ssl', proves: [{ port: 21, name: 'ftp', product: /Linux.ftpd/i, tellsVersion: true }] },
  'inetutils-ftpd': {
    package: 'inetutils-ftpd',
    proves: [{ port: 21, name: 'ftp', product: /inetutils/i, tellsVersion: true }],
  },
  inn2: { package: 'inn2', proves: [{ port: 119, name: 'nntp', product: /INN|InterNetNews/, tellsVersion: true }] },
  leafnode: { package: 'leafnode', proves: [{ port: 119, name: 'nntp', product: /Leafnode/ }] },
  mailutils: {
    package: 'mailutils-pop3d',
    proves: [
      { port: 110, name: 'pop3' },
      { port: 143, name: 'imap' },
    ],
  },
  opensmtpd: { package: 'opensmtpd', proves: [{ port: 25, name: 'smtp', product: /OpenSMTPD/ }] },
  perdition: {
    package: 'perdition',
    proves: [
      { port: 110, name: 'pop3', product: /Perdition/i },
      { port: 143, name: 'imap', product: /Perdition/i },
    ],
  },
  popa3d: { package: 'popa3d', proves: [{ port: 110, name: 'pop3' }] },
  proftpd: { package: 'proftpd-core', proves: [{ port: 21, name: 'ftp', product: /ProFTPD/ }] },
  'pure-ftpd': { package: 'pure-ftpd', proves: [{ port: 21, name: 'ftp', product: /Pure-?FTPd/i }] },
  sendmail: { package: 'sendmail-bin', proves: [{ port: 25, name: 'smtp', product: /Sendmail/i, tellsVersion: true }] },
  'solid-pop3d': { package: 'solid-pop3d', proves: [{ port: 110, name: 'pop3', product: /Solid/i }] },
};

/** Each for itself: they want the same ports. */
export const unpacked: readonly LabDaemon[] = besideServers.flatMap((server) => {
  const known = besideProofs[server.name];
  if (known === undefined) return [];
  return [
    { ...known, name: server.name, start: (namespace, directory) => startBeside(namespace, { ...server, directory }) },
  ];
});
