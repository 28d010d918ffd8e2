import { bothFamilies, parseAddress, type Address, type Family } from '../model/address.js';
import { ExposcanError, type ObserverCode } from '../model/errors.js';
import { getOrInsert } from '../model/groups.js';
import { recordedTarget } from '../model/parse-target.js';
import { parseRanges } from '../model/ports.js';
import type { OutsideSight } from '../model/reconciliation.js';
import type { Snapshot, SnapshotTarget } from '../model/snapshot.js';

/** What the outside saw of one endpoint. */
export interface Sight extends OutsideSight {
  readonly family: Family;
  /** Seen from the scanned machine itself. */
  readonly self: boolean;
}

/** Why one family of the host was not wholly looked at. */
export interface FamilyGap {
  readonly family: Family;
  /**
   * `no-record`: the host's name has no address of this family, though the host itself may have one. `not-asked`: no such address
   * was among the targets, and nothing says that there is none.
   */
  readonly why: ObserverCode | 'no-record' | 'not-asked';
}

/** One snapshot of one host, arranged for questions about single endpoints. */
export interface OutsideView {
  readonly addresses: readonly Address[];
  /** The targets that are names, in lower case, without a final dot. */
  readonly names: readonly string[];
  readonly gaps: readonly FamilyGap[];
  sightOf(address: Address, port: number): Sight;
  /** Every endpoint that was seen open. */
  readonly open: readonly { readonly address: Address; readonly port: number }[];
}

type Answer = Omit<Sight, 'address' | 'family'>;

interface Run {
  readonly first: number;
  readonly last: number;
  readonly answer: Answer;
}

/** Arranges a snapshot. Throws `ERR_SNAPSHOT_INVALID` where it holds no addresses but other text. */
export function viewOutside(snapshot: Snapshot): OutsideView {
  const runs = new Map<string, Run[]>();
  const runsOf = (address: string) => getOrInsert(runs, address, (): Run[] => []);
  for (const { addresses } of snapshot.targets) addresses.forEach(runsOf);
  for (const { address, port, reason, observedAt, self, service } of snapshot.open) {
    const named = [service.name, service.product, service.version].filter((word) => word !== undefined).join(' ');
    const answer: Answer = { state: 'open', why: reason, observedAt, self: self === true, service: named };
    runsOf(address).push({ first: port, last: port, answer });
  }
  for (const { address, ports, state, reason, observedAt, self } of snapshot.notOpen) {
    const answer: Answer = { state, why: reason, observedAt, self: self === true };
    runsOf(address).push(...parseRanges(ports).map((range) => ({ ...range, answer })));
  }
  for (const { address, ports, code } of snapshot.unknown) {
    const answer: Answer = { state: 'unknown', why: code, self: false };
    runsOf(address).push(...parseRanges(ports).map((range) => ({ ...range, answer })));
  }
  for (const list of runs.values()) list.sort((a, b) => a.first - b.first);
  const addresses = new Map([...runs.keys()].map((text) => [text, readAddress(text)] as const));
  return {
    addresses: [...addresses.values()],
    names: snapshot.targets.flatMap(nameOf),
    gaps: bothFamilies.flatMap((family) => gapOf(snapshot.targets, [...addresses.values()], family)),
    sightOf(address, port) {
      const answer = answerAt(runs.get(address.text) ?? [], port);
      return { address: address.text, family: address.family, ...answer };
    },
    open: snapshot.open.flatMap(({ address: text, port }) => {
      const address = addresses.get(text);
      return address === undefined ? [] : [{ address, port }];
    }),
  };
}

function answerAt(runs: readonly Run[], port: number): Answer {
  let [low, high] = [0, runs.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (run === undefined) break;
    if (port < run.first) high = middle - 1;
    else if (port > run.last) low = middle + 1;
    else return run.answer;
  }
  return { state: 'not-scanned', self: false };
}

function nameOf({ target }: SnapshotTarget): string[] {
  const spec = recordedTarget(target);
  return spec?.kind === 'name' ? [spec.name.replace(/\.$/, '')] : [];
}

function gapOf(targets: readonly SnapshotTarget[], addresses: readonly Address[], family: Family): FamilyGap[] {
  const error = targets.flatMap(({ errors }) => errors).find((one) => (one.family ?? family) === family);
  if (error !== undefined) return [{ family, why: error.code }];
  if (addresses.some((address) => address.family === family)) return [];
  const isWithoutRecord = targets.some(({ noRecord }) => noRecord.includes(family));
  return [{ family, why: isWithoutRecord ? 'no-record' : 'not-asked' }];
}

function readAddress(text: string): Address {
  const address = parseAddress(text);
  if (address?.text === text) return address;
  throw new ExposcanError(
    'ERR_SNAPSHOT_INVALID',
    `The snapshot speaks of "${text}", which is not an address in its canonical form.`,
  );
}
