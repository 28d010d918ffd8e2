import { mergeRanges, type PortRange } from '../model/ports.js';
import { hostMatchesTarget } from './match-host.js';
import type { HostPolicy, Policy } from './policy.js';

/** The hosts of a policy that speak of these targets: by name or number, else those that speak of whatever is scanned. */
function hostsFor(policy: Policy, targets: readonly string[]): readonly HostPolicy[] {
  const named = policy.hosts.filter((host) => targets.some((target) => hostMatchesTarget(host, target)));
  return named.length > 0 ? named : policy.hosts.filter(({ pattern }) => pattern.kind === 'any');
}

/** The ports that must be scanned so that the policy can be decided for these targets; undefined where it leaves that open. */
export function portsToScan(policy: Policy, targets: readonly string[]): PortRange[] | undefined {
  const ports: PortRange[] = [];
  for (const host of hostsFor(policy, targets)) {
    if (host.ports === 'as-scanned') return undefined;
    ports.push(...host.ports);
  }
  return ports.length === 0 ? undefined : mergeRanges(ports);
}

/** The ports that the policy has a rule for. */
export function namedPorts(policy: Policy, targets: readonly string[]): PortRange[] {
  return mergeRanges(hostsFor(policy, targets).flatMap(({ services }) => services.flatMap(({ ports }) => ports)));
}
