import { startBird } from '../daemons/bird.js';
import { startDropbear } from '../daemons/dropbear.js';
import { startMicrosocks } from '../daemons/microsocks.js';
import { startMumble } from '../daemons/mumble-server.js';
import { startOpenVpn } from '../daemons/openvpn.js';
import { startPptpd } from '../daemons/pptpd.js';
import { startRmiRegistry } from '../daemons/rmiregistry.js';
import { startTelnetd } from '../daemons/telnetd.js';
import { startTinySsh } from '../daemons/tinyssh.js';
import { startTor } from '../daemons/tor.js';
import { startTigerVnc, startXvfb } from '../daemons/x-display.js';
import { startXrdp } from '../daemons/xrdp.js';
import { hostAddresses } from '../lab.js';
import type { LabDaemon } from './lab-daemon.js';

const socks = { name: 'socks', alsoCalled: ['socks5'] } as const;

/** Ways in, and ways through. */
export const remoteAccess: readonly LabDaemon[] = [
  {
    name: 'BIRD',
    package: 'bird2',
    proves: [{ port: 179, name: 'bgp' }],
    start: (namespace, directory) => startBird(namespace, directory, { port: 179, address: hostAddresses[4] }),
  },
  {
    name: 'Dropbear',
    package: 'dropbear-bin',
    proves: [{ port: 22, name: 'ssh', product: /Dropbear/, tellsVersion: true }],
    start: (namespace, directory) => startDropbear(namespace, directory, 22),
  },
  {
    name: 'microsocks',
    package: 'microsocks',
    proves: [{ port: 1080, ...socks }],
    start: (namespace, directory) => startMicrosocks(namespace, directory, { port: 1080, isOpen: true }),
  },
  {
    name: 'Mumble',
    package: 'mumble-server',
    proves: [
      {
        port: 64738,
        name: 'mumble',
        product: /Mumble|Murmur/,
        tellsVersion: true,
        tunnel: 'tls',
        alsoCalled: ['murmur'],
      },
    ],
    start: (namespace, directory) => startMumble(namespace, directory, 64738),
  },
  { name: 'OpenVPN', package: 'openvpn', proves: [{ port: 1194, name: 'openvpn' }], start: startOpenVpn },
  { name: 'pptpd', package: 'pptpd', proves: [{ port: 1723, name: 'pptp' }], start: startPptpd },
  {
    name: 'rmiregistry',
    package: 'openjdk-17-jre-headless',
    proves: [{ port: 1099, name: 'rmiregistry', alsoCalled: ['java-rmi'] }],
    start: (namespace, directory) => startRmiRegistry(namespace, directory, 1099),
  },
  {
    name: 'telnetd',
    package: 'telnetd-ssl',
    proves: [{ port: 23, name: 'telnet' }],
    start: (namespace, directory) => startTelnetd(namespace, directory, 23),
  },
  {
    name: 'TigerVNC',
    package: 'tigervnc-standalone-server',
    proves: [{ port: 5901, name: 'vnc' }],
    start: (namespace, directory) => startTigerVnc(namespace, directory, 5901),
  },
  {
    name: 'TinySSH',
    package: 'tinysshd',
    proves: [{ port: 20_022, name: 'ssh', product: /TinySSH/i, tellsVersion: true }],
    start: (namespace, directory) => startTinySsh(namespace, directory, 20_022),
  },
  {
    name: 'Tor',
    package: 'tor',
    proves: [
      { port: 9050, ...socks, alsoCalled: ['socks5', 'tor-socks'] },
      { port: 9051, name: 'tor-control', product: /Tor\b/, tellsVersion: true },
    ],
    start: startTor,
  },
  {
    name: 'X with a cookie',
    package: 'xvfb',
    proves: [{ port: 6002, name: 'x11' }],
    start: (namespace, directory) => startXvfb(namespace, directory, { display: 2, isOpen: false }),
  },
  {
    name: 'X open to all',
    package: 'xvfb',
    proves: [{ port: 6001, name: 'x11', product: /X\.Org/, tellsVersion: true }],
    start: (namespace, directory) => startXvfb(namespace, directory, { display: 1, isOpen: true }),
  },
  { name: 'xrdp', package: 'xrdp', proves: [{ port: 3389, name: 'ms-wbt-server' }], start: startXrdp },
];
