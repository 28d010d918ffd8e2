import pLimit from 'p-limit';
import { labGroups, type LabGroup } from '../../lab/groups/index.js';
import type { LabDaemon } from '../../lab/groups/lab-daemon.js';
import { createLab, hostAddresses, type Lab } from '../../lab/lab.js';
import { upstreamVersion } from '../../lab/packages.js';
import { measure, median, type Measurement } from '../measure.js';
import type { Wanted } from '../own-work.js';
import type { Row } from '../results.js';
import { wordsOf, type Answer } from './answers.js';
import { judge, nothingJudged, plus, type Judgement } from './judge.js';
import { startMeter, type Meter, type MeterReading } from './meter.js';
import { exposcanNamer, nmapNamer, type Namer } from './scanners.js';

export const identify = {
  name: 'identify',
  describe:
    'every daemon of the lab by itself (nmap on sixteen at a time), then the most usual ones at once: who names what, in what time, with how many connections',
};

/** What all rows of a group at once are called by. */
const together = 'all at once';
const total = 'sum';
/** A peer that waits for minutes on one silent port does so for many daemons at a time. */
const peerWidth = 16;

type Naming = NonNullable<Row['naming']>;

interface Turn extends MeterReading {
  readonly measurement: Measurement;
  readonly answers: readonly Answer[];
}

/** Starts what there is, group by group, and lets every scanner name it, in turn; the peer `peerRuns` times. */
export async function measureDaemons(
  runs: number,
  { peerRuns, only = '' }: Wanted,
): Promise<{ rows: Row[]; notes: string[] }> {
  const isWanted = (name: string) => name.toLowerCase().includes(only.toLowerCase());
  const wanted = labGroups
    .map((group) => ({
      ...group,
      daemons: group.daemons.filter(({ name }) => isWanted(group.name) || isWanted(name)),
    }))
    .filter(({ daemons }) => daemons.length > 0);
  const turns = new Map<Namer, number>([
    [exposcanNamer, runs],
    ...(peerRuns === 0 ? [] : nmapNamer().map((namer) => [namer, peerRuns] as const)),
  ]);
  const results = [];
  for (const group of wanted) results.push(await measureInLab(group, turns));
  const rows = results.flatMap((result) => result.rows);
  return { rows: [...rows, ...sums(rows)], notes: results.flatMap((result) => result.notes) };
}

async function measureInLab(
  { name, daemons, atOnce }: LabGroup,
  turns: ReadonlyMap<Namer, number>,
): Promise<{ rows: Row[]; notes: string[] }> {
  const lab = createLab();
  const notes: string[] = [];
  try {
    const running: LabDaemon[] = [];
    for (const daemon of daemons) {
      try {
        await daemon.start(lab.host, lab.directory(daemon.name.replace(/\W+/g, '-')));
        running.push(daemon);
      } catch (error) {
        notes.push(`${identify.name}: ${daemon.name} is left out: ${String(error).split('\n', 1).join('')}`);
      }
    }
    const meter = startMeter(lab.host, running.flatMap(portsOf));
    const groups = running.map((daemon): LabGroup => ({ name: daemon.name, daemons: [daemon] }));
    const rows = await measureGroups(lab, meter, groups, turns);
    if (atOnce === true && running.length > 1) {
      const all = { name: `${name}, ${together}`, daemons: running };
      rows.push(...(await measureGroups(lab, meter, [all], turns)));
    }
    return { rows, notes };
  } finally {
    lab.remove();
  }
}

/** exposcan on one after the other, then its peer on many at a time, since it is mostly waiting. */
async function measureGroups(
  lab: Lab,
  meter: Meter,
  groups: readonly LabGroup[],
  turns: ReadonlyMap<Namer, number>,
): Promise<Row[]> {
  const taken = new Map<LabGroup, Map<Namer, Turn[]>>(groups.map((group) => [group, new Map()]));
  for (const [namer, runs] of turns) {
    const limit = pLimit(namer === exposcanNamer ? 1 : peerWidth);
    const measureOne = async (group: LabGroup) => {
      const own = [];
      for (let turn = 0; turn < runs; turn += 1) own.push(await takeTurn(lab, meter, group, namer));
      taken.get(group)?.set(namer, own);
    };
    await Promise.all(groups.map((group) => limit(measureOne, group)));
  }
  return [...taken].flatMap(([group, byNamer]) => {
    const reference = byNamer.get([...turns.keys()].find((namer) => namer !== exposcanNamer) ?? exposcanNamer) ?? [];
    return [...byNamer].map(([namer, own]) => rowOf(group, namer, own, namer === exposcanNamer ? reference : own));
  });
}

async function takeTurn(lab: Lab, meter: Meter, { daemons, name }: LabGroup, namer: Namer): Promise<Turn> {
  const ports = daemons.flatMap(portsOf);
  const { command, args } = namer.command(hostAddresses[4], ports);
  meter.take(ports);
  const measurement = await measure(lab.outside, command, args);
  const seen = meter.take(ports);
  console.error(`${identify.name} ${name} ${namer.name}: ${measurement.seconds.toFixed(2)} s`);
  return { ...seen, measurement, answers: measurement.stdout === '' ? [] : namer.answers(measurement.stdout) };
}

function portsOf({ proves }: LabDaemon): number[] {
  return proves.map(({ port }) => port);
}

function rowOf({ name, daemons }: LabGroup, namer: Namer, turns: readonly Turn[], reference: readonly Turn[]): Row {
  const judgements = turns.map(({ answers }) =>
    daemons
      .map(({ proves, package: from }) =>
        judge(proves, typeof from === 'string' ? upstreamVersion(from) : from.version, answers),
      )
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
      answers: name.endsWith(together) ? [] : last.map((answer) => `${answer.port} ${wordsOf(answer)}`),
      ...worst(judgements),
      ...known,
      connections: median(turns.map(({ connections }) => connections)),
      bytesSent: median(turns.map(({ bytes }) => bytes)),
    },
  };
}

/** Every daemon by itself, added up for each scanner. */
function sums(rows: readonly Row[]): Row[] {
  const alone = rows.filter(({ scenario }) => !scenario.endsWith(together));
  return [...new Set(alone.map(({ scanner }) => scanner))].map((scanner) => {
    const own = alone.filter((row) => row.scanner === scanner);
    const add = (of: (naming: Naming) => number | undefined) =>
      own.reduce((sum, { naming }) => sum + ((naming && of(naming)) ?? 0), 0);
    return {
      scenario: `${identify.name}: ${total}`,
      scanner,
      seconds: [own.reduce((sum, { seconds }) => sum + median(seconds), 0)],
      peakMiB: own.flatMap(({ peakMiB }) => peakMiB),
      right: own.reduce((sum, { right }) => sum + right, 0),
      naming: {
        answers: [],
        ports: add(({ ports }) => ports),
        named: add(({ named }) => named),
        products: add(({ products }) => products),
        versions: add(({ versions }) => versions),
        wrong: add(({ wrong }) => wrong),
        productsKnown: add(({ productsKnown }) => productsKnown),
        versionsKnown: add(({ versionsKnown }) => versionsKnown),
        connections: add(({ connections }) => connections),
        bytesSent: add(({ bytesSent }) => bytesSent),
      },
    };
  });
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
