import { startActiveMq } from '../daemons/activemq.js';
import { startBeanstalkd } from '../daemons/beanstalkd.js';
import { startGearman } from '../daemons/gearman.js';
import { startGmond } from '../daemons/gmond.js';
import { startGpsd } from '../daemons/gpsd.js';
import { startIcinga2 } from '../daemons/icinga2.js';
import { startMosquitto } from '../daemons/mosquitto.js';
import { startMunin } from '../daemons/munin.js';
import { startNats } from '../daemons/nats.js';
import { startNrpe } from '../daemons/nrpe.js';
import { startRabbitMq } from '../daemons/rabbitmq.js';
import { startSnmpd } from '../daemons/snmpd.js';
import { startUpsd } from '../daemons/upsd.js';
import { startZabbixAgent } from '../daemons/zabbix-agent.js';
import { startZabbixProxy } from '../daemons/zabbix-proxy.js';
import { startZooKeeper } from '../daemons/zookeeper.js';
import { hostAddresses, scannerAddresses } from '../lab.js';
import type { LabDaemon } from './lab-daemon.js';

/** Brokers of messages, and agents of monitoring. */
export const brokers: readonly LabDaemon[] = [
  {
    name: 'ActiveMQ',
    package: 'activemq',
    proves: [{ port: 61616, name: 'openwire', product: /ActiveMQ/, tellsVersion: true, alsoCalled: ['apachemq'] }],
    start: (namespace, directory) => startActiveMq(namespace, directory, [61616]),
  },
  {
    name: 'beanstalkd',
    package: 'beanstalkd',
    proves: [
      { port: 11300, name: 'beanstalkd', product: /beanstalkd/i, tellsVersion: true, alsoCalled: ['beanstalk'] },
    ],
    start: (namespace, directory) => startBeanstalkd(namespace, directory, 11300),
  },
  {
    name: 'gearmand',
    package: 'gearman-job-server',
    proves: [{ port: 4730, name: 'gearman', product: /gearman/i, tellsVersion: true }],
    start: (namespace, directory) => startGearman(namespace, directory, 4730),
  },
  {
    name: 'Ganglia gmond',
    package: 'ganglia-monitor',
    proves: [{ port: 8649, name: 'gmond', product: /Ganglia/, tellsVersion: true, alsoCalled: ['ganglia'] }],
    start: startGmond,
  },
  {
    name: 'gpsd',
    package: 'gpsd',
    proves: [{ port: 2947, name: 'gpsd', product: /gpsd/i, tellsVersion: true, alsoCalled: ['gpsd-ng'] }],
    start: startGpsd,
  },
  {
    name: 'Icinga 2',
    package: 'icinga2-bin',
    proves: [
      { port: 5665, name: 'icinga2', product: /Icinga/, tellsVersion: true, tunnel: 'tls', alsoCalled: ['http'] },
    ],
    start: startIcinga2,
  },
  {
    name: 'Mosquitto',
    package: 'mosquitto',
    proves: [
      { port: 1883, name: 'mqtt', product: /mosquitto/i, tellsVersion: true },
      {
        port: 8883,
        name: 'secure-mqtt',
        product: /mosquitto/i,
        tellsVersion: true,
        tunnel: 'tls',
        alsoCalled: ['mqtt'],
      },
    ],
    start: (namespace, directory) =>
      startMosquitto(namespace, directory, { anonymous: true, plain: 1883, secure: 8883 }),
  },
  {
    name: 'Munin node',
    package: 'munin-node',
    proves: [{ port: 4949, name: 'munin', product: /munin/i, tellsVersion: true }],
    start: (namespace, directory) => startMunin(namespace, directory, 4949),
  },
  {
    name: 'NATS',
    package: 'nats-server',
    proves: [{ port: 4222, name: 'nats', product: /NATS/i, tellsVersion: true }],
    start: (namespace, directory) => startNats(namespace, directory, 4222),
  },
  {
    name: 'NRPE',
    package: 'nagios-nrpe-server',
    proves: [{ port: 5666, name: 'nrpe', product: /NRPE/, tellsVersion: true, tunnel: 'tls' }],
    start: (namespace, directory) =>
      startNrpe(namespace, directory, { address: hostAddresses[4], allowed: scannerAddresses[4], isPlain: false }),
  },
  {
    name: 'RabbitMQ',
    package: 'rabbitmq-server',
    proves: [
      { port: 4369, name: 'epmd', product: /Erlang Port Mapper/ },
      { port: 5672, name: 'amqp', product: /RabbitMQ/, tellsVersion: true },
    ],
    start: (namespace, directory) => startRabbitMq(namespace, directory, [5672]),
  },
  {
    name: 'Net-SNMP',
    package: 'snmpd',
    proves: [{ port: 161, name: 'snmp', product: /Net-SNMP/i }],
    start: startSnmpd,
  },
  {
    name: 'upsd',
    package: 'nut-server',
    proves: [{ port: 3493, name: 'nut', product: /UPS/, tellsVersion: true }],
    start: (namespace, directory) => startUpsd(namespace, directory, [3493]),
  },
  {
    name: 'Zabbix agent',
    package: 'zabbix-agent',
    proves: [{ port: 10050, name: 'zabbix-agent', product: /Zabbix/i, tellsVersion: true, alsoCalled: ['zabbix'] }],
    start: (namespace, directory) =>
      startZabbixAgent(namespace, directory, { port: 10050, server: scannerAddresses[4] }),
  },
  {
    name: 'Zabbix proxy',
    package: 'zabbix-proxy-sqlite3',
    proves: [{ port: 10051, name: 'zabbix-trapper', alsoCalled: ['zabbix'] }],
    start: startZabbixProxy,
  },
  {
    name: 'ZooKeeper',
    package: 'zookeeper',
    proves: [{ port: 2181, name: 'zookeeper', product: /ZooKeeper/i, tellsVersion: true }],
    start: startZooKeeper,
  },
];
