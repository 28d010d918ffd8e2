import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import { ExposcanError } from '../src/model/errors.js';
import type { Listener } from '../src/model/listener.js';
import { parseListing } from '../src/inside/parse-listing.js';
import { listingExamples } from './fixtures/inside/listings.js';
import { findProgram } from './lab/command.js';
import { createNamespace, removeNamespace } from './lab/namespace.js';
import { labOptions } from './lab/requirements.js';
import { backtrackingFactor } from './linear-pattern.js';

/** `*:22 4?6 sshd 650 root`: where it is bound, the families that are sure and after `?` the ones that may be, and whose it is. */
function shown({ bound, port, families, maybeFamilies, process, pid, user, container }: Listener): string {
  const maybe = maybeFamilies.length > 0 ? `?${maybeFamilies.join('')}` : '';
  const owner = container === undefined ? undefined : `${container.name}/${container.port}`;
  const words = [`${boundTo(bound)}:${port}`, `${families.join('')}${maybe}`, process, pid, user, owner];
  return words.filter((word) => word !== undefined).join(' ');
}

function boundTo(bound: Listener['bound']): string {
  switch (bound.kind) {
    case 'any':
      return '*';
    case 'loopback':
      return 'lo';
    case 'interface':
      return `%${bound.interface}`;
    case 'name':
      return `${bound.name}${bound.truncated ? '…' : ''}`;
    case 'address':
      return `${bound.address.text}${bound.interface === undefined ? '' : `%${bound.interface}`}`;
  }
}

t.test('every form of listing', (t) => {
  for (const { name, text, formats, listeners, unread = [], partial } of listingExamples) {
    const listing = parseListing(text);
    t.same(listing.listeners.map(shown), listeners, name);
    t.same(
      listing.unread.map(({ line }) => line),
      unread,
      `${name}: unread`,
    );
    t.same(listing.formats, formats, `${name}: formats`);
    t.equal(listing.partial, partial, `${name}: partial`);
  }
  t.end();
});

const transcript = (name: string) => readFileSync(join('test/fixtures/inside', name), 'utf8');

t.test("the story's own transcripts, torn columns and all", (t) => {
  const before = parseListing(transcript('before.txt'));
  t.same(before.listeners.map(shown), [
    'offsite7.batten.eu.o…:53 ?46',
    'lo:53 ?46',
    '*:22 ?46',
    'lo:953 ?46',
    'lo:199 ?46',
    '*:3306 4?6 mysqld 787 mysql',
    'lo:80 ?46',
    '*:53 ?46',
    '*:443 ?46',
  ]);
  t.same([before.formats, before.unread, before.partial], [['netstat-linux', 'lsof'], [], false]);
  const after = parseListing(transcript('after.txt'));
  t.same(after.listeners.map(shown), ['lo:3306 4?6 mysqld 9870 mysql']);
  t.same([after.formats, after.unread, after.partial], [['lsof', 'netstat-linux'], [], true]);
  t.throws(() => parseListing('Trying 192.0.2.7...\nConnected to offsite7.example.org.\n'), {
    code: 'ERR_LISTING_INVALID',
  });
  t.end();
});

const heading = 'Proto Recv-Q Send-Q Local Address           Foreign Address         State\n';
const row = 'tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN\n';

t.test('a listing is partial unless its command or its heading proves that it is whole', (t) => {
  const cases: readonly (readonly [command: string, body: string, partial: boolean])[] = [
    ['', row, true],
    ['', heading + row, false],
    ['$ netstat -an', row, false],
    ['$ netstat \u2212a | grep LISTEN', row, false],
    ['C:\\> netstat -an | findstr /i "LISTENING"', row, false],
    ['PS C:\\> netstat -an | sls LISTEN', row, false],
    ['[igb@offsite7 ~]$ sudo netstat -ltnp | less', row, false],
    ['root@db:~# ss -tlnp', row, false],
    ['$ ss -ltn | sort | tee all.txt', row, false],
    ['netstat -an', row, false],
    ['\u276f ss -ltn', row, false],
    ['$ ssh db ss -ltn', row, false],
    ['$ netstat -an|grep LISTEN', row, false],
    ['% netstat -an -p tcp', 'tcp4 0 0 *.22 *.* LISTEN\n', false],
    ['C:\\>netstat -an -p tcp', '  TCP 0.0.0.0:22 0.0.0.0:0 LISTENING\n', true],
    ['$ netstat -an | grep mysql', row, true],
    ['$ netstat -an|grep mysql', row, true],
    ['$ netstat -an | grep -w tcp', heading + row, true],
    ['$ netstat -an | grep -v 22', heading + row, true],
    ['$ netstat -an | head -3', heading + row, true],
    ['\u276f netstat -an | head -3', heading + row, true],
    ["$ ssh db 'netstat -an | head -3'", heading + row, true],
    ['$ netstat -n', heading + row, true],
    ['$ netstat -4an', heading + row, true],
    ['$ ss -tn', heading + row, true],
    ['$ ss -ltn4', heading + row, true],
    ['$ ss -ltn sport = :22', heading + row, true],
    ['$ docker exec web ss -ltn', heading + row, true],
    ['$ cat listing.txt', row, true],
    ['$ cat listing.txt', heading + row, false],
    ['$ lsof -i', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', true],
    ['# lsof -i', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', false],
    ['$ sudo lsof -nP -iTCP -sTCP:LISTEN', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', false],
    ['$ sudo -u igb lsof -i', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', true],
    ['# lsof -i :22', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', true],
    ['# lsof -p 650', 'sshd 650 root 3u IPv4 1 0t0 TCP *:22 (LISTEN)\n', true],
    ['# sockstat -46l', 'root sshd 650 3 tcp4 *:22 *:*\n', false],
    ['# sockstat -4l', 'root sshd 650 3 tcp4 *:22 *:*\n', true],
    ['# sockstat -p 22', 'root sshd 650 3 tcp4 *:22 *:*\n', true],
  ];
  for (const [command, body, partial] of cases) {
    t.equal(
      parseListing(`${command}\n${body}`).partial,
      partial,
      `${command} ${body === row ? 'without heading' : ''}`,
    );
  }
  t.equal(parseListing(`$ lsof -i :22\n$ netstat -an\n${row}`).partial, false, 'one whole listing is enough');
  t.equal(parseListing(heading).partial, true, 'a heading alone proves nothing');
  t.end();
});

t.test('one listener that several listings show is one', (t) => {
  const lsof = (type: string, name: string) => `nginx 900 www 6u ${type} 1 0t0 TCP ${name} (LISTEN)\n`;
  const ss = 'LISTEN 0 1 0.0.0.0:22 0.0.0.0:*\n';
  const cases: readonly (readonly [text: string, listeners: readonly string[]])[] = [
    [`${ss}LISTEN 0 1 *:80 *:*\n${lsof('IPv6', '*:80')}`, ['*:22 4', '*:80 46 nginx 900 www']],
    [`tcp6 0 0 :::80 :::* LISTEN\n${lsof('IPv6', '*:80')}`, ['*:80 6?4 nginx 900 www']],
    [`tcp 0 0 *:http *:* LISTEN\n${lsof('IPv4', '*:80')}`, ['*:80 4?6 nginx 900 www']],
    [
      `tcp 0 0 *:http *:* LISTEN\n${lsof('IPv4', '*:80')}${lsof('IPv6', '*:80')}`,
      ['*:80 4 nginx 900 www', '*:80 6?4 nginx 900 www'],
    ],
    [`tcp 0 0 0.0.0.0:80 0.0.0.0:* LISTEN\n${lsof('IPv6', '[::1]:80')}`, ['*:80 4', 'lo:80 6 nginx 900 www']],
    [
      `${lsof('IPv4', '*:80')}a 0.0.0.0:80->8080/tcp, [::]:80->8080/tcp\n`,
      ['*:80 4 nginx 900 www a/8080', '*:80 6 a/8080'],
    ],
  ];
  for (const [text, listeners] of cases) {
    t.same(parseListing(text).listeners.map(shown), listeners, text);
    t.same(
      parseListing(text.trim().split('\n').reverse().join('\n') + '\n')
        .listeners.map(shown)
        .sort(),
      [...listeners].sort(),
    );
  }
  t.end();
});

t.test('what looks like a listener and cannot be read is never lost', (t) => {
  const cases: readonly (readonly [text: string, listeners: readonly string[]])[] = [
    ['tcp 0 0 127.0.0.1:nosuchservice 0.0.0.0:* LISTEN\n', []],
    ['tcp 0 0 0.0.0.0:http-alt 0.0.0.0:* LISTEN\n', []],
    ['tcp 0 0 0.0.0.0:nessus 0.0.0.0:* LISTEN\n', []],
    ['tcp 0 0 0.0.0.0:70000 0.0.0.0:* LISTEN\n', []],
    ['tcp 0 0 300.1.2.3:22 0.0.0.0:* LISTEN\n', []],
    ['tcp 0 0 0.0.0.0:22 198.51.100.1:50000 LISTEN\n', []],
    ['tcp 0 0 0.0.0.0:33', []],
    ['tcp 0 0 127.0.0.1:22 0.0.0.0:*\n', []],
    ['0 *:mysql\n', []],
    ['LISTEN\n', []],
    ['tcp\n*:*\nLISTEN\n0 127.0.0.1:33', []],
    ['tcp4 0 0 *.22 *.* LISTENNN\n', []],
    ['tcp4 0/0/128 *.22', []],
    ['LISTEN 0 128 0.0.0.0:22\n', []],
    ['mysqld 787 mysql 10u IPv4 1 0t0 TCP *:mysql\n', []],
    ['something 0.0.0.0:22 new (LISTEN) form\n', []],
    ['1: S_IFSOCK\nSOCK_STREAM\nsockname: AF_INET 0.0.0.0 port: 33', []],
    ['offsite7: tcp 0 0 127.0.0.1:3306 0.0.0.0:* LISTEN\n', []],
    ['offsite7: TCP 127.0.0.1:3306 0.0.0.0:0 ABHÖREN\n', []],
    ['| tcp | 0.0.0.0:22 | 0.0.0.0:* | LISTEN |\n', []],
    ['99% tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN\n', []],
    ['*.22 *.*\n0 0 49152 0 LISTEN\n', []],
    ['mysql mysqld 787\n10 tcp4\n127.0.0.1:3306\n*:*\n', []],
    ['tcp\n0 0.0.0.0:3306\n0.0.0.0:*\nESTABLISHED\n', []],
    ['udp\n0 0.0.0.0:3306\n0.0.0.0:*\nLISTEN\n', []],
    ['tcp 0 0 0.0.0.0:3306 0.0.0.0:* ESTABLISHED\n', []],
    ['web 0.0.0.0:8080->\n', []],
    ['web 0.0.0.0:8080->80/\n', []],
    ['web nginx Up 2 weeks 0.0.0.0:80', []],
    ['web 0.0.0.0:8080->80/tcp, 0.0.0.0:84', ['*:8080 4 web/80']],
    ['web 0.0.0.0:8080->80/tcp, 0.0.0.0:8443->44', ['*:8080 4 web/80']],
    ['web 0.0.0.0:8080->80/tcp, 0.0.0.0:8443->443\n', ['*:8080 4 web/80']],
  ];
  for (const [text, listeners] of cases) {
    const listing = parseListing(text);
    t.equal(listing.unread.length, 1, text);
    t.same(listing.listeners.map(shown), listeners, text);
  }
  t.end();
});

t.test('rows that are torn, quoted or coloured', (t) => {
  const cases: readonly (readonly [text: string, listeners: readonly string[], formats: readonly string[]])[] = [
    [
      '> tcp 0 0 127.0.0.1:3306 0.0.0.0:* LISTEN\n>> tcp 0 0 :::80 :::* LISTEN\n',
      ['lo:3306 4', '*:80 6?4'],
      ['netstat-linux'],
    ],
    ['tcp 0 0 0.0.0.0:\u001b[01;31m\u001b[K22\u001b[m 0.0.0.0:* LISTEN\r\n', ['*:22 4'], ['netstat-linux']],
    ['LISTEN 0 80\n127.0.0.1:3306\n0.0.0.0:*\nusers:(("mysqld",pid=787,fd=10))\n', ['lo:3306 4 mysqld 787'], ['ss']],
    ['tcp 0 0 0.0.0.0:3306 0.0.0.0:*\n   LISTEN 787/mysqld\n', ['*:3306 4 mysqld 787'], ['netstat-linux']],
    ['TCP 0.0.0.0:135\n[::]:0\nABHÖREN\n', ['*:135 4'], ['netstat-windows']],
    ['tcp4 0 0\n*.22\n*.* LISTEN\n', ['*:22 4'], ['netstat-bsd']],
    ['udp 0\n0.0.0.0:68\n0.0.0.0:*\nLISTEN 0 1 *:80 *:*\n', ['*:80 4?6'], ['ss']],
    [
      'ESTAB 0 0\n192.0.2.7:22\n198.51.100.1:50000\nLISTEN 0 1 *:80 *:*\n\t cubic rto:1000 mss:536 cwnd:10\n',
      ['*:80 4?6'],
      ['ss'],
    ],
    [
      'tcp6 0 0 2001:db8::7.443 2001:db8::1.50000 ESTABLISHED\ntcp6 0 0 *.22 *.* LISTEN\n',
      ['*:22 6?4'],
      ['netstat-bsd'],
    ],
    ['TCP 0.0.0.0:80 0.0.0.0:0 X\n'.split('').join('\0'), ['*:80 4'], ['netstat-windows']],
  ];
  for (const [text, listeners, formats] of cases) {
    const listing = parseListing(text);
    t.same(listing.listeners.map(shown), listeners, JSON.stringify(text));
    t.same([listing.unread, listing.formats], [[], formats], JSON.stringify(text));
  }
  t.end();
});

t.test('process names cannot drive a terminal', (t) => {
  const [listener] = parseListing('LISTEN 0 1 *:80 *:* users:(("\u001b[2J\u202ex",pid=1,fd=2))\n').listeners;
  t.notMatch(listener?.process, /[\u001b\u202e]/);
  t.end();
});

t.test('limits', (t) => {
  const tooLong = [
    `${'x'.repeat(1024)}\n`.repeat(9000),
    '\n'.repeat(100_001),
    'a 0.0.0.0:1-60000->1-60000/tcp\n'.repeat(3),
  ];
  for (const text of tooLong) t.throws(() => parseListing(text), { code: 'ERR_LISTING_INVALID' });
  t.equal(parseListing(row + '\n'.repeat(99_998)).listeners.length, 1);
  const wide = `a ${'0.0.0.0:80->80/tcp, '.repeat(300)}`;
  t.equal(parseListing(wide).unread.length, 1, 'a line that is longer than what is read');
  t.end();
});

t.test('hostile text: an answer or ERR_LISTING_INVALID, nothing else', (t) => {
  const words = fc.constantFrom(
    ...[
      'tcp',
      'tcp6',
      'TCP',
      'tcp46',
      'udp',
      'LISTEN',
      '(LISTEN)',
      '*:*',
      '*.*',
      '0.0.0.0:*',
      '0.0.0.0:0',
      '[::]:0',
      ':::22',
    ],
    ...[
      '*:mysql',
      '127.0.0.1:3306',
      '::1.25',
      '[::]:80',
      '[fe80::1]%e:1',
      '10u',
      'IPv4',
      'IPv6',
      '787',
      'mysql',
      'mysqld',
      '0',
    ],
    ...[
      'sockname:',
      'AF_INET',
      'port:',
      'SOCK_STREAM',
      '3:',
      'S_IFSOCK',
      '0.0.0.0:1-9->1-9/tcp',
      '->',
      '/tcp',
      ',',
      '\n',
      '\n',
    ],
    ...[
      '$',
      '#',
      '>',
      '|',
      'netstat',
      '-an',
      'Proto',
      'Recv-Q',
      'Send-Q',
      'TCP:',
      'users:((',
      '%',
      '\u0000',
      '\u001b[31m',
      '787/x',
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc
      .array(fc.oneof({ weight: 8, arbitrary: words }, { weight: 1, arbitrary: fc.string({ maxLength: 5 }) }), {
        maxLength: 80,
      })
      .map((all) => all.join(' ')),
  );
  fc.assert(
    fc.property(text, (text) => {
      try {
        const { listeners, unread, formats } = parseListing(text);
        const isSound = listeners.every(
          ({ port, families, maybeFamilies, line }) =>
            port >= 1 &&
            port <= 65535 &&
            line >= 1 &&
            !families.some((family) => maybeFamilies.includes(family)) &&
            families.length + maybeFamilies.length > 0,
        );
        return isSound && (formats.length > 0 || unread.length > 0);
      } catch (error) {
        return error instanceof ExposcanError && error.code === 'ERR_LISTING_INVALID';
      }
    }),
    { numRuns: 3000 },
  );
  t.end();
});

const texts = [...listingExamples, ...['before.txt', 'after.txt'].map((name) => ({ name, text: transcript(name) }))];
const endpointOf = (listener: Listener) => `${boundTo(listener.bound)}:${listener.port}`;

t.test('a text that breaks off anywhere shows no listener that the whole one does not', (t) => {
  // The tables of Windows differ from one language to the next in one word.
  for (const { name, text } of texts.filter(({ name }) => !/Windows in (?!German$)/.test(name))) {
    const whole = parseListing(text);
    // A socket of pfiles whose peer is on the next line is all that can be mistaken.
    const ends = new Set([...whole.listeners.map(endpointOf), ...(name.startsWith('pfiles') ? ['192.0.2.7:22'] : [])]);
    const pids = new Set(whole.listeners.map(({ pid }) => pid).concat(undefined));
    const wrong: string[] = [];
    for (let length = 0; length < text.length; length++) {
      try {
        const { listeners } = parseListing(text.slice(0, length));
        const foreign = listeners.filter((listener) => !ends.has(endpointOf(listener)) || !pids.has(listener.pid));
        wrong.push(...foreign.map((listener) => `${length}: ${shown(listener)}`));
      } catch (error) {
        if (!(error instanceof ExposcanError)) throw error;
      }
    }
    t.same(wrong, [], name);
  }
  t.end();
});

t.test('a line that is missing from a torn listing makes no listener up, and loses none in silence', (t) => {
  for (const name of ['before.txt', 'after.txt']) {
    const lines = transcript(name).split('\n');
    const whole = new Set(parseListing(lines.join('\n')).listeners.map(endpointOf));
    for (const [index, line] of lines.entries()) {
      const { listeners, unread } = parseListing(lines.filter((_, other) => other !== index).join('\n'));
      const ends = new Set(listeners.map(endpointOf));
      const isSound = [...ends].every((end) => whole.has(end)) && (ends.size === whole.size || unread.length > 0);
      t.ok(isSound, `${name}:${index + 1} ${line.trim()}`);
    }
  }
  t.end();
});

t.test('a listing given twice says what it says once', (t) => {
  for (const { name, text } of texts) {
    const [once, twice] = [parseListing(text), parseListing(`${text}\n${text}`)];
    t.same(twice, once, name);
  }
  t.end();
});

t.test('a row torn into its columns, in whatever order, is the same row', (t) => {
  const listener = fc.record({
    host: fc.constantFrom('0.0.0.0', '127.0.0.1', '192.0.2.7', ':::', '::1', 'localhost', 'db.example.org'),
    port: fc.oneof(fc.integer({ min: 1, max: 65535 }).map(String), fc.constantFrom('mysql', 'ssh', 'domain')),
    breaks: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
    order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(listener, { minLength: 1, maxLength: 8 }), (rows) => {
      const columns = rows.map(({ host, port }) => {
        const isIpv6 = host.includes(':');
        const local = host === ':::' ? `:::${port}` : `${host}:${port}`;
        return [isIpv6 ? 'tcp6' : 'tcp', `0 ${local}`, isIpv6 ? ':::*' : '0.0.0.0:*', 'LISTEN'];
      });
      const plain = columns
        .map(([protocol = '', local = '', ...rest]) => `${protocol} 0 ${local} ${rest.join(' ')}\n`)
        .join('');
      const torn = rows.map(({ order, breaks }, row) =>
        // The far end beside another word is taken as it stands; every column may begin a line.
        order
          .map(
            (column, index) =>
              `${columns[row]?.[column] ?? ''}${breaks[index] === true && index < 3 ? '   ' : '\n   '}`,
          )
          .join(''),
      );
      const [expected, found] = [parseListing(plain), parseListing(`${torn.join('\n')}\n`)];
      assert.deepEqual(found.listeners.map(shown).sort(), expected.listeners.map(shown).sort());
      assert.equal(found.unread.length, expected.unread.length);
    }),
    { numRuns: 300 },
  );
  t.end();
});

t.test('every pattern of the parsers takes time in proportion to the text', (t) => {
  const own = [
    'command-line',
    'endpoint',
    'headings',
    'port-name',
    'reading',
    'seems-listener',
    'wrapped-rows',
    'wrapped-tokens',
  ];
  const formats = readdirSync('src/inside/formats').map((file) => join('src/inside/formats', file));
  const files = [...own.map((file) => `src/inside/${file}.ts`), ...formats];
  let count = 0;
  for (const file of files) {
    for (const [, source = '', flags = ''] of readFileSync(file, 'utf8').matchAll(
      /(?<=[\s(,=])\/(\^(?:[^\/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/g,
    )) {
      count++;
      try {
        t.ok(backtrackingFactor(new RegExp(source, flags.replace('g', ''))) <= 200, `${file}: ${source}`);
      } catch (error) {
        t.fail(`${file}: ${source}: ${String(error)}`);
      }
    }
  }
  t.ok(count > 40, `${count} patterns found`);
  t.end();
});

/** Listens in a namespace of its own on every kind of address, with a connection, a UDP socket and a UNIX socket beside them. */
const listenerScript = `
const net = require('node:net');
const ends = [[22, '0.0.0.0'], [80, '::'], [443, '::', true], [3306, '127.0.0.1'], [631, '::1'], [8005, '::ffff:127.0.0.1'],
  [53, '192.0.2.7'], [53, '2001:db8::7']];
const servers = ends.map(([port, host, ipv6Only = false]) => net.createServer().listen({ port, host, ipv6Only }));
servers.push(net.createServer().listen('\\0exposcan-listings-' + process.pid));
Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve)))).then(() => {
  require('node:dgram').createSocket('udp4').bind(514, () => net.connect(3306, '127.0.0.1', () => console.log('ready')));
});`;

const tools = ['ss', 'netstat', 'lsof'].filter((tool) => findProgram(tool) === undefined);
if (tools.length > 0 && process.env['EXPOSCAN_LAB'] === 'required')
  throw new Error(`not installed: ${tools.join(', ')}`);
const live = tools.length > 0 ? { skip: `not installed: ${tools.join(', ')}` } : labOptions();

t.test("this system's own ss, netstat and lsof", live, async (t) => {
  const namespace = createNamespace(`exposcan-listings-${process.pid}`);
  t.teardown(() => {
    removeNamespace(namespace.name);
  });
  namespace.ip('address', 'add', '192.0.2.7/32', 'dev', 'lo');
  namespace.ip('address', 'add', '2001:db8::7/128', 'dev', 'lo', 'nodad');
  namespace.writeHosts([
    ['127.0.0.1', 'localhost'],
    ['::1', 'localhost'],
    ['192.0.2.7', 'offsite7-database.example.org'],
    ['2001:db8::7', 'offsite7-database.example.org'],
  ]);
  const child = namespace.start(process.execPath, ['-e', listenerScript], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
  });
  t.teardown(() => child.kill('SIGKILL'));
  if (child.stdout === null) throw new Error('the listener has no output');
  await once(child.stdout, 'data');

  /** What a command shows, in order of ports; without its owner, whose name is Node's own affair. */
  const listed = (command: string, ...args: string[]) => {
    const listing = parseListing(namespace.run(command, args));
    t.same([listing.unread, listing.partial], [[], command === 'lsof'], `${command} ${args.join(' ')}`);
    const rows = [...listing.listeners].sort(
      (a, b) => a.port - b.port || a.families.join().localeCompare(b.families.join()),
    );
    return {
      ends: rows.map(({ bound, port, families, maybeFamilies, line }) =>
        shown({ bound, port, families, maybeFamilies, line }),
      ),
      rows,
    };
  };
  const numeric = (http: string, https: string) => [
    ...['*:22 4', '192.0.2.7:53 4', '2001:db8::7:53 6', http, https, 'lo:631 6', 'lo:3306 4', 'lo:8005 4'],
  ];
  const told = numeric('*:80 46', '*:443 6');
  const untold = numeric('*:80 6?4', '*:443 6?4');
  for (const option of ['-ltn', '-ltnp', '-ltnpe', '-Otln', '-tan', '-tulpn']) t.same(listed('ss', option).ends, told);
  for (const option of ['-ltn', '-ltnp', '-ltnpe', '-an', '-tanpW']) t.same(listed('netstat', option).ends, untold);
  t.same(listed('lsof', '-nP', '-iTCP', '-sTCP:LISTEN').ends, untold);
  t.same(listed('lsof', '-nP', '-i').ends, untold);
  for (const [command, option] of [
    ['ss', '-ltnp'],
    ['netstat', '-ltnp'],
    ['lsof', '-nPi'],
  ] as const) {
    const { rows } = listed(command, option);
    t.ok(
      rows.every(({ pid, process }) => pid === child.pid && process !== undefined),
      `${command}: the process`,
    );
  }

  const named = (text: string) => new Set(parseListing(text).listeners.map(endpointOf));
  const all = ['*:22', '*:80', '*:443', 'lo:631', 'lo:3306', 'lo:8005', 'offsite7-database.example.org:53'];
  t.same(named(namespace.run('lsof', ['-i'])), new Set(all), 'lsof with names');
  t.same(named(namespace.run('netstat', ['-atW'])), new Set(all), 'netstat with names');
  const ssNames = new Set([...all.slice(0, -1), '192.0.2.7:53', '2001:db8::7:53']);
  t.same(named(namespace.run('ss', ['-tl'])), ssNames, 'ss with names of services');
  const cut = parseListing(namespace.run('netstat', ['-at'])).listeners.filter(({ port }) => port === 53);
  t.match(
    cut.map(({ bound }) => bound),
    [{ kind: 'name', truncated: true }],
    'a name that netstat cut',
  );
});
