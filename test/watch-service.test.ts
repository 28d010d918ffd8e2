import './fixtures/own-state.js';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { readWatch, takeWatch } from '../src/history/store/watch-state.js';
import { openDatabase } from '../src/history/store/open-database.js';
import { writing } from '../src/history/store/transaction.js';
import { alertJsonSchema, alertSchema } from '../src/model/alert.js';
import { fateOf, ownProcess } from '../src/net/own-process.js';
import { systemClock } from '../src/net/clock.js';
import { emptyState } from '../src/watch/decision/watch-state.js';
import { holdMemory } from '../src/watch/memory.js';

const program = fileURLToPath(new URL('../bin/exposcan.js', import.meta.url));
const server = createServer((socket) => socket.end('hello\r\n'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');
t.teardown(() => server.close());
const { port } = server.address() as AddressInfo;

const policy = [
  'version: 1',
  'name: loop',
  'hosts:',
  '  - host: 127.0.0.1',
  `    ports: [4, ${port}]`,
  `    services: [{ port: ${port}, exposure: local-only }]`,
].join('\n');
const directory = t.testdir({
  'p.yaml': policy,
  'reloaded.yaml': policy,
  'broken.yaml': 'version: 1\nname: x\nhosts: [{ hots: a }]\n',
  'nobody.yaml': 'version: 1\nname: x\nhosts: [{ host: "*" }]\n',
  'notifiers.yaml': 'version: 1\nnotifiers: [{ name: x, pigeon: y }]\n',
});

function start(...args: string[]) {
  const child = spawn(process.execPath, [program, 'watch', ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return {
    pid: child.pid ?? 0,
    signal: (name: NodeJS.Signals) => child.kill(name),
    alerts: () =>
      stdout
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => alertSchema.parse(JSON.parse(line))),
    /** Resolves when this has been printed, on stdout or stderr. */
    async says(pattern: RegExp) {
      while (!pattern.test(`${stderr}${stdout}`)) {
        if (child.exitCode !== null || child.signalCode !== null)
          throw new Error(`it ended without ${pattern}: ${stderr}`);
        await Promise.race([once(child.stderr, 'data'), once(child.stdout, 'data'), once(child, 'exit')]);
      }
    },
    async tells(count: number) {
      while (stdout.split('\n').length <= count) await once(child.stdout, 'data');
    },
    result: once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr })),
  };
}

const daily = ['--schedule', '0 3 * * *', '--confirm-after', '1s'];

t.test('bad usage: exit 2, and what to do', async (t) => {
  const cases: [label: string, args: string[], message: RegExp][] = [
    ['no policy', ['--once'], /required option '--policy <file>'/],
    ['no schedule', ['--policy', 'p.yaml'], /No schedule was given.*--once/],
    ['no pattern', ['--policy', 'p.yaml', '--schedule', 'daily'], /expected five fields/],
    ['an hour that is none', ['--policy', 'p.yaml', '--schedule', '0 25 * * *'], /Invalid value for hour/],
    ['a day that never comes', ['--policy', 'p.yaml', '--schedule', '0 3 31 2 *'], /never comes/],
    ['no zone', ['--policy', 'p.yaml', '--schedule', '0 3 * * *', '--time-zone', 'Mars/Olympus'], /no time zone/],
    ['no duration', ['--policy', 'p.yaml', '--once', '--confirm-after', '60'], /The unit is missing/],
    [
      'too much jitter',
      ['--policy', 'p.yaml', '--schedule', '0 * * * *', '--jitter', '1h'],
      /A jitter of 1h is too much/,
    ],
    ['no ports', ['--policy', 'p.yaml', '--once', '-p', 'bogus'], /"bogus" is neither a port nor a service/],
    ['too many retries', ['--policy', 'p.yaml', '--once', '--retries', '101'], /expected 100 at most, not 101/],
    ['no exclusion', ['--policy', 'p.yaml', '--once', '--exclude', '1.2.3.4.5'], /four parts/],
    ['no control', ['--policy', 'p.yaml', '--once', '--control', 'nope'], /expected HOST:PORT/],
    ['no place', ['--policy', 'p.yaml', '--once', '--vantage', ' '], /"vantage": expected a name/],
    ['no name', ['--policy', 'p.yaml', '--once', '--name', ''], /Expected a name/],
    ['both', ['--policy', 'p.yaml', '--once', '--schedule', '0 3 * * *'], /cannot be used with/],
    ['a broken policy', ['--policy', 'broken.yaml', '--once'], /did you mean host/i],
    [
      'nobody to watch',
      ['--policy', 'nobody.yaml', '--once', '--history', 'nobody.db'],
      /names no host that could be watched/,
    ],
    ['broken notifiers', ['--policy', 'p.yaml', '--once', '--notify', 'notifiers.yaml'], /notifiers\.yaml:2/],
    ['no history', ['--policy', 'p.yaml', '--once', '--history', 'p.yaml'], /not a history/],
  ];
  await Promise.all(
    cases.map(async ([label, args, message]) => {
      const { code, stderr, stdout } = await start(...args).result;
      t.equal(code, 2, label);
      t.match(stderr, message, label);
      t.equal(stdout, '', label);
    }),
  );
});

t.test('--once: told at the first run, and not again', async (t) => {
  const args = ['--policy', 'p.yaml', '--once', '--confirm-after', '1s', '--history', 'once.db'];
  const first = start(...args);
  const { code, stderr } = await first.result;
  t.equal(code, 3, stderr);
  const alerts = first.alerts();
  t.same(alerts.map(({ kind, finding }) => `${kind} ${finding?.code} ${finding?.port ?? ''}`.trim()).sort(), [
    'raised seen-from-itself',
    `raised would-be-exposed ${port}`,
  ]);
  const open = alerts.find(({ finding }) => finding?.port === port);
  t.ok(open?.openSince?.first, 'since when the history knows it to be open');
  t.equal(open?.watch, 'loop@unnamed');
  const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(alertJsonSchema());
  for (const alert of alerts) t.ok(validate(alert), JSON.stringify(validate.errors));
  const second = start(...args);
  const again = await second.result;
  t.equal(again.code, 3);
  t.same(second.alerts(), []);
  t.match(again.stderr, /2 problems open; 0 notices undelivered/);
});

t.test('as a service', async (t) => {
  const args = ['--policy', 'reloaded.yaml', ...daily, '--history', 'service.db'];
  const first = start(...args, '--now');
  await first.says(/last run ended .*: indeterminate; 2 problems open; next run/);
  const [second, other] = [start(...args), start(...args, '--now', '--name', 'other')];
  const refused = await second.result;
  t.equal(refused.code, 2, 'a second one of the same name is refused');
  t.match(refused.stderr, new RegExp(`The watch loop@unnamed runs already, as process ${first.pid}@`));
  await Promise.all([first.tells(2), other.tells(2)]);
  t.equal(new Set([...first.alerts(), ...other.alerts()].map(({ id }) => id)).size, 4, 'one of another name is not');

  writeFileSync(join(directory, 'reloaded.yaml'), 'version: 1\nname: x\nhosts: [{ hots: a }]\n');
  first.signal('SIGHUP');
  await first.says(/the old policy and notifiers are kept/);
  await first.says(/"kind":"reload-failed"/);
  writeFileSync(join(directory, 'reloaded.yaml'), policy);
  first.signal('SIGHUP');
  await first.says(/reloaded: 1 host/);

  first.signal('SIGKILL');
  await first.result;
  const third = start(...args, '--now');
  await third.says(/last run ended .*: indeterminate; 2 problems open; next run/);
  third.signal('SIGTERM');
  const { code, signal, stderr } = await third.result;
  t.same([code, signal], [0, null], stderr);
  t.same(third.alerts(), [], 'after a crash the place is free at once, and nothing is told again');
  other.signal('SIGINT');
  t.equal((await other.result).code, 130);

  const log = spawn(process.execPath, [program, 'history', 'verify-log', '--history', 'service.db'], {
    cwd: directory,
  });
  t.same(await once(log, 'close'), [0, null], 'the evidence log is whole');
});

t.test('told to reload while it begins: it begins, and reloads', async (t) => {
  const pipe = join(directory, 'pipe.yaml');
  execFileSync('mkfifo', [pipe]);
  const run = start('--policy', 'p.yaml', ...daily, '--history', 'hangup.db', '--notify', 'pipe.yaml');
  // Each opening ends once the program reads.
  const write = async (before: () => Promise<void>) => {
    const writer = await open(pipe, 'w');
    await before();
    await writer.writeFile('version: 1\nnotifiers: [{ name: out, stdout: true }]\n');
    await writer.close();
  };
  await write(async () => {
    run.signal('SIGHUP');
    await run.says(/SIGHUP: reading/);
  });
  await run.says(/next run/);
  await write(() => Promise.resolve());
  await run.says(/reloaded: 1 host/);
  run.signal('SIGTERM');
  t.equal((await run.result).code, 0);
});

t.test('stopped in mid-scan', async (t) => {
  const args = ['--policy', 'p.yaml', ...daily, '--history', 'stopped.db', '--confirm-after', '5m', '--now'];
  const run = start(...args);
  await run.says(/next run/);
  run.signal('SIGTERM');
  const { code, stderr } = await run.result;
  t.equal(code, 0, stderr);
  t.same(run.alerts(), []);
});

t.test('whose place it is', async (t) => {
  const own = ownProcess();
  t.equal(fateOf(own), 'alive');
  t.equal(fateOf(own.replace(/ \d+$/, ' 1')), 'dead', 'its number is another process now');
  t.equal(fateOf(own.replace(/^\d+/, '4194304')), 'dead');
  t.equal(fateOf(own.replace(/ \S+\//, ' 0-0/')), 'dead', 'the machine was started anew');
  t.equal(fateOf(own.replace(/@\S+/, '@elsewhere')), 'unknown');
  t.equal(fateOf('nonsense'), 'unknown');

  const database = await openDatabase(join(directory, 'place.db'));
  t.teardown(() => database.destroy());
  let now = 1_000_000_000_000;
  const clock = { ...systemClock, date: () => new Date(now) };
  const hold = (watch: string) =>
    holdMemory({ database, file: 'place.db', watch, clock }, { enqueue: () => Promise.resolve() });
  const elsewhere = { holder: own.replace(/@\S+/, '@elsewhere'), heldUntil: now + 60_000 };
  const seize = () => writing(database, (db) => takeWatch(db, 'w', elsewhere, () => false));
  await seize();
  await t.rejects(hold('w'), { code: 'ERR_HISTORY_BUSY', message: /runs already, as process \d+@elsewhere/ });
  now += 61_000;
  const memory = await hold('w');
  t.equal(await memory.read(), '', 'after its lease it is free');
  t.equal(await memory.commit(emptyState, []), true);
  await seize();
  t.equal(await memory.renew(), false, 'whoever lost it is told');
  t.equal(await memory.commit({ ...emptyState, accounted: '2026-01-01T00:00:00.000Z' }, []), false);
  await memory.release();
  const row = await readWatch(database, 'w');
  t.equal(row?.holder, elsewhere.holder, 'and takes nothing away');
  t.same(JSON.parse(row?.state ?? ''), emptyState);
});
