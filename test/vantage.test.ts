import assert from 'node:assert/strict';
import { once } from 'node:events';
import fc from 'fast-check';
import t from 'tap';
import { type Address, parseAddress } from '../src/model/address.js';
import { parseSnapshot } from '../src/model/read-snapshot.js';
import type { Snapshot, SnapshotTarget } from '../src/model/snapshot.js';
import { type VantageWarning, vantageWarningSchema } from '../src/model/vantage-warning.js';
import { hostsFilePath, parseHostsFile, readHostsFile } from '../src/net/hosts-file.js';
import { nameWarnings } from '../src/policy/vantages/name-sanity.js';
import { privateBlockOf } from '../src/policy/vantages/private-blocks.js';
import { callsItselfOutside, vantageWarnings } from '../src/policy/vantages/vantage-sanity.js';
import { nameSources } from '../src/scan/name-source.js';
import { createLab, hostAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { scanJson, stateOf } from './lab/scan.js';
import { laySlowWire, slowHostAddresses } from './lab/slow-wire.js';
import { closedPorts, host as name, snapshotOf, unknownPorts, v4, v6 } from './fixtures/snapshots.js';

const families = [4, 6] as const;

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`not an address: ${text}`);
  return parsed;
}

t.test('the hosts file', async (t) => {
  const text = [
    '# a comment, with 192.0.2.66 offsite7.example.org in it',
    '127.0.0.1\tlocalhost',
    '192.0.2.7   db OFFSITE7.example.org # offsite8.example.org',
    '2001:0DB8::7 offsite7.example.org.\tdb6',
    '::ffff:192.0.2.8 mapped.example.org',
    'fe80::1%eth0 zoned.example.org',
    '  192.0.2.9   indented.example.org',
    '192.0.2.10 offsite7.example.org offsite7.example.org',
    '010.0.0.1 lax.example.org',
    'not-an-address offsite9.example.org',
    '192.0.2.11',
    '',
    '\u0000\u00ff 192.0.2.12 binary.example.org',
    '192.0.2.13 last.example.org',
  ].join('\r\n');
  const cases: [asked: string, expected: string[]][] = [
    ['offsite7.example.org', ['192.0.2.7', '2001:db8::7', '192.0.2.10']],
    ['Offsite7.Example.ORG.', ['192.0.2.7', '2001:db8::7', '192.0.2.10']],
    ['db', ['192.0.2.7']],
    ['db6', ['2001:db8::7']],
    ['mapped.example.org', ['192.0.2.8']],
    ['zoned.example.org', ['fe80::1%eth0']],
    ['indented.example.org', ['192.0.2.9']],
    ['offsite8.example.org', []],
    ['offsite9.example.org', []],
    ['lax.example.org', []],
    ['binary.example.org', []],
    ['last.example.org', ['192.0.2.13']],
    ['192.0.2.11', []],
    ['', []],
  ];
  for (const [asked, expected] of cases) {
    const found = parseHostsFile(text, [asked]).get(asked.toLowerCase().replace(/\.$/, '')) ?? [];
    t.same(
      found.map((entry) => entry.text),
      expected,
      `"${asked}"`,
    );
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (junk) => {
      parseHostsFile(junk, [name]);
      return parseHostsFile(`${junk}\n${v4} ${name}\n`, [name]).get(name)?.at(-1)?.text === v4;
    }),
  );
  const many = `${`${v4} ${name} `.repeat(3)}\n`.repeat(100_000);
  t.equal(parseHostsFile(many, [name]).get(name)?.length, 100_000, 'a large one');

  const directory = t.testdir({ hosts: `\ufeff${v4} ${name}\n`, folder: {} });
  const read = await readHostsFile(`${directory}/hosts`);
  t.equal(parseHostsFile(read ?? '', [name]).get(name)?.length, 1, 'with a byte order mark');
  t.equal(await readHostsFile(`${directory}/none`), '', 'no file, no entries');
  t.equal(await readHostsFile(`${directory}/folder`), undefined, 'nothing can be said');
  t.equal(await readHostsFile(`${directory}/hosts`, 5), undefined, 'too large');
  t.equal(hostsFilePath('linux', {}), '/etc/hosts');
  t.match(hostsFilePath('win32', { SystemRoot: 'D:\\Win' }), /^D:\\Win.System32.drivers.etc.hosts$/);
  t.match(hostsFilePath('win32', {}), /^C:\\Windows.System32/);
});

t.test('where the addresses of a target come from', (t) => {
  const addresses = [v4, v6].map(address);
  const target = { target: name, kind: 'name', name, addresses, count: 2, noRecord: [], errors: [] } as const;
  const sourceOf = (hosts: string | undefined, changes: object = {}) => {
    const changed = { ...target, ...changes };
    return nameSources([changed], hosts)(changed);
  };
  t.same(sourceOf(''), { lookup: 'resolver' });
  t.same(sourceOf(`192.0.2.66 ${name}`), { lookup: 'resolver' }, 'another address');
  t.same(sourceOf(`${v4} other.example.org`), { lookup: 'resolver' }, 'another name');
  t.same(sourceOf(`${v4} ${name}`), { lookup: 'hosts-file', fromHostsFile: [v4] }, 'one family');
  t.same(sourceOf(`${v6}%eth0 ${name}\n${v4} ${name}`), { lookup: 'hosts-file', fromHostsFile: [v4, v6] });
  t.same(sourceOf(undefined), {}, 'nobody knows');
  t.same(sourceOf(`${v4} ${name}`, { name: undefined, kind: 'address' }), { lookup: 'literal' });
  t.end();
});

t.test('names that say outside', (t) => {
  const outside = ['internet', 'Internet', 'internet-2', 'aws.external', 'dc1_wan', 'the-world', 'public', 'outside'];
  const elsewhere = ['office', 'unnamed', 'dmz', 'inside', 'internetx', 'intranet', 'swan', '', 'my internet'];
  for (const vantage of outside) t.ok(callsItselfOutside(vantage), vantage);
  for (const vantage of elsewhere) t.notOk(callsItselfOutside(vantage), vantage);
  t.end();
});

t.test('private blocks', (t) => {
  const cases: [address: string, expected: RegExp | undefined][] = [
    ['9.255.255.255', undefined],
    ['10.0.0.0', /RFC 1918/],
    ['10.255.255.255', /RFC 1918/],
    ['172.15.255.255', undefined],
    ['172.16.0.0', /RFC 1918/],
    ['172.31.255.255', /RFC 1918/],
    ['172.32.0.0', undefined],
    ['192.168.255.255', /RFC 1918/],
    ['192.169.0.0', undefined],
    ['100.63.255.255', undefined],
    ['100.64.0.0', /RFC 6598/],
    ['100.127.255.255', /RFC 6598/],
    ['100.128.0.0', undefined],
    ['169.254.1.1', /link-local/],
    ['127.1.2.3', /loopback/],
    ['::1', /loopback/],
    ['::2', undefined],
    ['fc00::1', /unique local/],
    ['fdff::1', /unique local/],
    ['fe00::1', undefined],
    ['fe80::1', /link-local/],
    ['fe80::1%eth0', /link-local/],
    ['febf::1', /link-local/],
    ['fec0::1', undefined],
    ['192.0.2.7', undefined],
    ['198.51.100.2', undefined],
    ['203.0.113.1', undefined],
    ['2001:db8::7', undefined],
    ['::ffff:10.0.0.1', /RFC 1918/],
  ];
  for (const [text, expected] of cases) {
    const kind = privateBlockOf(address(text))?.kind;
    if (expected === undefined) t.equal(kind, undefined, text);
    else t.match(kind, expected, text);
  }
  t.end();
});

const summary = (warnings: readonly VantageWarning[]) =>
  warnings.map(({ code, vantage, host, message }) => `${code} ${vantage} ${host ?? ''}: ${message}`);

const targetOf = (addresses: readonly string[], parts: Partial<SnapshotTarget> = {}): SnapshotTarget => ({
  target: name,
  addresses: [...addresses],
  noRecord: [],
  errors: [],
  ...parts,
});

t.test('what makes a vantage doubtful that calls itself outside', (t) => {
  const sources = ['198.51.100.1', '2001:db8:1::1'];
  const at = (
    vantage: Partial<Snapshot['vantage']>,
    target: SnapshotTarget = targetOf([v4, v6]),
    parts: Partial<Snapshot> = {},
  ) => snapshotOf({ vantage: { name: 'internet', sources, links: [], ...vantage }, targets: [target], ...parts });
  const cases: [label: string, snapshot: Snapshot, expected: (string | RegExp)[]][] = [
    ['far away', at({}), []],
    ['an older snapshot', snapshotOf(), []],
    [
      'on its link',
      at({ links: ['192.0.2.0/24'] }),
      [/^shares-link internet offsite7\S+: 192\.0\.2\.7: .*192\.0\.2\.0\/24/],
    ],
    ['on two links', at({ links: ['192.0.2.0/24', '2001:db8::/64'] }), [/^shares-link .*192/, /^shares-link .*2001/]],
    ['on some other link', at({ links: ['198.51.100.0/24'] }), []],
    ['a name that claims nothing', at({ name: 'office', links: ['192.0.2.0/24'] }), []],
    ['behind address translation', at({ sources: ['10.0.0.9'] }), []],
    ['a private target', at({}, targetOf(['10.0.0.5'])), [/^private-target .*10\.0\.0\.5.*RFC 1918/]],
    ['from another private block', at({ sources: ['192.168.1.9'] }, targetOf(['10.0.0.5'])), [/^private-target /]],
    ['from the same private block', at({ sources: ['10.9.9.9'] }, targetOf(['10.0.0.5'])), [/^private-source .*10\.0/]],
    ['unique local, both', at({ sources: ['fd00:1::1'] }, targetOf(['fd00:2::1'])), [/^private-source .*fc00::\/7/]],
    [
      'a private link',
      at({ sources: ['192.168.1.2'], links: ['192.168.1.0/24'] }, targetOf(['192.168.1.7'])),
      [/^shares-link/, /^private-source/],
    ],
    [
      'public and private',
      at({}, targetOf([v4, '10.0.0.5', '10.0.0.6', '10.0.0.7', '10.0.0.8', '172.16.0.1'])),
      [
        /^private-target .*10\.0\.0\.5, 10\.0\.0\.6, 10\.0\.0\.7 and 1 more: .*10\.0\.0\.0\/8/,
        /^private-target .*172\.16/,
      ],
    ],
    [
      'by the hosts file',
      at({}, targetOf([v4, v6], { lookup: 'hosts-file', fromHostsFile: [v4] })),
      [/^hosts-file .*: 192\.0\.2\.7: /],
    ],
    ['looked up', at({}, targetOf([v4, v6], { lookup: 'resolver' })), []],
    ['itself, by loopback', at({}, targetOf(['127.0.0.1'])), [/^self .*127\.0\.0\.1/]],
    ['itself, by its own source', at({ sources: [v4], links: ['192.0.2.0/24'] }, targetOf([v4])), [/^self /]],
    [
      'itself, as it noticed',
      at({}, targetOf([v4]), {
        asked: { ports: '22', families: [4] },
        notOpen: [closedPorts(v4, '22', { self: true })],
      }),
      [/^self /],
    ],
    [
      'links that nobody can read',
      at({ links: ['nonsense', '192.0.2.1/24', '192.0.2.0/99', '\u001b[2J', '192.0.2.0/24'] }, targetOf([v4])),
      [/^shares-link/],
    ],
    ['addresses that nobody can read', at({ sources: ['x', '010.1'] }, targetOf(['\u001b[2J', '1.2', ''])), []],
    ['no target', snapshotOf({ targets: [] }), []],
  ];
  for (const [label, snapshot, expected] of cases) {
    const warnings = vantageWarnings(snapshot);
    t.equal(warnings.length, expected.length, `${label}: ${summary(warnings).join(' · ')}`);
    for (const [index, pattern] of expected.entries()) t.match(summary(warnings)[index], pattern, label);
    for (const warning of warnings) {
      vantageWarningSchema.parse(warning);
      t.match(warning.advice, /\.$/);
    }
  }
  const block = Array.from({ length: 65_536 }, (_, index) => `10.1.${index >> 8}.${index & 255}`);
  const [large, ...more] = vantageWarnings(at({}, targetOf(block, { target: '10.1.0.0/16' })));
  t.same(more, [], 'one warning for a block');
  t.match(large?.message, /10\.1\.0\.2 and 65533 more/);
  t.end();
});

t.test('names that depend on where one asks', (t) => {
  const from = (vantage: string, addresses: string[], parts: Partial<SnapshotTarget> = {}): Snapshot =>
    snapshotOf({
      vantage: { name: vantage, sources: [] },
      targets: [targetOf(addresses, { lookup: 'resolver', ...parts })],
    });
  const notScanned = { errors: [{ family: 6 as const, code: 'ERR_FAMILY_NOT_SCANNED' as const, message: 'x' }] };
  const nowhere = {
    noRecord: [4 as const, 6 as const],
    errors: [{ code: 'ERR_NAME_NOT_FOUND' as const, message: 'x' }],
  };
  const cases: [label: string, snapshots: Snapshot[], expected: RegExp[]][] = [
    ['nothing', [], []],
    ['one vantage', [from('internet', [v4, v6])], []],
    ['two of one mind', [from('internet', [v4, v6]), from('office', [v6, v4])], []],
    [
      'a split name server',
      [from('office', ['10.0.0.5']), from('internet', [v4])],
      [/^split-name office offsite7\S+: 10\.0\.0\.5 from office, 192\.0\.2\.7 from internet/],
    ],
    ['no address elsewhere', [from('internet', [v4]), from('office', [], nowhere)], [/no IPv4 address from office/]],
    ['one family was not looked at', [from('internet', [v4, v6]), from('office', [v4], notScanned)], []],
    [
      'one family differs',
      [from('internet', [v4, v6]), from('office', [v4, '2001:db8::8'])],
      [/2001:db8::8 from office/],
    ],
    ['another day, the same place', [from('office', [v4]), from('office', ['192.0.2.8'])], []],
    [
      'three places',
      [from('office', [v4]), from('wan', ['192.0.2.8']), from('dmz', ['192.0.2.9'])],
      [/^split-name dmz .*192\.0\.2\.8 from wan/, /^split-name office .*192\.0\.2\.8 from wan/],
    ],
    ['private from outside', [from('internet', ['10.0.0.5'])], [/^split-name internet .*gives 10\.0\.0\.5: /]],
    [
      'private and public from outside',
      [from('internet', ['10.0.0.5', v4])],
      [/gives 10\.0\.0\.5, beside 192\.0\.2\.7: /],
    ],
    ['private from inside', [from('office', ['10.0.0.5'])], []],
    [
      'private by the hosts file',
      [from('internet', ['10.0.0.5'], { lookup: 'hosts-file', fromHostsFile: ['10.0.0.5'] })],
      [],
    ],
    ['an address is no name', [from('internet', ['10.0.0.5'], { target: '10.0.0.5', lookup: 'literal' })], []],
    ['nor in an older snapshot', [snapshotOf({ targets: [targetOf(['10.0.0.5'], { target: '10.0.0.0/30' })] })], []],
    [
      'a name in an older snapshot, in another spelling',
      [from('office', [v4]), snapshotOf({ targets: [targetOf(['192.0.2.8'], { target: 'Offsite7.Example.org.' })] })],
      [/^split-name office /],
    ],
    ['a target that nobody can read', [from('internet', ['10.0.0.5'], { target: 'a b' })], []],
  ];
  for (const [label, snapshots, expected] of cases) {
    const warnings = nameWarnings(snapshots);
    t.equal(warnings.length, expected.length, `${label}: ${summary(warnings).join(' · ')}`);
    for (const [index, pattern] of expected.entries()) t.match(summary(warnings)[index], pattern, label);
    for (const warning of warnings) vantageWarningSchema.parse(warning);
  }
  const addresses = fc.uniqueArray(fc.constantFrom(v4, v6, '10.0.0.5', 'fd00::1', '192.0.2.8'));
  const some = fc.array(fc.record({ vantage: fc.constantFrom('internet', 'wan', 'office', 'dmz'), addresses }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(some, fc.array(fc.nat(), { minLength: 5, maxLength: 5 }), (parts, order) => {
      const snapshots = parts.map(({ vantage, addresses: given }) => from(vantage, given));
      const shuffled = snapshots
        .map((snapshot, index) => ({ snapshot, at: order[index] ?? 0 }))
        .sort((a, b) => a.at - b.at)
        .map(({ snapshot }) => snapshot);
      assert.deepEqual(nameWarnings(shuffled), nameWarnings(snapshots));
      assert.deepEqual(nameWarnings([...snapshots, ...snapshots]), nameWarnings(snapshots));
    }),
  );
  t.end();
});

t.test('the document with and without what tells where its vantage stands', (t) => {
  const asked = { asked: { ports: '22', families: [4 as const] } };
  const older = snapshotOf({ ...asked, targets: [targetOf([v4])], notOpen: [closedPorts(v4, '22')] });
  const newer: Snapshot = {
    ...older,
    vantage: { ...older.vantage, links: ['192.0.2.0/24'] },
    targets: [targetOf([v4], { lookup: 'hosts-file', fromHostsFile: [v4] })],
    paths: [{ address: v4, roundTripMs: 40.25 }],
    notOpen: [],
    unknown: [unknownPorts(v4, '22', 'ERR_NOT_FROM_HOST')],
  };
  for (const snapshot of [older, newer]) t.same(parseSnapshot(JSON.stringify(snapshot), 'a file'), snapshot);
  const links = Array.from({ length: 65 }, (_, index) => `10.${index}.0.0/16`);
  const endless = { ...newer, vantage: { ...newer.vantage, links } };
  t.throws(() => parseSnapshot(JSON.stringify(endless), 'a file'), { code: 'ERR_SNAPSHOT_INVALID' });
  t.end();
});

t.test('where a vantage stands, and who answers it, as a real kernel shows it', labOptions(), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const wire = await laySlowWire(lab);
  const program = `
    const server = require('node:net').createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end('220 lab.example.org ESMTP\\r\\n');
      socket.resume();
    });
    server.listen({ port: 2525, host: '::' }, () => process.stdout.write('ready'));
  `;
  const child = host.start(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.unref();
  /** A firewall of the scanning machine's own, which refuses in the name of whoever was meant. */
  const refuseHere = (match: string) => {
    const chain = `type filter hook output priority filter;\n    ${match} reject with tcp reset`;
    outside.run('nft', ['-f', '-'], `flush ruleset\ntable inet lab {\n  chain output {\n    ${chain}\n  }\n}\n`);
  };
  const scan = (addresses: Record<4 | 6, string>, ports: string) =>
    scanJson(outside, [...Object.values(addresses), '-p', ports, '--no-policy']);

  await t.test('ports that a firewall of this machine refuses are unknown, the others closed', async (t) => {
    await wire.setDelay(40);
    refuseHere('tcp dport { 3306, 5432, 6379 }');
    const { code, snapshot } = await scan(slowHostAddresses, '1-400,2525,3306,5432,6379');
    t.equal(code, 3);
    for (const family of families) {
      const address = slowHostAddresses[family];
      for (const port of [3306, 5432, 6379]) t.equal(stateOf(snapshot, address, port), 'unknown ERR_NOT_FROM_HOST');
      t.match(stateOf(snapshot, address, 2525), /^open/);
      for (const port of [1, 22, 80, 400]) t.match(stateOf(snapshot, address, port), /^closed/);
      const path = snapshot.paths?.find((entry) => entry.address === address);
      t.ok((path?.roundTripMs ?? 0) > 39, `${path?.roundTripMs ?? 'nothing'} ms measured`);
    }
    t.equal(snapshot.unknown.length, 2, 'all of an address in one entry');
    for (const { message } of snapshot.unknown)
      t.match(message, /refused within \d+\.\d ms, when no .* (39\.\d|[4-9]\d\.\d) ms/);
  });

  await t.test('a firewall that lets one port out', async (t) => {
    await wire.setDelay(40);
    refuseHere('oifname slow0 tcp dport != 2525');
    const { snapshot } = await scan(slowHostAddresses, '1-1000,2525,3306');
    for (const family of families) {
      for (const port of [22, 80, 443, 3306]) {
        t.equal(stateOf(snapshot, slowHostAddresses[family], port), 'unknown ERR_NOT_FROM_HOST');
      }
      t.match(stateOf(snapshot, slowHostAddresses[family], 2525), /^open/);
    }
    t.same(snapshot.notOpen, [], 'nothing is known of any other port');
  });

  await t.test('no firewall: no alarm, however long and uneven the way', async (t) => {
    outside.run('nft', ['flush', 'ruleset']);
    for (const [addresses, delay, jitter] of [
      [hostAddresses, 0, 0],
      [slowHostAddresses, 40, 0],
      [slowHostAddresses, 20, 10],
      [slowHostAddresses, 20, 10],
      [slowHostAddresses, 60, 50],
    ] as const) {
      await wire.setDelay(delay, jitter);
      const { code, snapshot } = await scan(addresses, '1-600,2525');
      t.equal(code, 0, `${delay} ms, give or take ${jitter}`);
      t.same(snapshot.unknown, []);
      t.same(
        snapshot.open.map(({ port }) => port),
        [2525, 2525],
      );
    }
  });

  await t.test('the snapshot tells the links that are shared, and where a name comes from', async (t) => {
    await wire.setDelay(0);
    const name = 'Offsite7.Example.org';
    outside.writeHosts([
      [hostAddresses[4], 'other.example.org', 'offsite7.example.org'],
      ['192.0.2.99', 'offsite8.example.org'],
    ]);
    const { snapshot } = await scanJson(outside, [name, hostAddresses[6], '-p', '2525', '--no-policy']);
    t.same(snapshot.vantage.links, ['198.51.100.0/24', '2001:db8:1::/64']);
    t.match(snapshot.targets, [
      { target: name, lookup: 'hosts-file', fromHostsFile: [hostAddresses[4]] },
      { target: hostAddresses[6], lookup: 'literal' },
    ]);
    t.same(
      snapshot.paths?.map(({ address }) => address),
      Object.values(hostAddresses),
    );
    outside.ip('route', 'add', '192.0.2.0/24', 'via', hostAddresses[4]);
    const routed = await scanJson(outside, ['192.0.2.7', '-p', '2525', '--no-policy']);
    t.same(routed.snapshot.vantage.links, [], 'behind a router: no link is shared');
  });
});
