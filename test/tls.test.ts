import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { identify, type IdentifyOptions } from '../src/identification/prober.js';
import { startTls, type StartTls, type StartTlsVerdict } from '../src/identification/start-tls.js';
import { protocols } from '../src/identification/registry.js';
import { diffSnapshots } from '../src/history/diff/diff-snapshots.js';
import { parseAddress } from '../src/model/address.js';
import type { Identification } from '../src/model/observation.js';
import { snapshotSchema, type Finding, type OpenEntry } from '../src/model/snapshot.js';
import { certificateFacts } from '../src/net/certificate.js';
import { matchesTarget, type PresentedName } from '../src/net/certificate-name.js';
import { wrapSocket, type Connection } from '../src/net/connection.js';
import { signatureAlgorithmOf } from '../src/net/signature-algorithm.js';
import { evaluate } from '../src/policy/evaluation/evaluate.js';
import { explainPorts } from '../src/policy/explanation/explain-port.js';
import { parsePolicy } from '../src/policy/language/parse-policy.js';
import { parseTarget } from '../src/model/parse-target.js';
import { formatExplanation } from '../src/report/explanation.js';
import { openEntry } from '../src/scan/snapshot-builder.js';
import { authority, expiredLeaf, leaf, leafKey, selfSigned, selfSignedKey } from './fixtures/certificates.js';
import { allBut, closedPorts, host, openPort, schemaErrors, snapshotOf, v4 } from './fixtures/snapshots.js';

const patience = {
  ...{ serverFirstMs: 5000, clientFirstMs: 30, otherMs: 50, answerMs: 5000, nextMs: 5000, guessMs: 5000, pauseMs: 60 },
  totalMs: 20_000,
};
const loopback = { family: 4, value: 0x7f000001n, text: '127.0.0.1' } as const;

interface Peer {
  readonly port: number;
  connections: number;
}

/** A server on loopback that behaves as told; with `tls` inside TLS. */
async function serve(t: Test, behave: (socket: Socket) => void, tls?: TlsOptions): Promise<Peer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    behave(socket);
  };
  const server = tls === undefined ? createServer(accept) : createTlsServer(tls, accept);
  const peer = { port: 0, connections: 0 };
  server.on('connection', (socket: Socket) => {
    peer.connections += 1;
    sockets.add(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has an address');
  peer.port = address.port;
  return peer;
}

async function open(peer: Peer, as: number): Promise<Connection> {
  const socket = connect(peer.port, '127.0.0.1');
  await once(socket, 'connect');
  return wrapSocket(socket, loopback, as);
}

/** Identifies what answers there, as if on the port `as`. */
async function ask(peer: Peer, as: number, options: Partial<IdentifyOptions> = {}): Promise<Identification> {
  const first = await open(peer, as);
  return identify(first, {
    dial: () => open(peer, as),
    signal: new AbortController().signal,
    patience,
    serverName: 'www.example.org',
    ...options,
  });
}

const names = (...texts: string[]) =>
  texts.map((text): PresentedName => ({ kind: parseAddress(text) === undefined ? 'name' : 'address', text }));

t.test('whether a certificate is for the target (RFC 9525)', (t) => {
  for (const [presented, target, expected] of [
    ['www.example.org', 'www.example.org', true],
    ['WWW.Example.ORG', 'www.example.org.', true],
    ['*.example.org', 'www.example.org', true],
    ['*.example.org', 'example.org', false],
    ['*.example.org', 'a.b.example.org', false],
    ['w*.example.org', 'www.example.org', false],
    ['*w.example.org', 'www.example.org', false],
    ['www.*.org', 'www.example.org', false],
    ['*.*.org', 'www.example.org', false],
    ['*', 'localhost', false],
    ['bücher.example', 'xn--bcher-kva.example', true],
    ['xn--bcher-kva.example', 'bücher.example', true],
    ['*.example', 'xn--bcher-kva.example', true],
    ['xn--*.example', 'xn--bcher-kva.example', false],
    ['example.org', 'www.example.org', false],
    ['192.0.2.7', '192.0.2.7', true],
    ['2001:DB8:0:0:0:0:0:7', '2001:db8::7', true],
    ['192.0.2.8', '192.0.2.7', undefined],
    ['www.example.org', '192.0.2.7', undefined],
    ['192.0.2.7', 'www.example.org', false],
    ['', 'www.example.org', false],
  ] as const) {
    t.equal(matchesTarget(names(presented), target), expected, `${presented} for ${target}`);
  }
  t.equal(matchesTarget([{ kind: 'name', text: '192.0.2.7' }], '192.0.2.7'), undefined, 'an address is no DNS name');
  t.equal(matchesTarget([{ kind: 'other', text: 'www.example.org' }], 'www.example.org'), false);
  t.equal(matchesTarget([], 'www.example.org'), false);
  const label = fc.stringMatching(/^[a-z0-9]{1,10}$/);
  const name = fc.array(label, { minLength: 2, maxLength: 5 }).filter((labels) => /[a-z]/.test(labels.at(-1) ?? ''));
  fc.assert(
    fc.property(name, label, fc.string(), (labels, other, noise) => {
      const text = labels.join('.');
      const wild = ['*', ...labels.slice(1)].join('.');
      const isSelf = matchesTarget(names(text), text.toUpperCase());
      const isWild = matchesTarget(names(wild), [other, ...labels.slice(1)].join('.'));
      const isDeeper = matchesTarget(names(wild), `${other}.${text}`);
      const isOther = matchesTarget(names(text), `${other}.${text}`);
      matchesTarget([{ kind: 'name', text: noise }], noise);
      return isSelf === true && isWild === true && isDeeper === false && isOther === false;
    }),
  );
  t.end();
});

/** The certificate with these of its bytes put in place of those; both are as long. */
function patched(pem: string, from: string, to: string): X509Certificate {
  const der = Buffer.from(pem.split('\n').slice(1, -1).join(''), 'base64');
  for (let at = der.indexOf(from, 0, 'latin1'); at >= 0; at = der.indexOf(from, at + 1, 'latin1'))
    der.write(to, at, 'latin1');
  return new X509Certificate(der);
}

t.test('odd times and names in certificates', (t) => {
  const until = '21261030154819Z';
  for (const [time, expected] of [
    ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
    ['19491231235959Z', '1949-12-31T23:59:59.000Z'],
    ['00010101000000Z', '0001-01-01T00:00:00.000Z'],
    ['00491130154800Z', '0049-11-30T15:48:00.000Z'],
    ['01000101000000Z', '0100-01-01T00:00:00.000Z'],
    ['20261330154819Z', undefined],
    ['2126103015481.Z', undefined],
    ['-1261030154819Z', undefined],
  ] as const) {
    t.equal(certificateFacts(patched(leaf, until, time), undefined)?.validTo, expected, time);
  }
  for (const name of ['*.\x1b[2J\0,\n"o\\g', '\x9b31m\r\nabc,DN', 'a, DNS:b.c\x9b"']) {
    const facts = certificateFacts(patched(leaf, '*.example.org', name), 'www.example.org');
    t.equal(facts?.sans.length, 3, 'one name stays one');
    t.notMatch(JSON.stringify(facts).replace(/\\\\/g, ''), /[^ -~]|\\[^"]/, 'nothing unprintable in it');
    t.equal(facts?.target?.matches, false);
  }
  t.end();
});

t.test('self-signed is what is signed with its own key', (t) => {
  t.equal(certificateFacts(new X509Certificate(selfSigned), undefined)?.selfSigned, true);
  t.equal(certificateFacts(new X509Certificate(authority), undefined)?.selfSigned, true);
  t.equal(certificateFacts(new X509Certificate(leaf), undefined)?.selfSigned, false);
  const another = patched(selfSigned, 'other.example.net', 'third.example.net');
  t.equal(another.subject, another.issuer);
  t.equal(
    certificateFacts(another, undefined)?.selfSigned,
    false,
    'it bears the name of its issuer, and another key signed it',
  );
  t.end();
});

t.test('no bytes are too odd for the reader of certificates', (t) => {
  const der = Buffer.from(leaf.split('\n').slice(1, -1).join(''), 'base64');
  t.equal(signatureAlgorithmOf(der), 'sha256WithRSAEncryption');
  for (let length = 0; length < der.length; length++) t.equal(signatureAlgorithmOf(der.subarray(0, length)), undefined);
  const unknown = Buffer.from(der);
  unknown.set([0x2a, 0x03], unknown.lastIndexOf(Buffer.from('2a864886f70d01010b', 'hex')));
  t.match(signatureAlgorithmOf(unknown), /^1\.2\.3\./, 'one that has no name here');
  fc.assert(fc.property(fc.uint8Array(), (bytes) => (signatureAlgorithmOf(bytes) ?? '') !== '\0'));
  t.end();
});

const page = 'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 0\r\n\r\n';
const web = (socket: Socket) => socket.once('data', () => socket.end(page));
const good = { cert: `${leaf}\n${authority}`, key: leafKey };
const old = { ciphers: 'DEFAULT@SECLEVEL=0' };

t.test('what handshakes with TLS servers of several kinds show', async (t) => {
  const kinds: readonly (readonly [string, TlsOptions, object, number])[] = [
    [
      'a chain, two versions, two protocols',
      { ...good, ALPNProtocols: ['h2', 'http/1.1'] },
      {
        version: 'TLSv1.3',
        alpn: 'http/1.1',
        versions: { accepted: ['TLSv1.3', 'TLSv1.2'], refused: ['TLSv1.1', 'TLSv1'] },
        alpnChoices: [{ offered: ['h2', 'http/1.1'], chosen: 'h2' }],
        chain: [{ subject: 'O=Example, CN=Example CA', issuer: 'O=Example, CN=Example CA' }],
        certificate: {
          selfSigned: false,
          key: { type: 'ec', bits: 256 },
          signatureAlgorithm: 'sha256WithRSAEncryption',
          target: { name: 'www.example.org', matches: true },
        },
      },
      3,
    ],
    [
      'TLS 1.3 only',
      { ...good, minVersion: 'TLSv1.3', ALPNProtocols: ['h2', 'http/1.1'] },
      {
        versions: { accepted: ['TLSv1.3'], refused: ['TLSv1.2', 'TLSv1.1', 'TLSv1'] },
        alpnChoices: [{ offered: ['h2', 'http/1.1'], chosen: 'h2' }],
      },
      3,
    ],
    [
      'TLS 1.0 only, and no protocols',
      { ...good, ...old, minVersion: 'TLSv1', maxVersion: 'TLSv1' },
      {
        version: 'TLSv1',
        versions: { accepted: ['TLSv1'], refused: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'] },
        alpnChoices: [{ offered: ['h2', 'http/1.1'] }],
      },
      2,
    ],
    [
      'everything from TLS 1.0 on',
      { ...good, ...old, minVersion: 'TLSv1' },
      { versions: { accepted: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'], refused: [] } },
      3,
    ],
    [
      'TLS 1.2 at best',
      { ...good, maxVersion: 'TLSv1.2' },
      { versions: { accepted: ['TLSv1.2'], refused: ['TLSv1.3', 'TLSv1.1', 'TLSv1'] } },
      3,
    ],
    [
      'self-signed, for another name',
      { cert: selfSigned, key: selfSignedKey },
      {
        certificate: {
          selfSigned: true,
          key: { type: 'rsa', bits: 2048 },
          target: { name: 'www.example.org', matches: false },
        },
      },
      3,
    ],
    ['expired', { ...good, cert: expiredLeaf }, { certificate: { validTo: /^2026-11-22T/ } }, 3],
  ];
  for (const [kind, options, expected, connections] of kinds) {
    const peer = await serve(t, web, options);
    const { service, tls } = await ask(peer, 443);
    t.match(service, { name: 'https', product: 'nginx' }, kind);
    t.match(tls, expected, kind);
    t.equal(peer.connections, connections, `${kind}: connections`);
    const found = { address: loopback, port: 443, observedAt: new Date(0), self: false, method: 'connect' } as const;
    const entry = openEntry(found, { service, ...(tls === undefined ? {} : { tls }) });
    const document: unknown = JSON.parse(JSON.stringify(snapshotOf({ open: [entry] })));
    t.strictSame(schemaErrors(document), [], `${kind}: the published schema`);
    t.ok(snapshotSchema.safeParse(document).success);
  }
});

t.test('no arithmetic of a size that the server picks', async (t) => {
  const slow = {
    ...good,
    maxVersion: 'TLSv1.2',
    ciphers: 'DHE-RSA-AES128-GCM-SHA256',
    cert: selfSigned,
    key: selfSignedKey,
  } as const;
  const peer = await serve(t, web, { ...slow, dhparam: 'auto' });
  const { service, tls, trouble } = await ask(peer, 443);
  t.match(service, { name: 'https', tunnel: 'tls', method: 'table' });
  t.equal(tls, undefined);
  t.match(trouble, /the server sent the alert handshake_failure/);
});

t.test('a handshake that does not come to its end', async (t) => {
  const peer = await serve(t, web, {
    ...good,
    cert: [leaf, ...Array.from({ length: 60 }, () => authority)].join('\n'),
  });
  const { service, tls, trouble } = await ask(peer, 443);
  t.match(service, { name: 'https', tunnel: 'tls', method: 'table' });
  t.equal(tls, undefined);
  t.match(trouble, /a handshake of more than 32768 bytes/);
});

t.test('no more handshakes than the endpoint has connections', async (t) => {
  const peer = await serve(t, web, good);
  const { tls } = await ask(peer, 443, { maxConnections: 1 });
  t.strictSame(tls?.versions, { accepted: ['TLSv1.3'], refused: [] });
  t.equal(tls?.alpnChoices, undefined);
  t.equal(peer.connections, 1);
});

/** A server that answers what it is told, line by line or as it comes, and goes on inside TLS after the last of these answers. */
function upgrading(greeting: string, answers: readonly (readonly [RegExp, string])[], inside: Buffer[] = []) {
  return (socket: Socket) => {
    let at = 0;
    socket.write(greeting, 'latin1');
    const onData = (bytes: Buffer) => {
      const [asked, answer] = answers[at] ?? [/^$/, ''];
      if (!asked.test(bytes.toString('latin1'))) {
        socket.end('500 what?\r\n');
        return;
      }
      at += 1;
      if (at === answers.length) {
        socket.removeListener('data', onData);
        const secure = new TLSSocket(socket, { isServer: true, ...good });
        secure.on('error', () => undefined);
        secure.on('data', (chunk: Buffer) => inside.push(chunk));
      }
      socket.write(answer, 'latin1');
    };
    socket.on('data', onData);
  };
}

const ehlo = [/^EHLO exposcan\.invalid\r\n$/, '250-mail.example.org\r\n250-STARTTLS\r\n250 8BITMIME\r\n'] as const;
const smtpGreeting = '220 mail.example.org ESMTP Postfix\r\n';

t.test('services that upgrade to TLS when asked', async (t) => {
  const postgresError =
    'E\0\0\0ySFATAL\0VFATAL\0C28000\0Mno PostgreSQL user name specified in startup packet\0' +
    'Fpostmaster.c\0L2351\0RProcessStartupPacket\0\0';
  const cases: readonly (readonly [string, number, string, readonly (readonly [RegExp, string])[], string])[] = [
    ['smtp', 25, smtpGreeting, [ehlo, [/^STARTTLS\r\n$/, '220 2.0.0 Ready\r\n']], 'QUIT\r\n'],
    ['smtp', 40_009, smtpGreeting, [ehlo, [/^STARTTLS\r\n$/, '220-a\r\n220 b\r\n']], 'QUIT\r\n'],
    ['imap', 143, '* OK IMAP4rev1 ready\r\n', [[/^a STARTTLS\r\n$/, '* NO hm\r\na OK go\r\n']], 'a LOGOUT\r\n'],
    [
      'pop3',
      110,
      '+OK POP3 ready\r\n',
      [
        [/^CAPA\r\n$/, '-ERR no\r\n'],
        [/^STLS\r\n$/, '+OK Begin\r\n'],
      ],
      'QUIT\r\n',
    ],
    ['sieve', 4190, '"IMPLEMENTATION" "x"\r\n"STARTTLS"\r\nOK\r\n', [[/^STARTTLS\r\n$/, 'OK\r\n']], 'LOGOUT\r\n'],
    ['ircu', 6667, ':a.example.org NOTICE * :hm\r\n', [[/^STARTTLS\r\n$/, ':a.example.org 670 * :go\r\n']], 'QUIT\r\n'],
    ['ftp', 21, '220 (vsFTPd 3.0.3)\r\n', [[/^AUTH TLS\r\n$/, '234 Proceed.\r\n']], 'QUIT\r\n'],
  ];
  for (const [name, port, greeting, answers, farewell] of cases) {
    const inside: Buffer[] = [];
    const peer = await serve(t, upgrading(greeting, answers, inside));
    const { service, tls, trouble } = await ask(peer, port, { patience: { ...patience, otherMs: 5000 } });
    t.match(service, { name, method: 'probed' });
    t.equal(service.tunnel, undefined, 'it speaks in the clear first');
    t.match(tls, { startTls: true, version: 'TLSv1.3', certificate: { target: { matches: true } } }, name);
    t.equal(trouble, undefined);
    t.equal(peer.connections, 1, 'all on one connection');
    while (inside.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    t.equal(Buffer.concat(inside).toString(), farewell, 'the farewell comes inside TLS');
  }
  let count = 0;
  const peer = await serve(t, (socket) => {
    count += 1;
    if (count === 1) socket.once('data', () => socket.end(postgresError, 'latin1'));
    else upgrading('', [[/^\0\0\0\x08\x04\xd2\x16\/$/, 'S']])(socket);
  });
  const { service, tls } = await ask(peer, 5432);
  t.match(service, { name: 'postgresql', product: 'PostgreSQL' });
  t.match(tls, { startTls: true, version: 'TLSv1.3' });
  t.equal(peer.connections, 2);
});

const stream =
  "<?xml version='1.0'?><stream:stream from='offsite7.example.org' id='x' xmlns='jabber:client' " +
  "xmlns:stream='http://etherx.jabber.org/streams' version='1.0'><stream:features>" +
  "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></stream:features>";

t.test('a server that speaks HTTP/2 alone, and one without a certificate', async (t) => {
  const settings = Uint8Array.of(0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100);
  const http2 = await serve(t, (socket) => socket.write(settings), { ...good, ALPNProtocols: ['h2'] });
  const { service, tls } = await ask(http2, 443, { patience: { ...patience, clientFirstMs: 5000 } });
  t.match(service, { name: 'https', tunnel: 'tls', method: 'probed' });
  t.match(tls, { alpn: 'h2', certificate: { target: { matches: true } } });

  const anonymous = { ciphers: 'aNULL@SECLEVEL=0', maxVersion: 'TLSv1.2' } as const;
  const greeting = 'SSH-2.0-OpenSSH_9.2p1\r\n';
  const nrpe = await serve(t, (socket) => socket.write(greeting), anonymous);
  const found = await ask(nrpe, 5666, { patience: { ...patience, clientFirstMs: 5000 } });
  t.match(found, { service: { name: 'ssh', tunnel: 'tls' }, tls: { version: 'TLSv1.2', certificate: undefined } });
  const elsewhere = await ask(await serve(t, (socket) => socket.write(greeting), anonymous), 443);
  t.match(
    elsewhere,
    { tls: undefined, trouble: /handshake_failure/ },
    'on other ports nobody is offered to go without',
  );
});

t.test('what is upgraded without a farewell inside', async (t) => {
  const inside: Buffer[] = [];
  const proceed = "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
  const xmpp = await serve(
    t,
    upgrading(
      '',
      [
        [/^<\?xml/, stream],
        [/^<starttls/, proceed],
      ],
      inside,
    ),
  );
  t.match(await ask(xmpp, 5222), { service: { name: 'xmpp-client' }, tls: { startTls: true } });

  // [MS-RDPBCGR] 2.2.1.1.1: TLS alone, and TLS or CredSSP.
  const [tlsAlone, either] = [
    /^\x03\x00\x00\x13\x0e\xe0.{9}\x01\x00{3}$/s,
    /^\x03\x00\x00\x13\x0e\xe0.{9}\x03\x00{3}$/s,
  ];
  const confirm = (answer: string) => `\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0${answer}\0\0\0`;
  const open = await serve(t, upgrading('', [[tlsAlone, confirm('\x02\x01\x08\0\x01')]], inside));
  t.match(await ask(open, 3389), { service: { name: 'ms-wbt-server' }, tls: { startTls: true }, trouble: undefined });
  t.equal(open.connections, 1);
  let count = 0;
  const strict = await serve(t, (socket) => {
    count += 1;
    upgrading(
      '',
      [count === 1 ? [tlsAlone, confirm('\x03\0\x08\0\x05')] : [either, confirm('\x02\x01\x08\0\x02')]],
      inside,
    )(socket);
  });
  t.match(await ask(strict, 3389), {
    service: { name: 'ms-wbt-server', extraInfo: 'network level authentication required' },
    tls: { startTls: true },
  });
  t.equal(strict.connections, 2);
  const old = await serve(
    t,
    upgrading(
      '',
      [
        [tlsAlone, confirm('\x02\0\x08\0\0')],
        [/^$/, ''],
      ],
      inside,
    ),
  );
  const without = { service: { extraInfo: 'RDP security, no TLS' }, tls: undefined, tlsUpgrade: 'refused' };
  t.match(await ask(old, 3389), without);
  t.equal(old.connections, 1);
  t.strictSame(inside, []);
});

t.test('an upgrade that is refused, or goes wrong, loses nothing', async (t) => {
  const injected = '220 2.0.0 Ready\r\n250 injected\r\n';
  for (const [what, behave, trouble, upgrade] of [
    [
      'not offered',
      upgrading(smtpGreeting, [
        [ehlo[0], '250 mail.example.org\r\n'],
        [/^QUIT/, ''],
      ]),
      undefined,
      'refused',
    ],
    [
      'offered, and not now',
      upgrading(smtpGreeting, [ehlo, [/^STARTTLS/, '454 4.7.0 not now\r\n']]),
      undefined,
      'unknown',
    ],
    [
      'too busy for any',
      upgrading(smtpGreeting, [
        [ehlo[0], '421 4.3.2 too busy\r\n'],
        [/^$/, ''],
      ]),
      undefined,
      'unknown',
    ],
    [
      'words in the clear after the answer',
      upgrading(smtpGreeting, [ehlo, [/^STARTTLS/, injected]]),
      undefined,
      'unknown',
    ],
    [
      'agreed, and then hung up',
      (socket: Socket) => {
        socket.write(smtpGreeting);
        socket.once('data', () => {
          socket.write(ehlo[1]);
          socket.once('data', () => {
            socket.write('220 go\r\n');
            socket.once('data', () => socket.end());
          });
        });
      },
      /^asked to upgrade to TLS, it agreed; the TLS handshake failed: /,
      'offered',
    ],
    ['silent', (socket: Socket) => socket.write(smtpGreeting), undefined, 'unknown'],
  ] as const) {
    const peer = await serve(t, behave);
    const answer = await ask(peer, 25, { patience: { ...patience, answerMs: 200 } });
    t.match(answer.service, { name: 'smtp', product: 'Postfix', method: 'probed' }, what);
    t.equal(answer.tls, undefined, what);
    t.match(answer.trouble, trouble, what);
    t.equal(answer.tlsUpgrade, upgrade, what);
    t.equal(peer.connections, 1, what);
  }
  const refusing = await serve(t, (socket) => socket.write('554 5.7.1 no service for you\r\n'));
  let said = '';
  const closing = await serve(t, (socket) => {
    socket.on('data', (bytes: Buffer) => (said += bytes.toString()));
    socket.write('554 5.7.1 no service for you\r\n');
  });
  t.match(await ask(refusing, 25), { service: { name: 'smtp' }, tlsUpgrade: 'unknown' });
  t.match(await ask(closing, 25), { service: { name: 'smtp' } });
  t.notMatch(said, /EHLO/, 'who is turned away does not ask for more');
});

t.test('MySQL says in its greeting whether it would upgrade, and is not asked', async (t) => {
  for (const [capabilities, upgrade] of [
    ['\xfe\xff', 'offered'],
    ['\xfe\xf7', 'refused'],
  ] as const) {
    const payload = `\n8.0.36\0\x08\0\0\0abcdefgh\0${capabilities}\x08\x02\0${'\0'.repeat(13)}ijklmnopqrst\0`;
    let sent = 0;
    const peer = await serve(t, (socket) => {
      socket.on('data', ({ length }: Buffer) => (sent += length));
      socket.write(Buffer.from(`${String.fromCharCode(payload.length)}\0\0\0${payload}`, 'latin1'));
    });
    t.match(await ask(peer, 3306), { service: { product: 'MySQL' }, tlsUpgrade: upgrade });
    t.equal(sent, 0);
    t.equal(peer.connections, 1);
  }
});

t.test('the answers of every upgrade', (t) => {
  const ldap = (code: string) => Buffer.from(`300c02010278070a01${code}04000400`, 'hex').toString('latin1');
  const selection = (which: number) =>
    `\x03\0\0\x13\x0e\xd0\0\0\x12\x34\0\x02\x01\x08\0${String.fromCharCode(which)}\0\0\0`;
  const table: readonly (readonly [keyof typeof startTls, number, string, StartTlsVerdict])[] = [
    ['smtp', 0, '250-a\r\n250 starttls\r\n', 'yes'],
    ['smtp', 0, '250 a\r\n', 'no'],
    ['smtp', 1, '220 go\r\n', 'yes'],
    ['smtp', 1, '220 go\r\nEHLO', 'unclear'],
    ['smtp', 0, '421 4.3.2 too busy\r\n', 'unclear'],
    ['smtp', 0, '554 5.7.1 not you\r\n', 'unclear'],
    ['smtp', 0, '502 5.5.1 no ESMTP here\r\n', 'no'],
    ['smtp', 1, '454 not now\r\n', 'unclear'],
    ['smtp', 1, 'hello\r\n', 'unclear'],
    ['imap', 0, '* X\r\na OK go\r\n', 'yes'],
    ['imap', 0, 'a BAD no\r\n', 'no'],
    ['imap', 0, 'a NO no TLS here\r\n', 'no'],
    ['imap', 0, 'a NO [UNAVAILABLE] later\r\n', 'unclear'],
    ['imap', 0, 'a OK go\r\n* OK\r\n', 'unclear'],
    ['pop3', 0, '+OK\r\n', 'yes'],
    ['pop3', 0, '-ERR\r\n', 'no'],
    ['pop3', 0, '-ERR unknown command\r\n', 'no'],
    ['pop3', 0, '-ERR [SYS/TEMP] later\r\n', 'unclear'],
    ['ftp', 0, '234 go\r\n', 'yes'],
    ['ftp', 0, '530 no\r\n', 'no'],
    ['ftp', 0, '421 too many connections\r\n', 'unclear'],
    ['ftp', 0, '431 no resource for that\r\n', 'unclear'],
    ['nntp', 0, '382 go\r\n', 'yes'],
    ['nntp', 0, '500 what\r\n', 'no'],
    ['nntp', 0, '580 no\r\n', 'unclear'],
    ['nntp', 0, '400 later\r\n', 'unclear'],
    ['sieve', 0, 'OK "go"\r\n', 'yes'],
    ['sieve', 0, 'NO "no"\r\n', 'unclear'],
    ['xmpp', 0, "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", 'yes'],
    ['xmpp', 0, "<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", 'unclear'],
    ['irc', 0, ':a.example.org NOTICE * :hm\r\n:a.example.org 670 * :go\r\n', 'yes'],
    ['irc', 0, ':a.example.org 421 * STARTTLS :Unknown command\r\n', 'no'],
    ['irc', 0, ':a.example.org 691 * :failed\r\n', 'unclear'],
    ['irc', 0, 'ERROR :Closing Link: too many connections\r\n', 'unclear'],
    ['ldap', 0, ldap('00'), 'yes'],
    ['ldap', 0, ldap('02'), 'no'],
    ['ldap', 0, ldap('33'), 'unclear'],
    ['ldap', 0, Buffer.from('300c02010165070a010004000400', 'hex').toString('latin1') + ldap('00'), 'yes'],
    ['ms-wbt-server', 0, selection(1), 'yes'],
    ['ms-wbt-server', 0, selection(2), 'yes'],
    ['ms-wbt-server', 0, selection(0), 'unclear'],
    ['postgresql', 0, 'S', 'yes'],
    ['postgresql', 0, 'N', 'no'],
    ['postgresql', 0, 'SS', 'unclear'],
    ['postgresql', 0, 'E', 'unclear'],
  ];
  for (const [name, turn, answer, expected] of table) {
    const way: StartTls = startTls[name];
    const { read } = (way.otherwise ?? way).turns[turn] ?? { read: () => 'no turn' };
    const bytes = Buffer.from(answer, 'latin1');
    t.equal(read(bytes), expected, `${name}: ${answer}`);
    if (expected !== 'yes') continue;
    t.not(read(Buffer.concat([bytes, Buffer.from('x')])), 'yes', `${name}: something after ${answer}`);
    for (let end = 0; end < bytes.length; end++) t.equal(read(bytes.subarray(0, end)), 'more', `${name}: ${end} bytes`);
  }
  const ways: readonly StartTls[] = Object.values(startTls);
  const turns = ways.flatMap((way) => [...way.turns, ...(way.otherwise?.turns ?? [])]);
  const noise = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 4096, maxLength: 5000 }));
  fc.assert(
    fc.property(fc.constantFrom(...turns), noise, ({ read }, bytes) => {
      const verdict = read(bytes);
      return bytes.length < 4096 ? verdict !== 'yes' || bytes.length > 0 : verdict !== 'more';
    }),
  );
  for (const { name, punishes, startTls: upgrade } of protocols) {
    t.notOk(punishes === true && typeof upgrade === 'object', `${name} is not asked where that counts`);
  }
  t.end();
});

const day = 24 * 60 * 60 * 1000;
const now = Date.parse('2026-01-01T00:00:22.000Z');
const iso = (time: number) => new Date(time).toISOString();
type Certificate = NonNullable<NonNullable<OpenEntry['tls']>['certificate']>;
const certificate = (parts: Partial<Certificate> = {}): Certificate => ({
  ...{ subject: `CN=${host}`, issuer: 'CN=Example CA', sans: [host], selfSigned: false, fingerprint256: 'AA' },
  ...{ validFrom: iso(now - 60 * day), validTo: iso(now + 200 * day) },
  ...parts,
});
const expired = certificate({ validTo: iso(now - day) });
const wrongName = certificate({ target: { name: host, matches: false }, sans: ['other.example.net'] });

/** How an address with https on 443 and nothing else is judged by these settings. */
function judge(tls: OpenEntry['tls'], settings = '', rule = 'exposure: public', parts: Partial<OpenEntry> = {}) {
  const policy = parsePolicy(
    `version: 1\nname: test\nhosts:\n  - { host: ${host}, families: [4], ${settings}services: [{ port: 443, ${rule} }] }\n`,
    'p.yaml',
  );
  const service = { name: 'https', product: 'nginx', tunnel: 'tls', method: 'probed' } as const;
  const snapshot = snapshotOf({
    targets: [{ target: host, addresses: [v4], noRecord: [6], errors: [] }],
    open: [openPort(v4, 443, { service, ...(tls === undefined ? {} : { tls }), ...parts })],
    notOpen: [closedPorts(v4, allBut('443'))],
  });
  return evaluate(policy, snapshot);
}

const weaknesses = (findings: readonly Finding[]) =>
  findings.filter(({ rule }) => / tls (?:report|require)$/.test(rule));
const told = (findings: readonly Finding[]) =>
  weaknesses(findings).map(
    ({ outcome, code, severity, counted }) => `${outcome} ${code} ${severity} ${counted ?? 'counts'}`,
  );

t.test('weaknesses of TLS are told, demanded or ignored', (t) => {
  const tls = (parts: Partial<Certificate> | undefined, accepted: string[] = ['TLSv1.3', 'TLSv1.2']) => ({
    version: accepted[0] ?? 'TLSv1.3',
    versions: { accepted, refused: [] },
    ...(parts === undefined ? {} : { certificate: certificate(parts) }),
  });
  for (const [seen, expected] of [
    [tls({}), []],
    [undefined, []],
    [tls(undefined), []],
    [tls({ validTo: iso(now - day) }), ['fail certificate-expiring medium false']],
    [tls({ validTo: iso(now + 29 * day) }), ['fail certificate-expiring low false']],
    [tls({ validTo: iso(now + 31 * day) }), []],
    [tls({ validFrom: iso(now + day) }), ['fail certificate-not-yet-valid medium false']],
    // Six days long, with three and with one to go.
    [tls({ validFrom: iso(now - 3 * day), validTo: iso(now + 3 * day) }), []],
    [tls({ validFrom: iso(now - 5 * day), validTo: iso(now + day) }), ['fail certificate-expiring low false']],
    [tls({}, ['TLSv1.3', 'TLSv1.2', 'TLSv1.1']), ['fail tls-old-accepted low false']],
    [tls({}, ['TLSv1']), ['fail tls-old-accepted medium false']],
    [{ ...tls({}), version: 'TLSv1', versions: undefined }, ['fail tls-old-accepted medium false']],
    [tls({ target: { name: host, matches: false } }), ['fail certificate-name medium false']],
    [tls({ target: { name: host, matches: true } }), []],
    [tls({ selfSigned: true }), ['fail certificate-self-signed low false']],
  ] as const) {
    const { verdict, findings } = judge(seen, 'tls: report, ');
    t.strictSame(told(findings), expected, JSON.stringify(seen));
    t.equal(verdict, 'pass', 'what is told does not count');
    t.strictSame(told(judge(seen, 'tls: ignore, ').findings), []);
    const demanded = judge(seen, 'tls: require, ');
    t.strictSame(
      told(demanded.findings),
      expected.map((text) => text.replace('false', 'counts')),
    );
    t.equal(demanded.verdict, expected.length === 0 ? 'pass' : 'fail');
  }
  const all = tls({ ...expired, ...wrongName, validTo: expired.validTo, selfSigned: true }, ['TLSv1.3', 'TLSv1']);
  t.equal(told(judge(all, 'tls: report, ').findings).length, 4);
  t.equal(
    told(judge(all).findings).length,
    3,
    'a certificate that vouches for itself is told where somebody asks for it',
  );
  t.equal(told(judge(all, 'tls: { selfSigned: report }, ').findings).length, 4);
  t.strictSame(told(judge(all, 'tls: { selfSigned: ignore, name: require }, ').findings).sort(), [
    'fail certificate-expiring medium false',
    'fail certificate-name medium counts',
    'fail tls-old-accepted low false',
  ]);
  t.end();
});

t.test("what a rule asks of TLS itself is the rule's", (t) => {
  const seen = { version: 'TLSv1.1', certificate: expired };
  t.strictSame(told(judge(seen, '', "exposure: public, tls: { daysToExpiry: 5, minVersion: '1.2' }").findings), []);
  t.strictSame(told(judge(seen, '', "exposure: public, tls: { minVersion: '1.0' }").findings), [
    'fail certificate-expiring medium false',
  ]);
  t.strictSame(told(judge(seen, 'tls: require, ', 'exposure: local-only').findings), [], 'it must not be open at all');
  const selfMade = { version: 'TLSv1.3', certificate: certificate({ selfSigned: true }) };
  t.strictSame(
    told(judge(selfMade, 'tls: report, ', 'exposure: restricted, from: [internet]').findings),
    [],
    'not public',
  );
  const self = judge(seen, 'tls: require, ', 'exposure: public', { self: true });
  t.strictSame(weaknesses(self.findings), [], 'seen by the machine itself');
  const clear = { name: 'smtp', method: 'probed' } as const;
  const failed = judge(undefined, '', 'exposure: public, tls: { required: true }', {
    service: clear,
    trouble: 'failed',
  });
  t.match(
    failed.findings,
    [{ outcome: 'indeterminate', code: 'tls-unknown' }],
    'an upgrade that failed proves nothing',
  );
  for (const [tlsUpgrade, demand, outcome, code] of [
    ['unknown', 'required: true', 'indeterminate', 'tls-unknown'],
    ['unknown', "minVersion: '1.2'", 'indeterminate', 'tls-unknown'],
    ['offered', "minVersion: '1.2'", 'indeterminate', 'tls-unknown'],
    ['offered', 'daysToExpiry: 5', 'indeterminate', 'tls-unknown'],
    ['refused', 'required: true', 'fail', 'tls-missing'],
  ] as const) {
    const { findings } = judge(undefined, '', `exposure: public, tls: { ${demand} }`, { service: clear, tlsUpgrade });
    t.match(findings, [{ outcome, code }], `${tlsUpgrade}, ${demand}`);
  }
  t.equal(
    judge(undefined, '', 'exposure: public, tls: { required: true }', { service: clear, tlsUpgrade: 'offered' })
      .verdict,
    'pass',
    'TLS is there for who asks',
  );
  t.match(
    judge({ version: 'TLSv1.3', startTls: true }, '', 'exposure: public, tls: { required: true }', { service: clear })
      .verdict,
    'pass',
  );
  t.end();
});

t.test('how the policy says it', (t) => {
  const load = (settings: string, defaults = '') =>
    parsePolicy(
      `version: 1\nname: test\n${defaults}hosts:\n  - { host: ${host}, ${settings}services: [{ port: 443, exposure: public }] }\n`,
      'p.yaml',
    );
  for (const [settings, problem] of [
    ['tls: fail, ', /expected what becomes of a weakness of TLS: report, ignore or require, found "fail"/],
    ['tls: {}, ', /one of expiry, versions, name, selfSigned/],
    ['tls: { expiry: no }, ', /report, ignore or require/],
    ['tls: { expires: report }, ', /expiry/],
    ['tls: [report], ', /report, ignore or require/],
  ] as const) {
    t.throws(() => load(settings), { code: 'ERR_POLICY_INVALID', message: problem }, settings);
  }
  const words = (settings: string, defaults?: string) =>
    formatExplanation(explainPorts(load(settings, defaults), parseTarget(host), [443], new Date(now)), {
      ...{ width: 120, colour: false, verbosity: 0 },
    });
  t.notMatch(words(''), /weak TLS/);
  t.match(words('tls: { name: ignore }, '), /weak TLS +expiry report, versions report, name ignore, selfSigned ignore/);
  t.match(words('', 'defaults: { tls: require }\n'), /weak TLS +expiry require, .*\(p\.yaml:3/);
  t.end();
});

t.test('a diff tells no change of what only one side could tell', (t) => {
  const bare = { version: 'TLSv1.3', certificate: certificate() };
  const whole = {
    ...bare,
    chain: [{ subject: 'CN=b', issuer: 'CN=a', validTo: iso(now) }],
    versions: { accepted: ['TLSv1.3', 'TLSv1.2'], refused: ['TLSv1.1', 'TLSv1'] },
    alpnChoices: [{ offered: ['h2'], chosen: 'h2' }],
    certificate: certificate({ key: { type: 'ec', bits: 256 }, target: { name: host, matches: true } }),
  };
  const lesser = { ...whole, versions: { accepted: ['TLSv1.3'], refused: [] } };
  const older = { ...whole, versions: { accepted: ['TLSv1.3', 'TLSv1.2', 'TLSv1.1'], refused: [] } };
  const otherKey = { ...whole, certificate: certificate({ key: { type: 'rsa', bits: 2048 } }) };
  const upgraded = { ...whole, startTls: true as const };
  const noChoice = { ...whole, alpnChoices: [{ offered: ['h2'] }] };
  const seen = (tls: OpenEntry['tls']) =>
    snapshotOf({
      open: [openPort(v4, 443, tls === undefined ? {} : { tls })],
      notOpen: [closedPorts(v4, allBut('443'))],
    });
  for (const [from, to, kinds] of [
    [bare, whole, []],
    [undefined, upgraded, []],
    [lesser, whole, []],
    [whole, older, ['details-changed']],
    [whole, otherKey, ['details-changed']],
    [whole, noChoice, ['details-changed']],
    [undefined, whole, ['identification-gained', 'details-changed']],
  ] as const) {
    for (const [a, b] of [
      [from, to],
      [to, from],
    ] as const) {
      const changes = diffSnapshots(seen(a), seen(b)).changes.map(({ kind }) => kind.replace('lost', 'gained'));
      t.strictSame(changes, kinds, JSON.stringify([a, b]));
    }
  }
  t.end();
});
