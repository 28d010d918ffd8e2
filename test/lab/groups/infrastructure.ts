import { startGitDaemon } from '../daemons/git.js';
import { startKerberos } from '../daemons/kerberos.js';
import { type nameServers, startNameServer } from '../daemons/name-servers.js';
import { startNbdkit } from '../daemons/nbdkit.js';
import { startMountd, startRpcbind } from '../daemons/rpcbind.js';
import { startRsync } from '../daemons/rsync.js';
import { startSamba } from '../daemons/samba.js';
import { startSlapd } from '../daemons/slapd.js';
import { startSvnserve } from '../daemons/subversion.js';
import { startTgt } from '../daemons/tgt.js';
import { type InetService, startXinetd } from '../daemons/xinetd.js';
import { hostAddresses } from '../lab.js';
import type { LabDaemon, Proof } from './lab-daemon.js';

/** One server that xinetd starts for each connection, or one of its own. */
function behindXinetd(name: string, from: string, service: InetService, proof: Omit<Proof, 'port'>): LabDaemon {
  return {
    name,
    package: from,
    proves: [{ port: service.port, ...proof }],
    start: (namespace, directory) => startXinetd(namespace, directory, [service]),
  };
}

/** Files, directories, tickets, and the small services of old. */
export const infrastructure: readonly LabDaemon[] = [
  {
    name: 'git daemon',
    package: 'git',
    proves: [{ port: 9418, name: 'git' }],
    start: startGitDaemon,
  },
  {
    name: 'MIT Kerberos',
    package: 'krb5-kdc',
    proves: [
      { port: 88, name: 'kerberos', alsoCalled: ['kerberos-sec'] },
      { port: 464, name: 'kpasswd', alsoCalled: ['kpasswd5'] },
      { port: 749, name: 'kerberos-adm', alsoCalled: ['rpcbind', 'kadmin'] },
    ],
    start: startKerberos,
  },
  {
    name: 'nbdkit',
    package: 'nbdkit',
    proves: [{ port: 10809, name: 'nbd' }],
    start: (namespace, directory) => startNbdkit(namespace, directory, 10809),
  },
  {
    name: 'OpenLDAP',
    package: 'slapd',
    proves: [{ port: 389, name: 'ldap', product: /OpenLDAP/ }],
    start: startSlapd,
  },
  {
    name: 'rpcbind and mountd',
    package: 'nfs-kernel-server',
    proves: [
      { port: 111, name: 'sunrpc', alsoCalled: ['rpcbind'] },
      { port: 20048, name: 'mountd' },
    ],
    async start(namespace, directory) {
      await startRpcbind(namespace, directory);
      await startMountd(namespace, directory);
    },
  },
  {
    name: 'rsync',
    package: 'rsync',
    proves: [{ port: 873, name: 'rsync' }],
    start: (namespace, directory) => startRsync(namespace, directory, 873),
  },
  {
    name: 'Samba',
    package: 'samba',
    proves: [
      { port: 139, name: 'netbios-ssn' },
      { port: 445, name: 'microsoft-ds', product: /Samba/, alsoCalled: ['netbios-ssn'] },
    ],
    start: startSamba,
  },
  {
    name: 'svnserve',
    package: 'subversion',
    proves: [{ port: 3690, name: 'svn', alsoCalled: ['svnserve'] }],
    start: (namespace, directory) => startSvnserve(namespace, directory, 3690),
  },
  {
    name: 'tgt',
    package: 'tgt',
    proves: [{ port: 3260, name: 'iscsi-target', alsoCalled: ['iscsi'] }],
    start: startTgt,
  },
  behindXinetd('chargen', 'xinetd', { port: 19, internal: 'chargen' }, { name: 'chargen' }),
  behindXinetd(
    'cvs',
    'cvs',
    { port: 2401, program: 'cvs', args: ['--allow-root=/nonexistent', 'pserver'] },
    { name: 'cvspserver' },
  ),
  behindXinetd('daytime', 'xinetd', { port: 13, internal: 'daytime' }, { name: 'daytime' }),
  behindXinetd('echo', 'xinetd', { port: 7, internal: 'echo' }, { name: 'echo' }),
  behindXinetd('fingerd', 'fingerd', { port: 79, program: 'in.fingerd', args: [] }, { name: 'finger' }),
  behindXinetd(
    'Gophernicus',
    'gophernicus',
    { port: 70, program: 'gophernicus', args: ['-h', 'offsite7.example.org', '-r', '/usr/share/doc/gophernicus'] },
    { name: 'gopher', product: /Gophernicus/, tellsVersion: true },
  ),
  behindXinetd('ident2', 'ident2', { port: 113, program: 'ident2', args: ['-i'] }, { name: 'ident' }),
  behindXinetd('systat', 'procps', { port: 11, program: 'ps', args: ['-aux'] }, { name: 'systat' }),
  behindXinetd('time', 'xinetd', { port: 37, internal: 'time' }, { name: 'time' }),
];

const nameServerProducts: Readonly<Record<keyof typeof nameServers, RegExp>> = {
  'dnsmasq-base': /dnsmasq/i,
  knot: /Knot/,
  nsd: /NSD/,
  'pdns-recursor': /PowerDNS/,
  unbound: /Unbound/i,
};

/** Each for itself: all of them want the same port. */
export const otherNameServers: readonly LabDaemon[] = (
  ['dnsmasq-base', 'knot', 'nsd', 'pdns-recursor', 'unbound'] as const
).map((which) => ({
  name: which,
  package: which,
  proves: [{ port: 53, name: 'domain', product: nameServerProducts[which], tellsVersion: true }],
  start: (namespace, directory) => startNameServer(namespace, directory, which, hostAddresses[4]),
}));
