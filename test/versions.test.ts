import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import {
  compareVersions,
  compareWithMinimums,
  parseMinimum,
  type FoundVersion,
} from '../src/policy/versions/versions.js';
import { compareDebianRevisions } from '../src/policy/versions/dpkg-order.js';
import { compareRpmReleases } from '../src/policy/versions/rpm-order.js';
import { compareUpstream, parseUpstream } from '../src/policy/versions/upstream.js';

type Kind = ReturnType<typeof compareVersions>['kind'];
type Found = string | FoundVersion;

const found = (text: Found): FoundVersion => (typeof text === 'string' ? { version: text } : text);
const openssh = (version: string, comment: string) => ({ version, extraInfo: `${comment}; protocol 2.0` });
const bind = (version: string, text: string) => ({ version, extraInfo: `version.bind: ${text}` });
const mysql = (version: string, greeting: string, extraInfo = 'protocol 10') => ({
  version,
  extraInfo,
  banner: `Z\0\0\0\n${greeting}\0\x04\0\0\0`,
});
const web = (version: string, server: string, title = 'Offsite 7') => ({
  version,
  extraInfo: `status 200, title "${title}"`,
  banner: `HTTP/1.1 200 OK\r\nServer: ${server}\r\nX-Powered-By: PHP/7.4.3-4ubuntu2.18\r\n\r\n`,
});

function table(t: Test, cases: readonly (readonly [Found, string, Kind])[]): void {
  for (const [what, minimum, kind] of cases) {
    const comparison = compareVersions(found(what), minimum);
    t.equal(comparison.kind, kind, `${JSON.stringify(what)} ≥ ${minimum}: ${JSON.stringify(comparison)}`);
  }
  t.end();
}

t.test('upstream versions', (t) => {
  table(t, [
    ['9.2p1', '9.2p1', 'enough'],
    ['9.2p1 Debian-2+deb12u10', '9.2p1', 'enough'],
    ['9.10', '9.9', 'enough'],
    ['9.2', '9.2.0', 'enough'],
    ['9.2p2', '9.2', 'enough'],
    ['9.2p10', '9.2p9', 'enough'],
    ['8.9p1', '9.2p1', 'older'],
    ['9.2p1', '9.2p2', 'older'],
    ['9.1', '9.2p1', 'older'],
    ['5.1.73', '5.6', 'older'],
    ['9.2', '9.2p1', 'unclear'],
    ['9.2-rc1', '9.2', 'older'],
    ['9.2~rc1', '9.2', 'older'],
    ['9.18.0b2', '9.18.0', 'older'],
    ['9.18.0rc1', '9.18.0b2', 'enough'],
    ['9.2-beta3', '9.2-rc1', 'older'],
    ['9.2', '9.2-rc1', 'enough'],
    ['9.2-rc10', '9.2-rc9', 'enough'],
    ['0.9.41 beta', '0.9.41', 'older'],
    ['9.3-rc1', '9.2', 'enough'],
    ['9.2-dev', '9.2', 'unclear'],
    ['9.2-m3', '9.2', 'unclear'],
    ['9.2~weekly', '9.2', 'unclear'],
    ['9.2xyz', '9.2', 'unclear'],
    ['9.2xyz', '9.1', 'enough'],
    ['9.2xyz', '9.3', 'older'],
    ['10.11.19-MariaDB-0+deb12u1', '10.11.19', 'enough'],
    ['5.5.5-10.11.19-MariaDB', '10.11', 'enough'],
    ['5.5.5-10.4.1-MariaDB-log', '10.11', 'older'],
    ['10.6.16-12', '10.6.16', 'enough'],
    ['1.0.2k', '1.0.2', 'enough'],
    ['1.0.2k', '1.0.2m', 'older'],
    ['1.0.2m', '1.0.2k', 'enough'],
    ['1.0.2', '1.0.2a', 'older'],
    ['0.9.8za', '0.9.8z', 'enough'],
    ['1.0.2k-fips', '1.0.2k', 'enough'],
    ['1.0.2k', '1.0.1', 'enough'],
    ['9.11.5-P4', '9.11.5-P5', 'older'],
    ['9.11.5-P4', '9.11.5', 'enough'],
    ['4.90_1', '4.90.1', 'enough'],
    ['4.90_1', '4.90', 'enough'],
    ['4.96', '4.97', 'older'],
    ['v1.2.3', '1.2', 'enough'],
    ['', '1', 'unclear'],
    ['OpenSSH_9', '9', 'unclear'],
    ['1.2.3.4.5.6.7.8.9', '1.2', 'unclear'],
    ['99999999999', '1', 'unclear'],
    ['1.99999999999', '2', 'unclear'],
    ['9.2é', '9.2', 'unclear'],
  ]);
});

t.test('versions of a distribution', (t) => {
  const bookworm = openssh('9.2p1', 'Debian-2+deb12u10');
  const jammy = openssh('8.9p1', 'Ubuntu-3ubuntu0.6');
  const isc = bind('9.18.49', '9.18.49-1~deb12u3-Debian');
  const redHat = bind('9.11.36', '9.11.36-RedHat-9.11.36-8.el8_8.1');
  const mariaDb = mysql('10.11.19', '5.5.5-10.11.19-MariaDB-0+deb12u1', '0+deb12u1; protocol 10');
  table(t, [
    // The revision decides between equal upstream versions; u10 comes after u3.
    [bookworm, '9.2p1', 'enough'],
    [bookworm, '9.2p1 Debian-2+deb12u3', 'enough'],
    [bookworm, '9.2p1-2+deb12u10', 'enough'],
    [bookworm, '1:9.2p1-2+deb12u11', 'older'],
    [bookworm, '9.2p1 Debian-2', 'enough'],
    [openssh('9.2p1', 'Debian-2'), '9.2p1-2+deb12u1', 'older'],
    [openssh('9.2p1', 'Debian-1'), '9.2p1 Debian-2', 'older'],
    [jammy, '8.9p1-3ubuntu0.6', 'enough'],
    [jammy, '8.9p1-3ubuntu0.10', 'older'],
    [openssh('8.9p1', 'Ubuntu-3'), '8.9p1-3ubuntu0.1', 'older'],
    [isc, '9.18.49-1~deb12u3', 'enough'],
    [isc, '9.18.49-1~deb12u3-Debian', 'enough'],
    [isc, '1:9.18.49-1~deb12u4', 'older'],
    [bind('9.11.5-P4', '9.11.5-P4-5.1+deb10u9-Debian'), '1:9.11.5.P4+dfsg-5.1+deb10u10', 'older'],
    [redHat, '9.11.36-8.el8_8.1', 'enough'],
    [redHat, '32:9.11.36-8.el8_8.2', 'older'],
    [redHat, '9.11.36-5.el8', 'enough'],
    [mariaDb, '10.11.19-0+deb12u1', 'enough'],
    [mariaDb, '10.11.19-MariaDB-0+deb12u2', 'older'],
    [{ ...mariaDb, extraInfo: 'protocol 10' }, '1:10.11.19-0+deb12u2', 'older'],
    [{ version: '5.5.5-10.11.19-MariaDB-0+deb12u1' }, '10.11.19-0+deb12u1', 'enough'],
    [mysql('5.7.42', '5.7.42-0ubuntu0.18.04.1-log', '0ubuntu0.18.04.1-log'), '5.7.42-0ubuntu0.18.04.2', 'older'],
    [mysql('5.0.32', '5.0.32-Debian_7etch12-log', 'Debian_7etch12-log'), '5.0.32 Debian-7etch10', 'enough'],
    [{ version: '2.4.17', extraInfo: 'Fedora-RPM-2.4.17-13.el7' }, '2.4.17-15.el7', 'older'],
    [{ version: '3.6.1', extraInfo: 'Debian-3.6.1-4+deb12u3' }, '3.6.1-4+deb12u3', 'enough'],
    [{ version: '8.15.2', extraInfo: 'Debian-22' }, '8.15.2 Debian-22+deb11u1', 'older'],
    // A newer upstream version is enough, whatever its package.
    [openssh('9.3p1', 'Debian-1'), '9.2p1-2+deb12u3', 'enough'],
    // An older one may have been mended in place.
    [openssh('8.4p1', 'Debian-5+deb11u3'), '9.2p1', 'unclear'],
    [openssh('8.4p1', 'Debian-5+deb11u3'), '9.2p1-2+deb12u3', 'unclear'],
    [openssh('9.0p1', 'Debian-1+deb12u1'), '9.2p1-2+deb12u3', 'older'],
    [openssh('9.0p1', 'Debian-1~bpo12+1'), '9.2p1-2+deb12u3', 'unclear'],
    [openssh('8.9p1', 'FreeBSD-20230719'), '9.2p1', 'unclear'],
    ['9.1p1', '9.2p1-2+deb12u3', 'unclear'],
    ['8.0', '8.0p1-19.el8_8', 'unclear'],
    [bind('9.11.4', '9.11.4-RedHat-9.11.4-26.el8'), '9.11.36-8.el8_8.1', 'older'],
    [bind('9.11.4', '9.11.4-RedHat-9.11.4-26.el8_6'), '9.11.36-8.el8_8.1', 'unclear'],
    [bind('9.16.23', '9.16.23-RH'), '9.16.30', 'unclear'],
    [bind('9.10.3-P4', '9.10.3-P4-Ubuntu'), '9.10.3-P5', 'unclear'],
    [bind('9.10.3-P4', '9.10.3-P4-Ubuntu'), '9.10.3-P4-1ubuntu1', 'unclear'],
    [mysql('5.7.42', '5.7.42-0ubuntu0.18.04.1'), '8.0', 'unclear'],
    [web('2.4.57', 'Apache/2.4.57 (Debian)'), '2.4.58', 'unclear'],
    [web('2.4.57', 'Apache/2.4.57 (Debian)'), '2.4.57', 'enough'],
    [web('2.4.6', 'Apache/2.4.6 (Red Hat Enterprise Linux) OpenSSL/1.0.2k-fips'), '2.4.57', 'unclear'],
    [web('1.22.1', 'nginx/1.22.1 (Ubuntu)'), '1.24', 'unclear'],
    // What is not this package's decides nothing: the titles of pages, other products, other lines of the banner.
    [web('1.22.1', 'nginx/1.22.1', 'Debian'), '1.24', 'older'],
    [web('2.4.57', 'Apache/2.4.57 PHP/7.4.3-4ubuntu2.18'), '2.4.58', 'older'],
    [web('2.4.57', 'Apache/2.4.57 PHP/7.4.3-4ubuntu2.18'), '2.4.57-1ubuntu1', 'unclear'],
    [{ version: '9.2', extraInfo: 'Debian-7.1-99+deb12u99' }, '9.2-1+deb12u1', 'unclear'],
    [mysql('11.4.2', '11.4.2-MariaDB-ubu2404', 'ubu2404; protocol 10'), '11.4.3', 'older'],
    [mysql('10.11.6', '5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12-log'), '10.11.7', 'older'],
    // Not shown, of another distribution, or of another line of updates.
    ['9.2p1', '9.2p1-2+deb12u3', 'unclear'],
    [web('2.4.57', 'Apache/2.4.57 (Debian)'), '2.4.57-2+deb12u1', 'unclear'],
    [bookworm, '9.2p1-2ubuntu1', 'unclear'],
    [openssh('9.2p1', 'Raspbian-2+deb12u3'), '9.2p1-2+deb12u1', 'unclear'],
    [bookworm, '9.2p1-2+deb13u1', 'unclear'],
    [bookworm, '9.2p1-1+deb11u1', 'unclear'],
    [bookworm, '9.2p1 Debian-5', 'unclear'],
    [bookworm, '9.2p1-2~bpo11+1', 'unclear'],
    [{ version: '1.18.0', extraInfo: 'Ubuntu-6ubuntu14.4' }, '1.18.0-0ubuntu1.4', 'unclear'],
    [{ version: '1.18.0', extraInfo: 'Ubuntu-0ubuntu1.4' }, '1.18.0-6ubuntu14.3', 'unclear'],
    [openssh('9.2p1', 'Debian-2+rpt1'), '9.2p1-2+deb12u1', 'unclear'],
    [openssh('9.2p1', 'Debian-2+cpanel1'), '9.2p1-2+deb12u1', 'unclear'],
    [openssh('9.2p1', 'Debian-2+cpanel1'), '9.2p1 Debian-2', 'enough'],
    [openssh('9.2p1', 'Debian-2+b1'), '9.2p1-2+deb12u1', 'older'],
    [openssh('7.6p1', 'Ubuntu-4ubuntu0.7+esm3'), '7.6p1-4ubuntu0.7', 'enough'],
    [openssh('7.6p1', 'Ubuntu-4ubuntu0.7+esm3'), '7.6p1-4ubuntu0.7+esm4', 'older'],
    [openssh('7.6p1', 'Ubuntu-4ubuntu0.7'), '7.6p1-4ubuntu0.7+esm1', 'older'],
    [openssh('7.6p1', 'Ubuntu-4ubuntu0.7+esm3'), '7.6p1-4ubuntu0.8', 'unclear'],
    [openssh('7.6p1', 'Ubuntu-4ubuntu0.8'), '7.6p1-4ubuntu0.7+esm3', 'unclear'],
    [bind('9.11.36', '9.11.36-RedHat-9.11.36-10.el8_9'), '9.11.36-8.el8_8.1', 'enough'],
    [bind('9.11.36', '9.11.36-RedHat-9.11.36-8.el8_6.3'), '9.11.36-8.el8_8.1', 'unclear'],
    [bind('9.11.36', '9.11.36-RedHat-9.11.36-8.el7'), '9.11.36-5.el8', 'unclear'],
  ]);
});

t.test('several minimums, one for each line', (t) => {
  const releases = ['8.4p1-5+deb11u4', '9.2p1-2+deb12u3'];
  const branches = ['10.6.16', '10.11.6'];
  const cases: [Found, readonly string[], Kind][] = [
    // Newer than the minimum for another release, and lacking what its own was mended by.
    [openssh('9.2p1', 'Debian-2+deb12u1'), releases, 'older'],
    [openssh('9.2p1', 'Debian-2+deb12u3'), releases, 'enough'],
    [openssh('8.4p1', 'Debian-5+deb11u3'), releases, 'older'],
    [openssh('8.4p1', 'Debian-5+deb11u4'), releases, 'enough'],
    [openssh('9.9p1', 'Debian-1'), releases, 'enough'],
    [openssh('9.0p1', 'Debian-1'), releases, 'unclear'],
    [openssh('7.9p1', 'Debian-10+deb10u2'), releases, 'unclear'],
    ['9.2p1', releases, 'unclear'],
    [web('1.22.1', 'nginx/1.22.1 (Debian)'), ['1.18.0-6.1+deb11u3', '1.22.1-9+deb12u1'], 'unclear'],
    [{ version: '1.18.0', extraInfo: 'Ubuntu-6ubuntu14.4' }, ['1.18.0-0ubuntu1.7', '1.18.0-6ubuntu14.5'], 'older'],
    [{ version: '1.18.0', extraInfo: 'Ubuntu-0ubuntu1.7' }, ['1.18.0-0ubuntu1.7', '1.18.0-6ubuntu14.5'], 'enough'],
    ['10.6.16', branches, 'enough'],
    ['10.6.15', branches, 'older'],
    ['10.11.4', branches, 'older'],
    ['10.11.6', branches, 'enough'],
    ['11.4.2', branches, 'enough'],
    ['10.8.3', branches, 'unclear'],
    ['10.5.20', branches, 'older'],
    ['none', branches, 'unclear'],
    ['9.3', ['9.2'], 'enough'],
    ['9.1', ['9.2'], 'older'],
    ['9.3', ['9.2', 'x'], 'unclear'],
    ['9.3', [], 'unclear'],
  ];
  for (const [what, minimums, kind] of cases) {
    for (const order of [minimums, [...minimums].reverse()]) {
      const comparison = compareWithMinimums(found(what), order);
      t.equal(comparison.kind, kind, `${JSON.stringify(what)} ≥ ${order.join(' or ')}: ${JSON.stringify(comparison)}`);
    }
  }
  t.end();
});

t.test('an unclear comparison says why, and what to write', (t) => {
  const why = (what: Found, minimum: string) => {
    const comparison = compareVersions(found(what), minimum);
    return comparison.kind === 'unclear' ? comparison.why : '';
  };
  t.match(
    why(openssh('8.4p1', 'Debian-5+deb11u3'), '9.2p1'),
    /Debian mends old versions in place.*"8\.4p1-5\+deb11u3"/,
  );
  for (const comment of ['Debian-5+deb11u3', 'Debian-5', 'Raspbian-5+deb11u3', 'Ubuntu-4ubuntu0.5', 'RHEL-19.el8_8']) {
    const reason = why(openssh('8.4p1', comment), '9.2p1');
    const written = /written "([^"]+)"$/.exec(reason)?.[1] ?? '';
    t.notMatch(parseMinimum(written), { problem: String }, reason);
    t.equal(compareVersions(openssh('8.4p1', comment), written).kind, 'enough', written);
  }
  t.match(why('9.2p1', '9.2p1-2+deb12u3'), /shows no package revision to compare with Debian's 2\+deb12u3/);
  t.match(why(openssh('9.2p1', 'Debian-2+deb12u1'), '9.2p1-2ubuntu1'), /Debian's 2\+deb12u1.*Ubuntu/);
  t.match(why('9.2', '9.2p1'), /no p number/);
  t.match(why('x', '9.2p1'), /numbers and dots/);
  t.match(why('9.2', 'x'), /asked for cannot be compared/);
  t.end();
});

t.test('what a policy may ask for', (t) => {
  const good: [string, string | undefined][] = [
    ['9.2p1', undefined],
    ['5.1.73', undefined],
    ['1.0.2k', undefined],
    ['9.2-rc1', undefined],
    ['1:9.2p1', undefined],
    ['10.11.19-MariaDB', undefined],
    ['9.2p1 Debian-2+deb12u3', 'Debian 2+deb12u3'],
    ['9.2p1-2+deb12u3', 'Debian 2+deb12u3'],
    ['1:9.2p1-2+deb12u3', 'Debian 2+deb12u3'],
    ['10.11.6-0+deb12u1', 'Debian 0+deb12u1'],
    ['8.0p1-19.el8_8', 'Enterprise Linux 19.el8_8'],
    ['8.6p1-5.fc34', 'Fedora 5.fc34'],
    ['8.9p1-3ubuntu0.6', 'Ubuntu 3ubuntu0.6'],
    ['9.18.49-1~deb12u3', 'Debian 1~deb12u3'],
    ['9.2p1 Debian-2', 'Debian 2'],
  ];
  for (const [text, revision] of good) {
    const minimum = parseMinimum(text);
    if ('problem' in minimum) t.fail(`${text}: ${minimum.problem}`);
    else t.equal(minimum.revision && `${minimum.revision.distribution.name} ${minimum.revision.text}`, revision, text);
  }
  const bad: [string, RegExp][] = [
    ['', /numbers and dots/],
    ['latest', /numbers and dots/],
    ['9.2p1-2', /which distribution/],
    ['9.2p1 Gentoo-2', /nothing is known of/],
    ['9.2p1 FreeBSD-20230719', /FreeBSD/],
    ['9.2p1 or later', /nothing is known of/],
    ['1.0.2k-fips', /nothing is known of/],
    ['9.2foo', /nothing is known of/],
    ['9.2p1-2+deb12u3\n', /blanks/],
    ['1'.repeat(101), /too long/],
  ];
  for (const [text, problem] of bad) {
    const minimum = parseMinimum(text);
    t.match('problem' in minimum ? minimum.problem : 'taken', problem, JSON.stringify(text));
  }
  t.end();
});

/** In rising order; equal ones beside each other in one line. By deb-version(7) and real packages. */
const risingDebian = [
  ['1~~'],
  ['1~~a'],
  ['1~'],
  ['1~bpo12+1'],
  ['1~deb12u3'],
  ['1~deb12u10'],
  ['1', '01'],
  ['1a'],
  ['1ubuntu0.1'],
  ['1+b1'],
  ['1+deb12u1'],
  ['1.1'],
  ['2'],
  ['2ubuntu1'],
  ['2+deb12u3'],
  ['2+deb12u10'],
  ['3ubuntu0.6'],
  ['3ubuntu0.10'],
  ['10'],
];

/** By rpm-version(7). */
const risingRpm = [
  ['1~rc1'],
  ['1~rc2'],
  ['1'],
  ['1^git1'],
  ['1.a'],
  ['1.el8', '1_el8', '01.el8'],
  ['1.el8_8'],
  ['1.el8_10'],
  ['1.1'],
  ['8.el8_8.1'],
  ['8.el8_8.2'],
  ['19.el8'],
  ['99999999999999999999.el8'],
  ['100000000000000000000.el8'],
];

t.test('orders of packages', (t) => {
  for (const [compare, rising] of [
    [compareDebianRevisions, risingDebian],
    [compareRpmReleases, risingRpm],
  ] as const) {
    for (const [x, left] of rising.entries())
      for (const [y, right] of rising.entries())
        for (const a of left) for (const b of right) t.equal(Math.sign(compare(a, b)), Math.sign(x - y), `${a}, ${b}`);
  }
  t.end();
});

t.test('dpkg itself agrees', { skip: spawnSync('dpkg', ['--version']).status !== 0 && 'no dpkg here' }, (t) => {
  const piece = fc.constantFrom('~', '+', '.', 'a', 'Z', 'deb', 'u', 'ubuntu', '0', '00', '1', '9', '10', '12');
  const revision = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `1${pieces.join('')}`);
  const pairs = [
    ...risingDebian.flat().map((text, at) => [text, risingDebian.flat()[at + 1] ?? '1'] as const),
    ...fc.sample(fc.tuple(revision, revision), 100),
  ];
  const answers = spawnSync(
    'sh',
    [
      '-c',
      'while read -r a b; do for r in lt eq gt; do dpkg --compare-versions "1-$a" $r "1-$b" && echo $r; done; done',
    ],
    { input: pairs.map((pair) => `${pair.join(' ')}\n`).join(''), encoding: 'utf8' },
  );
  const expected = pairs.map(([a, b]) => ['lt', 'eq', 'gt'][Math.sign(compareDebianRevisions(a, b)) + 1]);
  t.same(answers.stdout.trim().split('\n'), expected, pairs.map((pair) => pair.join(' ')).join('\n'));
  t.end();
});

/** What versions are made of, well put together or not. */
const fragments = fc
  .array(
    fc.constantFrom(
      ...['9', '2', '10', '.', '.', '-', 'p1', 'P4', 'k', 'za', '-rc1', '~beta', ' ', '_1', '+', 'deb12u3', 'Debian-2'],
      ...['-MariaDB-', 'ubuntu0.6', '.el8', '5.5.5-', '(', '/', 'x', '\0', 'é', '\u2028'],
    ),
    { maxLength: 10 },
  )
  .map((parts) => parts.join(''));
const versionText = fc.oneof(
  fc.array(fc.nat(12), { minLength: 1, maxLength: 3 }).map((numbers) => numbers.join('.')),
  fc.tuple(fc.constantFrom('9.2', '9.2.0', '9.10'), fragments).map((parts) => parts.join('')),
  fragments,
);

t.test('properties', (t) => {
  const upstreams = versionText.map((text) => parseUpstream(text)?.version ?? parseUpstream('1')?.version);
  fc.assert(
    fc.property(upstreams, upstreams, upstreams, (a, b, c) => {
      if (a === undefined || b === undefined || c === undefined) return false;
      const [ab, ba, bc, ac] = [
        compareUpstream(a, b),
        compareUpstream(b, a),
        compareUpstream(b, c),
        compareUpstream(a, c),
      ];
      return compareUpstream(a, a) === 0 && Math.sign(ab) === -Math.sign(ba) && !(ab <= 0 && bc <= 0 && ac > 0);
    }),
    { numRuns: 2000 },
  );
  const revision = fc.stringMatching(/^[0-9a-z~^+._]{0,12}$/);
  for (const compare of [compareDebianRevisions, compareRpmReleases]) {
    fc.assert(
      fc.property(revision, revision, revision, (a, b, c) => {
        const forth = Math.sign(compare(a, b)) === -Math.sign(compare(b, a));
        return forth && !(compare(a, b) <= 0 && compare(b, c) <= 0 && compare(a, c) > 0);
      }),
    );
  }
  const version = fc.array(fc.nat(50), { minLength: 1, maxLength: 4 }).map((numbers) => numbers.join('.'));
  fc.assert(
    fc.property(version, version, (a, b) => {
      const kinds = [compareVersions({ version: a }, b).kind, compareVersions({ version: b }, a).kind];
      return !(kinds[0] === 'older' && kinds[1] === 'older') && !kinds.includes('unclear');
    }),
  );
  const anything = fc.oneof(fc.string({ unit: 'binary' }), versionText, fragments);
  const minimum = fc.constantFrom('9.2', '9.2p1', '9.2-rc1', '9.2p1-2+deb12u3', '9.2-3ubuntu0.6', '9.2-19.el8_8');
  fc.assert(
    fc.property(anything, anything, anything, fc.array(minimum, { minLength: 1 }), (text, extraInfo, banner, asked) => {
      const what = { version: text, extraInfo, banner };
      const { kind } = compareWithMinimums(what, asked);
      const kinds = asked.map((each) => compareVersions(what, each).kind);
      // Several are never taken for more than the best of them, nor for less than the worst.
      return kind === 'unclear' || kinds.includes(kind);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(anything, anything, anything, minimum, (text, extraInfo, banner, asked) => {
      const { kind } = compareVersions({ version: text, extraInfo, banner }, asked);
      const readable = parseUpstream(text.replace(/^5\.5\.5-(?=\d+\.)/, '')) !== undefined;
      return readable ? true : kind === 'unclear';
    }),
    { numRuns: 2000 },
  );
  // A revision in the banner never makes an older upstream version enough, and an unread one never older.
  fc.assert(
    fc.property(fragments, fragments, minimum, (extraInfo, banner, asked) => {
      const { kind } = compareVersions({ version: '9.1p1', extraInfo, banner }, asked);
      return kind !== 'enough';
    }),
    { numRuns: 2000 },
  );
  t.end();
});

t.test('hostile text is cut before it is read', (t) => {
  const million = 1_000_000;
  const hostile = ['9', '9.', 'Debian-', '2+deb12u', '9.2-', '-', ' ', '(', '9_', 'a_', '~', '0'].map((text) =>
    text.repeat(million),
  );
  for (const text of hostile) {
    const [plain, beside] = [
      compareVersions({ version: text, extraInfo: text, banner: text }, '9.2p1-2+deb12u3'),
    ].concat(compareVersions({ version: '9.2p1', extraInfo: text, banner: `9.2p1${text}` }, '9.2p1-2+deb12u3'));
    t.not(plain?.kind, 'enough', text.slice(0, 10));
    t.equal(beside?.kind, 'unclear', text.slice(0, 10));
  }
  t.end();
});
