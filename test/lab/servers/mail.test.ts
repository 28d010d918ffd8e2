import { existsSync } from 'node:fs';
import t from 'tap';
import { findProgram } from '../command.js';
import { startDovecotDelivery } from '../daemons/dovecot-delivery.js';
import { startInspircd } from '../daemons/inspircd.js';
import { startKamailio } from '../daemons/kamailio.js';
import { startNgircd } from '../daemons/ngircd.js';
import { startProsody } from '../daemons/prosody.js';
import { startAiosmtpd, startPyftpdlib } from '../daemons/python-servers.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  readonly product?: RegExp;
  /** The package whose version it tells; absent where it tells none, so that none may be claimed. */
  readonly versionOf?: string;
  /** The name in its certificate; absent where it does not upgrade to TLS. */
  readonly certificateOf?: string;
}

/** Each on its usual port and on one that tells nothing, as far as it can be known there. */
const expectations: readonly Expectation[] = [
  { port: 24, name: 'lmtp', product: /Dovecot/ },
  { port: 40_024, name: 'lmtp', product: /Dovecot/ },
  { port: 4190, name: 'sieve', product: /Dovecot Pigeonhole/, certificateOf: 'mail.example.org' },
  { port: 44_190, name: 'sieve', product: /Dovecot Pigeonhole/, certificateOf: 'mail.example.org' },
  { port: 5060, name: 'sip', product: /kamailio/, versionOf: 'kamailio' },
  { port: 5222, name: 'xmpp-client', certificateOf: 'example.org' },
  { port: 5269, name: 'xmpp-server', certificateOf: 'example.org' },
  { port: 6667, name: 'ircu' },
  { port: 46_667, name: 'ircu', certificateOf: 'irc.example.org' },
  { port: 40_025, name: 'smtp', product: /^Python SMTP$/, versionOf: 'python3-aiosmtpd' },
  { port: 40_021, name: 'ftp', product: /pyftpdlib/, versionOf: 'python3-pyftpdlib' },
];

const absent = [
  ...['ngircd', 'inspircd', 'kamailio', 'prosody'].filter((program) => findProgram(program) === undefined),
  ...['/usr/lib/dovecot/lmtp', '/usr/lib/dovecot/managesieve-login', '/usr/lib/python3/dist-packages/aiosmtpd'].filter(
    (path) => !existsSync(path),
  ),
  ...['/usr/lib/python3/dist-packages/pyftpdlib'].filter((path) => !existsSync(path)),
];
const lacks = absent.length === 0 ? undefined : `these servers are not installed: ${absent.join(', ')}`;

t.test('servers of mail and messages, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const dovecot = await startDovecotDelivery(host, lab.directory('dovecot'), {
    lmtp: [24, 40_024],
    sieve: [4190, 44_190],
  });
  await startKamailio(host, lab.directory('kamailio'), [5060]);
  const prosody = await startProsody(host, lab.directory('prosody'), { clients: 5222, servers: 5269 });
  await startNgircd(host, lab.directory('ngircd'), 6667);
  await startInspircd(host, lab.directory('inspircd'), 46_667);
  await startAiosmtpd(host, lab.directory('aiosmtpd'), 40_025);
  await startPyftpdlib(host, lab.directory('pyftpdlib'), 40_021);

  const ports = expectations.map(({ port }) => port).join(',');
  // A server of XMPP has to be asked for by a name that it answers for.
  outside.writeHosts([[hostAddresses[4], 'example.org']]);
  const { snapshot } = await scanJson(outside, ['example.org', '-p', ports, '--no-policy']);
  for (const { port, name, product, versionOf, certificateOf } of expectations) {
    const { service, tls } = snapshot.open.find((entry) => entry.port === port) ?? {};
    const told = `${port}: ${JSON.stringify(service)}`;
    t.match(service, { name, method: 'probed' }, told);
    t.equal(tls?.startTls, certificateOf === undefined ? undefined : true, told);
    if (certificateOf !== undefined) t.strictSame(tls?.certificate?.sans, [certificateOf], told);
    if (product === undefined) t.equal(service?.product, undefined, told);
    else t.match(service?.product, product, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version?.startsWith(upstreamVersion(versionOf)), told);
  }
  t.notMatch(dovecot.log(), /auth failed|Warning|Error/, 'nobody tried to log in, and nothing went wrong');
  t.notMatch(prosody.log(), /not-well-formed|s2s.*warn|c2s.*warn/, 'a stream that is not open is not closed');
});
