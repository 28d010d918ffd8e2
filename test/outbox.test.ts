import fc from 'fast-check';
import { join } from 'node:path';
import t from 'tap';
import { openDatabase } from '../src/history/store/open-database.js';
import { writeHold } from '../src/history/store/outbox.js';
import type { Database } from '../src/history/store/transaction.js';
import { writing } from '../src/history/store/transaction.js';
import type { Alert } from '../src/model/alert.js';
import { emptyHead } from '../src/model/evidence.js';
import { DeliveryError, type Notifier } from '../src/watch/notifiers/notifier.js';
import { delayAfter, giveUpAfterMs, longestDelayMs } from '../src/watch/outbox/backoff.js';
import { newHolder } from '../src/watch/outbox/holder.js';
import { openOutbox } from '../src/watch/outbox/open-outbox.js';
import { alertOf, manualClock } from './fixtures/alerts.js';

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;
const never = new AbortController().signal;

/** A receiver that does what it is told; `got` is what it has taken. */
function receiver(
  name: string,
  behave: (alert: Alert, signal: AbortSignal) => Promise<void> = () => Promise.resolve(),
) {
  const got: string[] = [];
  const tried: string[] = [];
  const state = { behave };
  const notifier: Notifier = {
    name,
    wants: (alert) => alert.kind !== 'settled',
    async deliver(alert, signal) {
      tried.push(alert.id);
      await state.behave(alert, signal);
      got.push(alert.id);
    },
  };
  return { notifier, got, tried, state };
}

const fail =
  (trouble: 'receiver' | 'notice', message = 'no', retryAfterMs?: number) =>
  () =>
    Promise.reject(new DeliveryError(trouble, message, retryAfterMs));

interface Noted {
  readonly kind: string;
  readonly body: unknown;
}

const directory = t.testdir();
let files = 0;
const databases: Database[] = [];
t.teardown(() => Promise.all(databases.map((database) => database.destroy())));

/** A file, and what opens it as often as there are processes. */
function freshHistory(at = '2026-01-02T00:00:00.000Z') {
  const time = manualClock(at);
  const file = join(directory, `${(files += 1)}.db`);
  const noted: Noted[] = [];
  const said: string[] = [];
  const broken = { isLog: false };
  const open = async (notifiers: readonly Notifier[], watch = 'offsite7') => {
    const database = await openDatabase(file);
    databases.push(database);
    const history = {
      file,
      note: (kind: string, body: unknown) => {
        if (broken.isLog) return Promise.reject(new Error('disk full'));
        noted.push({ kind, body });
        return Promise.resolve(emptyHead);
      },
    };
    const say = (line: string) => said.push(line);
    const world = { database, history, watch, clock: time.clock, random: () => 0, say };
    return { database, outbox: openOutbox(world, notifiers) };
  };
  return { time, noted, said, broken, open };
}

t.test('an alert goes to everybody who wants it, and what became of it is noted', async (t) => {
  const { open, noted, said } = freshHistory();
  const [hook, log] = [receiver('hook'), receiver('log')];
  const { outbox } = await open([hook.notifier, log.notifier]);
  t.equal(await outbox.nextDue(), undefined);
  await outbox.enqueue(alertOf({ id: 'a' }));
  await outbox.enqueue(alertOf({ id: 'b' }));
  await outbox.enqueue(alertOf({ id: 'unwanted', kind: 'settled' }));
  t.equal(await outbox.pending(), 4);
  t.same(await outbox.nextDue(), new Date('2026-01-02T00:00:00.000Z'));
  await outbox.deliverDue(never);
  t.same(
    [hook.got, log.got],
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
  );
  t.equal(await outbox.pending(), 0);
  t.equal(await outbox.nextDue(), undefined);
  t.same(said, []);
  t.equal(noted.length, 4);
  t.match(noted[0], {
    kind: 'delivery',
    body: { outcome: 'delivered', alert: 'a', attempts: 1, waitingSince: '2026-01-02T00:00:00.000Z' },
  });
});

t.test('a receiver that is down: the rest waits in order, others are served, and it is told once', async (t) => {
  const { open, said, time, noted } = freshHistory();
  const [hook, log] = [receiver('hook', fail('receiver', 'the connection was refused')), receiver('log')];
  const { outbox } = await open([hook.notifier, log.notifier]);
  for (const id of ['a', 'b', 'c']) await outbox.enqueue(alertOf({ id }));
  await outbox.deliverDue(never);
  t.same(hook.tried, ['a'], 'the others are not even tried');
  t.same(log.got, ['a', 'b', 'c']);
  t.same(await outbox.nextDue(), new Date('2026-01-02T00:00:05.000Z'));
  await outbox.deliverDue(never);
  t.same(hook.tried, ['a'], 'not before it is due');
  await outbox.enqueue(alertOf({ id: 'd' }));
  await outbox.deliverDue(never);
  t.same(hook.tried, ['a'], 'nor for what comes later');
  t.same(await outbox.nextDue(), new Date('2026-01-02T00:00:05.000Z'));

  const delays: number[] = [];
  for (let round = 0; round < 12; round++) {
    const next = (await outbox.nextDue())?.getTime() ?? 0;
    const wait = next - time.clock.date().getTime();
    delays.push(wait / second);
    time.pass(wait);
    await outbox.deliverDue(never);
  }
  t.same(delays, [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
  t.equal(said.length, 1, 'it is not said again and again');
  t.match(
    said[0],
    /Notifier hook cannot deliver: the connection was refused\. It is kept and tried again, first in 5 s/,
  );

  hook.state.behave = () => Promise.resolve();
  time.pass(hour);
  await outbox.deliverDue(never);
  t.same(hook.got, ['a', 'b', 'c', 'd'], 'in order');
  t.match(said[1], 'Notifier hook delivers again');
  t.match(noted.at(-4)?.body, {
    outcome: 'delivered',
    alert: 'a',
    attempts: 14,
    trouble: 'the connection was refused',
  });

  hook.state.behave = fail('receiver');
  await outbox.enqueue(alertOf({ id: 'e' }));
  await outbox.deliverDue(never);
  t.match(said[2], /first in 5 s/, 'a new failure starts from the beginning');
});

t.test('one notice that is refused does not hold up the others; three in a row are the receiver', async (t) => {
  const { open, time, said } = freshHistory();
  const hook = receiver('hook', (alert) => (alert.id === 'bad' ? fail('notice', 'status 422')() : Promise.resolve()));
  const { outbox } = await open([hook.notifier]);
  for (const id of ['bad', 'b', 'c']) await outbox.enqueue(alertOf({ id }));
  await outbox.deliverDue(never);
  t.same(hook.got, ['b', 'c']);
  t.equal(await outbox.pending(), 1);
  t.match(said, [/had an alert refused: status 422/]);
  time.pass(5 * second);
  await outbox.deliverDue(never);
  t.same(hook.tried, ['bad', 'b', 'c', 'bad'], 'it is tried again all the same');
  t.equal(said.length, 1);

  hook.state.behave = fail('notice');
  for (const id of ['d', 'e', 'f', 'g', 'h']) await outbox.enqueue(alertOf({ id }));
  hook.tried.length = 0;
  await outbox.deliverDue(never);
  t.same(hook.tried, ['d', 'e', 'f'], 'after three, it is left alone');
  const next = await outbox.nextDue();
  t.ok(next !== undefined && next > time.clock.date());
});

t.test('what the receiver asks for by Retry-After is honoured, within bounds', async (t) => {
  for (const [asked, expected] of [
    [90 * second, 90],
    [30 * day, 3600],
    [1, 5],
  ] as const) {
    const { open } = freshHistory('2026-01-02T00:00:00.000Z');
    const hook = receiver('hook', fail('receiver', 'status 429', asked));
    const { outbox } = await open([hook.notifier]);
    await outbox.enqueue(alertOf());
    await outbox.deliverDue(never);
    t.equal(((await outbox.nextDue())?.getTime() ?? 0) - Date.parse('2026-01-02T00:00:00.000Z'), expected * second);
  }
});

t.test('restarts lose nothing: what waits is sent by the next process', async (t) => {
  const { open, time } = freshHistory();
  const down = receiver('hook', fail('receiver'));
  const first = await open([down.notifier]);
  await first.outbox.enqueue(alertOf({ id: 'a' }));
  await first.outbox.deliverDue(never);
  await first.database.destroy();

  const up = receiver('hook');
  const second_ = await open([up.notifier]);
  t.equal(await second_.outbox.pending(), 1);
  await second_.outbox.deliverDue(never);
  t.same(up.got, [], 'it goes on waiting where it was');
  time.pass(5 * second);
  await second_.outbox.deliverDue(never);
  t.same(up.got, ['a']);
});

t.test(
  'a process that was killed in the middle of a delivery holds the notifier for two minutes at most',
  async (t) => {
    const { open, time } = freshHistory();
    const hanging = receiver('hook', () => new Promise(() => undefined));
    const killed = await open([hanging.notifier]);
    await killed.outbox.enqueue(alertOf({ id: 'a' }));
    void killed.outbox.deliverDue(never);
    while (hanging.tried.length === 0) await new Promise(setImmediate);

    const up = receiver('hook');
    const { outbox } = await open([up.notifier]);
    await outbox.deliverDue(never);
    t.same(up.tried, [], 'not while the other may be at it');
    t.same(await outbox.nextDue(), new Date('2026-01-02T00:02:00.000Z'), 'and nobody asks in a hurry');
    time.pass(120 * second);
    await outbox.deliverDue(never);
    t.same(up.got, ['a']);
  },
);

t.test('a process of this machine that was killed in the middle of a delivery holds nothing', async (t) => {
  const { open } = freshHistory();
  const up = receiver('hook');
  const { database, outbox } = await open([up.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  const until = Date.parse('2026-01-02T00:02:00.000Z');
  const heldBy = (holder: string) =>
    writing(database, (db) => writeHold(db, 'offsite7/hook', { until, failures: 0, holder }));
  await heldBy(newHolder());
  await outbox.deliverDue(never);
  t.same(up.got, [], 'another that lives');
  await heldBy(newHolder().replace(/ \d+@/, ' 4194304@'));
  t.same(await outbox.nextDue(), new Date('2026-01-02T00:00:00.000Z'));
  await outbox.deliverDue(never);
  t.same(up.got, ['a']);
});

t.test('since when somebody is not told, and telling past the outbox', async (t) => {
  const { open, time, said } = freshHistory();
  const [up, down] = [receiver('up'), receiver('down', fail('receiver', 'gone'))];
  const { outbox } = await open([up.notifier, down.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  t.equal(await outbox.failingSince(), undefined, 'not before it was tried');
  time.pass(second);
  await outbox.enqueue(alertOf({ id: 'b' }));
  await outbox.deliverDue(never);
  t.same(await outbox.failingSince(), new Date('2026-01-02T00:00:00.000Z'));
  said.length = 0;
  await outbox.tellAtOnce(alertOf({ id: 'c' }), never);
  await outbox.tellAtOnce(alertOf({ id: 'unwanted', kind: 'settled' }), never);
  t.same(
    [up.got, down.tried],
    [
      ['a', 'b', 'c'],
      ['a', 'c'],
    ],
  );
  t.same(said, ['Notifier down cannot be told: gone']);
  t.equal(await outbox.pending(), 2, 'nothing is kept of it');
  await outbox.replace([up.notifier]);
  t.equal(await outbox.failingSince(), undefined, 'who is not named any more is nobody');
});

t.test('two processes on one history send each notice once', async (t) => {
  const { open } = freshHistory();
  const got: string[] = [];
  let atOnce = 0;
  let most = 0;
  const slow = () =>
    receiver('hook', async ({ id }) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise(setImmediate);
      got.push(id);
      atOnce -= 1;
    }).notifier;
  const [one, two] = [await open([slow()]), await open([slow()])];
  const ids = Array.from({ length: 20 }, (_, index) => `n${index}`);
  for (const id of ids) await one.outbox.enqueue(alertOf({ id }));
  while ((await one.outbox.pending()) > 0) {
    // Also twice by the same process.
    await Promise.all([one, two, one].map(({ outbox }) => outbox.deliverDue(never)));
  }
  t.same(got, ids);
  t.equal(most, 1);
});

t.test('asked twice at once, a process sends each notice once', async (t) => {
  const { open } = freshHistory();
  let finish: () => void = () => undefined;
  const hook = receiver('hook', () => new Promise((resolve) => (finish = resolve)));
  const { outbox } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  const first = outbox.deliverDue(never);
  while (hook.tried.length === 0) await new Promise(setImmediate);
  const second_ = outbox.deliverDue(never);
  for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  finish();
  await Promise.all([first, second_]);
  t.same(hook.tried, ['a']);
});

t.test('what cannot be delivered for 7 days is given up, noted and told', async (t) => {
  const { open, time, said, noted } = freshHistory();
  const hook = receiver('hook', fail('receiver', 'status 500'));
  const { outbox } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  await outbox.enqueue(alertOf({ id: 'b' }));
  const until = time.clock.date().getTime() + giveUpAfterMs;
  let rounds = 0;
  while (time.clock.date().getTime() <= until) {
    t.equal(await outbox.pending(), 2);
    time.pass(((await outbox.nextDue())?.getTime() ?? 0) - time.clock.date().getTime());
    await outbox.deliverDue(never);
    if ((rounds += 1) > 400) break;
  }
  t.ok(rounds > 100 && rounds < 400, `${rounds} attempts`);
  t.equal(await outbox.pending(), 0);
  t.same(
    noted.map(({ kind, body }) => [kind, body]).flat(),
    ['a', 'b'].flatMap((alert) => [
      'delivery',
      {
        ...{ outcome: 'given-up', notifier: 'hook', alert, attempts: alert === 'a' ? rounds : 0 },
        waitingSince: '2026-01-02T00:00:00.000Z',
        ...(alert === 'a' ? { trouble: 'status 500' } : {}),
      },
    ]),
  );
  t.match(said.slice(1), [/did not get alert a, .*: given up \(status 500\)/, /did not get alert b/]);
});

t.test('age alone gives nothing up: the watch may have stood still, or the clock been put right', async (t) => {
  const { open, time } = freshHistory('1970-01-01T00:00:00.000Z');
  const hook = receiver('hook', fail('receiver'));
  const { outbox } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  time.pass(56 * 365 * day);
  await outbox.deliverDue(never);
  t.equal(await outbox.pending(), 1);
});

t.test('a clock that is set back does not put notices off for years', async (t) => {
  const { open, time } = freshHistory('2036-01-02T00:00:00.000Z');
  const hook = receiver('hook', fail('receiver'));
  const { outbox } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  await outbox.deliverDue(never);
  time.pass(-10 * 365 * day);
  hook.state.behave = () => Promise.resolve();
  t.same(await outbox.nextDue(), time.clock.date());
  await outbox.deliverDue(never);
  t.same(hook.got, ['a']);
});

t.test('a delivery without end is cut off; one that is stopped counts as not tried', async (t) => {
  const { open, time, said } = freshHistory();
  const hook = receiver('hook', (_alert, signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
  });
  const { outbox, database } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  const stop = new AbortController();
  const stopped = outbox.deliverDue(stop.signal);
  while (hook.tried.length === 0) await new Promise(setImmediate);
  stop.abort();
  await stopped;
  t.same(await database.selectFrom('outbox').select(['attempts', 'trouble']).execute(), [{ attempts: 0, trouble: '' }]);
  t.same(await outbox.nextDue(), new Date('2026-01-02T00:00:00.000Z'), 'due as before, and held by nobody');
  const other = receiver('hook', fail('receiver'));
  await (await open([other.notifier])).outbox.deliverDue(never);
  t.same(other.tried, ['a'], 'another process may send it at once');
  await outbox.replace([hook.notifier]);
  await outbox.deliverDue(stop.signal);
  t.same(hook.tried, ['a'], 'a signal that has fired sends nothing');

  const running = outbox.deliverDue(never);
  while (hook.tried.length === 1) await new Promise(setImmediate);
  time.pass(60 * second);
  await running;
  t.match(said.join('\n'), /it did not end within 60 s/);
  t.equal(time.timers(), 0);
});

t.test(
  'an error that nobody foresaw is a failure like any other, and its words, which may hold secrets, are not kept',
  async (t) => {
    const { open, said } = freshHistory();
    const hook = receiver('hook', () => Promise.reject(new TypeError('secret s3cr3t')));
    const { outbox, database } = await open([hook.notifier]);
    await outbox.enqueue(alertOf({ id: 'a' }));
    await outbox.deliverDue(never);
    t.match(said, [/unforeseen way \(TypeError\)/]);
    t.notMatch(JSON.stringify(await database.selectFrom('outbox').selectAll().execute()), /s3cr3t/);
  },
);

t.test('while one receiver hangs, the others get what is new', async (t) => {
  const { open } = freshHistory();
  const stop = new AbortController();
  const hanging = receiver('hook', (_alert, signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(new Error('aborted'));
      });
    });
  });
  const log = receiver('log');
  const { outbox, database } = await open([hanging.notifier, log.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  const delivery = outbox.deliverDue(stop.signal);
  while (hanging.tried.length === 0) await new Promise(setImmediate);
  await outbox.enqueue(alertOf({ id: 'b' }));
  await writing(database, (db) => outbox.enqueue(alertOf({ id: 'c' }), db));
  while (log.got.length < 3) await new Promise(setImmediate);
  t.same([log.got, hanging.tried], [['a', 'b', 'c'], ['a']]);
  stop.abort();
  await delivery;
  t.equal(await outbox.pending(), 3);
});

t.test('a row that is no alert of this version is kept, told, and holds up nobody', async (t) => {
  const { open, said } = freshHistory();
  const hook = receiver('hook');
  const { outbox, database } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  await outbox.enqueue(alertOf({ id: 'b' }));
  for (const text of ['{"version":2}', 'null', '{']) {
    await database.updateTable('outbox').set({ alert: text, due_at: 0 }).where('id', '=', 1).execute();
    await outbox.deliverDue(never);
    t.equal(await outbox.pending(), 1, text);
  }
  t.same(hook.got, ['b']);
  t.match(said[0], /cannot be read as an alert of this version/);
});

t.test('notifiers that vanish: told once, kept for 30 days, sent when they come back', async (t) => {
  const { open, said, time, noted } = freshHistory();
  const [hook, log] = [receiver('hook', fail('receiver')), receiver('log')];
  const { outbox } = await open([hook.notifier, log.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  await outbox.deliverDue(never);
  await outbox.replace([log.notifier]);
  said.length = 0;
  await outbox.deliverDue(never);
  await outbox.deliverDue(never);
  t.match(said, [/1 notice cannot be sent: there is no notifier hook any more/]);
  t.equal(said.length, 1);
  t.equal(await outbox.pending(), 1);
  t.equal(await outbox.nextDue(), undefined);

  hook.state.behave = () => Promise.resolve();
  await outbox.replace([hook.notifier, log.notifier]);
  await outbox.deliverDue(never);
  t.same(hook.got, ['a'], 'at once: something may have been mended');

  hook.state.behave = fail('receiver');
  await outbox.enqueue(alertOf({ id: 'b' }));
  await outbox.deliverDue(never);
  await outbox.replace([log.notifier]);
  time.pass(30 * day + 1);
  await outbox.deliverDue(never);
  t.equal(await outbox.pending(), 0);
  t.match(noted.at(-1)?.body, { outcome: 'given-up', notifier: 'hook', alert: 'b' });
});

t.test('watches that share a history send only what is their own, whatever they are called', async (t) => {
  const { open, said } = freshHistory();
  const [mine, other] = [receiver('admins'), receiver('admins')];
  const one = await open([mine.notifier], 'dmz');
  const two = await open([other.notifier], 'dmz/admins');
  await one.outbox.enqueue(alertOf({ id: 'mine' }));
  await two.outbox.enqueue(alertOf({ id: 'other' }));
  t.equal(await one.outbox.pending(), 1);
  await Promise.all([one.outbox.deliverDue(never), two.outbox.deliverDue(never)]);
  t.same([mine.got, other.got, said], [['mine'], ['other'], []]);
});

t.test('a decision and its notices are kept together, or not at all', async (t) => {
  const { open } = freshHistory();
  const hook = receiver('hook');
  const { outbox, database } = await open([hook.notifier]);
  const broken = writing(database, async (db) => {
    await outbox.enqueue(alertOf(), db);
    throw new Error('the rest failed');
  });
  await t.rejects(broken, /the rest failed/);
  t.equal(await outbox.pending(), 0);
  await writing(database, (db) => outbox.enqueue(alertOf(), db));
  t.equal(await outbox.pending(), 1);
});

t.test('an evidence log that cannot be written: said, and nothing is sent again and again', async (t) => {
  const { open, broken } = freshHistory();
  const hook = receiver('hook');
  const { outbox } = await open([hook.notifier]);
  await outbox.enqueue(alertOf({ id: 'a' }));
  broken.isLog = true;
  await t.rejects(outbox.deliverDue(never), /disk full/);
  broken.isLog = false;
  await outbox.deliverDue(never);
  t.same(hook.tried, ['a']);
});

t.test('a damaged database is an error with a code', async (t) => {
  const { open } = freshHistory();
  const { outbox, database } = await open([receiver('hook').notifier]);
  await database.schema.dropTable('outbox').execute();
  await t.rejects(outbox.pending(), { code: 'ERR_HISTORY' });
  await t.rejects(outbox.enqueue(alertOf()), { code: 'ERR_HISTORY' });
  await t.rejects(outbox.deliverDue(never), { code: 'ERR_HISTORY' });
});

t.test('the time between attempts', (t) => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(),
      (failures, random, asked) => {
        const delay = delayAfter(failures, random, asked);
        return delay >= 2500 && delay <= longestDelayMs && (asked > longestDelayMs || delay >= asked);
      },
    ),
  );
  t.equal(delayAfter(1, 0), 5000);
  t.equal(delayAfter(1, 0.5), 3750);
  t.equal(delayAfter(3, 0), 20_000);
  t.equal(delayAfter(50, 0), longestDelayMs);
  t.end();
});
