import { hostname, userInfo } from 'node:os';
import { printableText, shorten } from '../../model/printable.js';

/** Who stands behind a record: `igb@admin1`; where sudo(8) changed the user, `igb as root@admin1`. It is told, not proved. */
export function signedBy({ SUDO_USER }: NodeJS.ProcessEnv): string {
  const user = userName();
  const person = SUDO_USER === undefined || SUDO_USER === '' || SUDO_USER === user ? user : `${SUDO_USER} as ${user}`;
  return shorten(printableText(`${person}@${hostname()}`), 200);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container that runs as a number which no user has.
    return `user ${process.getuid?.() ?? 'unknown'}`;
  }
}
