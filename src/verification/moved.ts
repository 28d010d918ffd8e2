import { holdsPort } from '../model/ports.js';
import { terminalSafe } from '../model/printable.js';
import type { Snapshot } from '../model/snapshot.js';
import type { Expectation, ProofRow } from '../model/verification.js';
import { remedyFor } from '../policy/remedies/remedies.js';
import type { Layout } from './layout.js';
import { atEndpoint } from './proof-row.js';
import type { Sight } from './sight.js';
import { isOpenExposure, isProbedAs } from './subject.js';

/**
 * Where a service that is not to be exposed answers on a port that was open for something else, or for something that did not say what
 * it was: moved there, it is as exposed as before.
 */
export function movedRows(
  expectation: Expectation,
  layout: Layout,
  after: Snapshot,
  sights: { readonly before: Sight; readonly after: Sight },
): ProofRow[] {
  const { service, to } = expectation;
  if (service === undefined || isOpenExposure(to)) return [];
  return after.open
    .filter((entry) => isProbedAs(service, entry))
    .filter(({ address, port }) => {
      const was = sights.before.openAt(address, port);
      // What nothing was open on is judged as exposed, by the rule for the service; what it was on before and is kept stays.
      return was !== undefined && !isProbedAs(service, was) && !holdsPort(layout.portsOf(expectation, address), port);
    })
    .map(({ address, port }): ProofRow => ({
      outcome: 'fail',
      code: 'moved',
      ...atEndpoint(address, port),
      service: terminalSafe(service),
      expected: to,
      before: sights.before.tell(address, port) ?? '',
      actual: 'open',
      evidence: sights.after.tell(address, port) ?? '',
      basis: 'answer',
      remedy: remedyFor(service, port),
      severity: 'high',
    }));
}
