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
import type { LabDaemon } from './lab-daemon.js';

/** Servers of clusters, media and everyday operations. */
export const operations: readonly LabDaemon[] = [
  {
    name: 'Samba endpoint mapper',
    package: 'samba',
    proves: [{ port: 135, name: 'epmap', alsoCalled: ['msrpc'] }],
    start: startEndpointMapper,
  },
  {
    name: 'Galera arbitrator',
    package: 'galera-arbitrator-4',
    proves: [{ port: 4567, name: 'galera', product: /Galera/ }],
    start: (namespace, directory) => startGarbd(namespace, directory, 4567),
  },
  {
    name: 'glusterd',
    package: 'glusterfs-server',
    proves: [{ port: 24007, name: 'glusterd', product: /Gluster/, alsoCalled: ['rpcbind', 'glusterfs'] }],
    start: startGlusterd,
  },
  {
    name: 'libvirt',
    package: 'libvirt-daemon',
    proves: [{ port: 16509, name: 'libvirt', product: /libvirt/i, alsoCalled: ['libvirt-rpc'] }],
    start: startLibvirtd,
  },
  {
    name: 'Corosync qnetd',
    package: 'corosync-qnetd',
    proves: [{ port: 5403, name: 'corosync-qnetd', product: /qnetd/i }],
    start: startQnetd,
  },
  { name: 'usbipd', package: 'usbip', proves: [{ port: 3240, name: 'usbip' }], start: startUsbipd },
  {
    name: 'Coturn',
    package: 'coturn',
    proves: [{ port: 3478, name: 'stun', product: /Coturn/i, tellsVersion: true }],
    start: (namespace, directory) => startCoturn(namespace, directory, 3478),
  },
  {
    name: 'LCDproc',
    package: 'lcdproc',
    proves: [{ port: 13666, name: 'lcdproc', product: /LCDproc/i, tellsVersion: true }],
    start: (namespace, directory) => startLcdProc(namespace, directory, 13666),
  },
  {
    name: 'LIRC',
    package: 'lirc',
    proves: [{ port: 8765, name: 'lirc', product: /LIRC/i, tellsVersion: true }],
    start: (namespace, directory) => startLircd(namespace, directory, 8765),
  },
  {
    name: 'nginx RTMP',
    package: 'libnginx-mod-rtmp',
    proves: [{ port: 1935, name: 'rtmp' }],
    start: (namespace, directory) => startRtmp(namespace, directory, 1935),
  },
  {
    name: 'saned',
    package: 'sane-utils',
    proves: [{ port: 6566, name: 'sane-port', alsoCalled: ['sane'] }],
    start: (namespace, directory) => startSaned(namespace, directory, 6566),
  },
  {
    name: 'ClamAV',
    package: 'clamav-daemon',
    proves: [{ port: 3310, name: 'clamd', product: /Clam ?AV/i, tellsVersion: true, alsoCalled: ['clam'] }],
    start: (namespace, directory) => startClamd(namespace, directory, 3310),
  },
  {
    name: 'dictd',
    package: 'dictd',
    proves: [{ port: 2628, name: 'dict', product: /dict/i, tellsVersion: true }],
    start: (namespace, directory) => startDictd(namespace, directory, 2628),
  },
  {
    name: 'FRRouting',
    package: 'frr',
    proves: [{ port: 2616, name: 'telnet', product: /FRR/i, tellsVersion: true, alsoCalled: ['quagga', 'frr'] }],
    start: (namespace, directory) => startFrr(namespace, directory, 2616),
  },
  {
    name: 'iperf3',
    package: 'iperf3',
    proves: [{ port: 5201, name: 'iperf3', product: /iperf3/i }],
    start: (namespace, directory) => startIperf3(namespace, directory, 5201),
  },
  {
    name: 'NSCA',
    package: 'nsca',
    proves: [{ port: 5667, name: 'nsca', product: /NSCA/i }],
    start: (namespace, directory) => startNsca(namespace, directory, 5667),
  },
  {
    name: 'OpenVPN management',
    package: 'openvpn',
    proves: [{ port: 7505, name: 'openvpn-management', product: /OpenVPN/i }],
    start: (namespace, directory) => startOpenVpnManagement(namespace, directory, 7505),
  },
  {
    name: 'poppassd',
    package: 'poppassd',
    proves: [{ port: 106, name: 'poppassd', product: /poppassd/i, tellsVersion: true, alsoCalled: ['pop3pw'] }],
    start: (namespace, directory) => startPoppassd(namespace, directory, 106),
  },
  {
    name: 'RRDCacheD',
    package: 'rrdcached',
    proves: [{ port: 42217, name: 'rrdcached', product: /RRDCacheD/i }],
    start: (namespace, directory) => startRrdcached(namespace, directory, 42217),
  },
  {
    name: 'SpamAssassin',
    package: 'spamd',
    proves: [{ port: 783, name: 'spamassassin', product: /SpamAssassin/i, alsoCalled: ['spamd'] }],
    start: (namespace, directory) => startSpamd(namespace, directory, 783),
  },
  {
    name: 'Sphinx',
    package: 'sphinxsearch',
    proves: [
      { port: 9312, name: 'sphinxapi', alsoCalled: ['sphinx-search'] },
      { port: 9313, name: 'sphinxql', product: /Sphinx/, tellsVersion: true, alsoCalled: ['mysql', 'sphinx-search'] },
    ],
    start: (namespace, directory) => startSphinx(namespace, directory, 9312),
  },
  {
    name: "Varnish's command line",
    package: 'varnish',
    proves: [{ port: 6082, name: 'varnish-cli', product: /Varnish/i, tellsVersion: true }],
    start: (namespace, directory) => startVarnishCli(namespace, directory, { port: 6082, hasSecret: false }),
  },
];
