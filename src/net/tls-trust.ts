import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { readTextFile } from './read-text-file.js';

/** Files of a TLS client, in PEM form. */
export interface TlsFiles {
  /** Certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** What this side shows of itself, and the key to it. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** What is in them. */
export type TlsIdentity = TlsFiles;

const maxBytes = 4 * 1024 * 1024;
const certificate = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/;

/**
 * Reads them and proves that they can be used. Throws `ERR_FILE` where one cannot be read, else an error that says which is wrong, and
 * nothing of what is in it.
 */
export async function readTlsFiles(files: TlsFiles): Promise<TlsIdentity> {
  const read = async (path: string | undefined, what: string) =>
    path === undefined ? undefined : await readTextFile(path, what, maxBytes);
  const ca = await read(files.ca, 'the certificates to trust');
  const cert = await read(files.cert, 'the certificate');
  const key = await read(files.key, 'the key');
  // OpenSSL passes over what it does not understand, and then trusts nobody.
  if (ca !== undefined && !certificate.test(ca)) throw new Error(`there is no PEM certificate in ${files.ca ?? ''}`);
  try {
    if (ca !== undefined) new X509Certificate(ca);
    createSecureContext({ ca, cert, key });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`OpenSSL cannot use these certificates and keys${code}`, { cause: error });
  }
  return { ca, cert, key };
}
