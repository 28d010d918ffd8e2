import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './command.js';

/** Where a program in the lab finds /dev/log, with what of /dev servers need besides; its arguments follow. */
const script = `
  devices=$(mktemp -d) && mount -t tmpfs tmpfs "$devices" && cd /dev &&
  cp -a null zero full random urandom fd stdin stdout stderr "$devices" && mkdir -m 1777 "$devices/shm" &&
  mount --move "$devices" /dev && rmdir "$devices" || exit
  socat -u UNIX-RECV:/dev/log,mode=666 "OPEN:$1,append" &
  until [ -S /dev/log ]; do sleep 0.05; done
  shift && cd "$OLDPWD" && exec "$@"`;

/** A command that finds a syslog of its own, which is nobody else's. */
export interface WithSyslog {
  readonly command: string;
  readonly args: readonly string[];
  /** The messages so far, as they came (RFC 3164, without line ends between them). */
  readonly messages: () => string;
}

/** Wraps a command for a namespace so that what it tells the system's log is kept in a file of this directory. */
export function withSyslog(directory: string, command: string, args: readonly string[]): WithSyslog {
  const file = join(directory, 'syslog');
  writeFileSync(file, '');
  return {
    command: 'sh',
    args: ['-c', script, 'sh', file, findProgram(command) ?? command, ...args],
    messages: () => readFileSync(file, 'latin1'),
  };
}
