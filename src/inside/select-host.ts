import { parseAddress } from '../model/address.js';
import { ExposcanError } from '../model/errors.js';
import { literalRange, recordedTarget } from '../model/parse-target.js';
import { printableText, shorten } from '../model/printable.js';
import type { Snapshot, SnapshotTarget } from '../model/snapshot.js';

const shownTargets = 5;

/**
 * The part of a snapshot that is about one host, since a listing is of one host. `hosts`: targets as the snapshot has them, or single
 * addresses of it; they may be several (an IPv4 and an IPv6 address of one host). May be left empty where the snapshot has one target only,
 * which is a name or an address.
 *
 * Throws `ERR_USAGE` where it cannot be told which host is meant.
 */
export function selectHost(snapshot: Snapshot, hosts: readonly string[]): Snapshot {
  const targets = hosts.length === 0 ? onlyHost(snapshot) : hosts.map((host) => targetOf(snapshot, host));
  const kept = new Set(targets.flatMap(({ addresses }) => addresses));
  const isKept = ({ address }: { readonly address?: string | undefined }) => address === undefined || kept.has(address);
  return {
    ...snapshot,
    targets: [...new Set(targets)],
    open: snapshot.open.filter(isKept),
    notOpen: snapshot.notOpen.filter(isKept),
    unknown: snapshot.unknown.filter(isKept),
    notes: snapshot.notes.filter(isKept),
    findings: [],
    verdict: 'none',
    policy: null,
  };
}

function onlyHost({ targets }: Snapshot): readonly SnapshotTarget[] {
  const [only] = targets;
  if (only !== undefined && targets.length === 1 && isSingle(only)) return [only];
  throw new ExposcanError(
    'ERR_USAGE',
    `The listing is of one host, and the snapshot is of ${named(targets)}. Say which of it this host is: --host NAME or ` +
      '--host ADDRESS, which may be given several times.',
  );
}

function targetOf({ targets }: Snapshot, host: string): SnapshotTarget {
  const named = targets.find(({ target }) => target.toLowerCase() === host.toLowerCase());
  if (named !== undefined && isSingle(named)) return named;
  const address = parseHostAddress(host);
  if (address !== undefined && targets.some(({ addresses }) => addresses.includes(address))) {
    return { target: address, addresses: [address], noRecord: [], errors: [] };
  }
  throw new ExposcanError(
    'ERR_USAGE',
    `--host ${shown(host)}: expected a target of the snapshot that is one host, or an address of one. It is of ` +
      targets
        .map(({ target }) => shown(target))
        .slice(0, shownTargets)
        .join(', ') +
      `${targets.length > shownTargets ? ', …' : ''}.`,
  );
}

function parseHostAddress(text: string): string | undefined {
  const spec = recordedTarget(text);
  return spec?.kind === 'address' ? parseAddress(spec.address.text)?.text : undefined;
}

/** True for a name and for a single address; a block holds many hosts. */
function isSingle({ target }: SnapshotTarget): boolean {
  const range = literalRange(recordedTarget(target));
  return range === undefined || range.first === range.last;
}

function named(targets: readonly SnapshotTarget[]): string {
  const [only] = targets;
  if (only === undefined) return 'none';
  return targets.length === 1 ? `the block ${shown(only.target)}` : `${targets.length} targets`;
}

function shown(text: string): string {
  return shorten(printableText(text), 80);
}
