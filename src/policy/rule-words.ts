import { formatRanges } from '../model/ports.js';
import type { Severity } from '../model/snapshot.js';
import type { Accountability, HostPolicy, Policy, ServiceRule, SourcePosition } from './policy.js';
import { formatSources } from './vantage-side.js';

/** What every finding by one rule says; made once a rule, since a policy judges thousands of addresses. */
export interface RuleWords {
  /** `offsite7.yaml:12 3306/tcp mysql local-only` */
  readonly rule: string;
  readonly service: string | undefined;
  readonly expected: string;
  readonly severity: Severity | undefined;
  readonly owner: string | undefined;
  readonly reason: string | undefined;
}

export function ruleWords(policy: Policy, rule: ServiceRule): RuleWords {
  const ports = rule.ports.length === 0 ? undefined : `${formatRanges(rule.ports)}/tcp`;
  return {
    rule: [place(policy, rule.position), ports, rule.service, rule.exposure].filter(Boolean).join(' '),
    service: rule.service,
    expected: rule.exposure === 'restricted' ? `restricted to ${formatSources(rule.from)}` : rule.exposure,
    severity: rule.severity,
    ...accountabilityWords(rule),
  };
}

/** Who answers for it, and why, with the ticket in brackets. */
export function accountabilityWords({ owner, reason, ticket }: Accountability) {
  const words = [reason, ticket === undefined ? undefined : `(${ticket})`].filter(Boolean).join(' ');
  return { owner, reason: words === '' ? undefined : words };
}

/** `offsite7.yaml:4 offsite7.example.org unlisted deny` */
export function hostText(policy: Policy, host: HostPolicy, what: string): string {
  return `${place(policy, host.position)} ${host.host} ${what}`;
}

/** `offsite7.yaml:12`: where in which policy. Only the file's own name: a report may travel further than a path should. */
function place({ file }: Policy, { line }: SourcePosition): string {
  return `${file.split(/[\\/]/).at(-1) ?? file}:${line}`;
}
