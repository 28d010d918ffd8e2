import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { countPorts, formatRanges, parseRanges, rangesOf, subtractRanges } from '../../src/model/ports.js';
import type { Snapshot } from '../../src/model/snapshot.js';
import { measure } from './measure.js';

export const evaluation = {
  name: 'evaluate',
  describe:
    '10,000 hosts × 50 rules on both families: loading the policy and judging are to take at most 5 s and 500 MB',
};

const hosts = 10_000;
const openPorts = [22, 80, 443];
const ruledPorts = [...openPorts, ...Array.from({ length: 47 }, (_, index) => 3000 + 10 * index)];

const nameOf = (host: number) => `host-${host}.example.org`;
const addressesOf = (host: number) => [
  `198.${18 + (host >> 16)}.${(host >> 8) & 255}.${host & 255}`,
  `2001:db8::${(host + 1).toString(16)}`,
];

const rules = ruledPorts.map((port) =>
  openPorts.includes(port)
    ? `{ port: ${port}, exposure: public, owner: ops, reason: the service itself }`
    : `{ port: ${port}, exposure: local-only, owner: ops }`,
);

/** Three ways to write that 10,000 hosts have the same 50 rules. `targets`: what the snapshot's hosts are called. */
const policies: readonly { name: string; text: () => string; targets: 'names' | 'block' }[] = [
  {
    name: 'groups of names',
    targets: 'names',
    text: () => {
      const groups = Array.from({ length: 10 }, (_, group) => {
        const members = Array.from(
          { length: hosts / 10 },
          (__, at) => `      - ${nameOf((group * hosts) / 10 + at)}\n`,
        );
        return `  - group: group-${group}\n    members:\n${members.join('')}    services:\n${listed('      ')}`;
      });
      return `hosts:\n${groups.join('')}`;
    },
  },
  {
    name: 'hosts with one list by an alias',
    targets: 'names',
    text: () => {
      const first = `  - host: ${nameOf(0)}\n    services: &rules\n${listed('      ')}`;
      const rest = Array.from({ length: hosts - 1 }, (_, at) => `  - { host: ${nameOf(at + 1)}, services: *rules }\n`);
      return `hosts:\n${first}${rest.join('')}`;
    },
  },
  {
    name: '"*" over addresses',
    targets: 'block',
    text: () => `hosts:\n  - host: '*'\n    services:\n${listed('      ')}`,
  },
];

function listed(indent: string): string {
  return rules.map((rule) => `${indent}- ${rule}\n`).join('');
}

/** A scan of all ports of all hosts: three ports open, one filtered, and all the rest closed. */
function snapshotText(targets: 'names' | 'block'): string {
  const at = '2026-01-01T00:00:00.000Z';
  const common = { method: 'connect', observedAt: at } as const;
  const all = Array.from({ length: hosts }, (_, host) => addressesOf(host));
  const closed = formatRanges(subtractRanges([{ first: 1, last: 65535 }], rangesOf([...openPorts, 3000])));
  const count = countPorts(parseRanges(closed));
  const addresses = all.flat();
  const target = (name: string, own: string[]) => ({ target: name, addresses: own, noRecord: [], errors: [] });
  const named = all.map((own, host) => target(nameOf(host), own));
  const snapshot: Snapshot = {
    format: 'exposcan-snapshot',
    version: 1,
    tool: { name: 'exposcan', version: '0.1.0' },
    vantage: { name: 'internet', sources: ['203.0.113.1', '2001:db8:1::1'] },
    startedAt: at,
    finishedAt: at,
    complete: true,
    asked: { ports: '1-65535', families: [4, 6] },
    targets: targets === 'names' ? named : addresses.map((address) => target(address, [address])),
    controls: [],
    open: addresses.flatMap((address) =>
      openPorts.map((port) => ({
        ...common,
        address,
        port,
        state: 'open' as const,
        reason: 'conn-accepted' as const,
        service: { name: port === 22 ? 'ssh' : 'http', method: 'probed' as const },
      })),
    ),
    notOpen: addresses.flatMap((address) => [
      { ...common, address, state: 'closed', reason: 'conn-refused', ports: closed, count } as const,
      { ...common, address, state: 'filtered', reason: 'no-response', ports: '3000', count: 1 } as const,
    ]),
    unknown: [],
    notes: [],
    findings: [],
    policy: null,
    verdict: 'none',
  };
  return JSON.stringify(snapshot);
}

/** Runs against the build, as users do; what it prints is times in milliseconds and memory in KiB, step by step. */
const program = `
  import { readFileSync } from 'node:fs';
  const [, root, policyFile, snapshotFile] = process.argv;
  const { loadPolicy } = await import(root + 'dist/policy/language/load-policy.js');
  const { parseSnapshot } = await import(root + 'dist/model/read-snapshot.js');
  const { evaluate } = await import(root + 'dist/policy/evaluation/evaluate.js');
  const timed = async (work) => {
    const startedAt = performance.now();
    const made = await work();
    return { made, seconds: (performance.now() - startedAt) / 1000, peakKiB: process.resourceUsage().maxRSS };
  };
  const load = await timed(() => loadPolicy(policyFile));
  const parse = await timed(() => parseSnapshot(readFileSync(snapshotFile, 'utf8'), snapshotFile));
  const judge = await timed(() => evaluate(load.made, parse.made));
  const step = ({ seconds, peakKiB }) => ({ seconds, peakKiB });
  console.log(JSON.stringify({
    load: step(load), parse: step(parse), judge: step(judge),
    verdict: judge.made.verdict, findings: judge.made.findings.length,
  }));
`;

const stepSchema = z.object({ seconds: z.number(), peakKiB: z.number() });
const reportSchema = z.object({
  load: stepSchema,
  parse: stepSchema,
  judge: stepSchema,
  verdict: z.string(),
  findings: z.number(),
});

/** One step of one way to write the policy; `right`: in how many runs the verdict and the number of findings were as they must be. */
export interface EvaluationResult {
  readonly policy: string;
  readonly step: string;
  readonly seconds: readonly number[];
  /** Of the process so far, up to the end of the step. */
  readonly peakMiB: readonly number[];
  readonly right: number;
}

/** Each in a process of its own, here and not in a namespace: no privilege is needed. */
export async function measureEvaluation(runs: number): Promise<EvaluationResult[]> {
  const directory = mkdtempSync(join(tmpdir(), 'exposcan-bench-'));
  try {
    const results: EvaluationResult[] = [];
    for (const [index, policy] of policies.entries()) {
      const [policyFile, snapshotFile] = [join(directory, `${index}.yaml`), join(directory, `${index}.json`)];
      writeFileSync(policyFile, `version: 1\nname: bench\n${policy.text()}`);
      writeFileSync(snapshotFile, snapshotText(policy.targets));
      results.push(...(await measurePolicy(policy.name, policyFile, snapshotFile, runs)));
    }
    return results;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measurePolicy(name: string, policyFile: string, snapshotFile: string, runs: number) {
  const root = new URL('../../', import.meta.url).href;
  const args = ['--input-type=module', '-e', program, root, policyFile, snapshotFile];
  const reports: z.infer<typeof reportSchema>[] = [];
  for (let run = 0; run < runs; run++) {
    const { stdout } = await measure({ start: spawn }, process.execPath, args);
    reports.push(reportSchema.parse(JSON.parse(stdout)));
  }
  // A finding a rule and address, and one for all the ports without a rule.
  const expected = 2 * hosts * (ruledPorts.length + 1);
  const right = reports.filter(({ verdict, findings }) => verdict === 'pass' && findings === expected).length;
  const result = (
    step: string,
    secondsOf: (report: (typeof reports)[number]) => number,
    last: 'load' | 'parse' | 'judge',
  ) => ({
    policy: name,
    step,
    seconds: reports.map(secondsOf),
    peakMiB: reports.map((report) => report[last].peakKiB / 1024),
    right,
  });
  return [
    result('load the policy', ({ load }) => load.seconds, 'load'),
    result('parse the snapshot', ({ parse }) => parse.seconds, 'parse'),
    result('evaluate', ({ judge }) => judge.seconds, 'judge'),
    result('load and evaluate', ({ load, judge }) => load.seconds + judge.seconds, 'judge'),
  ];
}
