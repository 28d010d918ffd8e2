import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { assessmentSchema, type Assessment } from '../src/model/assessment.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses, officeAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { readSnapshot, runExposcan } from './lab/scan.js';

const host = 'offsite7.example.org';
const families = [4, 6] as const;
const officeNets = { 4: '192.0.2.0/24', 6: '2001:db8:3::/64' } as const;

function readAssessment(text: string): Assessment {
  const document: unknown = JSON.parse(text);
  const schema: unknown = JSON.parse(readFileSync(new URL('../dist/schema/assessment.json', import.meta.url), 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error('dist/schema/assessment.json is not a schema');
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
  if (!ajv.validate(schema, document)) throw new Error(`the assessment breaks its schema: ${ajv.errorsText()}`);
  return assessmentSchema.parse(document);
}

t.setTimeout(300_000);

t.test('restricted: a source filter, seen from two vantages', labOptions(), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const office = lab.addOffice();
  const files = lab.directory('files');
  const names = families.map((family) => [hostAddresses[family], host] as const);
  for (const vantage of [lab.outside, office]) vantage.writeHosts(names);
  const database = await startMariaDb(lab.host, lab.directory('mariadb'));
  database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");

  const policyFile = join(files, 'policy.yaml');
  const writePolicy = (from: string) => {
    writeFileSync(
      policyFile,
      `version: 1
name: offices
variables:
  office: ${from}
hosts:
  - host: ${host}
    ports: '22,3306,3307'
    services:
      - { port: 3306, service: mysql, exposure: restricted, from: [$office], owner: igb, reason: the office's reports }
`,
    );
  };
  const scan = async (from: typeof office, vantage: string) => {
    const file = join(files, `${vantage}.json`);
    await runExposcan(from, [host, '--policy', policyFile, '--vantage', vantage, '-q', '-o', file]);
    readSnapshot(readFileSync(file, 'utf8'));
    return file;
  };
  const check = async (...snapshots: string[]) => {
    const given = snapshots.flatMap((file) => ['--snapshot', file]);
    const { code, stdout, stderr } = await runExposcan(office, ['check', '--policy', policyFile, ...given, '--json']);
    try {
      return { code, assessment: readAssessment(stdout) };
    } catch (cause) {
      throw new Error(`check ended with ${code ?? 'a signal'}: ${stderr}${stdout.slice(0, 500)}`, { cause });
    }
  };
  const about3306 = ({ findings }: Assessment) =>
    findings
      .filter(({ port }) => port === 3306)
      .map(({ outcome, code, family, vantage }) => `${outcome} ${code} IPv${family ?? ''} ${vantage ?? '-'}`)
      .sort();
  const allow = (...allowed: (4 | 6)[]) => {
    const accepts = allowed.map((family) =>
      family === 4
        ? `ip saddr ${officeNets[4]} tcp dport 3306 accept`
        : `ip6 saddr ${officeNets[6]} tcp dport 3306 accept`,
    );
    setFirewall(lab.host, [...accepts, 'tcp dport 3306 drop']);
  };

  await t.test('by ranges of sources, filtered as declared', async (t) => {
    writePolicy(`[${officeNets[4]}, '${officeNets[6]}']`);
    allow(4, 6);
    const [inside, outside] = [await scan(office, 'office'), await scan(lab.outside, 'internet')];
    const both = await check(inside, outside);
    t.same(about3306(both.assessment), [
      'pass filtered IPv4 internet',
      'pass filtered IPv6 internet',
      'pass open IPv4 office',
      'pass open IPv6 office',
    ]);
    t.equal(both.code, 0);
    t.equal(both.assessment.verdict, 'pass');
    t.same(both.assessment.disagreements, [], 'a declared difference is none');
    t.same(
      (await check(outside, inside, inside)).assessment.findings,
      both.assessment.findings,
      'in any order, and twice',
    );

    const onlyOutside = await check(outside);
    t.equal(onlyOutside.code, 3);
    t.same(about3306(onlyOutside.assessment), [
      'indeterminate vantage-lacking IPv4 -',
      'indeterminate vantage-lacking IPv6 -',
      'pass filtered IPv4 internet',
      'pass filtered IPv6 internet',
    ]);
    const lacking = onlyOutside.assessment.findings.find(({ code }) => code === 'vantage-lacking');
    t.match(lacking?.evidence, /a vantage inside .*192\.0\.2\.0\/24.* is lacking/);
    const onlyInside = await check(inside);
    t.equal(onlyInside.code, 3);
    t.match(
      onlyInside.assessment.findings.find(({ code }) => code === 'vantage-lacking')?.evidence,
      /a vantage outside .* is lacking/,
    );
  });

  await t.test('by the name of a vantage, and the filter forgets IPv6', async (t) => {
    writePolicy('[office]');
    setFirewall(lab.host, [
      `ip saddr ${officeNets[4]} accept`,
      'meta nfproto ipv4 tcp dport 3306 reject with tcp reset',
    ]);
    const files = [await scan(office, 'office'), await scan(lab.outside, 'internet')];
    const { code, assessment } = await check(...files);
    t.equal(code, 1);
    t.same(about3306(assessment), [
      'fail exposed IPv6 internet',
      'pass closed IPv4 internet',
      'pass open IPv4 office',
      'pass open IPv6 office',
    ]);
    t.match(assessment.disagreements, [
      {
        kind: 'family',
        host,
        ports: '3306',
        open: [hostAddresses[6]],
        notOpen: [hostAddresses[4]],
        vantage: 'internet',
      },
    ]);
    const text = await runExposcan(office, [
      'check',
      '--policy',
      policyFile,
      ...files.flatMap((file) => ['--snapshot', file]),
    ]);
    t.match(text.stdout, 'IPv4 and IPv6 differ');
    t.match(text.stdout, 'Judged together');
    t.notMatch(text.stdout, officeAddresses[4], 'the finding speaks of vantages');
  });

  await t.test('the filter keeps the office out on IPv6', async (t) => {
    allow(4);
    const { code, assessment } = await check(await scan(office, 'office'), await scan(lab.outside, 'internet'));
    t.equal(code, 1);
    t.same(about3306(assessment), [
      'fail missing IPv6 office',
      'pass filtered IPv4 internet',
      'pass filtered IPv6 internet',
      'pass open IPv4 office',
    ]);
  });

  await t.test('a fresh scan of all that the policy names', async (t) => {
    setFirewall(lab.host, []);
    const saved = join(files, 'saved.json');
    const args = ['check', '--policy', policyFile, '--vantage', 'internet', '--json', '--save', saved];
    const { code, stdout } = await runExposcan(lab.outside, args);
    const assessment = readAssessment(stdout);
    t.equal(code, 1);
    t.ok(about3306(assessment).includes('fail exposed IPv4 internet'));
    t.match(
      assessment.warnings.map((warning) => warning.code),
      ['shares-link'],
    );
    t.equal((await check(saved)).code, 1, 'and what was saved is judged alike');
  });
});
