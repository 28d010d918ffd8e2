import { bothFamilies, parseAddress, type Family } from '../../model/address.js';
import type { DeclaredAbsence } from '../../model/declared-absence.js';
import { portsOfService } from '../../model/known-ports.js';
import { recordedTarget } from '../../model/parse-target.js';
import { formatRanges, rangesOf, subtractRanges, type PortRange } from '../../model/ports.js';
import { terminalSafe } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import { endOf } from './exception-end.js';
import type { Policy, ServiceRule } from '../policy.js';
import { hostResolver, type ResolvedHost } from './resolved-host.js';
import { ruleWords } from './rule-words.js';

/**
 * The rules with `exposure: absent` that speak of what was scanned, each once a target, for the host's own listing to judge. Ports with
 * an exception that holds are left out.
 */
export function declaredAbsences(policy: Policy, snapshot: Snapshot, now: Date): DeclaredAbsence[] {
  const resolver = hostResolver(policy);
  const found = new Map<string, DeclaredAbsence>();
  for (const { target, addresses } of snapshot.targets) {
    const spec = recordedTarget(target);
    for (const text of addresses) {
      const host = resolver.resolve(spec, parseAddress(text));
      for (const absence of host === undefined ? [] : absencesOf(host, terminalSafe(target), now)) {
        // Addresses of one name may leave a rule different ports.
        const key = `${absence.host} ${absence.rule} ${formatRanges(absence.ports)} ${absence.families.join()}`;
        if (!found.has(key)) found.set(key, absence);
      }
    }
  }
  return [...found.values()];
}

function absencesOf(host: ResolvedHost, target: string, now: Date): DeclaredAbsence[] {
  const byRule = new Map<ServiceRule, { families: Family[]; ports: readonly PortRange[] }>();
  const note = (family: Family, rule: ServiceRule, ports: readonly PortRange[]) => {
    if (rule.exposure !== 'absent') return;
    const known = byRule.get(rule);
    if (known === undefined) byRule.set(rule, { families: [family], ports });
    else known.families.push(family);
  };
  for (const family of bothFamilies) {
    const { withPorts, anywhere, ruledPorts } = host.rules(family);
    for (const { rule, ports } of withPorts) note(family, rule, ports);
    for (const rule of anywhere) {
      note(family, rule, subtractRanges(rangesOf(portsOfService(rule.service ?? '')), ruledPorts));
    }
  }
  return [...byRule].map(([rule, { families, ports }]) => {
    const { rule: text, service, severity = 'medium', owner, reason } = ruleWords(rule);
    const isByName = rule.ports.length === 0;
    const judged = withoutExcepted(host, ports, now);
    return { rule: text, host: target, service, families, ports: judged, isByName, severity, owner, reason };
  });
}

function withoutExcepted(host: ResolvedHost, ports: readonly PortRange[], now: Date): PortRange[] {
  const excepted = [...host.entries.flatMap(({ exceptions }) => exceptions)]
    .filter(({ port }) => {
      const exception = host.exceptionAt(port);
      return exception !== undefined && now.getTime() < endOf(exception);
    })
    .map(({ port }) => port);
  return subtractRanges(ports, rangesOf(excepted));
}
