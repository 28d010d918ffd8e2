import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { systemCode } from '../model/errors.js';

/**
 * This process, as text that no other process ever has: `PID@HOST BOOT/NAMESPACE START`. Where the system does not tell one of the
 * parts, a random one stands for it, and nothing can be concluded about the process later.
 */
export function ownProcess(): string {
  const { boot, namespace } = ownPlace();
  return `${process.pid}@${hostname().replace(/\s/g, '_')} ${boot}/${namespace} ${startOf(process.pid) ?? randomUUID()}`;
}

/**
 * Whether another process, by what it called itself, is at work: `dead` where it ran on this machine and its number is free or another's
 * now, or the machine has been started anew; `unknown` where it ran elsewhere, as in another container, whose numbers mean nothing here.
 */
export function fateOf(text: string): 'alive' | 'dead' | 'unknown' {
  const match = /^(\d+)@(\S+) (\S+)\/(\S+) (\S+)$/.exec(text);
  if (match === null) return 'unknown';
  const [, pid = '', host, boot, namespace, start] = match;
  const own = ownPlace();
  if (host !== hostname().replace(/\s/g, '_')) return 'unknown';
  if (boot !== own.boot) return own.isKnown ? 'dead' : 'unknown';
  if (namespace !== own.namespace) return 'unknown';
  return isAlive(Number(pid)) && startOf(Number(pid)) === start ? 'alive' : 'dead';
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 is not sent: only whether it could be is told (kill(2)).
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

const elsewhere = { boot: randomUUID(), namespace: randomUUID() };

/** Linux: https://docs.kernel.org/admin-guide/sysctl/kernel.html#random, pid_namespaces(7). */
function ownPlace(): { boot: string; namespace: string; isKnown: boolean } {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return { boot, namespace: readlinkSync('/proc/self/ns/pid'), isKnown: true };
  } catch {
    return { ...elsewhere, isKnown: false };
  }
}

/** When a process was started, in ticks since the machine was: field 22 of proc_pid_stat(5). The name before may hold anything. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
