import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import type { Finding, Snapshot } from '../src/model/snapshot.js';
import { startBind } from './lab/daemons/bind.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startOpenSsh } from './lab/daemons/openssh.js';
import { failAfter, setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses, scannerAddresses } from './lab/lab.js';
import { upstreamVersion } from './lab/packages.js';
import { labOptions } from './lab/requirements.js';
import { readSnapshot, runExposcan, scanJson, stateOf } from './lab/scan.js';

const host = 'offsite7.example.org';
const policy = 'policies/offsite7.yaml';
const families = [4, 6] as const;
const refused = /^closed (conn-refused|reset)$/;
const accepted = /^open (conn-accepted|syn-ack)$/;

function findingsAbout(snapshot: Snapshot, port: number, outcome: Finding['outcome']): Finding[] {
  return snapshot.findings.filter((finding) => finding.port === port && finding.outcome === outcome);
}

function failing(snapshot: Snapshot): Finding[] {
  return snapshot.findings.filter(({ outcome }) => outcome === 'fail');
}

function unknownCodes(snapshot: Snapshot, address: string): string[] {
  return [...new Set(snapshot.unknown.filter((entry) => entry.address === address).map(({ code }) => code))];
}

// Many scans of every port, on machines that may be slow: a limit only for what hangs.
t.setTimeout(900_000);

t.test('the host with a database that should be local', labOptions(), async (t) => {
  t.setTimeout(900_000);
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host: server } = lab;
  const nameHost = () => {
    outside.writeHosts(families.map((family) => [hostAddresses[family], host]));
  };
  nameHost();
  const database = await startMariaDb(server, lab.directory('mariadb'));
  database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");
  await startNginx(server, lab.directory('nginx'), { ports: [443] });
  await startOpenSsh(server, lab.directory('openssh'));
  await startBind(server, lab.directory('bind'));
  const version = upstreamVersion('mariadb-server');
  const reports = lab.directory('reports');

  const scan = (...args: string[]) => scanJson(outside, [host, '--policy', policy, ...args]);
  /** The table for people, and the snapshot of the same scan. */
  const scanForPeople = async (...args: string[]) => {
    const file = join(reports, 'report.json');
    const { code, stdout } = await runExposcan(outside, [host, '--policy', policy, '-o', file, ...args]);
    return { code, stdout, snapshot: readSnapshot(readFileSync(file, 'utf8')) };
  };
  /** The story's policy with something else in one place. */
  const policyWith = (name: string, before: string, after: string) => {
    const text = readFileSync(policy, 'utf8');
    if (!text.includes(before)) throw new Error(`${policy} does not hold "${before}"`);
    writeFileSync(join(reports, name), text.replaceAll(before, after));
    return join(reports, name);
  };
  /** Rules that hold until the end of the test. */
  const firewall = (t: Test, ...rules: string[]) => {
    setFirewall(server, rules);
    t.teardown(() => {
      setFirewall(server, []);
    });
  };

  const checkExposed = (t: Test, snapshot: Snapshot) => {
    t.equal(snapshot.verdict, 'fail');
    for (const family of families) {
      const address = hostAddresses[family];
      t.match(stateOf(snapshot, address, 3306), accepted);
      const [finding] = findingsAbout(snapshot, 3306, 'fail').filter((entry) => entry.address === address);
      t.match(finding, { code: 'exposed', expected: /local-only/, actual: /open/, service: 'mysql' });
      t.match(finding?.remedy, /bind-address = 127\.0\.0\.1/);
      for (const port of [22, 53, 443]) t.match(stateOf(snapshot, address, port), accepted, `${address} ${port}`);
      for (const port of [80, 199, 953]) t.match(stateOf(snapshot, address, port), refused, `${address} ${port}`);
    }
    t.same(
      failing(snapshot).map(({ port, address }) => [port, address]),
      families.map((family) => [3306, hostAddresses[family]]),
    );
  };

  await t.test('open to everybody: exposed on both families, with version and remedy', async (t) => {
    const { code, stdout, snapshot } = await scanForPeople();
    t.equal(code, 1);
    checkExposed(t, snapshot);
    const entries = snapshot.open.filter(({ port }) => port === 3306);
    t.equal(entries.length, 2);
    for (const { service } of entries) {
      t.match(service, { name: 'mysql', product: 'MariaDB', method: 'probed' });
      t.ok(service.version?.startsWith(version), `version ${service.version ?? 'not told'}`);
    }
    for (const finding of findingsAbout(snapshot, 3306, 'fail')) t.match(finding.evidence, version);
    for (const told of ['exposed', 'MariaDB', version, 'bind-address = 127.0.0.1', ...Object.values(hostAddresses)]) {
      t.ok(stdout.includes(told), `the table tells ${told}`);
    }
    t.same(snapshot.targets[0]?.addresses, Object.values(hostAddresses));
    t.same(snapshot.vantage.sources, Object.values(scannerAddresses));
  });

  await t.test('with 256 file descriptors: the same answer', async (t) => {
    const { code, snapshot } = await scanJson(outside, [host, '--policy', policy], { fileLimit: 256 });
    t.equal(code, 1);
    checkExposed(t, snapshot);
    t.same(snapshot.unknown, []);
  });

  await t.test('open, but refusing this client (error 1130): still mysql, still exposed', async (t) => {
    // Who may connect from where is cached until then.
    database.sql("DROP USER 'x'@'%'; FLUSH PRIVILEGES");
    const { code, snapshot } = await scan();
    t.equal(code, 1);
    checkExposed(t, snapshot);
    for (const { service } of snapshot.open.filter(({ port }) => port === 3306)) {
      t.match(service, { name: 'mysql', method: 'probed' });
      t.notOk(service.version, 'it does not tell its version, so none is claimed');
    }
    database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");
  });

  await t.test('bound to 127.0.0.1: refused on both families, the site still answers, pass', async (t) => {
    await database.restartWith(['bind-address = 127.0.0.1']);
    const { code, snapshot } = await scan();
    t.equal(code, 0);
    t.equal(snapshot.verdict, 'pass');
    for (const family of families) {
      t.match(stateOf(snapshot, hostAddresses[family], 3306), refused);
      t.match(stateOf(snapshot, hostAddresses[family], 443), accepted);
      const passed = findingsAbout(snapshot, 3306, 'pass').find(({ address }) => address === hostAddresses[family]);
      t.match(passed?.actual, /closed|refused/);
    }
    t.same(
      snapshot.findings.filter(({ outcome }) => outcome !== 'pass'),
      [],
    );
    for (const { service, tls } of snapshot.open.filter(({ port }) => port === 443)) {
      t.match(service, { name: 'https', tunnel: 'tls' });
      t.ok(tls?.certificate?.sans.some((name) => name.endsWith(host)));
    }
  });

  await t.test('a rule for both families, scanned with -4: indeterminate', async (t) => {
    const { code, snapshot } = await scan('-4');
    t.equal(code, 3);
    t.equal(snapshot.verdict, 'indeterminate');
    t.same(failing(snapshot), []);
    t.ok(snapshot.findings.some(({ outcome, family }) => outcome === 'indeterminate' && family === 6));
    t.match(stateOf(snapshot, hostAddresses[4], 3306), refused);
  });

  await t.test('no IPv6 route at the scanner: indeterminate', async (t) => {
    lab.dropFamily(6);
    t.teardown(() => {
      lab.restoreFamily(6);
    });
    const { code, snapshot } = await scan();
    t.equal(code, 3);
    t.equal(snapshot.verdict, 'indeterminate');
    t.same(failing(snapshot), []);
    t.match(stateOf(snapshot, hostAddresses[4], 3306), refused);
    t.same(unknownCodes(snapshot, hostAddresses[6]), ['ERR_NO_ROUTE']);
    t.equal(stateOf(snapshot, hostAddresses[6], 3306), 'unknown ERR_NO_ROUTE');
  });

  await t.test('a host with only an IPv6 address, and no IPv6 at the scanner: unknown', async (t) => {
    const only6 = 'six.example.org';
    const file = policyWith('six.yaml', host, only6);
    outside.writeHosts([[hostAddresses[6], only6]]);
    lab.setIpv6(false);
    t.teardown(() => {
      lab.setIpv6(true);
      nameHost();
    });
    const { code, snapshot } = await scanJson(outside, [only6, '--policy', file]);
    t.equal(code, 3);
    t.equal(snapshot.verdict, 'indeterminate');
    t.same(snapshot.open, []);
    t.same(snapshot.notOpen, []);
    t.same(unknownCodes(snapshot, hostAddresses[6]), ['ERR_NO_ROUTE']);
    t.notOk(snapshot.findings.some(({ outcome }) => outcome === 'pass'));
  });

  await t.test('closed on IPv4 only: the finding names the IPv6 address', async (t) => {
    await database.restartWith([`bind-address = ${hostAddresses[6]}`]);
    const { code, snapshot } = await scan();
    t.equal(code, 1);
    t.match(stateOf(snapshot, hostAddresses[4], 3306), refused);
    const found = failing(snapshot);
    t.equal(found.length, 1);
    t.match(found[0], { code: 'exposed', port: 3306, address: hostAddresses[6], family: 6 });
    t.ok(findingsAbout(snapshot, 3306, 'pass').some(({ address }) => address === hostAddresses[4]));
  });

  await t.test('dropped by a firewall instead: passes as filtered, and says so', async (t) => {
    await database.restartWith([]);
    firewall(t, 'tcp dport 3306 drop');
    const { code, stdout, snapshot } = await scanForPeople('-v');
    t.equal(code, 0);
    t.equal(snapshot.verdict, 'pass');
    for (const family of families) t.equal(stateOf(snapshot, hostAddresses[family], 3306), 'filtered no-response');
    const passed = findingsAbout(snapshot, 3306, 'pass');
    t.equal(passed.length, 2);
    for (const { actual } of passed) {
      t.match(actual, /filtered/);
      t.notMatch(actual, /refused|closed/);
    }
    const told = stdout.split(/[;\n]/).filter((clause) => clause.includes('3306'));
    t.match(told.join('\n'), /filtered/, 'the table says filtered');
    t.notMatch(told.join('\n'), /(?<!not )refused|closed/, 'the table does not say refused');
  });

  await t.test('a control that cannot be reached makes the silence of its port unknown', async (t) => {
    const control = '198.51.100.3';
    server.ip('address', 'add', `${control}/24`, 'dev', 'eth0');
    firewall(t, 'tcp dport 3306 drop');
    const failed = await scan('--control', `${control}:3306`);
    t.equal(failed.code, 3);
    t.equal(failed.snapshot.controls[0]?.reached, false);
    t.same(failing(failed.snapshot), []);
    for (const family of families) {
      t.equal(stateOf(failed.snapshot, hostAddresses[family], 3306), 'unknown ERR_CONTROL_FAILED');
      t.match(stateOf(failed.snapshot, hostAddresses[family], 3307), refused, 'other ports are not touched by it');
    }

    setFirewall(server, [`ip daddr ${control} accept`, 'tcp dport 3306 drop']);
    const reached = await scan('--control', `${control}:3306`);
    t.equal(reached.code, 0);
    t.equal(reached.snapshot.controls[0]?.reached, true);
    for (const family of families) {
      t.equal(stateOf(reached.snapshot, hostAddresses[family], 3306), 'filtered no-response');
    }
  });

  await t.test('rejected as administratively prohibited: filtered on both families', async (t) => {
    firewall(t, 'tcp dport 3306 reject with icmpx admin-prohibited');
    const { code, snapshot } = await scan();
    t.equal(code, 0);
    t.equal(stateOf(snapshot, hostAddresses[4], 3306), 'filtered host-unreachable');
    t.equal(stateOf(snapshot, hostAddresses[6], 3306), 'filtered admin-prohibited');
  });

  await t.test('a host that goes silent half way: what was silent is unknown', async (t) => {
    firewall(t, ...failAfter(12_000));
    const { code, snapshot } = await scan('-p', '1-400');
    t.equal(code, 3);
    for (const family of families) {
      const address = hostAddresses[family];
      t.same(unknownCodes(snapshot, address), ['ERR_CANARY_LOST']);
      t.ok(snapshot.notOpen.some((entry) => entry.address === address && entry.state === 'closed'));
      t.notOk(snapshot.notOpen.some((entry) => entry.address === address && entry.state === 'filtered'));
    }
  });

  await t.test('everything dropped: never answered, never a pass', async (t) => {
    // Neighbour discovery goes on: the machine is there, and says nothing.
    firewall(t, 'meta l4proto ipv6-icmp accept', 'drop');
    const file = policyWith('few-ports.yaml', 'ports: all', 'ports: 22,53,80,199,443,953,3306');
    const { code, snapshot } = await scanJson(outside, [host, '--policy', file]);
    t.equal(code, 3);
    t.equal(snapshot.verdict, 'indeterminate');
    t.same(snapshot.open, []);
    t.same(snapshot.notOpen, []);
    for (const family of families) {
      t.same(unknownCodes(snapshot, hostAddresses[family]), ['ERR_NEVER_ANSWERED']);
    }
    t.notOk(snapshot.findings.some(({ outcome }) => outcome === 'pass'));
  });

  await t.test('no machine at all: no neighbour, never a pass', async (t) => {
    const absent = ['198.51.100.9', '2001:db8:1::9'];
    const { code, snapshot } = await scanJson(outside, [...absent, '-p', '22,3306']);
    t.equal(code, 3);
    t.same(snapshot.open, []);
    t.same(snapshot.notOpen, []);
    for (const address of absent) t.same(unknownCodes(snapshot, address), ['ERR_NO_NEIGHBOUR']);
  });
});
