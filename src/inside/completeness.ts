import type { ListingFormat } from '../model/listener.js';
import type { CommandLine } from './command-line.js';
import type { Socket } from './reading.js';

/** What stands between one prompt and the next. */
export interface Stretch {
  readonly command?: CommandLine;
  hasHeading: boolean;
  readonly sockets: Map<ListingFormat, Socket[]>;
}

/**
 * True where a stretch of a transcript shows every TCP listener of its host, so that what is missing from it does not listen.
 *
 * Evidence is the command, where the transcript shows it: it lists listeners, and neither an option nor a filter narrows
 * it (`grep LISTEN` takes no listener away, `grep mysql` does). Where no command is shown, the heading stands for it: what went
 * through a filter has lost it. Rows with neither may be a part of anything. lsof shows a user's own processes only, unless it runs
 * as root; where that is not told, rows of several users prove it, and without a command they must be of several programs
 * and ports, for its heading does not tell `-p` and `-i :PORT`. pfiles and docker ps never show a whole host.
 */
export function isWholeListing(stretch: Stretch): boolean {
  const { command, sockets } = stretch;
  if (command !== undefined && !command.isWhole) return false;
  for (const [format, found] of sockets) {
    if (format === 'pfiles' || format === 'docker-ps') continue;
    if (format === 'netstat-windows' && command?.hasProtocol === true) continue;
    if (format === 'lsof' && !isWholeLsof(found, command)) continue;
    if (found.length > 0 && (command !== undefined || stretch.hasHeading)) return true;
  }
  return false;
}

function isWholeLsof(sockets: readonly Socket[], command: CommandLine | undefined): boolean {
  const several = (values: readonly unknown[]) => new Set(values).size > 1;
  const hasUsers = several(sockets.map(({ user }) => user));
  if (command !== undefined) return command.isRoot || hasUsers;
  return hasUsers && several(sockets.map(({ process }) => process)) && several(sockets.map(({ port }) => port));
}
