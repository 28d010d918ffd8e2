import { findProgram } from '../../lab/command.js';
import { alike } from '../scans/contenders.js';
import type { Command } from '../scans/scenario.js';
import { answersOfExposcan, answersOfNmap, type Answer } from './answers.js';

/** A program that names what answers on ports. */
export interface Namer {
  readonly name: string;
  readonly command: (address: string, ports: readonly number[]) => Command;
  readonly answers: (stdout: string) => Answer[];
}

export const exposcanNamer: Namer = {
  name: 'exposcan',
  command: (address, ports) => ({
    command: process.execPath,
    args: ['bin/exposcan.js', address, '-p', ports.join(','), ...alike, '--json', '--quiet'],
  }),
  answers: answersOfExposcan,
};

/** One entry, or none where nmap is not installed. */
export function nmapNamer(args: readonly string[] = []): Namer[] {
  const command = findProgram('nmap');
  if (command === undefined) return [];
  return [
    {
      name: ['nmap -sV', ...args].join(' '),
      command: (address, ports) => ({
        command,
        args: ['-sV', ...args, '-n', '-Pn', '-p', ports.join(','), '-oX', '-', address],
      }),
      answers: answersOfNmap,
    },
  ];
}
