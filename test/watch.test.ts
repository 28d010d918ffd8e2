import { isDeepStrictEqual } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import t from 'tap';
import type { Alert } from '../src/model/alert.js';
import type { Finding } from '../src/model/snapshot.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { evaluate } from '../src/policy/evaluation/evaluate.js';
import { concludeBlind, concludeRun } from '../src/watch/decision/conclude.js';
import { lookOf } from '../src/watch/decision/look.js';
import { secondLookFor } from '../src/watch/decision/second-look.js';
import { whyBlind } from '../src/watch/decision/sight.js';
import { emptyState, readWatchState } from '../src/watch/decision/watch-state.js';
import { readSchedule } from '../src/watch/schedule/schedule.js';
import { see, simulateWatch, type HostState, type SimulationOptions } from './fixtures/simulated-watch.js';

/** So many hosts: ssh is public, mysql local-only, 8080 named by no rule. */
function policyOf(count: number, more = ''): string {
  const hosts = Array.from({ length: count }, (_, index) => `h${index + 1}.example.org`);
  return [
    'version: 1',
    'name: p',
    'hosts:',
    ...hosts.flatMap((host) => [
      `  - host: ${host}`,
      '    ports: [22, 3306, 8080]',
      '    families: [4]',
      '    services:',
      '      - { port: 22, service: ssh, exposure: public }',
      '      - { port: 3306, service: mysql, exposure: local-only }',
    ]),
    more,
  ].join('\n');
}

const one = policyOf(1);
const hour = 3_600_000;
const fine = { open: [22] };
const isWithin = (at: Date, from: string, to: string) =>
  at.getTime() >= Date.parse(from) && at.getTime() < Date.parse(to);

function simulate(network: SimulationOptions['network'], more: Partial<SimulationOptions> = {}) {
  return simulateWatch({ policy: one, start: '2026-01-01T00:00:00.000Z', network, ...more });
}

const told = ({ alerts }: ReturnType<typeof simulate>) =>
  alerts.map(({ kind, finding }) => `${kind} ${finding?.port ?? ''}`.trim());

t.test('a deviation is told once, after a second look, and so is its end', async (t) => {
  const sim = simulate((_, at) => (isWithin(at, '2026-01-05', '2026-01-20') ? { open: [22, 3306] } : fine));
  sim.begin();
  await sim.until('2026-02-01T00:00:00Z');
  t.same(told(sim), ['raised 3306', 'recovered 3306']);
  const [raised, recovered] = sim.alerts;
  t.equal(raised?.since, '2026-01-05T03:01:00.000Z');
  t.equal(raised?.at, '2026-01-05T03:03:00.000Z', 'a scan, a minute, a scan');
  t.equal(raised?.finding?.code, 'exposed');
  t.match(raised?.finding?.remedy, /bind-address/);
  t.equal(recovered?.finding?.outcome, 'pass');
  t.equal(recovered?.finding?.code, 'closed');
  t.equal(recovered?.since, raised?.since);
  t.equal(sim.scans.filter(({ isCareful }) => isCareful).length, 2, 'no second look while nothing changes');
  t.equal(sim.scans.length, 33);
});

t.test('one look decides nothing', async (t) => {
  const blips = ['2026-01-05', '2026-01-12', '2026-01-19'];
  const sim = simulate((_, at) =>
    blips.some((date) => isWithin(at, `${date}T03:00Z`, `${date}T03:02Z`)) ? { open: [22, 8080] } : fine,
  );
  sim.begin();
  await sim.until('2026-02-01T00:00:00Z');
  t.same(told(sim), [], 'far apart, each is nothing');

  const often = simulate(
    (_, at) => (at.getUTCMinutes() < 2 && at.getTime() < Date.parse('2026-01-02') ? { open: [22, 8080] } : fine),
    {
      schedule: '0 * * * *',
    },
  );
  often.begin();
  await often.until('2026-01-04T00:00:00Z');
  t.same(
    told(often),
    ['flapping 8080', 'settled 8080'],
    'what is seen again and again is told, though never confirmed',
  );
  t.equal(often.alerts[0]?.finding?.outcome, 'fail');
  t.match(often.alerts[1]?.summary, /quiet now, and conforms/);

  const back = simulate((_, at) =>
    isWithin(at, '2026-01-05T03:00Z', '2026-01-05T03:02Z') ? fine : { open: [22, 3306] },
  );
  back.begin();
  await back.until('2026-02-01T00:00:00Z');
  t.same(told(back), ['raised 3306'], 'nor does one look recover');
});

t.test('what comes and goes is told until it is too often, and again when it is quiet', async (t) => {
  const sim = simulate(
    (_, at) => (at.getTime() < Date.parse('2026-01-03') && at.getUTCHours() % 2 === 0 ? { open: [22, 3306] } : fine),
    { schedule: '0 * * * *' },
  );
  sim.begin();
  await sim.until('2026-01-05T00:00:00Z');
  t.same(told(sim), ['raised 3306', 'recovered 3306', 'raised 3306', 'flapping 3306', 'settled 3306']);
  t.equal(sim.alerts.at(-1)?.finding?.outcome, 'pass', 'settled tells where it rests');
  t.same(readWatchState(sim.stored(), 'w').problems, [], 'and then it is forgotten');

  const daily = simulate((_, at) => (at.getUTCDate() % 2 === 0 ? { open: [22, 3306] } : fine));
  daily.begin();
  await daily.until('2026-01-31T00:00:00Z');
  t.same(
    told(daily),
    ['raised 3306', 'recovered 3306', 'raised 3306', 'flapping 3306'],
    'by a daily schedule over days',
  );

  const graver = simulate(
    (_, at) => ({
      open:
        at.getTime() >= Date.parse('2026-01-02T12:00Z') ? [22, 3306] : at.getUTCHours() % 2 === 0 ? [22, 8080] : [22],
    }),
    { schedule: '0 * * * *' },
  );
  graver.begin();
  await graver.until('2026-01-03T00:00:00Z');
  t.ok(told(graver).includes('raised 3306'), 'the flapping of one thing hides no other');
});

t.test('a watch that sees nothing tells so of itself, once, and nothing recovers meanwhile', async (t) => {
  for (const state of [{ dark: true }, { lost: true }]) {
    const sim = simulate((_, at) => (isWithin(at, '2026-01-12', '2026-01-13T12:00Z') ? state : { open: [22, 3306] }), {
      policy: policyOf(12),
    });
    sim.begin();
    await sim.until('2026-01-11T12:00:00Z');
    t.equal(sim.alerts.length, 12, 'each exposed service once');
    const beats = sim.beats.length;
    await sim.until('2026-01-13T00:00:00Z');
    t.same(sim.kinds().slice(12), ['blind']);
    t.equal(sim.alerts[12]?.at, '2026-01-12T03:03:00.000Z', 'within one run');
    t.match(sim.alerts[12]?.detail, state.lost ? /12 hosts: ERR_LOOKUP_FAILED \(12 times\)/ : /ERR_NEVER_ANSWERED/);
    t.equal(sim.beats.length, beats, 'no heartbeat while blind');
    await sim.until('2026-01-16T00:00:00Z');
    t.same(sim.kinds().slice(12), ['blind', 'sighted']);
    t.equal(sim.alerts[13]?.at, '2026-01-13T12:05:00.000Z', 'it looks again every 15 minutes');
    t.ok(sim.beats.length > beats);
  }
});

t.test('a host that falls silent', async (t) => {
  const silence = (at: Date) => isWithin(at, '2026-01-10', '2026-01-13');
  const alone = simulate((_, at) => (silence(at) ? { dark: true } : { open: [22, 3306] }));
  alone.begin();
  await alone.until('2026-01-20T00:00:00Z');
  t.same(told(alone), ['raised 3306', 'blind', 'sighted'], 'alone under watch it cannot be told from a cut cable');

  const controlled = simulate((_, at) => (silence(at) ? { dark: true } : { open: [22, 3306] }), {
    control: () => true,
  });
  controlled.begin();
  await controlled.until('2026-01-20T00:00:00Z');
  t.same(told(controlled), ['raised 3306', 'raised 22', 'recovered'], 'but a control tells them apart');
  const [, unseen, seen] = controlled.alerts;
  t.equal(unseen?.finding?.outcome, 'indeterminate');
  t.equal(unseen?.alike, 3, 'one alert for all its ports and rules');
  t.match(unseen?.summary, /^h1\.example\.org \(10\.0\.0\.1\): not observed/);
  t.equal(seen?.finding?.outcome, 'pass');

  const many = simulate((host, at) => (silence(at) && Number(/\d+/.exec(host)) % 2 === 0 ? { dark: true } : fine), {
    policy: policyOf(40),
  });
  many.begin();
  await many.until('2026-01-20T00:00:00Z');
  t.same(many.kinds(), ['blind', 'sighted'], 'half of them at once are one alert');
  t.match(many.alerts[0]?.summary, /lost sight of 20 hosts at once/);

  const oneMore = simulate(
    (host, at) => {
      const number = Number(/\d+/.exec(host));
      return (silence(at) && number <= 20) || (number === 30 && at > new Date('2026-01-11')) ? { dark: true } : fine;
    },
    { policy: policyOf(40) },
  );
  oneMore.begin();
  await oneMore.until('2026-01-20T00:00:00Z');
  t.same(oneMore.kinds(), ['blind', 'raised', 'sighted'], 'one that falls silent among many silent ones is told');
  t.equal(oneMore.alerts[1]?.finding?.host, 'h30.example.org');

  const later = simulate(
    (host, at) => {
      const number = Number(/\d+/.exec(host));
      const isAll = [4, 8, 12, 16].includes(at.getUTCHours());
      return at < new Date('2026-01-02') && number <= 20 && (isAll || (number === 5 && at.getUTCHours() > 20))
        ? { dark: true }
        : fine;
    },
    { policy: policyOf(30), schedule: '0 * * * *' },
  );
  later.begin();
  await later.until('2026-01-04T00:00:00Z');
  t.same(
    later.kinds(),
    ['blind', 'sighted', 'blind', 'flapping', 'raised', 'settled', 'recovered'],
    'that many come and go is damped, and hides no single one',
  );
});

t.test('ports that cannot be seen', async (t) => {
  const sim = simulate((_, at) => {
    const isBlip = isWithin(at, '2026-01-08T03:00Z', '2026-01-08T03:02Z');
    if (isBlip || isWithin(at, '2026-01-10', '2026-01-12')) return { open: [22], unseen: [3306, 8080] };
    return isWithin(at, '2026-01-05', '2026-01-15') ? { open: [22], unseen: [8080] } : { open: [22, 3306] };
  });
  sim.begin();
  await sim.until('2026-01-05T12:00:00Z');
  t.same(sim.kinds(), ['raised', 'recovered', 'raised']);
  await sim.until('2026-01-09T00:00:00Z');
  t.equal(sim.alerts.length, 3, 'one look adds no port');
  await sim.until('2026-01-14T00:00:00Z');
  t.same(sim.kinds().slice(3), ['changed'], 'two do, once');
  await sim.until('2026-01-20T00:00:00Z');
  t.same(sim.kinds().slice(4), ['recovered', 'raised']);
});

t.test('what cannot be looked at any more has not recovered', async (t) => {
  const moved = simulate((_, at) =>
    isWithin(at, '2026-01-10', '2027-01-01') ? { addresses: ['10.9.9.9'], open: [22] } : { open: [22, 3306] },
  );
  moved.begin();
  await moved.until('2026-01-20T00:00:00Z');
  t.same(told(moved), ['raised 3306', 'ended 3306']);
  t.match(moved.alerts[1]?.summary, /no recovery/);

  const removed = simulate(() => ({ open: [22, 3306] }), { policy: policyOf(2) });
  removed.begin();
  removed.at('2026-01-10T12:00:00Z', () => {
    removed.reload({ policy: one });
  });
  await removed.until('2026-01-20T00:00:00Z');
  t.same(told(removed), ['raised 3306', 'raised 3306', 'ended 3306']);

  const edited = simulate(() => ({ open: [22, 3306] }));
  edited.begin();
  edited.at('2026-01-10T12:00:00Z', () => {
    edited.reload({ policy: `# a line more\n${one}` });
  });
  await edited.until('2026-01-20T00:00:00Z');
  t.same(told(edited), ['raised 3306'], 'a rule that moved in its file is no other');
});

t.test('reloading', async (t) => {
  const sim = simulate(() => fine);
  sim.begin();
  sim.at('2026-01-02T12:00:00Z', () => {
    sim.reload({ policy: 'version: 1\nname: x\nhosts: [{ hots: a }]\n' });
  });
  sim.at('2026-01-03T12:00:00Z', () => {
    sim.reload();
  });
  sim.at('2026-01-04T12:00:00Z', () => {
    sim.reload({ policy: one, notifierTrouble: 'the secret is gone' });
  });
  sim.at('2026-01-05T12:00:00Z', () => {
    sim.reload();
  });
  sim.at('2026-01-06T12:00:00Z', () => {
    sim.reload({ policy: 'version: 1\nname: x\nhosts: [{ host: "*" }]\n' });
  });
  await sim.until('2026-01-10T00:00:00Z');
  t.same(sim.kinds(), ['reload-failed', 'reload-failed', 'reload-failed'], 'the same trouble is told once');
  t.match(
    sim.alerts.map(({ detail }) => detail),
    [/did you mean host/i, /the secret is gone/, /names no host/],
  );
  t.equal(sim.scans.length, 9, 'the old policy is kept');
});

t.test('times: clock changes, restarts, suspends, overruns', async (t) => {
  const at = ({ scans }: ReturnType<typeof simulate>) => scans.map((scan) => scan.at.toISOString().slice(5, 16));
  const zurich = { timeZone: 'Europe/Zurich', schedule: '30 2 * * *' };
  const spring = simulate(() => fine, { ...zurich, start: '2026-03-27T12:00:00Z' });
  spring.begin();
  await spring.until('2026-03-31T00:00:00Z');
  t.same(at(spring), ['03-28T01:30', '03-29T01:00', '03-30T00:30'], 'an hour that is left out: just after it');
  const autumn = simulate(() => fine, { ...zurich, start: '2026-10-23T12:00:00Z' });
  autumn.begin();
  await autumn.until('2026-10-27T00:00:00Z');
  t.same(at(autumn), ['10-24T00:30', '10-25T00:30', '10-26T01:30'], 'an hour that comes twice: the first time');
  t.same([...spring.kinds(), ...autumn.kinds()], []);

  const restarted = simulate(() => fine);
  restarted.begin();
  await restarted.until('2026-01-03T12:00:00Z');
  restarted.kill();
  await restarted.until('2026-01-06T12:00:00Z');
  restarted.begin();
  await restarted.until('2026-01-08T12:00:00Z');
  t.same(at(restarted).slice(3), ['01-06T12:00', '01-07T03:00', '01-08T03:00'], 'one run makes up for three');
  t.same(restarted.kinds(), ['missed-runs']);
  t.match(restarted.alerts[0]?.summary, /missed 3 runs since 2026-01-04T03:00/);

  const suspended = simulate(() => fine, { schedule: '0 * * * *' });
  suspended.begin();
  await suspended.until('2026-01-01T05:10:00Z');
  suspended.shift(5 * hour);
  await suspended.until('2026-01-01T13:30:00Z');
  t.same(at(suspended).slice(5), ['01-01T10:31', '01-01T11:00', '01-01T12:00', '01-01T13:00'], 'or a clock set ahead');
  t.match(suspended.alerts[0]?.summary, /missed 5 runs since 2026-01-01T06:00/);

  const back = simulate(() => fine, { schedule: '0 * * * *' });
  back.begin();
  await back.until('2026-01-01T05:10:00Z');
  back.shift(-3 * hour);
  await back.until('2026-01-01T07:30:00Z');
  t.same(at(back).slice(4), ['01-01T05:00', '01-01T06:00', '01-01T07:00'], 'no time is run twice');
  t.match(back.said.join('\n'), /the clock was set back from/);
  back.shift(-48 * hour);
  await back.until('2025-12-30T10:30:00Z');
  t.same(
    at(back).slice(7),
    ['12-30T07:31', '12-30T08:00', '12-30T09:00', '12-30T10:00'],
    'a clock that was days ahead was wrong',
  );

  const slow = simulate(() => fine, { schedule: '*/5 * * * *', scanMs: () => 7 * 60_000 });
  slow.begin();
  await slow.until('2026-01-03T12:00:00Z');
  t.same(at(slow).slice(0, 3), ['01-01T00:05', '01-01T00:15', '01-01T00:25'], 'runs do not overlap');
  t.same(slow.kinds(), ['missed-runs', 'missed-runs', 'missed-runs'], 'which is told once a day');
  t.match(slow.alerts[1]?.summary, /missed 1\d\d runs/);

  const spread = simulate(() => fine, { settings: { jitterMs: hour } });
  spread.begin();
  await spread.until('2026-01-05T12:00:00Z');
  const times = at(spread);
  t.equal(times.length, 5);
  t.equal(new Set(times.map((time) => time.slice(5))).size, 5, 'every day at another minute');
  const again = simulate(() => fine, { settings: { jitterMs: hour }, start: '2026-01-04T00:00:00Z' });
  again.begin();
  await again.until('2026-01-05T12:00:00Z');
  t.same(at(again), times.slice(3), 'and the same after a restart');
});

t.test('being ended, and failing', async (t) => {
  const sim = simulate(() => ({ open: [22, 3306] }), { scanMs: () => hour });
  sim.begin();
  await sim.until('2026-01-01T03:30:00Z');
  sim.end();
  await sim.until('2026-01-01T03:31:00Z');
  t.same(sim.ends, [undefined], 'at once, in the middle of a scan');
  t.same(sim.kinds(), [], 'of which nothing is concluded');
  sim.begin();
  await sim.until('2026-01-01T12:00:00Z');
  t.same(sim.kinds(), ['raised', 'missed-runs'], 'its run is made up for');

  const full = simulate(() => ({ open: [22, 3306] }), {
    broken: (at) => (isWithin(at, '2026-01-02', '2026-01-04T12:00Z') ? 'the disk is full' : undefined),
    network: (_, at) => (at < new Date('2026-01-01T12:00Z') ? fine : { open: [22, 3306] }),
  });
  full.begin();
  await full.until('2026-01-06T00:00:00Z');
  t.same(told(full), ['sighted', 'raised 3306'], 'what could not be kept is told when it can be');
  t.match(full.toldAtOnce, [
    { kind: 'blind', at: /^2026-01-02T03:/, detail: 'the disk is full', since: /^2026-01-02T03:/ },
    { kind: 'blind', at: /^2026-01-03T/, since: /^2026-01-02T03:/ },
    { kind: 'blind', at: /^2026-01-04T/, since: /^2026-01-02T03:/ },
  ]);
  t.equal(full.alerts[0]?.since, full.toldAtOnce[0]?.since);
  t.match(full.said.join('\n'), /could not be kept, and nothing of it was told: the disk is full/);
  t.equal(full.beats.length, 3, 'without a heartbeat until then');

  const unheard = simulate(() => fine, {
    failingSince: (at) => (isWithin(at, '2026-01-02T12:00Z', '2026-01-04T12:00Z') ? new Date('2026-01-02T03:02Z') : at),
  });
  unheard.begin();
  await unheard.until('2026-01-06T00:00:00Z');
  t.same(
    unheard.beats.map((at) => at.toISOString().slice(0, 10)),
    ['2026-01-01', '2026-01-02', '2026-01-05'],
    'no heartbeat while somebody has not heard of an earlier run',
  );

  const broken = simulate(() => fine, { policy: 'version: 1\n' });
  broken.begin();
  await broken.until('2026-01-01T01:00:00Z');
  t.match(broken.ends, [{ code: 'ERR_POLICY_INVALID' }], 'it does not begin with a broken policy');
});

/** Mulberry32: the same year for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** A year's spans that are days long and further than a week apart. */
function spansOf(random: () => number, leastDays: number, mostDays: number) {
  const spans: { from: number; to: number }[] = [];
  const end = Date.parse('2026-12-20');
  for (let from = Date.parse('2026-01-03') + random() * 60 * 24 * hour; from < end;) {
    const to = from + (leastDays + random() * (mostDays - leastDays)) * 24 * hour;
    if (to < end) spans.push({ from, to });
    from = to + (8 + random() * 60) * 24 * hour;
  }
  return spans;
}

for (const [zone, seed] of [
  ['Europe/Zurich', 1],
  ['America/New_York', 2],
] as const) {
  t.test(`a year in ${zone}: deviations, outages, crashes, clock changes`, async (t) => {
    const random = randomFrom(seed);
    const places = ['h1.example.org', 'h2.example.org', 'h3.example.org'].flatMap((host) =>
      [3306, 8080].map((port) => ({ host, port, spans: spansOf(random, 4, 20) })),
    );
    const outages = spansOf(random, 0.7, 2);
    const isIn = (at: Date, spans: readonly { from: number; to: number }[]) =>
      spans.some(({ from, to }) => at.getTime() >= from && at.getTime() < to);
    const pattern = '0 2,14 * * *';
    const sim = simulate(
      (host, at) => {
        if (isIn(at, outages)) return { dark: true };
        const open = places.filter((place) => place.host === host && isIn(at, place.spans)).map(({ port }) => port);
        return { open: [22, ...open] };
      },
      {
        policy: policyOf(3),
        schedule: pattern,
        timeZone: zone,
        settings: { pieceMs: 2 * hour, jitterMs: hour / 2 },
        crash: () => random() < 0.004,
      },
    );
    let crashes = 0;
    sim.onKilled(() => {
      crashes += 1;
      const backAt = new Date(sim.date().getTime() + random() * 20 * hour);
      sim.at(backAt.toISOString(), () => {
        sim.begin();
      });
    });
    sim.begin();
    for (let month = 1; month <= 12; month++) {
      const when = `2026-${String(month).padStart(2, '0')}-1${Math.floor(random() * 9)}T${String(10 + Math.floor(random() * 12))}:00:00Z`;
      await sim.until(when);
      sim.shift((month % 2 === 0 ? -3 : 3) * hour);
    }
    await sim.until('2027-01-10T00:00:00Z');

    t.ok(crashes > 3, `${crashes} crashes`);
    const spans = places.flatMap(({ host, port, spans }) => spans.map((span) => ({ host, port, ...span })));
    t.ok(spans.length > 20 && outages.length > 5, `${spans.length} deviations, ${outages.length} outages`);
    for (const { host, port, from, to } of spans) {
      const mine = sim.alerts.filter(({ finding }) => finding?.host === host && finding.port === port);
      const raised = mine.filter(({ kind, at }) => kind === 'raised' && isIn(new Date(at), [{ from, to: to + hour }]));
      t.equal(raised.length, 1, `${host} ${port} is told once`);
      const recovered = mine.filter(({ kind, since }) => kind === 'recovered' && since === raised[0]?.since);
      t.equal(recovered.length, 1, 'and so is its end');
      t.ok(Date.parse(recovered[0]?.at ?? '') >= to, 'afterwards');
    }
    const kinds = sim.kinds();
    const count = (kind: string) => kinds.filter((each) => each === kind).length;
    t.equal(count('raised'), spans.length, 'nothing else is told');
    t.equal(count('recovered'), spans.length);
    t.equal(count('blind'), outages.length, 'each outage is told once');
    t.equal(count('sighted'), outages.length);
    t.equal(kinds.length, 2 * spans.length + 2 * outages.length + count('missed-runs'), 'and nothing besides');
    t.equal(new Set(sim.alerts.map(({ id }) => id)).size, sim.alerts.length, 'no id comes twice');
    const noted = sim.notes.filter(({ kind }) => kind === 'alert').map(({ body }) => JSON.stringify(body));
    t.equal(new Set(noted).size, sim.alerts.length, 'every alert is in the evidence log');
    t.equal(noted.length, sim.alerts.length, 'once');

    t.ok(
      sim.accounted.every((time, index) => time >= (sim.accounted[index - 1] ?? '')),
      'no time is run twice',
    );
    const schedule = readSchedule(pattern, zone, new Date());
    const missed = sim.alerts.filter(({ kind }) => kind === 'missed-runs');
    const untold = readWatchState(sim.stored(), 'w').missed;
    let times = 0;
    for (
      let time = schedule.after(new Date('2026-01-01'));
      time < new Date('2027-01-09');
      time = schedule.after(time)
    ) {
      times += 1;
      const isRun = sim.scans.some(({ at }) => at >= time && at.getTime() < time.getTime() + hour);
      const isTold = missed.some(({ since = '', at }) => Date.parse(since) <= time.getTime() && new Date(at) >= time);
      const isCounted = Date.parse(untold?.first ?? '') <= time.getTime();
      if (!isRun && !isTold && !isCounted) t.fail(`${time.toISOString()} went by in silence`);
    }
    t.ok(times > 740);
  });
}

t.test('properties of the decisions', (t) => {
  const policy = parsePolicy(policyOf(2), 'p.yaml');
  const hosts = ['h1.example.org', 'h2.example.org'];
  const state = fc.record<HostState>(
    {
      open: fc.subarray([22, 3306, 8080]),
      dark: fc.constant(true),
      lost: fc.constant(true),
      addresses: fc.constantFrom(['10.9.0.'], ['10.0.0.', '10.9.0.']),
    },
    { requiredKeys: ['open'] },
  );
  const calm = fc.record<HostState>({ open: fc.subarray([22, 3306, 8080]) });
  const pair = fc.tuple(
    fc.oneof({ weight: 3, arbitrary: calm }, state),
    fc.oneof({ weight: 3, arbitrary: calm }, state),
  );
  const run = fc.record({
    first: pair,
    second: fc.option(pair, { nil: undefined }),
    hours: fc.integer({ min: 1, max: 30 }),
  });
  const teller = {
    tool: { name: 'exposcan', version: '0' },
    watch: 'w',
    vantage: 'internet',
    policy: { name: 'p', file: 'p.yaml' },
  };
  const damping = { windowMs: 24 * hour, settleMs: 6 * hour };
  /** No address is another host's. */
  const placed = (from: readonly HostState[], host: string): HostState | undefined => {
    const index = hosts.indexOf(host);
    const { addresses = ['10.0.0.'], ...rest } = from[index] ?? {};
    return index < 0 ? undefined : { ...rest, addresses: addresses.map((start) => `${start}${index + 1}`) };
  };
  const open = (from: readonly HostState[], { host, address, port }: Finding) => {
    const at = placed(from, host ?? '');
    const isThere = at?.addresses?.includes(address ?? '') === true;
    if (at === undefined || at.dark === true || at.lost === true || !isThere) return undefined;
    return at.open?.includes(port ?? 0) === true;
  };

  fc.assert(
    fc.property(fc.array(run, { maxLength: 14 }), (runs) => {
      let held = emptyState;
      let at = new Date('2026-01-01T00:00:00.000Z');
      const phase = new Map<string, 'open' | 'closed' | 'muted'>();
      const ids = new Set<string>();
      for (const { first, second = first, hours } of runs) {
        at = new Date(at.getTime() + hours * hour);
        const seen = (from: readonly HostState[], targets: readonly string[]) =>
          see({ policy, targets, ports: undefined }, { network: (host) => placed(from, host) ?? {} }, at);
        const look = (from: readonly HostState[], targets: readonly string[], isNarrow: boolean) => {
          const snapshot = seen(from, targets);
          return lookOf(snapshot, evaluate(policy, snapshot, { now: at, expected: targets }).findings, isNarrow);
        };
        const concluding = { teller, at, damping };
        const why = whyBlind(seen(first, hosts));
        let alerts: readonly Alert[];
        if (why !== undefined) {
          const before = held.problems;
          ({ state: held, alerts } = concludeBlind(held, { why, since: at, hosts: 2 }, concluding));
          if (held.problems !== before) return false;
        } else {
          const firstLook = look(first, hosts, false);
          const wanted = secondLookFor(held, firstLook);
          const again = wanted === undefined ? undefined : look(second, wanted.hosts, true);
          const repeated = concludeRun(held, firstLook, again, concluding);
          ({ state: held, alerts } = concludeRun(held, firstLook, again, concluding));
          if (!isDeepStrictEqual(repeated, { state: held, alerts })) return false;
          for (const { kind, finding } of alerts) {
            if (finding?.port === undefined || finding.port === 22) continue;
            const [was, is] = [open(first, finding), open(second, finding)];
            if (kind === 'raised' && (was !== true || is === false)) return false;
            if (kind === 'recovered' && (was !== false || is !== false)) return false;
          }
          // What was told is told: the same looks at once again tell nothing.
          const repeat = concludeRun(held, firstLook, again, { ...concluding, at: new Date(at.getTime() + 1) });
          const isSame = again === undefined || JSON.stringify(first) === JSON.stringify(second);
          if (isSame && repeat.alerts.some(({ kind }) => kind !== 'settled')) return false;
        }
        for (const { id, kind, finding } of alerts) {
          if (ids.has(id)) return false;
          ids.add(id);
          const key =
            finding === undefined
              ? 'self'
              : JSON.stringify([finding.host, finding.address, finding.family, finding.port]);
          if (finding !== undefined && finding.port === undefined) continue;
          if (finding?.outcome === 'indeterminate' || (finding?.outcome === 'pass' && finding.port === 22)) continue;
          if (finding?.port === 22) continue;
          const now = phase.get(key) ?? 'closed';
          const next = (
            {
              raised: now === 'closed' ? 'open' : undefined,
              blind: now === 'closed' ? 'open' : undefined,
              changed: now === 'closed' ? undefined : now,
              recovered: now === 'open' ? 'closed' : undefined,
              sighted: now === 'open' ? 'closed' : undefined,
              ended: now === 'open' ? 'closed' : undefined,
              flapping: now === 'muted' ? undefined : 'muted',
              settled:
                now !== 'muted'
                  ? undefined
                  : kind === 'settled' && finding?.outcome !== 'fail' && finding !== undefined
                    ? 'closed'
                    : 'open',
            } as const
          )[kind as 'raised'];
          if (next === undefined) return false;
          if (key === 'self' && kind === 'settled') phase.set(key, held.blind?.open === true ? 'open' : 'closed');
          else phase.set(key, next);
        }
        const text = JSON.stringify(held);
        if (!isDeepStrictEqual(readWatchState(text, 'w'), JSON.parse(text))) return false;
      }
      return true;
    }),
    { numRuns: 100 },
  );
  t.throws(() => readWatchState('{"version":2}', 'w'), { code: 'ERR_HISTORY', message: /another --name/ });
  t.throws(() => readWatchState('{', 'w'), { code: 'ERR_HISTORY' });
  t.end();
});

t.test('10,000 hosts: what is remembered grows with what is wrong alone, and memory does not grow', async (t) => {
  const hosts = Array.from({ length: 10_000 }, (_, index) => `h${index + 1}.example.org`);
  const policy = [
    'version: 1',
    'name: p',
    'hosts:',
    '  - group: all',
    `    members: [${hosts.join(', ')}]`,
    '    ports: [22, 3306, 8080]',
    '    families: [4]',
    '    services: [{ port: 22, service: ssh, exposure: public }, { port: 3306, service: mysql, exposure: local-only }]',
  ].join('\n');
  const sim = simulate((host) => (/h\d*999\./.test(host) ? { open: [22, 3306] } : fine), { policy });
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const used = () => {
    if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  sim.begin();
  await sim.until('2026-01-03T12:00:00Z');
  t.same(
    sim.kinds(),
    Array.from({ length: 10 }, () => 'raised'),
  );
  t.ok(sim.stored().length < 20_000, `${sim.stored().length} bytes`);
  const before = used();
  await sim.until('2026-01-04T12:00:00Z');
  const grown = used() - before;
  t.ok(grown < 10, `${grown.toFixed(1)} MiB more after three runs more`);
  t.equal(sim.alerts.length, 10);
});
