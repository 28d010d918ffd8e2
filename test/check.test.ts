import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { assessmentJsonSchema, assessmentSchema, type Assessment } from '../src/model/assessment.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { declaredTargets, selectHosts } from '../src/policy/resolution/only.js';
import { formatAssessment } from '../src/report/assessment-table.js';
import { formatReport } from '../src/report/table.js';
import type { Snapshot } from '../src/model/snapshot.js';
import { allBut, closedPorts, host, openPort, snapshotOf, v4, v6 } from './fixtures/snapshots.js';
import './fixtures/own-state.js';

const program = fileURLToPath(new URL('../bin/exposcan.js', import.meta.url));

const justNow = new Date(Date.now() - 60_000).toISOString();

/** A scan a minute ago of the story's host, with these ports open on both families. */
function seen(vantage: string, open: readonly number[], parts: Partial<Snapshot> = {}): Snapshot {
  const addresses = [v4, v6];
  const whenSeen = parts.finishedAt ?? justNow;
  return snapshotOf({
    vantage: { name: vantage, sources: ['198.51.100.1'] },
    startedAt: justNow,
    finishedAt: justNow,
    open: addresses.flatMap((address) =>
      open.map((port) =>
        openPort(address, port, {
          observedAt: whenSeen,
          service: { name: port === 22 ? 'ssh' : 'mysql', method: 'probed' },
        }),
      ),
    ),
    notOpen: addresses.map((address) => closedPorts(address, allBut(open.join(',')), { observedAt: whenSeen })),
    ...parts,
  });
}

const policyText = `version: 1
name: two
hosts:
  - host: ${host}
    services:
      - { port: 22, service: ssh, exposure: public, severity: low }
      - { port: 3306, service: mysql, exposure: local-only }
  - group: web
    members: [www1.example.org, 198.51.100.8/31, '*.web.example.org', '2001:db8:8::/48']
    services: [{ port: 443, exposure: public }]
`;

t.test('check: snapshots on the command line', (t) => {
  const directory = t.testdir({
    'p.yaml': policyText,
    'only.yaml': 'version: 1\nname: any\nhosts: [{ host: "*" }]\n',
    'broken.yaml': 'version: 1\nname: any\nhosts: [{ hots: "*" }]\n',
    'not.json': '{}',
  });
  const write = (name: string, snapshot: Snapshot) => {
    writeFileSync(join(directory, name), JSON.stringify(snapshot));
  };
  write('closed.json', seen('internet', [22]));
  write('open.json', seen('office', [22, 3306]));
  write('nothing.json', seen('office', []));
  const old = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000).toISOString();
  write('old.json', seen('internet', [22], { startedAt: old, finishedAt: old }));
  const check = (...args: string[]) => {
    const command = [program, 'check', ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: directory, encoding: 'utf8' });
    return { code: status, stdout, stderr };
  };
  const judge = (...args: string[]) => check('--policy', 'p.yaml', '--only', host, ...args);

  const cases: readonly [name: string, args: readonly string[], code: number, says: RegExp][] = [
    ['as declared', ['--snapshot', 'closed.json'], 0, /^PASS: .*\n.*seen from internet/],
    [
      'one of two exposes',
      ['--snapshot', 'closed.json', '--snapshot', 'open.json'],
      1,
      /^FAIL: mysql on port 3306 is exposed/,
    ],
    [
      'too old',
      ['--snapshot', 'old.json'],
      3,
      /8\s+days\s+ago,\s+and\s+the\s+policy\s+asks\s+for\s+no\s+more\s+than\s+7\s+days/,
    ],
    ['low deviations count', ['--snapshot', 'nothing.json'], 1, /ssh \(22\)/],
    [
      'low deviations do not',
      ['--snapshot', 'nothing.json', '--severity', 'high'],
      0,
      /Deviations below high do not count; 2 deviations are\s+shown/,
    ],
  ];
  for (const [name, args, code, says] of cases) {
    const result = judge(...args);
    t.equal(result.code, code, `${name}: ${result.stderr}`);
    t.match(result.stdout, says, name);
  }
  const together = judge('--snapshot', 'closed.json', '--snapshot', 'open.json').stdout;
  t.match(together, /Judged together\n {2}closed\.json: .*seen from internet/);
  t.match(together, /Disagreements\n.*port 3306: vantages differ: open on office, not on internet/s);

  const whole = check('--policy', 'p.yaml', '--snapshot', 'closed.json', '--json');
  t.equal(whole.code, 3, 'hosts that nobody scanned are not passed over');
  const assessment = assessmentSchema.parse(JSON.parse(whole.stdout));
  t.same(
    assessment.findings.filter(({ code }) => code === 'not-observed').map((finding) => finding.host),
    ['www1.example.org', '198.51.100.8/31'],
    'but patterns and vast blocks name nobody',
  );
  const validate = new Ajv2020({ formats: { 'date-time': true } }).compile(assessmentJsonSchema());
  t.ok(validate(JSON.parse(whole.stdout)), 'the schema holds');

  const bad: readonly [name: string, args: readonly string[], says: RegExp][] = [
    ['no policy', [], /required option '--policy <file>' not specified/],
    ['a broken policy', ['--policy', 'broken.yaml'], /broken\.yaml:1:\d+|did you mean host/i],
    ['nothing to scan', ['--policy', 'only.yaml'], /names no host that could be scanned/],
    [
      'a host of no entry',
      ['--policy', 'p.yaml', '--only', 'www9.example.org'],
      /does not speak of www9\.example\.org\. Did you mean www1/,
    ],
    ['no target', ['--policy', 'p.yaml', '--only', 'a b'], /white space/],
    [
      'a severity that is none',
      ['--policy', 'p.yaml', '--severity', 'grave'],
      /Allowed choices are info, low, medium, high, critical/,
    ],
    ['flags of a scan', ['--policy', 'p.yaml', '--snapshot', 'closed.json', '-4'], /cannot be used with/],
    [
      'keeping what is kept',
      ['--policy', 'p.yaml', '--snapshot', 'closed.json', '--save', 'x.json'],
      /cannot be used with/,
    ],
    ['no snapshot', ['--policy', 'p.yaml', '--snapshot', 'not.json'], /not\.json/],
    ['no file', ['--policy', 'p.yaml', '--snapshot', 'missing.json'], /no such file/],
    ['targets', ['--policy', 'p.yaml', 'www1.example.org'], /too many arguments/],
    [
      'a kind of report that there is not',
      ['--policy', 'p.yaml', '--snapshot', 'closed.json', '-o', 'x.pdf'],
      /Known are \.json and \.txt/,
    ],
  ];
  for (const [name, args, says] of bad) {
    const result = check(...args);
    t.equal(result.code, 2, name);
    t.match(result.stderr, says, name);
    t.equal(result.stdout, '', name);
  }
  t.end();
});

t.test('check: a fresh scan of what the policy names', (t) => {
  const directory = t.testdir({
    'self.yaml': `version: 1\nname: self\nhosts:\n  - { host: 127.0.0.1, ports: '9', services: [{ port: 9, exposure: absent }] }\n`,
  });
  const command = [program, 'check', '--policy', 'self.yaml', '--save', 'kept.json', '-q', '-o', 'report.txt'];
  const { status, stdout } = spawnSync(process.execPath, command, { cwd: directory, encoding: 'utf8' });
  t.equal(status, 3, 'seen from itself, nothing passes');
  t.match(stdout, /this machine looked at itself/);
  const again = spawnSync(process.execPath, [program, 'check', '--policy', 'self.yaml', '--snapshot', 'kept.json'], {
    cwd: directory,
  });
  t.equal(again.status, 3, 'nor from what was kept');
  t.end();
});

t.test('picking hosts out of a policy', (t) => {
  const policy = parsePolicy(policyText, 'p.yaml');
  t.same(declaredTargets(policy), [host, 'www1.example.org', '198.51.100.8/31']);
  t.same(selectHosts(policy, ['web']).targets, ['www1.example.org', '198.51.100.8/31']);
  t.same(selectHosts(policy, ['a.web.example.org', 'a.web.example.org', '2001:db8:8::9']).targets, [
    'a.web.example.org',
    '2001:db8:8::9',
  ]);
  t.throws(() => selectHosts(policy, ['203.0.113.1']), { code: 'ERR_USAGE' });
  const both = snapshotOf({
    targets: [
      { target: host, addresses: [v4], noRecord: [], errors: [] },
      { target: '198.51.100.0/24', addresses: ['198.51.100.8', '198.51.100.10'], noRecord: [], errors: [] },
    ],
    open: [openPort(v4, 22), openPort('198.51.100.8', 443), openPort('198.51.100.10', 443)],
  });
  const web = selectHosts(policy, ['web']).narrow(both);
  t.same(
    web.targets.map(({ addresses }) => addresses),
    [['198.51.100.8']],
  );
  t.same(
    web.open.map(({ address }) => address),
    ['198.51.100.8'],
  );
  t.same(
    selectHosts(policy, [host.toUpperCase()])
      .narrow(both)
      .open.map(({ address }) => address),
    [v4],
  );
  t.end();
});

t.test('what reports say of doubts', (t) => {
  const escape = '\u001b[2J\u202e';
  const doubtful = snapshotOf({
    warnings: [
      {
        code: 'shares-link',
        vantage: `internet${escape}`,
        host,
        message: `192.0.2.7: on a link${escape}`,
        advice: 'Scan from elsewhere.',
      },
      {
        code: 'exception-expiring',
        host,
        message: 'the exception for port 8080 ends in 3 days',
        advice: 'Decide anew.',
      },
      ...Array.from({ length: 30 }, (_, at) => ({
        code: 'split-name' as const,
        message: `name ${at}`,
        advice: 'Look.',
      })),
    ],
    disagreements: [{ kind: 'family', host, ports: '3306', open: [v6], notOpen: [v4], vantage: 'internet' }],
  });
  const text = formatReport(doubtful, { colour: false, width: 100 }).replace(/\s+/g, ' ');
  t.notMatch(text, /[\u001b\u202e]/);
  t.match(text, /Warnings vantage internet.*It may not be outside at all\. Scan from elsewhere\./);
  t.match(text, /offsite7\.example\.org: the exception for port 8080 ends in 3 days\. Decide anew\./);
  t.match(text, /and 12 more warnings/);
  t.match(text, /port 3306: IPv4 and IPv6 differ: open on 2001:db8::7, not on 192\.0\.2\.7, seen from internet/);
  t.notMatch(formatReport(snapshotOf(), { colour: false, width: 100 }), /Warnings|Disagreements/);

  const assessment: Assessment = {
    format: 'exposcan-assessment',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    judgedAt: justNow,
    policy: { name: 'p', file: 'p.yaml' },
    only: [`a${escape}`],
    snapshots: Array.from({ length: 30 }, (_, at) => ({
      file: `${at}${escape}.json`,
      vantage: doubtful.vantage,
      startedAt: justNow,
      finishedAt: justNow,
      complete: at > 0,
      asked: { ports: '22,80', families: [4] },
      targets: [host],
    })),
    warnings: [],
    disagreements: [],
    findings: [],
    verdict: 'indeterminate',
  };
  const page = formatAssessment(assessment, [doubtful, doubtful], { colour: false, width: 100 }).replace(/\s+/g, ' ');
  t.notMatch(page, /[\u001b\u202e]/);
  t.match(page, /ports 22,80, IPv4, interrupted/);
  t.match(page, /and 10 more snapshots/);
  t.end();
});
