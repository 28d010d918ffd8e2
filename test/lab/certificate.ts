import { join } from 'node:path';
import { run } from './command.js';

/** Makes a self-signed certificate for these names, valid for 30 days; gives back its file and its key's. */
export function createCertificate(directory: string, names: readonly string[]): { certificate: string; key: string } {
  const files = { certificate: join(directory, 'certificate.pem'), key: join(directory, 'key.pem') };
  run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-noenc', '-days', '30'],
    ...['-keyout', files.key, '-out', files.certificate, '-subj', `/CN=${names[0] ?? 'localhost'}`],
    ...['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`],
  ]);
  return files;
}

/** Likewise one that ended yesterday. */
export function createExpiredCertificate(directory: string, names: readonly string[]) {
  const files = createCertificate(directory, names);
  run('openssl', ['x509', '-in', files.certificate, '-signkey', files.key, '-days', '-1', '-out', files.certificate]);
  return files;
}
