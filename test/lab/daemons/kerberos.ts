import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

export const realm = 'EXAMPLE.ORG';

export interface Kerberos {
  /** What the key distribution centre has logged. */
  readonly kdc: Daemon;
}

/** MIT Kerberos for one realm: the key distribution centre on port 88, the administration server on 749 and 464. */
export async function startKerberos(namespace: Namespace, directory: string): Promise<Kerberos> {
  const [client, server, keys] = ['krb5.conf', 'kdc.conf', 'acl'].map((name) => join(directory, name));
  if (client === undefined || server === undefined || keys === undefined)
    throw new TypeError('three names are three paths');
  writeFileSync(
    client,
    `[libdefaults]\n default_realm = ${realm}\n[logging]\n kdc = STDERR\n admin_server = STDERR\n default = STDERR\n`,
  );
  const database = join(directory, 'principal');
  const lines = ['[kdcdefaults]', ' kdc_tcp_ports = 88', '[realms]', ` ${realm} = {`, `  database_name = ${database}`];
  writeFileSync(
    server,
    [...lines, `  key_stash_file = ${join(directory, 'stash')}`, `  acl_file = ${keys}`, ' }', ''].join('\n'),
  );
  writeFileSync(keys, '');
  // env(1) stays in front of the server only until it has become the server.
  const environment = [`KRB5_CONFIG=${client}`, `KRB5_KDC_PROFILE=${server}`];
  namespace.run('env', [...environment, 'kdb5_util', 'create', '-s', '-P', 'lab']);
  const kdc = await startDaemon(namespace, {
    command: 'env',
    args: [...environment, 'krb5kdc', '-n'],
    directory,
    ports: [88],
  });
  await startDaemon(namespace, {
    command: 'env',
    args: [...environment, 'kadmind', '-nofork'],
    directory,
    ports: [464, 749],
  });
  return { kdc };
}
