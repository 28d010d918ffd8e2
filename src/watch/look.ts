import type { PortRange } from '../model/ports.js';
import type { Snapshot } from '../model/snapshot.js';
import { evaluate } from '../policy/evaluation/evaluate.js';
import type { Policy } from '../policy/policy.js';
import { declaredTargets } from '../policy/resolution/only.js';
import { namedPorts } from '../policy/resolution/scan-scope.js';
import { lookOf, type Look } from './decision/look.js';
import type { SecondLook } from './decision/second-look.js';
import { whyBlind } from './decision/sight.js';
import type { WatchSettings, WatchWorld } from './world.js';

/** A scan that was judged and kept. */
export type Looked =
  | { readonly kind: 'seen'; readonly look: Look; readonly hosts: number }
  | { readonly kind: 'blind'; readonly why: string; readonly since: Date; readonly hosts: number }
  /** The watch is to end. */
  | { readonly kind: 'stopped' };

/** Looks at every host of the policy. */
export function lookAtAll(world: WatchWorld, settings: WatchSettings, policy: Policy, signal: AbortSignal) {
  return lookAt(world, settings, policy, { targets: declaredTargets(policy), ports: undefined }, signal);
}

/** Looks again at some of them, more slowly. */
export function lookAgain(
  world: WatchWorld,
  settings: WatchSettings,
  policy: Policy,
  { hosts, ports }: SecondLook,
  signal: AbortSignal,
) {
  return lookAt(world, settings, policy, { targets: hosts, ports: [...namedPorts(policy, hosts), ...ports] }, signal);
}

async function lookAt(
  world: WatchWorld,
  { severity }: WatchSettings,
  policy: Policy,
  { targets, ports }: { readonly targets: readonly string[]; readonly ports: readonly PortRange[] | undefined },
  signal: AbortSignal,
): Promise<Looked> {
  const isCareful = ports !== undefined;
  const snapshot = await world.scan({ policy, targets, ports, isCareful }, signal);
  const evaluation = evaluate(policy, snapshot, {
    now: world.clock.date(),
    expected: targets,
    ...(severity === undefined ? {} : { severity }),
  });
  const { verdict, findings, warnings, disagreements } = evaluation;
  const judged: Snapshot = {
    ...snapshot,
    ...(isCareful ? { look: 'second' } : {}),
    policy: { name: policy.name, file: policy.file },
    findings,
    warnings,
    disagreements,
    verdict,
  };
  await world.history.record(judged);
  // What a stopped scan did not come to is no finding.
  if (signal.aborted) return { kind: 'stopped' };
  // Of the few hosts of a second look, all may be silent for reasons of their own.
  const why = isCareful ? undefined : whyBlind(snapshot);
  const hosts = targets.length;
  const since = new Date(snapshot.finishedAt);
  if (!snapshot.complete)
    return { kind: 'blind', why: 'The scan ended before it had looked at everything.', since, hosts };
  if (why !== undefined) return { kind: 'blind', why, since, hosts };
  return { kind: 'seen', look: lookOf(snapshot, findings, isCareful), hosts };
}
