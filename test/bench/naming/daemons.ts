import { labDaemons, type LabDaemon } from '../../lab/daemons/index.js';
import { createLab, hostAddresses, type Lab } from '../../lab/lab.js';
import { upstreamVersion } from '../../lab/packages.js';
import { measure, median, type Measurement } from '../measure.js';
import type { Row } from '../results.js';
import { wordsOf, type Answer } from './answers.js';
import { judge, nothingJudged, plus, type Judgement } from './judge.js';
import { startMeter, type Meter, type MeterReading } from './meter.js';
import { exposcanNamer, nmapNamer, type Namer } from './scanners.js';

export const identify = {
  name: 'identify',
  describe:
    'every daemon of the lab by itself, then all of them at once: who names what, in what time, with how many connections',
};

const together = 'all at once';

/** Daemons that are scanned in one run, and what stands there. */
interface Group {
  readonly name: string;
  readonly daemons: readonly LabDaemon[];
}

interface Turn extends MeterReading {
  readonly measurement: Measurement;
  readonly answers: readonly Answer[];
}

/** Starts what there is, and lets every scanner name it, in turn. */
export async function measureDaemons(runs: number): Promise<{ rows: Row[]; notes: string[] }> {
  const lab = createLab();
  const notes: string[] = [];
  try {
    const running: LabDaemon[] = [];
    for (const daemon of labDaemons) {
      try {
        await daemon.start(lab.host, lab.directory(daemon.name.replace(/\W+/g, '-')));
        running.push(daemon);
      } catch (error) {
        notes.push(`${identify.name}: ${daemon.name} is left out: ${String(error).split('\n', 1).join('')}`);
      }
    }
    const meter = startMeter(lab.host);
    const namers = [exposcanNamer, ...nmapNamer()];
    const groups = [
      ...running.map((daemon): Group => ({ name: daemon.name, daemons: [daemon] })),
      { name: together, daemons: running },
    ];
    const rows: Row[] = [];
    for (const group of groups) rows.push(...(await measureGroup(lab, meter, group, namers, runs)));
    return { rows, notes };
  } finally {
    lab.remove();
  }
}

async function measureGroup(
  lab: Lab,
  meter: Meter,
  group: Group,
  namers: readonly Namer[],
  runs: number,
): Promise<Row[]> {
  const turns = new Map<Namer, Turn[]>(namers.map((namer) => [namer, []]));
  for (let turn = 0; turn < runs; turn += 1) {
    for (const namer of namers) turns.get(namer)?.push(await takeTurn(lab, meter, group, namer));
  }
  const reference = turns.get(namers.find((namer) => namer !== exposcanNamer) ?? exposcanNamer) ?? [];
  return [...turns].map(([namer, own]) => rowOf(group, namer, own, namer === exposcanNamer ? reference : own));
}

async function takeTurn(lab: Lab, meter: Meter, { daemons, name }: Group, namer: Namer): Promise<Turn> {
  const ports = daemons.flatMap(({ proves }) => proves.map(({ port }) => port));
  const { command, args } = namer.command(hostAddresses[4], ports);
  meter.take();
  const measurement = await measure(lab.outside, command, args);
  const seen = meter.take();
  console.error(`${identify.name} ${name} ${namer.name}: ${measurement.seconds.toFixed(2)} s`);
  return { ...seen, measurement, answers: measurement.stdout === '' ? [] : namer.answers(measurement.stdout) };
}

function rowOf({ name, daemons }: Group, namer: Namer, turns: readonly Turn[], reference: readonly Turn[]): Row {
  const judgements = turns.map(({ answers }) =>
    daemons
      .map(({ proves, package: from }) => judge(proves, upstreamVersion(from), answers))
      .reduce(plus, nothingJudged),
  );
  const secondsOf = (all: readonly Turn[]) => all.map(({ measurement }) => measurement.seconds);
  const known = tellable(daemons);
  const last = turns.at(-1)?.answers ?? [];
  return {
    scenario: `${identify.name}: ${name}`,
    scanner: namer.name,
    seconds: secondsOf(turns),
    cpuSeconds: turns.map(({ measurement }) => measurement.cpuSeconds),
    peakMiB: turns.map(({ measurement }) => measurement.peakMiB),
    right: judgements.filter(
      ({ ports, named, products, versions, wrong }) =>
        named === ports && products >= known.productsKnown && versions >= known.versionsKnown && wrong === 0,
    ).length,
    ratio: median(secondsOf(turns)) / median(secondsOf(reference)),
    ...(namer === exposcanNamer && reference !== turns ? { target: 0.25 } : {}),
    naming: {
      answers: name === together ? [] : last.map((answer) => `${answer.port} ${wordsOf(answer)}`),
      ...worst(judgements),
      ...known,
      connections: median(turns.map(({ connections }) => connections)),
      bytesSent: median(turns.map(({ bytes }) => bytes)),
    },
  };
}

/** On how many ports a stranger is told the product, and the version. */
function tellable(daemons: readonly LabDaemon[]) {
  const proofs = daemons.flatMap(({ proves }) => proves);
  return {
    productsKnown: proofs.filter(({ product }) => product !== undefined).length,
    versionsKnown: proofs.filter(({ tellsVersion }) => tellsVersion === true).length,
  };
}

/** Of several runs, the least that was right and the most that was wrong. */
function worst(judgements: readonly Judgement[]): Judgement {
  const least = (of: (one: Judgement) => number) => Math.min(...judgements.map(of));
  return {
    ports: least(({ ports }) => ports),
    named: least(({ named }) => named),
    products: least(({ products }) => products),
    versions: least(({ versions }) => versions),
    wrong: Math.max(...judgements.map(({ wrong }) => wrong)),
  };
}
