import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { wantsColour } from '../src/cli/colour.js';
import { exitCodeOf } from '../src/cli/exit-code.js';
import { formatProgress, showProgress } from '../src/cli/progress.js';
import type { Snapshot } from '../src/model/snapshot.js';
import { closedPorts, snapshotOf, unknownPorts } from './fixtures/snapshots.js';
import { readSnapshot } from './lab/scan.js';

const project = fileURLToPath(new URL('..', import.meta.url));

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Running {
  readonly result: Promise<Result>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** Resolves when this has been printed on stderr. */
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
    result: once(child, 'close').then(() => ({ code: child.exitCode, stdout, stderr })),
    signal: (name) => child.kill(name),
    says: async (text) => {
      while (!stderr.includes(text)) await once(child.stderr, 'data');
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
    ['unknown kind of report', ['-o', 'report.xls', '127.0.0.1'], /\.json and \.txt/],
    ['unwritable report', ['-o', 'nowhere/report.json', '127.0.0.1'], /nowhere\/report\.json/],
    ['word of a later version', ['watch'], /exposcan -- watch/],
    ['syn', ['--method', 'syn', '127.0.0.1'], /--method connect/],
    ['diff of one', ['diff', 'a.json'], /missing required argument/],
    ['diff of nothing', ['diff', 'a.json', 'b.json'], /Cannot read the snapshot a\.json/],
    ['diff of something else', ['diff', 'targets.txt', 'targets.txt'], /targets\.txt/],
  ];
  const results = await Promise.all(cases.map(([, args]) => exposcan(...args)));
  for (const [index, [label, , message]] of cases.entries()) {
    const { code, stdout, stderr } = results[index] ?? { code: null, stdout: '', stderr: '' };
    t.equal(code, 2, `${label}: exit code`);
    t.match(stderr, message, `${label}: message`);
    t.equal(stdout, '', `${label}: nothing on stdout`);
  }
});

t.test('--version and --help', async (t) => {
  const { version } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')) as { version: string };
  t.equal((await exposcan('--version')).stdout, `${version}\n`);
  const help = await exposcan('--help');
  t.equal(help.code, 0);
  t.match(help.stdout, /Exit codes: 0 observed and conforms/);
  t.match((await exposcan('diff', '--help')).stdout, /before/);
});

t.test('loads only what it uses', async (t) => {
  const log = join(t.testdir({ 'imports.txt': '' }), 'imports.txt');
  const preload = fileURLToPath(new URL('fixtures/log-imports.js', import.meta.url));
  const imports = async (...args: string[]) => {
    writeFileSync(log, '');
    await start(args, { env: { NODE_OPTIONS: `--import=file://${preload}`, IMPORT_LOG: log } }).result;
    // The test runner preloads modules of its own before the program's first.
    return readFileSync(log, 'utf8').split('bin/exposcan.js')[1] ?? '';
  };
  t.notMatch(await imports('--version'), /node_modules|\/scan\/|\/policy\//, '--version loads no package');
  t.notMatch(await imports('--help'), /zod|yaml|cli-table3|\/scan\/|\/identification\//, '--help loads no room');
  const scanning = await imports('--no-policy', '--json', '-p', '9', '127.0.0.1');
  t.match(scanning, /\/scan\/scan\.js/);
  t.notMatch(scanning, /zod|yaml|cli-table3|\/policy\/|\/history\//, 'a scan without policy and table loads neither');
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
  const running = start(['127.0.0.1', '-p', '1-5000', '--rate', '50', '--json', '-v']);
  await running.says('probing by connect');
  running.signal('SIGINT');
  const { code, stdout, stderr } = await running.result;
  t.equal(code, 130);
  const snapshot = readSnapshot(stdout);
  t.equal(snapshot.complete, false);
  t.ok(snapshot.unknown.some((entry) => entry.code === 'ERR_CANCELLED'));
  t.match(stderr, /interrupted/);
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

t.test('progress and colour', async (t) => {
  const progress = { total: 65535, decided: 32768, probes: 40000, open: 3, identifying: 1 };
  t.equal(
    formatProgress(progress, 4000),
    '32,768 of 65,535 endpoints (50 %), 10,000 probes/s, 3 open, 1 being identified, about 4 s left',
  );
  t.match(formatProgress({ ...progress, total: 0, decided: 0 }, 0), /0 of|32,768 of|0 %/, 'nothing known yet');
  const written: string[] = [];
  const stop = showProgress({ isTTY: true, columns: 40, write: (text) => written.push(text) }, () => progress);
  await new Promise((resolve) => setTimeout(resolve, 300));
  stop();
  t.ok(written.length >= 2 && written.every((text) => text.startsWith('\r\x1b[K') && text.length <= 44));
  t.equal(wantsColour(true, {}), true);
  t.equal(wantsColour(true, { NO_COLOR: '1' }), false);
  t.equal(wantsColour(true, { NO_COLOR: '' }), true, 'an empty NO_COLOR means nothing');
  t.equal(wantsColour(true, { TERM: 'dumb' }), false);
  t.equal(wantsColour(false, {}), false, 'not a terminal');
});
