import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { snapshotSchema, type Snapshot } from '../../src/model/snapshot.js';
import type { Namespace } from './namespace.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
/** Longer than any scan takes; only so that one that hangs fails with its output. */
const patienceMs = 240_000;

export interface ScanRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Most tests are of connecting, as whoever is not root does; those of SYN packets ask for them by name. */
const withoutRawSockets = ['setpriv', '--bounding-set=-net_raw', '--inh-caps=-net_raw'];

/** Runs the built program inside a namespace, from the project's directory, to its end; `fileLimit` as of `ulimit -n`. */
export function runExposcan(
  namespace: Namespace,
  args: readonly string[],
  { fileLimit }: { fileLimit?: number } = {},
): Promise<ScanRun> {
  const program = [...(args.includes('syn') ? [] : withoutRawSockets), process.execPath, 'bin/exposcan.js', ...args];
  const [command = '', ...rest] =
    fileLimit === undefined ? program : ['prlimit', `--nofile=${fileLimit}:${fileLimit}`, ...program];
  return new Promise((resolve, reject) => {
    const child = namespace.start(command, rest, { stdio: ['ignore', 'pipe', 'pipe'], cwd: project });
    const output = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream]?.setEncoding('utf8').on('data', (text: string) => (output[stream] += text));
    }
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`exposcan ${args.join(' ')} did not end:\n${output.stderr}${output.stdout}`));
    }, patienceMs);
    child.once('error', reject);
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, ...output });
    });
  });
}

/**
 * Reads a snapshot document as strictly as its makers promise: the published JSON Schema holds, and for every address the
 * ports add up to exactly those asked for, each counted once. Throws where that is not so.
 */
export function readSnapshot(text: string): Snapshot {
  const document: unknown = JSON.parse(text);
  const ajv = new Ajv2020({ allErrors: true, validateFormats: false });
  const schema: unknown = JSON.parse(readFileSync(new URL('../../dist/schema/snapshot.json', import.meta.url), 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error('dist/schema/snapshot.json is not a schema');
  if (!ajv.validate(schema, document)) throw new Error(`the snapshot breaks its schema: ${ajv.errorsText()}`);
  const snapshot = snapshotSchema.parse(document);
  const asked = portsOf(snapshot.asked.ports).join();
  for (const address of snapshot.targets.flatMap(({ addresses }) => addresses)) {
    const held = [
      ...snapshot.open.filter((entry) => entry.address === address).map(({ port }) => port),
      ...notOpenAt(snapshot, address).flatMap(({ ports }) => portsOf(ports)),
    ];
    if (held.sort((a, b) => a - b).join() !== asked) throw new Error(`the ports of ${address} do not add up`);
  }
  for (const { address, ports, count } of [...snapshot.notOpen, ...snapshot.unknown]) {
    if (portsOf(ports).length !== count) throw new Error(`the count of ${ports} at ${address} is not ${count}`);
  }
  return snapshot;
}

function notOpenAt(snapshot: Snapshot, address: string) {
  return [...snapshot.notOpen, ...snapshot.unknown].filter((entry) => entry.address === address);
}

function portsOf(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** `open conn-accepted`, `closed conn-refused`, `filtered no-response`, `unknown ERR_NO_ROUTE`: what became of one endpoint. */
export function stateOf(snapshot: Snapshot, address: string, port: number): string {
  const open = snapshot.open.find((entry) => entry.address === address && entry.port === port);
  if (open !== undefined) return `open ${open.reason}`;
  const other = notOpenAt(snapshot, address).find(({ ports }) => portsOf(ports).includes(port));
  if (other === undefined) return 'not scanned';
  return 'code' in other ? `unknown ${other.code}` : `${other.state} ${other.reason}`;
}

/** Runs a scan with `--json` and reads its snapshot; where there is none, the error shows all that was printed. */
export async function scanJson(
  namespace: Namespace,
  args: readonly string[],
  options: { fileLimit?: number } = {},
): Promise<ScanRun & { readonly snapshot: Snapshot }> {
  const result = await runExposcan(namespace, [...args, '--json'], options);
  try {
    return { ...result, snapshot: readSnapshot(result.stdout) };
  } catch (cause) {
    const said = `${result.stderr}${result.stdout.slice(0, 2000)}`;
    throw new Error(`exposcan ${args.join(' ')} ended with ${result.code ?? 'a signal'}:\n${said}`, { cause });
  }
}
