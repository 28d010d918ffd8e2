import fc from 'fast-check';
import t from 'tap';
import { snapshotSchema, type Snapshot } from '../src/model/snapshot.js';
import {
  changeWindowJsonSchema,
  changeWindowSchema,
  verificationJsonSchema,
  verificationSchema,
  type ChangeWindow,
  type ProofRow,
  type Verification,
} from '../src/model/verification.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { formatDuration, parseDuration, readDuration } from '../src/model/duration.js';
import { ExposcanError } from '../src/model/errors.js';
import type { Decision, History } from '../src/history/history.js';
import { PassThrough } from 'node:stream';
import { runCommandLine } from '../src/cli/command-line.js';
import { runChange, waitForKey } from '../src/cli/verify/make-change.js';
import { signedBy } from '../src/cli/verify/signed-by.js';
import { formatVerificationMarkdown } from '../src/report/verification/markdown.js';
import { formatVerification } from '../src/report/verification/text.js';
import { formatWindow } from '../src/report/verification/window.js';
import { findWindow, windowToReplace } from '../src/verification/find-window.js';
import { lookWithin, type LastLook } from '../src/verification/look-again.js';
import { snapshotDigest } from '../src/verification/snapshot-digest.js';
import { judgeBefore } from '../src/verification/judge-before.js';
import { openWindow, targetsAfter } from '../src/verification/open-window.js';
import { checkSubjects, parseExpectations, parseKeeps } from '../src/verification/parse-expectation.js';
import { verify, type Proof } from '../src/verification/verify.js';
import {
  allBut,
  closedPorts,
  filteredPorts,
  host,
  openPort,
  snapshotOf,
  unknownPorts,
  v4,
  v6,
  type OpenParts,
} from './fixtures/snapshots.js';

const later = { startedAt: '2026-01-01T01:00:00.000Z', finishedAt: '2026-01-01T01:00:22.000Z' };
const now = new Date('2026-01-01T01:00:30.000Z');

const services: Readonly<Record<number, OpenParts['service']>> = {
  22: { name: 'ssh', product: 'OpenSSH', version: '9.2p1' },
  80: { name: 'http', product: 'nginx' },
  443: { name: 'https', product: 'nginx', extraInfo: 'status 200', tunnel: 'tls' },
  3306: { name: 'mysql', product: 'MariaDB', version: '10.11.6' },
};

/** What is open at each address, by port; the rest of 1-65535 is refused. */
type Open = Readonly<Record<string, Readonly<Record<number, OpenParts>> | readonly number[]>>;

function scanOf(open: Open, parts: Partial<Snapshot> = {}): Snapshot {
  const entries = Object.entries(open).flatMap(([address, ports]) =>
    Object.entries(Array.isArray(ports) ? Object.fromEntries(ports.map((port: number) => [port, {}])) : ports).map(
      ([port, own]) => openPort(address, Number(port), { service: services[Number(port)] ?? {}, ...own }),
    ),
  );
  return snapshotOf({
    open: entries,
    notOpen: Object.keys(open).map((address) => {
      const ports = entries.filter((entry) => entry.address === address).map(({ port }) => port);
      return closedPorts(address, allBut(ports.join(',')));
    }),
    ...parts,
  });
}

const afterOf = (open: Open, parts: Partial<Snapshot> = {}) => scanOf(open, { ...later, ...parts });

function windowOf(before: Snapshot, expect: string, keep = ''): ChangeWindow {
  return openWindow(
    {
      tool: { name: 'exposcan', version: '0.1.0' },
      openedBy: 'igb@admin1',
      targets: before.targets.map(({ target }) => target),
      expectations: parseExpectations([expect]),
      keeps: keep === '' ? [] : parseKeeps([keep]),
      scan: { controls: [], exclude: [], polite: false, allowHuge: false },
    },
    before,
    new Date('2026-01-01T00:00:23.000Z'),
  );
}

const prove = (before: Snapshot, after: Snapshot, expect: string, keep = ''): Proof =>
  verify(windowOf(before, expect, keep), before, after, { now });

const rowsOf = ({ expectations, keeps, rest }: Pick<Verification, 'expectations' | 'keeps' | 'rest'>): ProofRow[] =>
  [...expectations, ...keeps, rest].flatMap(({ rows }) => rows);

const brief = ({ outcome, code, address, host: name, port, ports }: ProofRow) =>
  [outcome, code, address ?? name ?? '-', port ?? ports ?? '-'].join(' ');

const wrong = (proof: Proof) =>
  rowsOf(proof)
    .filter(({ outcome }) => outcome !== 'pass')
    .map(brief);

const everything = [22, 443, 3306];
const story = scanOf({ [v4]: everything, [v6]: everything });
const local = 'mysql: public -> local-only';

t.test('the story', (t) => {
  const fixed = afterOf({ [v4]: [22, 443], [v6]: [22, 443] });
  const cases: readonly [string, Snapshot, Proof['verdict'], readonly string[]][] = [
    ['fixed', fixed, 'proven', []],
    [
      'nothing done',
      afterOf({ [v4]: everything, [v6]: everything }),
      'not-proven',
      [`fail exposed ${v4} 3306`, `fail exposed ${v6} 3306`],
    ],
    ['IPv4 only', afterOf({ [v4]: [22, 443], [v6]: everything }), 'not-proven', [`fail exposed ${v6} 3306`]],
    [
      'fixed, and nginx dead',
      afterOf({ [v4]: [22], [v6]: [22] }),
      'not-proven',
      [`fail missing ${v4} 443`, `fail missing ${v6} 443`],
    ],
  ];
  for (const [name, after, verdict, expected] of cases) {
    for (const keep of ['', 'https']) {
      const proof = prove(story, after, local, keep);
      t.equal(proof.verdict, verdict, `${name}, keep ${keep}`);
      t.same(wrong(proof), expected, name);
    }
  }
  const { expectations, keeps, rest } = prove(story, fixed, local, 'https');
  t.match(expectations[0]?.rows.map(brief), [
    `pass closed ${v4} 3306`,
    `pass closed ${v4} 3307`,
    `pass closed ${v6} 3306`,
    `pass closed ${v6} 3307`,
  ]);
  t.match(expectations[0]?.rows[0], { before: /open .*MariaDB 10\.11\.6/, evidence: /refused/, basis: 'refusal' });
  t.same(keeps[0]?.rows.map(brief), [`pass open ${v4} 443`, `pass open ${v6} 443`]);
  t.match(
    rest.rows.map(brief).sort(),
    [
      `pass nothing-unlisted ${v4} -`,
      `pass nothing-unlisted ${v6} -`,
      `pass open ${v4} 22`,
      `pass open ${v6} 22`,
    ].sort(),
  );
  t.end();
});

t.test('what is expected of a change, and how it is written', (t) => {
  const cases: readonly [string, readonly object[]][] = [
    [local, [{ text: local, service: 'mysql', from: 'public', to: 'local-only' }]],
    ['3306/tcp:public→absent', [{ port: 3306, from: 'public', to: 'absent' }]],
    ['  MariaDB :  Public -> Restricted ', [{ service: 'mysql', from: 'public', to: 'restricted' }]],
    [
      'https: absent -> public, 8080: public -> absent',
      [
        { text: 'https: absent -> public', service: 'https', from: 'absent', to: 'public' },
        { text: '8080: public -> absent', port: 8080 },
      ],
    ],
  ];
  for (const [text, expected] of cases) t.match(parseExpectations([text]), expected, text);
  t.same(parseExpectations(['ssh: public -> absent', '25: public -> absent']).length, 2);
  t.match(parseKeeps(['https, 22/tcp', 'domain']), [{ service: 'https' }, { port: 22 }, { service: 'domain' }]);
  t.same(parseKeeps([]), []);

  const wrongs: readonly [string, RegExp][] = [
    ['', /column 1: expected a transition/],
    ['mysql', /column 6: expected a colon/],
    ['mysql: public', /column 14: expected an arrow/],
    ['mysql:', /column 7: expected an arrow/],
    ['mysql: pubic', /column 8: expected one of public, .*found "pubic"\. Did you mean public\?$/],
    ['mysql: public ->', /column 17: expected one of/],
    ['mysql: public -> local', /column 18: expected one of .*found "local"/],
    ['mysql: public -> public', /column 8: mysql is expected to stay public.*--keep/],
    ['mysql: local-only -> absent', /column 8: seen from outside, local-only and absent look the same.*reconcile/],
    ['postgers: public -> absent', /column 1: "postgers" is neither.*Did you mean postgres\?$/],
    ['nonesuch-at-all: public -> absent', /column 1: .*Name its port/],
    ['0: public -> absent', /column 1: TCP ports run from 1 to 65535/],
    ['99999: public -> absent', /column 1: TCP ports/],
    ['53/udp: public -> absent', /column 1: only TCP/],
    [': public -> absent', /column 1: expected a service/],
    ['ssh: public -> absent,', /column 23: expected a transition/],
    ['ssh: public -> absent, mysql: public > absent', /column 38: expected an arrow.*found "> absent"/],
    ['ssh: public -> absent -> public', /column 16: expected one of/],
    ['a\x1b[2J: public -> absent', /\\x1b/],
    [`${'x'.repeat(5000)}: public -> absent`, /…/],
  ];
  for (const [text, expected] of wrongs) {
    t.throws(() => parseExpectations([text]), { code: 'ERR_EXPECTATION', message: expected }, JSON.stringify(text));
  }
  t.throws(() => parseExpectations([]), { code: 'ERR_EXPECTATION' });
  t.throws(() => parseKeeps(['https,']), { code: 'ERR_EXPECTATION', message: /--keep "https,", column 7/ });
  const clash = (expect: string, keep: string) => () => {
    checkSubjects(parseExpectations([expect]), parseKeeps([keep]));
  };
  t.throws(clash(local, 'mariadb'), { code: 'ERR_EXPECTATION', message: /both speak of mysql/ });
  t.throws(clash('1: public -> absent, 1/tcp: public -> absent', 'ssh'), { message: /both speak of 1\/tcp/ });
  t.doesNotThrow(clash('http: public -> absent', '80'), 'a port is more than the service that it is usually for');
  const many = Array.from({ length: 201 }, (_, at) => `${at + 1}: public -> absent`).join();
  t.throws(clash(many, 'https'), { code: 'ERR_EXPECTATION', message: /202 expectations/ });
  fc.assert(
    fc.property(fc.string(), (text) => {
      try {
        parseExpectations([text]);
      } catch (error) {
        if (!(error instanceof ExposcanError) || error.code !== 'ERR_EXPECTATION') throw error;
      }
    }),
  );
  t.end();
});

t.test('durations', (t) => {
  for (const [text, milliseconds] of [
    ['0', 0],
    ['0s', 0],
    ['60s', 60_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
  ] as const) {
    t.equal(parseDuration(text), milliseconds, text);
    t.equal(readDuration(formatDuration(milliseconds)), milliseconds);
  }
  for (const text of ['', '60', '-1s', '1.5h', '100000s', '1y', ' 1s', '1S', '1h30m']) {
    t.equal(readDuration(text), undefined, text);
    t.throws(() => parseDuration(text), { code: 'ERR_SCHEDULE' });
  }
  t.throws(() => parseDuration('60'), { message: /unit is missing/ });
  t.equal(formatDuration(60_000), '1m');
  t.equal(formatDuration(1), '1s');
  t.end();
});

const fixedOpen: Open = { [v4]: [22, 443], [v6]: [22, 443] };

t.test('what is proved, and what is not', (t) => {
  const v4b = '192.0.2.8';
  const named = (addresses: readonly string[], parts: Partial<Snapshot['targets'][number]> = {}) => ({
    targets: [{ target: host, addresses: [...addresses], noRecord: [], errors: [], ...parts }],
  });
  const dark = { unknown: [unknownPorts(v6, '1-65535', 'ERR_NO_ROUTE')] };
  const only4 = {
    open: story.open.filter(({ address }) => address === v4),
    notOpen: [closedPorts(v4, allBut('22,443,3306'))],
  };
  const lost = { family: 6 as const, code: 'ERR_LOOKUP_FAILED' as const, message: 'SERVFAIL' };
  const silent: OpenParts = { service: { name: 'https', method: 'table' } };
  const cases: readonly {
    readonly name: string;
    readonly before?: Snapshot;
    readonly after: Snapshot;
    readonly expect?: string;
    readonly keep?: string;
    readonly verdict: Proof['verdict'];
    readonly wrong: readonly string[];
  }[] = [
    {
      name: 'it was not public before',
      before: scanOf(fixedOpen),
      after: afterOf(fixedOpen),
      verdict: 'not-proven',
      wrong: [v4, v4, v6, v6].map((address, at) => `fail not-so-before ${address} ${3306 + (at % 2)}`),
    },
    {
      name: 'it was public on one address only, and is on none',
      before: scanOf({ [v4]: everything, [v6]: [22, 443] }),
      after: afterOf(fixedOpen),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'it closed on one and opened on another',
      before: scanOf({ [v4]: everything, [v6]: [22, 443] }),
      after: afterOf({ [v4]: [22, 443], [v6]: everything }),
      verdict: 'not-proven',
      wrong: [`fail exposed ${v6} 3306`],
    },
    {
      name: 'it answers on a port that nothing was open on',
      after: afterOf({ [v4]: { 22: {}, 443: {}, 13306: { service: services[3306] ?? {} } }, [v6]: [22, 443] }),
      verdict: 'not-proven',
      wrong: [`fail exposed ${v4} 13306`],
    },
    {
      name: 'it answers on a port that something unknown was open on',
      before: scanOf({ [v4]: [...everything, 13306], [v6]: everything }),
      after: afterOf({ [v4]: { 22: {}, 443: {}, 13306: { service: services[3306] ?? {} } }, [v6]: [22, 443] }),
      verdict: 'not-proven',
      wrong: [`fail moved ${v4} 13306`],
    },
    {
      name: 'another service took its port',
      after: afterOf({ [v4]: { 22: {}, 443: {}, 3306: { service: { name: 'http' } } }, [v6]: [22, 443] }),
      verdict: 'not-proven',
      wrong: [`fail exposed ${v4} 3306`],
    },
    {
      name: 'something else opened',
      after: afterOf({ [v4]: [22, 443, 8080], [v6]: [22, 443] }),
      verdict: 'not-proven',
      wrong: [`fail unlisted ${v4} 8080`],
    },
    {
      name: 'a firewall hides it: weaker evidence, as everywhere',
      after: afterOf(fixedOpen, {
        notOpen: [v4, v6].flatMap((address) => [
          filteredPorts(address, '3306-3307'),
          closedPorts(address, allBut('22,443,3306-3307')),
        ]),
      }),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'a port that was open is not observed',
      after: afterOf(
        { [v4]: [22, 443], [v6]: [22] },
        {
          notOpen: [closedPorts(v4, allBut('22,443')), closedPorts(v6, allBut('22,443'))],
          unknown: [unknownPorts(v6, '443', 'ERR_CONTROL_FAILED')],
        },
      ),
      verdict: 'indeterminate',
      wrong: [`indeterminate unknown ${v6} 443`],
    },
    {
      name: 'what is expected is not observed',
      after: afterOf(fixedOpen, {
        notOpen: [closedPorts(v4, allBut('22,443')), closedPorts(v6, allBut('22,443,3306'))],
        unknown: [unknownPorts(v6, '3306', 'ERR_CONTROL_FAILED')],
      }),
      verdict: 'indeterminate',
      wrong: [`indeterminate unknown ${v6} 3306`],
    },
    {
      name: 'a deviation outranks what was not observed',
      after: afterOf({ [v4]: [22] }, { ...dark, notOpen: [closedPorts(v4, allBut('22'))] }),
      verdict: 'not-proven',
      wrong: [
        `indeterminate unknown ${v6} 3306`,
        `indeterminate unknown ${v6} 3307`,
        `fail missing ${v4} 443`,
        `indeterminate unknown ${v6} 22`,
        `indeterminate unknown ${v6} 443`,
        `indeterminate unknown ${v6} 1-21,23-442,444-3305,3308-65535`,
      ],
    },
    {
      name: 'the before did not see IPv6: nobody can say what else changed there',
      before: snapshotOf({ ...only4, ...dark }),
      after: afterOf(fixedOpen),
      verdict: 'indeterminate',
      wrong: [
        `indeterminate unknown-before ${v6} 22`,
        `indeterminate unknown-before ${v6} 443`,
        `indeterminate unknown-before ${v6} 1-3305,3308-65535`,
      ],
    },
    {
      name: 'found on a port of another address that the before did not see here: it may have been something else that closed',
      before: scanOf(
        { [v4]: { 443: {}, 13306: { service: services[3306] ?? {} } }, [v6]: [443, 3306] },
        {
          notOpen: [closedPorts(v4, allBut('443,13306')), closedPorts(v6, allBut('443,3306,13306'))],
          unknown: [unknownPorts(v6, '13306', 'ERR_LOSSY')],
        },
      ),
      after: afterOf({ [v4]: [443], [v6]: [443] }),
      verdict: 'indeterminate',
      wrong: [`indeterminate unknown-before ${v6} 13306`],
    },
    ...(
      [
        ['status 200, title "Offsite 7"', 'status 502', 'not-proven'],
        ['status 404', 'status 500, title "oops"', 'not-proven'],
        ['status 503', 'status 500', 'proven'],
        ['status 200', 'status 302', 'proven'],
      ] as const
    ).map(([was, is, verdict]) => ({
      name: `a web server that said ${was}, and says ${is} without its database`,
      before: scanOf({ [v4]: { 443: {}, 3306: {} }, [v6]: webOnly(was, 3306) }),
      after: afterOf({ [v4]: [443], [v6]: webOnly(is) }),
      keep: 'https',
      verdict,
      wrong: verdict === 'proven' ? [] : [`fail service-changed ${v6} 443`],
    })),
    {
      name: 'scanned with -4: the family is not proved',
      before: snapshotOf({
        ...only4,
        asked: { ports: '1-65535', families: [4] },
        ...named([v4], { errors: [{ family: 6, code: 'ERR_FAMILY_NOT_SCANNED', message: 'narrowed' }] }),
      }),
      after: afterOf(
        { [v4]: [22, 443] },
        {
          asked: { ports: '1-65535', families: [4] },
          ...named([v4], { errors: [{ family: 6, code: 'ERR_FAMILY_NOT_SCANNED', message: 'narrowed' }] }),
        },
      ),
      verdict: 'indeterminate',
      wrong: [`indeterminate family-not-observed ${host} -`, `indeterminate unknown-before ${host} -`],
    },
    {
      name: 'the name has no IPv6 address at all',
      before: scanOf({ [v4]: everything }, named([v4], { noRecord: [6] })),
      after: afterOf({ [v4]: [22, 443] }, named([v4], { noRecord: [6] })),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'a new address shows something',
      after: afterOf({ ...fixedOpen, [v4b]: [443] }, named([v4, v4b, v6])),
      verdict: 'not-proven',
      wrong: [`fail unlisted ${v4b} 443`],
    },
    {
      name: 'a new address shows what is kept, and nothing else',
      after: afterOf({ ...fixedOpen, [v4b]: [443] }, named([v4, v4b, v6])),
      keep: 'https',
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'a new address lacks what is kept, and has what is not to be exposed',
      after: afterOf({ ...fixedOpen, [v4b]: [3306] }, named([v4, v4b, v6])),
      keep: 'https',
      verdict: 'not-proven',
      wrong: [`fail exposed ${v4b} 3306`, `fail missing ${v4b} 443`],
    },
    {
      name: 'a new address, where the lookup before had failed',
      before: scanOf({ [v4]: everything }, named([v4], { errors: [lost] })),
      after: afterOf(fixedOpen),
      verdict: 'indeterminate',
      wrong: [
        `indeterminate unknown-before ${v6} 22`,
        `indeterminate unknown-before ${v6} 443`,
        `indeterminate unknown-before ${host} -`,
      ],
    },
    {
      name: 'the old address is closed as well, and the name has moved',
      after: afterOf(fixedOpen, {
        targets: [
          { target: host, addresses: [v4], noRecord: [6], errors: [] },
          { target: v6, addresses: [v6], noRecord: [], errors: [] },
        ],
      }),
      verdict: 'not-proven',
      wrong: [`fail family-gone ${host} -`],
    },
    {
      name: 'the name lost one of two addresses, where all is as expected',
      before: scanOf({ ...{ [v4]: everything, [v6]: everything }, [v4b]: everything }, named([v4, v4b, v6])),
      after: afterOf(
        { ...fixedOpen, [v4b]: [22, 443] },
        {
          targets: [
            { target: host, addresses: [v4, v6], noRecord: [], errors: [] },
            { target: v4b, addresses: [v4b], noRecord: [], errors: [] },
          ],
        },
      ),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'the lost address still exposes it',
      before: scanOf({ ...{ [v4]: everything, [v6]: everything }, [v4b]: everything }, named([v4, v4b, v6])),
      after: afterOf(
        { ...fixedOpen, [v4b]: everything },
        {
          targets: [
            { target: host, addresses: [v4, v6], noRecord: [], errors: [] },
            { target: v4b, addresses: [v4b], noRecord: [], errors: [] },
          ],
        },
      ),
      verdict: 'not-proven',
      wrong: [`fail exposed ${v4b} 3306`],
    },
    {
      name: 'an old address was not scanned again',
      after: afterOf({ [v4]: [22, 443] }, named([v4])),
      verdict: 'indeterminate',
      wrong: [`indeterminate family-not-observed ${host} -`, `indeterminate not-observed ${v6} -`],
    },
    {
      name: 'fewer ports than before',
      after: afterOf(fixedOpen, {
        asked: { ports: '1-4000', families: [4, 6] },
        notOpen: [v4, v6].map((address) => closedPorts(address, '1-21,23-442,444-4000')),
      }),
      verdict: 'indeterminate',
      wrong: [v4, v6].map((address) => `indeterminate not-covered ${address} 4001-65535`),
    },
    {
      name: 'stopped half way',
      after: afterOf(fixedOpen, { complete: false }),
      verdict: 'indeterminate',
      wrong: ['indeterminate incomplete - -'],
    },
    {
      name: 'a server that hangs accepts connections and says nothing',
      after: afterOf({ [v4]: { 22: {}, 443: silent }, [v6]: [22, 443] }),
      keep: 'https',
      verdict: 'indeterminate',
      wrong: [`indeterminate silent-now ${v4} 443`],
    },
    {
      name: 'a server of no known kind that hangs',
      before: scanOf({ [v4]: { 3306: {}, 7777: { service: { method: 'table' }, said: 'hello' } }, [v6]: [3306] }),
      after: afterOf({ [v4]: { 7777: { service: { method: 'table' } } }, [v6]: [] }),
      verdict: 'indeterminate',
      wrong: [`indeterminate silent-now ${v4} 7777`],
    },
    {
      name: 'another product',
      after: afterOf({
        [v4]: { 22: {}, 443: { service: { name: 'https', product: 'Apache httpd' } } },
        [v6]: [22, 443],
      }),
      verdict: 'not-proven',
      wrong: [`fail service-changed ${v4} 443`],
    },
    {
      name: 'another service',
      after: afterOf({ [v4]: { 22: {}, 443: { service: { name: 'ssh' } } }, [v6]: [22, 443] }),
      keep: 'https',
      verdict: 'not-proven',
      wrong: [`fail wrong-service ${v4} 443`],
    },
    {
      name: 'another version is told, and no deviation',
      after: afterOf({
        [v4]: { 22: { service: { name: 'ssh', product: 'OpenSSH', version: '9.3' } }, 443: {} },
        [v6]: [22, 443],
      }),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'seen from another network',
      after: afterOf(fixedOpen, { vantage: { name: 'internet', sources: ['203.0.113.9', '2001:db8:1::77'] } }),
      verdict: 'indeterminate',
      wrong: ['indeterminate vantage-moved - -'],
    },
    {
      name: 'another address of the same networks',
      after: afterOf(fixedOpen, { vantage: { name: 'internet', sources: ['198.51.100.99', '2001:db8:1::77'] } }),
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'a scan that was made before the window',
      after: scanOf(fixedOpen),
      verdict: 'indeterminate',
      wrong: ['indeterminate not-after - -'],
    },
    {
      name: 'seen from the host itself',
      after: { ...afterOf(fixedOpen), ...selfSeen(afterOf(fixedOpen)) },
      verdict: 'indeterminate',
      wrong: [
        ...[v4, v4, v6, v6].map((address, at) => `indeterminate seen-from-itself ${address} ${3306 + (at % 2)}`),
        ...[v4, v6].flatMap((address) =>
          [22, 443, '-'].map((port) => `indeterminate seen-from-itself ${address} ${port}`),
        ),
      ],
    },
    {
      name: 'a service that is to open, everywhere',
      before: scanOf({ [v4]: [22], [v6]: [22] }),
      after: afterOf(fixedOpen),
      expect: 'https: absent -> public',
      verdict: 'proven',
      wrong: [],
    },
    {
      name: 'a service that opened on one family only',
      before: scanOf({ [v4]: [22], [v6]: [22] }),
      after: afterOf({ [v4]: [22, 443], [v6]: [22] }),
      expect: 'https: absent -> public',
      verdict: 'not-proven',
      wrong: [`fail missing ${v6} -`],
    },
    {
      name: 'a service that opened on a port of its own, and on another',
      before: scanOf({ [v4]: [22], [v6]: [22] }),
      after: afterOf({ [v4]: { 22: {}, 443: {}, 10443: { service: services[443] ?? {} } }, [v6]: [22, 443] }),
      expect: 'https: absent -> public',
      verdict: 'not-proven',
      wrong: [`fail unlisted ${v4} 10443`],
    },
    {
      name: 'it was there already',
      before: scanOf({ [v4]: [22, 443], [v6]: [22] }),
      after: afterOf(fixedOpen),
      expect: 'https: absent -> public',
      verdict: 'not-proven',
      wrong: [`fail not-so-before ${v4} 443`],
    },
    {
      name: 'a port that is to open',
      before: scanOf({ [v4]: [22], [v6]: [22] }),
      after: afterOf({ [v4]: [22, 8080], [v6]: [22] }),
      expect: '8080: absent -> public',
      verdict: 'not-proven',
      wrong: [`fail missing ${v6} 8080`],
    },
    {
      name: 'nothing to keep',
      after: afterOf(fixedOpen),
      keep: 'smtp',
      verdict: 'not-proven',
      wrong: ['fail not-so-before - -'],
    },
    {
      name: 'a service on two ports, one of which is kept',
      before: scanOf({ [v4]: { 80: {}, 8080: { service: services[80] ?? {} } } }, named([v4], { noRecord: [6] })),
      after: afterOf({ [v4]: { 8080: { service: services[80] ?? {} } } }, named([v4], { noRecord: [6] })),
      expect: 'http: public -> absent',
      keep: '8080',
      verdict: 'proven',
      wrong: [],
    },
  ];
  for (const { name, before = story, after, expect = local, keep = '', verdict, wrong: expected } of cases) {
    const proof = prove(before, after, expect, keep);
    t.equal(proof.verdict, verdict, name);
    t.same(wrong(proof).sort(), [...expected].sort(), name);
  }
  t.end();
});

function webOnly(extraInfo: string, ...ports: readonly number[]): Record<number, OpenParts> {
  const others = Object.fromEntries(ports.map((port) => [port, {}]));
  return { ...others, 443: { service: { ...services[443], extraInfo } } };
}

function selfSeen({ open, notOpen }: Snapshot): Pick<Snapshot, 'open' | 'notOpen'> {
  return {
    open: open.map((entry) => ({ ...entry, self: true })),
    notOpen: notOpen.map((entry) => ({ ...entry, self: true })),
  };
}

/** What a port may be at an address. */
const sight = fc.constantFrom('open', 'open', 'closed', 'closed', 'filtered', 'unknown', 'other', 'nameless');
const sightPorts = [22, 443, 3306, 3307, 8080];
const places = [v4, v6, '192.0.2.8'];

interface Drawn {
  readonly addresses: readonly string[];
  readonly sights: readonly string[];
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  addresses: fc.subarray(places, { minLength: 1 }),
  sights: fc.array(sight, { minLength: 15, maxLength: 15 }),
});

/** Draws a before, and an after that does what is expected, save for a few places, if any. */
const twoScans = fc
  .record({
    before: drawn,
    other: drawn,
    differs: fc.uniqueArray(fc.nat({ max: 14 }), { maxLength: 3 }),
    moves: fc.oneof({ arbitrary: fc.constant(false), weight: 3 }, { arbitrary: fc.constant(true), weight: 1 }),
    isClean: fc.boolean(),
  })
  .map(({ before: { addresses, sights }, other, differs, moves, isClean }) => {
    const clean = sights.map((seen) => (seen === 'unknown' || seen === 'nameless' ? 'closed' : seen));
    const was = isClean ? clean : sights;
    const done = was.map((seen, at) => (seen === 'other' || at % 5 === 2 ? 'closed' : seen));
    const is = done.map((seen, at) => (differs.includes(at) ? (other.sights[at] ?? seen) : seen));
    return {
      before: scanned({ addresses, sights: was }, {}),
      after: scanned({ addresses: moves ? other.addresses : addresses, sights: is }, later, addresses),
    };
  });

function scanned({ addresses, sights }: Drawn, parts: Partial<Snapshot>, literals: readonly string[] = []): Snapshot {
  const all = [...new Set([...addresses, ...literals])];
  const at = all.flatMap((address) =>
    sightPorts.map((port, index) => ({
      address,
      port,
      seen: sights[places.indexOf(address) * sightPorts.length + index] ?? 'closed',
    })),
  );
  const of = (...kinds: readonly string[]) => at.filter(({ seen }) => kinds.includes(seen));
  const families = new Set(addresses.map((address) => (address.includes(':') ? 6 : 4)));
  return snapshotOf({
    asked: { ports: sightPorts.join(','), families: [4, 6] },
    targets: [
      {
        target: host,
        addresses: [...addresses],
        noRecord: ([4, 6] as const).filter((family) => !families.has(family)),
        errors: [],
      },
      ...literals.map((target) => ({ target, addresses: [target], noRecord: [], errors: [] })),
    ],
    open: of('open', 'other', 'nameless').map(({ address, port, seen }) =>
      openPort(address, port, {
        service:
          seen === 'open'
            ? (services[port] ?? { name: 'http' })
            : seen === 'other'
              ? { name: 'mysql', product: 'MySQL' }
              : { name: 'unknown', method: 'table' },
      }),
    ),
    notOpen: [
      ...of('closed').map(({ address, port }) => closedPorts(address, String(port))),
      ...of('filtered').map(({ address, port }) => filteredPorts(address, String(port))),
    ],
    unknown: of('unknown').map(({ address, port }) => unknownPorts(address, String(port), 'ERR_LOSSY')),
    ...parts,
  });
}

const isOpen = ({ open }: Snapshot, address: string, port: number) =>
  open.find((entry) => entry.address === address && entry.port === port);

t.test('whatever two scans say: proven only where every endpoint bears it out', (t) => {
  const tally = { proven: 0, 'not-proven': 0, indeterminate: 0 };
  fc.assert(
    fc.property(twoScans, fc.constantFrom('', 'https', '22'), ({ before, after }, keep) => {
      const { verdict } = prove(before, after, local, keep);
      tally[verdict] += 1;
      if (verdict !== 'proven') return true;
      const isMysql = (snapshot: Snapshot, address: string, port: number) => {
        const entry = isOpen(snapshot, address, port);
        return (
          entry !== undefined &&
          (entry.service.name === 'mysql' || ([3306, 3307].includes(port) && entry.service.method === 'table'))
        );
      };
      const known = new Set(before.targets.flatMap(({ addresses }) => addresses));
      const addresses = [...new Set([...known, ...after.targets.flatMap((target) => target.addresses)])];
      const endpoints = addresses.flatMap((address) => sightPorts.map((port) => ({ address, port })));
      if (after.unknown.length > 0) return false;
      if (!endpoints.some(({ address, port }) => isMysql(before, address, port))) return false;
      return endpoints.every(({ address, port }) => {
        const [was, is] = [isOpen(before, address, port), isOpen(after, address, port)];
        if (is?.service.name === 'mysql') return false;
        if (isMysql(before, address, port) || port === 3306) return is === undefined;
        if (before.unknown.some((entry) => entry.address === address && entry.ports === String(port)))
          return port === 3307;
        if (was !== undefined && is === undefined) return false;
        if (was?.service.method === 'probed' && is?.service.method !== 'probed') return false;
        if (was === undefined && is !== undefined) {
          // Only what is kept may be on an address that was not there before.
          return !known.has(address) && (keep === 'https' ? port === 443 : keep === '22' && port === 22);
        }
        return true;
      });
    }),
    { numRuns: 300 },
  );
  t.ok(tally.proven > 10 && tally['not-proven'] > 10 && tally.indeterminate > 10, JSON.stringify(tally));
  t.end();
});

t.test('a change that does what is expected is proven, whatever else is there', (t) => {
  fc.assert(
    fc.property(drawn, ({ addresses, sights }) => {
      const plain = sights.map((seen) => (seen === 'unknown' || seen === 'other' ? 'closed' : seen));
      const mysqlAt = (address: string) => places.indexOf(address) * sightPorts.length + sightPorts.indexOf(3306);
      const before = addresses.reduce((now, address) => now.with(mysqlAt(address), 'open'), plain);
      const after = addresses.reduce((now, address) => now.with(mysqlAt(address), 'filtered'), plain);
      const steady = (seen: readonly string[]) => seen.map((each) => (each === 'nameless' ? 'open' : each));
      const free = (seen: readonly string[]) =>
        places.reduce<readonly string[]>(
          (now, _, at) => now.with(at * sightPorts.length + sightPorts.indexOf(3307), 'closed'),
          seen,
        );
      return (
        prove(
          scanned({ addresses, sights: free(steady(before)) }, {}),
          scanned({ addresses, sights: free(steady(after)) }, later, addresses),
          local,
        ).verdict === 'proven'
      );
    }),
  );
  t.end();
});

t.test('what the before shows', (t) => {
  const at = (before: Snapshot, expect = local, keep = '') => judgeBefore(windowOf(before, expect, keep), before);
  const brieves = (rows: readonly ProofRow[]) => rows.map(brief);
  const shown = at(story, local, 'https');
  t.equal(shown.expectations[0]?.outcome, 'pass');
  t.same(brieves(shown.expectations[0]?.rows ?? []), [`pass open ${v4} 3306`, `pass open ${v6} 3306`]);
  t.equal(shown.keeps[0]?.outcome, 'pass');
  t.same(shown.unknown, []);

  const dark = snapshotOf({
    unknown: [v4, v6].map((address) => unknownPorts(address, '1-65535', 'ERR_NEVER_ANSWERED')),
  });
  const unseen = at(dark, local, 'https');
  t.equal(unseen.expectations[0]?.outcome, 'indeterminate');
  t.equal(unseen.keeps[0]?.outcome, 'indeterminate');
  t.ok(unseen.unknown.length > 0);

  t.equal(at(scanOf(fixedOpen)).expectations[0]?.outcome, 'fail');
  t.equal(at(scanOf(fixedOpen), 'mysql: absent -> public').expectations[0]?.outcome, 'pass');
  t.equal(at(story, 'mysql: local-only -> public').expectations[0]?.outcome, 'fail');
  t.equal(at(story, 'submission: absent -> public').expectations[0]?.outcome, 'pass');

  const noName = snapshotOf({
    targets: [
      {
        target: host,
        addresses: [],
        noRecord: [4, 6],
        errors: [{ code: 'ERR_NAME_NOT_FOUND', message: 'no such name' }],
      },
    ],
  });
  const nothing = at(noName);
  t.equal(nothing.expectations[0]?.outcome, 'indeterminate');
  t.same(brieves(nothing.unknown), [`indeterminate unknown-before ${host} -`]);
  const proof = verify(windowOf(noName, local), noName, { ...noName, ...later }, { now });
  t.equal(proof.verdict, 'indeterminate', 'what was never there is not proved to be closed');
  t.end();
});

/** Time that passes when somebody waits. */
function simulated(within: number, settle: number, take = 500) {
  let time = 0;
  const state = { over: false };
  return {
    state,
    patience: {
      within,
      settle,
      now: () => time,
      pause: (milliseconds: number) => {
        time += milliseconds;
        return Promise.resolve();
      },
      isOver: () => state.over,
    },
    pass: () => (time += take),
    now: () => time,
  };
}

t.test('looking again', async (t) => {
  const window = windowOf(story, local, 'https');
  /** How the host is at a time; what a whole and a partial look give. */
  const run = async (within: number, hostAt: (time: number) => Snapshot, overAt = Infinity, settle = 0) => {
    const clock = simulated(within, settle);
    const calls: string[] = [];
    const look = (what: string) => {
      calls.push(what);
      const seen = hostAt(clock.now());
      clock.pass();
      if (clock.now() >= overAt) clock.state.over = true;
      return Promise.resolve(seen);
    };
    const last: LastLook = await lookWithin(
      {
        whole: () => look('whole'),
        part: (addresses, ports) =>
          look(`${addresses.join()} ${ports.map(({ first, last: end }) => `${first}-${end}`).join()}`),
        judge: (after) => verify(window, story, after, { now }),
      },
      clock.patience,
    );
    return { last, calls, took: clock.now() };
  };
  const fixed = afterOf(fixedOpen);
  const restarting = afterOf({ [v4]: [22], [v6]: [22] });
  const undone = afterOf({ [v4]: everything, [v6]: everything });

  const once = await run(0, () => undone);
  t.equal(once.last.proof.verdict, 'not-proven');
  t.same(once.calls, ['whole'], 'without --within it looks once');

  const first = await run(60_000, () => fixed);
  t.same(first.calls, ['whole'], 'what is proved is not looked at again');

  const back = await run(60_000, (time) => (time < 20_000 ? restarting : fixed));
  t.equal(back.last.proof.verdict, 'proven');
  t.equal(back.last.looks, 2);
  t.equal(back.calls[0], 'whole');
  t.equal(back.calls.at(-1), 'whole', 'one whole scan proves all of it');
  t.ok(
    back.calls.slice(1, -1).every((call) => call === `${v4},${v6} 443-443`),
    'in between only what is wrong',
  );
  t.ok(back.took < 30_000);

  const never = await run(60_000, () => undone);
  t.equal(never.last.proof.verdict, 'not-proven');
  t.equal(never.last.looks, 1);
  t.ok(never.took >= 60_000 && never.took < 70_000, `${never.took}`);

  const broken = await run(60_000, () => restarting, 10_000);
  t.ok(broken.took < 15_000, 'a user who wants no more is not kept waiting');

  const vain = await run(60_000, () => ({ ...fixed, vantage: { name: 'x', sources: ['203.0.113.1'] } }));
  t.same(vain.calls, ['whole'], 'nobody waits for what time does not heal');

  const failing = afterOf({ [v4]: [22, 443], [v6]: { 22: {}, ...webOnly('status 502') } });
  const healed = await run(60_000, (time) => (time < 20_000 ? failing : fixed));
  t.equal(healed.last.proof.verdict, 'proven', 'a web server that could not answer yet is waited for');

  const half = await run(60_000, (time) => (time < 10_000 ? restarting : time < 20_000 ? undone : fixed));
  t.equal(half.last.proof.verdict, 'proven');
  t.equal(half.last.looks, 3);

  const lookup = afterOf(fixedOpen, {
    targets: [
      {
        target: host,
        addresses: [v4],
        noRecord: [],
        errors: [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: 'SERVFAIL' }],
      },
      { target: v6, addresses: [v6], noRecord: [], errors: [] },
    ],
  });
  const named = await run(60_000, (time) => (time < 10_000 ? lookup : fixed));
  t.equal(named.last.proof.verdict, 'proven');
  t.ok(
    named.calls.every((call) => call === 'whole'),
    'where no endpoint is wrong, everything is looked at',
  );

  const settled = await run(0, () => fixed, Infinity, 5000);
  t.match(settled.last, { looks: 1, confirmedAt: fixed.finishedAt, proof: { verdict: 'proven' } });
  t.equal(settled.calls.length, 2);
  t.match(settled.calls[1], /3306/, 'what is expected is looked at a second time');
  t.ok(settled.took >= 5000);

  for (const overAt of [500, 5800]) {
    const brokenOff = await run(0, () => fixed, overAt, 5000);
    t.equal(brokenOff.last.proof.verdict, 'indeterminate', 'what was to be looked at twice is not proved by one look');
    t.match(brokenOff.last.proof.rest.rows[0], { code: 'unsettled', evidence: /broken off/ });
    t.notOk(brokenOff.last.confirmedAt);
  }

  const restarted = await run(0, (time) => (time < 3000 ? fixed : undone), Infinity, 5000);
  t.equal(restarted.last.proof.verdict, 'not-proven', 'a port is closed, too, while its service restarts');
  t.equal(restarted.last.looks, 2);

  const odd = await run(0, (time) => (Math.floor(time / 500) % 2 === 0 ? fixed : undone), Infinity, 3000);
  t.equal(odd.last.proof.verdict, 'indeterminate');
  t.match(odd.last.proof.rest.rows[0], { code: 'unsettled', outcome: 'indeterminate' });

  const unseen = afterOf(fixedOpen, { notOpen: [], unknown: [unknownPorts(v4, '3306', 'ERR_LOSSY')] });
  const doubted = await run(0, (time) => (Math.floor(time / 500) % 2 === 0 ? fixed : unseen), Infinity, 3000);
  t.equal(doubted.last.proof.verdict, 'indeterminate');

  const gone = await run(60_000, (time) => ({ ...restarting, complete: time < 5000 }), 4000);
  t.equal(gone.last.looks, 1);
});

/** A history of decisions alone, the latest first. */
function historyOf(windows: readonly unknown[], proofs: readonly unknown[]): History {
  const decisions = (bodies: readonly unknown[], kind: Decision['kind']): Decision[] =>
    bodies.map((body, at) => ({ seq: at + 1, time: later.startedAt, kind, body })).reverse();
  const none = () => Promise.reject(new Error('not asked for'));
  return {
    file: 'made for a test',
    record: none,
    note: none,
    head: none,
    vantages: none,
    scans: none,
    snapshot: none,
    decisions: (kind) => Promise.resolve(kind === 'window' ? decisions(windows, kind) : decisions(proofs, kind)),
    timeline: none,
    hosts: none,
    prune: none,
    close: () => Promise.resolve(),
  };
}

t.test('which window is meant', async (t) => {
  const of = (targets: readonly string[]): ChangeWindow => ({ ...windowOf(story, local), targets: [...targets] });
  const [a, b, c] = [of(['a.example.org']), of(['b.example.org', '192.0.2.9']), of(['A.example.org.'])];
  const recordOf = async (windows: readonly unknown[], proofs: readonly unknown[], targets: readonly string[]) =>
    (await findWindow(historyOf(windows, proofs), targets)).record;
  t.equal(await recordOf([a], [], []), 1);
  t.equal(await recordOf([a, b], [], ['a.example.org']), 1);
  t.equal(await recordOf([a, b], [], ['192.0.2.9']), 2, 'one of its targets is enough');
  t.equal(await recordOf([a, b, c], [], ['a.example.org']), 3, 'a later begin takes the place of the earlier');
  t.equal(await recordOf([a, b], [{ verdict: 'proven', record: 2 }], []), 1, 'the one that is not proved yet');
  t.equal(
    await recordOf(
      [a, b],
      [
        { verdict: 'not-proven', record: 2 },
        { verdict: 'proven', record: 1 },
      ],
      [],
    ),
    2,
  );
  t.equal(
    await recordOf(
      [a, b],
      [
        { verdict: 'proven', record: 1 },
        { verdict: 'proven', record: 2 },
      ],
      [],
    ),
    2,
    'where all are proved, the latest',
  );
  await t.rejects(recordOf([], [], []), { code: 'ERR_NOT_IN_HISTORY', message: /exposcan verify begin/ });
  await t.rejects(recordOf([a], [], ['x.example.org']), { code: 'ERR_NOT_IN_HISTORY', message: /other targets/ });
  await t.rejects(recordOf([a, b], [], []), {
    code: 'ERR_USAGE',
    message: /2 change windows are open.*\n.*verify end b/s,
  });
  await t.rejects(recordOf([{ ...a, version: 2 }], [], ['a.example.org']), { code: 'ERR_HISTORY' });
  await t.rejects(recordOf([{ targets: ['\x1b[2J'] }, a], [], []), { message: /\\x1b/ });
  t.equal(await recordOf([{ nonsense: true }, a], [{ verdict: 4 }], ['a.example.org']), 2);

  const replacedBy = (windows: readonly unknown[], proofs: readonly unknown[], targets: readonly string[]) =>
    windowToReplace(historyOf(windows, proofs), targets);
  t.same(await replacedBy([a, b], [], ['A.example.org.']), a);
  t.same(await replacedBy([a, b], [], ['192.0.2.9', 'b.example.org']), b);
  t.equal(await replacedBy([a, b], [], ['b.example.org']), undefined, 'that of more targets stays open');
  t.equal(await replacedBy([a], [{ verdict: 'proven', record: 1 }], ['a.example.org']), undefined);
  t.equal(await replacedBy([a, { targets: a.targets, brokenOff: true }], [], a.targets), undefined);

  const brokenOff = { targets: ['a.example.org'], brokenOff: true };
  for (const proofs of [[], [{ verdict: 'proven', record: 1 }]]) {
    for (const targets of [[], ['a.example.org']]) {
      await t.rejects(
        recordOf([a, brokenOff], proofs, targets),
        { code: 'ERR_NOT_IN_HISTORY', message: /a\.example\.org was broken off/ },
        'an older window is not taken for the one that was not opened',
      );
    }
  }
  t.equal(await recordOf([a, brokenOff, a], [], ['a.example.org']), 3, 'begun again');
  t.equal(await recordOf([brokenOff, b], [], []), 2);
  t.equal(await recordOf([b, brokenOff], [], ['b.example.org']), 1);
});

function documentOf(before: Snapshot, after: Snapshot, parts: Partial<Verification> = {}): Verification {
  const window = windowOf(before, local, 'https');
  const proof = verify(window, before, after, { now });
  return {
    format: 'exposcan-verification',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    verdict: proof.verdict,
    verifiedAt: now.toISOString(),
    verifiedBy: 'igb as root@admin1',
    window,
    record: 2,
    after: {
      id: 3,
      digest: snapshotDigest(after),
      startedAt: after.startedAt,
      finishedAt: after.finishedAt,
      complete: after.complete,
      vantage: after.vantage,
      asked: after.asked,
      addresses: [v4, v6],
    },
    looks: 1,
    expectations: proof.expectations,
    keeps: proof.keeps,
    rest: proof.rest,
    changes: proof.changes,
    warnings: proof.warnings,
    notes: proof.notes,
    head: { seq: 4, digest: 'ab'.repeat(32) },
    ...parts,
  };
}

t.test('the documents', (t) => {
  const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': true } });
  const [proofSchema, windowSchema] = [verificationJsonSchema(), changeWindowJsonSchema()];
  const [document, failed] = [
    documentOf(story, afterOf(fixedOpen)),
    documentOf(story, afterOf({ [v4]: everything, [v6]: [22] })),
  ];
  for (const each of [document, failed]) {
    t.same(verificationSchema.parse(JSON.parse(JSON.stringify(each))), JSON.parse(JSON.stringify(each)));
    t.ok(ajv.validate(proofSchema, each), ajv.errorsText());
    t.ok(ajv.validate(windowSchema, each.window), ajv.errorsText());
  }
  t.notOk(changeWindowSchema.safeParse({ ...document.window, extra: 1 }).success);

  t.equal(
    snapshotDigest(story),
    snapshotDigest(snapshotSchema.parse(Object.fromEntries(Object.entries(story).reverse()))),
  );
  t.equal(snapshotDigest(story), snapshotDigest(snapshotSchema.parse(JSON.parse(JSON.stringify(story)))));
  t.not(snapshotDigest(story), snapshotDigest({ ...story, verdict: 'pass' }));
  t.same(
    targetsAfter(document.window, story),
    [host, v4, v6],
    'the old addresses are scanned whatever the name leads to',
  );
  t.same(
    targetsAfter(
      { ...document.window, targets: ['192.0.2.0/29'] },
      {
        ...story,
        targets: [{ target: '192.0.2.0/29', addresses: [v4], noRecord: [], errors: [] }],
      },
    ),
    ['192.0.2.0/29'],
  );
  t.end();
});

t.test('the reports', (t) => {
  const options = { colour: false, width: 100 };
  const proven = documentOf(story, afterOf(fixedOpen), {
    run: {
      command: 'ssh host systemctl restart mariadb',
      exitCode: 0,
      startedAt: later.startedAt,
      finishedAt: later.finishedAt,
    },
  });
  const failed = documentOf(story, afterOf({ [v4]: [22, 443], [v6]: everything }));
  for (const [document, words] of [
    [proven, [/PROVEN: the change did what was expected of it/, /exit code 0/, /22 seconds/]],
    [failed, [/NOT PROVEN: 1 part of the proof failed/, /bind-address = 127\.0\.0\.1/, /exposed, expected/]],
  ] as const) {
    const [text, markdown] = [formatVerification(document, options), formatVerificationMarkdown(document)];
    for (const report of [text, markdown]) {
      for (const word of words)
        t.match(
          report
            .replaceAll(/[*`]|\n +/g, ' ')
            .replaceAll(/ +/g, ' ')
            .replaceAll(' : ', ': '),
          word,
        );
      for (const told of ['igb as root@admin1', 'igb@admin1', v4, v6, 'ab'.repeat(32), 'TCP alone'])
        t.match(report, told);
      t.ok(report.endsWith('\n'));
    }
  }
  t.match(formatVerification(failed, options), new RegExp(`FAIL \\[${v6}\\]:3306`));

  // Whatever a server says of itself, it neither drives a terminal nor writes the ticket.
  const evil = '\x1b[2J`](javascript:alert(1)) <img src=x> | @all\n# PROVEN';
  const hostile = scanOf({
    [v4]: { 22: { service: { name: 'ssh', product: evil, version: evil }, said: evil }, 443: {}, 3306: {} },
    [v6]: everything,
  });
  const after = afterOf({
    [v4]: { 22: { service: { name: evil, product: evil } }, 443: { said: evil }, 8080: { service: { name: evil } } },
    [v6]: everything,
  });
  const document = documentOf(hostile, after, {
    verifiedBy: evil,
    run: { command: evil, exitCode: null, signal: evil, startedAt: later.startedAt, finishedAt: later.finishedAt },
  });
  const text = formatVerification(document, { colour: true, width: 80 });

  t.notMatch(text.replaceAll(/\x1b\[\d+m/g, ''), /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
  const markdown = formatVerificationMarkdown(document);
  const outside = markdown
    .split('\n')
    .map((line) => line.replaceAll(/(`+)(?!`).*?[^`]\1(?!`)/g, ''))
    .join('\n');
  t.notMatch(outside, /javascript|<img|@all|# PROVEN/, 'it stands in code spans alone');
  t.notMatch(markdown, /^# /m);

  const window = windowOf(hostile, local, 'https');
  for (const before of [
    hostile,
    snapshotOf({ unknown: [unknownPorts(v4, '1-65535', 'ERR_NO_ROUTE', evil)] }),
    scanOf(fixedOpen),
  ]) {
    const shown = formatWindow(
      window,
      { ...judgeBefore(window, before), others: 2 },
      ['After the change: exposcan verify end'],
      options,
    );

    t.notMatch(shown, /[\x00-\x09\x0b-\x1f\x7f-\x9f]/);
    t.match(shown, /verify end/);
  }
  t.end();
});

t.test('the command line', async (t) => {
  const run = (...args: string[]) => runCommandLine(['verify', ...args]);
  await t.rejects(run('begin', host), { code: 'ERR_EXPECTATION', message: /--expect/ });
  await t.rejects(run('begin', host, '--expect', local, '--no-history'), {
    code: 'ERR_USAGE',
    message: /remembers the before/,
  });
  await t.rejects(run('end', '--no-history'), { code: 'ERR_USAGE' });
  await t.rejects(run('end', '--within', 'soon'), { code: 'ERR_SCHEDULE', message: /"soon" is no duration/ });
  await t.rejects(run('end', '-o', 'proof.doc'), { code: 'ERR_REPORT_KIND', message: /\.json and \.md and \.txt/ });
  await t.rejects(run(host, '--expect', local, '--run', 'true', '--within', '5'), { code: 'ERR_SCHEDULE' });
  await t.rejects(run('--expect', local, '--run', 'true', '--no-history'), { code: 'ERR_NO_TARGETS' });
  await t.rejects(run(host, '--expect', local, '--run', ' '), { code: 'ERR_USAGE', message: /--run is empty/ });
  if (!process.stdin.isTTY) {
    await t.rejects(run(host, '--expect', local), { code: 'ERR_USAGE', message: /no terminal.*--run/ });
  }
  const file = `${t.testdir()}/h.db`;
  await t.rejects(run('end', '--history', file), { code: 'ERR_NOT_IN_HISTORY', message: /verify begin/ });
});

t.test('making the change', async (t) => {
  t.match(await runChange('exit 3'), { command: 'exit 3', exitCode: 3 });
  t.match(await runChange('true'), { exitCode: 0 });
  t.match(await runChange('kill -TERM $$'), { exitCode: null, signal: 'SIGTERM' });
  t.match(await runChange('/nonexistent/program 2>/dev/null'), { exitCode: 127 });

  const controller = new AbortController();
  const key = new PassThrough();
  const pressed = waitForKey(key, controller.signal);
  key.write('\n');
  t.equal(await pressed, true);
  const gone = new PassThrough();
  const left = waitForKey(gone, controller.signal);
  gone.end();
  t.equal(await left, false, 'a terminal that goes away presses nothing');
  const waiting = waitForKey(new PassThrough(), controller.signal);
  controller.abort();
  t.equal(await waiting, false);
  t.equal(await waitForKey(new PassThrough(), controller.signal), false);
  t.match(signedBy({}), /^[^@]+@./);
  t.match(signedBy({ SUDO_USER: 'igb\x1b' }), /^igb\\x1b as /);
});
