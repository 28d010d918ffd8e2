import { formatRanges } from '../../model/ports.js';
import type { Severity } from '../../model/snapshot.js';
import type { Accountability, ServiceRule, SourcePosition } from '../policy.js';
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
  /** What its author has left blank: while there is any, the rule cannot pass. */
  readonly blanks: readonly string[];
}

export function ruleWords(rule: ServiceRule): RuleWords {
  return {
    rule: `${formatPlace(rule.position)} ${ruleText(rule)}`,
    service: rule.service,
    expected: rule.exposure === 'restricted' ? `restricted to ${formatSources(rule.from)}` : rule.exposure,
    severity: rule.severity,
    blanks: rule.blanks,
    ...accountabilityWords(rule),
  };
}

/** `3306/tcp mysql local-only` */
export function ruleText({ ports, family, service, exposure }: ServiceRule): string {
  const where = ports.length === 0 ? undefined : `${formatRanges(ports)}/tcp`;
  return [where, family === undefined ? undefined : `IPv${family}`, service, exposure].filter(Boolean).join(' ');
}

/** Who answers for it, and why, with the ticket in brackets. */
export function accountabilityWords({ owner, reason, ticket }: Accountability) {
  const words = [reason, ticket === undefined ? undefined : `(${ticket})`].filter(Boolean).join(' ');
  return { owner, reason: words === '' ? undefined : words };
}

/** `offsite7.yaml:4 offsite7.example.org unlisted deny`. `place`: where that is stated; the host's own entry by default. */
export function hostText(
  host: { name: string; position: SourcePosition },
  what: string,
  place = host.position,
): string {
  return `${formatPlace(place)} ${host.name} ${what}`;
}

/** `offsite7.yaml:12`: where in which policy. Only the file's own name: a report may travel further than a path should. */
export function formatPlace({ file, line }: SourcePosition): string {
  return `${file.split(/[\\/]/).at(-1) ?? file}:${line}`;
}
