import { startClickHouse } from '../daemons/clickhouse.js';
import { startDerby } from '../daemons/derby.js';
import { startFirebird } from '../daemons/firebird.js';
import { startPgBouncer } from '../daemons/pgbouncer.js';
import { startRedisSentinel } from '../daemons/redis-sentinel.js';
import { startTarantool } from '../daemons/tarantool.js';
import type { LabDaemon } from './lab-daemon.js';

export const databases: readonly LabDaemon[] = [
  {
    name: 'ClickHouse',
    package: 'clickhouse-server',
    proves: [{ port: 9000, name: 'clickhouse', product: /ClickHouse/ }],
    start: (namespace, directory) => startClickHouse(namespace, directory, { native: 9000, http: 8123 }),
  },
  {
    name: 'Derby',
    package: 'libderby-java',
    proves: [{ port: 1527, name: 'derby', product: /Derby/, tellsVersion: true, alsoCalled: ['drda'] }],
    start: (namespace, directory) => startDerby(namespace, directory, 1527),
  },
  {
    name: 'Firebird',
    package: 'firebird3.0-server',
    proves: [{ port: 3050, name: 'gds-db', product: /Firebird/, alsoCalled: ['firebird', 'gds_db'] }],
    start: (namespace, directory) => startFirebird(namespace, directory, 3050),
  },
  {
    name: 'PgBouncer',
    package: 'pgbouncer',
    proves: [{ port: 6432, name: 'pgbouncer', product: /PgBouncer/i, alsoCalled: ['postgresql'] }],
    start: (namespace, directory) => startPgBouncer(namespace, directory, 6432),
  },
  {
    name: 'Redis Sentinel',
    package: 'redis-sentinel',
    proves: [{ port: 26379, name: 'redis-sentinel', product: /Redis/, tellsVersion: true, alsoCalled: ['redis'] }],
    start: (namespace, directory) => startRedisSentinel(namespace, directory, 26379),
  },
  {
    name: 'Tarantool',
    package: 'tarantool',
    proves: [{ port: 3301, name: 'tarantool', product: /Tarantool/i, tellsVersion: true }],
    start: (namespace, directory) => startTarantool(namespace, directory, 3301),
  },
];
