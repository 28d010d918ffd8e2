import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNameOf } from '../../../src/model/known-ports.js';
import { createLab, hostAddresses, type Lab } from '../../lab/lab.js';
import { measure } from '../measure.js';
import type { Row } from '../results.js';
import type { Answer } from './answers.js';
import { wildGreetings, type WildGreeting } from './corpus.js';
import { exposcanNamer, nmapNamer, type Namer } from './scanners.js';

export const wild = {
  name: 'wild',
  describe:
    'a thousand greetings on unusual ports of one host: named ≥ 98 %, versions right ≥ 90 %, wrong < 2 %, in 30 s',
};

/** The same with a peer that takes minutes. */
export const wildBesideNmap = {
  name: 'wild-nmap',
  describe: `${wild.describe}; beside nmap -sV -T4 --version-intensity 0`,
};

/** Greets, listens, and lets the other side leave. */
const program = `
  const net = require('node:net');
  const entries = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
  let waiting = entries.length;
  for (const [port, greeting] of entries) {
    const server = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.resume();
      socket.write(Buffer.from(greeting, 'base64'));
    });
    server.listen({ port, host: '::', backlog: 512 }, () => {
      waiting -= 1;
      if (waiting === 0) process.stdout.write('ready');
    });
  }
`;

/** By each scanner once more than `runs` is not worth minutes: what they say does not change. */
export async function measureWild(runs: number, withPeer: boolean): Promise<{ rows: Row[]; notes: string[] }> {
  const { greetings, from } = await wildGreetings();
  const planted = plantOnUnusualPorts(greetings);
  const lab = createLab();
  try {
    await startGreeters(lab, planted);
    const namers = [exposcanNamer, ...(withPeer ? nmapNamer(['-T4', '--version-intensity', '0']) : [])];
    const rows: Row[] = [];
    for (const namer of namers) {
      rows.push(await measureNamer(lab, namer, planted, namer === exposcanNamer ? runs : 1, withPeer));
    }
    return { rows, notes: [`${wild.name}: ${greetings.length} greetings from ${from}`] };
  } finally {
    lab.remove();
  }
}

/** Ports that no table names, from the same place on each time. */
function plantOnUnusualPorts(greetings: readonly WildGreeting[]): Map<number, WildGreeting> {
  const planted = new Map<number, WildGreeting>();
  let port = 20_000;
  for (const greeting of greetings) {
    do port += 7;
    while (serviceNameOf(port) !== undefined);
    planted.set(port, greeting);
  }
  return planted;
}

async function startGreeters(lab: Lab, planted: ReadonlyMap<number, WildGreeting>): Promise<void> {
  const file = join(lab.directory('greetings'), 'greetings.json');
  writeFileSync(file, JSON.stringify([...planted].map(([port, { bytes }]) => [port, bytes.toString('base64')])));
  const child = lab.host.start(process.execPath, ['-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
  });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the greeters could not be started: see their words above');
  });
  if (child.stdout !== null) await Promise.race([once(child.stdout, 'data'), ended]);
  // That the lab's removal ends it later is as it should be.
  ended.catch(() => undefined);
}

async function measureNamer(
  lab: Lab,
  namer: Namer,
  planted: ReadonlyMap<number, WildGreeting>,
  runs: number,
  withPeer: boolean,
): Promise<Row> {
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  const peakMiB: number[] = [];
  let answers: Answer[] = [];
  for (let turn = 0; turn < runs; turn += 1) {
    const { command, args } = namer.command(hostAddresses[4], [...planted.keys()]);
    const run = await measure(lab.outside, command, args);
    seconds.push(run.seconds);
    cpuSeconds.push(run.cpuSeconds);
    peakMiB.push(run.peakMiB);
    answers = run.stdout === '' ? [] : namer.answers(run.stdout);
    console.error(`${wild.name} ${namer.name}: ${run.seconds.toFixed(2)} s`);
  }
  const naming = compare(planted, answers);
  return {
    scenario: withPeer ? wildBesideNmap.name : wild.name,
    scanner: namer.name,
    seconds,
    cpuSeconds,
    peakMiB,
    right: naming.wrong === 0 ? runs : 0,
    endpoints: planted.size,
    naming: { answers: [], ...naming },
  };
}

/** A version counts as wrong where another was read off the greeting by hand, or none: a distribution's own after it does not. */
function compare(planted: ReadonlyMap<number, WildGreeting>, answers: readonly Answer[]) {
  const probed = new Map(answers.filter((answer) => answer.probed).map((answer) => [answer.port, answer]));
  const pairs = [...planted].map(([port, greeting]) => ({ greeting, answer: probed.get(port) }));
  const isVersion = (told: string | undefined, version: string) =>
    version !== '' && (told === version || told?.startsWith(`${version} `) === true);
  return {
    ports: planted.size,
    named: probed.size,
    products: pairs.filter(({ greeting: { product }, answer }) => product !== '' && answer?.product === product).length,
    productsKnown: pairs.filter(({ greeting: { product } }) => product !== '').length,
    versionsKnown: pairs.filter(({ greeting: { version } }) => version !== '').length,
    versions: pairs.filter(({ greeting: { version }, answer }) => isVersion(answer?.version, version)).length,
    wrong: pairs.filter(
      ({ greeting: { version }, answer }) => answer?.version !== undefined && !isVersion(answer.version, version),
    ).length,
  };
}
