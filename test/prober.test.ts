import { getEventListeners, once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import t, { type Test } from 'tap';
import { createGreetingTimes } from '../src/identification/greeting-times.js';
import { defaultConnections, identify, type IdentifyOptions } from '../src/identification/prober.js';
import { greetingPatience, isUntouchable } from '../src/identification/plan.js';
import { protocols } from '../src/identification/registry.js';
import { parseAddress } from '../src/model/address.js';
import type { Identification } from '../src/model/observation.js';
import { wrapSocket, type Connection } from '../src/net/connection.js';

/** Long where a loaded machine could be late with what is expected, short where nothing is. */
const patience = {
  serverFirstMs: 5000,
  clientFirstMs: 30,
  otherMs: 50,
  answerMs: 5000,
  nextMs: 5000,
  guessMs: 5000,
  blindMs: 5000,
  pauseMs: 60,
  totalMs: 20_000,
};
const silent = { ...patience, serverFirstMs: 80, answerMs: 60, guessMs: 60, blindMs: 60 };

interface Peer {
  readonly port: number;
  /** What each connection received, in the order in which they came. */
  readonly received: readonly Buffer[];
}

/** A server on loopback that behaves as told on its n-th connection. */
async function serve(t: Test, behave: (socket: Socket, index: number) => void, tls?: TlsOptions): Promise<Peer> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    const index = received.push(Buffer.alloc(0)) - 1;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes: Buffer) => {
      received[index] = Buffer.concat([received[index] ?? Buffer.alloc(0), bytes]);
    });
    socket.once('close', () => sockets.delete(socket));
    behave(socket, index);
  };
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address');
  return { port: address.port, received };
}

const loopback = parseAddress('127.0.0.1');

/** Connects to the peer, and says that it is on the port `as`. */
function open(peer: Peer, as: number, sockets: Socket[] = []): Promise<Connection> {
  return new Promise((resolve, reject) => {
    if (loopback === undefined) throw new TypeError('127.0.0.1 is an address');
    const socket = connect(peer.port, '127.0.0.1');
    sockets.push(socket);
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.removeListener('error', reject);
      resolve(wrapSocket(socket, loopback, as));
    });
  });
}

async function ask(
  peer: Peer,
  as: number,
  options: Partial<IdentifyOptions> = {},
  sockets: Socket[] = [],
): Promise<Identification> {
  const first = await open(peer, as, sockets);
  return identify(first, {
    dial: () => open(peer, as, sockets),
    signal: new AbortController().signal,
    patience,
    ...options,
  });
}

function exampleOf(name: string): Uint8Array {
  const bytes = protocols.find((protocol) => protocol.name === name)?.examples[0]?.bytes;
  if (bytes === undefined) throw new RangeError(`no example of ${name}`);
  return bytes;
}

/** A port that no table names. */
const unlistedPort = 40_009;
const unknown = { name: 'unknown', method: 'table' };
const page = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n';
const nothing = () => undefined;
/** A little later, so that the other end has seen that it was accepted. */
const reset = (socket: Socket) => {
  setTimeout(() => socket.resetAndDestroy(), 20);
};

t.test('a service that speaks first is named on the one connection, and never asked', async (t) => {
  for (const name of ['mysql', 'ssh', 'smtp', 'ftp', 'pop3', 'imap']) {
    const peer = await serve(t, (socket) => {
      socket.write(exampleOf(name));
      socket.once('data', () => socket.end());
    });
    const { service, banner } = await ask(peer, 80, { patience: { ...patience, clientFirstMs: 5000 } });
    t.match(service, { name, method: 'probed' }, `${name} on the port of http`);
    t.strictSame(Buffer.from(banner?.bytes ?? []), Buffer.from(exampleOf(name)));
    const { farewell = '', startTls } = protocols.find((protocol) => protocol.name === name) ?? {};
    t.equal(peer.received.length, 1);
    const question = typeof startTls === 'object' ? startTls.turns[0]?.ask : undefined;
    const mayBeSent = Buffer.concat([question ?? Buffer.alloc(0), Buffer.from(farewell)]);
    t.ok(mayBeSent.includes(peer.received[0] ?? ''), 'nothing but the question for TLS, and the farewell');
  }
});

t.test('a greeting that two protocols have is followed by the question that settles it', async (t) => {
  const cases: [greeting: string, asked: string, answer: string, name: string][] = [
    ['220 ready', 'NOOP\r\n', '200 NOOP ok.', 'ftp'],
    ['220 ready', 'NOOP\r\n', '530 Please login with USER and PASS.', 'ftp'],
    ['220 ready', 'NOOP\r\n', '250 2.0.0 Ok', 'smtp'],
    ['220-hello\r\n220 host', 'NOOP\r\n', '250 OK', 'smtp'],
    ['220 mail.example.org Dovecot ready.', 'LHLO client.invalid\r\n', '250-host\r\n250 PIPELINING', 'lmtp'],
    ['220 mail.example.org Dovecot ready.', 'LHLO client.invalid\r\n', '500 5.5.1 Unknown command', 'smtp'],
    ['220 ready', 'NOOP\r\n', '500 what?', 'unknown'],
    ['+OK', 'CAPA\r\n', '-ERR', 'pop3'],
    ['+OK ready', 'CAPA\r\n', '+OK\r\nTOP\r\nUSER\r\n.', 'pop3'],
    ['+OK ready', 'CAPA\r\n', '+OK what?', 'unknown'],
    ['* OK ready', 'a CAPABILITY\r\n', '* CAPABILITY IMAP4rev1\r\na OK done', 'imap'],
    ['* OK ready', 'a CAPABILITY\r\n', 'a BAD what?', 'unknown'],
  ];
  for (const [greeting, asked, answer, name] of cases) {
    const peer = await serve(t, (socket) => {
      socket.write(`${greeting}\r\n`);
      socket.once('data', () => socket.write(`${answer}\r\n`));
    });
    // What is asked after that stays without an answer; while it is waited for, a scan by another test may come by.
    const brief = { ...patience, otherMs: 5000, guessMs: 300, nextMs: 300 };
    const { service } = await ask(peer, unlistedPort, { patience: brief });
    t.equal(service.name, name, `${greeting}: ${answer}`);
    t.equal(peer.received.length, 1, 'on the same connection');
    t.ok(peer.received[0]?.toString().startsWith(asked));
  }
});

t.test('what a greeting leaves open is asked once, on the same connection', async (t) => {
  const node = '# munin node at lab.example.org\n';
  const version = 'munins node on lab.example.org version: 2.0.73\n';
  const cases: [greeting: string, sent: string, answers: string[], facts: object][] = [
    [node, 'version\nquit\n', [version], { product: 'Munin node', version: '2.0.73' }],
    [node, 'version\nquit\n', [version.slice(0, 20), version.slice(20)], { version: '2.0.73' }],
    [node, 'version\nquit\n', ['# Unknown command. Try cap or quit\n'], { product: 'Munin node' }],
    [node, 'version\nquit\n', [], { product: 'Munin node', hostname: 'lab.example.org' }],
    ['RFB 003.008\n', 'RFB 003.007\n', ['\x01\x01'], { extraInfo: 'protocol 3.8; no authentication' }],
    ['RFB 003.003\n', '', [], { extraInfo: 'protocol 3.3' }],
    [
      '@RSYNCD: 30.0\n',
      '@RSYNCD: 31.0\n#list\n',
      ['a              \t\n'],
      { extraInfo: 'protocol 30.0; modules a, …' },
    ],
    ['+OK POP3 ready\r\n', 'CAPA\r\nSTLS\r\nQUIT\r\n', ['-ERR no\r\n', '-ERR no\r\n'], { name: 'pop3' }],
    ['+OK POP3 ready\r\n', 'CAPA\r\nQUIT\r\n', ['+OK list\r\nTOP\r\n'], { name: 'pop3' }],
  ];
  for (const [greeting, sent, answers, facts] of cases) {
    const peer = await serve(t, (socket) => {
      socket.write(greeting);
      let at = 0;
      const answer = () => {
        const next = answers[at];
        at += 1;
        if (next !== undefined) socket.write(Buffer.from(next, 'latin1'));
      };
      socket.on('data', answer);
      if (answers.length > 1 && sent.startsWith('version')) socket.once('data', () => setTimeout(answer, 50));
    });
    const { service, banner } = await ask(peer, unlistedPort, {
      patience: { ...patience, otherMs: 5000, answerMs: 300 },
    });
    const { extraInfo, ...others } = service;
    t.match({ ...others, extraInfo }, facts, greeting);
    await new Promise((resolve) => setTimeout(resolve, 20));
    t.strictSame(
      peer.received.map((bytes) => bytes.toString()),
      [sent],
      'one connection; and where the answer stayed away, nothing that it could be taken for',
    );
    t.equal(Buffer.from(banner?.bytes ?? []).toString(), greeting, 'the banner is what came first');
  }
});

t.test('a server that answers what has come to its end only', async (t) => {
  const peer = await serve(t, (socket) => {
    socket.allowHalfOpen = true;
    socket.once('end', () => socket.end('xymond 4.3.30\n'));
  });
  const { service } = await ask(peer, 1984);
  t.match(service, { name: 'bb', product: 'Xymon', version: '4.3.30', method: 'probed' });
  t.strictSame(peer.received.map(String), ['ping']);
});

t.test('a greeting may be late on a port where the server speaks first', async (t) => {
  const peer = await serve(t, (socket) => {
    setTimeout(() => socket.write(exampleOf('smtp')), 300);
    socket.once('data', () => socket.end());
  });
  const { service } = await ask(peer, 25, { patience: { ...patience, otherMs: 10, clientFirstMs: 10 } });
  t.equal(service.name, 'smtp');
  t.equal(peer.received.length, 1);
});

t.test('a service that is spoken to', async (t) => {
  const answers = (socket: Socket) => {
    socket.once('data', () => socket.end(page));
  };
  const peer = await serve(t, answers);
  const { service, banner } = await ask(peer, 80, { serverName: 'offsite7.example.org' });
  t.match(service, { name: 'http', product: 'nginx', version: '1.22.1', method: 'probed' });
  t.equal(Buffer.from(banner?.bytes ?? []).toString(), page);
  t.equal(peer.received.length, 1, 'one connection');
  t.match(peer.received[0]?.toString(), /^GET \/ HTTP\/1\.0\r\n(?:.+\r\n)*Host: offsite7\.example\.org\r\n/);

  const elsewhere = await serve(t, answers);
  t.match(
    (await ask(elsewhere, unlistedPort)).service,
    { name: 'http', product: 'nginx' },
    'on a port that tells nothing',
  );
  t.equal(elsewhere.received.length, 2, 'TLS first, which draws HTTP; then HTTP');
  t.notMatch(elsewhere.received[1]?.toString(), /Host:/, 'no Host where there is no name');
});

t.test('postgresql, memcached and redis on ports that tell nothing', async (t) => {
  const postgresql = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => socket.end(bytes[0] === 0 ? exampleOf('postgresql') : ''));
  });
  t.match((await ask(postgresql, unlistedPort)).service, { name: 'postgresql', product: 'PostgreSQL' });
  const memcached = await serve(t, (socket) => {
    const answers: Readonly<Record<string, string>> = {
      'version\r\n': 'VERSION 1.6.18\r\n',
      'stats\r\n': 'STAT pid 7\r\nSTAT uptime 21\r\n',
    };
    socket.once('data', (bytes: Buffer) => socket.end(answers[bytes.toString()] ?? 'ERROR\r\n'));
  });
  t.match((await ask(memcached, unlistedPort)).service, { name: 'memcached', version: '1.6.18' });
  t.strictSame(
    memcached.received.slice(2).map((bytes) => bytes.toString()),
    ['stats\r\nquit\r\n', 'version\r\n'],
    'known by its counters, then asked properly',
  );
  const redis = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => {
      if (bytes.includes('Host:')) socket.destroy();
      else if (bytes.includes('GET /')) socket.write("-ERR wrong number of arguments for 'get' command\r\n");
      else if (bytes.includes('INFO')) socket.write(exampleOf('redis'));
      else socket.end();
    });
  });
  t.match(
    (await ask(redis, unlistedPort)).service,
    { name: 'redis', version: '7.0.15' },
    'known by its complaint, then asked properly',
  );
});

t.test('who hangs up on all but its own language is asked in it, on a port that tells nothing', async (t) => {
  for (const name of ['kafka', 'mqtt', 'zabbix-trapper', 'snmp', 'pptp']) {
    const probe = protocols.find((protocol) => protocol.name === name)?.probe;
    const peer = await serve(t, (socket) => {
      socket.once('data', (bytes: Buffer) => {
        socket.end(probe instanceof Uint8Array && bytes.equals(probe) ? exampleOf(name) : '');
      });
    });
    t.match((await ask(peer, unlistedPort)).service, { name, method: 'probed' });
    t.ok(peer.received.length <= defaultConnections, `${name}: ${peer.received.length} connections`);
  }
});

t.test('a page that says that another protocol is spoken here is followed by a question in that', async (t) => {
  const complaint =
    'HTTP/1.0 200 OK\r\n\r\nIt looks like you are trying to access MongoDB over HTTP on the native driver port.\r\n';
  const peer = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => {
      socket.end(bytes.includes('GET /') ? complaint : bytes.includes('buildInfo') ? exampleOf('mongodb') : '');
    });
  });
  t.match((await ask(peer, unlistedPort)).service, { name: 'mongodb', product: 'MongoDB', version: '7.0.5' });
  t.equal(peer.received.length, 3);

  const deaf = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => socket.end(bytes.includes('GET /') ? complaint : ''));
  });
  t.match((await ask(deaf, unlistedPort)).service, { name: 'mongodb', product: 'MongoDB', version: undefined });
});

t.test('HTTP is not sent where something else lives', async (t) => {
  const peer = await serve(t, (socket) => socket.once('data', () => socket.end('-ERR what?\r\n')));
  await ask(peer, 6379);
  t.notOk(peer.received.some((bytes) => /GET|Host:|POST/.test(bytes.toString())));
});

t.test('a port that suggests TLS and more does not wait for TLS to the end before it asks the other', async (t) => {
  // TLS would take up all the time that there is.
  const brief = { ...patience, guessMs: 60, answerMs: 60_000 };
  const plain = await serve(t, (socket) => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.includes('INFO')) socket.write(exampleOf('redis'));
    });
  });
  t.match((await ask(plain, 6380, { patience: brief })).service, { name: 'redis', version: '7.0.15' });
  t.equal(plain.received.length, 2, 'TLS, then INFO');

  const slow = await serve(
    t,
    (socket) => {
      socket.once('data', () => socket.write(exampleOf('redis')));
    },
    {
      ...tlsFiles,
      SNICallback: (_, done) => {
        // Longer than a guess is worth, and within the patience for an answer.
        setTimeout(() => {
          done(null);
        }, 300);
      },
    },
  );
  const answer = await ask(slow, 6380, { patience: brief, serverName: 'db.example.org' });
  t.match(answer.service, { name: 'redis-tls', version: '7.0.15', tunnel: 'tls' }, 'a slow TLS server is asked again');
});

t.test('a silent service', async (t) => {
  const peer = await serve(t, nothing);
  const { service, banner, trouble } = await ask(peer, unlistedPort, { patience: silent });
  t.strictSame(service, unknown);
  t.equal(banner, undefined);
  t.match(trouble, /said nothing/);
  t.equal(peer.received.length, defaultConnections - 1, 'no more connections than allowed');

  const modest = await serve(t, nothing);
  await ask(modest, unlistedPort, { patience: silent, maxConnections: 2 });
  t.equal(modest.received.length, 2);
});

t.test('a silent service on a known port is guessed by that port, and says that it is a guess', async (t) => {
  for (const [port, name] of [
    [953, 'rndc'],
    [5900, 'vnc'],
    [25, 'smtp'],
  ] as const) {
    const { service } = await ask(await serve(t, nothing), port, { patience: silent });
    t.strictSame(service, { name, method: 'table' });
  }
});

t.test('services that punish get one connection, whatever they do', async (t) => {
  for (const port of [3306, 22]) {
    for (const behave of [nothing, reset, (socket: Socket) => socket.end('foo')]) {
      const peer = await serve(t, behave);
      await ask(peer, port, { patience: silent });
      t.equal(peer.received.length, 1, `port ${port}`);
    }
  }
});

t.test('printers and controllers are listened to, and never sent a byte', async (t) => {
  for (const port of [515, 9100, 9109, 502]) {
    t.ok(isUntouchable(port, false));
    const peer = await serve(t, nothing);
    const { trouble } = await ask(peer, port, { patience: silent });
    t.strictSame(peer.received, [Buffer.alloc(0)]);
    t.match(trouble, /nothing is sent/);
    const talker = await serve(t, (socket) => socket.write('220 ftp.example.org FTP server ready\r\n'));
    t.match((await ask(talker, port, { patience: { ...patience, clientFirstMs: 5000 } })).service, { name: 'ftp' });
    t.strictSame(talker.received, [Buffer.alloc(0)], 'whatever it says, it gets no farewell either');
  }
  t.notOk(isUntouchable(631, false));
  t.ok(isUntouchable(9100, true), 'a printer prints it whoever asks');
  t.notOk(isUntouchable(502, true));
});

t.test('who never speaks is not kept from serving others', (t) => {
  for (const port of [515, 601, 953, 9100]) t.equal(greetingPatience(port, false, patience, 1), patience.clientFirstMs);
  t.equal(greetingPatience(9100, false, patience, 100), 300, 'three round trips');
  t.equal(greetingPatience(22, false, patience, 1), patience.serverFirstMs);
  t.end();
});

t.test('controllers are asked in their own way alone, and only where that is wanted', async (t) => {
  const controllers = protocols.filter(({ harmedBy }) => harmedBy === 'controller');
  t.ok(controllers.length >= 6);
  for (const { name, ports, probe, examples } of controllers) {
    const [port = 0] = ports;
    const [example] = examples;
    if (typeof probe === 'function' || probe === undefined || example === undefined) {
      t.fail(`${name} has no probe of its own`);
      continue;
    }
    const peer = await serve(t, (socket) => socket.once('data', () => socket.write(example.bytes)));
    const unasked = await ask(peer, port, { patience: silent });
    t.strictSame(peer.received, [Buffer.alloc(0)], `${name}: nothing is sent`);
    t.equal(unasked.service.method, 'table');
    const { service } = await ask(peer, port, { probeControllers: true });
    t.match(service, { name, method: 'probed' });
    t.strictSame(peer.received.slice(1), [Buffer.from(probe)], `${name}: its own question, once`);
  }
});

t.test('one byte at a time, for ever', async (t) => {
  const peer = await serve(t, (socket) => {
    const timer = setInterval(() => socket.write('x'), 10);
    socket.once('close', () => {
      clearInterval(timer);
    });
  });
  const { service, banner, trouble } = await ask(peer, unlistedPort, {
    patience: { ...patience, otherMs: 5000, pauseMs: 5000, totalMs: 300 },
  });
  t.strictSame(service, unknown);
  t.match(Buffer.from(banner?.bytes ?? []).toString(), /^x+$/);
  t.match(trouble, /0\.3 s/);
  t.equal(peer.received.length, 1);
});

t.test('a flood, and a megabyte without a newline', async (t) => {
  for (const [chunk, times] of [
    ['flood\r\n'.repeat(10_000), 1500],
    ['a'.repeat(1_048_576), 1],
  ] as const) {
    const peer = await serve(t, (socket) => {
      let left = times;
      const pour = () => {
        while (left > 0 && !socket.destroyed) {
          left -= 1;
          if (!socket.write(chunk)) return;
        }
      };
      socket.on('drain', pour);
      pour();
    });
    const sockets: Socket[] = [];
    const { service, banner, trouble } = await ask(
      peer,
      unlistedPort,
      { patience: { ...patience, otherMs: 5000 } },
      sockets,
    );
    t.strictSame(service, unknown);
    t.equal(banner?.bytes.length, 4096);
    t.equal(banner?.truncated, true);
    t.match(trouble, /flood/);
    t.ok((sockets[0]?.bytesRead ?? Infinity) < 1_000_000, `read ${sockets[0]?.bytesRead} bytes of the flood`);
    t.equal(peer.received.length, 1);
  }
});

t.test('accepted, then reset', async (t) => {
  const peer = await serve(t, reset);
  const { service, trouble } = await ask(peer, unlistedPort, { patience: { ...patience, otherMs: 5000 } });
  t.strictSame(service, unknown);
  t.equal(trouble, 'the peer accepted the connection, then reset it');
  t.equal(peer.received.length, 1, 'asking again would bring the same');
});

t.test('accepted, then closed', async (t) => {
  const peer = await serve(t, (socket) => socket.end());
  const { trouble } = await ask(peer, unlistedPort, { patience: { ...patience, otherMs: 5000 } });
  t.match(trouble, /closed it without a word/);
});

t.test('text and binary noise that no protocol knows', async (t) => {
  for (const [noise, port] of [
    ['foo', unlistedPort],
    ['foo\r\n', 80],
    ['foo\r\n', 25],
    [Buffer.from(Array.from({ length: 999 }, (_, at) => (at * 7919 + 13) % 256)), unlistedPort],
  ] as const) {
    const peer = await serve(t, (socket) => socket.write(noise));
    const { service, banner, trouble } = await ask(peer, port, {
      patience: { ...patience, otherMs: 5000, clientFirstMs: 5000 },
    });
    t.strictSame(service, unknown, `on port ${port}`);
    t.strictSame(Buffer.from(banner?.bytes ?? []), Buffer.from(noise));
    t.match(trouble, /no protocol/);
  }
});

/** Made for this test, good for nothing else. */
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgR/gheBuZXXaPQDvh
gZLBDdZJEtp3UQqM72Rrb2S7jQGhRANCAARL7G5bF7aNsFy/hUwrkfw3NvARsuEi
AGjcL9p7jVALeWa3mw4b75tL/dAnks5RaMNiGq4VcD40bgKm7SbXviel
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIB3zCCAYagAwIBAgIUXrn0irbvr9NNOlyVYgmuHtFOvKYwCgYIKoZIzj0EAwIw
MTEQMA4GA1UECgwHRXhhbXBsZTEdMBsGA1UEAwwUb2Zmc2l0ZTcuZXhhbXBsZS5v
cmcwIBcNMjYxMTIzMDIxNTU0WhgPMjEyNjEwMzAwMjE1NTRaMDExEDAOBgNVBAoM
B0V4YW1wbGUxHTAbBgNVBAMMFG9mZnNpdGU3LmV4YW1wbGUub3JnMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAES+xuWxe2jbBcv4VMK5H8NzbwEbLhIgBo3C/ae41Q
C3lmt5sOG++bS/3QJ5LOUWjDYhquFXA+NG4Cpu0m174npaN6MHgwHQYDVR0OBBYE
FHqCHxeHMGR9p2stBS6QZWebYUedMB8GA1UdIwQYMBaAFHqCHxeHMGR9p2stBS6Q
ZWebYUedMA8GA1UdEwEB/wQFMAMBAf8wJQYDVR0RBB4wHIIUb2Zmc2l0ZTcuZXhh
bXBsZS5vcmeHBMAAAgcwCgYIKoZIzj0EAwIDRwAwRAIgHlelFbkZW89tY9nUoHhq
G99u0NhohmBjLCS6w37AuWICIFIGaLwRR48LVmnCGS+ouIE8a7PDpyz0/fMtqxhW
XYmv
-----END CERTIFICATE-----`;
const tlsFiles = { key, cert };

t.test('a second question where the first page, or the port number, points to an application', async (t) => {
  const version = 'HTTP/1.0 200 OK\r\nContent-Length: 45\r\n\r\n{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}';
  const notFound = 'HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n';
  const answers = (socket: Socket) => {
    socket.once('data', (bytes: Buffer) => socket.end(bytes.includes('GET /version ') ? version : notFound));
  };
  const peer = await serve(t, answers);
  const { service, banner } = await ask(peer, 2379);
  t.match(service, { name: 'etcd-client', product: 'etcd', version: '3.4.23', extraInfo: 'status 404' });
  t.equal(Buffer.from(banner?.bytes ?? []).toString(), notFound, 'the banner is what came first');
  t.equal(peer.received.length, 2);
  t.match(peer.received[1]?.toString(), /^GET \/version HTTP\/1\.0\r\nHost: 127\.0\.0\.1\r\n/);

  const inside = await serve(t, answers, tlsFiles);
  t.match(
    (await ask(inside, 6443)).service,
    { name: 'https', tunnel: 'tls' },
    "another application's answer proves nothing",
  );
  // Connections on which nothing is asked are those that look at TLS itself.
  t.equal(inside.received.filter(({ length }) => length > 0).length, 2, 'one more question at most');

  const short = await serve(t, answers);
  t.match(
    (await ask(short, 2379, { maxConnections: 1 })).service,
    { name: 'http' },
    'within the number of connections',
  );
  t.equal(short.received.length, 1);

  const told = await serve(t, (socket) => socket.once('data', () => socket.end(page)));
  await ask(told, 80);
  t.equal(told.received.length, 1, 'none where nothing points anywhere');

  const cut = await serve(t, (socket, index) => {
    socket.once('data', () => (index === 0 ? socket.end(notFound) : socket.destroy()));
  });
  t.match((await ask(cut, 2379)).service, { name: 'http', extraInfo: 'status 404' }, 'what was learnt first is kept');
});

t.test('HTTP inside TLS', async (t) => {
  const peer = await serve(t, (socket) => socket.once('data', () => socket.end(page)), {
    ...tlsFiles,
    ALPNProtocols: ['http/1.1'],
  });
  const { service, tls, banner } = await ask(peer, 443, { serverName: 'offsite7.example.org' });
  t.match(service, { name: 'https', tunnel: 'tls', product: 'nginx', method: 'probed' });
  t.equal(Buffer.from(banner?.bytes ?? []).toString(), page);
  t.strictSame(tls, {
    version: 'TLSv1.3',
    alpn: 'http/1.1',
    certificate: {
      subject: 'O=Example, CN=offsite7.example.org',
      issuer: 'O=Example, CN=offsite7.example.org',
      sans: ['offsite7.example.org', '192.0.2.7'],
      validFrom: '2026-11-23T02:15:54.000Z',
      validTo: '2126-10-30T02:15:54.000Z',
      selfSigned: true,
      fingerprint256: '19:B7:CC:57:F7:6B:93:CF:97:3A:89:7A:8F:23:24:60:DC:4E:CE:29:0B:14:A8:26:78:70:BC:03:63:F1:FB:B3',
      key: { type: 'ec', bits: 256 },
      signatureAlgorithm: 'ecdsa-with-SHA256',
      target: { name: 'offsite7.example.org', matches: true },
    },
    versions: { accepted: ['TLSv1.3', 'TLSv1.2'], refused: ['TLSv1.1', 'TLSv1'] },
    alpnChoices: [{ offered: ['h2', 'http/1.1'], chosen: 'http/1.1' }],
  });
  t.strictSame(
    peer.received.map((bytes) => bytes.toString().slice(0, 3)),
    ['GET', ''],
    'inside TLS; and that TLS 1.1 is refused shows before anything is inside',
  );
});

t.test('a service that speaks first inside TLS', async (t) => {
  for (const [name, overTls, port] of [
    ['smtp', 'smtps', 465],
    ['imap', 'imaps', 993],
    ['pop3', 'pop3s', 995],
    ['smtp', 'smtps', unlistedPort],
  ] as const) {
    const peer = await serve(t, (socket) => socket.write(exampleOf(name)), tlsFiles);
    const { service } = await ask(peer, port, { patience: { ...patience, otherMs: port === unlistedPort ? 500 : 50 } });
    t.match(service, { name: overTls, tunnel: 'tls', method: 'probed' });
    t.equal(peer.received.length, 2, 'once more for the older versions, and greeted there before the farewell');
  }
});

t.test('TLS with nothing to be recognised inside', async (t) => {
  for (const [port, name] of [
    [unlistedPort, 'tls'],
    [6514, 'syslog-tls'],
    [3306, 'tls'],
    [443, 'https'],
  ] as const) {
    const peer = await serve(t, (socket) => socket.once('data', () => socket.end()), tlsFiles);
    const { service, tls } = await ask(peer, port, { patience: { ...silent, answerMs: 5000 } });
    t.strictSame(service, { name, tunnel: 'tls', method: 'table' });
    t.equal(tls?.version, 'TLSv1.3');
  }
});

t.test('a TLS server that demands a client certificate', async (t) => {
  for (const maxVersion of ['TLSv1.3', 'TLSv1.2'] as const) {
    const peer = await serve(t, nothing, { ...tlsFiles, requestCert: true, rejectUnauthorized: true, maxVersion });
    const { service, trouble } = await ask(peer, 443, { patience: { ...patience, clientFirstMs: 100 } });
    t.strictSame(service, { name: 'https', tunnel: 'tls', method: 'table' }, maxVersion);
    t.match(trouble, /client certificate|alert handshake failure/);
  }
});

t.test('a TLS handshake that fails, and one that stalls', async (t) => {
  const behaviours = [
    ['alert', [21, 3, 3, 0, 2, 2, 40], true, /the alert handshake_failure/],
    ['half a ServerHello', [22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3], false, /half-way/],
    ['half a ServerHello, then the end', [22, 3, 3, 0, 122, 2, 0, 0, 118, 3, 3], true, /handshake failed/],
    ['a ServerHello of zeros', [22, 3, 3, 0, 10, 2, 0, 0, 6, 0, 0, 0, 0, 0, 0], false, /handshake failed/],
  ] as const;
  for (const [name, bytes, hangsUp, words] of behaviours) {
    const peer = await serve(t, (socket) => {
      socket.once('data', () => {
        socket.write(Uint8Array.from(bytes));
        if (hangsUp) socket.end();
      });
    });
    const { service, trouble } = await ask(peer, 443, { patience: { ...patience, answerMs: hangsUp ? 5000 : 300 } });
    t.strictSame(service, { name: 'https', tunnel: 'tls', method: 'table' }, name);
    t.match(trouble, words);
    t.equal(peer.received.length, 1, name);
  }
});

t.test('another protocol where TLS is usual', async (t) => {
  const peer = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => {
      socket.write(bytes[0] === 0x16 ? exampleOf('ssh') : 'never asked');
    });
  });
  const { service } = await ask(peer, 443);
  t.match(service, { name: 'ssh', method: 'probed' }, 'read off its answer to the ClientHello');
  t.equal(service.tunnel, undefined);
  t.equal(peer.received.length, 1);
});

t.test('TLS where HTTP is usual', async (t) => {
  const complaint =
    'HTTP/1.1 400 Bad Request\r\nContent-Length: 45\r\n\r\nClient sent an HTTP request to an HTTPS server';
  let behave: (socket: Socket) => void = nothing;
  const inside = await serve(t, (socket) => socket.once('data', () => socket.end(page)), tlsFiles);
  const peer = await serve(t, (socket) => {
    behave(socket);
  });
  behave = (socket) => {
    socket.once('data', (bytes: Buffer) => {
      if (bytes[0] !== 0x16) {
        socket.end(complaint);
        return;
      }
      const through = connect(inside.port, '127.0.0.1');
      through.on('error', () => undefined);
      through.write(bytes);
      socket.pipe(through).pipe(socket);
    });
  };
  const { service } = await ask(peer, 80);
  t.match(service, { name: 'https', tunnel: 'tls', product: 'nginx' });
});

t.test('a scan that is stopped', async (t) => {
  const stopper = new AbortController();
  const peer = await serve(t, () => {
    stopper.abort();
  });
  const { service, trouble } = await ask(peer, 25, {
    signal: stopper.signal,
    patience: { ...patience, serverFirstMs: 1e6, totalMs: 1e6 },
  });
  t.strictSame(service, { name: 'smtp', method: 'table' });
  t.equal(trouble, 'the scan was stopped before this was identified');

  const midway = new AbortController();
  const halting = await serve(t, (socket) => {
    socket.write('220 mail.exam', () =>
      setTimeout(() => {
        midway.abort();
      }, 100),
    );
  });
  const half = await ask(halting, 25, { signal: midway.signal });
  t.strictSame(half.service, { name: 'smtp', method: 'table' }, 'half a greeting does not speak against the port');
  t.equal(half.trouble, 'the scan was stopped before this was identified');

  const during = new AbortController();
  const stalling = await serve(t, (socket) => {
    socket.once('data', () => {
      during.abort();
    });
  });
  const answer = await ask(stalling, 443, {
    signal: during.signal,
    patience: { ...patience, answerMs: 1e6, totalMs: 1e6 },
  });
  t.match(answer.trouble, /stopped/, 'in the middle of a TLS handshake');
  t.equal(stalling.received.length, 1);
});

t.test('a server that ignores a guess is not waited for as long as one on its own port', async (t) => {
  const hasty = { ...patience, guessMs: 60, blindMs: 60, answerMs: 60_000, totalMs: 60_000 };
  const peer = await serve(t, (socket) => {
    socket.on('data', (bytes: Buffer) => {
      if (bytes.toString() === 'stats\r\n') socket.end('UNKNOWN_COMMAND\r\n');
    });
  });
  t.match((await ask(peer, unlistedPort, { patience: hasty })).service, { name: 'beanstalkd' });
  t.equal(peer.received.length, 3);

  const late = (answer: string) => (socket: Socket) => {
    socket.once('data', () => setTimeout(() => socket.end(answer), 300));
  };
  const usual = await ask(await serve(t, late('VERSION 1.6.18\r\n')), 11211, { patience: hasty });
  t.match(usual.service, { name: 'memcached', version: '1.6.18' }, 'on its own port');
  const far = await ask(await serve(t, late(page)), unlistedPort, { patience: hasty, roundTripMs: 500 });
  t.match(far.service, { name: 'http', product: 'nginx' }, 'far away');
});

t.test('what greetings take on a host', (t) => {
  const times = createGreetingTimes();
  t.equal(times.bound(20), undefined);
  for (const took of [10, 40]) times.note(took);
  t.equal(times.bound(20), undefined, 'two are too few');
  times.note(5);
  t.equal(times.bound(20), 500, 'never less');
  t.equal(times.bound(200), 1000, 'five round trips');
  times.note(90);
  t.equal(times.bound(20), 900, 'ten times the slowest');
  t.end();
});

t.test('a silent port is not waited for longer than greetings take on the same host', async (t) => {
  const peer = await serve(t, nothing);
  const waits = async (as: number, bound: (asked: number) => number | undefined) => {
    let asked = 0;
    const greetings = {
      note: () => t.fail('nothing greets'),
      bound: () => bound((asked += 1)),
    };
    const slow = { ...silent, otherMs: 600_000, serverFirstMs: 100, totalMs: 900_000 };
    await ask(peer, as, { patience: slow, greetings });
    return asked;
  };
  t.equal(await waits(unlistedPort, () => 50), 1);
  t.ok(
    (await waits(unlistedPort, (asked) => (asked < 3 ? undefined : 50))) >= 3,
    'also what is learnt meanwhile counts',
  );
  t.equal(await waits(25, () => 0), 0, 'not where the server speaks first, and may be slow on purpose');

  const greeting = await serve(t, (socket) => socket.write(exampleOf('ssh')));
  const noted: number[] = [];
  const greetings = { note: (took: number) => noted.push(took), bound: () => undefined };
  await ask(greeting, unlistedPort, { greetings, patience: { ...patience, otherMs: 5000 } });
  t.equal(noted.length, 1);
});

t.test('a TLS server that was too slow for a guess, and answers HTTP with an alert', async (t) => {
  const inside = await serve(t, (socket) => socket.once('data', () => socket.end(page)), tlsFiles);
  const peer = await serve(t, (socket, index) => {
    socket.once('data', (bytes: Buffer) => {
      if (bytes[0] !== 0x16) socket.end(Uint8Array.of(21, 3, 3, 0, 2, 2, 10));
      else if (index > 0) {
        const through = connect(inside.port, '127.0.0.1');
        through.on('error', () => undefined);
        through.write(bytes);
        socket.pipe(through).pipe(socket);
      }
    });
  });
  const { service } = await ask(peer, unlistedPort, { patience: { ...patience, guessMs: 60 } });
  t.match(service, { name: 'https', tunnel: 'tls', product: 'nginx' });

  const alerting = await serve(t, (socket) => {
    socket.once('data', (bytes: Buffer) => {
      if (bytes[0] !== 0x16) socket.end(Uint8Array.of(21, 3, 3, 0, 2, 2, 10));
    });
  });
  const short = await ask(alerting, unlistedPort, { patience: silent, maxConnections: 2 });
  t.strictSame(short.service, { name: 'tls', tunnel: 'tls', method: 'table' }, 'the alert proves TLS by itself');
});

t.test('one listener on the signal that all endpoints share, and none afterwards', async (t) => {
  const peers = [
    [await serve(t, (socket) => socket.write('220 mail')), 25],
    [await serve(t, nothing), unlistedPort],
    [await serve(t, (socket) => socket.once('data', () => socket.end(page)), tlsFiles), 443],
    [await serve(t, (socket) => socket.once('data', () => socket.destroy())), 443],
  ] as const;
  for (const [peer, port] of peers) {
    const { signal } = new AbortController();
    const counts: number[] = [];
    const add = signal.addEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      add(...given);
      counts.push(getEventListeners(signal, 'abort').length);
    };
    await ask(peer, port, { signal, patience: silent });
    t.strictSame(counts, [1], `port ${port}`);
    t.strictSame(getEventListeners(signal, 'abort'), []);
  }

  const stopper = new AbortController();
  const stalling = await serve(t, (socket) => socket.once('data', nothing));
  const stopped = ask(stalling, 443, { signal: stopper.signal });
  setTimeout(() => {
    stopper.abort();
  }, 100);
  await stopped;
  t.strictSame(getEventListeners(stopper.signal, 'abort'), [], 'nor where the scan was stopped');
});

t.test('every connection is left politely, and let go of', async (t) => {
  const stopper = new AbortController();
  const stop = () => {
    setTimeout(() => {
      stopper.abort();
    }, 50);
  };
  const alert = Uint8Array.of(21, 3, 3, 0, 2, 2, 40);
  const ways: readonly (readonly [string, number, (socket: Socket) => void, TlsOptions?])[] = [
    ['a match', 25, (socket) => socket.write(exampleOf('smtp'))],
    ['no match', 25, (socket) => socket.write('220 foo\r\n')],
    ['silence', unlistedPort, nothing],
    ['a match inside TLS', 443, (socket) => socket.once('data', () => socket.write(page)), tlsFiles],
    ['nothing inside TLS', 443, nothing, tlsFiles],
    ['a TLS alert', 443, (socket) => socket.once('data', () => socket.write(alert))],
    ['TLS that is none', 443, (socket) => socket.once('data', () => socket.write(Buffer.alloc(3000, 'foo\r\n')))],
    [
      'TLS that is none, and goes on',
      443,
      (socket) => {
        socket.allowHalfOpen = true;
        socket.once('data', () => socket.write('foo\r\n'));
        for (const [at, pause] of [150, 250, 350].entries()) {
          setTimeout(() => (at < 2 ? socket.write('bar\r\n') : socket.end()), pause);
        }
      },
    ],
    ['a handshake that stalls', 443, (socket) => socket.once('data', () => socket.write(Uint8Array.of(22, 3, 3, 0)))],
    ['the end of the scan', 443, (socket) => socket.once('data', stop)],
  ];
  for (const [name, port, behave, tls] of ways) {
    const errors: Error[] = [];
    const peer = await serve(
      t,
      (socket) => {
        socket.on('error', (error) => errors.push(error));
        behave(socket);
      },
      tls,
    );
    const sockets: Socket[] = [];
    await ask(peer, port, { patience: { ...silent, answerMs: 300 }, signal: stopper.signal }, sockets);
    await Promise.all(sockets.filter(({ closed }) => !closed).map((socket) => once(socket, 'close')));
    t.ok(
      sockets.every(({ destroyed }) => destroyed),
      name,
    );
    t.strictSame(errors, [], `${name}: no reset`);
  }
});

t.test('a thousand slow servers at once', async (t) => {
  const peer = await serve(t, (socket) => {
    const timer = setInterval(() => socket.write('y'), 50);
    socket.once('close', () => {
      clearInterval(timer);
    });
  });
  const sockets: Socket[] = [];
  const slow = { ...patience, otherMs: 60_000, pauseMs: 60_000, totalMs: 1500 };
  const answers = await Promise.all(
    Array.from({ length: 1000 }, () => ask(peer, unlistedPort, { patience: slow }, sockets)),
  );
  t.ok(answers.every(({ service, trouble }) => service.name === 'unknown' && trouble !== undefined));
  t.ok(peer.received.length <= 1000, 'no more than one connection each');
  t.ok(sockets.every(({ bytesRead }) => bytesRead < 10_000));
  t.ok(
    sockets.every((socket) => socket.destroyed || socket.writableEnded),
    'every connection was left',
  );
});
