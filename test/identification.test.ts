import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import t from 'tap';
import ts from 'typescript';
import { cpe } from '../src/identification/cpe.js';
import { matchBytes, parseLimit, present } from '../src/identification/match.js';
import { candidatesFor } from '../src/identification/plan.js';
import type { Protocol, ServiceFacts } from '../src/identification/protocol.js';
import { latin1, readerOf } from '../src/identification/reader.js';
import { protocols } from '../src/identification/registry.js';
import { readTlsAnswer } from '../src/identification/tls-record.js';
import { applications } from '../src/identification/web/applications.js';
import { backtrackingFactor, searchFactor } from './linear-pattern.js';

const cpePattern =
  /^cpe:2\.3:a(?::(?:[a-z0-9_.-]|\\[!-/:-@[-`{-~])+){2}:(?:\*|(?:[a-z0-9_.-]|\\[!-/:-@[-`{-~])+)(?::\*){7}$/;
/** As it is looked for on a port of its own, after its own probe. */
const inContext = (protocol: Protocol) => candidatesFor(protocol.ports[0] ?? 0, protocol);
const alone = (protocol: Protocol, bytes: Uint8Array) => matchBytes(bytes, [protocol]);
const examples = protocols.flatMap((protocol) => protocol.examples.map((example) => ({ protocol, example })));

/** The first page, from its status on; the path that it points to; what is there; and what that proves. Built from the APIs' documents. */
const atPath: readonly (readonly [first: string, path: string, answer: string, product: string, version?: string])[] = [
  ['200 OK\r\nSet-Cookie: i_like_gitea=0', '/api/v1/version', '{"version":"1.18.5"}', 'Gitea', '1.18.5'],
  [
    '200 OK\r\nSet-Cookie: i_like_gitea=0',
    '/api/v1/version',
    '{"version":"7.0.0+gitea-1.21.0"}',
    'Forgejo',
    '7.0.0+gitea-1.21.0',
  ],
  ['200 OK\r\n\r\n<title>SonarQube</title>', '/api/server/version', '9.9.0.65466', 'SonarQube', '9.9.0.65466'],
  [
    '200 OK\r\n\r\n<title>Sign In - Airflow</title>',
    '/api/v1/version',
    '{"version":"2.5.1"}',
    'Apache Airflow',
    '2.5.1',
  ],
  ['200 OK\r\n\r\n<title>JupyterLab</title>', '/api', '{"version":"2.7.0"}', 'Jupyter Server', '2.7.0'],
  [
    '404 Not Found\r\nServer: Microsoft-HTTPAPI/2.0',
    '/wsman',
    'HTTP/1.1 405 \r\nAllow: POST\r\nServer: Microsoft-HTTPAPI/2.0\r\nContent-Length: 0\r\n\r\n',
    'Windows Remote Management',
  ],
  [
    '302 Found\r\nLocation: /_matrix/static/',
    '/_matrix/federation/v1/version',
    '{"server":{"name":"Synapse","version":"1.76.0 (b=matrix-org-hotfixes)"}}',
    'Synapse',
    '1.76.0',
  ],
  ['404 Not Found', '/healthz', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', 'kubelet'],
];
/** Those that their port suggests. */
const usualPort: Readonly<Record<string, number>> = { 'Windows Remote Management': 5985, kubelet: 10255 };

t.test('the registry', (t) => {
  // What is only spoken inside TLS has one name.
  const names = protocols.flatMap(({ name, overTls }) => [...new Set([name, overTls?.name ?? name])]);
  t.equal(new Set(names).size, names.length, 'no name stands twice');
  for (const { name, ports, overTls, probe, context, harmedBy, about } of protocols) {
    t.match(name, /^[a-z0-9-]+$/);
    const all = [...ports, ...(overTls?.ports ?? [])];
    t.ok(
      all.length > 0 && all.every((port) => Number.isInteger(port) && port >= 1 && port <= 65535),
      `ports of ${name}`,
    );
    t.equal(new Set(all).size, all.length, `${name} has no port twice`);
    t.ok(
      context !== 'asked' || probe !== undefined,
      `${name} is heard in answer to its probe alone, so that it has one`,
    );
    t.ok(harmedBy !== 'printer' || probe === undefined, `${name} is never sent anything`);
    for (const words of Object.values(about)) t.match(words, /^\S.*[^.\s]$/, `${name}: words that go into a table`);
    if (typeof probe === 'function') t.not(Buffer.from(probe('offsite7.example.org\r\nX: y')).includes('\r\nX:'), true);
  }
  t.end();
});

t.test('every example matches, first, and gives exactly its service', (t) => {
  for (const { protocol, example } of examples) {
    const result = matchBytes(example.bytes, inContext(protocol));
    if (result.kind !== 'match') {
      t.fail(`${protocol.name}: nothing matches ${example.from}`);
      continue;
    }
    const { match } = result;
    t.equal(match.protocol.name, protocol.name, example.from);
    const expected = Object.entries(example.service).filter(([, fact]) => fact !== undefined);
    t.strictSame(
      { name: match.protocol.name, ...match.facts },
      Object.fromEntries(expected),
      `${protocol.name}: ${example.from}`,
    );
    for (const name of match.facts.cpe ?? []) t.match(name, cpePattern, example.from);
    if (match.facts.cpe !== undefined) t.ok(match.facts.product, `${example.from}: no CPE without a product`);
  }
  t.end();
});

t.test('no example matches another protocol, whole or cut anywhere', (t) => {
  for (const { protocol, example } of examples) {
    const others = inContext(protocol).filter((other) => other !== protocol);
    const wrong = cuts(example.bytes).filter((part) => matchBytes(part, others).kind === 'match');
    t.strictSame(wrong, [], `${protocol.name}: ${example.from}`);
  }
  t.end();
});

t.test('what is asked after a greeting', (t) => {
  const asking = protocols.flatMap((protocol) =>
    protocol.asks === undefined ? [] : [{ protocol, asks: protocol.asks }],
  );
  t.ok(asking.length >= 7);
  for (const { protocol, asks } of asking) {
    t.equal(protocol.probe, undefined, `${protocol.name} greets`);
    t.ok(
      asks.write.length <= 64 && asks.examples.length > 0,
      `${protocol.name}: a short question, and what comes of it`,
    );
    for (const { from, greeting, bytes, service } of asks.examples) {
      const result = alone(protocol, greeting);
      if (result.kind !== 'match') {
        t.fail(`${protocol.name}: ${from}: no greeting`);
        continue;
      }
      const { facts } = result.match;
      t.ok(asks.when(facts, greeting), from);
      for (const part of cuts(bytes)) {
        const parsed = asks.read(part, facts);
        if (parsed.kind !== 'match' || parsed.growing === true) {
          t.ok(parsed.kind !== 'no' && part.length < bytes.length, `${from}, cut to ${part.length} bytes`);
          continue;
        }
        t.strictSame({ ...facts, ...present(parsed.facts), name: protocol.name }, present(service), from);
        t.equal(part.length, bytes.length, `${from}: it is all there only at the end`);
      }
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => (asks.read(bytes, {}), true)));
    for (const { from, bytes } of protocol.examples)
      t.not(asks.read(bytes, {}).kind, 'match', `${from}: no answer to this`);
  }
  const asks = (name: string, greeting: string) => {
    const protocol = protocols.find((each) => each.name === name);
    const bytes = Buffer.from(greeting);
    const result = matchBytes(bytes);
    return (
      result.kind === 'match' && result.match.protocol === protocol && protocol.asks?.when(result.match.facts, bytes)
    );
  };
  const open: [name: string, greeting: string, asked: boolean][] = [
    ['vnc', 'RFB 003.003\n', false],
    ['vnc', 'RFB 003.005\n', false],
    ['vnc', 'RFB 003.007\n', true],
    ['vnc', 'RFB 003.889\n', true],
    ['vnc', 'RFB 004.001\n', true],
    ['vnc', 'RFB 003.008\n\0\0\0\0\0\0\0\x04busy', false],
    ['pop3', '+OK Dovecot ready.\r\n', false],
    ['pop3', '-ERR [SYS/TEMP] POP3 is busy\r\n', false],
    ['imap', '* OK [CAPABILITY IMAP4rev1 ID] Dovecot ready.\r\n', false],
    ['imap', '* OK [CAPABILITY IMAP4rev1 IDLE] ready\r\n', false],
    ['imap', '* BYE [CAPABILITY IMAP4rev1 ID] IMAP is busy\r\n', false],
    ['imap', '* OK [CAPABILITY IMAP4rev1 ID] ready\r\n', true],
    ['ftp', '220 (vsFTPd 3.0.3)\r\n', false],
    ['ftp', '220 ready\r\n200 NOOP ok.\r\n', false],
    ['ftp', '421 FTP is busy\r\n', false],
    ['nntp', '502 NNTP is not for you\r\n', false],
  ];
  for (const [name, greeting, asked] of open) t.equal(asks(name, greeting), asked, `${name}: ${greeting}`);
  t.end();
});

t.test('no negative matches its protocol', (t) => {
  for (const protocol of protocols) {
    t.ok(protocol.negatives.length > 0, `${protocol.name} has a negative`);
    for (const { from, bytes } of protocol.negatives)
      t.not(alone(protocol, bytes).kind, 'match', `${protocol.name}: ${from}`);
  }
  t.end();
});

t.test('web applications', (t) => {
  const product = (bytes: Uint8Array) => {
    const result = matchBytes(bytes);
    return result.kind === 'match' ? result.match.facts.product : undefined;
  };
  const shown = new Set(examples.map(({ example }) => example.service.product));
  for (const { product: name, negatives = [], path } of applications) {
    for (const { from, bytes } of negatives) t.not(product(bytes), name, `${name}: ${from}`);
    if (path !== undefined) t.match(path, /^\/[\w./?=-]*$/, `${name}: a path to be asked for`);
    const isShown = shown.has(name) || name === 'Prometheus exporter' || atPath.some(([, , , own]) => own === name);
    t.ok(isShown, `${name} has an example`);
  }
  const head = 'HTTP/1.1 200 OK\r\nServer: TornadoServer/6.2\r\n';
  for (const [first, path, answer, name, version] of atPath) {
    const page = Buffer.from(`HTTP/1.1 ${first}\r\n\r\n`);
    const port = usualPort[name] ?? 40_009;
    const result = matchBytes(page);
    const question =
      result.kind === 'match' ? result.match.protocol.followUp?.(page, result.match.facts, port) : undefined;
    t.match(latin1(question?.probe('[::1]\r\nX: y') ?? new Uint8Array()), `GET ${path} HTTP/1.0\r\nHost: [::1]X:y\r\n`);
    const bytes = Buffer.from(answer.startsWith('HTTP') ? answer : `${head}\r\n${answer}`);
    const facts = question?.read(bytes);
    t.equal(facts?.product, name);
    t.equal(facts?.version, version, name);
    t.equal(question?.read(Buffer.from('HTTP/1.1 404 Not Found\r\n\r\n')), undefined, `${name}: nothing there`);
    t.equal(question?.read(Buffer.from('220 ')), undefined);
  }
  t.end();
});

t.test('what comes in pieces gives the same as what comes at once, or nothing yet', (t) => {
  for (const { protocol, example } of examples) {
    for (const part of cuts(example.bytes)) {
      const result = alone(protocol, part);
      if (result.kind !== 'match') continue;
      // The prober stops at a match that does not grow, so that one has to be final.
      const isFinal = !result.match.growing;
      const { version, product } = result.match.facts;
      const agrees = isFinal
        ? JSON.stringify(sorted({ name: protocol.name, ...result.match.facts })) ===
          JSON.stringify(sorted(example.service))
        : (version === undefined || product !== example.service.product || version === example.service.version) &&
          (product === undefined || isSaid(product, example.service));
      if (!agrees)
        t.fail(`${protocol.name}: ${example.from}, cut to ${part.length} bytes`, { found: result.match.facts });
    }
  }
  t.pass();
  t.end();
});

t.test('random bytes, mutilated examples and repetitions of them do no harm', (t) => {
  const random = fc.uint8Array({ maxLength: 300 });
  const mutilated = fc
    .tuple(
      fc.constantFrom(...examples),
      fc.nat(),
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 50 }),
    )
    .map(([{ example }, place, patch, times]) => {
      const bytes = Uint8Array.from(example.bytes);
      if (bytes.length > patch.length) bytes.set(patch, place % (bytes.length - patch.length));
      return Buffer.concat(Array.from({ length: times }, () => bytes));
    });
  fc.assert(
    fc.property(fc.oneof(random, mutilated), (bytes) => {
      const result = matchBytes(bytes);
      if (result.kind !== 'match') return true;
      const { cpe: names = [], ...texts } = result.match.facts;
      return (
        names.every((name) => cpePattern.test(name)) &&
        Object.values(texts).every((text) => typeof text === 'string' && text.length <= 256)
      );
    }),
    { numRuns: 2000 },
  );
  t.pass();
  t.end();
});

t.test('random bytes are of no protocol', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 24, maxLength: 300 }), (bytes) => matchBytes(bytes).kind !== 'match'),
  );
  t.end();
});

t.test('text that nobody knows is of no protocol', (t) => {
  for (const text of [
    'foo',
    'foo\r\n',
    'Welcome!\r\n',
    '220',
    '+OK',
    '* OK',
    '\n',
    'HTTP/',
    'N',
    'S',
    'E',
    'ERROR\r\n',
    '-ERR\r\n',
  ]) {
    t.not(matchBytes(Buffer.from(text)).kind, 'match', JSON.stringify(text));
  }
  t.equal(matchBytes(Buffer.from('foo\r\n')).kind, 'no');
  t.equal(matchBytes(new Uint8Array()).kind, 'more');
  t.equal(matchBytes(new Uint8Array(parseLimit + 1).fill(0x61)).kind, 'no', 'nobody waits for more than the limit');
  t.end();
});

t.test('every pattern is linear-time', (t) => {
  for (const { name, matchers } of protocols) {
    for (const matcher of matchers) {
      if (!('pattern' in matcher)) continue;
      const factor = backtrackingFactor(matcher.pattern);
      t.ok(factor <= 1024, `${name}: ${matcher.pattern.source}: tries ${factor} times over`);
    }
  }
  t.end();
});

t.test('every pattern within the parsers is linear-time too', (t) => {
  let count = 0;
  for (const [file, text] of sources()) {
    const visit = (node: ts.Node) => {
      if ((ts.isNewExpression(node) || ts.isCallExpression(node)) && ts.isIdentifier(node.expression)) {
        if (node.expression.text === 'RegExp') t.fail(`${file} makes a pattern that cannot be judged here`);
      }
      if (ts.isRegularExpressionLiteral(node)) {
        const end = node.text.lastIndexOf('/');
        const pattern = new RegExp(node.text.slice(1, end), node.text.slice(end + 1));
        const factor = searchFactor(pattern);
        t.ok(factor <= 1024, `${file}: ${node.text}: looks ${factor} times at each character`);
        count += 1;
      }
      ts.forEachChild(node, visit);
    };
    ts.forEachChild(ts.createSourceFile(file, text, ts.ScriptTarget.Latest), visit);
  }
  t.ok(count > 50, `${count} patterns`);
  t.end();
});

t.test('the judge of patterns', (t) => {
  const cases: [RegExp, number][] = [
    [/^abc/, 1],
    [/^[^\r\n]*\r\n/, 1],
    [/^a*$/, 1],
    [/^(?:a|b)c/, 1],
    [/^(?:ab|ac)d/, 2],
    [/^.{0,9}x/, 10],
    [/^.{0,9}x.{0,9}y/, 100],
    [/^.*x/, Infinity],
    [/^(?:a+)+b/, Infinity],
    [/^(?:a|a)*b/, Infinity],
    [/^(?:a?){30}a{30}/, Infinity],
    [/^\d+\d/, Infinity],
    [/^(?:\d+\.)*x/, 1],
    [/^a?ab/, 2],
  ];
  for (const [pattern, factor] of cases) {
    const found = backtrackingFactor(pattern);
    t.ok(factor === Infinity ? found > 1024 : found === factor, `${pattern.source}: ${found}`);
  }
  const searches: [RegExp, number][] = [
    [/[^a-z]/g, 1],
    [/\s+/g, 1],
    [/a\s*/, 2],
    [/\r$/, 1],
    [/^.{0,9}x/, 10],
    [/.{0,9}x/, 100],
    [/\bE?SMTP\b/i, 5],
    [/^-rel[0-9]|percona/i, 7],
    [/^5-(?=[0-9]+\.)/, 1],
    [/^[a-z]+$/, 1],
    [/[a-z]+$/, Infinity],
    [/<[^>]*>/, Infinity],
    [/^CAPABILITY .*\bIMAP4/, Infinity],
    [/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g, Infinity],
  ];
  for (const [pattern, factor] of searches) {
    const found = searchFactor(pattern);
    t.ok(factor === Infinity ? found > 1024 : found === factor, `${pattern.source}, sought: ${found}`);
  }
  for (const refused of [/(a)\1/, /(?!a)/, /(?<=a)b/, /^a/m]) t.throws(() => searchFactor(refused), SyntaxError);
  for (const refused of [/abc/, /^a|b/, /^(?=a)/, /^(a)\1/, /^a\b/, /^a/g, /^a/m]) {
    t.throws(() => backtrackingFactor(refused), SyntaxError, refused.source);
  }
  t.end();
});

t.test('a real beginning that goes on for ever with a piece of itself', (t) => {
  // Not timed: a parser that is worse than linear makes the whole file run into the test runner's own limit.
  for (const { example } of examples) {
    for (let at = 0; at < Math.min(example.bytes.length, 96); at += 8) {
      for (const width of [1, 4]) {
        const piece = Buffer.from(example.bytes.subarray(at, at + width));
        matchBytes(Buffer.concat([example.bytes.subarray(0, at), Buffer.alloc(parseLimit, piece)]));
      }
    }
  }
  t.pass();
  t.end();
});

t.test('the reader never runs past the end', (t) => {
  const operation = fc.oneof(
    fc.constantFrom('u8', 'u16be', 'u16le', 'u24le', 'u32').map((name) => ({ name, count: 0 }) as const),
    fc.integer({ min: -5, max: 40 }).map((count) => ({ name: 'take', count }) as const),
    fc.integer({ min: 0, max: 40 }).map((count) => ({ name: 'cString', count }) as const),
  );
  const widths: Readonly<Record<string, number>> = { u8: 1, u16be: 2, u16le: 2, u24le: 3, u32: 4 };
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), fc.array(operation), (bytes, operations) => {
      const reader = readerOf(bytes);
      return operations.every(({ name, count }) => {
        const before = reader.remaining;
        const rest = bytes.subarray(bytes.length - before);
        if (name === 'take') {
          const taken = reader.take(count);
          return taken === undefined
            ? reader.remaining === before && (count < 0 || count > before)
            : taken.length === count && reader.remaining === before - count;
        }
        if (name === 'cString') {
          const text = reader.cString(count);
          const end = rest.indexOf(0);
          return text === undefined
            ? reader.remaining === before && (end < 0 || end > count)
            : text === latin1(rest.subarray(0, end)) && reader.remaining === before - end - 1;
        }
        const width = widths[name] ?? 0;
        const value = { u8: reader.u8, u16be: reader.u16be, u16le: reader.u16le, u24le: reader.u24le, u32: reader.u32 }[
          name
        ]();
        if (width > before) return value === undefined && reader.remaining === before;
        const expected = name.endsWith('le')
          ? Buffer.from(rest).readUIntLE(0, width)
          : Buffer.from(rest).readUIntBE(0, width);
        return value === expected && reader.remaining === before - width;
      });
    }),
  );
  t.end();
});

t.test('CPE names are well formed whatever goes in', (t) => {
  const cases: [string, string, string | undefined, string][] = [
    ['mysql', 'mysql', '5.1.73', 'cpe:2.3:a:mysql:mysql:5.1.73:*:*:*:*:*:*:*'],
    ['openbsd', 'openssh', '9.2p1', 'cpe:2.3:a:openbsd:openssh:9.2p1:*:*:*:*:*:*:*'],
    ['apache', 'http_server', undefined, 'cpe:2.3:a:apache:http_server:*:*:*:*:*:*:*:*'],
    ['Some One', 'A+B', '1:2*', 'cpe:2.3:a:some_one:a\\+b:1\\:2\\*:*:*:*:*:*:*:*'],
    ['php', 'php', '7.4.3-4ubuntu2.18', 'cpe:2.3:a:php:php:7.4.3:*:*:*:*:*:*:*'],
    ['netdata', 'netdata', '1.37.1-2+deb12u1', 'cpe:2.3:a:netdata:netdata:1.37.1:*:*:*:*:*:*:*'],
    ['a', 'b', '1.2.3~rc1', 'cpe:2.3:a:a:b:1.2.3\\~rc1:*:*:*:*:*:*:*'],
    ['a', 'b', '-', 'cpe:2.3:a:a:b:\\-:*:*:*:*:*:*:*'],
    ['a', 'b', '\x1b\u202e', 'cpe:2.3:a:a:b:*:*:*:*:*:*:*:*'],
  ];
  for (const [vendor, product, version, expected] of cases) t.equal(cpe(vendor, product, version), expected);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (version) => cpePattern.test(cpe('vendor', 'product', version))),
  );
  t.end();
});

t.test('the first TLS record', (t) => {
  const cases: [string, number[], ReturnType<typeof readTlsAnswer>][] = [
    ['alert handshake_failure', [21, 3, 1, 0, 2, 2, 40], { alert: 'handshake_failure' }],
    ['alert of an unknown number', [21, 3, 3, 0, 2, 2, 200], { alert: 'number 200' }],
    ['ServerHello', [22, 3, 3, 0, 122, 2, 0, 0, 118], {}],
    ['half a ServerHello', [22, 3, 3, 0, 122], {}],
    ['ClientHello, echoed', [22, 3, 1, 0, 122, 1, 0, 0, 118], undefined],
    ['HTTP', [...Buffer.from('HTTP/1.1 400')], undefined],
    ['an alert of a length that alerts do not have', [21, 3, 1, 0, 9, 2, 40], undefined],
    ['too little', [21, 3, 1], undefined],
    ['nothing', [], undefined],
  ];
  for (const [name, bytes, expected] of cases) t.strictSame(readTlsAnswer(Uint8Array.from(bytes)), expected, name);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 12 }), (bytes) => (readTlsAnswer(bytes), true)));
  t.end();
});

/** The product, or what serves it: the head of a page comes before the page that tells what made it. */
function isSaid(product: string, { product: whole, extraInfo = '' }: ServiceFacts): boolean {
  return product === whole || extraInfo.includes(`served by ${product}`);
}

/** The files that read what a server sent. */
function sources(): [string, string][] {
  const root = new URL('../src/', import.meta.url);
  const files = readdirSync(new URL('identification/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `identification/${name}`);
  return [...files, 'net/tls.ts'].map((file) => [file, readFileSync(new URL(file, root), 'utf8')]);
}

/** Every beginning of the bytes. */
function cuts(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, at) => bytes.subarray(0, at + 1));
}

function sorted(facts: object): object {
  return Object.fromEntries(Object.entries(facts).sort(([a], [b]) => a.localeCompare(b)));
}
