import { spawn } from 'node:child_process';
import { type Measurement, measure } from './measure.js';

/** A program that starts, says little, and ends; and what it must say. */
interface Program {
  readonly name: string;
  readonly args: readonly string[];
  readonly says: RegExp;
}

export const startup = {
  name: 'startup',
  describe: '--version is to take at most 1.5 times as long as a Node program that does nothing',
};

export const emptyProgram: Program = { name: 'node -e 0', args: ['-e', '0'], says: /^$/ };

const programs: readonly Program[] = [
  { name: 'exposcan --version', args: ['bin/exposcan.js', '--version'], says: /^\d+\.\d+\.\d+/ },
  { name: 'exposcan --help', args: ['bin/exposcan.js', '--help'], says: /^Usage: exposcan/ },
  {
    name: 'exposcan 127.0.0.1 -p 1',
    args: ['bin/exposcan.js', '127.0.0.1', '-p', '1', '--no-history'],
    says: /1 (?:closed|open)/,
  },
  emptyProgram,
];

/** They take hundredths of a second, which a busy moment doubles: so many more runs than a scan needs. */
const turnsEachRun = 5;

export interface StartupResult {
  readonly program: Program;
  readonly measurements: readonly Measurement[];
  /** In how many turns it said what it must. */
  readonly right: number;
}

/** Runs each of the programs in turn, here and not in a namespace: no privilege is needed. */
export async function measureStartup(runs: number): Promise<StartupResult[]> {
  const results = programs.map((program) => ({ program, measurements: [] as Measurement[] }));
  for (let turn = 0; turn < runs * turnsEachRun; turn++) {
    for (const { program, measurements } of results) {
      measurements.push(await measure({ start: spawn }, process.execPath, program.args));
    }
  }
  return results.map(({ program, measurements }) => ({
    program,
    measurements,
    right: measurements.filter(({ stdout }) => program.says.test(stdout)).length,
  }));
}
