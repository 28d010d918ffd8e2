import fc from 'fast-check';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { alertKinds, alertSchema, type Alert } from '../src/model/alert.js';
import { ExposcanError } from '../src/model/errors.js';
import { severities } from '../src/model/severity.js';
import { systemClock } from '../src/net/clock.js';
import { passes } from '../src/watch/notifiers/filter.js';
import { loadNotifiers } from '../src/watch/notifiers/load-notifiers.js';
import { mailSubject, mailText } from '../src/watch/notifiers/mail-text.js';
import { DeliveryError, type Notifier } from '../src/watch/notifiers/notifier.js';
import { safeText } from '../src/watch/notifiers/redact.js';
import { syslogMessage } from '../src/watch/notifiers/syslog-message.js';
import { keyOf, plainId, signWebhook } from '../src/watch/notifiers/webhook-signature.js';
import type { NotifierWorld } from '../src/watch/notifiers/world.js';
import { alertOf, manualClock } from './fixtures/alerts.js';
import { createCertificate } from './lab/certificate.js';

const never = new AbortController().signal;
const directory = t.testdir();
const secretText = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

const written: string[] = [];
const world: NotifierWorld = {
  clock: systemClock,
  env: { HOOK_SECRET: secretText, SHORT: 'abc', EMPTY: '', PATH: process.env['PATH'] },
  version: '0.1.0',
  hostName: 'scanner7.example.org',
  processId: 4711,
  writeLine: (line) => {
    written.push(line);
    return Promise.resolve();
  },
};

/** A file of this text in the test's directory. */
function fileOf(name: string, text: string, mode = 0o600): string {
  const path = join(directory, name);
  writeFileSync(path, text, { mode });
  chmodSync(path, mode);
  return path;
}

let files = 0;
const load = (yaml: string, over: Partial<NotifierWorld> = {}) =>
  loadNotifiers(fileOf(`notify-${(files += 1)}.yaml`, yaml), { ...world, ...over });

/** The one notifier of a file. */
async function only(entry: string, over: Partial<NotifierWorld> = {}): Promise<Notifier> {
  const { notifiers } = await load(`version: 1\nnotifiers:\n  - ${entry}\n`, over);
  const [notifier] = notifiers;
  if (notifier === undefined || notifiers.length > 1) throw new Error(`${notifiers.length} notifiers`);
  return notifier;
}

async function failureOf(work: Promise<unknown>): Promise<DeliveryError> {
  const error: unknown = await work.then(
    () => new Error('it was delivered'),
    (reason: unknown) => reason,
  );
  if (error instanceof DeliveryError) return error;
  throw error;
}

/** Runs a server on loopback for as long as the test runs; gives its port. */
async function listening(t: Test, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

t.test('the file in the README is one', async (t) => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const [, shown = ''] = /^```yaml\n(version: 1\nnotifiers:\n.*?)^```/ms.exec(readme) ?? [];
  mkdirSync(join(directory, 'readme'));
  const { certificate } = createCertificate(join(directory, 'readme'), ['collector.example.org']);
  const [password, heartbeat] = [fileOf('smtp', 'long enough'), fileOf('heartbeat', 'https://beat.example.org/1')];
  const moved = shown
    .replace('ca.pem', certificate)
    .replace('/run/secrets/smtp', password)
    .replace('/run/secrets/heartbeat', heartbeat)
    .replace('/usr/local/bin/page', '/bin/true');
  const loaded = await load(moved);
  t.same(
    loaded.notifiers.map(({ name }) => name),
    ['hook', 'collector', 'admins:admin@example.org', 'pager', 'log'],
  );
  t.ok(loaded.heartbeat);
  t.same(loaded.warnings, []);
});

t.test('Standard Webhooks: the published example, several secrets, ids', (t) => {
  // The vector of the reference implementations' tests.
  const at = new Date(1614265330 * 1000);
  t.same(signWebhook('msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}', [secretText]), {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
  t.match(signWebhook('id', at, '', ['a', 'b'])['webhook-signature'], /^v1,\S+ v1,\S+$/);
  t.equal(signWebhook('id', at, '', [])['webhook-signature'], undefined);
  t.same(keyOf('whsec_not base64!'), Buffer.from('whsec_not base64!'));
  t.equal(plainId('5f2d1c0a9b8e7f60'), '5f2d1c0a9b8e7f60');
  for (const id of ['a.b', 'a\r\nx-evil: 1', '', 'ü', 'a'.repeat(200)]) t.match(plainId(id), /^[0-9a-f]{64}$/);
  t.end();
});

t.test('filters', (t) => {
  const low = alertOf({ severity: 'low' });
  t.ok(passes({}, low));
  t.notOk(passes({ severity: 'medium' }, low));
  t.ok(passes({ severity: 'low' }, low));
  t.notOk(passes({ kinds: ['recovered'] }, low));
  const { finding, ...blind } = alertOf({ kind: 'blind', severity: 'info' });
  t.ok(finding);
  t.ok(passes({ severity: 'critical' }, blind), 'what the watch says of itself passes whatever the severity');
  t.notOk(passes({ kinds: ['raised'] }, blind));
  t.end();
});

t.test('no secret survives in a message, in whatever form, and nothing in it drives a terminal', (t) => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: 'binary' }), fc.string(), fc.string(), (secret, before, after) => {
      const forms = [secret, JSON.stringify(secret), Buffer.from(secret).toString('base64')];
      return forms.every((form) => {
        const safe = safeText(`${before}${form}${after}`, [secret]);
        return !safe.includes(form) && !safe.includes(secret) && !/[\x00-\x1f\x7f]/.test(safe) && safe.length <= 300;
      });
    }),
    { examples: [['s3cret', 's3cr', 'et']] },
  );
  t.equal(safeText('a s3cret b s3cret/long', ['s3cret', 's3cret/long']), 'a [secret] b [secret]');
  t.equal(safeText('nothing', ['']), 'nothing');
  t.end();
});

/** Reads a message of RFC 5424 by its grammar, for want of trust in the writer. */
function readSyslog(message: Buffer) {
  const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(message);
  const header = /^<(\d{1,3})>1 (\S+) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32}) \[exposcan@32473/.exec(text);
  if (header === null) throw new Error(`not RFC 5424: ${text}`);
  const params: Record<string, string> = {};
  let at = header[0].length;
  while (text[at] === ' ') {
    const name = /^ ([a-z]{1,32})="/.exec(text.slice(at, at + 40))?.[1];
    if (name === undefined) throw new Error(`no parameter: ${text.slice(at)}`);
    let value = '';
    for (at += name.length + 3; text[at] !== '"'; at++) {
      if (text[at] === ']' || at >= text.length) throw new Error(`not escaped: ${text}`);
      if (text[at] === '\\' && /["\\\]]/.test(text[at + 1] ?? '')) at++;
      value += text[at] ?? '';
    }
    params[name] = value;
    at += 1;
  }
  if (!text.startsWith('] \ufeff', at)) throw new Error(`no end of the structured data: ${text.slice(at)}`);
  const [, pri, time, host, app, process, msgid] = header;
  return { pri: Number(pri), time, host, app, process, msgid, params, message: text.slice(at + 3) };
}

const origin = { facility: 'local0', hostName: 'scanner7.example.org', processId: 4711 } as const;

t.test('syslog: a message of RFC 5424', (t) => {
  const alert = alertOf();
  const read = readSyslog(syslogMessage(alert, origin, 8192));
  t.match(read, {
    pri: 16 * 8 + 3,
    time: '2026-01-02T03:04:05.678Z',
    host: 'scanner7.example.org',
    app: 'exposcan',
    process: '4711',
    msgid: 'raised',
    params: {
      ...{ id: alert.id, watch: 'offsite7', vantage: 'internet', severity: 'high', rule: 'hosts[0].services[2]' },
      ...{ code: 'exposed', outcome: 'fail', host: 'offsite7.example.org', address: '192.0.2.7', port: '3306' },
      ...{ since: '2026-01-02T03:00:00.000Z', headseq: '41', head: 'ab'.repeat(32) },
    },
  });
  t.equal(read.message, `${alert.summary} ${JSON.stringify(alert)}`);

  const levels = severities.map((severity) => readSyslog(syslogMessage(alertOf({ severity }), origin, 8192)).pri % 8);
  t.same(levels, [6, 5, 4, 3, 2]);
  const pri = (parts: Partial<Alert>) => readSyslog(syslogMessage(alertOf(parts), origin, 8192)).pri % 8;
  t.equal(pri({ kind: 'recovered', severity: 'critical' }), 5, 'good news pages nobody');
  t.equal(pri({ kind: 'settled', severity: 'critical' }), 2, 'it came to rest open');
  t.equal(readSyslog(syslogMessage(alert, { ...origin, hostName: 'mein rechner\n' }, 8192)).host, 'meinrechner');
  t.equal(readSyslog(syslogMessage(alert, { ...origin, hostName: 'ü' }, 8192)).host, '-');
  t.end();
});

t.test('syslog: whatever is in an alert, the message stays whole and within bounds', (t) => {
  const anything = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.stringMatching(/^["\\\]]{0,600}$/),
    fc.constantFrom(
      '\n<34>1 - - - - - -',
      'ü'.repeat(3000),
      '\ud800',
      '\u202e',
      '"]'.repeat(200),
      `x${'"]'.repeat(200)}`,
    ),
  );
  fc.assert(
    fc.property(
      fc.record({
        id: anything,
        watch: anything,
        vantage: anything,
        summary: anything,
        rule: anything,
        host: anything,
      }),
      fc.constantFrom(2048, 8192),
      fc.constantFrom(...alertKinds),
      ({ id, watch, vantage, summary, rule, host }, limit, kind) => {
        const { finding } = alertOf();
        if (finding === undefined) return false;
        const alert = alertOf({ id, watch, vantage, summary, kind, finding: { ...finding, rule, host } });
        const message = syslogMessage(alert, origin, limit);
        const { params } = readSyslog(message);
        const text = message.toString('utf8');
        return message.length <= limit && params['head'] === 'ab'.repeat(32) && !/[\x00-\x1f\x7f-\x9f]/.test(text);
      },
    ),
    { numRuns: 500 },
  );
  const cut = readSyslog(syslogMessage(alertOf({ summary: 'ü'.repeat(5000) }), origin, 2048));
  t.match(cut.message, /^ü+$/, 'cut between characters');
  t.end();
});

t.test('mail: what a person needs at 3 in the morning', (t) => {
  t.equal(mailText(alertOf()), readFileSync(new URL('fixtures/reports/alert-mail.txt', import.meta.url), 'utf8'));
  t.equal(mailSubject(alertOf({ summary: 'x' })), '[exposcan] HIGH raised: x');
  const hostile = alertOf({ summary: 'greets\r\nBcc: everybody@example.org\r\n\r\n\x1b[2J\u202eevil' });
  t.notMatch(mailSubject(hostile), /[\r\n\x1b\u202e]/);
  t.notMatch(mailText(hostile).split('\n')[0] ?? '', /[\r\x1b\u202e]/);
  t.notMatch(mailText(hostile), /^Bcc/m);
  t.ok(mailSubject(alertOf({ summary: 'long '.repeat(100) })).length <= 160);
  const { finding, head, openSince, since, ...blind } = alertOf({
    kind: 'blind',
    summary: 'sees nothing',
    detail: 'no route',
  });
  t.ok(finding && head && openSince && since);
  t.match(mailText(blind), /^sees nothing\n\nno route\n\nSeverity: /);
  t.end();
});

t.test('a webhook: what is sent, and that it can be checked', async (t) => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const server = createHttpServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      seen.push({ request, body });
      response.writeHead(204).end();
    });
  });
  const port = await listening(t, server);
  const hook = await only(
    `{ name: hook, webhook: "http://127.0.0.1:${port}/exposcan?x=1", secret: { env: HOOK_SECRET } }`,
  );
  const alert = alertOf({ summary: 'ünïcode' });
  await hook.deliver(alert, never);
  await hook.deliver(alert, never);
  const [first, second] = seen;
  t.equal(first?.request.method, 'POST');
  t.equal(first?.request.url, '/exposcan?x=1');
  const { headers = {} } = first?.request ?? {};
  t.match(headers, { 'content-type': 'application/json', 'user-agent': 'exposcan/0.1.0', 'webhook-id': alert.id });
  t.equal(Number(headers['content-length']), Buffer.byteLength(first?.body ?? ''));
  t.same(alertSchema.parse(JSON.parse(first?.body ?? '')), alert);
  const signed = `${alert.id}.${String(headers['webhook-timestamp'])}.${first?.body ?? ''}`;
  const key = Buffer.from(secretText.slice(6), 'base64');
  t.equal(headers['webhook-signature'], `v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  t.ok(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000) < 100);
  t.equal(second?.request.headers['webhook-id'], alert.id, 'the same id again, so that a double can be told');
  t.notOk(JSON.stringify(seen.map(({ body, request }) => [body, request.rawHeaders])).includes(secretText));

  const unsigned = await only(`{ name: hook, webhook: "http://localhost:${port}/", unsigned: true }`);
  await unsigned.deliver(alert, never);
  t.equal(seen[2]?.request.headers['webhook-signature'], undefined);
});

type Answer = (socket: Socket, request: string) => void;
const says =
  (...lines: readonly string[]): Answer =>
  (socket) => {
    socket.end(lines.join('\r\n'));
  };
/** Goes on writing for as long as anybody reads. */
const endless =
  (start: string, piece: string): Answer =>
  (socket) => {
    socket.write(start);
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', more);
    more();
  };
const stays =
  (text: string): Answer =>
  (socket) => {
    socket.write(text);
  };
const ok = 'HTTP/1.1 200 OK\r\n';

const takenAnswers: Readonly<Record<string, Answer>> = {
  'a plain 200': says('HTTP/1.1 200 OK', 'content-length: 0', '', ''),
  'a 202 without a length': says('HTTP/1.1 202 Accepted', '', 'thanks'),
  'a 200 whose body is shorter than it says': says('HTTP/1.1 200 OK', 'content-length: 100000', '', 'short'),
  'a 200 whose body never comes': stays(`${ok}content-length: 100\r\n\r\n`),
  'a 200 whose body never ends': endless(`${ok}\r\n`, 'x'.repeat(60_000)),
  'a 200 with broken chunks': says('HTTP/1.1 200 OK', 'transfer-encoding: chunked', '', 'zzz'),
  'a 200 after a few interim answers': says(
    'HTTP/1.1 103 Early Hints',
    '',
    'HTTP/1.1 102 Processing',
    '',
    'HTTP/1.1 200 OK',
    '',
    '',
  ),
};

const refusedAnswers: Readonly<Record<string, readonly [Answer, DeliveryError['trouble'], RegExp, number?]>> = {
  'a 500': [
    says('HTTP/1.1 500 Oops', '', 'it is \x1b[31mbroken\n'),
    'receiver',
    /^it answered with status 500: it is \\x1b\[31mbroken$/,
  ],
  'a 503 with Retry-After': [says('HTTP/1.1 503 Busy', 'retry-after: 120', '', ''), 'receiver', /status 503$/, 120_000],
  'a 429 with a bad Retry-After': [says('HTTP/1.1 429 Slow', 'retry-after: soon', '', ''), 'receiver', /status 429$/],
  'a 400': [says('HTTP/1.1 400 Bad', '', '{"error":"no field x"}'), 'notice', /status 400: {"error":"no field x"}$/],
  'a 401': [says('HTTP/1.1 401 Who', '', 'bad signature'), 'receiver', /status 401: bad signature/],
  'a 404': [says('HTTP/1.1 404 Gone', '', ''), 'receiver', /status 404$/],
  'a 304': [says('HTTP/1.1 304 Same', '', ''), 'receiver', /status 304/],
  'an endless 500': [
    endless('HTTP/1.1 500 Oops\r\n\r\n', 'a'.repeat(60_000)),
    'receiver',
    /^it answered with status 500: a{100,}…$/,
  ],
  'a 500 that breaks off': [
    says('HTTP/1.1 500 Oops', 'content-length: 100', '', 'half'),
    'receiver',
    /status 500: half$/,
  ],
  'nothing, and the end': [(socket) => socket.end(), 'receiver', /reset|hang up/],
  'a reset': [(socket) => socket.resetAndDestroy(), 'receiver', /reset|hang up/],
  'no HTTP': [says('220 mail.example.org ESMTP', ''), 'receiver', /Parse Error/],
  'two lengths': [
    says('HTTP/1.1 200 OK', 'content-length: 1', 'content-length: 2', '', 'x'),
    'receiver',
    /Parse Error/,
  ],
  'headers without end': [endless(ok, `x-a: ${'b'.repeat(1000)}\r\n`), 'receiver', /Parse Error|overflow/i],
  'interim answers without end': [endless('', 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(100)), 'receiver', /interim/],
  'a change of protocol': [
    stays('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    'receiver',
    /hang up|ended before an answer/,
  ],
};

/** A server that gives each path its answer. */
async function liar(t: Test, answers: ReadonlyMap<string, Answer>): Promise<number> {
  const server = createTcpServer((socket) => {
    let request = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      const before = request.includes('"exposcan-alert"');
      request += text;
      if (before || !request.includes('"exposcan-alert"')) return;
      answers.get(request.split(' ')[1] ?? '')?.(socket, request);
    });
  });
  return listening(t, server);
}

t.test('a webhook whose server lies', async (t) => {
  const all = Object.entries<Answer | readonly [Answer, ...unknown[]]>({ ...takenAnswers, ...refusedAnswers });
  const pathOf = (name: string) => `/${name.replace(/\W/g, '-')}`;
  const port = await liar(
    t,
    new Map(all.map(([name, answer]) => [pathOf(name), typeof answer === 'function' ? answer : answer[0]])),
  );
  // No time passes: whatever has no end must be cut off by its size.
  const still = { clock: manualClock('2026-01-02T03:04:05Z').clock };
  const hookOf = (name: string) =>
    only(`{ name: hook, webhook: "http://127.0.0.1:${port}${pathOf(name)}", secret: { env: HOOK_SECRET } }`, still);
  for (const name of Object.keys(takenAnswers)) {
    await (await hookOf(name)).deliver(alertOf(), never);
    t.pass(`taken: ${name}`);
  }
  for (const [name, [, trouble, message, retryAfterMs]] of Object.entries(refusedAnswers)) {
    const error = await failureOf((await hookOf(name)).deliver(alertOf(), never));
    t.match(error, { trouble, message }, name);
    t.equal(error.retryAfterMs, retryAfterMs, name);
    t.notMatch(error.message, /[\x00-\x1f]/, name);
  }
});

t.test('a redirect is a failure, and nobody else gets the alert', async (t) => {
  const elsewhere: string[] = [];
  const other = await listening(
    t,
    createHttpServer((request, response) => {
      elsewhere.push(request.url ?? '');
      response.end();
    }),
  );
  for (const status of [301, 302, 303, 307, 308]) {
    const answer = (_request: IncomingMessage, response: ServerResponse) =>
      response.writeHead(status, { location: `http://127.0.0.1:${other}/stolen` }).end();
    const port = await listening(t, createHttpServer(answer));
    const hook = await only(`{ name: hook, webhook: "http://127.0.0.1:${port}/", secret: { env: HOOK_SECRET } }`);
    t.match(await failureOf(hook.deliver(alertOf(), never)), {
      trouble: 'receiver',
      message: new RegExp(`status ${status} \\(redirects are not followed`),
    });
  }
  t.same(elsewhere, []);
});

t.test('a webhook that hangs is left after 30 s, wherever it hangs, and at once when we are stopped', async (t) => {
  const stalls: Readonly<Record<string, readonly [string, RegExp]>> = {
    '/nothing': ['', /^it did not end within 30 s$/],
    '/half-a-header': ['HTTP/1.1 200 O', /^it did not end within 30 s$/],
    '/body-of-500': ['HTTP/1.1 500 Oops\r\ncontent-length: 50\r\n\r\nslow', /^it answered with status 500: slow$/],
  };
  let asked: (() => void) | undefined;
  const answers = Object.entries(stalls).map(([path, [text]]): [string, Answer] => [
    path,
    (socket) => {
      socket.write(text, () => asked?.());
    },
  ]);
  const port = await liar(t, new Map(answers));
  for (const [path, [, message]] of Object.entries(stalls)) {
    const time = manualClock('2026-01-02T03:04:05Z');
    const hook = await only(`{ name: hook, webhook: "http://127.0.0.1:${port}${path}", unsigned: true }`, {
      clock: time.clock,
    });
    const reached = new Promise<void>((resolve) => (asked = resolve));
    const delivery = failureOf(hook.deliver(alertOf(), never));
    await reached;
    // What was written has to come in first.
    await new Promise((resolve) => setTimeout(resolve, 20));
    time.pass(29_999);
    time.pass(1);
    t.match(await delivery, { trouble: 'receiver', message }, path);
    t.equal(time.timers(), 0);
  }
  const hook = await only(`{ name: hook, webhook: "http://127.0.0.1:${port}/nothing", unsigned: true }`);
  const stop = new AbortController();
  const reached = new Promise<void>((resolve) => (asked = resolve));
  const delivery = hook.deliver(alertOf(), stop.signal);
  void reached.then(() => {
    stop.abort(new Error('the watch ends'));
  });
  await t.rejects(delivery, /the watch ends/);
});

t.test('a webhook over TLS: certificates are verified, and the environment cannot switch that off', async (t) => {
  const [good, other] = ['good', 'other'].map((name) => {
    mkdirSync(join(directory, name));
    return createCertificate(join(directory, name), ['localhost']);
  });
  if (good === undefined || other === undefined) return;
  const options = { cert: readFileSync(good.certificate), key: readFileSync(good.key) };
  const port = await listening(
    t,
    createHttpsServer(options, (_request, response) => response.end()),
  );
  const plain = await listening(
    t,
    createTcpServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n')),
  );
  const hookTo = (url: string, ca = '') => only(`{ name: hook, webhook: "${url}", unsigned: true${ca} }`);

  await (await hookTo(`https://localhost:${port}/`, `, ca: ${good.certificate}`)).deliver(alertOf(), never);
  await (await hookTo(`https://localhost:${port}/`, ', ca: good/certificate.pem')).deliver(alertOf(), never);
  t.pass('trusted by its own file, whose path is relative to the file of notifiers');

  const kept = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  t.teardown(() => {
    if (kept === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = kept;
  });
  process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  for (const [url, ca, message] of [
    [`https://localhost:${port}/`, '', /self-signed certificate/],
    [`https://localhost:${port}/`, `, ca: ${other.certificate}`, /self-signed certificate|unable to verify/],
    [`https://127.0.0.1:${port}/`, `, ca: ${good.certificate}`, /does not match certificate/],
    [`https://localhost:${plain}/`, '', /wrong version number|packet length/],
  ] as const) {
    t.match(await failureOf((await hookTo(url, ca)).deliver(alertOf(), never)), { trouble: 'receiver', message }, url);
  }
});

t.test('secrets stay where they are: not in messages, whatever the server repeats', async (t) => {
  const url = (port: number) => `http://127.0.0.1:${port}/services/T0TOKEN0T?key=K3Y-K3Y`;
  const echo: Answer = (socket, request) => {
    const key = Buffer.from(secretText).toString('base64');
    socket.end(
      `HTTP/1.1 500 Oops\r\n\r\n${request.split('\r\n')[0] ?? ''} ${secretText} ${key} ${encodeURIComponent(secretText)}`,
    );
  };
  const port = await liar(t, new Map([['/services/T0TOKEN0T?key=K3Y-K3Y', echo]]));
  const path = fileOf('url', `${url(port)}\n`);
  const hook = await only(`{ name: hook, webhook: { file: url }, secret: [{ env: HOOK_SECRET }, { file: ${path} }] }`);
  const { message } = await failureOf(hook.deliver(alertOf(), never));
  t.match(message, /status 500: POST .*\[secret\]/);
  t.notMatch(message, /T0TOKEN0T|K3Y|whsec_|MfKQ9/);
  t.notOk(message.includes(Buffer.from(secretText).toString('base64')));
  t.notMatch(JSON.stringify(hook), /T0TOKEN0T|whsec_/);

  writeFileSync(path, 'http://127.0.0.1:1/services/T0TOKEN0T');
  const refused = await failureOf(hook.deliver(alertOf(), never));
  t.equal(refused.message, 'the connection was refused', 'the file was read again');
  writeFileSync(path, 'https://t0token0t:x@example.org');
  t.notMatch((await failureOf(hook.deliver(alertOf(), never))).message, /t0token0t/i);
  writeFileSync(path, '');
  t.match(await failureOf(hook.deliver(alertOf(), never)), {
    trouble: 'receiver',
    message: /the URL is missing: .* is empty/,
  });
});

t.test('a command: the alert on standard input, a poor environment, its end decides', async (t) => {
  const script = (name: string, text: string) => fileOf(name, `#!/bin/sh\n${text}\n`, 0o700);
  const out = join(directory, 'command.out');
  await (
    await only(
      `{ name: run, command: [${script('save.sh', `cat > ${out}; env >> ${out}; echo "$@" >> ${out}`)}, "a b", $HOME] }`,
      {
        env: { ...world.env, HOME: '/home/x', NODE_OPTIONS: '--bad' },
      },
    )
  ).deliver(alertOf(), never);
  const [line = '', ...rest] = readFileSync(out, 'utf8').split('\n');
  t.same(alertSchema.parse(JSON.parse(line)), alertOf());
  t.match(rest.join('\n'), /^HOME=\/home\/x$/m);
  t.match(rest.join('\n'), /^a b \$HOME$/m, 'no shell');
  t.notMatch(rest.join('\n'), /HOOK_SECRET|--bad/);

  const failing = async (text: string, name = 'fail.sh') =>
    failureOf((await only(`{ name: run, command: [${script(name, text)}] }`)).deliver(alertOf(), never));
  t.match(await failing('echo no pager >&2; exit 3'), {
    trouble: 'notice',
    message: /^the program ended with 3: no pager$/,
  });
  t.match(await failing('exec 0<&-; head -c 10000000 /dev/zero; exit 1'), {
    trouble: 'notice',
    message: /ended with 1/,
  });
  t.match(await failing('kill -9 $$'), { message: /was ended by SIGKILL/ });

  const gone = await only(`{ name: run, command: [${script('gone.sh', 'exit 0')}] }`);
  chmodSync(join(directory, 'gone.sh'), 0o600);
  t.match(await failureOf(gone.deliver(alertOf(), never)), { trouble: 'receiver', message: /cannot be started/ });

  const large = await only(`{ name: run, command: [${script('deaf.sh', 'exit 0')}] }`);
  await large.deliver(alertOf({ summary: 'x'.repeat(1_000_000) }), never);
  t.pass('a program need not read what it is given');
});

t.test('a command that does not end is asked to, and made to, with all that it has started', async (t) => {
  const time = manualClock('2026-01-02T03:04:05Z');
  const pids = join(directory, 'pids');
  const script = fileOf(
    'stay.sh',
    `#!/bin/sh\ntrap : TERM\nsleep 1000 & echo $! $$ > ${pids}.new; mv ${pids}.new ${pids}\nwhile :; do sleep 1000; done\n`,
    0o700,
  );
  const notifier = await only(`{ name: run, command: [${script}] }`, { clock: time.clock });
  const delivery = failureOf(notifier.deliver(alertOf(), never));
  const read = () => {
    try {
      return readFileSync(pids, 'utf8').trim().split(' ').map(Number);
    } catch {
      return [];
    }
  };
  while (read().length === 0) await new Promise(setImmediate);
  time.pass(30_000);
  await new Promise(setImmediate);
  time.pass(3_000);
  t.match(await delivery, { trouble: 'receiver', message: 'it did not end within 30 s' });
  const lives = (pid: number) => {
    try {
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
    } catch {
      return false;
    }
  };
  while (read().some(lives)) await new Promise(setImmediate);
  t.pass('none of them lives');
});

t.test('standard output: one line each', async (t) => {
  const log = await only('{ name: log, stdout: true }');
  await log.deliver(alertOf(), never);
  t.same(alertSchema.parse(JSON.parse(written.at(-1) ?? '')), alertOf());
  t.notMatch(written.at(-1), /\n/);
  const broken = await only('{ name: log, stdout: true }', { writeLine: () => Promise.reject(new Error('EPIPE')) });
  t.match(await failureOf(broken.deliver(alertOf(), never)), { trouble: 'receiver', message: 'EPIPE' });
});

t.test('the heartbeat: one GET, and in words what is wrong with it', async (t) => {
  const seen: string[] = [];
  const server = createHttpServer((request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(request.url === '/ping/uu1d' ? 200 : 404).end();
  });
  const port = await listening(t, server);
  const beat = async (heartbeat: string, env = {}) => {
    const { heartbeat: switch_ } = await load(`version: 1\nheartbeat: ${heartbeat}\n`, { env });
    return switch_?.beat(never);
  };
  t.equal(await beat(`http://127.0.0.1:${port}/ping/uu1d`), undefined);
  t.same(seen, ['GET /ping/uu1d']);
  t.equal(await beat('{ env: BEAT }', { BEAT: `http://127.0.0.1:${port}/other` }), 'it answered with status 404');
  t.equal(await beat('{ env: BEAT }', { BEAT: 'http://127.0.0.1:1/ping/uu1d' }), 'the connection was refused');
  const { notifiers, heartbeat } = await load('version: 1\nnotifiers: [{ name: log, stdout: true }]\n');
  t.equal(notifiers.length, 1);
  t.equal(heartbeat, undefined);
});

t.test('a file of all kinds', async (t) => {
  const { notifiers, warnings } = await load(`
version: 1
notifiers:
  - { name: hook, webhook: https://hooks.example.org/exposcan, secret: { env: HOOK_SECRET }, severity: high }
  - { name: old-hook, webhook: http://hooks.example.org/, insecure: true, secret: { env: SHORT } }
  - { name: collector, syslog: tls://collector.example.org, facility: authpriv }
  - { name: near, syslog: "udp://[::1]:5514", kinds: [raised, recovered] }
  - { name: admins, mail: [a@example.org, b@example.org], from: exposcan@example.org, smtp: smtps://mail.example.org,
      user: exposcan, password: { env: SHORT } }
  - { name: local, mail: [root@example.org], from: exposcan@example.org, smtp: "smtp://localhost:25", tls: none }
  - { name: pager, command: [/bin/true, --now] }
  - { name: log, stdout: true }
heartbeat: { file: ${fileOf('beat', 'https://beats.example.org/1', 0o644)} }
`);
  t.same(
    notifiers.map(({ name }) => name),
    [
      'hook',
      'old-hook',
      'collector',
      'near',
      'admins:a@example.org',
      'admins:b@example.org',
      'local:root@example.org',
      'pager',
      'log',
    ],
  );
  t.match(warnings, [
    /secret of old-hook is shorter than 24 bytes/,
    /beat holds a secret, and everybody may read it\. Run chmod 600/,
  ]);
  const near = notifiers.find(({ name }) => name === 'near');
  t.same([near?.wants(alertOf()), near?.wants(alertOf({ kind: 'blind' }))], [true, false]);
});

const hookUrl = 'webhook: https://hooks.example.org/x';
const entry = (text: string) => `version: 1\nnotifiers:\n  - ${text}`;

/** What is wrong, with a § before the place that is to be told. */
const brokenFiles: readonly (readonly [text: string, message: RegExp])[] = [
  ['§', /expected a mapping with version and notifiers/],
  ['version: §2\nnotifiers: []', /expected version: 1/],
  ['version: 1\nnotifiers: §[]', /at least one notifier, or a heartbeat/],
  ['§version: 1', /at least one notifier, or a heartbeat/],
  ['version: 1\n§notifier: []', /"notifier" is no key here\. Did you mean notifiers\?/],
  ['version: 1\n§version: 1', /unique/],
  ['version: 1\nnotifiers: [§', /./],
  ['version: 1\nnotifiers: &a [§*a]', /./],
  [entry(`§7`), /notifiers\[0\]: expected a mapping with a name and one of webhook, syslog, mail, command, stdout/],
  [entry(`§{ name: a, stdout: true, command: [/bin/true] }`), /one of .*, found command and stdout/],
  [entry(`§{ stdout: true }`), /notifiers\[0\]\.name: expected a name/],
  [entry(`{ name: §"a/b", stdout: true }`), /expected a name of letters/],
  [
    'version: 1\nnotifiers:\n  - { name: a, stdout: true }\n  - §{ name: a, stdout: true }',
    /another notifier has this name/,
  ],
  [entry(`{ name: a, stdout: true, §sevrity: low }`), /"sevrity" is no key here\. Did you mean severity\?/],
  [entry(`{ name: a, stdout: true, severity: §grave }`), /least severity: info, low/],
  [entry(`{ name: a, stdout: true, kinds: [raised, §up] }`), /kinds of alerts: raised, changed/],
  [entry(`§{ name: a, ${hookUrl} }`), /expected a secret that signs .*unsigned: true/],
  [entry(`{ name: a, ${hookUrl}, unsigned: true, secret: §{ env: HOOK_SECRET } }`), /and not both/],
  [
    entry(`{ name: a, ${hookUrl}, secret: §h4nd-written }`),
    /a secret does not stand in this file.*\{ env: NAME \} or \{ file: PATH \}/,
  ],
  [entry(`{ name: a, ${hookUrl}, secret: §{ env: NOT_SET } }`), /the secret is missing: NOT_SET is not set/],
  [entry(`{ name: a, ${hookUrl}, secret: §{ env: EMPTY } }`), /EMPTY is not set/],
  [entry(`{ name: a, ${hookUrl}, secret: §{ file: not-there } }`), /not-there: there is no such file/],
  [entry(`{ name: a, ${hookUrl}, secret: §{ env: SHORT, file: x } }`), /./],
  [entry(`{ name: a, ${hookUrl}, secret: §{ file: anybodys } }`), /everybody may write to .*anybodys/],
  [entry(`{ name: a, webhook: §"https://u:h4nd-written@x.example", unsigned: true }`), /user or password in it/],
  [entry(`{ name: a, webhook: §"http://x.example/h4nd-written", unsigned: true }`), /insecure: true/],
  [entry(`{ name: a, webhook: §"ftp://x.example/h4nd-written", unsigned: true }`), /expected a URL like https/],
  [entry(`{ name: a, webhook: §{ env: SHORT }, unsigned: true }`), /expected a URL like https/],
  [entry(`{ name: a, syslog: §"http://x.example" }`), /begins with tls:\/\/, tcp:\/\/ or udp/],
  [entry(`{ name: a, syslog: §"tcp://x.example" }`), /expected a port/],
  [entry(`{ name: a, syslog: §"tls://u:h4nd-written@x.example" }`), /login under user and password/],
  [entry(`{ name: a, syslog: §"tls://-x-.example:1/x" }`), /no more than scheme, host and port/],
  [entry(`{ name: a, syslog: §"tls://x..example" }`), /not a host name/],
  [entry(`{ name: a, syslog: §"udp://x.example", ca: y }`), /ca, cert and key are for tls/],
  [entry(`{ name: a, syslog: "tls://x.example", facility: §cron9 }`), /expected a facility: user/],
  [entry(`{ name: a, syslog: "tls://x.example", ca: §anybodys }`), /there is no PEM certificate in .*anybodys/],
  [entry(`{ name: a, syslog: "tls://x.example", cert: §anybodys }`), /cert and key go together/],
  [
    entry(`{ name: a, mail: [a@example.org], from: b@example.org, smtp: §"smtp://x.example:25", tls: none }`),
    /to this machine itself/,
  ],
  [
    entry(
      `{ name: a, mail: [§"a@example.org\\r\\nBcc: b@example.org"], from: b@example.org, smtp: "smtps://x.example" }`,
    ),
    /expected an address like/,
  ],
  [
    entry(`§{ name: a, mail: [a@x.example, a@x.example], from: b@example.org, smtp: "smtps://x.example" }`),
    /same address stands here twice/,
  ],
  [entry(`{ name: a, mail: §[], from: b@example.org, smtp: "smtps://x.example" }`), /at least one address/],
  [
    entry(`{ name: a, mail: [a@example.org], from: b@example.org, smtp: "smtps://x.example", user: §x }`),
    /user and password go together/,
  ],
  [
    entry(
      `{ name: a, mail: [a@example.org], from: b@example.org, smtp: "smtps://x.example", user: x, password: §h4nd-written }`,
    ),
    /a secret does not stand/,
  ],
  [entry(`{ name: a, command: §page }`), /a list of a program and its arguments/],
  [entry(`{ name: a, command: [page, §7] }`), /put numbers in quotes/],
  [entry(`{ name: a, command: [§page] }`), /the whole path of a program/],
  [entry(`{ name: a, command: [§/not/there] }`), /there is no such program/],
  ['version: 1\nheartbeat: §http://beats.example.org/', /insecure: true|https/],
  ['version: 1\nheartbeat: §{ env: NOT_SET }', /the URL is missing: NOT_SET is not set/],
  [`version: 1\nnotifiers: ${'['.repeat(20_000)}`, /./],
];

t.test('files that are wrong: where, and what would be right, and no secret in it', async (t) => {
  fileOf('anybodys', 'not a secret any more', 0o666);
  for (const [marked, message] of brokenFiles) {
    const text = marked.replace('§', '');
    const error: unknown = await load(text).catch((reason: unknown) => reason);
    const shown = marked.slice(0, 200);
    if (!(error instanceof ExposcanError)) {
      t.fail(`it was accepted: ${shown}`);
      continue;
    }
    t.equal(error.code, 'ERR_NOTIFIERS', shown);
    t.match(error.message, message, shown);
    const { line, column } = error.position ?? {};
    const before = marked.split('§', 1)[0]?.split('\n') ?? [];
    if (text !== marked) t.same([line, column], [before.length, (before.at(-1)?.length ?? 0) + 1], shown);
    t.notMatch(error.message, /h4nd-written/, shown);
    t.match(error.message, /^(?:\S+notify-\d+\.yaml:\d+:\d+: |… and )/, shown);
  }
  const file = fileOf('open.yaml', 'version: 1\nnotifiers: [{ name: log, stdout: true }]\n', 0o666);
  await t.rejects(loadNotifiers(file, world), {
    code: 'ERR_NOTIFIERS',
    message: /everybody may write to .*open\.yaml.*whoever writes to it/,
  });
  await t.rejects(loadNotifiers(join(directory, 'none.yaml'), world), {
    code: 'ERR_FILE',
    message: /the file of notifiers .*none\.yaml/,
  });
  await t.rejects(load(`# ${'x'.repeat(70_000)}`), { code: 'ERR_FILE', message: /larger than 65536/ });
  const two = load(`${entry('{ name: a }')}\n  - { name: b, stdout: yes }\n`).catch((reason: unknown) => reason);
  t.match(await two, { lines: [/:3:5: notifiers\[0\]/, /:4:24: notifiers\[1\]\.stdout: expected true/] });
});
