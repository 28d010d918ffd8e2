import t from 'tap';
import { findProgram } from '../command.js';
import { startBird } from '../daemons/bird.js';
import { startDropbear } from '../daemons/dropbear.js';
import { startMicrosocks } from '../daemons/microsocks.js';
import { startMumble } from '../daemons/mumble-server.js';
import { startOpenVpn } from '../daemons/openvpn.js';
import { startPptpd } from '../daemons/pptpd.js';
import { startRmiRegistry } from '../daemons/rmiregistry.js';
import { startTelnetd, telnetd } from '../daemons/telnetd.js';
import { startTinySsh } from '../daemons/tinyssh.js';
import { startTor } from '../daemons/tor.js';
import { startTigerVnc, startXvfb } from '../daemons/x-display.js';
import { startXrdp } from '../daemons/xrdp.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  /** Absent where the bytes prove none. */
  readonly product?: RegExp;
  /** The package whose version it tells; absent where it tells none to strangers. */
  readonly versionOf?: string;
  readonly extraInfo?: string;
  readonly tunnel?: 'tls';
  /** The name in its certificate, where it upgrades to TLS. */
  readonly certificateOf?: string;
}

const [unusualSsh, unusualTelnet, unusualVnc, unusualVoice, unusualRouter] = [20_022, 20_023, 25_900, 24_738, 20_179];
const noCookie = 'refused: Authorization required, but no authorization protocol specified';

const expectations: readonly Expectation[] = [
  { port: 22, name: 'ssh', product: /^Dropbear$/, versionOf: 'dropbear-bin' },
  { port: 23, name: 'telnet' },
  { port: 179, name: 'bgp', extraInfo: 'AS 64500, router 192.0.2.1' },
  { port: 1080, name: 'socks', extraInfo: 'version 5, asks for no authentication' },
  { port: 1081, name: 'socks', extraInfo: 'version 5, asks for authentication' },
  { port: 1099, name: 'rmiregistry', extraInfo: 'Java RMI' },
  { port: 1194, name: 'openvpn', extraInfo: 'answers without tls-auth or tls-crypt' },
  { port: 1723, name: 'pptp', extraInfo: 'vendor linux; firmware 1' },
  {
    port: 3389,
    name: 'ms-wbt-server',
    extraInfo: 'TLS, network level authentication not required',
    certificateOf: 'desktop.example.org',
  },
  { port: 5901, name: 'vnc', extraInfo: 'protocol 3.8; no authentication' },
  { port: 6001, name: 'x11', product: /^X\.Org/, versionOf: 'xvfb', extraInfo: 'answers without authorization' },
  { port: 6002, name: 'x11', extraInfo: noCookie },
  { port: 9050, name: 'socks', extraInfo: 'version 5, asks for no authentication' },
  {
    port: 9051,
    name: 'tor-control',
    product: /^Tor$/,
    versionOf: 'tor',
    extraInfo: 'authentication: COOKIE,SAFECOOKIE',
  },
  { port: 64738, name: 'mumble', product: /^Mumble server$/, versionOf: 'mumble-server', tunnel: 'tls' },
  { port: unusualSsh, name: 'ssh', product: /^TinySSH$/, versionOf: 'tinysshd' },
  { port: unusualTelnet, name: 'telnet' },
  { port: unusualRouter, name: 'bgp', extraInfo: 'AS 64500, router 192.0.2.1' },
  { port: unusualVoice, name: 'mumble', product: /^Mumble server$/, versionOf: 'mumble-server', tunnel: 'tls' },
  { port: unusualVnc, name: 'vnc', extraInfo: 'protocol 3.8; no authentication' },
];

const needed = [
  ...['dropbear', 'dropbearkey', 'tinysshd', telnetd, 'Xtigervnc', 'Xvfb', 'xauth', 'xrdp', 'microsocks', 'tor'],
  ...['openvpn', 'pptpd', 'rmiregistry', 'murmurd', 'bird'],
];
const absent = needed.filter((program) => findProgram(program) === undefined);
const lacks = absent.length > 0 ? `this needs programs that are not installed: ${absent.join(', ')}` : undefined;

t.test('real servers of remote access, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const address = hostAddresses[4];
  const directory = (name: string) => lab.directory(name);
  await Promise.all([
    startDropbear(host, directory('dropbear'), 22),
    startTinySsh(host, directory('tinyssh'), unusualSsh),
    startTelnetd(host, directory('telnetd'), 23),
    startTelnetd(host, directory('telnetd-unusual'), unusualTelnet),
    startBird(host, directory('bird'), { port: 179, address }),
    startBird(host, directory('bird-unusual'), { port: unusualRouter, address }),
    startMicrosocks(host, directory('microsocks'), { port: 1080, isOpen: true }),
    startMicrosocks(host, directory('microsocks-user'), { port: 1081, isOpen: false }),
    startRmiRegistry(host, directory('rmiregistry'), 1099),
    startOpenVpn(host, directory('openvpn')),
    startPptpd(host, directory('pptpd')),
    startXrdp(host, directory('xrdp')),
    startTigerVnc(host, directory('vnc'), 5901),
    startTigerVnc(host, directory('vnc-unusual'), unusualVnc),
    startXvfb(host, directory('x-open'), { display: 1, isOpen: true }),
    startXvfb(host, directory('x-cookie'), { display: 2, isOpen: false }),
    startTor(host, directory('tor')),
    startMumble(host, directory('mumble'), 64738),
    startMumble(host, directory('mumble-unusual'), unusualVoice),
  ]);

  const ports = expectations.map(({ port }) => port).join(',');
  const { snapshot } = await scanJson(outside, [address, '--ports', ports]);
  for (const { port, name, product, versionOf, extraInfo, tunnel, certificateOf } of expectations) {
    const { service, tls } = snapshot.open.find((entry) => entry.port === port) ?? {};
    const told = `${port}: ${JSON.stringify(service)}`;
    t.equal(service?.method, 'probed', told);
    t.equal(service?.name, name, told);
    if (product === undefined) t.equal(service?.product, undefined, told);
    else t.match(service?.product, product, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version?.startsWith(upstreamVersion(versionOf)), told);
    if (extraInfo !== undefined) t.equal(service?.extraInfo, extraInfo, told);
    t.equal(service?.tunnel, tunnel, told);
    if (certificateOf !== undefined) {
      t.strictSame(tls?.certificate?.sans, [certificateOf], told);
      t.equal(tls?.startTls, true, told);
    }
  }
});
