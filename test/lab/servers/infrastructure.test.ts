import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startDaemon } from '../daemon.js';
import { findProgram } from '../command.js';
import { startGitDaemon } from '../daemons/git.js';
import { realm, startKerberos } from '../daemons/kerberos.js';
import { type nameServers, startNameServer } from '../daemons/name-servers.js';
import { startNbdkit } from '../daemons/nbdkit.js';
import { startMountd, startRpcbind } from '../daemons/rpcbind.js';
import { startRsync } from '../daemons/rsync.js';
import { computerName, startSamba } from '../daemons/samba.js';
import { directorySuffix, startSlapd } from '../daemons/slapd.js';
import { startSvnserve } from '../daemons/subversion.js';
import { startTgt } from '../daemons/tgt.js';
import { type InetService, startXinetd } from '../daemons/xinetd.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

const programs = [
  ...[
    'rsync',
    'svnserve',
    'git',
    'nbdkit',
    'slapd',
    'krb5kdc',
    'kadmind',
    'kdb5_util',
    'smbd',
    'rpcbind',
    'rpc.mountd',
    'tgtd',
    'tgtadm',
  ],
  ...['xinetd', 'cvs', 'in.fingerd', 'ident2', 'gophernicus', 'unbound', 'dnsmasq', 'knotd', 'nsd', 'pdns_recursor'],
];
const absent = programs.filter((program) => findProgram(program) === undefined);
const lacks = absent.length === 0 ? undefined : `these servers are not installed: ${absent.join(', ')}`;

/** A port whose number suggests nothing. */
const unusual = { rsync: 40_873, svn: 40_690, nbd: 40_809, chargen: 40_019 };

const inetServices: readonly InetService[] = [
  { port: 7, internal: 'echo' },
  { port: 9, internal: 'discard' },
  { port: 13, internal: 'daytime' },
  { port: 19, internal: 'chargen' },
  { port: unusual.chargen, internal: 'chargen' },
  { port: 37, internal: 'time' },
  { port: 11, program: 'ps', args: ['-aux'] },
  { port: 70, program: 'gophernicus', args: ['-h', 'offsite7.example.org', '-r', '/usr/share/doc/gophernicus'] },
  { port: 79, program: 'in.fingerd', args: [] },
  { port: 113, program: 'ident2', args: ['-i'] },
  { port: 2401, program: 'cvs', args: ['--allow-root=/nonexistent', 'pserver'] },
];

interface Expectation {
  readonly name: string;
  readonly product?: string;
  /** The package whose version it tells; absent where it tells none to strangers. */
  readonly versionOf?: string;
  readonly extraInfo?: RegExp;
  /** Known by its port alone. */
  readonly guessed?: true;
}

const expectations: Readonly<Record<number, Expectation>> = {
  7: { name: 'echo' },
  9: { name: 'discard', guessed: true },
  11: { name: 'systat' },
  13: { name: 'daytime' },
  19: { name: 'chargen' },
  37: { name: 'time' },
  70: { name: 'gopher', product: 'Gophernicus', versionOf: 'gophernicus' },
  79: { name: 'finger' },
  88: { name: 'kerberos', extraInfo: new RegExp(`^realm ${realm}$`) },
  111: { name: 'sunrpc', extraInfo: /^portmapper 2 to 4 on 111; mountd 1 to 3 on 20048$/ },
  113: { name: 'ident' },
  139: { name: 'netbios-ssn', extraInfo: /SMB 2 or 3; signing not required/ },
  389: { name: 'ldap', product: 'OpenLDAP', extraInfo: new RegExp(`^${directorySuffix}$`) },
  445: {
    name: 'microsoft-ds',
    product: 'Samba',
    extraInfo: new RegExp(`^SMB 3\\.1\\.1; signing not required; computer ${computerName};`),
  },
  464: { name: 'kpasswd', extraInfo: new RegExp(`^realm ${realm}$`) },
  749: { name: 'kerberos-adm', extraInfo: /^version 2$/ },
  873: { name: 'rsync', extraInfo: /^protocol 3[0-9.]+; modules backup$/ },
  2401: { name: 'cvspserver' },
  3260: { name: 'iscsi-target', extraInfo: /^AuthMethod=None$/ },
  3690: { name: 'svn', extraInfo: /^protocol 2$/ },
  9418: { name: 'git', extraInfo: /not exported/ },
  10809: { name: 'nbd', extraInfo: /^fixed newstyle$/ },
  20048: { name: 'mountd', extraInfo: /^version 3$/ },
  [unusual.rsync]: { name: 'rsync', extraInfo: /; modules backup$/ },
  [unusual.svn]: { name: 'svn' },
  [unusual.nbd]: { name: 'nbd' },
  [unusual.chargen]: { name: 'chargen' },
};

const nameServerProducts: Readonly<Record<keyof typeof nameServers, string>> = {
  unbound: 'Unbound',
  'dnsmasq-base': 'dnsmasq',
  knot: 'Knot DNS',
  nsd: 'NSD',
  'pdns-recursor': 'PowerDNS Recursor',
};

t.test('the servers of an infrastructure, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const { kdc } = await startKerberos(host, lab.directory('kerberos'));
  const directory = await startSlapd(host, lab.directory('slapd'));
  const samba = await startSamba(host, lab.directory('samba'));
  await startRpcbind(host, lab.directory('rpcbind'));
  await startMountd(host, lab.directory('mountd'));
  await startTgt(host, lab.directory('tgt'));
  await startRsync(host, lab.directory('rsync'), 873);
  await startRsync(host, lab.directory('rsync-unusual'), unusual.rsync);
  await startSvnserve(host, lab.directory('svn'), 3690);
  await startSvnserve(host, lab.directory('svn-unusual'), unusual.svn);
  await startGitDaemon(host, lab.directory('git'));
  await startNbdkit(host, lab.directory('nbd'), 10809);
  await startNbdkit(host, lab.directory('nbd-unusual'), unusual.nbd);
  await startXinetd(host, lab.directory('xinetd'), inetServices);
  const address = hostAddresses[4];
  const ports = Object.keys(expectations);
  const { snapshot } = await scanJson(outside, [address, '-p', ports.join(), '--no-policy']);

  t.same(
    snapshot.open.map(({ port }) => String(port)),
    ports,
    'all of them are open',
  );
  for (const [port, { name, product, versionOf, extraInfo, guessed }] of Object.entries(expectations)) {
    const service = snapshot.open.find((entry) => String(entry.port) === port)?.service;
    const told = `${port}: ${JSON.stringify(service)}`;
    t.equal(service?.name, name, told);
    t.equal(service?.method, guessed === true ? 'table' : 'probed', told);
    t.equal(service?.product, product, told);
    t.equal(service?.version, versionOf === undefined ? undefined : upstreamVersion(versionOf), told);
    if (extraInfo !== undefined) t.match(service?.extraInfo, extraInfo, told);
  }
  t.equal(kdc.log().match(/CLIENT_NOT_FOUND|AS_REQ/g), null, 'nobody asked for a ticket');
  t.equal(directory.log().match(/ BIND /g), null, 'nobody tried to log in to the directory');
  t.match(directory.log(), / STARTTLS[^]* UNBIND/, 'and it was left in order, inside TLS');
  const { tls } = snapshot.open.find(({ port }) => port === 389) ?? {};
  t.match(tls, { startTls: true, certificate: { sans: ['directory.example.org'] } });
  t.equal(samba.log().match(/LOGON|NT_STATUS_(?:WRONG|LOGON|ACCESS)/g), null, 'nor to the file server');
});

t.test('what a printer and a controller get to read', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const address = hostAddresses[4];
  const received = new Map<number, () => string>();
  for (const port of [9100, 515, 502]) {
    const directory = lab.directory(`listener-${port}`);
    const spool = join(directory, 'spool');
    writeFileSync(spool, '');
    const args = ['-u', `TCP-LISTEN:${port},fork,reuseaddr`, `OPEN:${spool},append`];
    await startDaemon(host, { command: 'socat', args, directory, ports: [port] });
    received.set(port, () => readFileSync(spool, 'latin1'));
  }
  const flags = [address, '-p', [...received.keys()].join(), '--no-policy'];
  const scanned = await scanJson(outside, flags);
  t.equal(scanned.snapshot.open.length, received.size);
  for (const [port, read] of received) t.equal(read(), '', `${port}: not a byte`);
  await scanJson(outside, [...flags, '--probe-ics']);
  t.equal(received.get(9100)?.(), '', 'a printer prints it whoever asks');
  t.equal(received.get(515)?.(), '');
  t.match(received.get(502)?.(), /\x2b\x0e\x01\x00/, 'the identification of a controller is asked for');
});

t.test('name servers tell what they are', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const versions = new Map<string, keyof typeof nameServers>();
  for (const [index, which] of (['unbound', 'dnsmasq-base', 'knot', 'nsd', 'pdns-recursor'] as const).entries()) {
    const address = `198.51.100.${20 + index}`;
    host.ip('address', 'add', `${address}/24`, 'dev', 'eth0');
    await startNameServer(host, lab.directory(which), which, address);
    versions.set(address, which);
  }
  const { snapshot } = await scanJson(outside, [...versions.keys(), '-p', '53', '--no-policy']);
  for (const [address, which] of versions) {
    const service = snapshot.open.find((entry) => entry.address === address)?.service;
    const told = `${which}: ${JSON.stringify(service)}`;
    t.match(service, { name: 'domain', product: nameServerProducts[which], method: 'probed' }, told);
    t.ok(upstreamVersion(which).startsWith(service?.version ?? 'none'), told);
  }
});
