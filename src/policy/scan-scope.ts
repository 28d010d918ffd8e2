import { recordedTarget } from '../model/parse-target.js';
import { mergeRanges, type PortRange } from '../model/ports.js';
import { shareOfTarget } from './match-host.js';
import type { HostPolicy, Policy } from './policy.js';

/**
 * The host entries that may come to judge an address of these targets: those that speak of a target by name or number, and,
 * where they do not speak of all of it, the one that speaks of whatever is scanned.
 */
function hostsFor(policy: Policy, targets: readonly string[]): ReadonlySet<HostPolicy> {
  const hosts = new Set<HostPolicy>();
  const any = policy.hosts.find(({ pattern }) => pattern.kind === 'any');
  for (const target of targets.map(recordedTarget)) {
    let whole = false;
    for (const host of policy.hosts) {
      const share = shareOfTarget(host, target);
      if (share !== 'none') hosts.add(host);
      if (share === 'all') whole = true;
    }
    if (!whole && any !== undefined) hosts.add(any);
  }
  return hosts;
}

/**
 * The ports that must be scanned so that the policy can be decided for these targets; undefined where it leaves that open
 * for any of them.
 */
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
  const hosts = [...hostsFor(policy, targets)];
  return mergeRanges(hosts.flatMap(({ services }) => services.flatMap(({ ports }) => ports)));
}
