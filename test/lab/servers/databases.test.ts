import t from 'tap';
import { findProgram } from '../command.js';
import { startClickHouse } from '../daemons/clickhouse.js';
import { isDerbyThere, startDerby } from '../daemons/derby.js';
import { startFirebird } from '../daemons/firebird.js';
import { startPgBouncer } from '../daemons/pgbouncer.js';
import { startRedisSentinel } from '../daemons/redis-sentinel.js';
import { startTarantool } from '../daemons/tarantool.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

interface Expectation {
  readonly port: number;
  readonly name: string;
  readonly product: string;
  /** The package whose version it tells; absent where it tells none before the login. */
  readonly versionOf?: string;
}

const expectations: readonly Expectation[] = [
  { port: 1527, name: 'derby', product: 'Apache Derby', versionOf: 'libderby-java' },
  { port: 3050, name: 'gds-db', product: 'Firebird' },
  { port: 3301, name: 'tarantool', product: 'Tarantool', versionOf: 'tarantool' },
  { port: 6432, name: 'pgbouncer', product: 'PgBouncer' },
  { port: 9000, name: 'clickhouse', product: 'ClickHouse' },
  { port: 26379, name: 'redis-sentinel', product: 'Redis', versionOf: 'redis-sentinel' },
  // On ports that tell nothing, those that speak first, or that give themselves away in answer to what everybody is asked.
  { port: 20101, name: 'tarantool', product: 'Tarantool', versionOf: 'tarantool' },
  { port: 20102, name: 'pgbouncer', product: 'PgBouncer' },
  { port: 20103, name: 'redis-sentinel', product: 'Redis', versionOf: 'redis-sentinel' },
];

const programs = ['tarantool', 'pgbouncer', 'redis-sentinel', 'java', 'clickhouse-server', 'firebird'];
const absent = programs.filter((program) => findProgram(program) === undefined);
if (!isDerbyThere()) absent.push('libderby-java');
const lacks = absent.length > 0 ? `databases that are not installed: ${absent.join(', ')}` : undefined;

t.test('real databases, from outside', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  await startDerby(host, lab.directory('derby'), 1527);
  await startFirebird(host, lab.directory('firebird'), 3050);
  await startClickHouse(host, lab.directory('clickhouse'), { native: 9000, http: 8123 });
  for (const port of [3301, 20101]) await startTarantool(host, lab.directory(`tarantool-${port}`), port);
  for (const port of [6432, 20102]) await startPgBouncer(host, lab.directory(`pgbouncer-${port}`), port);
  for (const port of [26379, 20103]) await startRedisSentinel(host, lab.directory(`sentinel-${port}`), port);

  const ports = expectations.map(({ port }) => port);
  const { snapshot } = await scanJson(outside, [hostAddresses[4], '-p', ports.join()]);
  for (const { port, name, product, versionOf } of expectations) {
    const service = snapshot.open.find((entry) => entry.port === port)?.service;
    const told = `${port}: ${JSON.stringify(service)}`;
    t.match(service, { name, product, method: 'probed' }, told);
    if (versionOf === undefined) t.equal(service?.version, undefined, told);
    else t.ok(service?.version !== undefined && upstreamVersion(versionOf).startsWith(service.version), told);
  }
});
