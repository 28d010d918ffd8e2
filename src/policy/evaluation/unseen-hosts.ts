import type { Address, AddressRange } from '../../model/address.js';
import { withoutRoot } from '../../model/host-name.js';
import { literalRange, recordedTarget } from '../../model/parse-target.js';
import { counted } from '../../model/quantity.js';
import type { Finding } from '../../model/snapshot.js';
import { findingFor } from './draft.js';
import type { Observed } from './observed.js';
import type { Policy } from '../policy.js';

/** Targets that were to be looked at and are in no snapshot, or not with all their addresses: nothing is decided about them. */
export function judgeUnseenHosts(policy: Policy, expected: readonly string[], observed: Observed): Finding[] {
  if (expected.length === 0) return [];
  const names = new Set(
    observed.targets.flatMap(({ spec }) => (spec?.kind === 'name' ? [withoutRoot(spec.name)] : [])),
  );
  const addresses = observed.targets.flatMap((target) => target.addresses);
  const texts = new Set(addresses.map(({ text }) => text));
  return [...new Set(expected)].flatMap((target): Finding[] => {
    const spec = recordedTarget(target);
    if (spec?.kind === 'name')
      return names.has(withoutRoot(spec.name)) ? [] : [unseen(policy, target, 'it is in no snapshot')];
    if (spec?.kind === 'address')
      return texts.has(spec.address.text) ? [] : [unseen(policy, target, 'it is in no snapshot')];
    const range = literalRange(spec);
    const missing = range === undefined ? 0n : missingIn(range, addresses);
    if (missing === 0n) return [];
    const count = counted(Number(missing), 'address', 'addresses');
    return [unseen(policy, target, `${count} of it ${missing === 1n ? 'is' : 'are'} in no snapshot`)];
  });
}

function missingIn(range: AddressRange, addresses: readonly Address[]): bigint {
  const within = addresses.filter(
    ({ family, value }) => family === range.family && range.first <= value && value <= range.last,
  );
  return range.last - range.first + 1n - BigInt(new Set(within.map(({ value }) => value)).size);
}

function unseen(policy: Policy, target: string, why: string): Finding {
  return findingFor(target, {
    rule: `${policy.name} hosts`,
    outcome: 'indeterminate',
    code: 'not-observed',
    expected: 'observed',
    actual: 'not observed',
    evidence: `the policy speaks of ${target}, and ${why}`,
    remedy: 'Scan it too.',
  });
}
