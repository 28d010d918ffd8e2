import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startDaemon, type Daemon } from './daemon.js';
import type { Namespace } from './namespace.js';
import { besideRoot } from './packages.js';
import { withSyslog } from './syslog.js';

/** A server that is unpacked and not installed: what its package's scripts would have made ready, and how it runs. */
export interface BesideRecipe {
  /** Its directory as servers/packages-beside names it. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly directory: string;
  readonly ports: readonly number[];
  readonly readyLog?: RegExp;
  /** System users that Debian makes for it; each gets a group of the same name. */
  readonly users?: readonly string[];
  /** Its configuration: paths, as it sees them, and what stands there. */
  readonly files?: Readonly<Record<string, string>>;
  /** Shell commands that finish its set-up, run as root where it runs; they must not fail. */
  readonly setUp?: string;
}

/** It also has what it told the system's log. */
export interface BesideDaemon extends Daemon {
  messages(): string;
}

/**
 * Lays what was unpacked (`$1`) and the configuration (`$2`) over this machine's own /usr, /etc and /var, for one process and those
 * that it starts; what they write there is gone with them. Then its commands (`$3`), users (`$4`), and the server itself, which all that it
 * has started ends with, wherever it went.
 */
const script = `
  set -e
  layers=$(mktemp -d)
  mount -t tmpfs -o mode=755 tmpfs "$layers"
  for part in usr etc var; do
    upper=$layers/$part/upper work=$layers/$part/work
    mkdir -p "$upper" "$work" "$1/$part"
    if [ -d "$2/$part" ]; then cp -a "$2/$part/." "$upper"; fi
    if [ $part = etc ]; then
      cp -L /etc/nsswitch.conf /etc/resolv.conf "$upper"
      { echo "127.0.0.1 $(hostname).example.org $(hostname)"; cat /etc/hosts; } >"$upper/hosts"
    fi
    mount -t overlay -o "lowerdir=$1/$part:/$part,upperdir=$upper,workdir=$work" overlay "/$part"
  done
  mount -t tmpfs -o mode=755 tmpfs /run
  mkdir -m 1777 /run/lock
  number=64000
  for user in $4; do
    number=$((number + 1))
    grep -q "^$user:" /etc/group || echo "$user:x:$number:" >>/etc/group
    grep -q "^$user:" /etc/passwd || echo "$user:x:$number:$number::/nonexistent:/usr/sbin/nologin" >>/etc/passwd
  done
  export PATH="$PATH:/usr/sbin:/sbin"
  eval "$3"
  shift 4
  # With the first process of a process namespace all others end; unshare itself heeds no SIGTERM.
  unshare --pid --fork --kill-child --mount-proc -- sh -c '"$@" & wait $!' sh "$@" &
  trap "kill -KILL $!" TERM
  wait $!`;

/** Whether all of these are unpacked; see servers/unpack-beside. */
export function lacksBeside(names: readonly string[]): string[] {
  return names.filter((name) => !existsSync(join(besideRoot, name)));
}

/** Starts a server that was unpacked beside those that are installed, as if it were the one that is installed. */
export async function startBeside(
  namespace: Pick<Namespace, 'start' | 'listeningPorts'>,
  { name, command, args, users = [], files = {}, setUp = '', ...recipe }: BesideRecipe,
): Promise<BesideDaemon> {
  const configuration = join(recipe.directory, 'configuration');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(configuration, path)), { recursive: true });
    writeFileSync(join(configuration, path), text);
  }
  const fixed = [join(besideRoot, name), configuration, setUp, users.join(' ')];
  const { messages, ...wrapped } = withSyslog(recipe.directory, 'sh', ['-c', script, 'sh', ...fixed, command, ...args]);
  const daemon = await startDaemon(namespace, { ...recipe, ...wrapped });
  return { ...daemon, messages };
}
