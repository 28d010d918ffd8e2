import fc from 'fast-check';
import t from 'tap';
import type { Tried } from '../src/identification/blind-order.js';
import { defaultPatience, isUntouchable, nextStep, stepPatience, type Step } from '../src/identification/plan.js';
import { likeness } from '../src/identification/port-likeness.js';
import { defaultConnections } from '../src/identification/prober.js';
import type { Reaction } from '../src/identification/protocol.js';
import { protocols } from '../src/identification/registry.js';

/** A port that no table names, and that looks like none. */
const oddPort = 40_009;
const nameOf = (step: Step) => (step.kind === 'tls' ? 'tls' : step.protocol.name);
const unknownWords = Buffer.from('what?\r\n');

/** What became of a step at a server that reacts so. */
function tried(step: Step, reaction: Reaction, words: Uint8Array = unknownWords): Tried {
  return {
    asked: step.kind === 'tls' ? undefined : step.protocol,
    bytes: reaction === 'answers' ? words : new Uint8Array(),
    hungUp: reaction === 'closes',
  };
}

/** All that a server is asked that never names itself, in order. */
function ladder(
  port: number,
  react: (name: string) => Reaction,
  { insideTls = false, words = unknownWords } = {},
): Step[] {
  const steps: Step[] = [];
  const past: Tried[] = [];
  for (let step = nextStep(port, insideTls, past); step !== undefined; step = nextStep(port, insideTls, past)) {
    steps.push(step);
    past.push(tried(step, react(nameOf(step)), words));
  }
  return steps;
}

const names = (...how: Parameters<typeof ladder>) => ladder(...how).map(nameOf);
const waits = (): Reaction => 'waits';

t.test('likeness of port numbers', (t) => {
  const cases: [port: number, usual: number, digits: number][] = [
    [3389, 3389, 4],
    [13_389, 3389, 4],
    [33_890, 3389, 4],
    [3390, 3389, 1],
    [3398, 3389, 1],
    [3399, 3389, 0],
    [3388, 3389, 0],
    [10_389, 389, 3],
    [1389, 389, 3],
    [3890, 389, 3],
    [390, 389, 0],
    [10_053, 53, 2],
    [1053, 53, 2],
    [153, 53, 0],
    [40_007, 7, 0],
    [5353, 53, 0],
    [13_306, 3306, 4],
    [8080, 80, 2],
    [oddPort, 3389, 0],
  ];
  for (const [port, usual, digits] of cases) t.equal(likeness(port, usual), digits, `${port} and ${usual}`);
  const port = fc.integer({ min: 1, max: 65_535 });
  fc.assert(
    fc.property(port, port, (one, other) => {
      const digits = likeness(one, other);
      return digits >= 0 && digits <= String(other).length && (one !== other || digits === String(one).length);
    }),
  );
  t.end();
});

t.test(
  'a port that looks like a usual one has that asked first, and what it looks like a little comes after HTTP',
  (t) => {
    const first: [port: number, ...steps: string[]][] = [
      [13_389, 'ms-wbt-server', 'tls', 'http'],
      [33_890, 'ms-wbt-server', 'tls', 'http'],
      [16_379, 'redis', 'tls', 'http'],
      [15_432, 'postgresql', 'tls', 'http'],
      [11_099, 'rmiregistry', 'tls', 'http'],
      [10_389, 'tls', 'http', 'ldap'],
      [1389, 'tls', 'http', 'ldap'],
      [10_445, 'tls', 'http', 'microsoft-ds'],
      [10_053, 'tls', 'http', 'domain'],
      [3390, 'tls', 'http', 'ms-wbt-server'],
      [13_306, 'tls', 'http'],
      [28_080, 'tls', 'http'],
      [oddPort, 'tls', 'http', 'beanstalkd'],
    ];
    for (const [port, ...steps] of first) t.strictSame(names(port, waits).slice(0, steps.length), steps, String(port));
    t.equal(names(18_883, waits, { insideTls: true })[0], 'mqtt', 'also inside TLS');
    const [likely] = ladder(13_389, waits);
    t.match(likely, { kind: 'probe', blind: false }, 'it is no blind guess');
    t.end();
  },
);

t.test('who is asked within the connections of one endpoint, by what its servers do', (t) => {
  // Measured: how it takes a TLS handshake, HTTP, "stats" of beanstalkd, the greeting of SOCKS, and that of RDP. It closes, waits, or answers.
  const measured: [server: string, reactions: string, asked: string][] = [
    ['Samba', 'wwwww', 'microsoft-ds'],
    ['Unbound, NSD, dnsmasq, PowerDNS Recursor, Knot DNS', 'wwwww', 'domain'],
    ['kadmind', 'wwwww', 'sunrpc'],
    ['kamailio', 'wcwww', 'sip'],
    ['slapd', 'cwwcc', 'ldap'],
    ['tgt', 'cwwww', 'iscsi-target'],
    ['RabbitMQ', 'cwwww', 'stomp'],
    ['Xvfb', 'ccwwc', 'x11'],
    ['php-fpm', 'ccwwc', 'fastcgi'],
    ['a server of TDS, by its documents', 'ccwww', 'ms-sql-s'],
    ['rpcbind, mountd', 'cccwc', 'sunrpc'],
    ['rmiregistry', 'cccwc', 'rmiregistry'],
    ['Tomcat', 'cccwc', 'ajp13'],
    ['git daemon', 'cccwc', 'git'],
    ['epmd', 'cccww', 'epmd'],
    ['OpenVPN', 'cccww', 'openvpn'],
    ['Firebird', 'cccwc', 'gds-db'],
    ['PostgreSQL', 'cccwc', 'kafka'],
    ['Dante', 'ccccc', 'socks'],
    ['Mosquitto', 'ccccc', 'mqtt'],
    ["Zabbix's agent and proxy", 'ccccc', 'zabbix-trapper'],
    ['snmpd', 'ccccc', 'snmp'],
    ['pptpd', 'ccccc', 'pptp'],
    ['a server of CQL, by its documents', 'aaaww', 'cassandra'],
    ['any', 'wwwww', 'ms-wbt-server'],
    ['any', 'ccccw', 'ms-wbt-server'],
    ['any', 'cwwww', 'ms-wbt-server'],
  ];
  const generally = ['tls', 'http', 'beanstalkd', 'socks', 'ms-wbt-server'];
  const letters: Readonly<Record<string, Reaction>> = { a: 'answers', c: 'closes', w: 'waits' };
  for (const [server, reactions, asked] of measured) {
    const react = (name: string) => letters[reactions[generally.indexOf(name)] ?? reactions[3] ?? ''] ?? 'waits';
    const at = names(oddPort, react).indexOf(asked) + 1;
    t.ok(at > 0 && at <= defaultConnections, `${server}: ${asked} is asked as number ${at}`);
  }
  const turns = protocols.flatMap(({ blindTurn }) => blindTurn ?? []);
  t.equal(new Set(turns).size, turns.length, 'nobody has the turn of another');
  const known = new Set(protocols.flatMap(({ takes = {} }) => Object.keys(takes)));
  t.strictSame([...known].sort(), [...generally].sort(), 'what it is told by is what everybody is asked');
  t.end();
});

t.test('an answer that proves nothing by itself points to whom to ask', (t) => {
  const bytesOf = (name: string, from: RegExp) =>
    protocols.find((protocol) => protocol.name === name)?.examples.find((example) => from.test(example.from))?.bytes;
  const cases: [answer: Uint8Array | undefined, next: string][] = [
    [Uint8Array.of(5, 0xff), 'socks'],
    [bytesOf('kerberos', /krb5kdc/), 'kerberos'],
    [bytesOf('kpasswd', /kadmind/), 'kpasswd'],
    [bytesOf('ms-wbt-server', /ClientHello/), 'ms-wbt-server'],
    [bytesOf('db2', /HTTP/), 'db2'],
    [bytesOf('finger', /HTTP/), 'finger'],
  ];
  for (const [words, next] of cases) {
    if (words === undefined) t.fail(`no example for ${next}`);
    else t.strictSame(names(oddPort, () => 'answers', { words: Buffer.from(words) }).slice(0, 2), ['tls', next]);
  }
  const http = ladder(oddPort, waits).find((step) => nameOf(step) === 'beanstalkd');
  const echoed = http === undefined ? [] : [tried(http, 'answers', Buffer.from('stats\r\n'))];
  t.match(nextStep(oddPort, false, echoed), { protocol: { name: 'echo' } });
  t.notOk(names(oddPort, () => 'answers', { words: Buffer.alloc(4) }).includes('bolt'), 'zeros point to nobody');
  const talker = names(oddPort, () => 'answers');
  t.ok(talker.length <= 8, `who says what nobody knows is not asked by everybody: ${talker.join(' ')}`);
  t.end();
});

t.test('what a port may be asked, whatever it does', (t) => {
  const reaction = fc.constantFrom<Reaction>('answers', 'closes', 'waits');
  const port = fc.oneof(
    fc.integer({ min: 1, max: 65_535 }),
    fc.constantFrom(...protocols.flatMap(({ ports }) => ports)).map((usual) => (usual + 10_000) % 65_536),
  );
  fc.assert(
    fc.property(
      port,
      fc.boolean(),
      fc.array(reaction, { minLength: 1 }),
      fc.uint8Array({ minLength: 1, maxLength: 20 }),
      (number, insideTls, reactions, words) => {
        if (isUntouchable(number, false)) return true;
        let at = 0;
        const next = () => reactions[(at += 1) % reactions.length] ?? 'waits';
        const steps = ladder(number, next, { insideTls, words: Buffer.from(words) });
        const told = steps.map(nameOf);
        return (
          new Set(told).size === told.length &&
          steps.filter((step) => step.kind === 'probe' && step.blind).length < defaultConnections &&
          steps.every(
            (step) => step.kind === 'tls' || (step.protocol.probe !== undefined && !step.protocol.harmedBy),
          ) &&
          !(insideTls && told.includes('tls'))
        );
      },
    ),
  );
  for (const suspect of [19_100, 49_101, 12_404, 24_840]) {
    t.strictSame(names(suspect, waits), ['tls', 'http'], `${suspect} may be a printer or a controller elsewhere`);
  }
  for (const known of [6379, 25, 22, 3306, 5432, 11_211, 465, 6380]) {
    const steps = names(known, waits);
    t.notOk(steps.includes('http'), `HTTP is not sent where something else lives, on ${known}: ${steps.join(', ')}`);
  }
  t.end();
});

t.test('a silent server costs what its time allows', (t) => {
  const cost = (roundTripMs: number, insideTls: boolean) => {
    const steps = ladder(oddPort, waits, { insideTls }).slice(0, defaultConnections);
    const patience = steps.map((step) => stepPatience(step, defaultPatience.guessMs, defaultPatience, roundTripMs));
    return { connections: steps.length, ms: defaultPatience.otherMs + patience.reduce((sum, each) => sum + each, 0) };
  };
  const near = cost(1, false);
  t.equal(near.connections, defaultConnections - 1, 'one is left for what an answer asks for');
  t.ok(near.ms <= defaultPatience.totalMs, `${near.ms} ms`);
  t.ok(cost(1, true).connections < 6, 'inside TLS there are fewer');
  t.ok(cost(300, false).ms > near.ms, 'far away each takes longer, and the session ends them all');
  t.end();
});
