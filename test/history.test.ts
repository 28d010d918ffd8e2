import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import { sql } from 'kysely';
import t, { type Test } from 'tap';
import { appendRecords } from '../src/history/evidence/append-records.js';
import { evidenceFile } from '../src/history/evidence/segments.js';
import { verifyLog } from '../src/history/evidence/verify-log.js';
import type { DecisionKind } from '../src/history/history.js';
import { openHistory, type OpenHistory } from '../src/history/open-history.js';
import { knownEnd } from '../src/history/store/known-end.js';
import { openDatabase } from '../src/history/store/open-database.js';
import { putTogether } from '../src/history/store/put-together.js';
import { rebuildHistory } from '../src/history/store/rebuild-history.js';
import { takeApart } from '../src/history/store/take-apart.js';
import { writing, type Database } from '../src/history/store/transaction.js';
import { printableBytes } from '../src/model/printable.js';
import type { Snapshot } from '../src/model/snapshot.js';
import { arbitrarySnapshot } from './fixtures/arbitrary-history.js';
import {
  acceptsEverything,
  allBut,
  closedPorts,
  findingOf,
  host,
  narrowed,
  neverAnswered,
  openPort,
  selfScan,
  snapshotOf,
  storyClosed,
  storyFailing,
  storyFiltered,
  v4,
  v6,
} from './fixtures/snapshots.js';
import { writerSnapshot } from './fixtures/writer-snapshot.js';
import { run } from './lab/command.js';
import { labOptions } from './lab/requirements.js';

const tool = { name: 'exposcan', version: '0.1.0' };

t.setTimeout(600_000);

/** What a snapshot is once it has been written. */
function written(snapshot: Snapshot): unknown {
  return JSON.parse(JSON.stringify(snapshot));
}

/** Everything that replaying the evidence log must give again. */
async function contentsOf(db: Database): Promise<Record<string, unknown[]>> {
  const tables = {
    setting: 1,
    document: 1,
    banner: 1,
    scan: 1,
    scan_target: 2,
    series: 1,
    scan_series: 2,
    open_span: 1,
    rest_span: 1,
    finding_span: 1,
    decision: 1,
    unread_record: 1,
  };
  const contents: Record<string, unknown[]> = {};
  for (const [table, keys] of Object.entries(tables)) {
    const { rows } =
      await sql`select * from ${sql.table(table)} order by ${sql.raw(keys === 1 ? '1' : '1, 2')}`.execute(db);
    contents[table] = rows;
  }
  return contents;
}

async function integrity(db: Database): Promise<unknown[]> {
  const { rows } = await sql`pragma integrity_check`.execute(db);
  const foreign = await sql`pragma foreign_key_check`.execute(db);
  return [...rows, ...foreign.rows];
}

const sound = [{ integrity_check: 'ok' }];

/** `work` with the history of a directory, closed afterwards. */
async function withHistory<T>(directory: string, work: (history: OpenHistory, file: string) => Promise<T>): Promise<T> {
  const file = join(directory, 'history.db');
  const history = await openHistory(file, { tool });
  try {
    return await work(history, file);
  } finally {
    await history.close();
  }
}

function freshDirectory(parent: string): string {
  const directory = join(parent, String(readdirSync(parent).length));
  mkdirSync(directory);
  return directory;
}

t.test('every kind of scan comes back exactly as it was recorded', async (t) => {
  await withHistory(t.testdir(), async (history) => {
    const scans = [
      storyFailing(),
      storyFailing(),
      storyClosed(),
      storyFiltered(),
      narrowed(),
      neverAnswered(),
      selfScan(),
      acceptsEverything(),
      snapshotOf({ targets: [] }),
      storyFailing(),
    ];
    const ids: number[] = [];
    for (const scan of scans) ids.push((await history.record(scan)).id);
    for (const [at, scan] of scans.entries()) t.strictSame(await history.snapshot(ids[at] ?? 0), written(scan));
    t.strictSame(await integrity(history.database), sound);
    const twice = { ...storyFailing(), notOpen: [...storyFailing().notOpen, ...storyFailing().notOpen] };
    await t.rejects(history.record(twice), { code: 'ERR_HISTORY', message: /this scan is not a usable snapshot/ });
    t.equal((await history.head()).seq, scans.length, 'what cannot be read again is not written');
    await t.rejects(history.snapshot(99), { code: 'ERR_NOT_IN_HISTORY', message: /#99/ });
  });
});

t.test('taking apart and putting together are inverse', (t) => {
  fc.assert(
    fc.property(arbitrarySnapshot(), (snapshot) => {
      assert.deepEqual(JSON.parse(JSON.stringify(putTogether(takeApart(snapshot)))), written(snapshot));
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('the printable form of a banner is part of what is stored', (t) => {
  // Texts are made from the bytes again: another form needs a migration that keeps the old texts.
  const bytes = Uint8Array.from({ length: 512 }, (_, index) => (index < 256 ? index : (index * 7) % 256));
  const digest = createHash('sha256').update(printableBytes(bytes)).digest('hex');
  t.equal(digest, '22f4828d74d2349d4528b48e2e8c50ea9f0842a58fa2af957508b2bde8a55e46');
  t.end();
});

type Step =
  | { readonly kind: 'record'; readonly snapshot: Snapshot }
  | { readonly kind: 'note'; readonly about: DecisionKind; readonly body: unknown }
  | { readonly kind: 'prune'; readonly keep: number }
  | { readonly kind: 'age'; readonly day: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: arbitrarySnapshot().map((snapshot): Step => ({ kind: 'record', snapshot })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom<DecisionKind>('window', 'alert', 'watch'), fc.jsonValue({ maxDepth: 2 }))
        .map(([about, body]): Step => ({ kind: 'note', about, body })),
    },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 3 }).map((keep): Step => ({ kind: 'prune', keep })) },
    { weight: 1, arbitrary: fc.nat(6).map((day): Step => ({ kind: 'age', day })) },
  ),
  { minLength: 1, maxLength: 12 },
);

t.test('whatever is done to it, a history holds what was recorded, and the evidence log makes it again', async (t) => {
  const parent = t.testdir();
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      const directory = freshDirectory(parent);
      const file = join(directory, 'history.db');
      const recorded = new Map<number, unknown>();
      const before = await withHistory(directory, async (history) => {
        await history.note('watch', { event: 'begun' });
        for (const step of list) {
          if (step.kind === 'record') recorded.set((await history.record(step.snapshot)).id, written(step.snapshot));
          else if (step.kind === 'note') await history.note(step.about, step.body);
          else if (step.kind === 'prune') await history.prune({ keep: step.keep });
          else await history.prune({ before: new Date(Date.UTC(2026, 0, 1 + step.day)) });
        }
        const kept = await history.scans({});
        for (const { id } of kept) assert.deepEqual(await history.snapshot(id), recorded.get(id));
        assert.deepEqual(await integrity(history.database), sound);
        return contentsOf(history.database);
      });
      await rebuildHistory(file);
      assert.deepEqual(await withHistory(directory, ({ database }) => contentsOf(database)), before, 'rebuilt');
      rmSync(file);
      assert.deepEqual(await withHistory(directory, ({ database }) => contentsOf(database)), before, 'taken up');
      rmSync(directory, { recursive: true });
    }),
    { numRuns: 25 },
  );
});

t.test('what does not change costs nothing but its times', async (t) => {
  await withHistory(t.testdir(), async (history) => {
    const day = (number: number, said: string) => {
      const at = (second: number) => new Date(Date.UTC(2026, 0, number, 3, 0, second)).toISOString();
      const seen = { observedAt: at(5) };
      return snapshotOf({
        startedAt: at(0),
        finishedAt: at(22),
        targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
        open: [
          openPort(v4, 3306, { said, ...seen }),
          openPort(v4, 22, { said: 'SSH-2.0-OpenSSH_9.2\r\n', ...seen }),
        ].reverse(),
        notOpen: [closedPorts(v4, allBut('22,3306'), { observedAt: at(9) })],
        findings: [
          findingOf({ evidence: `open; banner "${said}"; ${at(5)} from internet` }),
          findingOf({ port: 22, evidence: `open; banner "SSH-2.0-OpenSSH_9.2\\r\\n"; ${at(5)}` }),
          findingOf({ port: 23, evidence: `refused; ${at(9)} from internet` }),
        ],
      });
    };
    const scans = Array.from({ length: 20 }, (_, index) =>
      day(index + 1, `5.1.73 salt ${String(index).padStart(4, '0')} tail`),
    );
    for (const scan of scans) await history.record(scan);
    const counts = async () => {
      const contents = await contentsOf(history.database);
      return ['open_span', 'rest_span', 'finding_span', 'document', 'banner'].map((table) => contents[table]?.length);
    };
    t.strictSame(await counts(), [2, 1, 1, 7, 2], 'a banner that varies makes no span either');
    for (const scan of scans.slice(0, 3)) await history.record(scan);
    t.strictSame((await counts())[0], 2);

    const changed = day(21, '5.1.73 salt abcd tail');
    await history.record(changed);
    await history.record(changed);
    t.strictSame((await counts())[0], 3, 'one that stays changed begins a span once');
    await history.record(changed);
    t.strictSame((await counts())[0], 3);
    const [latest] = await history.scans({ limit: 1 });
    t.strictSame(await history.snapshot(latest?.id ?? 0), written(changed));
  });
});

t.test('which scans there are', async (t) => {
  await withHistory(t.testdir(), async (history) => {
    const at = (day: number) => ({ finishedAt: new Date(Date.UTC(2026, 0, day)).toISOString() });
    const ids = [
      await history.record({ ...storyFailing(), ...at(2) }),
      await history.record({ ...storyClosed(), ...at(4), vantage: { name: 'office', sources: [] } }),
      await history.record({ ...narrowed(), ...at(3), complete: false }),
    ].map(({ id }) => id);
    await history.note('window', { expect: 'mysql' });
    await history.note('watch', 'begun');
    await history.note('watch', 'ended');
    const [first, second, third] = ids;
    const cases: readonly [filter: Parameters<OpenHistory['scans']>[0], found: (number | undefined)[]][] = [
      [{}, [second, third, first]],
      [{ limit: 1 }, [second]],
      [{ host }, [second, third, first]],
      [{ host: 'Offsite7.EXAMPLE.org.' }, [second, third, first]],
      [{ host: v6 }, [second, first]],
      [{ host: '2001:DB8:0::7' }, [second, first]],
      [{ host: '192.0.2.17' }, [third]],
      [{ host: '192.0.2.16/30' }, [third]],
      [{ host: 'other.example.org' }, []],
      [{ vantage: 'office' }, [second]],
      [{ until: new Date(Date.UTC(2026, 0, 3)) }, [third, first]],
      [{ host, vantage: 'internet', until: new Date(Date.UTC(2026, 0, 3)), limit: 1 }, [third]],
    ];
    for (const [filter, found] of cases) {
      t.strictSame(
        (await history.scans(filter)).map(({ id }) => id),
        found,
        JSON.stringify(filter),
      );
    }
    t.match((await history.scans({ host: '192.0.2.17' }))[0], {
      vantage: 'internet',
      finishedAt: '2026-01-03T00:00:00.000Z',
      complete: false,
      verdict: 'indeterminate',
      targets: [host, '192.0.2.16/30'],
    });
    t.match(await history.decisions('watch', {}), [{ body: 'ended' }, { body: 'begun', kind: 'watch', seq: 5 }]);
    t.match(await history.decisions('watch', { limit: 1 }), [{ body: 'ended' }]);
    t.strictSame(await history.decisions('watch', { since: new Date(Date.now() + 60_000) }), []);
    t.match(await history.decisions('window', {}), [{ body: { expect: 'mysql' } }]);
  });
});

t.test('retention takes scans out, and leaves known since when a port is open', async (t) => {
  await withHistory(t.testdir(), async (history) => {
    const day = (number: number, ports: string) => {
      const at = new Date(Date.UTC(2026, 0, number)).toISOString();
      const open = ports.split(',').map((port) => openPort(v4, Number(port), { observedAt: at, said: `on ${port}` }));
      return snapshotOf({
        startedAt: at,
        finishedAt: at,
        targets: [{ target: host, addresses: [v4], noRecord: [], errors: [] }],
        open,
        notOpen: [closedPorts(v4, allBut(ports), { observedAt: at })],
      });
    };
    for (const [index, ports] of ['22,80', '22', '22,3306', '22,3306', '22,3306'].entries()) {
      await history.record(day(index + 1, ports));
    }
    t.equal(await history.prune({}), 0);
    t.equal((await history.head()).seq, 5, 'nothing to take out is nothing to write down');
    t.equal(await history.prune({ before: new Date(Date.UTC(2026, 0, 4)) }), 3);
    t.equal((await history.head()).seq, 6);
    const { endpoints } = await history.timeline(v4, { port: 22 });
    t.match(endpoints, [{ openSince: { first: '2026-01-01T00:00:00.000Z' } }]);
    const { open_span: spans = [], banner = [] } = await contentsOf(history.database);
    t.match(spans, [{ port: 22 }, { port: 3306 }], 'what was open only before is gone');
    t.equal(banner.length, 2, 'and so is what it said');
    t.match(await history.scans({}), [{ id: 5 }, { id: 4 }]);
    t.equal(await history.prune({ keep: 1 }), 1);
    t.strictSame(await history.snapshot(5), written(day(5, '22,3306')));
    t.equal(await history.prune({ keep: 0 }), 1);
    t.match(await contentsOf(history.database), { document: [], banner: [], series: [], open_span: [], rest_span: [] });
    t.equal((await history.record(day(6, '22'))).id, 9, 'numbers are never given twice');
  });
});

t.test('a broken record in the evidence log is noted, and stands in nobody’s way', async (t) => {
  const directory = t.testdir();
  const end = await withHistory(directory, async (history) => {
    await history.record(storyFailing());
    return knownEnd(history.database);
  });
  const time = new Date(0);
  const log = evidenceFile(join(directory, 'history.db'));
  appendRecords(log, end, [
    { kind: 'scan', body: { format: 'exposcan-snapshot', version: 2 }, time },
    { kind: 'retention', body: { scans: 'all' }, time },
    { kind: 'watch', body: 'fine', time },
  ]);
  await withHistory(directory, async (history, file) => {
    const { id } = await history.record(storyClosed());
    t.equal(id, 5);
    t.strictSame(await history.snapshot(id), written(storyClosed()));
    t.match(await history.decisions('watch', {}), [{ body: 'fine', time: time.toISOString() }]);
    const before = await contentsOf(history.database);
    t.match(before['unread_record'], [
      { seq: 2, kind: 'scan', problem: /version 2/ },
      { seq: 3, kind: 'retention' },
    ]);
    await history.close();
    t.match(await rebuildHistory(file), { records: 5, scans: 2, unread: [{ seq: 2 }, { seq: 3 }], passedOver: 0 });
    t.strictSame(await withHistory(directory, ({ database }) => contentsOf(database)), before);
  });
});

/** Starts a process that records; `lines` gives what it printed so far. */
function startWriter(file: string, name: string, count: number, ...rest: string[]) {
  const program = fileURLToPath(new URL('fixtures/history-writer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, file, name, String(count), ...rest], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const ended = once(child, 'close');
  const lines = () => text.split('\n').slice(0, -1);
  const sawLine = async (number: number) => {
    while (lines().length < number && child.exitCode === null) await Promise.race([once(child.stdout, 'data'), ended]);
  };
  return { child, ended, lines, sawLine };
}

/** Every scan that a writer said it recorded is there, exactly; the log and the database are sound. */
async function checkWritten(t: Test, file: string, lines: readonly string[], atMost: number): Promise<void> {
  const history = await openHistory(file, { tool });
  const kept = await history.scans({});
  t.ok(kept.length >= lines.length && kept.length <= lines.length + atMost, `${kept.length} of ${lines.length}`);
  for (const line of lines) {
    const [name = '', index = '', id = ''] = line.split(' ');
    assert.deepEqual(await history.snapshot(Number(id)), written(writerSnapshot(name, Number(index))));
  }
  for (const { id, targets } of kept) {
    const [, name = '', index = ''] = /^(.*)-(\d+)\.example\.org$/.exec(targets[0] ?? '') ?? [];
    assert.deepEqual(await history.snapshot(id), written(writerSnapshot(name, Number(index))));
  }
  t.strictSame(await integrity(history.database), sound);
  const remembered = await history.head();
  const { whole, faults } = await verifyLog(evidenceFile(file), { tool, remembered });
  t.ok(whole, JSON.stringify(faults));
  await history.close();
}

t.test('kill -9 loses at most the scan in flight', async (t) => {
  const file = join(t.testdir(), 'history.db');
  const lines: string[] = [];
  let killed = 0;
  // Between the two writes, where the log has what the database has not.
  for (const [round, kill] of ['1', '3'].entries()) {
    const writer = startWriter(file, `aimed${round}`, 100, kill);
    await writer.ended;
    t.equal(writer.child.signalCode, 'SIGKILL');
    lines.push(...writer.lines());
    killed += 1;
    await checkWritten(t, file, lines, killed);
    t.equal(lines.length, round === 0 ? 0 : 2);
    const history = await openHistory(file, { tool });
    t.equal((await history.scans({})).length, lines.length + killed, 'what the log had came to the database');
    await history.close();
  }
  // Anywhere: after so many scans, and then somewhere in one of the next.
  for (const round of [0, 1, 2, 3, 4, 5]) {
    const writer = startWriter(file, `anywhere${round}`, 1000);
    await writer.sawLine(1 + round);
    await new Promise((resolve) => setTimeout(resolve, round * 7));
    writer.child.kill('SIGKILL');
    await writer.ended;
    lines.push(...writer.lines());
    killed += 1;
    await checkWritten(t, file, lines, killed);
  }
  const before = await withHistory(join(file, '..'), ({ database }) => contentsOf(database));
  await rebuildHistory(file);
  t.strictSame(await withHistory(join(file, '..'), ({ database }) => contentsOf(database)), before);
});

t.test('several processes record at once', async (t) => {
  const file = join(t.testdir(), 'history.db');
  const writers = ['a', 'b', 'c'].map((name) => startWriter(file, name, 12));
  await Promise.all(writers.map(({ ended }) => ended));
  for (const { child } of writers) t.equal(child.exitCode, 0);
  const lines = writers.flatMap((writer) => writer.lines());
  t.equal(lines.length, 36);
  t.equal(new Set(lines.map((line) => line.split(' ')[2])).size, 36, 'each has a number of its own');
  await checkWritten(t, file, lines, 0);
});

t.test('a history that another process holds', async (t) => {
  const file = join(t.testdir(), 'history.db');
  const history = await openHistory(file, { tool, patienceMs: 60 });
  await history.record(storyFailing());
  const other = new Sqlite(file);
  other.exec('begin immediate');
  const busy = { code: 'ERR_HISTORY_BUSY', message: /another process/ };
  await t.rejects(history.record(storyClosed()), busy);
  await t.rejects(history.note('watch', 'x'), busy);
  await t.rejects(rebuildHistory(file, { patienceMs: 60 }), busy);
  t.equal((await history.scans({})).length, 1, 'it can be read meanwhile');
  const another = await openHistory(file, { tool, patienceMs: 60 });
  await another.close();
  other.exec('rollback');
  other.close();
  t.equal((await history.record(storyClosed())).id, 2, 'and goes on where it was');
  t.equal((await history.head()).seq, 2);
  await history.close();
});

t.test('a full disk', labOptions(), async (t) => {
  const directory = t.testdir();
  run('mount', ['-t', 'tmpfs', '-o', 'size=600k,mode=700', 'exposcan-test', directory]);
  try {
    await fillDisk(t, directory);
  } finally {
    run('umount', ['-l', directory]);
  }
});

async function fillDisk(t: Test, directory: string): Promise<void> {
  const file = join(directory, 'history.db');
  const history = await openHistory(file, { tool });
  const kept: number[] = [];
  const errors: unknown[] = [];
  for (let index = 0; index < 60 && errors.length < 3; index++) {
    try {
      kept.push((await history.record(writerSnapshot('disk', index))).id);
    } catch (error) {
      errors.push(error);
    }
  }
  t.ok(kept.length > 3, `${kept.length} found room`);
  t.equal(errors.length, 3);
  for (const error of errors) t.match(error, { code: /^ERR_(HISTORY|EVIDENCE)$/, message: /full|room/ });
  for (const [index, id] of kept.entries()) {
    assert.deepEqual(await history.snapshot(id), written(writerSnapshot('disk', index)));
  }
  t.strictSame(await integrity(history.database), sound);
  run('mount', ['-o', 'remount,size=8m', directory]);
  const { id } = await history.record(storyFailing());
  t.strictSame(await history.snapshot(id), written(storyFailing()));
  await history.close();
  const reopened = await openHistory(file, { tool });
  t.strictSame(await integrity(reopened.database), sound);
  t.ok((await verifyLog(evidenceFile(file), { tool, remembered: await reopened.head() })).whole);
  await reopened.close();
}

/** Every file of a directory, as it is. */
function filesIn(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory)
      .filter((name) => lstatSync(join(directory, name)).isFile() && !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(directory, name), 'base64')]),
  );
}

function overwrite(file: string, position: number, bytes: Uint8Array): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, position);
  closeSync(descriptor);
}

t.test('a file that is no history, or is damaged, gives a clear error and stays as it is', async (t) => {
  const parent = t.testdir();
  const cases: readonly [what: string, spoil: (file: string) => void, message: RegExp][] = [
    [
      'its first bytes overwritten',
      (file) => {
        overwrite(file, 0, Buffer.alloc(64, 'x'));
      },
      /beginning is damaged.*history rebuild/,
    ],
    [
      'its catalogue overwritten',
      (file) => {
        overwrite(file, 100, Buffer.alloc(3900, 0xff));
      },
      /damaged.*history rebuild/,
    ],
    [
      'cut off in the middle',
      (file) => {
        truncateSync(file, 4096 * 3);
      },
      /damaged.*history rebuild/,
    ],
    [
      'another program',
      (file) => {
        rmSync(file);
        const other = new Sqlite(file);
        other.exec('create table theirs (x)');
        other.close();
      },
      /another program/,
    ],
    [
      'a text',
      (file) => {
        writeFileSync(file, 'hello, this is not a database at all\n'.repeat(200));
      },
      /not a history/,
    ],
    [
      'a later exposcan',
      (file) => {
        const later = new Sqlite(file);
        later.exec("insert into kysely_migration values ('9999-later', '2030-01-01')");
        later.close();
      },
      /later exposcan/,
    ],
    [
      'a view in the place of a table, and a trigger',
      (file) => {
        const other = new Sqlite(file);
        other.exec(
          'drop table setting; create view setting as with recursive c (x) as (select 1 union all select x from c) select x from c',
        );
        other.exec('create trigger t after delete on decision begin delete from scan; end');
        other.close();
      },
      /views or triggers/,
    ],
    [
      'a table gone',
      (file) => {
        const other = new Sqlite(file);
        other.exec('drop table finding_span');
        other.close();
      },
      /no such table: finding_span.*history rebuild/,
    ],
    [
      'a link',
      (file) => {
        copyFileSync(file, `${file}.real`);
        rmSync(file);
        symlinkSync(`${file}.real`, file);
      },
      /symbolic link/,
    ],
    [
      'a directory',
      (file) => {
        rmSync(file);
        mkdirSync(file);
      },
      /not a file/,
    ],
  ];
  for (const [what, spoil, message] of cases) {
    const directory = freshDirectory(parent);
    const file = join(directory, 'history.db');
    await withHistory(directory, async (history) => {
      for (const index of [0, 1, 2]) await history.record(writerSnapshot('w', index));
    });
    spoil(file);
    const before = filesIn(directory);
    const opening = openHistory(file, { tool, patienceMs: 50 }).then(async (history) => {
      try {
        for (const { id } of await history.scans({})) await history.snapshot(id);
      } finally {
        await history.close();
      }
    });
    await t.rejects(opening, { code: 'ERR_HISTORY', message }, what);
    t.strictSame(filesIn(directory), before, `${what}: nothing was changed`);
  }
});

t.test('damage inside is found when it is read', async (t) => {
  const directory = t.testdir();
  await withHistory(directory, async (history) => {
    const { id } = await history.record(storyFailing());
    const other = new Sqlite(history.file);
    const spoil = async (statement: string, mend: string) => {
      other.pragma('foreign_keys = off');
      other.exec(statement);
      await t.rejects(history.snapshot(id), { code: 'ERR_HISTORY', message: /damaged.*history rebuild/ }, statement);
      other.exec(mend);
    };
    await spoil(
      "update document set body = body || ' ' where id = (select frame from scan)",
      'update document set body = trim(body)',
    );
    await spoil('update rest_span set first_scan = 99', 'update rest_span set first_scan = 1');
    await spoil("update scan_series set facts = '{}'", 'select 1');
    await spoil(
      "update scan set started_at = 'soon'",
      `update scan set started_at = ${Date.parse(storyFailing().startedAt)}`,
    );
    other.exec('update scan set started_at = 9e15, finished_at = 9e15');
    const asks = [() => history.scans({}), () => history.hosts(), () => history.timeline(host, {})];
    for (const ask of asks) {
      await t.rejects<unknown>(ask, { code: 'ERR_HISTORY', message: /as a time.*history rebuild/ });
    }
    other.close();
  });
});

t.test('who may read it', async (t) => {
  const parent = t.testdir();
  const directory = join(parent, 'new', 'state');
  const mask = process.umask(0);
  try {
    await withHistory(directory, async (history, file) => {
      await history.record(storyFailing());
      for (const name of [directory, join(directory, '..')]) t.equal(statSync(name).mode & 0o777, 0o700, name);
      for (const name of [file, `${file}-wal`, `${file}-shm`, evidenceFile(file)]) {
        t.equal(statSync(name).mode & 0o777, 0o600, name);
      }
    });
    await rebuildHistory(join(directory, 'history.db'));
    for (const name of readdirSync(directory)) t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    chmodSync(join(directory, 'history.db'), 0o644);
    await withHistory(directory, (_, file) => {
      t.equal(statSync(file).mode & 0o777, 0o600, 'what was opened to others is closed again');
      return Promise.resolve();
    });
    for (const name of readdirSync(directory)) t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
  } finally {
    process.umask(mask);
  }
});

t.test('a history of another user', async (t) => {
  const directory = t.testdir();
  await withHistory(directory, (history) => history.record(storyFailing()));
  chmodSync(directory, 0o755);
  const file = join(directory, 'history.db');
  const program = fileURLToPath(new URL('fixtures/history-writer.ts', import.meta.url));
  if (process.getuid?.() !== 0) {
    chmodSync(file, 0);
    await t.rejects(openHistory(file), { code: 'ERR_HISTORY', message: /rights/ });
    return;
  }
  const nobody = 65534;
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', program, file, 'theirs', '1'], {
    uid: nobody,
    gid: nobody,
    encoding: 'utf8',
  });
  t.not(status, 0);
  t.match(stderr, /ERR_HISTORY.*/s);
  t.match(stderr, /cannot be opened. Look at the rights/);
});

t.test('a history is made anew from its evidence log', async (t) => {
  const parent = t.testdir();
  const make = async () => {
    const directory = freshDirectory(parent);
    await withHistory(directory, async (history) => {
      for (const index of [0, 1, 2]) await history.record(writerSnapshot('w', index));
      await writing(history.database, async (db) => {
        await db
          .insertInto('outbox')
          .values({ notifier: 'mail', alert: '{}', created_at: 1, attempts: 0, due_at: 1, trouble: '' })
          .execute();
      });
    });
    return join(directory, 'history.db');
  };
  const now = new Date('2026-01-02T03:04:05.678Z');

  const whole = await make();
  t.match(await rebuildHistory(whole, { now }), {
    records: 3,
    scans: 3,
    unread: [],
    passedOver: 0,
    carriedOver: true,
    kept: `${whole}.damaged-20260102T030405678Z`,
  });
  const anew = await openHistory(whole, { tool });
  t.equal((await anew.database.selectFrom('outbox').selectAll().execute()).length, 1, 'what waits still waits');

  await rebuildHistory(whole, { now: new Date(0) });
  await t.rejects(anew.record(storyClosed()), { code: 'ERR_HISTORY', message: /made anew/ }, 'it was open meanwhile');
  await anew.close();
  await withHistory(join(whole, '..'), async (history) => {
    t.equal((await history.record(storyClosed())).id, 4);
  });

  const damaged = await make();
  overwrite(damaged, 0, Buffer.alloc(200, 'x'));
  const spoilt = readFileSync(damaged, 'base64');
  const { kept = '', ...told } = await rebuildHistory(damaged, { now });
  t.match(told, { records: 3, scans: 3, carriedOver: false });
  t.equal(readFileSync(kept, 'base64'), spoilt, 'the damaged one is kept as it was');

  const broken = await make();
  const log = evidenceFile(broken);
  const lines = readFileSync(log, 'utf8').split('\n');
  writeFileSync(
    log,
    [lines[0], lines[1]?.replace('w-1.example', 'w-9.example'), 'rubbish', ...lines.slice(2)].join('\n'),
  );
  const before = filesIn(join(broken, '..'));
  await t.rejects(rebuildHistory(broken), { code: 'ERR_EVIDENCE', message: /--force/ });
  t.strictSame(filesIn(join(broken, '..')), before, 'nothing was changed');
  t.match(await rebuildHistory(broken, { force: true }), { records: 3, scans: 3, passedOver: 1 });
  await withHistory(join(broken, '..'), async (history) => {
    t.equal((await history.record(storyClosed())).id, 4);
  });

  const theirs = join(freshDirectory(parent), 'theirs.db');
  const other = new Sqlite(theirs);
  other.exec('create table theirs (x)');
  other.close();
  await t.rejects(rebuildHistory(theirs), { code: 'ERR_HISTORY', message: /another program/ });
  t.ok(existsSync(theirs));

  const none = await make();
  rmSync(evidenceFile(none));
  await t.rejects(rebuildHistory(none), { code: 'ERR_EVIDENCE', message: /no record/ });
  await t.rejects(openDatabase(`${none}/below`), { code: 'ERR_HISTORY' });
});
