import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { findProgram } from '../lab/command.js';

/** What the figures hang on: the machine, its kernel, and the versions of all that was measured. */
export function machineFacts(): Record<string, string | number> {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    node: process.version,
    exposcan: firstLine(process.execPath, ['bin/exposcan.js', '--version']),
    nmap: versionOf('nmap'),
    masscan: versionOf('masscan'),
  };
}

function versionOf(program: string): string {
  const command = findProgram(program);
  if (command === undefined) return 'not installed';
  // `Nmap version 7.93 ( https://nmap.org )`, `Masscan version 1.3.2 ( https://… )`
  return /version ([\w.]+)/.exec(firstLine(command, ['--version']))?.[1] ?? 'unknown';
}

function firstLine(command: string, args: readonly string[]): string {
  return spawnSync(command, args, { encoding: 'utf8' }).stdout.trim().split('\n')[0] ?? 'unknown';
}
