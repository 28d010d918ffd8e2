import { run } from './command.js';

/** The upstream version of an installed Debian package: `9.2p1` of `1:9.2p1-2+deb12u10`. */
export function upstreamVersion(name: string): string {
  const version = run('dpkg-query', ['-W', '-f', '${Version}', name]);
  return version.replace(/^\d+:/, '').replace(/-[^-]*$/, '');
}
