import type { Address, AddressRange } from '../model/address.js';
import { withoutRoot } from '../model/host-name.js';
import { counted } from '../model/quantity.js';
import type { Finding } from '../model/snapshot.js';
import { findingFor } from './draft.js';
import type { Observed } from './observed.js';
import type { HostPattern, Member, Policy, PolicyEntry } from './policy.js';
import { hostText } from './rule-words.js';

/** Blocks of more addresses are there to catch whatever is scanned, like a pattern; nobody expects all of them to be looked at. */
const mostAddresses = 65_536n;

/** What a pattern names, so that it can be scanned: a name, an address, a block that is not too large. */
export function isScannable(pattern: HostPattern): boolean {
  if (pattern.kind === 'block') return pattern.range.last - pattern.range.first < mostAddresses;
  return pattern.kind === 'name' || pattern.kind === 'address';
}

/** Every host that the policy names, as a target; each once, in the policy's order. */
export function declaredTargets({ entries }: Policy): string[] {
  const members = entries.flatMap((entry) => entry.members);
  return [...new Set(members.filter(({ pattern }) => isScannable(pattern)).map(targetOf))];
}

function targetOf({ pattern, text }: Member): string {
  if (pattern.kind === 'name') return pattern.name;
  return pattern.kind === 'address' ? pattern.address.text : text;
}

/** Hosts that the policy names and no snapshot holds: a policy for a host that nobody looked at decides nothing about it. */
export function judgeUnseenHosts({ entries }: Policy, observed: Observed): Finding[] {
  const names = new Set(
    observed.targets.flatMap(({ spec }) => (spec?.kind === 'name' ? [withoutRoot(spec.name)] : [])),
  );
  const addresses = observed.targets.flatMap((target) => target.addresses);
  const texts = new Set(addresses.map(({ text }) => text));
  const told = new Set<string>();
  return entries.flatMap((entry) =>
    entry.members.flatMap((member): Finding[] => {
      const { pattern } = member;
      if (!isScannable(pattern) || told.has(targetOf(member))) return [];
      told.add(targetOf(member));
      if (pattern.kind === 'name')
        return names.has(pattern.name) ? [] : [unseen(entry, member, 'it is in no snapshot')];
      if (pattern.kind === 'address') {
        return texts.has(pattern.address.text) ? [] : [unseen(entry, member, 'it is in no snapshot')];
      }
      const missing = pattern.kind === 'block' ? missingIn(pattern.range, addresses) : 0n;
      return missing === 0n
        ? []
        : [unseen(entry, member, `${counted(Number(missing), 'address', 'addresses')} of it are in no snapshot`)];
    }),
  );
}

function missingIn(range: AddressRange, addresses: readonly Address[]): bigint {
  const within = addresses.filter(
    ({ family, value }) => family === range.family && range.first <= value && value <= range.last,
  );
  return range.last - range.first + 1n - BigInt(new Set(within.map(({ value }) => value)).size);
}

function unseen(entry: PolicyEntry, member: Member, why: string): Finding {
  return findingFor(targetOf(member), {
    rule: hostText(entry, 'host', member.position),
    outcome: 'indeterminate',
    code: 'not-observed',
    expected: 'observed',
    actual: 'not observed',
    evidence: `the policy names ${targetOf(member)}, and ${why}`,
    remedy: 'Scan it too, or take it out of the policy.',
  });
}
