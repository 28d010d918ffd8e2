import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { alertSchema, type Alert } from '../src/model/alert.js';
import { signWebhook } from '../src/watch/notifiers/webhook-signature.js';
import { createCertificate } from './lab/certificate.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startRsyslog } from './lab/daemons/rsyslog.js';
import { startWebReceiver } from './lab/daemons/web-receiver.js';
import { createLab, hostAddresses } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { runExposcan } from './lab/scan.js';

const host = 'offsite7.example.org';
const families = [4, 6] as const;
const collectorPorts = { udp: 5140, tcp: 5140, tls: 6514, mutual: 6515 };
const webPort = 8080;
const secret = 'correct-h0rse-battery-staple-of-the-story';
const policy = `version: 1
name: offsite7
hosts:
  - host: ${host}
    ports: [443, 3306]
    services:
      - { port: 443, service: https, exposure: public }
      - { port: 3306, service: mysql, exposure: local-only }
`;

/** `raised exposed 198.51.100.2 3306`; what is about the watch itself is its kind alone. */
const inShort = ({ kind, finding }: Alert) =>
  finding === undefined ? kind : [kind, finding.code, finding.address ?? '-', finding.port ?? '-'].join(' ');
const onBoth = (what: string, port: number) => families.map((family) => `${what} ${hostAddresses[family]} ${port}`);

// Scans on machines that may be slow: a limit only for what hangs.
t.setTimeout(600_000);

t.test('the watch of the story', labOptions(), async (t) => {
  t.setTimeout(600_000);
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host: server } = lab;
  const name = (isKnown: boolean) => {
    outside.writeHosts(isKnown ? families.map((family) => [hostAddresses[family], host]) : []);
  };
  name(true);
  const database = await startMariaDb(server, lab.directory('mariadb'));
  await startNginx(server, lab.directory('nginx'), { ports: [443] });
  const certificate = createCertificate(lab.directory('certificate'), ['localhost']);
  const syslog = lab.directory('rsyslog');
  let collector = await startRsyslog(syslog, certificate, collectorPorts, outside);
  const web = await startWebReceiver(outside, lab.directory('web'), webPort);

  const files = lab.directory('files');
  const at = (file: string) => join(files, file);
  const [history, log, taken] = [at('h.db'), at('h.evidence.jsonl'), at('command.jsonl')];
  writeFileSync(at('offsite7.yaml'), policy);
  writeFileSync(at('secret'), `${secret}\n`, { mode: 0o600 });
  writeFileSync(
    at('notify.yaml'),
    `version: 1
heartbeat: http://127.0.0.1:${webPort}/beat
notifiers:
  - { name: collector, syslog: "tls://localhost:${collectorPorts.tls}", ca: ${certificate.certificate} }
  - { name: hook, webhook: "http://127.0.0.1:${webPort}/hook", secret: { file: secret } }
  - { name: program, command: [/usr/bin/tee, -a, ${taken}] }
`,
  );

  const hooked = () =>
    web.requests().flatMap(({ path, body }) => (path === '/hook' ? [alertSchema.parse(JSON.parse(body))] : []));
  const piped = () =>
    (existsSync(taken) ? readFileSync(taken, 'utf8') : '')
      .split('\n')
      .flatMap((line) => (line === '' ? [] : [alertSchema.parse(JSON.parse(line))]));
  const beats = () => web.requests().filter(({ path }) => path === '/beat').length;
  const all: Alert[] = [];
  const errors: string[] = [];

  /** Runs once; gives what was told in this run, and that the web server and the program were told the same. */
  const watch = async () => {
    const [before, beatsBefore] = [all.length, beats()];
    const args = ['--once', '--policy', at('offsite7.yaml'), '--notify', at('notify.yaml'), '--history', history];
    const { code, stdout, stderr } = await runExposcan(outside, [
      'watch',
      ...[...args, '--vantage', 'internet', '--confirm-after', '1s'],
    ]);
    t.equal(stdout, '');
    t.same(piped(), hooked(), 'the program was told the same as the web server');
    const told = hooked().slice(before);
    all.push(...told);
    errors.push(stderr);
    return { code, stderr, told, short: told.map(inShort).sort(), beats: beats() - beatsBefore };
  };
  const collected = async (alerts: readonly Alert[]) => {
    for (const alert of alerts) {
      const { data, message } = await collector.message(alert.id);
      t.same(alertSchema.parse(JSON.parse(message.slice(message.indexOf(' {"format"')))), alert);
      t.equal(data['head'], alert.head?.digest);
    }
    // What came once came at all; a double would have come before what came last.
    for (const { id } of all) t.equal(collector.count(id), 1, 'once');
  };

  await t.test('exposed: told once, on every channel, with all that there is to know', async (t) => {
    const { code, stderr, told, short, beats } = await watch();
    t.equal(code, 1, stderr);
    t.same(short, onBoth('raised exposed', 3306));
    t.equal(beats, 1);
    for (const { since, openSince, head, finding, severity, watch, vantage } of told) {
      t.match(finding, { host, outcome: 'fail', basis: 'answer', service: 'mysql', expected: 'local-only' });
      t.match(finding?.evidence, /open/);
      t.match(finding?.remedy, /bind-address = 127\.0\.0\.1/);
      t.match({ watch, vantage, severity }, { watch: 'offsite7@internet', vantage: 'internet', severity: 'high' });
      t.ok(since !== undefined && openSince?.first !== undefined);
      t.match(head?.digest, /^[0-9a-f]{64}$/);
    }
    await collected(told);
    for (const { path, headers, body } of web.requests()) {
      if (path !== '/hook') continue;
      const { 'webhook-id': id = '', 'webhook-timestamp': time = '' } = headers;
      t.match(headers, signWebhook(id, new Date(Number(time) * 1000), body, [secret]));
    }
  });

  await t.test('still exposed: nothing is told twice', async (t) => {
    const { code, short, beats } = await watch();
    t.equal(code, 1);
    t.same(short, []);
    t.equal(beats, 1);
  });

  await t.test('bind-address written: recovered, on evidence', async (t) => {
    await database.restartWith(['bind-address = 127.0.0.1']);
    const { code, told, short } = await watch();
    t.equal(code, 0);
    t.same(short, onBoth('recovered closed', 3306));
    for (const { finding } of told) t.match(finding, { outcome: 'pass', basis: 'refusal', evidence: /refused/ });
    await collected(told);
  });

  await t.test('no IPv6 at the scanner: told as unseen, and nothing conforms for it', async (t) => {
    lab.dropFamily(6);
    const { code, told, short } = await watch();
    t.equal(code, 3);
    t.equal(told.length, 1, short.join());
    t.match(told[0], { kind: 'raised', finding: { outcome: 'indeterminate', address: hostAddresses[6] } });
    await collected(told);
    lab.restoreFamily(6);
    const back = await watch();
    t.equal(back.code, 0);
    t.match(back.told, [{ kind: 'recovered', finding: { outcome: 'pass', address: hostAddresses[6] } }]);
  });

  await t.test('a name that is not known any more: the watch is blind, and no heart beats', async (t) => {
    name(false);
    const { code, told, short, beats } = await watch();
    t.equal(code, 3);
    t.same(short, ['blind']);
    t.match(told[0]?.detail, /ERR_/);
    t.equal(beats, 0);
    const still = await watch();
    t.same([still.code, still.short, still.beats], [3, [], 0]);
    name(true);
    const back = await watch();
    t.same([back.code, back.short, back.beats], [0, ['sighted'], 1]);
    await collected([...told, ...back.told]);
  });

  await t.test('the collector is down while something is told: it gets it later, once', async (t) => {
    await collector.stop();
    await database.restartWith([]);
    const { code, told, short, stderr } = await watch();
    t.equal(code, 1);
    t.same(short, onBoth('raised exposed', 3306));
    t.match(stderr, /Notifier collector cannot deliver: the connection was refused/);
    const still = await watch();
    t.same([still.code, still.short, still.beats], [1, [], 0], 'no heart beats while somebody has not been told');
    t.match(still.stderr, /no heartbeat: a notice of .* has not reached its receiver yet/);
    t.match(still.stderr, /2 notices could not be delivered/);
    collector = await startRsyslog(syslog, certificate, collectorPorts, outside);
    // A repeat waits for some seconds; the runs until then tell nothing.
    for (let runs = 0; collector.count(told[1]?.id ?? '') === 0 && runs < 20; runs += 1) {
      t.same((await watch()).short, []);
    }
    await collected(told);
  });

  await t.test('the secret is nowhere but in its file', (t) => {
    for (const file of readdirSync(files).filter((name) => name !== 'secret')) {
      t.notOk(readFileSync(at(file)).includes(secret), file);
    }
    t.notMatch(errors.join(''), secret);
    t.end();
  });

  await t.test('what the collector holds bears witness to the evidence log', async (t) => {
    const verify = (...more: string[]) =>
      runExposcan(outside, ['history', 'verify-log', '--history', history, ...more]);
    const { data } = await collector.message(all.at(-1)?.id ?? '');
    const head = ['--head', data['head'] ?? ''];
    const whole = await verify(...head);
    t.equal(whole.code, 0, whole.stderr);
    t.match(whole.stdout, /head/i);
    const forged = await verify('--head', 'ab'.repeat(32));
    t.equal(forged.code, 1, 'a head that was never its own');
    const bytes = readFileSync(log);
    const place = bytes.indexOf('conn-accepted');
    t.not(place, -1);
    bytes[place] = 'C'.charCodeAt(0);
    writeFileSync(log, bytes);
    const broken = await verify(...head);
    t.equal(broken.code, 1);
    t.match(`${broken.stdout}${broken.stderr}`, /broken/i);
  });
});
