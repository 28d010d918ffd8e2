import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { portsOfService } from '../src/model/known-ports.js';
import { terminalSafe } from '../src/model/printable.js';
import { genericRemedies } from '../src/policy/remedies/generic.js';
import { describeRemedy, remedyFor, remedyInContext, riskOf } from '../src/policy/remedies/remedies.js';
import { remedyTable } from '../src/policy/remedies/remedy-table.js';
import { startDaemon, type Daemon, type Recipe } from './lab/daemon.js';
import { startBind } from './lab/daemons/bind.js';
import { startDovecot } from './lab/daemons/dovecot.js';
import { startMariaDb } from './lab/daemons/mariadb.js';
import { startMemcached } from './lab/daemons/memcached.js';
import { startNginx } from './lab/daemons/nginx.js';
import { startPostfix } from './lab/daemons/postfix.js';
import { postgresqlPrograms, startPostgresql } from './lab/daemons/postgresql.js';
import { startRedis } from './lab/daemons/redis.js';
import { startVsftpd } from './lab/daemons/vsftpd.js';
import { createLab, hostAddresses, type Lab } from './lab/lab.js';
import type { Namespace } from './lab/namespace.js';
import { labOptions } from './lab/requirements.js';

const proof = 'Then run exposcan again: the port must be reachable on neither IPv4 nor IPv6.';
const all = remedyTable.flatMap(({ remedies }) => remedies);
const named = remedyTable.flatMap(({ services }) => services);

/** Where the products and the distributions document themselves. */
const ownSites = new RegExp(
  '(?:^|\\.)(?:mysql\\.com|postgresql\\.org|pgbouncer\\.org|microsoft\\.com|oracle\\.com|mongodb\\.com|couchdb\\.org|apache\\.org|' +
    'influxdata\\.com|clickhouse\\.com|redis\\.io|elastic\\.co|rabbitmq\\.com|erlang\\.org|mosquitto\\.org|etcd\\.io|hashicorp\\.com|' +
    'nats\\.io|docker\\.com|kubernetes\\.io|libvirt\\.org|nginx\\.org|grafana\\.com|jenkins\\.io|prometheus\\.io|php\\.net|squid-cache\\.org|' +
    'postfix\\.org|exim\\.org|dovecot\\.org|appspot\\.com|samba\\.org|man7\\.org|openldap\\.org|cups\\.org|openbsd\\.org|gnu\\.org|' +
    'tigervnc\\.org|x\\.org|nodejs\\.org|chromedevtools\\.github\\.io|jupyter-server\\.readthedocs\\.io|android\\.com|' +
    'bind9\\.readthedocs\\.io|nlnetlabs\\.nl|thekelleys\\.org\\.uk|net-snmp\\.sourceforge\\.io|cockpit-project\\.org|zabbix\\.com|' +
    'supervisord\\.org|ollama\\.com)$',
);
/** Products whose home is their repository. */
const ownRepositories = /^\/(?:memcached\/memcached|neutrinolabs\/xrdp|microsoft\/debugpy)(?:\/|$)/;

/** What in an offered text would leave a port open on some address, or undefined. */
function opening(text: string): string | undefined {
  for (const [address] of text.matchAll(/\d+(?:\.\d+){3}/g)) if (address !== '127.0.0.1') return address;
  // A port may follow, also after a bare IPv6 address.
  for (const [address] of text.matchAll(/[\da-f:]*::[\da-f:]*/gi)) if (!/^::1(?::\d+)*$/.test(address)) return address;
  const wide = /(?:^|[\s=:("'[,/])(\*|::|\[::\]|any)(?=$|[\s:;,)"'\]])/.exec(text);
  if (wide !== null) return wide[1];
  return /\b(?:rule|table|chain) ip6? |iptables/.exec(text)?.[0];
}

t.test('texts that would leave something open are known as such', (t) => {
  for (const text of [
    ...[
      'bind 0.0.0.0',
      'listen 0.0.0.0:80;',
      'bind-address = ::',
      'listen [::]:80;',
      'bind 127.0.0.1 ::',
      'listen = *, ::1',
    ],
    ...[
      'ListenStream=[::]:22',
      'inet * port 953',
      'listen-on-v6 { any; }',
      'listen_addresses = "*"',
      'bind 192.0.2.7',
      'bind 2001:db8::7',
    ],
    ...['nft add rule ip filter input tcp dport 3306 drop', 'iptables -A INPUT -p tcp --dport 3306 -j DROP'],
    ...['http://0.0.0.0:2379', 'agentaddress udp6:[::]:161', 'ports: 0.0.0.0:5432:5432', '-l 127.0.0.1,::'],
  ]) {
    t.not(opening(text), undefined, text);
  }
  t.equal(opening('bind 127.0.0.1 -::1; listen [::1]:80; ::1:5672 http://127.0.0.1:2379 ldap://[::1]/'), undefined);
  t.end();
});

t.test('the table', async (t) => {
  t.equal(new Set(named).size, named.length, 'each service once');
  for (const { services, remedies } of remedyTable) {
    t.ok(services.length > 0);
    for (const service of services) t.ok(portsOfService(service).length > 0, `${service} is a name that scans give`);
    t.equal(new Set(remedies.map(({ product }) => product)).size, remedies.length);
  }
  for (const remedy of all) {
    await t.test(remedy.product, (t) => {
      const {
        effect,
        setting,
        files,
        restart,
        beware = '',
        check = '',
        ipv6,
        source,
        socketUnits = [],
        processes,
      } = remedy;
      const url = new URL(source);
      t.equal(url.protocol, 'https:');
      t.ok(url.hostname === 'github.com' ? ownRepositories.test(url.pathname) : ownSites.test(url.hostname), source);
      t.ok(ipv6.length > 10, 'says how IPv6 is covered');
      t.equal(opening(setting), undefined, `leaves nothing open: ${setting}`);
      if (effect === 'bind')
        t.match(setting, /127\.0\.0\.1|\{127,0,0,1\}|localhost|loopback|_local_|\blo\b/, 'binds loopback');
      else t.notMatch(setting, /listen_address|bind-address = 127/);
      for (const part of [setting, beware, check, ipv6]) {
        t.notMatch(part, /[.\n]$/, 'part of a sentence');
        t.equal(terminalSafe(part), part);
      }
      for (const place of [files, restart].filter((place) => place !== undefined))
        t.ok(place.debian ?? place.rhel, 'no empty place');
      for (const path of Object.values(files ?? {})) t.match(path, /^\//);
      for (const unit of socketUnits) t.match(unit, /^[a-z-]+\.socket$/);
      t.equal(new Set(processes).size, processes.length);
      t.end();
    });
  }
  const baseline = readFileSync('policies/baseline.yaml', 'utf8');
  const kept = Array.from(baseline.matchAll(/\{ service: ([\w-]+),/g), ([, service]) => service);
  t.ok(kept.length > 40);
  for (const service of kept) t.ok(describeRemedy(service), `the baseline keeps ${service} in, and the table says how`);
});

t.test('generic ones', (t) => {
  for (const { kind, steps, beware, ipv6, source } of Object.values(genericRemedies)) {
    const offered = kind === 'cloud' ? steps.replace(/remove .*/, '') : steps;
    t.equal(opening(offered), undefined, `${kind}: leaves nothing open`);
    t.equal(new URL(source).protocol, 'https:');
    t.match(`${steps} ${ipv6}`, /IPv6|both families|each family|::1/, `${kind}: covers IPv6`);
    t.notMatch(`${steps}${beware}${ipv6}`, /\.$/m);
  }
  t.match(genericRemedies.nftables.steps, genericRemedies.nftables.rule);
  t.match(genericRemedies.cloud.steps, /remove.*0\.0\.0\.0\/0.*::\/0/);
  t.match(genericRemedies.container.beware, /past ufw/);
  t.end();
});

t.test('what a finding says', (t) => {
  for (const service of [...named, undefined, 'no-such-service']) {
    for (const port of [1, 65_535]) {
      const text = remedyFor(service, port);
      t.ok(text.length < 900, `${service ?? 'unknown'}: ${text.length} characters`);
      t.ok(text.endsWith(` ${proof}`));
      t.equal(terminalSafe(text), text);
      t.notMatch(text, /\bPORT\b|INNER|UNIT|undefined|\.\.|\(\)/);
      t.equal(
        opening(
          text.replaceAll(
            /and no \*:.*?\[::\]:\d+|Beware: .*?\. |IPv6: .*?\. |\(a table of .*?\)|\{ any.*?\}|no inbound .*?::\/0/g,
            '',
          ),
        ),
        undefined,
      );
    }
  }
  for (const [service, ...parts] of [
    [
      'mysql',
      /bind-address = 127\.0\.0\.1.*\[mysqld\]/,
      'Debian, Ubuntu: /etc/mysql/',
      'RHEL, Fedora: /etc/my.cnf.d/',
      "'sport = :3306'",
    ],
    ['mysql', 'no *:3306, 0.0.0.0:3306 or [::]:3306', 'systemctl is-active mariadb.socket'],
    ['domain', /listen-on \{ 127\.0\.0\.1; \}.*listen-on-v6 \{ ::1; \}.*Unbound/],
    ['http', /nginx: .*127\.0\.0\.1:3306.*Apache httpd: .*\[::1\]:3306/],
    ['ssh', 'lock yourself out', 'ssh.socket', 'inner addresses'],
    ['ftp', 'listen_ipv6=NO'],
    ['sunrpc', 'disable --now rpcbind.socket', 'shows nothing'],
    ['docker', 'dockerd', 'unix:///var/run/docker.sock'],
    ['wsman', ': run Disable-NetFirewallRule'],
    ['x11', 'turn it off: -nolisten tcp'],
  ] as const) {
    for (const part of parts) t.match(remedyFor(service, 3306), part);
  }
  t.match(
    remedyFor('no-such-service', 4711),
    /sport = :4711.*inet filter input.*dport 4711.*inet covers IPv4 and IPv6.*ufw.*firewall-cmd.*::\/0/,
  );
  t.equal(remedyFor(undefined, 4711), remedyFor('no-such-service', 4711));
  t.equal(riskOf('redis'), 'critical');
  t.equal(riskOf('no-such-service'), undefined);
  t.equal(riskOf(undefined), undefined);
  t.equal(describeRemedy('https'), describeRemedy('http'));
  t.equal(describeRemedy('no-such-service'), undefined);
  t.end();
});

t.test('with the host’s own word on who listens', (t) => {
  const container = { name: 'db', port: 5432 };
  for (const [name, service, port, context, expected] of [
    ['nothing known of the process', 'mysql', 3306, {}, remedyFor('mysql', 3306)],
    ['the process names the product', 'http', 80, { process: 'apache2' }, /^Apache httpd: set Listen 127\.0\.0\.1:80/],
    ['… where the name says nothing', undefined, 3307, { process: 'mariadbd' }, /^MySQL, MariaDB: .*:3307/],
    ['… and where it was a wrong guess', 'fastcgi', 9000, { process: 'nginx' }, /^nginx: /],
    ['cut off by the kernel', undefined, 9104, { process: 'prometheus-mysq' }, /^an exporter of Prometheus/],
    ['cut off by somebody else', undefined, 9104, { process: 'prometheus-my' }, /^Listening: prometheus-my\. Find/],
    ['java is many', undefined, 4711, { process: 'java' }, /^Listening: java\. Find the process/],
    ['… of which the service tells which', 'kafka', 9092, { process: 'java' }, /^Kafka: /],
    ['a process that the table does not have', 'mysql', 3306, { process: 'haproxy' }, remedyFor('mysql', 3306)],
    ['none of several products', 'http-alt', 8080, { process: 'java' }, /^Listening: java\. Find/],
    [
      'a socket unit',
      'imap',
      143,
      { process: 'systemd' },
      /edit dovecot\.socket .*127\.0\.0\.1:143 .*\[::1\]:143; then/,
    ],
    ['… that must not lock anybody out', 'ssh', 22, { process: 'systemd' }, /lock yourself out.*ssh\.socket/],
    ['… of an unknown name', undefined, 4711, { process: 'systemd' }, /edit NAME\.socket .*list-sockets/],
    [
      'a container',
      'postgresql',
      5433,
      { container },
      /^Container db\. .*'127\.0\.0\.1:5433:5432'.*'\[::1\]:5433:5432'.*ufw/,
    ],
    [
      '… of which only the proxy is seen',
      'postgresql',
      5432,
      { process: 'docker-proxy' },
      /127\.0\.0\.1:5432:CONTAINER_PORT/,
    ],
  ] as const) {
    const text = remedyInContext(service, port, context);
    if (typeof expected === 'string') t.equal(text, expected, name);
    else t.match(text, expected, name);
  }
  fc.assert(
    fc.property(
      fc.option(fc.string(), { nil: undefined }),
      fc.integer({ min: 1, max: 65_535 }),
      fc.option(fc.string({ unit: 'grapheme', maxLength: 2000 })),
      fc.option(fc.string({ unit: 'binary', maxLength: 2000 })),
      (service, port, process, container) => {
        const context = {
          ...(process === null ? {} : { process }),
          ...(container === null ? {} : { container: { name: container, port } }),
        };
        const text = remedyInContext(service, port, context);
        t.ok(text.length < 900 && text.endsWith(` ${proof}`) && terminalSafe(text) === text, JSON.stringify(context));
      },
    ),
    { numRuns: 200 },
  );
  t.match(remedyInContext(undefined, 4711, { process: 'PORT' }), /^Listening: PORT\. /, 'a name is not filled in');
  t.end();
});

/** Where the namespace listens on this port, as `ss` shows it. */
function boundTo(namespace: Namespace, port: number): string[] {
  const locals = namespace.run('ss', ['-Htln', `sport = :${port}`]).split('\n');
  return locals.flatMap((line) => line.split(/\s+/)[3] ?? []).sort();
}

interface Proof {
  readonly service: string;
  readonly product: string;
  /** What of the table's setting is written into the configuration, as it stands there. */
  readonly lines: readonly string[];
  readonly ports: readonly number[];
  /** Both loopback addresses, or IPv4's alone. */
  readonly families: readonly (4 | 6)[];
  /** Starts it on every address; `narrow` starts it with the setting. */
  start(lab: Lab, directory: string): Promise<{ stop(): Promise<void>; narrow(): Promise<Daemon | undefined> }>;
}

function edit(file: string, replacements: readonly (readonly [string | RegExp, string])[]): void {
  const before = readFileSync(file, 'utf8');
  const after = replacements.reduce((text, [from, to]) => text.replace(from, to), before);
  if (after === before) throw new Error(`${file} was not changed`);
  writeFileSync(file, after);
}

/** Stops a daemon of the lab, changes its configuration, and starts it again. */
function restarted(lab: Lab, wide: Daemon, change: () => void, recipe: Recipe) {
  return {
    stop: () => wide.stop(),
    narrow: () => {
      change();
      return startDaemon(lab.host, recipe);
    },
  };
}

const proofs: readonly Proof[] = [
  {
    service: 'mysql',
    product: 'MySQL, MariaDB',
    lines: ['bind-address = 127.0.0.1', '[mysqld]'],
    ports: [3306],
    families: [4],
    async start(lab, directory) {
      const database = await startMariaDb(lab.host, directory);
      return {
        stop: () => Promise.resolve(),
        async narrow() {
          await database.restartWith(['[mysqld]', 'bind-address = 127.0.0.1']);
          return { log: () => '', stop: () => database.stop() };
        },
      };
    },
  },
  {
    service: 'redis',
    product: 'Redis, Valkey',
    lines: ['bind 127.0.0.1 -::1', 'protected-mode yes'],
    ports: [6379],
    families: [4, 6],
    async start(lab, directory) {
      const configuration = join(directory, 'redis.conf');
      const wide = await startRedis(lab.host, directory, { port: 6379, protectedMode: true });
      const write = () => {
        writeFileSync(configuration, 'bind 127.0.0.1 -::1\nprotected-mode yes\nport 6379\nsave ""\n');
      };
      return restarted(lab, wide, write, { command: 'redis-server', args: [configuration], directory, ports: [6379] });
    },
  },
  {
    service: 'memcached',
    product: 'memcached',
    lines: ['-l 127.0.0.1,::1'],
    ports: [11211],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startMemcached(lab.host, directory);
      const args = ['-u', 'nobody', '-m', '8', '-t', '1', ...'-l 127.0.0.1,::1'.split(' ')];
      return restarted(lab, wide, () => undefined, { command: 'memcached', args, directory, ports: [11211] });
    },
  },
  {
    service: 'postgresql',
    product: 'PostgreSQL',
    lines: ["listen_addresses = 'localhost'"],
    ports: [5432],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startPostgresql(lab.host, directory);
      const data = join(directory, 'data');
      const write = () => {
        const lines = ["listen_addresses = 'localhost'", `unix_socket_directories = '${data}'`, 'fsync = off'];
        appendFileSync(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
      };
      const asPostgres = ['--reuid=postgres', '--regid=postgres', '--init-groups'];
      const args = [...asPostgres, join(postgresqlPrograms() ?? '', 'postgres'), '-D', data];
      return restarted(lab, wide, write, { command: 'setpriv', args, directory, ports: [5432] });
    },
  },
  {
    service: 'http',
    product: 'nginx',
    lines: ['listen 127.0.0.1:PORT;', 'listen [::1]:PORT;'],
    ports: [80],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startNginx(lab.host, directory, { ports: [80] });
      const configuration = join(directory, 'nginx.conf');
      const write = () => {
        edit(configuration, [
          ['listen 80;', 'listen 127.0.0.1:80;'],
          ['listen [::]:80;', 'listen [::1]:80;'],
        ]);
      };
      const args = ['-e', 'stderr', '-p', directory, '-c', configuration];
      return restarted(lab, wide, write, { command: 'nginx', args, directory, ports: [80] });
    },
  },
  {
    service: 'domain',
    product: 'BIND',
    lines: ['listen-on { 127.0.0.1; };', 'listen-on-v6 { ::1; };'],
    ports: [53],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startBind(lab.host, directory);
      const configuration = join(directory, 'named.conf');
      const write = () => {
        edit(configuration, [
          ['listen-on { any; };', 'listen-on { 127.0.0.1; };'],
          ['listen-on-v6 { any; };', 'listen-on-v6 { ::1; };'],
        ]);
      };
      const args = ['-g', '-c', configuration];
      return restarted(lab, wide, write, { command: 'named', args, directory, ports: [53], readyLog: / running$/m });
    },
  },
  {
    service: 'rndc',
    product: "BIND's control channel",
    lines: ['controls { inet 127.0.0.1 port 953 allow { localhost; } keys { "rndc-key"; }; };'],
    ports: [953],
    families: [4],
    async start(lab, directory) {
      const wide = await startBind(lab.host, directory, { wideControl: true });
      const configuration = join(directory, 'named.conf');
      const write = () => {
        edit(configuration, [
          ['key lab', 'key rndc-key'],
          [/^controls .*$/m, 'controls { inet 127.0.0.1 port 953 allow { localhost; } keys { "rndc-key"; }; };'],
        ]);
      };
      const args = ['-g', '-c', configuration];
      return restarted(lab, wide, write, { command: 'named', args, directory, ports: [953], readyLog: / running$/m });
    },
  },
  {
    service: 'smtp',
    product: 'Postfix',
    lines: ['inet_interfaces = loopback-only'],
    ports: [25, 465, 587],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startPostfix(lab.host, directory);
      const configuration = join(directory, 'etc');
      const write = () => {
        edit(join(configuration, 'main.cf'), [['inet_interfaces = all', 'inet_interfaces = loopback-only']]);
      };
      const args = ['-d', '-c', configuration];
      return restarted(lab, wide, write, { command: 'master', args, directory, ports: [25, 465, 587] });
    },
  },
  {
    service: 'imap',
    product: 'Dovecot',
    lines: ['listen = 127.0.0.1, ::1'],
    ports: [110, 143, 993, 995],
    families: [4, 6],
    async start(lab, directory) {
      const wide = await startDovecot(lab.host, directory);
      const configuration = join(directory, 'dovecot.conf');
      const write = () => {
        edit(configuration, [['listen = *, ::', 'listen = 127.0.0.1, ::1']]);
      };
      const args = ['-F', '-c', configuration];
      return restarted(lab, wide, write, { command: 'dovecot', args, directory, ports: [110, 143, 993, 995] });
    },
  },
  {
    service: 'ftp',
    product: 'vsftpd',
    lines: ['listen=YES', 'listen_ipv6=NO', 'listen_address=127.0.0.1'],
    ports: [21],
    families: [4],
    async start(lab, directory) {
      const wide = await startVsftpd(lab.host, directory);
      const configuration = join(directory, 'vsftpd.conf');
      const write = () => {
        edit(configuration, [
          ['listen=NO', 'listen=YES\nlisten_address=127.0.0.1'],
          ['listen_ipv6=YES', 'listen_ipv6=NO'],
        ]);
      };
      return restarted(lab, wide, write, { command: 'vsftpd', args: [configuration], directory, ports: [21] });
    },
  },
];

t.test('real servers, set as the table says, listen on loopback alone', labOptions(), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const loopback = { 4: '127.0.0.1', 6: '[::1]' };
  for (const { service, product, lines, ports, families, ...each } of proofs) {
    await t.test(`${service}: ${product}`, async (t) => {
      const remedy = describeRemedy(service)?.remedies.find((each) => each.product === product);
      for (const line of lines) t.ok(remedy?.setting.includes(line), `the table says ${line}`);
      const server = await each.start(lab, lab.directory(`remedy-${service}`));
      for (const port of ports) {
        t.match(
          boundTo(lab.host, port).join(' '),
          /(?:\*|0\.0\.0\.0|\[::\]|198\.51\.100\.2):/,
          `${port} was open to everybody`,
        );
      }
      await server.stop();
      const narrow = await server.narrow();
      for (const port of ports) {
        const expected = families.map((family) => `${loopback[family]}:${port}`).sort();
        t.same([...new Set(boundTo(lab.host, port))], expected, `${port} on loopback alone`);
      }
      await narrow?.stop();
    });
  }

  await t.test('the rule of nftables keeps both families out', async (t) => {
    const { host, outside } = lab;
    await startRedis(host, lab.directory('remedy-nftables'), { port: 6380, protectedMode: false });
    const reach = (from: Namespace, address: string, seconds: number) => {
      const connect = `exec 3<>/dev/tcp/${address}/6380`;
      const args = ['netns', 'exec', from.name, 'timeout', String(seconds), 'bash', '-c', connect];
      return spawnSync('ip', args, { stdio: 'ignore' }).status === 0;
    };
    for (const address of Object.values(hostAddresses))
      t.ok(reach(outside, address, 20), `${address} is reached without it`);
    host.run(
      'nft',
      ['-f', '-'],
      'add table inet filter\nadd chain inet filter input { type filter hook input priority 0; }\n',
    );
    // A rule that lets it in, as many a ruleset has one: the remedy has to stand before it.
    host.run('nft', ['-f', '-'], 'add rule inet filter input tcp dport 6380 accept\n');
    host.run('sh', ['-c', genericRemedies.nftables.rule.replace('PORT', '6380')]);
    for (const address of Object.values(hostAddresses)) t.notOk(reach(outside, address, 1), `${address} is kept out`);
    for (const address of ['127.0.0.1', '::1']) t.ok(reach(host, address, 20), `${address} goes on`);
  });
});
