import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type Control, probeControl } from '../src/discovery/controls.js';
import type { AddressReport } from '../src/discovery/address-report.js';
import { discover } from '../src/discovery/engine.js';
import { everyPort } from '../src/discovery/port-index.js';
import { defaultTimeouts } from '../src/discovery/round-trip.js';
import {
  evaluate,
  ExposcanError,
  type Family,
  loadPolicy,
  type Observation,
  parseSnapshot,
  scan,
  type ScanOptions,
  type Snapshot,
} from '../src/index.js';
import { type Address, parseAddress } from '../src/model/address.js';
import { commonPorts, portsByImportance } from '../src/model/known-ports.js';
import { holdsPort } from '../src/model/ports.js';
import type { Lookup, LookupResult } from '../src/net/lookup.js';
import { createChannel } from '../src/scan/channel.js';
import { checkOptions } from '../src/scan/check-options.js';
import { createLanes } from '../src/scan/lanes.js';
import { resolveControl } from '../src/scan/parse-control.js';
import { planAddresses, planBudget } from '../src/scan/plan.js';
import { entriesOf } from '../src/scan/snapshot-builder.js';
import { openPort } from './fixtures/snapshots.js';
import { type Behaviour, simulateNetwork } from './fixtures/simulated-network.js';
import './fixtures/own-state.js';

const name = 'offsite7.example.org';
const project = fileURLToPath(new URL('..', import.meta.url));
const one = (port: number) => ({ first: port, last: port });
const noLimits = { openFiles: undefined, ephemeralPorts: undefined };

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

/** A server on loopback, on every IPv4 address of it, that does this to every connection. */
async function serve(t: Test, greet: (write: (text: string) => void, end: () => void) => void): Promise<Served> {
  const counts = { now: 0, most: 0, total: 0 };
  const server = createServer((socket) => {
    counts.now += 1;
    counts.total += 1;
    counts.most = Math.max(counts.most, counts.now);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => (counts.now -= 1));
    socket.resume();
    greet(
      (text) => socket.write(text),
      () => socket.end(),
    );
  });
  server.listen({ port: 0, host: '0.0.0.0', backlog: 511 });
  await once(server, 'listening');
  t.teardown(() => server.close());
  return { port: (server.address() as AddressInfo).port, server, counts };
}

interface Served {
  readonly port: number;
  readonly server: Server;
  /** Connections open now, at once at most, and altogether. */
  readonly counts: { readonly now: number; readonly most: number; readonly total: number };
}

const sshd = (t: Test) =>
  serve(t, (write, end) => {
    write('SSH-2.0-OpenSSH_9.2p1\r\n');
    end();
  });

/** Holds a snapshot to its own invariant, by reading it as any other program would: for every address, the ports add up. */
function addsUp(snapshot: Snapshot): Snapshot {
  return parseSnapshot(JSON.stringify(snapshot), 'a scan');
}

async function readAll(run: AsyncIterable<Observation>): Promise<Observation[]> {
  const seen: Observation[] = [];
  for await (const each of run) seen.push(each);
  return seen;
}

/** `open 22 · closed 4-6`: what was seen, in one line. */
function summary(seen: readonly Observation[]): string {
  return seen
    .map((each) => `${each.state} ${each.state === 'open' ? each.port : each.ports}`)
    .sort()
    .join(' · ');
}

t.test('a scan, read along and to its end', async (t) => {
  const { port } = await sshd(t);
  const run = scan({ targets: ['127.0.0.1'], ports: [one(port), { first: 4, last: 6 }, one(5)], vantage: 'office' });
  const seen = await readAll(run);
  const snapshot = addsUp(await run.snapshot());
  t.equal(summary(seen), `closed 4-6 · open ${port}`);
  t.match(snapshot, {
    complete: true,
    verdict: 'none',
    vantage: { name: 'office' },
    asked: { ports: `4-6,${port}`, families: [4, 6] },
    open: [{ port, self: true, service: { name: 'ssh', product: 'OpenSSH', method: 'probed' } }],
    notOpen: [{ ports: '4-6', count: 3, reason: 'conn-refused' }],
  });
  t.same(snapshot.unknown, []);
  t.match(run.progress(), { total: 4, decided: 4, open: 1, identifying: 0 });
  t.same(await readAll(run), [], 'what was read is not given twice');
});

t.test('leaving the loop early does not stop the scan', async (t) => {
  const { port } = await sshd(t);
  const run = scan({ targets: ['127.0.0.1'], ports: [one(port), { first: 4, last: 6 }] });
  for await (const seen of run) {
    t.equal(seen.state, 'open', 'what is certain comes first');
    break;
  }
  const snapshot = addsUp(await run.snapshot());
  t.equal(snapshot.complete, true);
  t.equal(summary(await readAll(run)), 'closed 4-6', 'the rest is still there to be read');
});

t.test('two scans at once', async (t) => {
  const { port } = await sshd(t);
  const runs = ['127.0.0.2', '127.0.0.3'].map((target) =>
    scan({ targets: [target], ports: [one(port), { first: 1, last: 20 }] }),
  );
  const snapshots = await Promise.all(runs.map((run) => run.snapshot()));
  t.same(
    snapshots.map(addsUp).map(({ open }) => open.map((entry) => `${entry.address} ${entry.port}`)),
    [[`127.0.0.2 ${port}`], [`127.0.0.3 ${port}`]],
  );
});

t.test('an aborted scan', async (t) => {
  const { port } = await sshd(t);
  const targets = ['127.0.0.2', '127.0.0.3'];
  const ports = [{ first: 1, last: 3000 }, one(port)];

  const before = addsUp(await scan({ targets, ports, signal: AbortSignal.abort() }).snapshot());
  t.equal(before.complete, false, 'aborted before it began');
  t.same([...before.open, ...before.notOpen], []);
  t.same(
    before.unknown.map(({ code, count }) => `${code} ${count}`),
    ['ERR_CANCELLED 3001', 'ERR_CANCELLED 3001'],
  );

  const controller = new AbortController();
  const run = scan({ targets, ports, namedPorts: [one(port)], rate: 200, signal: controller.signal });
  const seen: Observation[] = [];
  for await (const each of run) {
    seen.push(each);
    controller.abort();
  }
  const midway = addsUp(await run.snapshot());
  t.equal(midway.complete, false, 'aborted midway');
  t.ok(midway.open.length >= 1, 'what was seen is kept');
  t.same([...new Set(midway.unknown.map(({ code }) => code))], ['ERR_CANCELLED']);
  t.same([...new Set(midway.unknown.map((entry) => entry.address))], targets, 'at both addresses');
  t.ok(seen.length > 1, 'the loop is told of the rest too');

  const lookup: Lookup = () => new Promise(() => undefined);
  const late = new AbortController();
  const stuck = scan({ targets: [name], lookup, signal: late.signal });
  late.abort();
  const never = addsUp(await stuck.snapshot());
  t.match(never, { complete: false, targets: [{ addresses: [], errors: [{ code: 'ERR_CANCELLED' }, {}] }] });

  const slow = new AbortController();
  const waiting = scan({
    targets: ['127.0.0.2'],
    ports: [one(4)],
    controls: [`${name}:22`],
    lookup,
    signal: slow.signal,
  });
  setImmediate(() => {
    slow.abort();
  });
  t.match(addsUp(await waiting.snapshot()), {
    complete: false,
    controls: [{ reached: false, message: /stopped/ }],
    unknown: [{ code: 'ERR_CANCELLED' }],
  });
});

const badOptions: [label: string, options: unknown, code: string, message: RegExp][] = [
  ['no options', undefined, 'ERR_USAGE', /takes an object.*not undefined/],
  ['a string', 'offsite7.example.org', 'ERR_USAGE', /takes an object/],
  ['an unknown option', { target: [name] }, 'ERR_USAGE', /no option "target".*did you mean.*targets/is],
  ['a name of Object.prototype', { targets: [name], toString: 1 }, 'ERR_USAGE', /no option "toString"/],
  ['targets missing', {}, 'ERR_USAGE', /"targets": expected an array of strings, not undefined/],
  ['targets as a string', { targets: name }, 'ERR_USAGE', /"targets": expected an array/],
  ['targets as numbers', { targets: [1] }, 'ERR_USAGE', /"targets": .*not \[ 1 \]/],
  ['no targets', { targets: [] }, 'ERR_NO_TARGETS', /No target/],
  ['no ports', { ports: [] }, 'ERR_BAD_PORTS', /one port at least/],
  ['port 0', { ports: [{ first: 0, last: 5 }] }, 'ERR_BAD_PORTS', /from 1 to 65535, not \[ \{ first: 0, last: 5 \} \]/],
  ['port 70000', { ports: [{ first: 65530, last: 70000 }] }, 'ERR_BAD_PORTS', /from 1 to 65535/],
  ['half a port', { ports: [{ first: 1.5, last: 2 }] }, 'ERR_BAD_PORTS', /whole numbers/],
  ['a backward range', { ports: [{ first: 9, last: 5 }] }, 'ERR_BAD_PORTS', /9-5 runs backwards/],
  ['ports as text', { ports: '22,80' }, 'ERR_BAD_PORTS', /array of \{ first, last \}, not '22,80'/],
  ['ports as numbers', { ports: [22] }, 'ERR_BAD_PORTS', /array of \{ first, last \}/],
  ['ports as numerals', { ports: [{ first: '22', last: '22' }] }, 'ERR_BAD_PORTS', /whole numbers/],
  ['named port 0', { namedPorts: [{ first: 0, last: 0 }] }, 'ERR_BAD_PORTS', /"namedPorts"/],
  ['no families', { families: [] }, 'ERR_USAGE', /expected \[4\], \[6\] or \[4, 6\], not \[\]/],
  ['a family of 5', { families: [5] }, 'ERR_USAGE', /"families"/],
  ['a family as text', { families: ['4'] }, 'ERR_USAGE', /"families"/],
  ['a family twice', { families: [4, 4] }, 'ERR_USAGE', /"families"/],
  ['rate 0', { rate: 0 }, 'ERR_USAGE', /"rate": expected a number above 0, not 0/],
  ['no rate', { rate: Number.NaN }, 'ERR_USAGE', /not NaN/],
  ['an endless rate', { rate: Number.POSITIVE_INFINITY }, 'ERR_USAGE', /"rate"/],
  ['rate as text', { rate: '5' }, 'ERR_USAGE', /"rate"/],
  ['concurrency NaN', { concurrency: Number.NaN }, 'ERR_USAGE', /"concurrency": expected a whole number from 1/],
  ['concurrency 0', { concurrency: 0 }, 'ERR_USAGE', /"concurrency"/],
  ['no grab', { maxGrabs: 0 }, 'ERR_USAGE', /"maxGrabs": expected a whole number from 1/],
  ['knowledge that is no function', { known: {} }, 'ERR_USAGE', /"known": expected a function/],
  ['negative retries', { retries: -1 }, 'ERR_USAGE', /"retries": expected a whole number from 0/],
  ['too many retries', { retries: 101 }, 'ERR_USAGE', /100 at most/],
  ['timeout 0', { timeout: 0 }, 'ERR_USAGE', /"timeout"/],
  ['a timeout past what timers hold', { timeout: 2 ** 31 }, 'ERR_USAGE', /600000 at most/],
  ['exclude as a string', { exclude: '192.0.2.1' }, 'ERR_USAGE', /"exclude"/],
  ['controls as a string', { controls: 'a:1' }, 'ERR_USAGE', /"controls"/],
  ['allowHuge as text', { allowHuge: 'no' }, 'ERR_USAGE', /"allowHuge": expected true or false, not 'no'/],
  ['polite as a number', { polite: 1 }, 'ERR_USAGE', /"polite"/],
  ['probeIcs as text', { probeIcs: 'yes' }, 'ERR_USAGE', /"probeIcs"/],
  ['a nameless vantage', { vantage: ' ' }, 'ERR_USAGE', /"vantage": expected a name/],
  ['null for a default', { vantage: null }, 'ERR_USAGE', /not null/],
  ['a controller for a signal', { signal: new AbortController() }, 'ERR_USAGE', /"signal": expected an AbortSignal/],
  ['lookup that is no function', { lookup: {} }, 'ERR_USAGE', /"lookup": expected a function/],
  ['what would drive a terminal', { vantage: ['\x1b[2J'] }, 'ERR_USAGE', /^[ -~]*$/],
];

t.test('bad options', async (t) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  t.teardown(() => process.off('unhandledRejection', note));
  for (const [label, parts, code, message] of badOptions) {
    const isObject = typeof parts === 'object' && parts !== null;
    const given =
      isObject && code !== 'ERR_NO_TARGETS' && !label.startsWith('targets')
        ? { targets: ['127.0.0.1'], ...parts }
        : parts;
    // As a JavaScript caller would, whom no type warns.
    const options = given as ScanOptions;
    t.throws(
      () => {
        checkOptions(options);
      },
      { name: 'ExposcanError', code, message },
      label,
    );
    await t.rejects(scan(options).snapshot(), { code }, `${label}: snapshot()`);
    await t.rejects(readAll(scan(options)), { code }, `${label}: iteration`);
    scan(options);
  }
  await t.rejects(scan({ targets: ['010.0.0.1'] }).snapshot(), { code: 'ERR_BAD_TARGET' });
  await t.rejects(scan({ targets: ['127.0.0.1'], controls: ['x'] }).snapshot(), { code: 'ERR_BAD_TARGET' });
  await new Promise((resolve) => setImmediate(resolve));
  t.same(unhandled, [], 'a scan that nobody awaits takes nobody down');
});

t.test('good options', (t) => {
  const ports = [{ first: 1, last: 65535 }];
  const cases: ScanOptions[] = [
    { targets: [name] },
    {
      targets: [name],
      ports,
      namedPorts: [],
      families: [6],
      exclude: [],
      controls: [],
      vantage: 'dmz',
      allowHuge: false,
    },
    {
      targets: [name],
      rate: 0.5,
      timeout: 600_000,
      retries: 0,
      concurrency: 1,
      maxGrabs: 1,
      known: () => undefined,
      polite: true,
      probeIcs: true,
      signal: AbortSignal.abort(),
    },
    // From JavaScript, an option that is not wanted is often undefined.
    Object.assign({ targets: [name] }, { rate: undefined, ports: undefined }),
  ];
  for (const options of cases) checkOptions(options);
  t.end();
});

t.test('the scan of a name', async (t) => {
  const { port } = await sshd(t);
  const ports = [one(port), one(4)];
  const found: Record<Family, LookupResult> = {
    4: { kind: 'addresses', addresses: ['127.0.0.2', '127.0.0.3', '127.0.0.4'].map(address) },
    6: { kind: 'addresses', addresses: [address('::1')] },
  };
  const lookupOf =
    (changes: Partial<Record<Family, LookupResult>>): Lookup =>
    (_, family) =>
      Promise.resolve({ ...found, ...changes }[family]);
  const failed: LookupResult = { kind: 'failed', code: 'EAI_AGAIN', message: 'no name server gave an answer' };
  const scanName = async (changes: Partial<Record<Family, LookupResult>>) =>
    addsUp(await scan({ targets: [name], ports, lookup: lookupOf(changes) }).snapshot());

  const whole = await scanName({});
  t.match(whole.targets, [{ target: name, addresses: ['127.0.0.2', '127.0.0.3', '127.0.0.4', '::1'], errors: [] }]);
  t.same(
    whole.open.map((entry) => entry.address),
    ['127.0.0.2', '127.0.0.3', '127.0.0.4'],
    'every address is scanned',
  );
  const half = await scanName({ 6: failed });
  t.match(half.targets[0], {
    addresses: { length: 3 },
    noRecord: [],
    errors: [{ family: 6, code: 'ERR_LOOKUP_FAILED' }],
  });
  const neither = await scanName({ 4: failed, 6: failed });
  t.same(
    neither.targets[0]?.errors.map(({ family, code }) => `${code} ${family ?? ''}`),
    ['ERR_LOOKUP_FAILED 4', 'ERR_LOOKUP_FAILED 6'],
  );

  const file = join(
    t.testdir({
      'policy.yaml': `version: 1\nname: x\nhosts:\n  - host: ${name}\n    ports: [4, ${port}]\n    services:\n      - { port: ${port}, service: ssh, exposure: public }\n`,
    }),
    'policy.yaml',
  );
  const policy = await loadPolicy(file);
  /** As if seen from elsewhere: what a machine sees of itself decides nothing. */
  const fromOutside = (snapshot: Snapshot): Snapshot => ({
    ...snapshot,
    open: snapshot.open.map((entry) => ({ ...entry, self: false })),
    notOpen: snapshot.notOpen.map((entry) => ({ ...entry, self: false })),
  });
  const v4Only = await scanName({ 6: { kind: 'no-record' } });
  t.same(v4Only.targets[0]?.noRecord, [6]);
  t.equal(evaluate(policy, fromOutside(v4Only)).verdict, 'pass', 'no AAAA record: nothing is left open');
  t.equal(evaluate(policy, fromOutside(half)).verdict, 'indeterminate', 'a failed lookup is not an absent record');
});

t.test('1,024 slow servers, few descriptors', async (t) => {
  const pieces = ['SSH-2.0-', 'OpenSSH_', '9.2p1\r\n'];
  const { port, counts } = await serve(t, (write, end) => {
    pieces.forEach((piece, index) => {
      setTimeout(() => {
        write(piece);
        if (index === pieces.length - 1) end();
      }, index * 50);
    });
  });
  const openFiles = 256;
  // The built library, as a user would have it: it must live within its own limit, not this process's.
  const program = `
    import { scan } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
    const run = scan({ targets: ['127.0.0.0/22'], ports: [{ first: ${port}, last: ${port} }] });
    const { complete, open, unknown } = await run.snapshot();
    const ssh = open.filter(({ service }) => service.name === 'ssh' && service.method === 'probed').length;
    console.log(JSON.stringify({ complete, ssh, unknown, peakMiB: process.resourceUsage().maxRSS / 1024 }));
  `;
  const child = spawn(
    'sh',
    ['-c', 'ulimit -n "$0" && exec "$@"', String(openFiles), process.execPath, '--input-type=module', '-e', program],
    { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  await once(child, 'close');
  const { complete, ssh, unknown, peakMiB } = JSON.parse(output) as Record<string, unknown>;
  t.same({ complete, ssh, unknown }, { complete: true, ssh: 1024, unknown: [] });
  const { window, heldSockets } = planBudget({ targets: [] }, { openFiles, ephemeralPorts: undefined });
  t.ok(counts.most > 1, 'several at once');
  t.ok(counts.most <= window + heldSockets, `${counts.most} at once, within the budget of ${window + heldSockets}`);
  t.ok(Number(peakMiB) < 320, `${String(peakMiB)} MiB`);
});

t.test('what an endpoint costs', async (t) => {
  const look = async (options: Partial<ScanOptions>) => {
    const { port, counts } = await serve(t, () => undefined);
    const { open } = addsUp(await scan({ targets: ['127.0.0.1'], ports: [one(port)], ...options }).snapshot());
    return { port, entry: open[0], connections: counts.total };
  };
  const asked: [string, number][] = [];
  const [once, twice, known, unknown, polite] = await Promise.all([
    look({ maxGrabs: 1 }),
    look({ maxGrabs: 2 }),
    look({
      known(address, port) {
        asked.push([address, port]);
        return { service: { name: 'ssh', product: 'OpenSSH', version: '9.2p1', method: 'probed' } };
      },
    }),
    look({ known: () => undefined, maxGrabs: 1 }),
    look({ polite: true }),
  ]);
  t.equal(once.connections, 1, 'maxGrabs counts the connection that proved it open');
  t.match(once.entry, { service: { name: 'unknown', method: 'table' } });
  t.equal(twice.connections, 2);
  t.equal(polite.connections, 4, 'what bears little is not asked in every language');
  t.same(asked, [['127.0.0.1', known.port]]);
  t.equal(known.connections, 1, 'only the one that proved it open');
  t.match(known.entry, { service: { name: 'ssh', product: 'OpenSSH', version: '9.2p1' } });
  t.match(unknown.entry, { service: { method: 'table' } }, 'what is not known is asked');
});

t.test('a thousand services that greet on one address are no address where everything accepts', async (t) => {
  const greetings = [
    ['ssh', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['ftp', '220 (vsFTPd 3.0.3)\r\n'],
    ['smtp', '220 host.example.org ESMTP Postfix\r\n'],
    ['imap', '* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n'],
    ['pop3', '+OK Dovecot ready.\r\n'],
  ] as const;
  const planted = new Map<number, string>();
  for (let at = 0; at < 1100; at += 1) {
    const [service, greeting] = greetings[at % greetings.length] ?? greetings[0];
    const { port } = await serve(t, (write, end) => {
      write(greeting);
      end();
    });
    planted.set(port, service);
  }
  const ports = [...planted.keys()].map(one);
  const snapshot = addsUp(await scan({ targets: ['127.0.0.1'], ports }).snapshot());
  t.same(snapshot.notes, []);
  t.same(
    snapshot.open.filter(({ port, service }) => service.name !== planted.get(port) || service.method !== 'probed'),
    [],
    'each is named',
  );
  t.equal(snapshot.open.length, planted.size);
});

t.test('the lanes of identification', async (t) => {
  const lanes = createLanes({ inAll: 4, perAddress: 2 });
  const began: string[] = [];
  const ends = new Map<string, () => void>();
  const all: Promise<void>[] = [];
  const add = (task: string, address: string, lane?: string) => {
    all.push(
      lanes.run({ address, lane }, () => {
        began.push(task);
        return new Promise((resolve) => ends.set(task, resolve));
      }),
    );
  };
  const finish = async (task: string) => {
    ends.get(task)?.();
    await new Promise((resolve) => setImmediate(resolve));
    return began.splice(0).join(' ');
  };
  add('a1', 'a', 'ssh');
  add('a2', 'a', 'ssh');
  add('a3', 'a');
  add('a4', 'a');
  add('b1', 'b', 'ssh');
  add('b2', 'b');
  add('c1', 'c');
  t.equal(await finish(''), 'a1 a3 b1 b2', 'two at each address, one in each lane of it, four in all');
  t.equal(await finish('a3'), 'a4', 'a2 waits for a1, whose lane it shares');
  t.equal(await finish('b2'), 'c1');
  t.equal(await finish('a1'), 'a2');
  for (const task of ['a2', 'a4', 'b1', 'c1']) await finish(task);
  await Promise.all(all);
  const failing = lanes.run({ address: 'a', lane: 'ssh' }, () => Promise.reject(new Error('broken')));
  await t.rejects(failing, /broken/);
  await lanes.run({ address: 'a', lane: 'ssh' }, () => Promise.resolve());
  t.pass('a task that fails gives its place back');
});

t.test('a receiver that takes slowly holds discovery back', async (t) => {
  const behaviour: Behaviour = () => ({ delay: 5, result: 'accept' });
  const network = simulateNetwork(behaviour);
  const ports = Array.from({ length: 300 }, (_, index) => index + 1);
  const [room, window] = [8, 16];
  let [held, most, reports, dialledWhileFull] = [0, 0, 0, 0];
  const dial: typeof network.dial = (at, port, done) => {
    if (held >= room) dialledWhileFull += 1;
    return network.dial(at, port, done);
  };
  const seen = new Set<number>();
  const { done } = discover(
    [address('192.0.2.7')],
    {
      planOf: () => ({
        ports: Uint16Array.from(ports),
        leading: 0,
        startOf: () => 0,
        isAsked: (port) => port <= 300,
        hasPriority: () => true,
        punishes: () => false,
        randomControls: [],
        likelyToAnswer: [],
        index: everyPort,
        repeats: 0,
        mostRepeats: 0,
        missTarget: 1e-6,
        isHalfOpen: false,
        spacing: 500,
        timeouts: defaultTimeouts,
        initialWindow: window,
        maximumWindow: window,
        totalWindow: window,
      }),
      maximumAddresses: 1,
      rate: undefined,
      controlFailures: new Map(),
      isOnLink: () => false,
      dial,
      connect: dial,
      clock: network.clock,
      signal: new AbortController().signal,
    },
    {
      open(_, port, socket) {
        socket?.destroy();
        seen.add(port);
        held += 1;
        most = Math.max(most, held);
        network.clock.after(1000, () => {
          held -= 1;
        });
      },
      acceptsEverything: () => undefined,
      finished: () => (reports += 1),
      isFull: () => held >= room,
    },
  );
  network.run(() => reports === 1);
  await done;
  t.equal(seen.size, 300, 'slower, and nothing is lost');
  t.equal(dialledWhileFull, 0, 'no probe is sent while the receiver is full');
  t.ok(most < room + window, `${most} held: what was under way when it filled up, and no more`);
});

t.test('the budget', (t) => {
  const cases: [label: string, options: Partial<ScanOptions>, limits: typeof noLimits | object, budget: object][] = [
    ['nothing known', {}, {}, { window: 640, heldSockets: 320, rate: undefined }],
    ['plenty', {}, { openFiles: 1_048_576, ephemeralPorts: 28_232 }, { heldSockets: 1000 }],
    ['few descriptors', {}, { openFiles: 256, ephemeralPorts: 28_232 }, { window: 128, heldSockets: 64 }],
    ['almost none', {}, { openFiles: 64 }, { window: 22, heldSockets: 10 }],
    ['few source ports', {}, { openFiles: 4096, ephemeralPorts: 100 }, { window: 50 }],
    ['two source ports', {}, { ephemeralPorts: 2 }, { window: 1 }],
    ['one source port', {}, { ephemeralPorts: 1 }, { window: 1 }],
    ['--concurrency', { concurrency: 7 }, {}, { window: 7 }],
    ['--concurrency above the limit', { concurrency: 9999 }, {}, { window: 640 }],
    ['--rate', { rate: 3 }, {}, { rate: 3, synWindow: 16_384 }],
    ['--rate above what the usual windows let through', { rate: 300_000 }, {}, { window: 640, synWindow: 30_000 }],
    ['--rate above all reason', { rate: 1e9 }, {}, { synWindow: 65_536 }],
    ['--rate with --concurrency', { rate: 300_000, concurrency: 9 }, {}, { window: 9, synWindow: 9 }],
    ['--polite', { polite: true }, {}, { window: 32, rate: 100 }],
    ['--polite --rate --concurrency', { polite: true, rate: 3, concurrency: 4 }, {}, { window: 4, rate: 3 }],
  ];
  for (const [label, options, limits, budget] of cases) {
    t.match(planBudget({ targets: [], ...options }, { ...noLimits, ...limits }), budget, label);
  }
  fc.assert(
    fc.property(
      fc.integer({ min: 96, max: 2 ** 20 }),
      fc.integer({ min: 1, max: 65536 }),
      (openFiles, ephemeralPorts) => {
        const { window, heldSockets } = planBudget({ targets: [] }, { openFiles, ephemeralPorts });
        return window >= 1 && heldSockets >= 1 && window + heldSockets + 64 <= openFiles;
      },
    ),
  );
  t.end();
});

t.test('the plan of an address', (t) => {
  const budget = { window: 500, synWindow: 500, rate: undefined, heldSockets: 100 };
  const ports = [{ first: 1, last: 1000 }, one(40_123)];
  const plan = (options: Partial<ScanOptions> = {}, seed = 7) =>
    planAddresses(ports, { targets: [], ...options }, budget, seed, () => false).connect;

  const usual = plan();
  t.equal(usual.ports.length, 1001);
  t.same([...usual.ports.subarray(0, 3)], [22, 80, 443], 'what matters most comes first');
  t.match(usual, { repeats: 2, initialWindow: 64, maximumWindow: 500, timeouts: defaultTimeouts });
  t.same([0, 1, 1000, 1001, 40_123, 65_535].filter(usual.isAsked), [1, 1000, 40_123]);
  t.equal(usual.hasPriority(3306), true);
  t.equal(usual.hasPriority(40_123), false);

  const named = plan({ namedPorts: [one(40_123), one(999)] });
  t.same([...named.ports.subarray(0, 3)], [40_123, 999, 22], "a policy's ports come before all");
  t.equal(named.hasPriority(40_123), true, 'and are looked at even where everything accepts');
  t.same([...named.ports].sort(), [...usual.ports].sort(), 'they are not scanned for all that');

  t.match(plan({ polite: true }), { initialWindow: 8 });
  t.equal(plan({ retries: 0 }).repeats, 0);
  t.same(plan({ timeout: 50 }).timeouts, { minimum: 50, initial: 50, maximum: 50 });
  t.same(plan({ timeout: 9000 }).timeouts, { minimum: defaultTimeouts.minimum, initial: 9000, maximum: 9000 });

  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 31 - 1 }), (seed) => {
      const { randomControls, likelyToAnswer } = plan({ namedPorts: [{ first: 40_000, last: 60_000 }] }, seed);
      const unlikely = [...randomControls, ...likelyToAnswer.slice(-4)];
      const known = new Set(portsByImportance);
      return (
        randomControls.length === 12 &&
        new Set(unlikely).size === 16 &&
        unlikely.every(
          (port) => port >= 1024 && port <= 65535 && !known.has(port) && !(port >= 40_000 && port <= 60_000),
        )
      );
    }),
  );
  t.same(plan({}, 7).randomControls, usual.randomControls, 'the same seed, the same ports');
  t.notSame(plan({}, 8).randomControls, usual.randomControls);
  t.notOk(
    usual.randomControls.some((port) => holdsPort(commonPorts, port)),
    'no known port among them',
  );
  t.end();
});

t.test('where every port accepts', (t) => {
  const at = address('192.0.2.7');
  const everything = { code: 'ERR_ACCEPTS_EVERYTHING', message: 'x', ports: [{ first: 9, last: 20 }] } as const;
  const report = (parts: Partial<AddressReport>): AddressReport => ({
    address: at,
    open: [22, 80, 443],
    notOpen: [],
    unknown: [],
    acceptsEverything: true,
    ...parts,
  });
  const opened = [
    openPort(at.text, 443, { service: { name: 'https', method: 'table' } }),
    openPort(at.text, 22, { service: { name: 'ssh', method: 'probed' } }),
    openPort(at.text, 80, { service: { name: 'http', method: 'table' } }),
  ];
  const summarize = (parts: Partial<AddressReport>) => {
    const { open, unknown, notes } = entriesOf(report(parts), opened, new Date(0), false, 'connect');
    return [
      open.map(({ port }) => port).join(),
      ...unknown.map(({ code, ports, count }) => `${code} ${ports} ${count}`),
      notes.length,
    ];
  };
  t.same(summarize({ acceptsEverything: false }), ['22,80,443', 0], 'elsewhere an open port is an open port');
  t.same(summarize({}), ['22', 'ERR_ACCEPTS_EVERYTHING 80,443 2', 1], 'only what spoke is open');
  t.same(
    summarize({ unknown: [everything] }),
    ['22', 'ERR_ACCEPTS_EVERYTHING 9-20,80,443 14', 1],
    'joined with what was not tried',
  );
  const cancelled = { code: 'ERR_CANCELLED', message: 'y', ports: [one(5)] } as const;
  t.same(summarize({ unknown: [cancelled] }), ['22', 'ERR_CANCELLED 5 1', 'ERR_ACCEPTS_EVERYTHING 80,443 2', 1]);
  const notOpen = entriesOf(
    report({ notOpen: [{ state: 'filtered', reason: 'no-response', ports: [one(5)], missProbability: null }] }),
    opened,
    new Date(0),
    true,
    'connect',
  );
  t.match(notOpen.notOpen, [
    { ports: '5', count: 1, missProbability: null, self: true, observedAt: '1970-01-01T00:00:00.000Z' },
  ]);
  t.end();
});

t.test('controls', async (t) => {
  const v4: LookupResult = { kind: 'addresses', addresses: [address('192.0.2.7')] };
  const v6: LookupResult = { kind: 'addresses', addresses: [address('2001:db8::7')] };
  const none: LookupResult = { kind: 'no-record' };
  const failed: LookupResult = { kind: 'failed', code: 'EAI_AGAIN', message: 'no name server gave an answer' };
  const resolve = (text: string, results: Record<Family, LookupResult>, families: Family[] = [4, 6]) =>
    resolveControl(text, (_, family) => Promise.resolve(results[family]), families);

  for (const text of ['', 'nonsense', 'x:0', 'x:70000', 'x:22:22', ':22', '192.0.2.0/24:22', '2001:db8::1:22']) {
    await t.rejects(resolve(text, { 4: v4, 6: v6 }), ExposcanError, `"${text}" is no control`);
  }
  t.match(await resolve('192.0.2.1:22', { 4: none, 6: none }), { port: 22, addresses: [{ text: '192.0.2.1' }] });
  t.match(await resolve('[2001:db8::1]:443', { 4: none, 6: none }), {
    port: 443,
    addresses: [{ text: '2001:db8::1' }],
  });
  const named: [
    label: string,
    results: Record<Family, LookupResult>,
    failure: RegExp | undefined,
    addresses: number,
  ][] = [
    ['both found', { 4: v4, 6: v6 }, undefined, 2],
    ['no AAAA record', { 4: v4, 6: none }, undefined, 1],
    ['unknown name', { 4: none, 6: none }, /no such name as offsite7\.example\.org/, 0],
    ['AAAA failed', { 4: v4, 6: failed }, /offsite7\.example\.org: no name server/, 1],
    ['A failed', { 4: failed, 6: v6 }, /no name server/, 1],
    ['both failed', { 4: failed, 6: failed }, /no name server/, 0],
  ];
  for (const [label, results, failure, addresses] of named) {
    const control = await resolve(`${name}:22`, results);
    t.equal(control.addresses.length, addresses, label);
    t.match(control.lookupFailure ?? 'none', failure ?? 'none', label);
  }
  t.match(await resolve(`${name}:22`, { 4: v4, 6: failed }, [4]), { addresses: { length: 1 } });

  const endpoints = ['192.0.2.7', '2001:db8::7'].map(address);
  const control: Control = { text: `${name}:22`, port: 22, addresses: endpoints };
  const probe = async (answers: Behaviour, changes: Partial<Control> = {}, cancelAt?: number) => {
    const network = simulateNetwork(answers);
    const controller = new AbortController();
    let result: Awaited<ReturnType<typeof probeControl>> | undefined;
    void probeControl(
      { ...control, ...changes },
      { dial: network.dial, clock: network.clock, signal: controller.signal },
    ).then((each) => (result = each));
    if (cancelAt !== undefined)
      network.clock.after(cancelAt, () => {
        controller.abort();
      });
    // Between two steps of the network, what waits for them has its turn.
    for (let steps = 0; steps < 20 && result === undefined; steps++) {
      await new Promise((next) => setImmediate(next));
      if (network.pending() > 0) {
        const before = network.pending();
        network.run(() => network.pending() < before);
      }
    }
    await new Promise((next) => setImmediate(next));
    return { ...result, tries: network.sent.length, pending: network.pending() };
  };
  const accept = { delay: 1, result: 'accept' } as const;
  const refuse = { delay: 1, result: 'refuse' } as const;
  const noRoute = { delay: 0, result: { code: 'ENETUNREACH', local: true } } as const;
  const isV6 = (at: string) => at.includes(':');
  const probes: [label: string, behaviour: Behaviour, reached: boolean, message: RegExp, tries: number][] = [
    ['both accept', () => accept, true, /accepted/, 2],
    ['lost at first', (_, attempt) => (attempt < 2 ? undefined : accept), true, /accepted/, 6],
    ['silent', () => undefined, false, /^192\.0\.2\.7:22: no-response/, 6],
    ['refused', () => refuse, false, /conn-refused/, 6],
    ['one refused', (at) => (isV6(at.address) ? refuse : accept), false, /^\[2001:db8::7\]:22: conn-refused/, 4],
    ['no IPv6 here', (at) => (isV6(at.address) ? noRoute : accept), true, /accepted/, 4],
    ['no route at all', () => noRoute, false, /no route/, 6],
    ['short of files', () => ({ delay: 0, result: { code: 'EMFILE', local: true } }), false, /ran short \(EMFILE\)/, 6],
  ];
  for (const [label, behaviour, reached, message, tries] of probes) {
    t.match(await probe(behaviour), { reached, message, tries, pending: 0 }, label);
  }
  t.match(await probe(() => accept, { lookupFailure: 'unknown' }), { reached: false, message: 'unknown', tries: 0 });
  t.match(await probe(() => accept, { addresses: endpoints.slice(0, 1), lookupFailure: 'AAAA failed' }), {
    reached: false,
    message: 'AAAA failed',
  });
  t.match(
    await probe(() => undefined, {}, 100),
    { reached: false, message: /stopped/, tries: 2, pending: 0 },
    'cancelled',
  );

  const { port } = await sshd(t);
  const { controls } = addsUp(
    await scan({ targets: ['127.0.0.1'], ports: [one(4)], controls: [`127.0.0.1:${port}`, '127.0.0.1:4'] }).snapshot(),
  );
  t.match(controls, [
    { control: `127.0.0.1:${port}`, port, reached: true },
    { control: '127.0.0.1:4', port: 4, reached: false, message: /conn-refused/ },
  ]);
});

t.test('the channel', async (t) => {
  const filled = createChannel<number>();
  filled.push(1);
  filled.push(2);
  filled.end();
  t.same(await collect(filled), [1, 2], 'unread values wait');

  const late = createChannel<number>();
  const reading = collect(late);
  await new Promise((resolve) => setImmediate(resolve));
  late.push(1);
  await new Promise((resolve) => setImmediate(resolve));
  late.push(2);
  late.end();
  t.same(await reading, [1, 2], 'a reader waits for values');

  const broken = createChannel<number>();
  broken.push(1);
  broken.end(new Error('lost'));
  const before: number[] = [];
  await t.rejects(
    (async () => {
      for await (const value of broken) before.push(value);
    })(),
    /lost/,
  );
  t.same(before, [1], 'the error comes after the last value');

  const shared = createChannel<number>();
  const readers = [collect(shared), collect(shared)];
  await new Promise((resolve) => setImmediate(resolve));
  shared.push(1);
  shared.push(2);
  shared.end();
  t.same((await Promise.all(readers)).flat().sort(), [1, 2], 'no reader is left waiting, no value comes twice');
});

async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}
