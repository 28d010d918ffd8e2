import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { parse, parseDocument } from 'yaml';
import { policyInitCommand, type PolicyInitFlags } from '../src/cli/policy/arguments.js';
import { runPolicyInit } from '../src/cli/policy/init-command.js';
import { ExposcanError } from '../src/model/errors.js';
import { eachPort, parseRanges } from '../src/model/ports.js';
import type { OpenEntry, Snapshot } from '../src/model/snapshot.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { proposePolicy } from '../src/policy/drafting/propose-policy.js';
import { riskOf } from '../src/policy/remedies/remedies.js';
import {
  allBut,
  closedPorts,
  filteredPorts,
  host,
  openPort,
  snapshotOf,
  storyGreeting,
  unknownPorts,
  v4,
  v6,
} from './fixtures/snapshots.js';

interface Rule {
  readonly port?: number;
  readonly ports?: string | number;
  readonly service?: string;
  readonly family?: number;
  readonly exposure: string;
  readonly owner: string | null;
  readonly reason: string | null;
}

interface Entry {
  readonly host?: string;
  readonly group?: string;
  readonly members?: readonly string[];
  readonly ports: string | number;
  readonly families?: readonly number[];
  readonly unlisted: string;
  readonly services: readonly Rule[];
}

/** The entries of a draft, which the reader of policies must take as well. */
function entriesOf(draft: string): readonly Entry[] {
  parsePolicy(draft, 'draft.yaml');
  const { hosts } = parse(draft) as { hosts: readonly Entry[] };
  return hosts;
}

const ssh = { name: 'ssh', product: 'OpenSSH', version: '9.2p1', extraInfo: 'Debian-2+deb12u10; protocol 2.0' };
const story = snapshotOf({
  open: [
    openPort(v4, 22, { service: ssh }),
    openPort(v4, 443, { service: { name: 'https', product: 'nginx', version: '1.22.1' } }),
    openPort(v4, 953, { service: { name: 'rndc', method: 'table' } }),
    openPort(v4, 3306, { service: { name: 'mysql', product: 'MySQL', version: '5.1.73' }, said: storyGreeting }),
    openPort(v4, 7777),
    openPort(v6, 22, { service: ssh }),
    openPort(v6, 7777, { service: { name: 'http' } }),
  ],
  notOpen: [
    closedPorts(v4, allBut('22,25,443,953,3306,7777')),
    filteredPorts(v4, '25'),
    closedPorts(v6, allBut('22,25,3306,7777')),
  ],
  unknown: [unknownPorts(v6, '25,3306', 'ERR_CONTROL_FAILED', 'the control was not reached')],
});

t.test('the draft of the story', (t) => {
  const draft = proposePolicy(story);
  const [entry, another] = entriesOf(draft);
  const blanks = { owner: null, reason: null };
  t.same(another, undefined);
  t.same(entry, {
    host,
    ports: 'all',
    families: [4, 6],
    unlisted: 'deny',
    services: [
      { port: 22, service: 'ssh', exposure: 'public', ...blanks },
      // Seen closed on IPv6, and open on IPv4.
      { port: 443, service: 'https', family: 4, exposure: 'public', ...blanks },
      // What the number alone suggests names no service, and what must be closed must be so on both families.
      { port: 953, exposure: 'local-only', ...blanks },
      { port: 3306, service: 'mysql', exposure: 'local-only', ...blanks },
      // Two services, of which one was not read off the wire.
      { port: 7777, exposure: 'public', ...blanks },
    ],
  });
  for (const comment of [
    /^# yaml-language-server: \$schema=\.\/node_modules\/exposcan\/dist\/schema\/policy\.json\n/,
    /# Seen from internet \(198\.51\.100\.1, 2001:db8:1::1\), 2026-01-01 00:00:00 UTC to 2026-01-01 00:00:22 UTC/,
    /exposcan policy lint/,
    /exposcan check/,
    /# OpenSSH 9\.2p1 \(Debian-2\+deb12u10; protocol 2\.0\)\n {6}- port: 22\n/,
    /exposure: public # REVIEW: open now; is it meant to be public\?/,
    /exposure: local-only # open now: the first check fails on it/,
    /# looks like rndc by its number; nothing that it said tells\n/,
    /# open on IPv4 only: closed on 2001:db8::7\n {6}- port: 443\n/,
    /# open on IPv4 only: nothing is known of it \(do not take that for closed\) on 2001:db8::7\n {6}- port: 3306\n/,
    /# on 2001:db8::7: http\n/,
    /# Nothing is known of 2 ports \(25,3306\) of 2001:db8::7: the control was not reached \(ERR_CONTROL_FAILED\)\. Do not/,
    /# Filtered: 1 port \(25\) of 192\.0\.2\.7 \(no-response\)/,
  ]) {
    t.match(draft, comment);
  }
  t.equal(proposePolicy(structuredClone(story)), draft, 'the same again');
  t.end();
});

t.test('targets and what was asked', (t) => {
  const target = (name: string, addresses: string[], parts: Partial<Snapshot['targets'][number]> = {}) => ({
    target: name,
    addresses,
    noRecord: [],
    errors: [],
    ...parts,
  });
  const draftOf = (targets: Snapshot['targets'], parts: Partial<Snapshot> = {}) =>
    proposePolicy(snapshotOf({ open: [openPort('192.0.2.9', 22, { service: ssh })], targets, ...parts }));
  const headsOf = (draft: string) => entriesOf(draft).map((entry) => entry.host ?? entry.members);
  t.same(headsOf(draftOf([target('192.0.2.9', ['192.0.2.9'])])), ['192.0.2.9']);
  t.same(headsOf(draftOf([target('[2001:db8::7]', [v6])])), [v6]);
  t.same(headsOf(draftOf([target('Offsite7.Example.ORG.', [v4]), target(host, [v4])])), [host], 'once');
  t.same(headsOf(draftOf([target('192.0.2.8/31', ['192.0.2.8', '192.0.2.9'])])), ['192.0.2.9', '192.0.2.8/31']);
  const range = draftOf([target('192.0.2.5-12', ['192.0.2.9'])]);
  t.same(headsOf(range), ['192.0.2.9', ['192.0.2.5', '192.0.2.6/31', '192.0.2.8/30', '192.0.2.12']]);
  t.same(
    entriesOf(range).map(({ services }) => services.length),
    [1, 0],
  );
  t.same(headsOf(draftOf([target('2001:db8::-2001:db8::1', [v6])])), ['2001:db8::/127']);
  t.same(headsOf(draftOf([target('no target: at all', ['192.0.2.9', v4])])), ['192.0.2.9', ['192.0.2.9', v4]]);
  // Literals speak of one family, whatever was asked for.
  t.same(entriesOf(draftOf([target(v6, [v6])]))[0]?.families, [6]);
  for (const name of ['on', 'null', '1e3', 'true', 'no', '0x1f.example', 'y', '-', '~']) {
    t.equal(parsePolicy(proposePolicy(story, { name }), 'draft.yaml').name, name);
  }
  t.equal((parse(proposePolicy(story, { name: 'on' }), { version: '1.1' }) as { name: unknown }).name, 'on');

  const narrow = draftOf([target(host, [v4])], { asked: { ports: '22,80', families: [4] } });
  const [entry] = entriesOf(narrow);
  t.same([entry?.ports, entry?.families], ['22,80', [4]]);
  t.match(narrow, /Nothing is known of the other 65,533 ports/);
  t.match(narrow, /Nothing is known of IPv6; families: \[4, 6\] asks for it/);
  const failed = draftOf([
    target(host, [v4], { noRecord: [6], errors: [{ family: 4, code: 'ERR_LOOKUP_FAILED', message: 'no answer' }] }),
  ]);
  t.match(failed, /It had no IPv6 address\./);
  t.match(failed, /Nothing is known of its IPv4 addresses: no answer \(ERR_LOOKUP_FAILED\)\. Do not take its absence/);

  const two = snapshotOf({ ...story, targets: [...story.targets, target('192.0.2.9', ['192.0.2.9'])] });
  t.same(headsOf(proposePolicy(two, { host: '192.0.2.9' })), ['192.0.2.9']);
  t.same(headsOf(proposePolicy(two, { host: `${host}.` })), [host]);
  const refusal = (act: () => unknown) => {
    try {
      act();
      return '';
    } catch (error) {
      return error instanceof ExposcanError ? `${error.code} ${error.message}` : String(error);
    }
  };
  t.match(
    refusal(() => proposePolicy(two, { host: 'other.example.org' })),
    /^ERR_NO_TARGETS .*no target other\.example\.org: it has offsite7\.example\.org, 192\.0\.2\.9\./,
  );
  t.match(
    refusal(() => proposePolicy(snapshotOf({ targets: [] }))),
    /^ERR_NO_TARGETS/,
  );
  t.end();
});

t.test('a host on which everything is open', (t) => {
  const open = Array.from({ length: 65535 }, (_, index) =>
    openPort(v4, index + 1, index + 1 === 3306 ? { service: { name: 'mysql' } } : {}),
  );
  const [entry] = entriesOf(
    proposePolicy(snapshotOf({ open, targets: [{ target: v4, addresses: [v4], noRecord: [], errors: [] }] })),
  );
  const ports = entry?.services.flatMap((rule) => [...eachPort(parseRanges(String(rule.ports ?? rule.port)))]);
  t.equal(new Set(ports).size, 65535);
  t.ok((entry?.services.length ?? 100) < 20, 'alike rules are made one');
  t.end();
});

/** What a peer or a snapshot file may put where text goes: line breaks of all kinds, YAML, instructions to editors. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['\n', '\r', '\x85', '\u2028', '\u2029', '\0', '\x1b[2J', '\u202e', '\ufeff', '\uffff', '\ud800', '\t', ' '],
        ...[
          '#',
          '- port: 1',
          'exposure: public',
          ': ',
          '"',
          "'",
          '%YAML 1.2',
          '---',
          '...',
          '&a',
          '*a',
          '!!js',
          '{',
          '|',
        ],
        ...['yaml-language-server: $schema=http://192.0.2.9/', 'vim: set modeline:', 'a'.repeat(130)],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const serviceName = fc.oneof(
  fc.constantFrom(
    'mysql',
    'redis',
    'ssh',
    'https',
    'telnet',
    'unknown',
    'docker',
    'http',
    'no-such-service',
    'mariadb',
  ),
  hostile,
);
const openEntries = fc.uniqueArray(
  fc.record({
    address: fc.constantFrom(v4, v6),
    port: fc.oneof(fc.constantFrom(22, 80, 2375, 3306, 6379, 953), fc.integer({ min: 1, max: 65535 })),
    service: fc.record(
      {
        name: serviceName,
        method: fc.constantFrom('probed' as const, 'table' as const),
        product: hostile,
        version: hostile,
        extraInfo: hostile,
      },
      { requiredKeys: ['name', 'method'] },
    ),
    trouble: fc.option(hostile, { nil: undefined }),
    said: hostile,
  }),
  { selector: ({ address, port }) => `${address} ${port}`, maxLength: 12 },
);

t.test('whatever was said, the draft is what it must be', (t) => {
  fc.assert(
    fc.property(openEntries, hostile, hostile, hostile, (entries, message, vantage, name) => {
      const open: OpenEntry[] = entries.map(({ address, port, service, trouble, said }) =>
        openPort(address, port, { service, said, ...(trouble === undefined ? {} : { trouble }) }),
      );
      const snapshot = snapshotOf({
        open,
        vantage: { name: vantage, sources: [message] },
        targets: [
          { target: host, addresses: [v4, v6], noRecord: [], errors: [{ code: 'ERR_LOOKUP_FAILED', message }] },
          { target: `x ${name}`, addresses: [], noRecord: [], errors: [] },
        ],
        unknown: [unknownPorts(v6, '9', 'ERR_NO_ROUTE', message)],
        notes: [{ code: 'ERR_ACCEPTS_EVERYTHING', address: v4, message }],
        controls: [{ control: message, port: 25, reached: false, message }],
      });
      const draft = proposePolicy(snapshot, { name });
      const document = parseDocument(draft);
      if (document.errors.length + document.warnings.length > 0) return false;
      // Seen as an editor or an older parser sees it, too.
      for (const [at, line] of draft.split(/[\n\r\x85\u2028\u2029]/u).entries()) {
        const isComment = /^ *#(?: |$)/.test(line);
        const isOwn =
          /^(?:| *- (?:port: \d+|host: \S+)| *(?:version|name|hosts|ports|families|unlisted|services|service|family|exposure): ?.*| *(?:owner|reason):)$/.test(
            line,
          );
        if (!isComment && !isOwn) throw new Error(`line ${at}: ${JSON.stringify(line)}`);
        if (at > 0 && isComment && /(?:yaml-language-server|vim?|\bex)\s*:/i.test(line)) throw new Error(line);
        if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}]/u.test(line)) throw new Error(JSON.stringify(line));
      }
      const [entry, another] = entriesOf(draft);
      const rules = entry?.services ?? [];
      const ports = rules.map(({ port }) => port);
      const isComplete = [...new Set(open.map(({ port }) => port))].sort((a, b) => a - b).join() === ports.join();
      const isShaped =
        Object.keys(entry ?? {}).join() === 'host,ports,families,unlisted,services' && another === undefined;
      const risky = open.filter(({ service }) => ['high', 'critical'].includes(riskOf(service.name) ?? ''));
      const exposureAt = (port: number) => rules.find((rule) => rule.port === port)?.exposure;
      const isCareful = risky.every(({ port }) => exposureAt(port) === 'local-only');
      const hasBlanks = rules.every(({ owner, reason }) => owner === null && reason === null);
      return isComplete && isShaped && isCareful && hasBlanks;
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('exposcan policy init', async (t) => {
  const flagsOf = async (...args: string[]) => {
    const seen: { targets: readonly string[]; flags: PolicyInitFlags }[] = [];
    const command = policyInitCommand((targets, flags) => {
      seen.push({ targets, flags });
      return Promise.resolve();
    });
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(args, { from: 'user' });
    return seen[0];
  };
  const given = await flagsOf(host, '-p', '22', '-o', 'x.yaml', '--force', '--name', 'offsite7', '--exclude', v4);
  t.same(given?.targets, [host]);
  t.match(given?.flags, {
    ports: '22',
    output: 'x.yaml',
    force: true,
    name: 'offsite7',
    exclude: [v4],
    method: 'auto',
  });
  t.match(await flagsOf('--snapshot', 'x.json'), { targets: [], flags: { snapshot: 'x.json' } });
  await t.rejects(flagsOf('--snapshot', 'x.json', '-p', '22'), { code: 'commander.conflictingOption' });

  const folder = t.testdir();
  const plain = { method: 'auto', control: [], exclude: [], quiet: true } as const;
  const file = (name: string, snapshot: Snapshot) => {
    writeFileSync(join(folder, name), JSON.stringify(snapshot));
    return join(folder, name);
  };
  const whole = snapshotOf({
    open: [openPort(v4, 22, { service: ssh })],
    notOpen: [closedPorts(v4, allBut('22')), closedPorts(v6, '1-65535')],
  });
  const cases: [string, Snapshot, number][] = [
    ['whole', whole, 0],
    ['partly', story, 3],
    ['interrupted', { ...whole, complete: false }, 3],
    ['self', { ...whole, open: [openPort(v4, 22, { self: true })] }, 3],
  ];
  for (const [name, snapshot, code] of cases) {
    const output = join(folder, `${name}.yaml`);
    const flags = { ...plain, snapshot: file(`${name}.json`, snapshot), output };
    t.equal(await runPolicyInit([], flags), code, name);
    t.equal(readFileSync(output, 'utf8'), proposePolicy(snapshot));
    await t.rejects(runPolicyInit([], flags), { code: 'ERR_FILE', message: /exists already.*--force/ });
    writeFileSync(output, 'mine');
    await t.rejects(runPolicyInit([host], flags));
    t.equal(readFileSync(output, 'utf8'), 'mine', 'nothing is lost');
    t.equal(await runPolicyInit([host], { ...flags, force: true }), code);
    t.equal(readFileSync(output, 'utf8'), proposePolicy(snapshot, { host }));
  }
  const unwritten = join(folder, 'unwritten.yaml');
  const flags = { ...plain, snapshot: join(folder, 'whole.json'), output: unwritten };
  await t.rejects(runPolicyInit([host, v4], flags), { code: 'ERR_USAGE' });
  await t.rejects(runPolicyInit(['other.example.org'], flags), { code: 'ERR_NO_TARGETS' });
  await t.rejects(runPolicyInit([], plain), { code: 'ERR_NO_TARGETS' });
  t.notOk(existsSync(unwritten));

  const server = createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n')).listen(
    0,
    '127.0.0.1',
  );
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  t.equal(await runPolicyInit(['127.0.0.1'], { ...plain, ports: String(port), output: unwritten }), 3);
  const draft = readFileSync(unwritten, 'utf8');
  t.match(draft, /Seen from the scanned machine itself/);
  t.match(entriesOf(draft), [{ host: '127.0.0.1', families: [4], services: [{ port, service: 'ssh' }] }]);
});
