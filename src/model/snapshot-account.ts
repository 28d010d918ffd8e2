import { parseAddress } from './address.js';
import { messageOf } from './errors.js';
import { countPorts, formatRanges, parseRanges, type PortRange } from './ports.js';
import { printableText, shorten } from './printable.js';
import type { Snapshot } from './snapshot.js';

/** Every port by itself, five digits and a comma each. */
const longestPortList = 65535 * 6;
const shownPorts = 60;

/** An entry of the document that speaks of ports of one address. */
interface Entry {
  readonly path: string;
  readonly ports: string;
  readonly count: number;
}

/** A run of ports, and the entry that holds it. */
interface Claim extends PortRange {
  readonly path: string;
}

/** Carries a sentence out of the depths; never leaves this file. */
class AccountProblem extends Error {}

/**
 * Checks what a snapshot's shape cannot say: addresses are written canonically, counts are right, and for every address
 * `open`, `notOpen` and `unknown` are disjoint and add up to exactly the ports asked for. Gives what is wrong, in words,
 * or undefined.
 */
export function accountProblem(snapshot: Snapshot): string | undefined {
  try {
    const asked = formatRanges(readRanges(snapshot.asked.ports, 'asked.ports'));
    for (const [address, entries] of entriesByAddress(snapshot)) checkAddress(address, entries, asked);
    return undefined;
  } catch (error) {
    if (error instanceof AccountProblem) return error.message;
    throw error;
  }
}

function entriesByAddress({ targets, open, notOpen, unknown }: Snapshot): Map<string, Entry[]> {
  const byAddress = new Map<string, Entry[]>();
  const entriesOf = (address: string, path: string): Entry[] => {
    const known = byAddress.get(address);
    if (known !== undefined) return known;
    checkSpelling(address, path);
    const entries: Entry[] = [];
    byAddress.set(address, entries);
    return entries;
  };
  targets.forEach(({ addresses }, index) => {
    addresses.forEach((address, at) => entriesOf(address, `targets[${index}].addresses[${at}]`));
  });
  open.forEach(({ address, port }, index) => {
    const path = `open[${index}]`;
    entriesOf(address, path).push({ path, ports: String(port), count: 1 });
  });
  for (const [list, entries] of Object.entries({ notOpen, unknown })) {
    entries.forEach(({ address, ports, count }, index) => {
      const path = `${list}[${index}]`;
      entriesOf(address, path).push({ path, ports, count });
    });
  }
  return byAddress;
}

function checkAddress(address: string, entries: readonly Entry[], asked: string): void {
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  if (total > 65535) throw new AccountProblem(`${address} is given ${total} ports, and no address has so many`);
  const claims = entries.flatMap(claimsOf).sort((a, b) => a.first - b.first);
  const held: { first: number; last: number }[] = [];
  let previous: Claim | undefined;
  for (const claim of claims) {
    if (previous !== undefined && claim.first <= previous.last) {
      throw new AccountProblem(`${previous.path} and ${claim.path} both hold port ${claim.first} of ${address}`);
    }
    const run = held.at(-1);
    if (run !== undefined && claim.first === run.last + 1) run.last = claim.last;
    else held.push({ first: claim.first, last: claim.last });
    previous = claim;
  }
  const text = formatRanges(held);
  if (text === asked) return;
  throw new AccountProblem(
    `open, notOpen and unknown of ${address} must add up to the ports asked for, ${shorten(asked, shownPorts)}, ` +
      `and hold ${text === '' ? 'none' : shorten(text, shownPorts)}`,
  );
}

function claimsOf({ path, ports, count }: Entry): Claim[] {
  const ranges = readRanges(ports, `${path}.ports`);
  const found = countPorts(ranges);
  if (found !== count) throw new AccountProblem(`${path}.count is ${count}, and its ports are ${found}`);
  return ranges.map((range) => ({ ...range, path }));
}

function readRanges(text: string, path: string): PortRange[] {
  if (text.length > longestPortList) throw new AccountProblem(`${path} is longer than a list of every port`);
  try {
    return parseRanges(text);
  } catch (error) {
    throw new AccountProblem(`${path}: ${messageOf(error)}`);
  }
}

function checkSpelling(text: string, path: string): void {
  const shown = shorten(printableText(text.slice(0, 100)), 60);
  let canonical: string | undefined;
  try {
    canonical = parseAddress(text)?.text;
  } catch {
    canonical = undefined;
  }
  if (canonical === text) return;
  throw new AccountProblem(`${path}: expected ${canonical ?? 'an IP address'}, found "${shown}"`);
}
