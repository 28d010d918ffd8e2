import { bothFamilies, familyOf } from '../model/address.js';
import { terminalSafe } from '../model/printable.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, ProofRow } from '../model/verification.js';
import { movedFamilies } from './same-place.js';

/** What the two scans say of the change as a whole, beyond their endpoints; only what speaks against the proof. */
export function wholeRows(window: ChangeWindow, before: Snapshot, after: Snapshot): ProofRow[] {
  return [...notAfter(window, after), ...vantageMoved(before, after), ...familiesGone(before, after)];
}

function notAfter({ openedAt }: ChangeWindow, { startedAt }: Snapshot): ProofRow[] {
  // A clock that was set back leaves the same trace as a scan that was made before.
  if (Date.parse(startedAt) >= Date.parse(openedAt)) return [];
  return [
    {
      outcome: 'indeterminate',
      code: 'not-after',
      expected: 'a scan after the change',
      actual: startedAt,
      evidence: `the window was opened at ${openedAt}, and the scan began at ${startedAt}: a clock was set, or it is not the scan after`,
      remedy: "See to this machine's clock, and verify again.",
      severity: 'medium',
    },
  ];
}

function vantageMoved(before: Snapshot, after: Snapshot): ProofRow[] {
  const listed = ({ vantage }: Snapshot) => vantage.sources.map(terminalSafe).join(', ');
  return movedFamilies(before, after).map((family) => ({
    outcome: 'indeterminate',
    code: 'vantage-moved',
    family,
    expected: 'the same vantage',
    actual: 'another network',
    evidence: `seen from ${listed(before)} before, and from ${listed(after)} now: what differs may lie in the place`,
    remedy: 'Verify from where the window was opened, or open it again from here.',
    severity: 'medium',
  }));
}

/** Whoever came by this family finds the name's door gone, although the old address may still answer. */
function familiesGone(before: Snapshot, after: Snapshot): ProofRow[] {
  return before.targets.flatMap(({ target, addresses }) => {
    const now = after.targets.find((each) => each.target === target);
    return bothFamilies
      .filter((family) => addresses.some((address) => familyOf(address) === family))
      .filter((family) => now?.noRecord.includes(family) === true)
      .map((family): ProofRow => ({
        outcome: 'fail',
        code: 'family-gone',
        host: terminalSafe(target),
        family,
        expected: `an IPv${family} address, as before`,
        actual: 'none',
        evidence: `${terminalSafe(target)} had ${addresses.filter((address) => familyOf(address) === family).join(', ')}, and has no IPv${family} address any more`,
        remedy: `Give the name its IPv${family} address back; if that was the change, open the window again: exposcan verify begin.`,
        severity: 'medium',
      }));
  });
}
