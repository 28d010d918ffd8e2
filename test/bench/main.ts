import { writeFileSync } from 'node:fs';
import { messageOf } from '../../src/model/errors.js';
import { findProgram } from '../lab/command.js';
import { drawChart } from './chart.js';
import { readOrder, type Order } from './command-line.js';
import { machineFacts } from './machine.js';
import { formatNaming } from './naming/table.js';
import { namingWorks } from './naming/works.js';
import { ownWorks } from './own-work.js';
import type { Results } from './results.js';
import { runScenario } from './scans/run-scenario.js';
import { scenarios } from './scans/scenarios.js';
import type { Scenario } from './scans/scenario.js';
import { formatTable } from './table.js';

/** Whole processes, in turn, on the same host. Scans need root, what exposcan does by itself does not. */
const defaultRuns = 5;
/** Minutes long, without a peer, or of a thing of their own: measured only where they are asked for. */
const onRequest = ['evaluate', 'history', 'sparse-17', 'sparse-16', ...namingWorks.map(({ name }) => name)];

try {
  const order = readOrder(
    process.argv.slice(2),
    [...scenarios, ...ownWorks, ...namingWorks].map(({ name }) => name),
  );
  if (order.kind === 'chart') drawChart(order.file, order.into);
  else await measureAll(order);
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}

async function measureAll({ names, runs, peerRuns, only, json }: Order & { kind: 'measure' }): Promise<void> {
  const isWanted = ({ name }: { name: string }) =>
    names.length === 0 ? !onRequest.includes(name) : names.includes(name);
  const wanted = scenarios.filter(isWanted);
  const naming = namingWorks.filter(isWanted);
  if (wanted.length > 0 || naming.length > 0) requireLab();
  const results: Results = {
    format: 'exposcan-bench',
    startedAt: new Date().toISOString(),
    machine: machineFacts(),
    scenarios: {},
    rows: [],
    notes: wanted.length === 0 && naming.length === 0 ? [] : missingPeers(),
  };
  const add = (
    { name, describe }: { name: string; describe: string },
    { rows, notes }: Pick<Results, 'rows' | 'notes'>,
  ) => {
    results.scenarios[name] = describe;
    results.rows.push(...rows);
    results.notes.push(...notes);
    // Also what is measured so far is kept where the rest is not waited for.
    if (json !== undefined) writeFileSync(json, `${JSON.stringify(results, null, 2)}\n`);
  };
  for (const work of [...ownWorks.filter(isWanted), ...naming]) {
    add(work, await work.measure(runs ?? defaultRuns, { peerRuns, only }));
  }
  for (const scenario of wanted) {
    const missing = scenario.missing?.();
    if (missing !== undefined) results.notes.push(`${scenario.name} is left out: ${missing}`);
    else add(scenario, await runScenario(scenario, { runs: runs ?? scenario.runs ?? defaultRuns, peerRuns }));
  }
  print(results, wanted);
}

function requireLab(): void {
  const withoutRoot = `npm run bench -- ${ownWorks.map(({ name }) => name).join(' ')}`;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    throw new Error(`Scans are measured in network namespaces, which need Linux and root. Without: ${withoutRoot}`);
  }
  const absent = ['ip', 'nft', 'sysctl', 'setpriv'].filter((program) => findProgram(program) === undefined);
  if (absent.length > 0) throw new Error(`The lab needs programs that are not installed: ${absent.join(', ')}`);
}

function missingPeers(): string[] {
  const absent = ['nmap', 'masscan'].filter((program) => findProgram(program) === undefined);
  return absent.map((program) => `${program} is not installed: nothing to compare with`);
}

function print({ scenarios: described, rows, notes, machine }: Results, scans: readonly Scenario[]): void {
  console.log(
    Object.entries(machine)
      .map(([name, value]) => `${name} ${value}`)
      .join(', '),
  );
  for (const [name, describe] of Object.entries(described)) console.log(`${name}: ${describe}`);
  const others = rows.filter(({ naming }) => naming === undefined);
  if (others.length > 0) console.log(formatTable(others));
  if (others.length < rows.length) console.log(formatNaming(rows));
  if (scans.length > 0) {
    console.log(
      'Medians of as many runs as "right" says; those that take minutes run fewer times (--peer-runs). exposcan also names what is open, ' +
        'with --no-history --no-policy unless said otherwise; "right": exactly the planted endpoints were found.',
    );
  }
  for (const note of notes) console.log(note);
}
