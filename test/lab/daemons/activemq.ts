import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

const home = '/usr/share/activemq';

export const isActiveMqThere = () => existsSync(join(home, 'bin/activemq.jar'));

/** ActiveMQ with OpenWire on these ports, and nothing kept on disk. */
export async function startActiveMq(
  namespace: Namespace,
  directory: string,
  ports: readonly number[],
): Promise<Daemon> {
  const configuration = join(directory, 'activemq.xml');
  const connectors = ports.map((port) => `<transportConnector name="port-${port}" uri="tcp://0.0.0.0:${port}"/>`);
  const lines = [
    '<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    '  xsi:schemaLocation="http://www.springframework.org/schema/beans',
    '  http://www.springframework.org/schema/beans/spring-beans.xsd',
    '  http://activemq.apache.org/schema/core http://activemq.apache.org/schema/core/activemq-core.xsd">',
    '<broker xmlns="http://activemq.apache.org/schema/core" brokerName="lab" persistent="false" useJmx="false"',
    `  dataDirectory="${directory}"><transportConnectors>${connectors.join('')}</transportConnectors></broker></beans>`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const settings = { home, base: directory, conf: directory, data: directory };
  return startDaemon(namespace, {
    command: 'java',
    args: [
      ...['-Xmx128m', ...Object.entries(settings).map(([name, value]) => `-Dactivemq.${name}=${value}`)],
      ...['-jar', join(home, 'bin/activemq.jar'), 'start', `xbean:file:${configuration}`],
    ],
    directory,
    ports,
  });
}
