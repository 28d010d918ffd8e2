import { ExposcanError } from '../../model/errors.js';
import { withoutRoot } from '../../model/host-name.js';
import { recordedTarget } from '../../model/parse-target.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import { commentLines, printableLine, scalar } from './draft-text.js';
import { proposeHosts, type ProposedHost } from './propose-host.js';
import { addressFinder } from './seen-open.js';

/** Where an editor finds the JSON Schema of policies, with the package installed beside the policy's folder. */
const schemaPath = './node_modules/exposcan/dist/schema/policy.json';

export interface ProposalOptions {
  /** The one target of the snapshot that the draft is for. Default: all of them. */
  readonly host?: string;
  /** What the policy is called. Default: the first target. */
  readonly name?: string;
}

/**
 * A draft of a policy for what a snapshot saw, as YAML text with comments. Pure, and the same for the same snapshot. Every open port
 * has a rule: local-only where the service is hardly ever meant for everyone (so that the first check fails on it), else public
 * and marked for review; who answers for it and why are left blank. What was not observed is told in comments, and nothing is
 * declared of it. Nothing that came off the network leaves its comment.
 *
 * Throws `ERR_NO_TARGETS` where the snapshot has no such target, or none that a policy could speak of.
 */
export function proposePolicy(snapshot: Snapshot, { host, name }: ProposalOptions = {}): string {
  const { targets } = snapshot;
  if (host !== undefined) return proposePolicy(snapshotFor(snapshot, host), { name: name ?? host });
  const find = addressFinder(snapshot);
  const hosts = new Map<string, ProposedHost>();
  for (const [index, target] of targets.entries()) {
    for (const entry of proposeHosts(target, { snapshot, find, place: index + 1 }))
      if (!hosts.has(entry.key)) hosts.set(entry.key, entry);
  }
  const [first] = targets;
  if (first === undefined || hosts.size === 0) throw noTarget(snapshot, 'no target that a policy could speak of');
  const title = printableLine(name ?? first.target).trim();
  return [
    ...header(snapshot),
    'version: 1',
    `name: ${scalar(shortTitle(title))}`,
    'hosts:',
    [...hosts.values()].map(({ lines }) => `${lines.join('\n')}\n`).join('\n'),
  ].join('\n');
}

/** A name has at most 100 units of UTF-16, and a character may take two. */
function shortTitle(title: string): string {
  return title.length <= 100 ? title || 'draft' : shorten(title, 50);
}

/** What a snapshot holds of one of its targets. Throws `ERR_NO_TARGETS` where it has no such target. */
export function snapshotFor(snapshot: Snapshot, host: string): Snapshot {
  const targets = snapshot.targets.filter(({ target }) => isSame(target, host));
  if (targets.length === 0) throw noTarget(snapshot, `no target ${shorten(terminalSafe(host), 80)}`);
  const addresses = new Set(targets.flatMap((target) => target.addresses));
  const isOf = ({ address }: { address: string }) => addresses.has(address);
  const { open, notOpen, unknown, notes } = snapshot;
  return {
    ...snapshot,
    targets,
    open: open.filter(isOf),
    notOpen: notOpen.filter(isOf),
    unknown: unknown.filter(isOf),
    notes: notes.filter(({ address }) => address === undefined || addresses.has(address)),
  };
}

function isSame(target: string, host: string): boolean {
  const [a, b] = [recordedTarget(target), recordedTarget(host)];
  if (a?.kind === 'name' && b?.kind === 'name') return withoutRoot(a.name) === withoutRoot(b.name);
  if (a?.kind === 'address' && b?.kind === 'address') return a.address.text === b.address.text;
  return target === host;
}

function noTarget({ targets }: Snapshot, what: string): ExposcanError {
  const known = targets.slice(0, 5).map(({ target }) => shorten(terminalSafe(target), 80));
  const more = targets.length > known.length ? ', …' : '';
  const has = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}${more}`;
  return new ExposcanError('ERR_NO_TARGETS', `The snapshot has ${what}: ${has}.`);
}

/** `2026-01-01 00:00:22 UTC`. */
function toSecond(time: string): string {
  return `${time.slice(0, 19).replace('T', ' ')} UTC`;
}

function header({ vantage, startedAt, finishedAt, complete, open, notes, controls, tool }: Snapshot): string[] {
  const sources = vantage.sources.length === 0 ? '' : ` (${vantage.sources.slice(0, 4).join(', ')})`;
  const remarks = [
    `Seen from ${shorten(vantage.name, 64)}${sources}, ${toSecond(startedAt)} to ${toSecond(finishedAt)}, by exposcan ${shorten(tool.version, 30)}.`,
    ...(complete ? [] : ['The scan was interrupted: much of what is missing below was not looked at.']),
    ...(open.some(({ self }) => self === true)
      ? ['Seen from the scanned machine itself: this shows what listens, not what is exposed. Scan it from outside.']
      : []),
    ...notes
      .slice(0, 10)
      .map(({ address, message }) => `${address === undefined ? '' : `${address}: `}${shorten(message, 300)}`),
    ...controls
      .filter(({ reached }) => !reached)
      .slice(0, 10)
      .map(({ control, message }) => `The control ${shorten(control, 80)} was not reached: ${shorten(message, 200)}`),
  ];
  return [
    `# yaml-language-server: $schema=${schemaPath}`,
    '#',
    '# A draft of a policy: what was open, not what ought to be. It says nothing until somebody has gone through it:',
    '#   1. For each rule, decide whether it is meant: public, restricted (with from:), local-only or absent.',
    '#   2. Give it an owner, who answers for it, and the reason. exposcan policy lint FILE points at what is left.',
    '#   3. exposcan check --policy FILE fails on what is open and must not be. Close it, and check again.',
    '#',
    ...remarks.flatMap((text) => commentLines('', text)),
    '',
  ];
}
