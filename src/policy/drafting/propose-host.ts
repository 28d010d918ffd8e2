import { addressFromValue, type AddressRange, type Family } from '../../model/address.js';
import { groupBy } from '../../model/groups.js';
import { withoutRoot } from '../../model/host-name.js';
import { commonPorts } from '../../model/known-ports.js';
import { recordedTarget } from '../../model/parse-target.js';
import { countPorts, formatRanges, parseRanges } from '../../model/ports.js';
import { shorten } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import type { Snapshot, SnapshotTarget } from '../../model/snapshot.js';
import { commentLines, scalar } from './draft-text.js';
import { listed, proposeRules } from './propose-rules.js';
import type { SeenAddress } from './seen-open.js';

/** One entry under `hosts`, as lines of YAML. */
export interface ProposedHost {
  /** Equal for two entries that speak of the same hosts. */
  readonly key: string;
  readonly lines: readonly string[];
}

/** Finds what the snapshot says of an address. */
type FindAddress = (address: string) => SeenAddress;

interface Entry {
  readonly hosts: readonly string[];
  /** What several hosts are called together. */
  readonly group?: string;
  /** The only family that its addresses can be of; undefined for a name. */
  readonly family: Family | undefined;
  /** Whose open ports get rules. */
  readonly busy: readonly SeenAddress[];
  /** Of whom it is told what was not seen. */
  readonly seen: readonly SeenAddress[];
  readonly about: readonly string[];
}

const shownRemarks = 20;

/**
 * The entries for one target: one for a name or an address; for a block or a range one for each address on which anything is open,
 * and one that denies everything else. None for a target that means nothing and has no address. `place`: of the target among
 * all of them, which names a group.
 */
export function proposeHosts(
  target: SnapshotTarget,
  { snapshot, find, place }: { snapshot: Snapshot; find: FindAddress; place: number },
): ProposedHost[] {
  const spec = recordedTarget(target.target);
  const seen = target.addresses.map(find);
  const failures = target.errors.map(
    ({ family, code, message }) =>
      `Nothing is known of ${family === undefined ? 'it' : `its IPv${family} addresses`}: ${shorten(message, 200)} (${code}). ` +
      `Do not take its absence here for closed.`,
  );
  switch (spec?.kind) {
    case 'name': {
      const about = [
        ...(seen.length === 0 ? [] : [`Seen as ${listed(target.addresses)}.`]),
        ...missingRecords(target),
        ...failures,
      ];
      return [hostEntry({ hosts: [withoutRoot(spec.name)], family: undefined, busy: seen, seen, about }, snapshot)];
    }
    case 'address':
      return [
        hostEntry(
          { hosts: [spec.address.text], family: spec.address.family, busy: seen, seen, about: failures },
          snapshot,
        ),
      ];
    default: {
      const hosts = spec === undefined ? target.addresses : blocksOf(spec.range);
      const family = spec?.range.family ?? onlyFamilyOf(seen);
      const busy = seen.filter(({ open }) => open.size > 0);
      const own = busy.map((each) => {
        return hostEntry(
          { hosts: [each.address], family: each.family, busy: [each], seen: [each], about: [] },
          snapshot,
        );
      });
      if (hosts.length === 0) return own;
      const quiet = seen.filter(({ open }) => open.size === 0);
      const about = [
        `Scanned as ${shorten(target.target, 80)}, ${counted(seen.length, 'address', 'addresses')}. Those on which anything is ` +
          `open (${busy.length}) have entries of their own; this one denies everything on the others.`,
        ...failures,
      ];
      return [...own, hostEntry({ hosts, group: `range-${place}`, family, busy: [], seen: quiet, about }, snapshot)];
    }
  }
}

function hostEntry({ hosts, group = '', family, busy, seen, about }: Entry, { asked }: Snapshot): ProposedHost {
  const [host = '', ...more] = hosts;
  const families = family === undefined ? asked.families : [family];
  const head =
    more.length === 0
      ? [`  - host: ${scalar(host)}`]
      : [`  - group: ${group}`, '    members:', ...hosts.map((each) => `      - ${scalar(each)}`)];
  const rules = proposeRules(busy, '      ');
  const remarks = [...about, ...notLookedAt(family, asked), ...notObserved(seen), ...filtered(seen)];
  return {
    key: hosts.join(),
    lines: [
      ...remarks.flatMap((text) => commentLines('  ', text)),
      ...head,
      `    ports: ${portsText(asked.ports)}`,
      ...(families.length === 0 ? [] : [`    families: [${families.join(', ')}]`]),
      '    unlisted: deny',
      ...(rules.length === 0 ? ['    services: []'] : ['    services:', ...rules]),
    ],
  };
}

function onlyFamilyOf(seen: readonly SeenAddress[]): Family | undefined {
  const [family, another] = new Set(seen.map((each) => each.family));
  return another === undefined ? family : undefined;
}

function portsText(ports: string): string {
  const known = new Map([
    ['1-65535', 'all'],
    [formatRanges(commonPorts), 'common'],
  ]);
  return known.get(ports) ?? scalar(ports);
}

function missingRecords({ noRecord }: SnapshotTarget): string[] {
  return noRecord.map((family) => `It had no IPv${family} address.`);
}

/** What nobody asked for. */
function notLookedAt(family: Family | undefined, { ports, families }: Snapshot['asked']): string[] {
  const rest = 65535 - countPorts(parseRanges(ports));
  const [only, other] = families;
  const isHalf = family === undefined && only !== undefined && other === undefined;
  return [
    ...(rest === 0
      ? []
      : [
          `Only the ports below were scanned. Nothing is known of the other ${counted(rest, 'port')}; ports: all asks for them.`,
        ]),
    ...(isHalf
      ? [`Only IPv${only} was scanned. Nothing is known of IPv${only === 4 ? 6 : 4}; families: [4, 6] asks for it.`]
      : []),
  ];
}

/** A run of ports of an address, and what is to be said of it. */
interface Remark {
  readonly address: string;
  readonly ports: string;
  readonly why: string;
}

function notObserved(seen: readonly SeenAddress[]): string[] {
  const remarks = seen.flatMap(({ unknown }) =>
    unknown.map(({ address, ports, code, message }) => ({ address, ports, why: `${shorten(message, 200)} (${code})` })),
  );
  return told(remarks, (what, why) => `Nothing is known of ${what}: ${why}. Do not take its absence here for closed.`);
}

function filtered(seen: readonly SeenAddress[]): string[] {
  const remarks = seen.flatMap(({ notOpen }) =>
    notOpen.flatMap(({ state, address, ports, reason }) =>
      state === 'filtered' ? [{ address, ports, why: reason }] : [],
    ),
  );
  return told(remarks, (what, why) => `Filtered: ${what} (${why}). Something may listen there, behind a firewall.`);
}

/** Addresses of which the same is to be said, in one comment. */
function told(remarks: readonly Remark[], say: (what: string, why: string) => string): string[] {
  const groups = groupBy(remarks, ({ ports, why }) => `${ports}\n${why}`);
  const texts = [...groups.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { ports, why } = first;
    const count = countPorts(parseRanges(ports));
    const what = count === 65535 ? 'all ports' : `${counted(count, 'port')} (${shorten(ports, 60)})`;
    return say(`${what} of ${listed(alike.map(({ address }) => address))}`, why.replace(/\.(?= \()/, ''));
  });
  const rest = texts.length - shownRemarks;
  return rest > 1
    ? [...texts.slice(0, shownRemarks), `And ${rest} more of this kind, which are in the snapshot.`]
    : texts;
}

/** The fewest blocks that hold exactly these addresses, as a policy writes them. */
function blocksOf({ family, first, last }: AddressRange): string[] {
  const bits = family === 4 ? 32 : 128;
  const blocks: string[] = [];
  for (let at = first; at <= last;) {
    let free = 0;
    while (free < bits && at % (1n << BigInt(free + 1)) === 0n && at + (1n << BigInt(free + 1)) - 1n <= last) free += 1;
    const { text } = addressFromValue(family, at);
    blocks.push(free === 0 ? text : `${text}/${bits - free}`);
    at += 1n << BigInt(free);
  }
  return blocks;
}
