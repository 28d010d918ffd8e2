import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.js';

/** Where the servers are that Debian does not let be installed together; servers/unpack-beside puts them there. */
export const besideRoot = '/opt/exposcan-lab';
const besideVersions = join(besideRoot, 'versions');

/** The upstream version of a Debian package that is installed or unpacked beside: `9.2p1` of `1:9.2p1-2+deb12u10`. */
export function upstreamVersion(name: string): string {
  const beside = existsSync(besideVersions) ? readFileSync(besideVersions, 'utf8').split('\n') : [];
  const version =
    beside.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ??
    run('dpkg-query', ['-W', '-f', '${Version}', name]);
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
}
