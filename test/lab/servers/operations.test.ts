import t from 'tap';
import { findProgram } from '../command.js';
import {
  startEndpointMapper,
  startGarbd,
  startGlusterd,
  startLibvirtd,
  startQnetd,
  startUsbipd,
} from '../daemons/clusters.js';
import { startCoturn, startLcdProc, startLircd, startRtmp, startSaned } from '../daemons/media.js';
import {
  startClamd,
  startDictd,
  startFrr,
  startIperf3,
  startNsca,
  startOpenVpnManagement,
  startPoppassd,
  startRrdcached,
  startSpamd,
  startSphinx,
  startVarnishCli,
} from '../daemons/operations.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  /** Absent where the bytes prove none. */
  readonly product?: string;
  /** The package whose version it tells; absent where it tells none to strangers. */
  readonly versionOf?: string;
  readonly extraInfo?: string;
}

/** A port whose number suggests nothing. */
const unusual = {
  dict: 40_628,
  varnish: 40_082,
  galera: 40_567,
  lcdproc: 40_666,
  lirc: 40_765,
  rrdcached: 40_217,
  spamd: 40_783,
} as const;

const sphinx = {
  name: 'sphinxql',
  product: 'Sphinx',
  versionOf: 'sphinxsearch',
  extraInfo: 'id64-release; protocol 10',
};

const expectations: readonly Expectation[] = [
  { port: 106, name: 'poppassd', product: 'poppassd', versionOf: 'poppassd' },
  { port: 135, name: 'epmap', extraInfo: 'DCE/RPC' },
  { port: 783, name: 'spamassassin', product: 'SpamAssassin spamd' },
  { port: 1935, name: 'rtmp' },
  { port: 2616, name: 'telnet', product: 'FRRouting', versionOf: 'frr' },
  { port: 2628, name: 'dict', product: 'dictd', versionOf: 'dictd' },
  { port: 3240, name: 'usbip', extraInfo: 'no devices' },
  { port: 3310, name: 'clamd', product: 'ClamAV', versionOf: 'clamav-daemon' },
  { port: 3478, name: 'stun', product: 'Coturn', versionOf: 'coturn' },
  { port: 4567, name: 'galera', product: 'Galera Cluster' },
  { port: 5201, name: 'iperf3', product: 'iperf3' },
  { port: 5403, name: 'corosync-qnetd', product: 'Corosync qnetd', extraInfo: 'TLS not supported' },
  { port: 5667, name: 'nsca', product: 'NSCA' },
  { port: 6082, name: 'varnish-cli', product: 'Varnish', extraInfo: 'asks for a secret' },
  { port: 6566, name: 'sane-port', extraInfo: 'protocol 3' },
  {
    port: 7505,
    name: 'openvpn-management',
    product: 'OpenVPN',
    extraInfo: 'management interface 5, answers without authentication',
  },
  { port: 8765, name: 'lirc', product: 'LIRC', versionOf: 'lirc' },
  { port: 9312, name: 'sphinxapi' },
  { port: 9313, ...sphinx },
  { port: 13666, name: 'lcdproc', product: 'LCDproc', versionOf: 'lcdproc' },
  { port: 16509, name: 'libvirt', product: 'libvirt', extraInfo: 'authentication: none' },
  { port: 24007, name: 'glusterd', product: 'GlusterFS' },
  { port: 42217, name: 'rrdcached', product: 'RRDCacheD' },
  {
    port: unusual.varnish,
    name: 'varnish-cli',
    product: 'Varnish',
    versionOf: 'varnish',
    extraInfo: 'answers without authentication',
  },
  { port: unusual.rrdcached, name: 'rrdcached', product: 'RRDCacheD' },
  { port: unusual.galera, name: 'galera', product: 'Galera Cluster' },
  { port: unusual.dict, name: 'dict', product: 'dictd', versionOf: 'dictd' },
  { port: unusual.lcdproc, name: 'lcdproc', product: 'LCDproc', versionOf: 'lcdproc' },
  { port: unusual.lirc, name: 'lirc', product: 'LIRC', versionOf: 'lirc' },
  { port: unusual.spamd, name: 'spamassassin', product: 'SpamAssassin spamd' },
];

const needed = [
  ...['garbd', 'glusterd', 'libvirtd', 'corosync-qnetd', 'usbipd', 'smbd', 'nginx', 'turnserver', 'saned', 'LCDd'],
  ...['lircd', 'dictd', 'nsca', 'clamd', 'spamd', 'rrdcached', 'iperf3', 'poppassd', 'searchd', 'varnishd'],
  ...['openvpn', 'socat', '/usr/lib/frr/staticd', '/usr/lib/nginx/modules/ngx_rtmp_module.so'],
];
const absent = needed.filter((program) => findProgram(program) === undefined);
const lacks = absent.length > 0 ? `this needs programs that are not installed: ${absent.join(', ')}` : undefined;

t.test('servers of clusters, media and everyday operations, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const directory = (name: string) => lab.directory(name);
  await Promise.all([
    startEndpointMapper(host, directory('samba')),
    startGarbd(host, directory('garbd'), 4567),
    startGarbd(host, directory('garbd-unusual'), unusual.galera),
    startGlusterd(host, directory('glusterd')),
    startLibvirtd(host, directory('libvirtd')),
    startQnetd(host, directory('qnetd')),
    startUsbipd(host, directory('usbipd')),
    startCoturn(host, directory('coturn'), 3478),
    startLcdProc(host, directory('lcdproc'), 13666),
    startLcdProc(host, directory('lcdproc-unusual'), unusual.lcdproc),
    startLircd(host, directory('lirc'), 8765),
    startLircd(host, directory('lirc-unusual'), unusual.lirc),
    startRtmp(host, directory('rtmp'), 1935),
    startSaned(host, directory('saned'), 6566),
    startClamd(host, directory('clamd'), 3310),
    startDictd(host, directory('dictd'), 2628),
    startDictd(host, directory('dictd-unusual'), unusual.dict),
    startFrr(host, directory('frr'), 2616),
    startIperf3(host, directory('iperf3'), 5201),
    startNsca(host, directory('nsca'), 5667),
    startOpenVpnManagement(host, directory('openvpn'), 7505),
    startPoppassd(host, directory('poppassd'), 106),
    startRrdcached(host, directory('rrdcached'), 42217),
    startRrdcached(host, directory('rrdcached-unusual'), unusual.rrdcached),
    startSpamd(host, directory('spamd'), 783),
    startSpamd(host, directory('spamd-unusual'), unusual.spamd),
    startSphinx(host, directory('sphinx'), 9312),
    startVarnishCli(host, directory('varnish'), { port: 6082, hasSecret: true }),
    startVarnishCli(host, directory('varnish-unusual'), { port: unusual.varnish, hasSecret: false }),
  ]);
  const ports = expectations.map(({ port }) => port);
  const { snapshot } = await scanJson(outside, [hostAddresses[4], '-p', ports.join(), '--no-policy']);
  for (const { port, name, product, versionOf, extraInfo } of expectations) {
    const service = snapshot.open.find((entry) => entry.port === port)?.service;
    const told = `${port}: ${JSON.stringify(service)}`;
    t.equal(service?.method, 'probed', told);
    t.equal(service?.name, name, told);
    t.equal(service?.product, product, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(upstreamVersion(versionOf).startsWith(service?.version ?? 'none'), told);
    if (extraInfo !== undefined) t.equal(service?.extraInfo, extraInfo, told);
  }
});
