import { once } from 'node:events';
import t from 'tap';
import { setFirewall } from './lab/firewall.js';
import { labOptions } from './lab/requirements.js';
import { createLab, hostAddresses } from './lab/lab.js';
import type { Namespace } from './lab/namespace.js';
import { runExposcan, scanJson, stateOf } from './lab/scan.js';
import { storyGreeting } from './fixtures/snapshots.js';

/** A server that accepts on this port, says this much, and then nothing more. */
async function listen(namespace: Namespace, port: number, greeting: Uint8Array): Promise<void> {
  const program = `
    const greeting = Buffer.from(process.argv[2], 'base64');
    require('node:net').createServer((socket) => {
      socket.on('error', () => socket.destroy());
      if (greeting.length > 0) socket.write(greeting);
      socket.resume();
    }).listen({ port: Number(process.argv[1]), host: '::' }, () => process.stdout.write('ready'));
  `;
  const args = ['-e', program, String(port), Buffer.from(greeting).toString('base64')];
  const child = namespace.start(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.unref();
}

t.test('what only a real kernel shows', labOptions(), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });

  await t.test('a probe that the kernel connects to itself is never an open port', async (t) => {
    // With two source ports to choose from, a connection to one of them comes back to itself about every other time.
    lab.outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=40000 40001']);
    for (let round = 0; round < 5; round++) {
      const { snapshot } = await scanJson(lab.outside, ['127.0.0.1', '::1', '-p', '40000-40001', '--no-policy']);
      t.same(snapshot.open, []);
    }
    lab.outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=32768 60999']);
  });

  await t.test('few source ports: slower, the same answer', async (t) => {
    lab.outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=50000 50099']);
    await listen(lab.host, 7777, Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n'));
    const { snapshot, code } = await scanJson(lab.outside, [hostAddresses[4], '-p', '7000-9000', '--no-policy']);
    t.equal(code, 0);
    t.match(snapshot.open, [{ port: 7777, service: { name: 'ssh' } }]);
    t.match(snapshot.notOpen, [{ state: 'closed', count: 2000 }]);
    lab.outside.run('sysctl', ['-q', '-w', 'net.ipv4.ip_local_port_range=32768 60999']);
  });

  await t.test('a host where every port accepts', async (t) => {
    await listen(lab.host, 9, Buffer.alloc(0));
    await listen(lab.host, 3306, storyGreeting);
    const redirect = (family: string) =>
      `table ${family} everything {\n chain prerouting {\n type nat hook prerouting priority dstnat;\n` +
      ' tcp dport != 3306 redirect to :9\n }\n}\n';
    lab.host.run('nft', ['-f', '-'], redirect('ip') + redirect('ip6'));
    const { snapshot, code } = await scanJson(lab.outside, Object.values(hostAddresses));
    t.equal(code, 1, 'a banner that was read is judged');
    for (const address of Object.values(hostAddresses)) {
      t.match(
        snapshot.open.filter((entry) => entry.address === address),
        [{ port: 3306, service: { name: 'mysql', version: '5.1.73' } }],
      );
      t.equal(stateOf(snapshot, address, 8080), 'unknown ERR_ACCEPTS_EVERYTHING');
      t.equal(stateOf(snapshot, address, 31337), 'unknown ERR_ACCEPTS_EVERYTHING');
    }
    t.ok(snapshot.findings.length < 100, `${snapshot.findings.length} findings, not 65,535`);
    t.equal(snapshot.notes.length, 2, 'noted once an address');
    lab.host.run('nft', ['flush', 'ruleset']);
  });

  await t.test('a lost first SYN to every port', async (t) => {
    const drop = 'table inet loss {\n chain input {\n type filter hook input priority 0;\n';
    lab.host.run('nft', ['-f', '-'], `${drop} tcp flags syn numgen inc mod 3 == 0 drop\n }\n}\n`);
    const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], '-p', '3300-3400,7777', '--no-policy']);
    t.same(
      snapshot.open.map(({ port }) => port),
      [3306, 7777],
    );
    t.equal(stateOf(snapshot, hostAddresses[4], 3301), 'closed conn-refused');
    lab.host.run('nft', ['flush', 'ruleset']);
  });

  await t.test('an address that bans the scanner for a while hides nothing behind that', async (t) => {
    await listen(lab.host, 22, Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n'));
    await listen(lab.host, 40000, Buffer.alloc(0));
    for (const bytes of [3600, 6000]) {
      const syn = 'tcp flags & (syn|ack) == syn';
      const rules = [`${syn} tcp dport 22 quota until 60 bytes accept`, `${syn} quota until ${bytes} bytes drop`];
      setFirewall(lab.host, ['meta l4proto ipv6-icmp accept', ...rules]);
      const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], '-p', '22,40000-40010', '--no-policy']);
      t.notMatch(stateOf(snapshot, hostAddresses[4], 40000), /filtered|closed/, `${bytes} bytes of silence`);
    }
    setFirewall(lab.host, []);
  });

  await t.test('a host that limits its refusals is not called filtered', async (t) => {
    setFirewall(lab.host, ['tcp flags & (syn|ack) == syn limit rate over 50/second burst 20 packets drop']);
    const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], '-p', '10000-10600', '--no-policy']);
    t.same(
      snapshot.notOpen.filter(({ state }) => state === 'filtered'),
      [],
    );
    setFirewall(lab.host, []);
  });

  await t.test('an open port that only the second SYN reaches is found among many silent ones', async (t) => {
    lab.host.run('nft', [
      '-f',
      '-',
      `table inet first {\n set seen { type ipv4_addr . inet_service . inet_service; flags dynamic, timeout; timeout 1m; }\n` +
        ` chain input {\n type filter hook input priority 0;\n tcp dport 9000-9200 drop\n` +
        ` tcp flags & (syn|ack) == syn tcp dport 40000 ip saddr . tcp sport . tcp dport != @seen` +
        ` add @seen { ip saddr . tcp sport . tcp dport } drop\n }\n}\n`,
    ]);
    const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], '-p', '22,9000-9200,40000', '--no-policy']);
    t.match(stateOf(snapshot, hostAddresses[4], 40000), /^open/);
    lab.host.run('nft', ['flush', 'ruleset']);
  });

  await t.test('accepted, then reset at once: open', async (t) => {
    const program = `require('node:net').createServer((s) => s.resetAndDestroy()).listen({ port: 8123, host: '::' }, () => process.stdout.write('ready'))`;
    const child = lab.host.start(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
    if (child.stdout !== null) await once(child.stdout, 'data');
    child.unref();
    for (let round = 0; round < 5; round++) {
      const { snapshot } = await scanJson(lab.outside, [hostAddresses[4], '-p', '8123', '--no-policy']);
      t.match(snapshot.open, [{ port: 8123, trouble: /reset/ }]);
    }
  });

  await t.test('a local firewall that refuses to send is no evidence about the host', async (t) => {
    lab.outside.ip('route', 'add', 'prohibit', '203.0.113.0/24');
    lab.outside.ip('route', 'add', 'unreachable', '192.0.2.0/24');
    const { code, stdout } = await runExposcan(lab.outside, ['203.0.113.7', '192.0.2.7', '-p', '22', '--json']);
    t.equal(code, 3);
    t.match(stdout, /ERR_LOCAL|ERR_NO_ROUTE/);
    t.notMatch(stdout, /"state": "(closed|filtered)"/);
    t.match(stdout, /"sources": \[\]/, 'no source address is made up where there is no route');
  });
});
