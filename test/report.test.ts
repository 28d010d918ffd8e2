import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { ExposcanError, observerCodes } from '../src/model/errors.js';
import { addressFromValue } from '../src/model/address.js';
import type { FindingCode } from '../src/model/finding-codes.js';
import type { Snapshot } from '../src/model/snapshot.js';
import { writerFor } from '../src/report/kind.js';
import { formatReport } from '../src/report/table.js';
import { jsonText } from '../src/report/json.js';
import {
  acceptsEverything,
  allBut,
  closedPorts,
  filteredPorts,
  findingOf,
  host,
  narrowed,
  neverAnswered,
  openPort,
  schemaErrors,
  selfScan,
  snapshotOf,
  storyClosed,
  storyFailing,
  storyFiltered,
  unknownPorts,
  v4,
  v6,
  wholeFinding,
} from './fixtures/snapshots.js';

const plain = { colour: false, width: 80 };

function linesOf(snapshot: Snapshot, options = plain): string[] {
  return formatReport(snapshot, options).split('\n');
}

/** The text with its lines joined, for what a sentence says wherever it is wrapped. */
function proseOf(snapshot: Snapshot, options = plain): string {
  return formatReport(snapshot, options).replace(/\s+/g, ' ');
}

t.test('whole reports, as a person sees them', (t) => {
  const folder = new URL('fixtures/reports/', import.meta.url);
  const cases: readonly [name: string, snapshot: Snapshot, width: number][] = [
    ['story-failing-80', storyFailing(), 80],
    ['story-failing-120', storyFailing(), 120],
    ['story-closed-80', storyClosed(), 80],
    ['story-filtered-80', storyFiltered(), 80],
    ['never-answered-80', neverAnswered(), 80],
    ['self-scan-80', selfScan(), 80],
    ['accepts-everything-80', acceptsEverything(), 80],
    ['narrowed-80', narrowed(), 80],
  ];
  for (const [name, snapshot, width] of cases) {
    const text = formatReport(snapshot, { colour: false, width });
    const file = new URL(`${name}.txt`, folder);
    // After a deliberate change: EXPOSCAN_WRITE_REPORTS=1 npx tap test/report.test.ts, then read the difference.
    if (process.env['EXPOSCAN_WRITE_REPORTS'] !== undefined) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, text);
    }
    t.equal(text, readFileSync(file, 'utf8'), name);
    const tooWide = text.split('\n').filter((line) => line.length > width);
    t.strictSame(tooWide, [], `${name} fits`);
    t.notMatch(text, /[ \t]$/m, `${name} has no trailing space`);
  }
  t.end();
});

t.test('the verdict in one sentence', (t) => {
  const fail = (...findings: Snapshot['findings']) => snapshotOf({ findings, verdict: 'fail' });
  const redis = findingOf({ port: 6379, service: 'redis' });
  const cases: readonly [snapshot: Snapshot, sentence: string][] = [
    [storyFailing(), 'FAIL: mysql on port 3306 is exposed on IPv4 and IPv6 and should be local-only.'],
    [
      fail(findingOf(), findingOf({ address: v6, family: 6 }), redis),
      'FAIL: 2 services are exposed that should be local-only: mysql (3306) and redis (6379).',
    ],
    [
      fail(findingOf(), { ...redis, expected: 'absent' }),
      'FAIL: 2 services are exposed that should not be reachable from here: mysql (3306) and redis (6379).',
    ],
    [
      fail(findingOf({ code: 'unlisted', port: 8080, service: 'http', expected: 'not open' })),
      'FAIL: 1 port is open that no rule allows: http (8080).',
    ],
    [
      fail(
        findingOf({ code: 'missing', port: 443, service: 'https', expected: 'public', actual: 'closed' }),
        findingOf(),
      ),
      'FAIL: mysql on port 3306 is exposed on IPv4 and should be local-only; 1 declared service does not answer: https (443).',
    ],
    [
      fail(findingOf({ code: 'unidentified' }), findingOf({ outcome: 'indeterminate', code: 'unknown' })),
      'FAIL: 1 deviation. 1 check could not be decided.',
    ],
    [storyClosed(), 'PASS: what was observed is what was declared (8 checks on 2 addresses).'],
    [
      neverAnswered(),
      'INDETERMINATE: 2 checks could not be decided, because not everything was observed (never answered).',
    ],
    [snapshotOf({ verdict: 'indeterminate' }), 'INDETERMINATE: what the answer depends on could not be observed.'],
    [snapshotOf({}), 'NO VERDICT: no policy was applied.'],
    [selfScan(), 'NO VERDICT: this machine looked at itself, which shows what listens, not what is exposed.'],
    [{ ...selfScan(), verdict: 'indeterminate' }, 'INDETERMINATE: this machine looked at itself'],
  ];
  for (const [snapshot, sentence] of cases) {
    t.ok(proseOf(snapshot).startsWith(sentence), sentence);
  }
  t.match(proseOf({ ...storyClosed(), complete: false }), 'The scan was stopped before it was done');
  t.match(
    proseOf(fail(findingOf(), findingOf({ address: '192.0.2.8' }), findingOf({ address: '192.0.2.9' }))),
    'on 3 addresses',
  );
  t.end();
});

t.test('findings that say the same share a block', (t) => {
  const missing = (address: string, port: number, service: string) =>
    findingOf({
      code: 'missing',
      address,
      port,
      service,
      expected: 'public',
      actual: 'closed',
      remedy: `Look at ${address}.`,
    });
  const two = [missing(v4, 25, 'smtp'), missing(v6, 25, 'smtp')];
  const text = formatReport(snapshotOf({ findings: two, verdict: 'fail' }), plain);
  t.match(text, 'FAIL: 1 declared service does not answer: smtp (25).');
  t.match(text, 'where     192.0.2.7:25 and [2001:db8::7]:25');
  t.match(text, /remedy {4}Look at 192\.0\.2\.7\.\n {12}Look at 2001:db8::7\.\n/);

  const unknown = (port: number, parts: Partial<Snapshot['findings'][number]> = {}) =>
    findingOf({
      outcome: 'indeterminate',
      code: 'unknown',
      port,
      service: `s${port}`,
      evidence: 'ERR_NO_ROUTE',
      rule: `${port}`,
      ...parts,
    });
  const findings = [
    unknown(1, { owner: 'igb' }),
    unknown(2),
    unknown(3, { severity: 'low' }),
    unknown(4, { evidence: 'ERR_LOCAL' }),
  ];
  const merged = formatReport(snapshotOf({ findings, verdict: 'indeterminate' }), plain);
  t.match(
    merged,
    'INDETERMINATE  3 checks: unknown, high and low\n  what      s1 (1), s2 (2) and s3 (3)\n  where     192.0.2.7\n',
  );
  t.match(merged, 'INDETERMINATE  s4 on port 4: unknown, high');
  t.notMatch(merged, 'igb', 'what only one of them says is not said of all');
  t.end();
});

t.test('findings about a target as a whole have words for a title', (t) => {
  const cases: readonly [title: string, findings: Snapshot['findings']][] = [
    ['IPv6 was not observed', [{ ...wholeFinding, code: 'family-not-observed', family: 6 }]],
    [
      'IPv4 and IPv6 were not observed',
      [6, 4].map((family) => ({ ...wholeFinding, code: 'family-not-observed', family: family === 6 ? 6 : 4 })),
    ],
    ['IPv4 addresses were excluded', [{ ...wholeFinding, code: 'address-excluded', family: 4 }]],
    ['nothing was observed', [{ ...wholeFinding, code: 'not-observed' }]],
    ['the policy does not speak of it', [{ ...wholeFinding, code: 'no-rule' }]],
    ['no rule speaks of what was scanned', [{ ...wholeFinding, code: 'nothing-decided' }]],
    ['the scan was stopped', [{ ...wholeFinding, code: 'incomplete' }]],
  ];
  for (const [title, findings] of cases) {
    const text = formatReport(snapshotOf({ findings, verdict: 'indeterminate' }), plain);
    t.match(text, `INDETERMINATE  ${title}, medium\n`, title);
  }
  t.end();
});

t.test('passes are counted by their evidence, and some are named', (t) => {
  t.match(
    proseOf(storyFiltered()),
    '2 checks: not exposed; filtered, not refused (192.0.2.7:3306 and [2001:db8::7]:3306): silence or a firewall',
  );
  t.match(proseOf(storyClosed()), '2 checks: not exposed; closed: the host refused');
  const pass = (code: FindingCode, parts: Partial<Snapshot['findings'][number]>) =>
    snapshotOf({ findings: [findingOf({ outcome: 'pass', code, ...parts })], verdict: 'pass' });
  const review = proseOf(pass('review', { port: 8080, service: 'http' }));
  t.match(
    review,
    'For review: open, and the policy does not say whether they may be http on port 8080: 192.0.2.7:8080',
  );
  t.match(review, 'PASS: no rule is broken (1 check on 1 address); 1 open port is for review.');
  t.notMatch(review, 'open, as declared');
  t.match(
    proseOf(pass('excepted', { port: 8080, service: 'http', owner: 'igb', reason: 'vendor migration (CHG-12)' })),
    'Open under an exception http on port 8080 (igb: vendor migration (CHG-12)): 192.0.2.7:8080',
  );
  t.end();
});

t.test('an IPv6 address is whole, however narrow the terminal', (t) => {
  const long = '2001:db8:1234:5678:9abc:def0:1234:5678';
  const linkLocal = 'fe80::1234:5678:9abc:def0%eth0';
  const snapshot = snapshotOf({
    targets: [{ target: long, addresses: [long, linkLocal], noRecord: [], errors: [] }],
    open: [openPort(long, 3306, { said: 'x'.repeat(300) })],
    notOpen: [closedPorts(long, allBut('3306')), filteredPorts(linkLocal, '1-65535')],
    findings: [findingOf({ address: long, evidence: `seen from ${linkLocal}, at [${long}]:3306.` })],
    verdict: 'fail',
  });
  for (const width of [1, 40, 60, 80, 500]) {
    const text = formatReport(snapshot, { colour: false, width });
    t.match(text, new RegExp(`Open on ${long} `), `heading at ${width}`);
    t.match(text, `[${long}]:3306`, `endpoint at ${width}`);
    t.match(text, new RegExp(`^ *${linkLocal} `, 'm'), `zone at ${width}`);
  }
  t.end();
});

t.test('what an open port showed', (t) => {
  const certificate = {
    subject: 'CN=mail.example.org',
    issuer: 'CN=Example CA',
    sans: ['mail.example.org', 'smtp.example.org'],
    validFrom: '2024-01-01T00:00:00.000Z',
    validTo: '2025-01-01T00:00:00.000Z',
    selfSigned: true,
    fingerprint256: 'AA',
  };
  const open = [
    openPort(v4, 22, { service: { name: 'ssh', method: 'table' }, trouble: 'the peer reset the connection' }),
    openPort(v4, 465, {
      service: { name: 'smtps', hostname: 'mail.example.org' },
      tls: { version: 'TLSv1.3', certificate },
    }),
    openPort(v4, 25, { service: { name: 'smtp' }, tls: { version: 'TLSv1.2', startTls: true } }),
    openPort(v4, 143, { service: { name: 'imap' }, tlsUpgrade: 'refused' }),
    openPort(v4, 3306, { service: { name: 'mysql' }, tlsUpgrade: 'offered' }),
    openPort(v4, 953, { service: { name: 'unknown', method: 'table' }, reason: 'syn-ack' }),
  ];
  const snapshot = snapshotOf({ open, notOpen: [closedPorts(v4, allBut('22,25,143,465,953,3306'))] });
  const text = proseOf(snapshot, { colour: false, width: 160 });
  t.match(text, 'ssh? (the peer reset the connection)');
  t.match(text, '? the name usual for this port number');
  t.match(text, 'calls itself mail.example.org');
  t.match(text, 'TLSv1.3, CN=mail.example.org, expired 2025-01-01, self-signed');
  t.match(text, 'TLSv1.2 when asked');
  t.match(text, /imap does not go on inside TLS/);
  t.match(text, /mysql offers to go on inside TLS/);
  t.match(text, /PORT SERVICE PRODUCT IT SAYS REASON/, 'reasons that differ have a column');
  t.notMatch(text, 'smtp.example.org', 'names of the certificate only when asked for');
  t.match(
    proseOf(snapshot, { colour: false, width: 160, verbosity: 1 } as typeof plain),
    'issued by CN=Example CA, for mail.example.org smtp.example.org',
  );
  t.end();
});

t.test('what was not looked at, and what stood in the way', (t) => {
  const snapshot = snapshotOf({
    asked: { ports: '1-1024', families: [4] },
    targets: [
      {
        target: host,
        addresses: [v4],
        noRecord: [],
        errors: [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: 'SERVFAIL' }],
      },
      { target: 'v4.example.org', addresses: [], noRecord: [6], errors: [] },
    ],
    controls: [
      { control: 'control.example.org:25', port: 25, reached: false, message: 'no answer' },
      { control: 'control.example.org:80', port: 80, reached: true, message: '' },
    ],
    notOpen: [closedPorts(v4, '1-1000')],
    unknown: [unknownPorts(v4, '1001-1024', 'ERR_CONTROL_FAILED')],
    notes: [{ code: 'ERR_ACCEPTS_EVERYTHING', address: v4, message: 'answers were limited' }],
  });
  const text = proseOf(snapshot);
  t.match(
    text,
    'speaks of TCP alone. Not looked at: UDP, ports 1025-65535 and IPv6. v4.example.org has no IPv6 address.',
  );
  t.match(text, 'offsite7.example.org, IPv6: the name could not be looked up (ERR_LOOKUP_FAILED): SERVFAIL');
  t.match(text, 'control control.example.org:25 was NOT reached: no answer');
  t.match(text, 'control control.example.org:80 was reached');
  t.match(text, '192.0.2.7: answers were limited');
  t.match(text, '24 unknown (this vantage may be cut off from the port, ERR_CONTROL_FAILED): 1001-1024');
  t.match(
    proseOf({
      ...snapshot,
      asked: { ports: Array.from({ length: 40 }, (_, index) => 2 * index + 2).join(','), families: [4, 6] },
    }),
    '65,495 ports that were not asked for',
  );
  const cut = (target: string) => ({ target, addresses: ['192.0.2.1'], noRecord: [], errors: [] });
  const blocks = (...targets: string[]) => proseOf(snapshotOf({ targets: targets.map(cut) }));
  t.match(blocks('192.0.2.0/30'), 'Not looked at: UDP and 3 of the 4 addresses of 192.0.2.0/30.');
  t.match(blocks('192.0.2.1', '192.0.2.1-1', 'name.example.org'), 'Not looked at: UDP.');
  t.match(blocks(...[24, 25, 26, 27, 28, 29].map((bits) => `192.0.2.0/${bits}`)), 'UDP and addresses of 6 targets.');
  for (const code of observerCodes) {
    const unknown = snapshotOf({ unknown: [unknownPorts(v4, '1-65535', code)] });
    t.match(proseOf(unknown), new RegExp(`unknown \\([^)]+, ${code}\\)`), code);
  }
  t.match(
    proseOf(snapshotOf({ notOpen: [filteredPorts(v4, '1-65535', { missProbability: 0.25 })] })),
    'filtered (no-response, 25 % chance that one was open)',
  );
  t.end();
});

t.test('many of a kind are bounded', (t) => {
  const addresses = Array.from({ length: 4096 }, (_, index) => addressFromValue(4, 0xc6120000n + BigInt(index)).text);
  const living = addresses[100] ?? '';
  const block = snapshotOf({
    targets: [{ target: '198.18.0.0/20', addresses, noRecord: [], errors: [] }],
    open: [openPort(living, 80)],
    notOpen: [closedPorts(living, allBut('80'))],
    unknown: addresses.flatMap((address) =>
      address === living ? [] : [unknownPorts(address, '1-65535', 'ERR_NEVER_ANSWERED')],
    ),
  });
  t.ok(linesOf(block).length < 20, 'dead addresses share a line');
  t.match(
    proseOf(block),
    /4,095 addresses 65,535 unknown \(never answered, ERR_NEVER_ANSWERED\): 198\.18\.0\.0–198\.18\.0\.99, 198\.18\.0\.101–198\.18\.15\.255/,
  );

  const ports = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const flood = snapshotOf({
    open: ports.map((port) => openPort(v4, port, { said: 'hello' })),
    notOpen: [closedPorts(v4, '20001-65535')],
    findings: ports.map((port) => findingOf({ port, code: 'unlisted' })),
    verdict: 'fail',
  });
  const text = formatReport(flood, plain);
  t.match(text, '… and 19,980 more of this kind: unlisted (see --json)');
  t.match(text, '… and 19,000 more open ports (see --json)');
  t.ok(text.length < 200_000);

  const everywhere = snapshotOf({
    findings: addresses.map((address) => findingOf({ address, evidence: address })),
    verdict: 'fail',
  });
  t.ok(linesOf(everywhere).length < 40, 'one finding on many addresses is one block');
  t.match(proseOf(everywhere), 'and 4,090 more');

  const scattered = snapshotOf({
    unknown: Array.from({ length: 1000 }, (_, index) =>
      unknownPorts(addresses[index] ?? '', `1-${index + 1}`, 'ERR_CANCELLED'),
    ),
  });
  t.match(proseOf(scattered), '… and 900 more addresses (see --json)');
  t.end();
});

t.test('colour only where it is wanted, and the same text under it', (t) => {
  for (const make of [storyFailing, storyFiltered, neverAnswered, selfScan]) {
    const bare = formatReport(make(), plain);
    const painted = formatReport(make(), { colour: true, width: 80 });
    t.notMatch(bare, '\x1b', make.name);
    t.match(painted, '\x1b[1m', make.name);
    t.equal(painted.replace(/\x1b\[\d+m/g, ''), bare, make.name);
  }
  t.end();
});

t.test('the kind of a report, by the ending of its file', (t) => {
  const snapshot = storyFailing();
  const page = { colour: false, width: 100 };
  const kinds = { json: jsonText, txt: (each: Snapshot) => formatReport(each, page) };
  const reportFor = (name: string) => writerFor(name, kinds);
  t.equal(reportFor('out/a.json')(snapshot), jsonText(snapshot));
  t.equal(reportFor('A.JSON')(snapshot), jsonText(snapshot));
  t.equal(reportFor('a.b.txt')(snapshot), formatReport(snapshot, page));
  t.strictSame(schemaErrors(JSON.parse(jsonText(snapshot))), []);
  t.ok(jsonText(snapshot).endsWith('}\n'));
  for (const name of ['report', 'report.', 'a.html', '.txt.d/a', 'a.__proto__', 'a.constructor', 'json', 'a.\x1b[2J']) {
    t.throws(() => reportFor(name), { code: 'ERR_REPORT_KIND', message: /Known are \.json and \.txt\.$/ }, name);
    try {
      reportFor(name);
    } catch (error) {
      t.ok(error instanceof ExposcanError && !error.message.includes('\x1b'), `${name}: printable`);
    }
  }
  t.end();
});
