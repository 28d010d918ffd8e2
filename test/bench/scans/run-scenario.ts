import { createLab } from '../../lab/lab.js';
import { measure, median, type Measurement } from '../measure.js';
import type { Row } from '../results.js';
import { startListener } from './listener.js';
import type { Contender, Scenario } from './scenario.js';

/** One run of a contender: what it took, and how far what it found is from what was planted. */
interface Turn {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMiB: number;
  readonly hasEnded: boolean;
  readonly missed: number;
  readonly extra: number;
}

/** Runs the contenders in turn against one host; those that take minutes only `peerRuns` times. */
export async function runScenario(
  scenario: Scenario,
  { runs, peerRuns }: { runs: number; peerRuns: number },
): Promise<{ rows: Row[]; notes: string[] }> {
  const lab = createLab();
  try {
    await startListener(lab, scenario.openPorts);
    const finish = await scenario.prepare(lab);
    const contenders = scenario.contenders();
    const turns = new Map<Contender, Turn[]>(contenders.map((contender) => [contender, []]));
    for (let turn = 0; turn < runs; turn++) {
      for (const contender of contenders) {
        if (contender.isSlow === true && turn >= peerRuns) continue;
        const done = await takeTurn(scenario, contender, lab);
        turns.get(contender)?.push(done);
        console.error(`${scenario.name} ${contender.name}: ${wordsOf(done)}`);
      }
    }
    const reference = [...turns].find(([{ name }]) => name === scenario.reference)?.[1] ?? [];
    const ran = [...turns].filter(([, own]) => own.length > 0);
    return {
      rows: ran.map(([contender, own]) => rowOf(scenario, contender, own, reference)),
      notes: (await finish?.()) ?? [],
    };
  } finally {
    lab.remove();
  }
}

async function takeTurn(scenario: Scenario, contender: Contender, lab: ReturnType<typeof createLab>): Promise<Turn> {
  const measurements: Measurement[] = [];
  for (const { command, args } of contender.commands) {
    measurements.push(await measure(lab.outside, command, args, contender.patienceSeconds));
  }
  for (const { code, complaint } of measurements) {
    // Some things unknown (3) is as it must be where hosts are silent.
    if (code !== 0 && code !== 3 && code !== null) console.error(`${contender.name} ended with ${code}:\n${complaint}`);
  }
  const found = new Set(measurements.flatMap(({ stdout }) => readFound(contender, stdout)));
  const planted = new Set(scenario.planted);
  const sum = (of: (measurement: Measurement) => number) => measurements.reduce((total, one) => total + of(one), 0);
  return {
    seconds: sum(({ seconds }) => seconds),
    cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
    peakMiB: Math.max(...measurements.map(({ peakMiB }) => peakMiB)),
    hasEnded: measurements.every(({ code }) => code !== null),
    missed: scenario.planted.filter((endpoint) => !found.has(endpoint)).length,
    extra: [...found].filter((endpoint) => !planted.has(endpoint)).length,
  };
}

/** What a scanner that failed has printed may not be what it prints otherwise: it has found nothing then. */
function readFound({ name, found }: Contender, stdout: string): string[] {
  try {
    return found(stdout);
  } catch (error) {
    console.error(`the output of ${name} cannot be read: ${String(error)}`);
    return [];
  }
}

function wordsOf({ seconds, hasEnded, missed, extra }: Turn): string {
  const wrong = [...(missed > 0 ? [`${missed} missed`] : []), ...(extra > 0 ? [`${extra} too many`] : [])];
  return [`${seconds.toFixed(2)} s`, ...(hasEnded ? [] : ['had not ended']), ...wrong].join(', ');
}

function rowOf(scenario: Scenario, contender: Contender, turns: readonly Turn[], reference: readonly Turn[]): Row {
  const seconds = turns.map((turn) => turn.seconds);
  const ratio = reference.length === 0 ? undefined : median(seconds) / median(reference.map((turn) => turn.seconds));
  return {
    scenario: scenario.name,
    scanner: turns.every(({ hasEnded }) => hasEnded) ? contender.name : `${contender.name} (had not ended)`,
    seconds,
    cpuSeconds: turns.map(({ cpuSeconds }) => cpuSeconds),
    peakMiB: turns.map(({ peakMiB }) => peakMiB),
    right: turns.filter(({ missed, extra, hasEnded }) => hasEnded && missed === 0 && extra === 0).length,
    missed: turns.map(({ missed }) => missed),
    extra: turns.map(({ extra }) => extra),
    endpoints: scenario.endpoints,
    ...(ratio === undefined ? {} : { ratio }),
    ...(contender.target === undefined ? {} : { target: contender.target }),
  };
}
