import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** ClickHouse, native and HTTP. */
export async function startClickHouse(
  namespace: Namespace,
  directory: string,
  ports: { readonly native: number; readonly http: number },
): Promise<Daemon> {
  const configuration = join(directory, 'config.xml');
  const users = join(directory, 'users.xml');
  const data = join(directory, 'data');
  mkdirSync(data);
  writeFileSync(
    configuration,
    `<yandex><logger><level>warning</level><console>1</console></logger><listen_host>0.0.0.0</listen_host>
      <tcp_port>${ports.native}</tcp_port><http_port>${ports.http}</http_port>
      <path>${data}/</path><tmp_path>${data}/tmp/</tmp_path><mark_cache_size>8388608</mark_cache_size>
      <users_config>${users}</users_config><default_profile>default</default_profile>
      <default_database>default</default_database></yandex>\n`,
  );
  writeFileSync(
    users,
    `<yandex><profiles><default/></profiles><quotas><default/></quotas><users><default><password>x</password>
      <networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default></users></yandex>\n`,
  );
  return startDaemon(namespace, {
    command: 'clickhouse-server',
    args: [`--config-file=${configuration}`],
    directory,
    ports: [ports.native, ports.http],
  });
}
