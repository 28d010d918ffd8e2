import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const program = '/usr/lib/rabbitmq/bin/rabbitmq-server';

export const isRabbitMqThere = () => existsSync(program);

/** RabbitMQ with AMQP on these ports and STOMP on 61613. Erlang's port mapper, on 4369, comes with it. */
export async function startRabbitMq(
  namespace: Namespace,
  directory: string,
  ports: readonly number[],
): Promise<Daemon> {
  const home = join(directory, 'home');
  mkdirSync(home);
  const lines = [...ports.map((port, at) => `listeners.tcp.${at + 1} = 0.0.0.0:${port}`), 'log.console.level = info'];
  writeFileSync(join(directory, 'rabbitmq.conf'), `${lines.join('\n')}\n`);
  writeFileSync(join(directory, 'enabled_plugins'), '[rabbitmq_stomp].\n');
  namespace.run('chown', ['rabbitmq:', home]);
  const settings = {
    HOME: home,
    RABBITMQ_NODENAME: 'lab@localhost',
    RABBITMQ_MNESIA_BASE: join(home, 'mnesia'),
    RABBITMQ_LOG_BASE: home,
    RABBITMQ_LOGS: '-',
    RABBITMQ_PID_FILE: join(home, 'pid'),
    RABBITMQ_CONFIG_FILE: join(directory, 'rabbitmq.conf'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, 'enabled_plugins'),
  };
  const environment = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
  return startDaemon(namespace, {
    command: 'setpriv',
    args: ['--reuid=rabbitmq', '--regid=rabbitmq', '--init-groups', 'env', ...environment, program],
    directory,
    ports: [...ports, 61613, 4369],
    readyLog: /Server startup complete/,
  });
}
