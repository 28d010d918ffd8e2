import { formatEndpoint, familyOf } from '../model/address.js';
import { serviceNameOf } from '../model/known-ports.js';
import type { JoinedEntry, ReconciledListener, ReconciliationEntry } from '../model/reconciliation.js';
import type { Finding } from '../model/snapshot.js';
import { safe, whoListens } from './words.js';

/** What to do about a service that is reachable and must not be; `listener` where the inside view knows who it is. */
export type RemedyFor = (service: string | undefined, port: number, listener: ReconciledListener | undefined) => string;

/** Without root, some of these programs show the user's own processes only. */
export const wholeListing =
  'Take the whole listing, as root: ss -ltnp (Linux), netstat -an and lsof -nP -iTCP (elsewhere).';

/** What fails because the outside reaches it. */
const exposureCodes: readonly Finding['code'][] = ['exposed', 'unlisted', 'exception-expired'];
/** What must not be reachable from outside, and is not. */
const keptCodes: readonly Finding['code'][] = ['closed', 'filtered', 'not-proved'];

/**
 * What to do about one entry, or undefined where nothing needs doing. `told`: what the policy says of its endpoints, the gravest first.
 */
export function entryRemedy(
  entry: JoinedEntry,
  outcome: ReconciliationEntry['outcome'],
  told: readonly Finding[],
  remedyFor: RemedyFor,
): string | undefined {
  const { kind, port, listener } = entry;
  const service = told.find((finding) => finding.service !== undefined)?.service ?? serviceNameOf(port);
  const bind = () =>
    listener === undefined
      ? remedyFor(service, port, listener)
      : `${sentenceStart(whoListens(listener))}: ${remedyFor(service, port, listener)}`;
  const [worst] = told;
  switch (kind) {
    case 'exposed':
      if (worst?.outcome !== 'fail') return undefined;
      return exposureCodes.includes(worst.code) && !isRestricted(worst) ? bind() : worst.remedy;
    case 'wide-filtered':
    case 'wide-refused': {
      if (worst?.outcome === 'fail') return worst.remedy;
      const again =
        outcome === 'indeterminate' ? 'Scan again while it runs, and compare with a listing of that hour.' : '';
      const kept = told.some((finding) => keptCodes.includes(finding.code) && !isRestricted(finding)) ? bind() : '';
      return again + kept === '' ? undefined : `${again} ${kept}`.trim();
    }
    case 'local-but-open':
    case 'no-listener':
      if (!entry.certain) return `${wholeListing} Then compare again.`;
      return (
        'Look for address translation (nft list ruleset, iptables -t nat -S), for published container ports (docker ps), and for a ' +
        'proxy or load balancer in front, and make sure that the listing is of this very host.'
      );
    case 'not-scanned':
      return outcome === 'indeterminate' ? scanRemedy(entry) : undefined;
    case 'unknown':
      return outcome === 'indeterminate' && listener?.bound === 'name' && entry.outside.length === 0
        ? 'Take the listing with whole addresses in numbers: ss -ltnp, netstat -ltnpW.'
        : undefined;
    case 'seen-from-itself':
      return 'Scan from another machine, outside.';
    default:
      return worst?.outcome === 'fail' ? worst.remedy : undefined;
  }
}

/** It must go on listening for those who may reach it: there is nothing to be bound to loopback. */
function isRestricted({ expected }: Finding): boolean {
  return /^restricted\b/.test(expected);
}

function scanRemedy({ port, outside, families, listener }: JoinedEntry): string {
  if (outside.length > 0) return `Scan this port too: --ports ${port}, or leave --ports out.`;
  const at = safe(listener?.at ?? '');
  switch (listener?.bound) {
    case 'address': {
      const endpoint = formatEndpoint({ family: familyOf(at), text: at }, port);
      return `Scan ${endpoint} from where it can be reached: exposcan ${at} --ports ${port}.`;
    }
    case 'interface':
    case 'name':
      return `Scan the addresses of ${at} (ip address show), port ${port}.`;
    default: {
      const which = families.map((family) => `IPv${family}`).join(' and ');
      return `Scan the host's own ${which} addresses too (ip address show), by number where no name leads to them.`;
    }
  }
}

function sentenceStart(text: string): string {
  // The name of a process keeps its letters.
  return text.startsWith('an unnamed') ? `A${text.slice(1)}` : text;
}
