import { findProgram } from '../lab/command.js';
import { hostAddresses } from '../lab/lab.js';

/** A scanner to measure: how it is called, and how the ports that it found open are read off its output. */
export interface Scanner {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly openPorts: (stdout: string) => number[];
}

export const exposcan: Scanner = {
  name: 'exposcan',
  command: process.execPath,
  args: ['bin/exposcan.js', hostAddresses[4], '-p', 'all', '--no-policy', '--json', '--quiet'],
  openPorts: (stdout) => Array.from(stdout.matchAll(/^\s+"port": (\d+),$/gm), ([, port]) => Number(port)),
};

/** nmap's connect scan, the same work by the same means; undefined where it is not installed. */
export function nmapConnect(): Scanner | undefined {
  const command = findProgram('nmap');
  if (command === undefined) return undefined;
  return {
    name: 'nmap -sT -T4',
    command,
    args: ['-sT', '-T4', '-n', '-Pn', '-p-', '-oG', '-', hostAddresses[4]],
    openPorts: (stdout) => Array.from(stdout.matchAll(/(\d+)\/open\/tcp/g), ([, port]) => Number(port)),
  };
}
