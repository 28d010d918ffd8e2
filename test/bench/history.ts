import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHistory, type OpenHistory } from '../../src/history/open-history.js';
import { countPorts, formatRanges, rangesOf, subtractRanges } from '../../src/model/ports.js';
import { printableBytes } from '../../src/model/printable.js';
import type { Finding, OpenEntry, Snapshot } from '../../src/model/snapshot.js';

export const history = {
  name: 'history',
  describe:
    'a year of daily scans of all ports of 1,000 addresses: the history is to take at most 1 GB, and "since when is this open" 100 ms',
};

const hosts = 1000;
const days = 365;
const dayMs = 86_400_000;
const firstDay = Date.UTC(2026, 0, 1);
/** Ports that a policy has rules for, beside the open ones. */
const ruled = [21, 23, 25, 111, 445, 3389, 5432, 6379, 9200, 27017];

/** One kind of work, as often as it was done; `right`: how often it came out as it must. */
export interface HistoryStep {
  readonly step: string;
  readonly seconds: readonly number[];
  /** Of this process so far. */
  readonly peakMiB: readonly number[];
  readonly right: number;
}

export interface HistoryResult {
  readonly steps: readonly HistoryStep[];
  /** What a year comes to on the disk, in words. */
  readonly sizes: string;
}

interface Host {
  readonly name: string;
  readonly address: string;
  readonly family: 4 | 6;
  /** The day on which its MySQL was installed, or on which it was bound to loopback. */
  readonly mysqlFrom: number;
  readonly upgraded: number;
}

/** The same numbers in every run (Numerical Recipes, 7.1: a linear congruential generator). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

export async function measureHistory(): Promise<HistoryResult> {
  const directory = mkdtempSync(join(tmpdir(), 'exposcan-bench-'));
  try {
    const file = join(directory, 'history.db');
    const opened = await openHistory(file);
    try {
      return await fill(opened, directory);
    } finally {
      await opened.close();
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function fill(opened: OpenHistory, directory: string): Promise<HistoryResult> {
  const random = randomNumbers(7);
  const all = Array.from({ length: hosts }, (_, index): Host => ({
    name: `host-${index}.example.org`,
    address: index % 4 === 3 ? `2001:db8::${(index + 1).toString(16)}` : `198.18.${index >> 8}.${index & 255}`,
    family: index % 4 === 3 ? 6 : 4,
    mysqlFrom: Math.floor(random() * days * 0.9),
    upgraded: Math.floor(random() * days),
  }));
  const record = stopwatch('record a scan');
  const remembered = new Map<number, Snapshot>();
  for (let day = 0; day < days; day++) {
    const snapshot = scanOn(day, all, random);
    const { id } = await record.time(() => opened.record(snapshot));
    if (day % 90 === 0 || day === days - 1) remembered.set(id, snapshot);
    if (day % 30 === 29) console.error(`history: ${day + 1} of ${days} days`);
  }
  const kept = (await opened.scans({})).length;
  const since = stopwatch('since when is it open');
  let rightSince = 0;
  for (const host of all.filter((_, index) => index % 20 === 0)) {
    const { endpoints } = await since.time(() => opened.timeline(host.address, { port: 3306 }));
    const first = endpoints[0]?.openSince?.first;
    if (first !== undefined && Math.floor((Date.parse(first) - firstDay) / dayMs) === host.mysqlFrom) rightSince += 1;
  }
  const readBack = stopwatch('read a scan back');
  let rightBack = 0;
  for (const [id, snapshot] of remembered) {
    const again = await readBack.time(() => opened.snapshot(id));
    if (JSON.stringify(sorted(again)) === JSON.stringify(sorted(snapshot))) rightBack += 1;
  }
  const [database, log] = ['.db', '.jsonl'].map((part) => sizeOf(directory, (name) => name.includes(part)).toFixed(0));
  const scan = (JSON.stringify([...remembered.values()].at(-1)).length / 2 ** 20).toFixed(1);
  return {
    steps: [record.result(kept), since.result(rightSince), readBack.result(rightBack)],
    sizes: `the history takes ${database} MiB and its evidence log ${log} MiB, its closed segments packed; one scan as JSON is ${scan} MiB`,
  };
}

function stopwatch(step: string) {
  const seconds: number[] = [];
  return {
    async time<T>(work: () => Promise<T>): Promise<T> {
      const startedAt = performance.now();
      const made = await work();
      seconds.push((performance.now() - startedAt) / 1000);
      return made;
    },
    result: (right: number): HistoryStep => ({
      step,
      seconds,
      peakMiB: [process.resourceUsage().maxRSS / 1024],
      right,
    }),
  };
}

function sizeOf(directory: string, isWanted: (name: string) => boolean): number {
  const files = readdirSync(directory).filter(isWanted);
  return files.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0) / 2 ** 20;
}

/** The same document, with its fields in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function scanOn(day: number, all: readonly Host[], random: () => number): Snapshot {
  const begun = firstDay + day * dayMs + 3 * 3_600_000;
  const addresses = all.map((host) => scanHost(day, host, begun + Math.floor(random() * 3_000_000), random));
  return {
    format: 'exposcan-snapshot',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    vantage: { name: 'internet', sources: ['203.0.113.1', '2001:db8:1::1'] },
    startedAt: new Date(begun).toISOString(),
    finishedAt: new Date(begun + 3_300_000).toISOString(),
    complete: true,
    asked: { ports: '1-65535', families: [4, 6] },
    targets: all.map(({ name, address, family }) => ({
      target: name,
      addresses: [address],
      noRecord: [family === 4 ? 6 : 4],
      errors: [],
    })),
    paths: addresses.map(({ path }) => path),
    controls: [],
    open: addresses.flatMap(({ open }) => open),
    notOpen: addresses.flatMap(({ notOpen }) => notOpen),
    unknown: [],
    notes: [],
    // Failures first, as the evaluation has it.
    findings: addresses.flatMap(({ findings }) => findings).toSorted((a, b) => a.outcome.localeCompare(b.outcome)),
    policy: { name: 'estate', file: 'policies/estate.yaml' },
    verdict: 'fail',
  };
}

function scanHost(day: number, host: Host, at: number, random: () => number) {
  const { address } = host;
  const ssh = day < host.upgraded ? '9.2p1' : '9.2p1-patched';
  const open = [
    openEntry(host, 22, at, { name: 'ssh', product: 'OpenSSH', version: ssh }, `SSH-2.0-OpenSSH_${ssh}\r\n`),
    openEntry(host, 25, at, { name: 'smtp', product: 'Postfix' }, `220 ${host.name} ESMTP Postfix\r\n`),
    ...[80, 443].map((port) => openEntry(host, port, at, webServer(port), webGreeting(at))),
    ...(day < host.mysqlFrom
      ? []
      : [openEntry(host, 3306, at, { name: 'mysql', product: 'MySQL', version: '8.0.36' }, mysqlGreeting(random))]),
    // Something that comes for a day, on one host in two hundred.
    ...(random() < 0.005 ? [openEntry(host, 8080, at, { name: 'http' }, 'HTTP/1.0 200 OK\r\n\r\n')] : []),
  ].map((entry, index) => ({
    ...entry,
    observedAt: new Date(at + 137 * index + Math.floor(random() * 100)).toISOString(),
  }));
  const observedAt = new Date(at + 240_000 + Math.floor(random() * 1000)).toISOString();
  // A path that loses packets now and then makes a port look filtered.
  const lost = random() < 0.01 ? [1 + Math.floor(random() * 20)] : [];
  const closed = subtractRanges([{ first: 1, last: 65535 }], rangesOf([...open.map(({ port }) => port), ...lost, 135]));
  const common = { address, method: 'connect', observedAt } as const;
  const notOpen = [
    {
      ...common,
      state: 'closed',
      reason: 'conn-refused',
      ports: formatRanges(closed),
      count: countPorts(closed),
    } as const,
    {
      ...common,
      state: 'filtered',
      reason: 'no-response',
      ports: formatRanges(rangesOf([...lost, 135])),
      count: lost.length + 1,
      missProbability: null,
    } as const,
  ];
  const findings = [
    ...open.map((entry) => findingOf(host, entry.port, evidenceOf(entry), entry.port === 3306 || entry.port === 8080)),
    ...ruled
      .filter((port) => !open.some((entry) => entry.port === port))
      .map((port) => findingOf(host, port, `refused (conn-refused); ${observedAt} from internet`, false)),
  ];
  return { open, notOpen, findings, path: { address, roundTripMs: Math.round(1000 + random() * 500) / 100 } };
}

function webServer(port: number): Pick<OpenEntry['service'], 'name' | 'product' | 'version' | 'tunnel'> {
  const server = { product: 'nginx', version: '1.22.1' };
  return port === 443 ? { name: 'https', tunnel: 'tls', ...server } : { name: 'http', ...server };
}

function webGreeting(at: number): string {
  return (
    `HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: ${new Date(at).toUTCString()}\r\nContent-Type: text/html\r\n` +
    'Content-Length: 615\r\nLast-Modified: Tue, 13 Dec 2022 15:53:53 GMT\r\nConnection: close\r\nETag: "6398a011-267"\r\n' +
    `Accept-Ranges: bytes\r\n\r\n<!DOCTYPE html>\n<html>\n<head>\n<title>Welcome to nginx!</title>\n${'<p>text</p>\n'.repeat(20)}`
  );
}

/** The layout of MySQL's first packet: a thread number and 20 bytes of salt differ every time. */
function mysqlGreeting(random: () => number): Buffer {
  const salt = (length: number) => Buffer.from(Array.from({ length }, () => 1 + Math.floor(random() * 126)));
  return Buffer.concat([
    Buffer.from('J\0\0\0\n8.0.36\0', 'latin1'),
    salt(4),
    salt(8),
    Buffer.from([0, 0xff, 0xff, 0xff, 2, 0, 0xff, 0xdf, 21]),
    Buffer.alloc(10),
    salt(12),
    Buffer.from('\0caching_sha2_password\0', 'latin1'),
  ]);
}

function openEntry(
  { address }: Host,
  port: number,
  at: number,
  service: Omit<OpenEntry['service'], 'method'>,
  said: string | Buffer,
): OpenEntry {
  const bytes = Buffer.from(said);
  return {
    address,
    port,
    state: 'open',
    reason: 'conn-accepted',
    method: 'connect',
    observedAt: new Date(at).toISOString(),
    service: { ...service, method: 'probed' },
    banner: { base64: bytes.toString('base64'), text: printableBytes(bytes), truncated: false },
  };
}

function evidenceOf({ reason, service, banner, observedAt }: OpenEntry): string {
  const words = [service.name, service.product, service.version].filter((word) => word !== undefined).join(' ');
  return `open (${reason}): ${words}; banner "${banner?.text.slice(0, 79) ?? ''}…"; ${observedAt} from internet`;
}

function findingOf({ name, address, family }: Host, port: number, evidence: string, isBad: boolean): Finding {
  return {
    rule: `estate.yaml:${port} ${port}/tcp`,
    outcome: isBad ? 'fail' : 'pass',
    code: isBad ? 'exposed' : 'closed',
    host: name,
    address,
    family,
    port,
    vantage: 'internet',
    expected: isBad ? 'local-only' : 'not open',
    actual: isBad ? 'open' : 'closed',
    evidence,
    basis: isBad ? 'answer' : 'refusal',
    severity: isBad ? 'high' : 'info',
    ...(isBad ? { remedy: 'Bind it to loopback, restart it, and scan again.', owner: 'ops' } : {}),
  };
}
