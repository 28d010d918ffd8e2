import { alertSchema, type Alert } from '../model/alert.js';
import { groupBy } from '../model/groups.js';
import type { Finding } from '../model/snapshot.js';
import type { EndpointTimeline, Stretch } from '../model/timeline.js';
import type { Judgement, Moment, Problem } from '../model/weekly-report.js';
import { evaluate } from '../policy/evaluation/evaluate.js';
import { endingExceptions } from './ending-exceptions.js';
import { identity, openness, runsOf } from './stretch-runs.js';
import type { WeekInput } from './week-input.js';

/** What the policy makes of the latest scans, as of now, so that old ones decide nothing. */
export function judge({ policy: given, hosts, now, alerts }: WeekInput): Judgement | null {
  if (given === undefined) return null;
  const { policy, expected, allExceptions } = given;
  const snapshots = hosts.flatMap(({ latest, newer }) => [latest, ...newer]);
  const { verdict, findings, warnings } = evaluate(policy, snapshots, { now, expected });
  const sinceWhen = dater(hosts, alerts.flatMap(readAlert));
  return {
    policy: { name: policy.name, file: policy.file },
    verdict: verdict === 'none' ? 'indeterminate' : verdict,
    passed: findings.filter(({ outcome }) => outcome === 'pass').length,
    problems: findings
      .filter(({ outcome, counted }) => outcome !== 'pass' && counted !== false)
      .map((finding): Problem => {
        const since = sinceWhen(finding);
        return { finding, ...(since === undefined ? {} : { since }) };
      }),
    // The report has exceptions in a section of their own, those of the next 30 days.
    warnings: warnings.filter(({ code }) => code !== 'exception-expiring'),
    exceptions: endingExceptions(policy, snapshots, { now, all: allExceptions }),
  };
}

export function readAlert({ body }: { readonly body: unknown }): Alert[] {
  const { data } = alertSchema.safeParse(body);
  return data === undefined ? [] : [data];
}

/** Tells since when a finding holds: by the history, else by what a watch told. */
function dater(hosts: WeekInput['hosts'], alerts: readonly Alert[]): (finding: Finding) => Moment | undefined {
  const keyOf = (vantage: string, address: string, port: number) => `${vantage}\n${address}\n${port}`;
  const endpoints = new Map(
    hosts.flatMap(({ timeline, vantage }) =>
      timeline.endpoints.map((endpoint) => [keyOf(vantage, endpoint.address, endpoint.port), endpoint] as const),
    ),
  );
  const vantages = new Set(hosts.map(({ vantage }) => vantage));
  const [only = ''] = vantages.size === 1 ? vantages : [];
  const told = groupBy(
    alerts.filter(({ kind, since }) => since !== undefined && (kind === 'raised' || kind === 'changed')),
    ({ finding }) => findingKey(finding),
  );
  return (finding) => {
    const { address, port, vantage = only } = finding;
    if (address !== undefined && port !== undefined) {
      const endpoint = endpoints.get(keyOf(vantage, address, port));
      const since = endpoint === undefined ? undefined : lastingSince(endpoint, finding);
      if (since !== undefined) return since;
    }
    const since = told.get(findingKey(finding))?.[0]?.since;
    return since === undefined ? undefined : { by: since };
  };
}

function findingKey(finding: Finding | undefined): string {
  return [finding?.rule, finding?.code, finding?.address, finding?.port, finding?.vantage].join('\n');
}

/** Since when the endpoint is as the finding has it. */
function lastingSince(endpoint: EndpointTimeline, { code }: Finding): Moment | undefined {
  switch (code) {
    case 'exposed':
    case 'unlisted':
    case 'exception-expired':
    case 'missing':
      return runsOf(endpoint, openness).at(-1)?.began;
    case 'wrong-service':
    case 'wrong-product':
    case 'too-old':
    case 'version-unknown':
    case 'unidentified':
      return runsOf(endpoint, identity).at(-1)?.began;
    case 'unknown': {
      const last = runsOf(endpoint, stateOf).at(-1);
      return last?.key === 'unknown' ? last.began : undefined;
    }
    default:
      return undefined;
  }
}

function stateOf({ state }: Stretch): string {
  return state;
}
