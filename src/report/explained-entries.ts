import { formatPosition } from '../model/errors.js';
import type { ExplainedEntry, ExplainedPlace, Explanation, Specificity, YieldReason } from '../model/explanation.js';
import { counted } from '../model/quantity.js';
import { heading, paragraph, quoted, type Page } from './page.js';

const shownEntries = 20;

const specificityWords: Readonly<Record<Specificity, string>> = {
  address: 'the address',
  name: 'the name',
  pattern: 'a pattern of names',
  block: 'a block of addresses',
  any: 'whatever is scanned',
};

const ranked: Readonly<Record<Specificity, string>> = {
  address: 'an address',
  name: 'a name',
  pattern: 'a pattern',
  block: 'a block',
  any: '"*"',
};

const yieldWords: Readonly<Record<Exclude<YieldReason, 'less-specific'>, string>> = {
  'fewer-letters': 'less specific: this pattern has fewer letters of its own',
  'larger-block': 'less specific: this block is larger',
  'group-after-host': "as specific: a host's own entry comes before a group",
  included: 'as specific: what includes a file comes before it',
  later: 'as specific: what stands first comes first',
};

export function policyWords({ policy }: Explanation): string {
  return `${quoted(policy.name)} (${quoted(policy.file)})`;
}

export function placeWords(place: ExplainedPlace): string {
  return quoted(formatPosition(place));
}

/** The entries that speak of the host, in order, and why in that order. */
export function entriesSection(page: Page, explanation: Explanation): string[] {
  const { entries, defaults, host } = explanation;
  const lines = entries.slice(0, shownEntries).flatMap((entry, at) => {
    return paragraph(page, `${at + 1}. ${entryWords(entry)}${afterWords(entries[at - 1], entry)}`, 2);
  });
  const more = entries.length - shownEntries;
  return [
    ...heading(page, `What ${policyWords(explanation)} says of ${quoted(host)}, the most specific first`),
    ...lines,
    ...(more > 0 ? [`  and ${counted(more, 'more entry', 'more entries')} (--json)`] : []),
    ...defaults.map((place) => `  Last, the defaults at ${placeWords(place)}`),
  ];
}

function afterWords(before: ExplainedEntry | undefined, { specificity, yieldsFor }: ExplainedEntry): string {
  if (before === undefined || yieldsFor === undefined) return '';
  if (yieldsFor !== 'less-specific') return `; ${yieldWords[yieldsFor]}`;
  return `; less specific: ${ranked[before.specificity]} outranks ${ranked[specificity]}`;
}

function entryWords({ kind, name, member, specificity, place, included }: ExplainedEntry): string {
  const by = kind === 'host' ? specificityWords[specificity] : `${specificityWords[specificity]}, ${quoted(member)}`;
  const what = kind === 'host' ? quoted(name) : `group ${quoted(name)}`;
  return `${what} at ${placeWords(place)}${included > 0 ? ', included' : ''}: ${by}`;
}

/** The entries that come in once a name is looked up, or an address scanned by a name. */
export function otherEntriesSection(page: Page, { otherEntries, host }: Explanation): string[] {
  const [first] = otherEntries;
  if (first === undefined) return [];
  const isForName = first.specificity === 'address' || first.specificity === 'block';
  const title = isForName
    ? `Addresses of ${quoted(host)} may have entries of their own`
    : `Scanned by a name, ${quoted(host)} is what the policy says of that name, too`;
  const lines = otherEntries.slice(0, shownEntries).flatMap((entry) => paragraph(page, otherWords(entry), 2));
  const more = otherEntries.length - shownEntries;
  return [
    ...heading(page, title),
    ...lines,
    ...(more > 0 ? [`  and ${counted(more, 'more entry', 'more entries')} (--json)`] : []),
  ];
}

const otherSays: Readonly<Record<Specificity, string>> = {
  address: 'comes first for that address',
  name: 'decides what the address does not, and comes before blocks',
  pattern: 'decides what the address and the name do not, and comes before blocks',
  block: 'decides what the name does not, for addresses in it',
  any: '',
};

function otherWords({ kind, name, member, specificity, place }: ExplainedEntry): string {
  const group = kind === 'host' ? '' : ` of the group ${quoted(name)}`;
  return `${quoted(member)}${group} (${placeWords(place)}) ${otherSays[specificity]}`;
}
