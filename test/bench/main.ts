import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { createLab, type Lab } from '../lab/lab.js';
import { evaluation, measureEvaluation } from './evaluate.js';
import { history, measureHistory } from './history.js';
import { type Measurement, measure, median } from './measure.js';
import { exposcan, nmapConnect, type Scanner } from './scanners.js';
import { listenerProgram, type Scenario, scenarios } from './scenarios.js';
import { emptyProgram, measureStartup, startup } from './startup.js';

/** `npm run bench -- [SCENARIO…] [--runs N] [--json FILE]`: whole processes, in turn, on the same host. All but `startup`, `evaluate` and `history` need root. */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { runs: { type: 'string', default: '5' }, json: { type: 'string' } },
});
const runs = Number(values.runs);
const isWanted = ({ name }: { name: string }) => positionals.length === 0 || positionals.includes(name);
const wanted = scenarios.filter(isWanted);
const names = [...scenarios, startup, evaluation, history].map(({ name }) => name);
if (!Number.isInteger(runs) || runs < 1 || !positionals.every((name) => names.includes(name))) {
  console.error(`usage: npm run bench -- [${names.join('|')}]… [--runs N] [--json FILE]`);
  process.exit(2);
}
if (wanted.length > 0 && process.getuid?.() !== 0) {
  console.error(
    'The bench builds network namespaces, and needs root for that. Without root: npm run bench -- startup evaluate history',
  );
  process.exit(2);
}

interface Row {
  readonly scenario: string;
  readonly scanner: string;
  readonly seconds: readonly number[];
  readonly peakMiB: readonly number[];
  /** In how many runs exactly the planted open ports were found; of startup, the right thing said. */
  readonly right: number;
}

const peer = nmapConnect();
const rows: Row[] = [];
const table = new Table({
  head: ['scenario', 'scanner', 'median s', 'min–max s', 'peak MiB', 'right', '÷ peer'],
  style: { head: [], border: [] },
});
const show = (measured: readonly Row[], reference: Row | undefined) => {
  rows.push(...measured);
  for (const row of measured) {
    table.push([
      row.scenario,
      row.scanner,
      median(row.seconds).toFixed(3),
      `${Math.min(...row.seconds).toFixed(3)}–${Math.max(...row.seconds).toFixed(3)}`,
      Math.max(...row.peakMiB).toFixed(0),
      `${row.right} of ${row.seconds.length}`,
      reference === undefined ? '–' : (median(row.seconds) / median(reference.seconds)).toFixed(2),
    ]);
  }
};
if (isWanted(startup)) {
  const measured = (await measureStartup(runs)).map(({ program, measurements, right }) => ({
    scenario: startup.name,
    scanner: program.name,
    seconds: measurements.map(({ seconds }) => seconds),
    peakMiB: measurements.map(({ peakMiB }) => peakMiB),
    right,
  }));
  show(
    measured,
    measured.find(({ scanner }) => scanner === emptyProgram.name),
  );
}
if (isWanted(evaluation)) {
  const measured = (await measureEvaluation(runs)).map(({ policy, step, ...result }) => ({
    scenario: `${evaluation.name}: ${policy}`,
    scanner: step,
    ...result,
  }));
  show(measured, undefined);
}
const notes: string[] = [];
if (isWanted(history)) {
  const { steps, sizes } = await measureHistory();
  show(
    steps.map(({ step, ...result }) => ({ scenario: history.name, scanner: step, ...result })),
    undefined,
  );
  notes.push(`${history.name}: ${sizes}`);
}
for (const scenario of wanted) {
  const measured = await runScenario(scenario, peer === undefined ? [exposcan] : [exposcan, peer]);
  show(
    measured,
    measured.find(({ scanner }) => scanner === peer?.name),
  );
}
for (const { name, describe } of [startup, evaluation, history, ...wanted].filter(isWanted))
  console.log(`${name}: ${describe}`);
console.log(table.toString());
for (const note of notes) console.log(note);
if (wanted.length > 0 && peer === undefined) console.log('nmap is not installed: nothing to compare with.');
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);

async function runScenario(scenario: Scenario, scanners: readonly Scanner[]): Promise<Row[]> {
  const lab = createLab();
  try {
    await startListener(lab, scenario);
    scenario.prepare(lab);
    const results = new Map<Scanner, Measurement[]>(scanners.map((scanner) => [scanner, []]));
    for (let turn = 0; turn < runs; turn++) {
      for (const scanner of scanners) {
        const result = await measure(lab.outside, scanner.command, scanner.args);
        results.get(scanner)?.push(result);
        console.error(`${scenario.name} ${scanner.name}: ${result.seconds.toFixed(2)} s`);
      }
    }
    return [...results].map(([scanner, measurements]) => ({
      scenario: scenario.name,
      scanner: scanner.name,
      seconds: measurements.map(({ seconds }) => seconds),
      peakMiB: measurements.map(({ peakMiB }) => peakMiB),
      right: measurements.filter(({ stdout }) => foundAll(scanner.openPorts(stdout), scenario.openPorts)).length,
    }));
  } finally {
    lab.remove();
  }
}

async function startListener(lab: Lab, { openPorts }: Scenario): Promise<void> {
  const args = ['-e', listenerProgram, ...openPorts.map(String)];
  const child = lab.host.start(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
}

function foundAll(found: readonly number[], planted: readonly number[]): boolean {
  return [...new Set(found)].sort((a, b) => a - b).join() === planted.join();
}
