import { familyOf } from '../model/address.js';
import type { Finding, Outcome } from '../model/snapshot.js';
import type { Proved, ProofRow } from '../model/verification.js';
import type { Sight } from './sight.js';

/** What a finding about the after amounts to, beside what the before says of the same endpoint. `expected`: in the window's words. */
export function rowOf(finding: Finding, before: Sight, expected: string): ProofRow {
  const { outcome, code, host, address, family, port, ports, service, actual, evidence, basis, remedy, severity } =
    finding;
  const was = address === undefined || port === undefined ? undefined : before.tell(address, port);
  return {
    outcome,
    code,
    ...(host === undefined ? {} : { host }),
    ...(address === undefined ? {} : { address }),
    ...(family === undefined ? {} : { family }),
    ...(port === undefined ? {} : { port }),
    ...(ports === undefined ? {} : { ports }),
    ...(service === undefined ? {} : { service }),
    expected,
    ...(was === undefined ? {} : { before: was }),
    actual,
    evidence,
    ...(basis === undefined ? {} : { basis }),
    ...(remedy === undefined ? {} : { remedy }),
    severity,
  };
}

/** Where a row is about one endpoint. */
export function atEndpoint(address: string, port: number) {
  return { address, family: familyOf(address), port };
}

/** A proven deviation outranks an unknown, an unknown outranks every pass, and nothing is proved by nothing. */
function outcomeOf(rows: readonly Pick<ProofRow, 'outcome'>[]): Outcome {
  if (rows.some(({ outcome }) => outcome === 'fail')) return 'fail';
  return rows.length > 0 && rows.every(({ outcome }) => outcome === 'pass') ? 'pass' : 'indeterminate';
}

const ranks: Readonly<Record<Outcome, number>> = { fail: 0, indeterminate: 1, pass: 2 };

/** What fails first, then what is undecided; otherwise as they come. */
export function proved(rows: readonly ProofRow[]): Proved {
  return { outcome: outcomeOf(rows), rows: rows.toSorted((a, b) => ranks[a.outcome] - ranks[b.outcome]) };
}
