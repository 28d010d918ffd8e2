import { familyOf } from '../model/address.js';
import { holdsPort } from '../model/ports.js';
import type { Finding, Snapshot } from '../model/snapshot.js';
import type { ProofRow } from '../model/verification.js';
import { remedyFor } from '../policy/remedies/remedies.js';
import { rowOf } from './proof-row.js';
import type { Sight } from './sight.js';

const asBefore = 'as before';

/** A finding about what nothing was said of, beside the before: it must be as it was, and what was not seen then may have been so. */
export function restRow(finding: Finding, before: Snapshot, sight: Sight): ProofRow {
  const { expected, outcome, address, port, service } = finding;
  const row = rowOf(finding, sight, expected);
  if (expected === 'public') return { ...row, expected: `open, ${asBefore}` };
  if (expected !== 'absent' && expected !== 'not open') return row;
  if (outcome !== 'fail' || address === undefined || port === undefined) {
    return { ...row, expected: `not open, ${asBefore}` };
  }
  if (mayHaveBeenSo(finding, before, sight)) {
    return {
      ...row,
      outcome: 'indeterminate',
      code: 'unknown-before',
      expected: `${asBefore}, which was not observed`,
      remedy: 'Open the window again from where all of it can be seen.',
    };
  }
  const remedy = `${remedyFor(service, port)} If it is meant to be open, expect it: --expect '${port}: absent -> public'.`;
  const told = sight.knows(address)
    ? `not open, ${asBefore}`
    : 'not open: the targets did not have this address before';
  return { ...row, expected: told, remedy };
}

/** An endpoint that the before could not decide, or an address of a family that could not be looked up then. */
function mayHaveBeenSo({ address = '', port = 0, host }: Finding, before: Snapshot, sight: Sight): boolean {
  if (holdsPort(sight.unknownAt(address), port)) return true;
  if (sight.knows(address)) return false;
  const target = before.targets.find((each) => each.target === host);
  const family = familyOf(address);
  return target?.errors.some((error) => (error.family ?? family) === family) ?? false;
}
