import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ExposcanError, messageOf } from '../model/errors.js';

/**
 * The file of the history: what `--history` names, else `exposcan/history.db` in the user's state directory, which is
 * `$XDG_STATE_HOME`, or `~/.local/state` where that is unset, empty or relative (XDG Base Directory Specification 0.8:
 * https://specifications.freedesktop.org/basedir-spec/latest/). Without a usable `$HOME`, home is where the system's list of users
 * says, which `homeOfUser` looks up. Throws `ERR_USAGE` for an empty flag, `ERR_HISTORY` where there is no home at all.
 */
export function historyFile(
  flag: string | undefined,
  environment: NodeJS.ProcessEnv,
  homeOfUser: () => string = () => userInfo().homedir,
): string {
  if (flag === '') {
    throw new ExposcanError('ERR_USAGE', '--history is empty: expected the file that holds the history.');
  }
  return flag ?? join(stateHome(environment, homeOfUser), 'exposcan', 'history.db');
}

function stateHome({ XDG_STATE_HOME, HOME }: NodeJS.ProcessEnv, homeOfUser: () => string): string {
  if (XDG_STATE_HOME !== undefined && isAbsolute(XDG_STATE_HOME)) return XDG_STATE_HOME;
  return join(HOME !== undefined && isAbsolute(HOME) ? HOME : userHome(homeOfUser), '.local', 'state');
}

function userHome(homeOfUser: () => string): string {
  const refuse = (why: string, cause?: unknown) =>
    new ExposcanError(
      'ERR_HISTORY',
      `There is no place to keep the history: neither XDG_STATE_HOME nor HOME is set to an absolute path, and ${why}. ` +
        'Name the file with --history.',
      { cause },
    );
  let home: string;
  try {
    home = homeOfUser();
  } catch (error) {
    // A container that runs as a number which no user has.
    throw refuse(`this user's home directory cannot be found (${messageOf(error)})`, error);
  }
  if (isAbsolute(home)) return home;
  throw refuse('this user has no home directory');
}
