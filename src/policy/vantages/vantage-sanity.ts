import {
  type Address,
  type AddressRange,
  isLoopback,
  parseAddress,
  parseCidr,
  rangeHolds,
} from '../../model/address.js';
import { ExposcanError } from '../../model/errors.js';
import { getOrInsert } from '../../model/groups.js';
import { printableText, shorten } from '../../model/printable.js';
import type { Snapshot, SnapshotTarget } from '../../model/snapshot.js';
import type { VantageWarning } from '../../model/vantage-warning.js';
import { privateBlockOf } from './private-blocks.js';

/** Names that say that a vantage stands outside; also as a part of one, apart by `-`, `_` or `.`: `internet-2`, `wan.berlin`. */
const outsideNames: ReadonlySet<string> = new Set(['internet', 'outside', 'external', 'public', 'wan', 'world']);

export function callsItselfOutside(vantage: string): boolean {
  return vantage
    .toLowerCase()
    .split(/[-_.]/)
    .some((part) => outsideNames.has(part));
}

type Code = Exclude<VantageWarning['code'], 'hosts-file' | 'split-name'>;

/** Why an address is none that the outside looks at; `where` is the link or block that shows it. */
interface Doubt {
  readonly code: Code;
  readonly where: string;
}

const shownAddresses = 3;

/**
 * Why a vantage that calls itself outside may not be outside at all: what the snapshot itself shows of it. One warning for each target
 * and each reason; none for a vantage by any other name.
 *
 * A private source address alone is no reason: a scanner behind address translation has one, and is outside. A snapshot that does not
 * tell the links of its machine, as older ones do not, gives no reason by them.
 */
export function vantageWarnings(snapshot: Snapshot): VantageWarning[] {
  const vantage = snapshot.vantage.name;
  if (!callsItselfOutside(vantage)) return [];
  const doubtsOf = addressDoubts(snapshot);
  return snapshot.targets.flatMap((target) => {
    const byReason = new Map<string, Doubt & { readonly addresses: string[] }>();
    for (const text of target.addresses) {
      const address = readAddress(text);
      for (const doubt of address === undefined ? [] : doubtsOf(address)) {
        getOrInsert(byReason, `${doubt.code} ${doubt.where}`, () => ({ ...doubt, addresses: [] })).addresses.push(text);
      }
    }
    const warnings = [...byReason.values()].map((doubt) => ({ code: doubt.code, ...wordsOf(doubt) }));
    return [...warnings, ...hostsFileWarnings(target)].map(({ code, ...words }) => ({
      code,
      vantage,
      host: target.target,
      ...words,
    }));
  });
}

function addressDoubts({ vantage, open, notOpen }: Snapshot): (address: Address) => Doubt[] {
  const own = new Set(vantage.sources);
  for (const entry of [...open, ...notOpen]) if (entry.self === true) own.add(entry.address);
  const links = (vantage.links ?? []).flatMap((text) => {
    const range = readBlock(text);
    return range === undefined ? [] : [{ text, range }];
  });
  const sources = vantage.sources.flatMap((text) => readAddress(text) ?? []);
  return (address) => {
    if (own.has(address.text) || isLoopback(address)) return [{ code: 'self', where: '' }];
    const link = links.find(({ range }) => rangeHolds(range, address));
    const doubts: Doubt[] = link === undefined ? [] : [{ code: 'shares-link', where: link.text }];
    const block = privateBlockOf(address);
    if (block !== undefined) {
      const isInside = sources.some((source) => rangeHolds(block.range, source));
      doubts.push({ code: isInside ? 'private-source' : 'private-target', where: `${block.text}, ${block.kind}` });
    }
    return doubts;
  };
}

const scanElsewhere =
  'Scan from a machine in another network, or give the vantage the name of the place where it stands.';
const scanPublic =
  "Scan the host's public addresses from outside, or give the vantage the name of the place where it stands.";

function wordsOf({ code, where, addresses }: Doubt & { readonly addresses: readonly string[] }) {
  const which = addressList(addresses);
  switch (code) {
    case 'self':
      return { message: `${which}: the machine that scanned has this address itself`, advice: scanElsewhere };
    case 'shares-link':
      return {
        message: `${which}: on a link of the machine that scanned (${where}), so that no router or its firewall stands in between`,
        advice: scanElsewhere,
      };
    case 'private-target':
      return {
        message: `${which}: not carried by the internet (${where}), so that only the inside or a tunnel leads there`,
        advice: scanPublic,
      };
    case 'private-source':
      return {
        message: `${which}: in the same private block as the machine that scanned (${where})`,
        advice: scanPublic,
      };
  }
}

function hostsFileWarnings({ lookup, fromHostsFile, addresses }: SnapshotTarget) {
  if (lookup !== 'hosts-file') return [];
  const which = addressList(fromHostsFile ?? addresses);
  return [
    {
      code: 'hosts-file' as const,
      message: `${which}: by the hosts file of the machine that scanned; DNS may give others something else`,
      advice: 'Take the name out of that hosts file, so that it is looked up as everybody outside looks it up.',
    },
  ];
}

/** `192.0.2.7, 192.0.2.8 and 2 more`, safe to show whatever the snapshot holds. */
export function addressList(addresses: readonly string[]): string {
  const shown = addresses.slice(0, shownAddresses).map((text) => shorten(printableText(text), 60));
  const more = addresses.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

/** What cannot be read tells nothing, like what is not there. */
export function readAddress(text: string): Address | undefined {
  return unlessUnreadable(() => parseAddress(text));
}

function readBlock(text: string): AddressRange | undefined {
  return unlessUnreadable(() => parseCidr(text));
}

function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}
