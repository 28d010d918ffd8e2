import { getOrInsert, groupBy } from '../model/groups.js';
import type { DeclaredAbsence } from '../model/declared-absence.js';
import type { Listing } from '../model/listener.js';
import { formatRanges, holdsPort, rangesOf, subtractRanges } from '../model/ports.js';
import type { PortRange } from '../model/ports.js';
import type { JoinedEntry } from '../model/reconciliation.js';
import type { Finding } from '../model/snapshot.js';
import { wholeListing } from './entry-remedies.js';
import { listingLines, safe, whereBound, whoListens } from './words.js';

/** What the listing alone decides of a policy: whether what should not run does. */
export interface Absence {
  readonly findings: readonly Finding[];
  /** The finding that a listener on this port earns, where the port's service is declared absent. */
  readonly brokenAt: (port: number) => Finding | undefined;
}

/**
 * Judges what a policy declares absent, by the listing: any listener breaks it, loopback or not; only a whole listing without one proves
 * it, and only of the ports that the rule names.
 */
export function judgeAbsence(
  declared: readonly DeclaredAbsence[],
  joined: readonly JoinedEntry[],
  listing: Listing,
): Absence {
  const listening = groupBy(
    joined.filter(({ listener }) => listener !== undefined),
    ({ port }) => port,
  );
  const made: Finding[] = [];
  const broken = new Map<number, Finding>();
  for (const absence of declared) {
    const running = [...listening.keys()].filter(
      (port) => holdsPort(absence.ports, port) && (listening.get(port) ?? []).some((entry) => isMeant(absence, entry)),
    );
    for (const port of running) {
      const meant = (listening.get(port) ?? []).filter((entry) => isMeant(absence, entry));
      const finding = runs(absence, port, meant);
      made.push(finding);
      getOrInsert(broken, port, () => finding);
    }
    const free = subtractRanges(absence.ports, rangesOf(running));
    if (free.length > 0 && !absence.isByName) made.push(notListed(absence, free, listing));
  }
  return { findings: made, brokenAt: (port) => broken.get(port) };
}

/** A rule for one family says nothing of a socket of the other. */
function isMeant({ families }: DeclaredAbsence, { listener }: JoinedEntry): boolean {
  return (
    listener !== undefined && [...listener.families, ...listener.maybeFamilies].some((one) => families.includes(one))
  );
}

/** What a finding about the host as a whole takes over from its rule. */
function aboutRule({ rule, host, service, owner, reason }: DeclaredAbsence) {
  return {
    rule,
    host,
    expected: 'absent',
    ...(service === undefined ? {} : { service }),
    ...(owner === undefined ? {} : { owner }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function runs(absence: DeclaredAbsence, port: number, entries: readonly JoinedEntry[]): Finding {
  const listeners = [...new Set(entries.flatMap(({ listener }) => listener ?? []))];
  const told = listeners.map(
    (listener) => `${whoListens(listener)} listens on ${whereBound(listener)} (${listingLines(listener)})`,
  );
  return {
    ...aboutRule(absence),
    outcome: 'fail',
    code: 'runs',
    port,
    actual: 'listens',
    evidence: `${told.join('; ')}${absence.isByName ? `; by its number, the port is ${safe(absence.service ?? '')}'s` : ''}`,
    remedy:
      'Stop it, keep it from starting again (systemctl disable --now), and remove its package; or change the rule.',
    severity: absence.severity,
  };
}

function notListed(absence: DeclaredAbsence, ranges: readonly PortRange[], { partial, unread }: Listing): Finding {
  const ports = formatRanges(ranges);
  const single = /^\d+$/.test(ports);
  const base = { ...aboutRule(absence), ...(single ? { port: Number(ports) } : { ports }) };
  if (!partial && unread.length === 0) {
    const evidence = `the host's own whole listing has no listener on ${single ? 'port' : 'ports'} ${ports}`;
    return { ...base, outcome: 'pass', code: 'not-running', actual: 'does not listen', evidence, severity: 'info' };
  }
  const why = partial ? 'it shows a part of what listens only' : 'some of its lines could not be read';
  return {
    ...base,
    outcome: 'indeterminate',
    code: 'absence-unproved',
    actual: 'not in the listing',
    evidence: `the listing has no listener on ${single ? 'port' : 'ports'} ${ports}, but ${why}`,
    remedy: wholeListing,
    severity: 'medium',
  };
}
