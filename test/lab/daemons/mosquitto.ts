import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCertificate } from '../certificate.js';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** Mosquitto on 1883 and, inside TLS, on 8883; who has no name and no password is let in, or is not. */
export async function startMosquitto(
  namespace: Namespace,
  directory: string,
  { anonymous, plain, secure }: { anonymous: boolean; plain: number; secure: number },
): Promise<Daemon> {
  const configuration = join(directory, 'mosquitto.conf');
  const { certificate, key } = createCertificate(directory, ['mqtt.example.org']);
  const lines = [
    ...[`allow_anonymous ${anonymous}`, 'log_type all', 'user root'],
    ...[`listener ${plain}`, `listener ${secure}`, `certfile ${certificate}`, `keyfile ${key}`],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, {
    command: 'mosquitto',
    args: ['-c', configuration],
    directory,
    ports: [plain, secure],
  });
}
