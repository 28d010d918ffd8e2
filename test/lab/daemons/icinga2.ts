import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Icinga 2 on port 5665, alone in its zone, with a certificate of its own. */
export async function startIcinga2(namespace: Namespace, directory: string): Promise<Daemon> {
  const configuration = join(directory, 'icinga2.conf');
  const places = ['DataDir', 'LogDir', 'CacheDir', 'InitRunDir'].map((name) => ({ name, path: join(directory, name) }));
  for (const { path } of places) mkdirSync(path);
  const certificates = join(directory, 'DataDir', 'certs');
  mkdirSync(certificates);
  const { certificate, key } = createCertificate(directory, ['lab']);
  for (const name of ['lab.crt', 'ca.crt']) copyFileSync(certificate, join(certificates, name));
  copyFileSync(key, join(certificates, 'lab.key'));
  const lines = [
    ...['const NodeName = "lab"', 'const ZoneName = "lab"', 'object Endpoint "lab" {}'],
    ...['object Zone "lab" { endpoints = [ "lab" ] }', 'object ApiListener "api" { bind_host = "0.0.0.0" }'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'icinga2',
    args: [
      ...['daemon', '-c', configuration, ...places.map(({ name, path }) => `-D${name}=${path}`)],
      ...['-DRunAsUser=root', '-DRunAsGroup=root'],
    ],
    directory,
    ports: [5665],
  });
}
