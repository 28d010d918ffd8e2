import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { matchBytes } from '../src/identification/match.js';
import { candidatesFor } from '../src/identification/plan.js';
import { identify } from '../src/identification/prober.js';
import type { Protocol } from '../src/identification/protocol.js';
import { protocols } from '../src/identification/registry.js';
import { parseAddress } from '../src/model/address.js';
import { wrapSocket, type Connection } from '../src/net/connection.js';
import { chattyGreetings, negatives, pagesAboutOthers } from './fixtures/negatives.js';

/** A port that no table names. */
const unlistedPort = 40_009;

interface Context {
  readonly words: string;
  readonly candidates: readonly Protocol[];
}

/**
 * Everywhere that bytes may be heard, and in answer to what. Only protocols that are not looked for everywhere make a difference, so that
 * these are all the contexts there are.
 */
const contexts: readonly Context[] = [
  { words: 'anywhere', candidates: candidatesFor(unlistedPort, undefined) },
  ...protocols
    .filter(({ context }) => context !== undefined)
    .flatMap((protocol) => [
      { words: `asked for ${protocol.name}`, candidates: candidatesFor(protocol.ports[0] ?? 0, protocol) },
      ...[...protocol.ports, ...(protocol.overTls?.ports ?? [])].map((port) => ({
        words: `on port ${port}`,
        candidates: candidatesFor(port, undefined),
      })),
    ]),
];

/** Kerberos and its service for passwords complain in the same message (RFC 4120, RFC 3244). */
const kin = ['kerberos', 'kpasswd'];
const isKin = (one: Protocol, other: Protocol) => kin.includes(one.name) && kin.includes(other.name);

/** What the bytes are called in each context where they are called something. */
function namesOf(bytes: Uint8Array): string[] {
  return contexts.flatMap(({ words, candidates }) => {
    const result = matchBytes(bytes, candidates);
    if (result.kind !== 'match') return [];
    const { protocol, facts } = result.match;
    return [`${words}: ${facts.name ?? protocol.name} ${facts.product ?? ''}`.trim()];
  });
}

t.test('what is nobody’s greeting is given no name', (t) => {
  for (const [label, bytes] of negatives) t.strictSame(namesOf(bytes), [], label);
  t.end();
});

t.test('a page is not what it speaks of', (t) => {
  for (const [label, page, product] of pagesAboutOthers) {
    const result = matchBytes(Buffer.from(page));
    t.equal(result.kind, 'match', label);
    if (result.kind !== 'match') continue;
    const { facts } = result.match;
    t.equal(facts.product, product, label);
    t.equal(facts.version, undefined, label);
    t.equal(facts.name, undefined, label);
  }
  t.end();
});

t.test('nor is it what it quotes', (t) => {
  const html = 'Content-Type: text/html\r\n\r\n';
  const quoting: readonly (readonly [how: string, page: (text: string) => string, product?: string])[] = [
    ['on a page', (text) => `HTTP/1.1 200 OK\r\n${html}<html><head><title>Log</title></head><body><pre>${text}</pre>`],
    ['on a page without a head', (text) => `HTTP/1.1 200 OK\r\n${html}<p>It said: ${text}`],
    ['after a text', (text) => `HTTP/1.1 200 OK\r\n${html}It said: ${text}`],
    ['on an error page', (text) => `HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n${html}<body>${text}`, 'nginx'],
    ['in plain text', (text) => `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nIt said:\n${text}`],
    ['in JSON', (text) => `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n${JSON.stringify({ said: text })}`],
    ['as JSON in JSON', (text) => `HTTP/1.1 200 OK\r\n\r\n{"said":${text.slice(text.indexOf('\r\n\r\n') + 4)}}`],
  ];
  for (const protocol of protocols) {
    for (const { from, bytes } of protocol.examples) {
      for (const [how, page, product] of quoting) {
        const result = matchBytes(Buffer.from(page(Buffer.from(bytes).toString('latin1')), 'latin1'));
        const told = `${protocol.name}: ${from}, quoted ${how}`;
        if (result.kind !== 'match') t.fail(told);
        else if (result.match.protocol.name !== 'http') t.fail(`${told}: ${result.match.protocol.name}`);
        else if (result.match.facts.product !== product) t.fail(`${told}: ${result.match.facts.product ?? 'none'}`);
      }
    }
  }
  t.pass();
  t.end();
});

t.test('nor is it after a pause of line ends, or with the wrong ones', (t) => {
  for (const [label, bytes] of negatives) {
    const text = Buffer.from(bytes).toString('latin1');
    for (const changed of [`\r\n${text}`, text.replaceAll('\r\n', '\n'), text.replaceAll('\r\n', '\r')]) {
      t.strictSame(namesOf(Buffer.from(changed, 'latin1')), [], label);
    }
  }
  t.end();
});

t.test('what one protocol says is never called another, wherever it is heard', (t) => {
  for (const protocol of protocols) {
    for (const { from, bytes, service } of protocol.examples) {
      for (const { words, candidates } of contexts) {
        const result = matchBytes(bytes, candidates);
        if (result.kind !== 'match') continue;
        const { match } = result;
        const told = `${protocol.name}: ${from}: ${words}`;
        if (match.protocol !== protocol && !isKin(match.protocol, protocol)) t.fail(`${told}: ${match.protocol.name}`);
        if (match.facts.product !== service.product) t.fail(`${told}: product ${match.facts.product ?? 'none'}`);
      }
    }
  }
  t.pass();
  t.end();
});

t.test('what is sent, sent back, is no answer', (t) => {
  for (const { name, probe, farewell } of protocols) {
    const sent = [typeof probe === 'function' ? probe('offsite7.example.org') : probe, farewell];
    // The echo protocol is what an echo proves; and some refuse with their own beginning, whose echo the prober does not believe.
    const isFair = (told: string) => !told.endsWith(': echo') && !told.endsWith(`: ${name}`);
    for (const bytes of sent) {
      if (bytes !== undefined) t.strictSame(namesOf(bytes).filter(isFair), [], `${name}, echoed`);
    }
  }
  t.end();
});

/** Ways to say again what was heard, a little changed. */
const repeated: readonly ((heard: string) => string)[] = [
  (heard) => `${heard}\r\n`,
  (heard) => `${heard}\r\n> `,
  (heard) => heard + heard,
  (heard) => `You said: ${heard}`,
  (heard) => `'${heard}' is not understood\r\n`,
  (heard) => `ERR ${heard}\r\n`,
  (heard) => `220 ${heard}\r\n`,
  (heard) => heard.slice(0, heard.length / 2),
];

t.test('nor is it one when it is sent back a little changed', (t) => {
  for (const { name, probe } of protocols) {
    const sent = typeof probe === 'function' ? probe('offsite7.example.org') : probe;
    if (sent === undefined) continue;
    for (const repeat of repeated) {
      const said = repeat(Buffer.from(sent).toString('latin1'));
      const told = namesOf(Buffer.from(said, 'latin1')).filter((words) => !words.endsWith(': echo'));
      t.strictSame(told, [], `${name}: ${repeat('X')}`);
    }
  }
  t.end();
});

t.test('greetings of several protocols at once are given no name', (t) => {
  for (const first of chattyGreetings) {
    for (const second of chattyGreetings) {
      if (first === second) continue;
      const both = `${JSON.stringify(first)} and ${JSON.stringify(second)}`;
      t.strictSame(namesOf(Buffer.from(first + second)), [], both);
    }
  }
  t.strictSame(namesOf(Buffer.from(chattyGreetings.join(''))), [], 'all of them');
  t.end();
});

t.test('words in a row are given no name', (t) => {
  const word = fc.constantFrom(
    ...['server', 'ready', 'welcome', 'version', 'error', '220', '1.2.3', 'host.example.org', 'OK', '-', '*', '+', ':'],
  );
  const line = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join(' '));
  const text = fc.array(line, { minLength: 1, maxLength: 6 }).map((lines) => `${lines.join('\r\n')}\r\n`);
  fc.assert(
    fc.property(text, (said) => namesOf(Buffer.from(said)).length === 0),
    { numRuns: 500 },
  );
  t.end();
});

const patience = {
  ...{ serverFirstMs: 100, clientFirstMs: 30, otherMs: 50 },
  ...{ answerMs: 300, guessMs: 300, pauseMs: 40, totalMs: 8000 },
};

/** Servers that would be anybody's. */
const impostors: Readonly<Record<string, (socket: Socket) => void>> = {
  'an echo': (socket) => socket.pipe(socket),
  'one that says 220 OK to every line': (socket) => {
    socket.on('data', () => socket.write('220 OK\r\n'));
  },
  'one that greets and says 220 OK to every line': (socket) => {
    socket.write('220 OK\r\n');
    socket.on('data', () => socket.write('220 OK\r\n'));
  },
  'one that says OK to everything': (socket) => {
    socket.on('data', () => socket.write('OK\r\n'));
  },
  'one that says +OK to everything': (socket) => {
    socket.on('data', () => socket.write('+OK\r\n'));
  },
  'one that complains of everything': (socket) => {
    socket.on('data', () => socket.write('ERROR unknown command\r\n'));
  },
  'one that greets in every way': (socket) => {
    socket.write(chattyGreetings.join(''));
  },
  'one that answers in JSON': (socket) => {
    socket.once('data', () => socket.end('{"error":"bad request"}\n'));
  },
  'one that answers in HTML without a status': (socket) => {
    socket.once('data', () => socket.end('<html><title>nginx</title></html>'));
  },
  'one that answers with a TLS alert cut short': (socket) => {
    socket.once('data', () => socket.end(Uint8Array.of(21, 3, 3, 0)));
  },
  'one that answers with noise': (socket) => {
    socket.once('data', () => socket.end(Uint8Array.from({ length: 300 }, (_, at) => (at * 73) % 251)));
  },
  'one that answers with zeros': (socket) => {
    socket.once('data', () => socket.end(new Uint8Array(300)));
  },
};

for (const [label, behave] of Object.entries(impostors)) {
  t.test(`${label} is given no name`, async (t) => {
    const dial = await serve(t, behave);
    const usual = protocols.flatMap(({ ports: [port = 0] }) => port);
    const ask = async (port: number) => {
      const first = await dial(port);
      const { signal } = new AbortController();
      return { port, ...(await identify(first, { dial: () => dial(port), signal, patience })) };
    };
    for (const { port, service } of await Promise.all([unlistedPort, ...usual].map(ask))) {
      if (label === 'an echo' && service.name === 'echo') continue;
      t.equal(service.method, 'table', `on port ${port}: ${JSON.stringify(service)}`);
      t.equal(service.product, undefined);
    }
  });
}

/** A server on loopback; what it gives connects to it as though it were on another port. */
async function serve(t: Test, behave: (socket: Socket) => void): Promise<(as: number) => Promise<Connection>> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => sockets.delete(socket));
    behave(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const loopback = parseAddress('127.0.0.1');
  if (loopback === undefined) throw new TypeError('127.0.0.1 is an address');
  return async (as) => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return wrapSocket(socket, loopback, as);
  };
}
