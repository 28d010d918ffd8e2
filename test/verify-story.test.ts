import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import { verificationSchema, type ProofRow, type Verification } from '../src/model/verification.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startOpenSsh } from './lab/daemons/openssh.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { runExposcan } from './lab/scan.js';
import { stateHome } from './fixtures/own-state.js';

const host = 'offsite7.example.org';
const families = [4, 6] as const;
const expectation = 'mysql: public -> local-only';
/** Those of the story, and room for what should not open. */
const ports = '1-1024,3300-3400,13306';
const log = join(stateHome, 'exposcan', 'history.evidence.jsonl');

const rowsOf = ({ expectations, keeps, rest }: Verification): ProofRow[] =>
  [...expectations, ...keeps, rest].flatMap(({ rows }) => rows);

const failures = (verification: Verification) =>
  rowsOf(verification)
    .filter(({ outcome }) => outcome === 'fail')
    .map(({ code, address, port }) => `${code} ${address ?? '-'} ${port ?? '-'}`);

const onBoth = (code: string, port: number) => families.map((family) => `${code} ${hostAddresses[family]} ${port}`);

// Scans of many ports, on machines that may be slow: a limit only for what hangs.
t.setTimeout(600_000);

t.test('the change window of the story', labOptions(), async (t) => {
  t.setTimeout(600_000);
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host: server } = lab;
  outside.writeHosts(families.map((family) => [hostAddresses[family], host]));
  const database = await startMariaDb(server, lab.directory('mariadb'));
  const site = lab.directory('nginx');
  let nginx = await startNginx(server, site, { ports: [443] });
  await startOpenSsh(server, lab.directory('openssh'));
  const reports = lab.directory('reports');

  const verify = async (...args: string[]) => {
    const { code, stdout, stderr } = await runExposcan(outside, ['verify', ...args, '--json', '--settle', '1s']);
    const verification = verificationSchema.safeParse(JSON.parse(stdout === '' ? 'null' : stdout)).data;
    if (verification === undefined)
      throw new Error(`verify ${args.join(' ')} ended with ${code ?? 'a signal'}:\n${stderr}${stdout}`);
    return { code, stderr, verification };
  };

  await t.test('before: open on both families, and the window is opened', async (t) => {
    const { code, stdout, stderr } = await runExposcan(outside, [
      ...['verify', 'begin', host, '-p', ports, '--expect', expectation, '--keep', 'https'],
    ]);
    t.equal(code, 0, stderr);
    for (const family of families) t.match(stdout, hostAddresses[family]);
    t.match(stdout, /^OPENED: .*as expected/);
    t.match(stdout, /exposcan verify end offsite7\.example\.org/);
  });

  await t.test('bind-address missing: not proven, on both families, with the remedy', async (t) => {
    await database.restartWith([]);
    const { code, verification } = await verify('end');
    t.equal(code, 1);
    t.equal(verification.verdict, 'not-proven');
    t.same(failures(verification), onBoth('exposed', 3306));
    for (const row of rowsOf(verification).filter(({ outcome }) => outcome === 'fail')) {
      t.match(row.remedy, /bind-address = 127\.0\.0\.1/);
      t.match(row.before, /^open .*mysql/);
    }
  });

  await t.test('IPv4 alone fixed: not proven, and the IPv6 address is named', async (t) => {
    await database.restartWith([`bind-address = ${hostAddresses[6]}`]);
    const { code, verification } = await verify('end', host);
    t.equal(code, 1);
    t.same(failures(verification), [`exposed ${hostAddresses[6]} 3306`]);
    t.match(
      verification.expectations[0]?.rows.find(({ address, port }) => address === hostAddresses[4] && port === 3306),
      { outcome: 'pass', basis: 'refusal', before: /^open .*mysql/ },
    );
  });

  await t.test('fixed: proven, signed off, in JSON and Markdown', async (t) => {
    await database.restartWith(['bind-address = 127.0.0.1']);
    const files = ['proof.md', 'proof.json', 'proof.txt'].map((name) => join(reports, name));
    const { code, verification, stderr } = await verify('end', ...files.flatMap((file) => ['-o', file]));
    t.equal(code, 0);
    t.equal(verification.verdict, 'proven');
    t.same(
      rowsOf(verification).filter(({ outcome }) => outcome !== 'pass'),
      [],
    );
    for (const family of families) {
      const at = (port: number) =>
        rowsOf(verification).find((row) => row.address === hostAddresses[family] && row.port === port);
      t.match(at(3306), { outcome: 'pass', code: 'closed', evidence: /refused/, before: /^open .*mysql/ });
      t.match(at(443), { outcome: 'pass', code: 'open', service: 'https' });
      t.match(at(22), { outcome: 'pass', code: 'open', service: 'ssh' });
    }
    t.ok(verification.head?.digest);
    t.match(stderr, /record \d+ of the evidence log, digest [0-9a-f]{64}/);
    const [markdown = '', json = '', text = ''] = files.map((file) => readFileSync(file, 'utf8'));
    t.same(verificationSchema.parse(JSON.parse(json)), verification);
    for (const report of [markdown, text]) {
      t.match(report, /PROVEN/);
      for (const family of families) t.match(report, hostAddresses[family]);
      t.match(report, verification.head?.digest ?? 'a digest');
      t.match(report, verification.verifiedBy);
    }
  });

  await t.test('fixed, and nginx dead: not proven', async (t) => {
    await nginx.stop();
    const { code, verification } = await verify('end');
    t.equal(code, 1);
    t.not(failures(verification).length, 0);
    t.strictSame(
      failures(verification).filter((failure) => !onBoth('missing', 443).includes(failure)),
      [],
    );
    const atSite = rowsOf(verification).filter(({ port }) => port === 443);
    t.same(atSite.map(({ address }) => address).sort(), Object.values(hostAddresses).sort());
    t.notOk(atSite.some(({ outcome }) => outcome === 'pass'));
    t.match(verification.keeps[0], { outcome: 'fail', service: 'https' });
  });

  await t.test('a site that comes back is waited for', async (t) => {
    const size = statSync(log).size;
    const proof = verify('end', '--within', '120s');
    // The first scan is in the log: it has found the site dead.
    while (statSync(log).size === size) await sleep(50);
    nginx = await startNginx(server, site, { ports: [443] });
    const { code, verification } = await proof;
    t.equal(code, 0);
    t.ok(verification.looks > 1);
  });

  await t.test('MySQL that only moved to another port: not proven', async (t) => {
    const forwarder = server.start('socat', ['TCP6-LISTEN:13306,fork,reuseaddr,ipv6only=0', 'TCP4:127.0.0.1:3306'], {
      stdio: 'ignore',
      cwd: reports,
    });
    t.teardown(() => forwarder.kill());
    while (!server.listeningPorts().has(13306)) await sleep(20);
    const { code, verification } = await verify('end');
    t.equal(code, 1);
    t.same(failures(verification), onBoth('exposed', 13306));
    forwarder.kill();
    while (server.listeningPorts().has(13306)) await sleep(20);
  });

  await t.test('no IPv6 at the scanner: not a pass', async (t) => {
    lab.dropFamily(6);
    t.teardown(() => {
      lab.restoreFamily(6);
    });
    const { code, verification } = await verify('end');
    t.equal(code, 3);
    t.equal(verification.verdict, 'indeterminate');
    t.same(failures(verification), []);
  });

  await t.test('all in one command: the change fails and is looked at all the same; then it works', async (t) => {
    await database.restartWith([]);
    const change = (command: string) => ['--expect', expectation, '-p', ports, '--no-history', '--run', command];
    const failed = await verify(host, ...change('echo half way >&2; exit 7'));
    t.equal(failed.code, 1);
    t.match(failed.verification.run, { exitCode: 7 });
    t.match(failed.stderr, /half way/);
    t.same(failures(failed.verification), onBoth('exposed', 3306));

    t.teardown(() => {
      setFirewall(server, []);
    });
    const nft = `ip netns exec ${server.name} nft`;
    const worked = await verify(
      host,
      ...change(
        `${nft} add table inet lab && ${nft} 'add chain inet lab input { type filter hook input priority 0; }' && ${nft} add rule inet lab input tcp dport 3306 drop`,
      ),
    );
    t.equal(worked.code, 0, worked.stderr);
    t.match(worked.verification.run, { exitCode: 0 });
    for (const row of worked.verification.expectations[0]?.rows.filter(({ port }) => port === 3306) ?? []) {
      t.match(row, { outcome: 'pass', code: 'filtered', basis: 'silence' });
    }
    t.match(worked.verification.notes.join(' '), /weaker evidence/);

    const again = join(reports, 'ran');
    const refused = await runExposcan(outside, ['verify', host, ...change(`touch ${again}`)]);
    t.equal(refused.code, 1, 'it is not public any more, so there is nothing to change');
    t.match(refused.stdout, /not-so-before/);
    t.notOk(existsSync(again), 'and the command is not run');
  });
});
