import type { Change } from '../model/diff-change.js';
import type { OpenEntry, Snapshot } from '../model/snapshot.js';
import type { Keep, ProofRow } from '../model/verification.js';
import { describeService } from '../policy/evaluation/evidence.js';
import { relateService } from '../policy/resolution/service-names.js';
import type { Layout } from './layout.js';
import { atEndpoint } from './proof-row.js';
import type { Sight } from './sight.js';

/**
 * From this status on, the server itself could not answer (RFC 9110, section 15.6): a gateway, say, whose application or database is
 * gone.
 */
const serverError = 500;

/** A row of the proof, and the keep that it belongs to; undefined for the rest. */
export interface ComparedRow {
  readonly owner: Keep | undefined;
  readonly row: ProofRow;
}

/**
 * What only a comparison tells of the ports that were open and still are: that another product answers under the service's name, or a
 * web server with an error, or that nothing is said any more by which it was known, or nothing at all. A port that accepts connections
 * may belong to a server that hangs.
 */
export function comparedRows(
  layout: Layout,
  before: Snapshot,
  changes: readonly Change[],
  sights: { readonly before: Sight; readonly after: Sight },
): ComparedRow[] {
  const kinds = new Map<string, 'service-changed' | 'identification-lost'>();
  for (const change of changes) {
    if (change.kind === 'service-changed') kinds.set(`${change.address} ${change.port}`, 'service-changed');
    if (change.kind === 'identification-lost' && change.facts.includes('service')) {
      kinds.set(`${change.address} ${change.port}`, 'identification-lost');
    }
  }
  return before.open.flatMap((was): ComparedRow[] => {
    const { address, port } = was;
    const [owner, is] = [layout.ownerOf(was), sights.after.openAt(address, port)];
    // What is to be not open is judged for being open, whatever answers.
    if (is === undefined || (owner !== undefined && 'to' in owner)) return [];
    const base = {
      ...atEndpoint(address, port),
      service: was.service.name,
      expected: `open, as before: ${describeService(was)}`,
      before: sights.before.tell(address, port) ?? '',
      actual: describeService(is),
      evidence: sights.after.tell(address, port) ?? '',
      severity: 'medium' as const,
    };
    const kind = kinds.get(`${address} ${port}`);
    if (kind === 'identification-lost' || (isHeard(was) && !isHeard(is))) {
      const remedy = 'See on the host whether it still answers; where it is still starting, look again: --within 60s.';
      return [{ owner, row: { ...base, outcome: 'indeterminate', code: 'silent-now', remedy } }];
    }
    const [wasStatus, isStatus] = [httpStatus(was), httpStatus(is)];
    if (wasStatus !== undefined && isStatus !== undefined && wasStatus < serverError && isStatus >= serverError) {
      const [expected, actual] = [`${base.expected}, status ${wasStatus}`, `${base.actual}, status ${isStatus}`];
      const remedy =
        'See on the host what it lacks: it may need what was changed. Where it is still starting, look again: --within 60s.';
      return [{ owner, row: { ...base, expected, actual, outcome: 'fail', code: 'service-changed', remedy } }];
    }
    // Of another service the policy's own judgement tells.
    if (kind === undefined || isOther(was, is)) return [];
    const remedy = 'If that was meant, open the window again without it: exposcan verify begin.';
    return [{ owner, row: { ...base, outcome: 'fail', code: 'service-changed', remedy } }];
  });
}

/** The status of the answer to a request for the front page, as identification tells it. */
function httpStatus({ service: { name, extraInfo = '' } }: OpenEntry): number | undefined {
  if (name !== 'http' && name !== 'https') return undefined;
  const status = /^status ([1-5]\d\d)\b/.exec(extraInfo)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** It said something, known or not. */
function isHeard({ service, banner, tls }: OpenEntry): boolean {
  return service.method === 'probed' || banner !== undefined || tls !== undefined;
}

function isOther({ service }: OpenEntry, is: OpenEntry): boolean {
  return relateService(service.name, is) === 'other';
}
