import t from 'tap';
import { defaultConnections } from '../../../src/identification/prober.js';
import { findProgram } from '../command.js';
import { startBeanstalkd } from '../daemons/beanstalkd.js';
import { startClickHouse } from '../daemons/clickhouse.js';
import { isDerbyThere, startDerby } from '../daemons/derby.js';
import { startFirebird } from '../daemons/firebird.js';
import { startGitDaemon } from '../daemons/git.js';
import { startKamailio } from '../daemons/kamailio.js';
import { startKerberos } from '../daemons/kerberos.js';
import { startMemcached } from '../daemons/memcached.js';
import { startMicrosocks } from '../daemons/microsocks.js';
import { startMosquitto } from '../daemons/mosquitto.js';
import { startNameServer } from '../daemons/name-servers.js';
import { startOpenVpn } from '../daemons/openvpn.js';
import { startPostgresql } from '../daemons/postgresql.js';
import { startPptpd } from '../daemons/pptpd.js';
import { isRabbitMqThere, startRabbitMq } from '../daemons/rabbitmq.js';
import { startRedis } from '../daemons/redis.js';
import { startRmiRegistry } from '../daemons/rmiregistry.js';
import { startRpcbind } from '../daemons/rpcbind.js';
import { startSamba } from '../daemons/samba.js';
import { startSlapd } from '../daemons/slapd.js';
import { startSnmpd } from '../daemons/snmpd.js';
import { startTgt } from '../daemons/tgt.js';
import { startTor } from '../daemons/tor.js';
import { webServers } from '../daemons/web-servers.js';
import { startXvfb } from '../daemons/x-display.js';
import { startXinetd } from '../daemons/xinetd.js';
import { startXrdp } from '../daemons/xrdp.js';
import { startZabbixAgent } from '../daemons/zabbix-agent.js';
import { startZabbixProxy } from '../daemons/zabbix-proxy.js';
import { isZooKeeperThere, startZooKeeper } from '../daemons/zookeeper.js';
import { reachElsewhere } from '../elsewhere.js';
import { createLab, hostAddresses, scannerAddresses, type Lab } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  /** Where it listens. */
  readonly port: number;
  readonly address?: string;
  readonly name: string;
  readonly product?: RegExp;
  /** The package whose version it tells; absent where it tells none to strangers. */
  readonly versionOf?: string;
  readonly tunnel?: 'tls';
}

const [unbound, knot] = ['198.51.100.20', '198.51.100.21'];

/** Servers that wait for the client to speak. */
const expectations: readonly Expectation[] = [
  { port: 7, name: 'echo' },
  { port: 53, address: unbound, name: 'domain', product: /^Unbound$/, versionOf: 'unbound' },
  { port: 53, address: knot, name: 'domain', product: /^Knot DNS$/, versionOf: 'knot' },
  { port: 79, name: 'finger' },
  { port: 88, name: 'kerberos' },
  { port: 111, name: 'sunrpc' },
  { port: 161, name: 'snmp', product: /^Net-SNMP$/ },
  { port: 389, name: 'ldap', product: /^OpenLDAP$/ },
  { port: 445, name: 'microsoft-ds', product: /^Samba$/ },
  { port: 464, name: 'kpasswd' },
  { port: 1080, name: 'socks' },
  { port: 1081, name: 'socks' },
  { port: 1099, name: 'rmiregistry' },
  { port: 1194, name: 'openvpn' },
  { port: 1527, name: 'derby', product: /^Apache Derby$/, versionOf: 'libderby-java' },
  { port: 1723, name: 'pptp' },
  { port: 1883, name: 'mqtt', product: /^Mosquitto$/, versionOf: 'mosquitto' },
  { port: 2181, name: 'zookeeper', product: /^Apache ZooKeeper$/, versionOf: 'zookeeper' },
  { port: 3050, name: 'gds-db', product: /^Firebird$/ },
  { port: 3260, name: 'iscsi-target' },
  { port: 3389, name: 'ms-wbt-server' },
  { port: 4369, name: 'epmd', product: /^Erlang Port Mapper Daemon$/ },
  { port: 5060, name: 'sip', product: /kamailio/, versionOf: 'kamailio' },
  { port: 5432, name: 'postgresql', product: /^PostgreSQL$/ },
  { port: 5672, name: 'amqp', product: /^RabbitMQ$/, versionOf: 'rabbitmq-server' },
  { port: 6001, name: 'x11', product: /^X\.Org/, versionOf: 'xvfb' },
  { port: 6002, name: 'x11' },
  { port: 6380, name: 'redis', product: /^Redis$/, versionOf: 'redis-server' },
  { port: 8009, name: 'ajp13' },
  { port: 8883, name: 'secure-mqtt', product: /^Mosquitto$/, versionOf: 'mosquitto', tunnel: 'tls' },
  { port: 9000, name: 'fastcgi' },
  { port: 9002, name: 'clickhouse', product: /^ClickHouse$/ },
  { port: 9050, name: 'socks' },
  { port: 9051, name: 'tor-control', product: /^Tor$/, versionOf: 'tor' },
  { port: 9418, name: 'git' },
  { port: 10050, name: 'zabbix-agent', product: /^Zabbix agent$/, versionOf: 'zabbix-agent' },
  { port: 10051, name: 'zabbix-trapper' },
  { port: 11211, name: 'memcached', product: /^memcached$/, versionOf: 'memcached' },
  { port: 11300, name: 'beanstalkd', product: /^beanstalkd$/, versionOf: 'beanstalkd' },
  { port: 61613, name: 'stomp' },
];

/** From here on the ports tell nothing, and their digits are those of no usual port. */
const firstPort = 58_201;

const needed = [
  ...[
    'unbound',
    'knotd',
    'xinetd',
    'in.fingerd',
    'krb5kdc',
    'kadmind',
    'rpcbind',
    'snmpd',
    'slapd',
    'smbd',
    'microsocks',
  ],
  ...[
    'rmiregistry',
    'java',
    'pptpd',
    'mosquitto',
    'firebird',
    'tgtd',
    'xrdp',
    'kamailio',
    'Xvfb',
    'xauth',
    'php-fpm8.2',
  ],
  ...[
    '/usr/share/tomcat10/bin/catalina.sh',
    'clickhouse-server',
    'tor',
    'git',
    'zabbix_agentd',
    'zabbix_proxy',
    'beanstalkd',
  ],
];
const absent = needed.filter((program) => findProgram(program) === undefined);
if (!isDerbyThere()) absent.push('libderby-java');
if (!isZooKeeperThere()) absent.push('zookeeper');
if (!isRabbitMqThere()) absent.push('rabbitmq-server');
const lacks = absent.length > 0 ? `this needs programs that are not installed: ${absent.join(', ')}` : undefined;

t.test('servers that wait to be spoken to, on ports that tell nothing', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  await startServers(lab);
  const ports = expectations.map(({ address = hostAddresses[4], port }, at) => ({
    port: firstPort + at,
    to: { address, port },
  }));
  const connections = reachElsewhere(lab.host, ports);
  const flags = ['-p', ports.map(({ port }) => port).join(), '--no-policy'];
  const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], ...flags]);

  const counts = connections();
  for (const [at, { port: usual, name, product, versionOf, tunnel }] of expectations.entries()) {
    const port = firstPort + at;
    const service = snapshot.open.find((entry) => entry.port === port)?.service;
    const told = `what listens on ${usual}: ${JSON.stringify(service)}`;
    t.match(service, { name, method: 'probed' }, told);
    t.equal(service?.tunnel, tunnel, told);
    if (product === undefined) t.equal(service?.product, undefined, told);
    else t.match(service?.product, product, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version !== undefined && upstreamVersion(versionOf).startsWith(service.version), told);
    const count = counts.get(port) ?? 0;
    t.ok(count >= 1 && count <= defaultConnections, `${name}: ${count} connections`);
  }
});

async function startServers(lab: Lab): Promise<void> {
  const { host } = lab;
  const directory = (name: string) => lab.directory(name);
  for (const address of [unbound, knot]) host.ip('address', 'add', `${address}/24`, 'dev', 'eth0');
  await Promise.all([
    startXinetd(host, directory('xinetd'), [
      { port: 7, internal: 'echo' },
      { port: 79, program: 'in.fingerd', args: [] },
    ]),
    startNameServer(host, directory('unbound'), 'unbound', unbound),
    startNameServer(host, directory('knot'), 'knot', knot),
    startKerberos(host, directory('kerberos')),
    startRpcbind(host, directory('rpcbind')),
    startSnmpd(host, directory('snmpd')),
    startSlapd(host, directory('slapd')),
    startSamba(host, directory('samba')),
    startMicrosocks(host, directory('microsocks'), { port: 1080, isOpen: true }),
    startMicrosocks(host, directory('microsocks-user'), { port: 1081, isOpen: false }),
    startRmiRegistry(host, directory('rmiregistry'), 1099),
    startDerby(host, directory('derby'), 1527),
    startOpenVpn(host, directory('openvpn')),
    startPptpd(host, directory('pptpd')),
    startMosquitto(host, directory('mosquitto'), { anonymous: true, plain: 1883, secure: 8883 }),
    startZooKeeper(host, directory('zookeeper')),
    startFirebird(host, directory('firebird'), 3050),
    startTgt(host, directory('tgt')),
  ]);
  await Promise.all([
    startXrdp(host, directory('xrdp')),
    startRabbitMq(host, directory('rabbitmq'), [5672]),
    startKamailio(host, directory('kamailio'), [5060]),
    startPostgresql(host, directory('postgresql')),
    startXvfb(host, directory('x-open'), { display: 1, isOpen: true }),
    startXvfb(host, directory('x-cookie'), { display: 2, isOpen: false }),
    startRedis(host, directory('redis'), { port: 6380, protectedMode: false }),
    ...Object.entries(webServers).flatMap(([name, start]) =>
      name === 'tomcat' || name === 'phpFpm' ? [start(host, directory(name))] : [],
    ),
    startClickHouse(host, directory('clickhouse'), { native: 9002, http: 8123 }),
    startTor(host, directory('tor')),
    startGitDaemon(host, directory('git')),
    startZabbixAgent(host, directory('zabbix-agent'), { port: 10050, server: scannerAddresses[4] }),
    startZabbixProxy(host, directory('zabbix-proxy')),
    startMemcached(host, directory('memcached')),
    startBeanstalkd(host, directory('beanstalkd'), 11300),
  ]);
}
