import t from 'tap';
import { findProgram } from '../command.js';
import { isActiveMqThere, startActiveMq } from '../daemons/activemq.js';
import { startBeanstalkd } from '../daemons/beanstalkd.js';
import { startGearman } from '../daemons/gearman.js';
import { startGmond } from '../daemons/gmond.js';
import { startGpsd } from '../daemons/gpsd.js';
import { startIcinga2 } from '../daemons/icinga2.js';
import { startMosquitto } from '../daemons/mosquitto.js';
import { startMunin } from '../daemons/munin.js';
import { startNats } from '../daemons/nats.js';
import { startNrpe } from '../daemons/nrpe.js';
import { isRabbitMqThere, startRabbitMq } from '../daemons/rabbitmq.js';
import { startSnmpd } from '../daemons/snmpd.js';
import { isUpsdThere, startUpsd } from '../daemons/upsd.js';
import { isXymonThere, startXymon } from '../daemons/xymon.js';
import { startZabbixAgent } from '../daemons/zabbix-agent.js';
import { startZabbixProxy } from '../daemons/zabbix-proxy.js';
import { isZooKeeperThere, startZooKeeper } from '../daemons/zookeeper.js';
import { createLab, hostAddresses, scannerAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  /** Absent where the bytes prove none. */
  readonly product?: string;
  /** The package whose version it tells; absent where it tells none to strangers, so that none may be claimed. */
  readonly versionOf?: string;
  readonly tunnel?: 'tls';
  readonly extraInfo?: RegExp;
}

const expectations: readonly Expectation[] = [
  { port: 161, name: 'snmp', product: 'Net-SNMP', extraInfo: /enterprise 8072/ },
  { port: 1883, name: 'mqtt', product: 'Mosquitto', versionOf: 'mosquitto', extraInfo: /without a password/ },
  { port: 1984, name: 'bb', product: 'Xymon', versionOf: 'xymon' },
  { port: 2181, name: 'zookeeper', product: 'Apache ZooKeeper', versionOf: 'zookeeper', extraInfo: /^standalone$/ },
  { port: 2947, name: 'gpsd', product: 'gpsd', versionOf: 'gpsd' },
  { port: 3493, name: 'nut', product: 'Network UPS Tools upsd', versionOf: 'nut-server' },
  { port: 4222, name: 'nats', product: 'NATS Server', versionOf: 'nats-server' },
  { port: 4369, name: 'epmd', product: 'Erlang Port Mapper Daemon', extraInfo: /\blab on 25672\b/ },
  { port: 4730, name: 'gearman', product: 'gearmand', versionOf: 'gearman-job-server' },
  { port: 4949, name: 'munin', product: 'Munin node', versionOf: 'munin-node' },
  { port: 5665, name: 'icinga2', product: 'Icinga 2', versionOf: 'icinga2-bin', tunnel: 'tls' },
  { port: 5666, name: 'nrpe', product: 'NRPE', versionOf: 'nagios-nrpe-server', tunnel: 'tls' },
  { port: 5672, name: 'amqp', product: 'RabbitMQ', versionOf: 'rabbitmq-server', extraInfo: /Erlang/ },
  { port: 8649, name: 'gmond', product: 'Ganglia gmond', versionOf: 'ganglia-monitor' },
  { port: 8883, name: 'secure-mqtt', product: 'Mosquitto', versionOf: 'mosquitto', tunnel: 'tls' },
  { port: 10050, name: 'zabbix-agent', product: 'Zabbix agent', versionOf: 'zabbix-agent' },
  { port: 10051, name: 'zabbix-trapper', extraInfo: /^Permission denied\.$/ },
  { port: 11300, name: 'beanstalkd', product: 'beanstalkd', versionOf: 'beanstalkd' },
  { port: 40001, name: 'amqp', product: 'RabbitMQ', versionOf: 'rabbitmq-server' },
  { port: 40002, name: 'nats', product: 'NATS Server', versionOf: 'nats-server' },
  { port: 40003, name: 'beanstalkd', product: 'beanstalkd', versionOf: 'beanstalkd' },
  { port: 40004, name: 'gearman', product: 'gearmand', versionOf: 'gearman-job-server' },
  { port: 40005, name: 'munin', product: 'Munin node', versionOf: 'munin-node' },
  { port: 40006, name: 'openwire', product: 'Apache ActiveMQ', versionOf: 'activemq' },
  { port: 40007, name: 'nut', product: 'Network UPS Tools upsd', versionOf: 'nut-server' },
  { port: 61613, name: 'stomp', extraInfo: /^STOMP 1\.0,1\.1,1\.2$/ },
  { port: 61616, name: 'openwire', product: 'Apache ActiveMQ', versionOf: 'activemq' },
];

const programs = [
  'mosquitto',
  'nats-server',
  'beanstalkd',
  'gearmand',
  'zabbix_agentd',
  'nrpe',
  'munin-node',
  'snmpd',
  'gpsd',
  'gmond',
  'zabbix_proxy',
  'icinga2',
];

function lacking(): string | undefined {
  const absent = [...programs, 'java'].filter((program) => findProgram(program) === undefined);
  if (!isRabbitMqThere()) absent.push('rabbitmq-server');
  if (!isZooKeeperThere()) absent.push('zookeeper');
  if (!isUpsdThere()) absent.push('nut-server');
  if (!isActiveMqThere()) absent.push('activemq');
  if (!isXymonThere()) absent.push('xymon');
  return absent.length === 0 ? undefined : `programs are not installed: ${absent.join(', ')}`;
}

t.test('real brokers and agents, from outside', labOptions(lacking()), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const [address, scanner] = [hostAddresses[4], scannerAddresses[4]];
  const [mosquitto] = await Promise.all([
    startMosquitto(host, lab.directory('mosquitto'), { anonymous: true, plain: 1883, secure: 8883 }),
    startRabbitMq(host, lab.directory('rabbitmq'), [5672, 40001]),
    startActiveMq(host, lab.directory('activemq'), [61616, 40006]),
    startZooKeeper(host, lab.directory('zookeeper')),
    startNats(host, lab.directory('nats'), 4222),
    startNats(host, lab.directory('nats-elsewhere'), 40002),
    startBeanstalkd(host, lab.directory('beanstalkd'), 11300),
    startBeanstalkd(host, lab.directory('beanstalkd-elsewhere'), 40003),
    startGearman(host, lab.directory('gearman'), 4730),
    startGearman(host, lab.directory('gearman-elsewhere'), 40004),
    startMunin(host, lab.directory('munin'), 4949),
    startXymon(host, lab.directory('xymon'), 1984),
    startMunin(host, lab.directory('munin-elsewhere'), 40005),
    startZabbixAgent(host, lab.directory('zabbix'), { port: 10050, server: scanner }),
    startNrpe(host, lab.directory('nrpe'), { address: hostAddresses[4], allowed: scanner, isPlain: false }),
    startNrpe(host, lab.directory('nrpe-plain'), {
      address: hostAddresses[6],
      allowed: scannerAddresses[6],
      isPlain: true,
    }),
    startIcinga2(host, lab.directory('icinga2')),
    startSnmpd(host, lab.directory('snmpd')),
    startGpsd(host, lab.directory('gpsd')),
    startUpsd(host, lab.directory('upsd'), [3493, 40007]),
    startGmond(host, lab.directory('gmond')),
    startZabbixProxy(host, lab.directory('zabbix-proxy')),
  ]);

  const { snapshot } = await scanJson(outside, [address, '-p', expectations.map(({ port }) => port).join()]);

  t.same(
    snapshot.open.map(({ port }) => port),
    expectations.map(({ port }) => port),
    'all of them are open',
  );
  for (const { port, name, product, versionOf, tunnel, extraInfo } of expectations) {
    const service = snapshot.open.find((entry) => entry.port === port)?.service;
    const told = `${port}: ${JSON.stringify(service)}`;
    t.equal(service?.method, 'probed', told);
    t.equal(service?.name, name, told);
    t.equal(service?.product, product, told);
    t.equal(service?.tunnel, tunnel, told);
    // The version of a package may say that the source was repacked: 1.1.20+ds.
    const version = versionOf === undefined ? undefined : upstreamVersion(versionOf).replace(/\+.*$/, '');
    t.equal(service?.version, version, told);
    if (extraInfo !== undefined) t.match(service?.extraInfo, extraInfo, told);
  }

  const plain = await scanJson(outside, [hostAddresses[6], '-p', '5666', '--no-policy']);
  const [{ service } = {}] = plain.snapshot.open;
  t.match(service, { name: 'nrpe', product: 'NRPE', version: upstreamVersion('nagios-nrpe-server') });
  t.equal(service?.tunnel, undefined, 'without TLS');

  t.notMatch(mosquitto.log(), /protocol error/, 'a client of MQTT that says goodbye');
});
