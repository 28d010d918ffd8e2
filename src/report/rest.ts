import { compareAddresses, parseAddress, type Address } from '../model/address.js';
import { getOrInsert, groupBy } from '../model/groups.js';
import { counted, number } from '../model/quantity.js';
import type { Snapshot } from '../model/snapshot.js';
import { heading, labelled, paragraph, quoted, textWidth, type Page } from './page.js';
import { wordsOfCode } from './words.js';

const shownLines = 100;
const shownRuns = 3;
const shownPortList = 40;
const fewPorts = 100;
/** Fewer addresses than this are shown one by one even where nothing tells them apart. */
const leastGroup = 4;
/** As wide as an IPv4 address; a longer one pushes its own text to the right. */
const addressWidth = 15;

/** One line for each address: what was closed, filtered and unknown there. Addresses that say the same share one. */
export function restSection(page: Page, snapshot: Snapshot): string[] {
  const accounts = accountsOf(snapshot);
  const withOpen = new Set(snapshot.open.map(({ address }) => address));
  const texts = Array.from(accounts, ([address, parts]) => ({ address, text: parts.join('; ') }));
  // An address with something open has a table above, and keeps its own line.
  const alike = groupBy(texts, ({ address, text }) => (withOpen.has(address) ? `${address} ${text}` : text));
  const lines: { label: string; text: string }[] = [];
  for (const same of alike.values()) {
    const addresses = same.map(({ address }) => address);
    const text = same[0]?.text ?? '';
    if (addresses.length < leastGroup) lines.push(...addresses.map((label) => ({ label: quoted(label, 255), text })));
    else
      lines.push({ label: counted(addresses.length, 'address', 'addresses'), text: `${text}: ${runsOf(addresses)}` });
  }
  const failures = lookupFailures(page, snapshot);
  if (lines.length + failures.length === 0) return [];
  const labelWidth = Math.min(39, Math.max(addressWidth, ...lines.map(({ label }) => textWidth(label))));
  const more = lines.length - shownLines;
  return [
    ...heading(page, 'Closed, filtered, unknown'),
    ...lines.slice(0, shownLines).flatMap(({ label, text }) => labelled(page, 2, label, labelWidth, text)),
    ...(more > 0 ? [`  … and ${counted(more, 'more address', 'more addresses')} (see --json)`] : []),
    ...failures,
  ];
}

/** For each address, in the order of the document, the parts of its line. */
function accountsOf({ notOpen, unknown }: Snapshot): Map<string, string[]> {
  const accounts = new Map<string, string[]>();
  const add = (address: string, part: string) => getOrInsert(accounts, address, (): string[] => []).push(part);
  for (const { address, state, reason, ports, count, missProbability } of notOpen) {
    const miss = missProbability ?? 0;
    const doubt = miss < 0.01 ? '' : `, ${(miss * 100).toFixed(0)} % chance that one was open`;
    add(address, `${number(count)} ${state} (${reason}${doubt})${portsShown(ports, count)}`);
  }
  for (const { address, code, ports, count } of unknown) {
    add(address, `${number(count)} unknown (${wordsOfCode(code)}, ${code})${portsShown(ports, count)}`);
  }
  return accounts;
}

function portsShown(ports: string, count: number): string {
  return count < fewPorts && ports.length <= shownPortList ? `: ${ports}` : '';
}

/** `192.0.2.1–192.0.2.9, 192.0.2.12 and 3 more runs`. */
function runsOf(addresses: readonly string[]): string {
  const sorted = addresses.flatMap((text) => parseAddress(text) ?? []).sort(compareAddresses);
  const runs: { first: Address; last: Address }[] = [];
  for (const address of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && follows(run.last, address)) run.last = address;
    else runs.push({ first: address, last: address });
  }
  const shown = runs
    .slice(0, shownRuns)
    .map(({ first, last }) => (first === last ? first.text : `${first.text}–${last.text}`));
  const more = runs.length - shownRuns;
  return `${shown.join(', ')}${more > 0 ? ` and ${counted(more, 'more run')}` : ''}`;
}

function follows(a: Address, b: Address): boolean {
  return a.family === b.family && a.zone === b.zone && b.value === a.value + 1n;
}

function lookupFailures(page: Page, { targets }: Snapshot): string[] {
  const failures = targets.flatMap(({ target, errors }) =>
    errors.map(({ family, code, message }) => {
      const asked = family === undefined ? '' : `, IPv${family}`;
      return `${quoted(target, 255)}${asked}: ${wordsOfCode(code)} (${code}): ${quoted(message)}`;
    }),
  );
  const more = failures.length - shownLines;
  return [
    ...failures.slice(0, shownLines).flatMap((text) => paragraph(page, text, 2)),
    ...(more > 0 ? [`  … and ${counted(more, 'more failed lookup')} (see --json)`] : []),
  ];
}
