import { parseAddress } from './address.js';
import { withoutRoot } from './host-name.js';
import { literalRange, recordedTarget, type TargetSpec } from './parse-target.js';
import { terminalSafe } from './printable.js';
import type { Snapshot } from './snapshot.js';
import { verdictOf } from './verdict.js';

/**
 * What of a snapshot is about some hosts: whole targets that are wanted, and whatever addresses `holds` knows of others. Findings and
 * verdict stay those of all; whoever judges anew wants it so.
 */
export function narrowSnapshot(
  snapshot: Snapshot,
  isWanted: (spec: TargetSpec | undefined) => boolean,
  holds: (text: string) => boolean,
): Snapshot {
  const targets = snapshot.targets.flatMap((target) => {
    const spec = recordedTarget(target.target);
    if (isWanted(spec)) return [target];
    const literal = literalRange(spec);
    const addresses = target.addresses.filter(holds);
    const isHeld =
      addresses.length > 0 || (spec?.kind === 'address' && literal !== undefined && holds(spec.address.text));
    return isHeld ? [{ ...target, addresses }] : [];
  });
  const kept = new Set(targets.flatMap(({ addresses }) => addresses));
  const isKept = ({ address }: { address: string }) => kept.has(address) || holds(address);
  return {
    ...snapshot,
    targets,
    open: snapshot.open.filter(isKept),
    notOpen: snapshot.notOpen.filter(isKept),
    unknown: snapshot.unknown.filter(isKept),
  };
}

/**
 * What of a snapshot is about one host: a name, an address whatever target it belongs to, or a block as a whole. A snapshot of that host
 * alone comes back as it is.
 *
 * Of the findings those stay that speak of the host, and those that name no host at all (that the scan was interrupted, that nothing
 * was decided), for they speak of every host. The verdict is what the findings that stay come to, not that of the whole, which another
 * host may have earned; where no finding stays, nothing is proved, and it is indeterminate. What was never judged stays so.
 */
export function snapshotOfHost(snapshot: Snapshot, host: TargetSpec): Snapshot {
  const narrowed = narrowSnapshot(
    snapshot,
    (spec) => isSameTarget(host, spec),
    (text) => host.kind === 'address' && parseAddress(text)?.text === host.address.text,
  );
  if (addressCount(narrowed) === addressCount(snapshot) && narrowed.targets.length === snapshot.targets.length) {
    return snapshot;
  }
  const addresses = new Set(narrowed.targets.flatMap((target) => target.addresses));
  const names = new Set(narrowed.targets.map(({ target }) => terminalSafe(target)));
  const isAbout = (spoken: { host?: string | undefined; address?: string | undefined }) =>
    (spoken.host === undefined || names.has(terminalSafe(spoken.host))) &&
    (spoken.address === undefined || addresses.has(spoken.address));
  const findings = snapshot.findings.filter(isAbout);
  return {
    ...narrowed,
    ...(snapshot.paths === undefined ? {} : { paths: snapshot.paths.filter(isAbout) }),
    notes: snapshot.notes.filter(isAbout),
    findings,
    ...(snapshot.warnings === undefined ? {} : { warnings: snapshot.warnings.filter(isAbout) }),
    ...(snapshot.disagreements === undefined ? {} : { disagreements: snapshot.disagreements.filter(isAbout) }),
    verdict: snapshot.verdict === 'none' ? 'none' : verdictOf(findings),
  };
}

function isSameTarget(host: TargetSpec, spec: TargetSpec | undefined): boolean {
  if (host.kind === 'name') return spec?.kind === 'name' && withoutRoot(spec.name) === withoutRoot(host.name);
  if (host.kind === 'address' || spec?.kind === 'address') return false;
  const [asked, typed] = [literalRange(host), literalRange(spec)];
  return (
    asked !== undefined && asked.family === typed?.family && asked.first === typed.first && asked.last === typed.last
  );
}

function addressCount({ targets }: Snapshot): number {
  return targets.reduce((count, { addresses }) => count + addresses.length, 0);
}
