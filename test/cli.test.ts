import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { wantsColour } from '../src/cli/terminal.js';
import { runCommandLine } from '../src/cli/command-line.js';
import { exitCodeOf } from '../src/cli/exit-code.js';
import { formatProgress, showProgress } from '../src/cli/progress.js';
import { scanOptions } from '../src/cli/scan-options.js';
import { defaultConnections } from '../src/identification/prober.js';
import { sheetOf } from '../src/identification/protocol-sheets.js';
import { protocols } from '../src/identification/registry.js';
import { countPorts, parseRanges } from '../src/model/ports.js';
import type { Snapshot } from '../src/model/snapshot.js';
import type { ScanOptions } from '../src/scan/options.js';
import { formatProtocol } from '../src/report/protocols.js';
import { checkOptions } from '../src/scan/check-options.js';
import { closedPorts, snapshotOf, unknownPorts } from './fixtures/snapshots.js';
import { simulateNetwork } from './fixtures/simulated-network.js';
import { readSnapshot } from './lab/scan.js';
import './fixtures/own-state.js';

const project = fileURLToPath(new URL('..', import.meta.url));

interface Result {
  readonly code: number | null;
  /** Set where a signal ended the process. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly result: Promise<Result>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when this has been printed, on stdout or stderr. */
  readonly says: (text: string) => Promise<void>;
}

function start(
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Running {
  const child = spawn(process.execPath, [join(project, 'bin/exposcan.js'), ...args], {
    cwd: options.cwd ?? t.testdirName,
    env: { ...process.env, ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  child.stdin.end(options.input ?? '');
  return {
    result: once(child, 'close').then(() => ({ code: child.exitCode, signal: child.signalCode, stdout, stderr })),
    signal: (name) => child.kill(name),
    says: async (text) => {
      while (!`${stderr}${stdout}`.includes(text)) {
        await Promise.race([once(child.stderr, 'data'), once(child.stdout, 'data')]);
      }
    },
  };
}

const exposcan = (...args: string[]) => start(args).result;

/** A server on loopback that greets everyone with these bytes. */
async function greeter(greeting: string | Uint8Array): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(greeting);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, server };
}

t.testdir({
  'broken.yaml': 'version: 1\nname: x\nhost: []\n',
  'targets.txt': '127.0.0.1 # me\n',
  'bad-targets.txt': 'fine.example.org\n010.0.0.1\n',
  'utf-16.json': Buffer.from('\ufeff{}', 'utf16le'),
  'latin-1.json': Buffer.from('{"name": "caf\xe9"}', 'latin1'),
  'loopback.yaml': [
    'version: 1',
    'name: loopback',
    'hosts:',
    '  - host: 127.0.0.1',
    '    ports: [4]',
    '    services: [{ port: 4, exposure: local-only }]',
  ].join('\n'),
});

t.test('bad usage: exit 2, and what to do', async (t) => {
  const cases: [label: string, args: string[], message: RegExp][] = [
    ['no target', [], /No target was given: expected a name, an address or a block/],
    ['unknown flag', ['--frobnicate', '127.0.0.1'], /unknown option '--frobnicate'/],
    ['malformed ports', ['-p', '22,x!', '127.0.0.1'], /x!/],
    ['port 0', ['-p', '0', '127.0.0.1'], /TCP ports run from 1 to 65535/],
    ['octal address', ['010.0.0.1'], /Write it in full: 8\.0\.0\.1/],
    ['short address', ['127.1'], /Write it in full: 127\.0\.0\.1/],
    ['host bits set', ['192.0.2.7/24'], /192\.0\.2\.0\/24/],
    ['too many addresses', ['10.0.0.0/8'], /--yes/],
    ['URL', ['https://offsite7.example.org/'], /offsite7\.example\.org/],
    ['missing policy', ['--policy', 'missing.yaml', '127.0.0.1'], /missing\.yaml/],
    ['broken policy', ['--policy', 'broken.yaml', '127.0.0.1'], /broken\.yaml:3:1.*did you mean.*hosts/is],
    ['missing list', ['@missing.txt'], /missing\.txt/],
    ['bad list', ['@bad-targets.txt'], /bad-targets\.txt:2:1/],
    ['bad control', ['--control', 'nonsense', '127.0.0.1'], /expected HOST:PORT/],
    ['negative rate', ['--rate', '-1', '127.0.0.1'], /above 0/],
    ['fractional retries', ['--retries', '1.5', '127.0.0.1'], /whole number/],
    ['no grab', ['--max-grabs', '0', '127.0.0.1'], /whole number above 0/],
    ['unknown kind of report', ['-o', 'report.xls', '127.0.0.1'], /\.json and \.txt/],
    ['unwritable report', ['-o', 'nowhere/report.json', '127.0.0.1'], /nowhere\/report\.json/],
    ['unknown protocol', ['protocols', 'mysqll'], /by the name "mysqll"\. Did you mean mysql\?/],
    ['protocol like no other', ['protocols', 'x\x1b'], /"x\\x1b"\. exposcan protocols lists them all/],
    ['two protocols', ['protocols', 'ssh', 'ftp'], /too many arguments/],
    ['unknown method', ['--method', 'fin', '127.0.0.1'], /Allowed choices are auto, connect, syn/],
    ['diff of one', ['diff', 'a.json'], /missing required argument/],
    ['diff of nothing', ['diff', 'a.json', 'b.json'], /Cannot read the snapshot a\.json/],
    ['diff of something else', ['diff', 'targets.txt', 'targets.txt'], /targets\.txt/],
    ['diff of a directory', ['diff', '.', '.'], /Cannot read the snapshot \.: it is a directory/],
    ['diff of UTF-16', ['diff', 'utf-16.json', 'a.json'], /it is UTF-16 text\. Save it as UTF-8/],
    ['diff of no text', ['diff', 'latin-1.json', 'a.json'], /it is not UTF-8 text/],
    ['diff of a device that never ends', ['diff', '/dev/zero', 'a.json'], /larger than 67108864 bytes/],
    ['too many retries', ['--retries', '1000', '127.0.0.1'], /"retries": expected 100 at most/],
    ['a nameless vantage', ['--vantage', '', '127.0.0.1'], /"vantage": expected a name/],
  ];
  const results = await Promise.all(cases.map(([, args]) => exposcan(...args)));
  for (const [index, [label, , message]] of cases.entries()) {
    const { code, stdout, stderr } = results[index] ?? {};
    t.equal(code, 2, `${label}: exit code`);
    t.match(stderr, message, `${label}: message`);
    t.equal(stdout, '', `${label}: nothing on stdout`);
  }
});

t.test('what the user typed cannot drive the terminal', async (t) => {
  const escape = '\x1b[2J';
  for (const args of [
    ['--rate', escape, '127.0.0.1'],
    ['--method', escape, '127.0.0.1'],
    [`--${escape}`, '127.0.0.1'],
    ['diff', `--${escape}`, 'a', 'b'],
    ['--policy', `${escape}.yaml`, '127.0.0.1'],
    [escape],
  ]) {
    const { code, stdout, stderr } = await exposcan(...args);
    t.equal(code, 2);
    t.notMatch(stdout + stderr, /\x1b/, args.map((arg) => JSON.stringify(arg)).join(' '));
  }
});

t.test('several problems of a policy are told a line each', async (t) => {
  const file = join(t.testdir({ 'types.yaml': 'version: "1"\nname: [1]\nhosts: { a: b }\n' }), 'types.yaml');
  const { code, stderr } = await exposcan('-p', '1', '--policy', file, '127.0.0.1');
  t.equal(code, 2);
  t.ok(stderr.trimEnd().split('\n').length >= 4);
});

t.test('a result that cannot be written is no deviation', { skip: !existsSync('/dev/full') }, async (t) => {
  for (const redirection of ['>/dev/full', '--json >/dev/full', '-o /dev/full/x.json', '-v 2>/dev/full >/dev/full']) {
    const command = `"$0" "$1" -p 1 --no-policy 127.0.0.1 ${redirection}`;
    const child = spawn('sh', ['-c', command, process.execPath, join(project, 'bin/exposcan.js')]);
    await once(child, 'close');
    t.equal(child.exitCode, 2, redirection);
  }
});

t.test('a pipe that nobody writes to can be interrupted', async (t) => {
  const fifo = join(t.testdir({}), 'policy.yaml');
  const made = spawn('mkfifo', [fifo]);
  await once(made, 'close');
  const child = spawn(process.execPath, [join(project, 'bin/exposcan.js'), '-p', '1', '--policy', fifo, '127.0.0.1']);
  // Long enough for the program to come to the pipe; sooner, and the test is only weaker.
  await new Promise((resolve) => setTimeout(resolve, 500));
  child.kill('SIGINT');
  await once(child, 'close');
  t.equal(child.signalCode, 'SIGINT');
});

t.test('--version and --help', async (t) => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
  t.equal((await exposcan('--version')).stdout, `${version}\n`);
  const help = await exposcan('--help');
  t.equal(help.code, 0);
  t.match(help.stdout, /Exit codes: 0 observed and conforms/);
  const grabs = new RegExp(`--max-grabs <n> [^-]*\\(default:\\s+${defaultConnections}\\)`);
  t.match(help.stdout, grabs, 'the default that it tells is the one that is used');
  t.match((await exposcan('diff', '--help')).stdout, /before/);
});

t.test('what is known of each protocol', async (t) => {
  const all = await exposcan('protocols');
  t.equal(all.code, 0, all.stderr);
  for (const { name, about } of protocols) {
    t.match(all.stdout, new RegExp(`^${name} `, 'm'), name);
    const sheet = sheetOf(name);
    const one = sheet === undefined ? '' : formatProtocol(sheet, { colour: false, width: 100 });
    t.ok(one.replace(/\s+/g, ' ').includes(about.recognisedBy), `${name}: ${one}`);
  }
  t.match((await exposcan('protocols', 'rediss')).stdout, /^redis\n[^]*sent +\*2\\r[^]*tested with +Redis /);
  t.match((await exposcan('protocols', 'jetdirect')).stdout, /sent +nothing, ever\n/);
  const { stdout } = await exposcan('protocols', 'https', '--json');
  const { format, protocols: sheets } = JSON.parse(stdout) as { format: string; protocols: Record<string, unknown>[] };
  t.equal(format, 'exposcan-protocols');
  t.match(sheets, [{ name: 'http', farewell: null, punishes: false, sources: [String] }]);
  t.match(sheets[0]?.['sent'], { text: /^GET \/ HTTP\/1\.0\\r\\n.*Host: NAME/, base64: /^R0VU/ });
});

t.test('loads only what it uses', async (t) => {
  const log = join(t.testdir({ 'imports.txt': '' }), 'imports.txt');
  const preload = fileURLToPath(new URL('fixtures/log-imports.js', import.meta.url));
  const imports = async (...args: string[]) => {
    writeFileSync(log, '');
    await start(args, { env: { NODE_OPTIONS: `--import=file://${preload}`, IMPORT_LOG: log } }).result;
    // The test runner preloads modules of its own before the program's first.
    const urls = readFileSync(log, 'utf8').split('bin/exposcan.js')[1]?.split('\n') ?? [];
    return urls.flatMap((url) => [url, ...bundledIn(url)]).join('\n');
  };
  t.notMatch(await imports('--version'), /node_modules|src\/(?:scan|policy)\//, '--version loads no package');
  t.notMatch(await imports('--help'), /zod|yaml|cli-table3|src\/(?:scan|identification)\//, '--help loads no room');
  const scanning = await imports('--no-policy', '--no-history', '--json', '-p', '9', '127.0.0.1');
  t.match(scanning, /src\/scan\/scan\.ts/);
  t.notMatch(
    scanning,
    /zod|yaml|cli-table3|src\/(?:policy|history)\//,
    'a scan without policy, table and history loads none of them',
  );
});

t.test('a scan of this machine', async (t) => {
  const { port, server } = await greeter('SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u10\r\n');
  t.teardown(() => server.close());
  const ports = `${port},4`;

  const table = await exposcan('127.0.0.1', '-p', ports);
  t.equal(table.code, 0, 'without a policy there is no verdict, and all was observed');
  t.match(table.stdout, /OpenSSH 9\.2p1/);
  t.match(table.stdout, /TCP alone/);

  const json = await exposcan('127.0.0.1', '-p', ports, '--json');
  const snapshot = readSnapshot(json.stdout);
  t.equal(snapshot.verdict, 'none');
  t.match(snapshot.open, [
    { port, self: true, service: { name: 'ssh', product: 'OpenSSH', version: '9.2p1', method: 'probed' } },
  ]);
  t.match(snapshot.notOpen, [{ ports: '4', state: 'closed', reason: 'conn-refused' }]);

  const judged = await exposcan('127.0.0.1', '--policy', 'loopback.yaml', '--json');
  t.equal(judged.code, 3, 'seen from itself, a policy cannot be decided');
  t.equal(readSnapshot(judged.stdout).verdict, 'indeterminate');
  t.equal(readSnapshot(judged.stdout).asked.ports, '4', "the policy's ports are scanned");

  const directory = t.testdir();
  const [document, text] = [join(directory, 'a.json'), join(directory, 'a.txt')];
  const written = await exposcan('127.0.0.1', '-p', ports, '-o', document, '-o', text, '-q');
  t.equal(written.stderr, '', '--quiet says nothing');
  t.match(readSnapshot(readFileSync(document, 'utf8')).open, [{ port }]);
  t.match(readFileSync(text, 'utf8'), /OpenSSH/);

  t.equal((await exposcan('diff', document, document)).code, 0, 'no difference');
  server.close();
  const after = await exposcan('127.0.0.1', '-p', '4', '-o', join(directory, 'b.json'));
  t.equal(after.code, 0);
  const narrower = await exposcan('diff', document, join(directory, 'b.json'));
  t.equal(narrower.code, 3, 'a port that was not scanned is not closed');
  await exposcan('127.0.0.1', '-p', ports, '-o', join(directory, 'c.json'));
  const closed = await exposcan('diff', document, join(directory, 'c.json'));
  t.equal(closed.code, 1);
  t.match(closed.stdout, String(port));
});

t.test('targets from a list and from stdin', async (t) => {
  t.equal(readSnapshot((await exposcan('@targets.txt', '-p', '4', '--json')).stdout).targets[0]?.target, '127.0.0.1');
  const piped = await start(['-', '-p', '4', '--json'], { input: '127.0.0.2\n127.0.0.3\n' }).result;
  t.same(
    readSnapshot(piped.stdout).targets.map(({ target }) => target),
    ['127.0.0.2', '127.0.0.3'],
  );
  t.equal((await start(['-'], { input: '# nothing\n' }).result).code, 2);
});

t.test('a name that does not exist is indeterminate', async (t) => {
  // RFC 6761 keeps .invalid out of DNS. Whether this machine's resolver says so or cannot be asked, the answer is unknown.
  const { code, stdout } = await exposcan('nosuchname.invalid', '-p', '22', '--json');
  t.equal(code, 3);
  t.match(readSnapshot(stdout).targets[0]?.errors[0]?.code, /ERR_NAME_NOT_FOUND|ERR_LOOKUP_FAILED/);
  const unjudged = await exposcan('nosuchname.invalid', '-p', '22', '--no-policy');
  t.equal(unjudged.code, 3, 'also without a policy');
});

t.test('a banner cannot drive the terminal', async (t) => {
  const { port, server } = await greeter(
    Buffer.from('220 \x1b[2J\x1b]0;owned\x07\x9b31m\x7f\u202e\n│ 22 │ all fine │\r\n\xff\xfe SSH-2.0-x', 'utf8'),
  );
  t.teardown(() => server.close());
  for (const args of [[], ['--json'], ['-v']]) {
    const { stdout, stderr } = await exposcan('127.0.0.1', '-p', String(port), ...args);
    t.notMatch(stdout + stderr, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/, args.join(' '));
  }
});

t.test('an interrupt writes what was seen', async (t) => {
  const running = start(['127.0.0.1', '-p', '1-5000', '--rate', '50', '--json', '-v', '--method', 'connect']);
  await running.says('probing by connect');
  running.signal('SIGINT');
  const { code, stdout, stderr } = await running.result;
  t.equal(code, 130);
  const snapshot = readSnapshot(stdout);
  t.equal(snapshot.complete, false);
  t.ok(snapshot.unknown.some((entry) => entry.code === 'ERR_CANCELLED'));
  t.match(stderr, /interrupted/);
});

t.test('SIGTERM does as SIGINT', async (t) => {
  const running = start(['127.0.0.1', '-p', '1-5000', '--rate', '50', '--json', '-v', '--method', 'connect']);
  await running.says('probing by connect');
  running.signal('SIGTERM');
  const { code, stdout } = await running.result;
  t.equal(code, 130);
  t.equal(readSnapshot(stdout).complete, false);
});

t.test('an interrupt does not wait for a server that never comes to an end', async (t) => {
  const server = createServer((socket) => {
    const timer = setInterval(() => socket.write('.'), 20);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearInterval(timer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const reached = once(server, 'connection');
  const running = start(['127.0.0.1', '-p', `${port}`, '--json', '-v']);
  await reached;
  running.signal('SIGINT');
  const { code, stdout } = await running.result;
  t.equal(code, 130);
  const snapshot = readSnapshot(stdout);
  t.equal(snapshot.complete, false);
  t.equal(snapshot.notOpen.length, 0);
});

t.test('a second interrupt ends the program at once, whatever it waits for', async (t) => {
  const directory = t.testdir();
  const pipe = join(directory, 'report.json');
  spawnSync('sh', ['-c', 'mkfifo "$0"', pipe]);
  // Nobody reads the pipe, so opening it never returns; not even process.exit() would get past that.
  const running = start(['127.0.0.1', '-p', '4', '--json', '-o', pipe]);
  await running.says('"verdict"');
  running.signal('SIGINT');
  await running.says('once more to stop at once');
  running.signal('SIGINT');
  const { code, signal } = await running.result;
  t.same({ code, signal }, { code: null, signal: 'SIGINT' }, 'by the signal, which a shell reports as 130');
});

t.test('a reader that leaves early is no error', async (t) => {
  const child = spawn('sh', [
    '-c',
    `"$0" "$1" 127.0.0.1 -p 1-200 --json -q | head -n 1`,
    process.execPath,
    join(project, 'bin/exposcan.js'),
  ]);
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (output += String(text)));
  await once(child, 'close');
  t.equal(output, '{\n');
});

t.test('exit codes', (t) => {
  const closed = closedPorts('192.0.2.7', '1-65535');
  const cases: [label: string, snapshot: Snapshot, code: number][] = [
    ['pass', snapshotOf({ verdict: 'pass' }), 0],
    ['fail', snapshotOf({ verdict: 'fail' }), 1],
    ['indeterminate', snapshotOf({ verdict: 'indeterminate' }), 3],
    ['interrupted outranks all', snapshotOf({ verdict: 'fail', complete: false }), 130],
    ['no policy, all observed', snapshotOf({ notOpen: [closed] }), 0],
    ['no policy, nothing observed', snapshotOf(), 3],
    [
      'no policy, some unknown',
      snapshotOf({ notOpen: [closed], unknown: [unknownPorts('2001:db8::7', '1-65535', 'ERR_NO_ROUTE')] }),
      3,
    ],
    [
      'no policy, a lookup failed',
      snapshotOf({
        notOpen: [closed],
        targets: [
          {
            target: 'x',
            addresses: ['192.0.2.7'],
            noRecord: [],
            errors: [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: '' }],
          },
        ],
      }),
      3,
    ],
    [
      'no policy, one family wanted',
      snapshotOf({
        notOpen: [closed],
        targets: [
          {
            target: 'x',
            addresses: ['192.0.2.7'],
            noRecord: [],
            errors: [{ family: 6, code: 'ERR_FAMILY_NOT_SCANNED', message: '' }],
          },
        ],
      }),
      0,
    ],
  ];
  for (const [label, snapshot, code] of cases) t.equal(exitCodeOf(snapshot), code, label);
  t.end();
});

t.test('progress and colour', (t) => {
  const progress = { total: 65535, decided: 32768, probes: 40000, open: 3, identifying: 1 };
  t.equal(
    formatProgress(progress, 4000),
    '32,768 of 65,535 endpoints (50 %), 10,000 probes/s, 3 open, 1 being identified, about 4 s left',
  );
  const nothing = { total: 0, decided: 0, probes: 0, open: 0, identifying: 0 };
  t.equal(formatProgress(nothing, 0), '0 of 0 endpoints (0 %), 0 probes/s, 0 open', 'nothing known yet');

  const shown = (stream: { isTTY?: boolean; columns?: number }, milliseconds: number) => {
    const network = simulateNetwork(() => undefined);
    const written: string[] = [];
    const stop = showProgress({ ...stream, write: (text) => written.push(text) }, () => progress, false, network.clock);
    network.clock.after(milliseconds, () => undefined);
    network.run(() => network.now() >= milliseconds);
    stop();
    t.equal(network.pending(), 0, 'no timer is left');
    return written;
  };
  const redrawn = shown({ isTTY: true, columns: 40 }, 1100);
  t.same(
    redrawn,
    [
      ...['160,', '80,0', '53,3', '40,0'].map((rate) => `\r\x1b[K32,768 of 65,535 endpoints (50 %), ${rate}`),
      '\r\x1b[K',
    ],
    'on a terminal, one line that never wraps, four times a second, and gone in the end',
  );
  const logged = shown({}, 50_000);
  t.equal(logged.length, 3, 'off a terminal, a plain line every 15 s');
  for (const line of logged) t.match(line, /^exposcan: 32,768 of 65,535 endpoints [ -~]*\n$/);
  t.equal(wantsColour(true, {}), true);
  t.equal(wantsColour(true, { NO_COLOR: '1' }), false);
  t.equal(wantsColour(true, { NO_COLOR: '' }), true, 'an empty NO_COLOR means nothing');
  t.equal(wantsColour(true, { TERM: 'dumb' }), false);
  t.equal(wantsColour(false, {}), false, 'not a terminal');
  t.end();
});

t.test('flags become options', async (t) => {
  const targets = ['127.0.0.1'];
  const usual = {
    targets,
    families: [4, 6],
    exclude: [],
    allowHuge: false,
    controls: [],
    namedPorts: [],
    polite: false,
    probeIcs: false,
    method: 'auto',
  };
  const cases: [args: string[], changes: Partial<ScanOptions>][] = [
    [[], {}],
    [
      ['-p', '22,80-81'],
      {
        ports: [
          { first: 22, last: 22 },
          { first: 80, last: 81 },
        ],
      },
    ],
    [['-4'], { families: [4] }],
    [['-6'], { families: [6] }],
    [['-4', '-6'], { families: [4, 6] }],
    [['--polite'], { polite: true }],
    [['--probe-ics'], { probeIcs: true }],
    [['--method', 'syn'], { method: 'syn' }],
    [['--rate', '2.5'], { rate: 2.5 }],
    [['--timeout', '800'], { timeout: 800 }],
    [['--retries', '0'], { retries: 0 }],
    [['--concurrency', '9'], { concurrency: 9 }],
    [['--max-grabs', '2'], { maxGrabs: 2 }],
    [['--yes'], { allowHuge: true }],
    [['--vantage', 'office'], { vantage: 'office' }],
    [
      ['--control', 'a.example.org:22', '--control', '192.0.2.1:80'],
      { controls: ['a.example.org:22', '192.0.2.1:80'] },
    ],
    [['--exclude', '192.0.2.1', '--exclude', '192.0.2.2'], { exclude: ['192.0.2.1', '192.0.2.2'] }],
  ];
  for (const [args, changes] of cases) {
    let options: ScanOptions | undefined;
    const code = await runCommandLine([...targets, ...args], async (words, flags) => {
      options = await scanOptions(words, flags, undefined);
      return 3;
    });
    t.equal(code, 3, "the exit code is the scan's");
    t.same(options, { ...usual, ...changes }, args.join(' '));
    if (options !== undefined) checkOptions(options);
  }
});

t.test('what flags do', async (t) => {
  const { port, server } = await greeter('SSH-2.0-OpenSSH_9.2p1\r\n');
  t.teardown(() => server.close());
  const { stdout, stderr } = await exposcan(
    ...['127.0.0.1-127.0.0.3', '-p', '4', '--exclude', '127.0.0.2', '--json', '-v', '--vantage', 'office'],
    ...['--control', `127.0.0.1:${port}`, '--control', '127.0.0.1:4'],
  );
  const snapshot = readSnapshot(stdout);
  t.same(snapshot.targets[0]?.addresses, ['127.0.0.1', '127.0.0.3'], '--exclude');
  t.equal(snapshot.vantage.name, 'office', '--vantage');
  t.match(
    snapshot.controls,
    [
      { port, reached: true },
      { port: 4, reached: false },
    ],
    '--control',
  );
  t.match(stderr, /probing by (connect \(|SYN packets)/, '-v');

  for (const [flag, family] of [
    ['-4', 4],
    ['-6', 6],
  ] as const) {
    const { targets, asked } = readSnapshot((await exposcan('localhost', '-p', '4', '--json', flag)).stdout);
    t.same(asked.families, [family], flag);
    t.ok(targets[0]?.addresses.every((address) => address.includes(':') === (family === 6)));
    t.ok(targets[0]?.errors.some((error) => error.code === 'ERR_FAMILY_NOT_SCANNED' && error.family !== family));
  }

  const policies = {
    'loopback.yaml':
      'version: 1\nname: x\nhosts:\n  - host: 127.0.0.1\n    ports: [4]\n    services: [{ port: 4, exposure: absent }]\n',
  };
  const cwd = t.testdir({ policies });
  t.match((await start(['127.0.0.1'], { cwd }).result).stderr, /judging by policies\/loopback\.yaml/);
  t.equal((await start(['127.0.0.1', '-q'], { cwd }).result).stderr, '', '-q');
});

t.test('localhost, every port', async (t) => {
  const snapshot = readSnapshot((await exposcan('localhost', '--json', '-q')).stdout);
  const addresses = snapshot.targets.flatMap((target) => target.addresses);
  t.ok(addresses.includes('127.0.0.1'));
  for (const address of addresses) {
    const groups = [...snapshot.notOpen, ...snapshot.unknown].filter((entry) => entry.address === address);
    const open = snapshot.open.filter((entry) => entry.address === address).length;
    const rest = groups.reduce((sum, { ports }) => sum + countPorts(parseRanges(ports)), 0);
    t.equal(open + rest, 65_535, address);
  }
});

t.test('a snapshot from a pipe', (t) => {
  const directory = t.testdir({
    'a.json': JSON.stringify(
      snapshotOf({ notOpen: [closedPorts('192.0.2.7', '1-65535'), closedPorts('2001:db8::7', '1-65535')] }),
    ),
  });
  const shell = (script: string) =>
    spawnSync('sh', ['-c', script, process.execPath, join(project, 'bin/exposcan.js')], {
      cwd: directory,
      encoding: 'utf8',
    });
  t.match(shell('cat a.json | "$0" "$1" diff /dev/stdin a.json'), { status: 0 }, 'one that ends');
  const endless = shell('mkfifo pipe && { yes > pipe & "$0" "$1" diff pipe a.json; }');
  t.match(endless, { status: 2, stderr: /Cannot read the snapshot pipe: it is larger than 67108864 bytes/ });
  t.end();
});

t.test('why there are no raw sockets', (t) => {
  // Outside the project, so that its own raw-socket is not found. What is there instead fails as each was seen to in the field.
  const directory = mkdtempSync(join(tmpdir(), 'exposcan-'));
  t.teardown(() => {
    rmSync(directory, { recursive: true });
  });
  const install = (file: string, text: string) => {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), text);
  };
  for (const file of ['net/raw-sockets.js', 'model/errors.js']) {
    install(file, readFileSync(join(project, 'dist', file), 'utf8'));
  }
  install('package.json', '{ "type": "module" }');
  const program = `import { rawSocketSupport } from ${JSON.stringify(`file://${directory}/net/raw-sockets.js`)};
    console.log(JSON.stringify(await rawSocketSupport()));`;
  const socketThat = (body: string) =>
    `module.exports = { AddressFamily: { IPv4: 1 }, Protocol: { TCP: 6 }, createSocket() { ${body} } };`;
  const cases: [label: string, source: string | undefined, expected: object][] = [
    ['no package', undefined, { available: false, why: /raw-socket is not installed \(Cannot find package/ }],
    [
      'no binary',
      `require('./build/Release/raw.node');`,
      { available: false, why: /raw-socket is installed, and was not built \(Cannot find module [^\n]*raw\.node/ },
    ],
    [
      'a binary for another Node',
      `throw new Error('compiled against\\nanother');`,
      { available: false, why: 'the optional package raw-socket cannot be loaded (compiled against)' },
    ],
    [
      'no privilege',
      socketThat(`throw new Error('Operation not permitted');`),
      {
        available: false,
        why: 'this process may not open raw sockets (Operation not permitted); it needs CAP_NET_RAW',
      },
    ],
    ['all is well', socketThat('return { on() {}, close() {} };'), { available: true }],
  ];
  for (const [label, source, expected] of cases) {
    if (source !== undefined) install('node_modules/raw-socket/index.js', source);
    t.match(runProgram(program), expected, label);
  }
  t.end();
});

t.test('raw sockets as a user without privileges', (t) => {
  const module = join(project, 'dist/net/raw-sockets.js');
  const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (spawnSync('cat', [module], nobody).status !== 0) {
    t.comment('left out: another user may not read this directory');
  } else {
    const program = `import { rawSocketSupport } from ${JSON.stringify(`file://${module}`)};
      console.log(JSON.stringify(await rawSocketSupport()));`;
    const expected = { available: false, why: /it needs CAP_NET_RAW|is not installed|was not built/ };
    t.match(runProgram(program, nobody), expected);
  }
  t.end();
});

/** The modules that a chunk of the bundle is made of: the bundler writes their names above them. */
function bundledIn(url: string): string[] {
  if (!url.includes('/dist/program/')) return [];
  return readFileSync(new URL(url), 'utf8').match(/(?<=^\/\/ )(?:src|node_modules)\/.*$/gm) ?? [];
}

/** What a program in a Node of its own, without the test runner's loaders, prints as JSON. */
function runProgram(program: string, user: { uid?: number; gid?: number } = {}): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    ...user,
    cwd: '/',
    encoding: 'utf8',
    env: {},
  });
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout);
}
