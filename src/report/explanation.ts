import { formatPosition } from '../model/errors.js';
import type {
  ConditionalRule,
  ExplainedEntry,
  ExplainedFamily,
  ExplainedPlace,
  ExplainedPort,
  ExplainedRule,
  ExplainedSetting,
  Explanation,
  LossReason,
  Specificity,
  YieldReason,
} from '../model/explanation.js';
import { counted } from '../model/quantity.js';
import { jsonText } from './json.js';
import { heading, labelled, openPage, paragraph, paint, quoted, type Page, type PageOptions } from './page.js';
import { bounded, listed } from './words.js';

const shownEntries = 20;
const shownRules = 20;
const shownServices = 12;
const labelWidth = 10;

const specificityWords: Readonly<Record<Specificity, string>> = {
  address: 'the address',
  name: 'the name',
  pattern: 'a pattern of names',
  block: 'a block of addresses',
  any: 'whatever is scanned',
};

const yieldWords: Readonly<Record<YieldReason, string>> = {
  'less-specific': 'less specific: the address outranks the name, then come patterns, blocks, and "*"',
  'fewer-letters': 'less specific: this pattern has fewer letters of its own',
  'larger-block': 'less specific: this block is larger',
  'group-after-host': "as specific: a host's own entry comes before a group",
  included: 'as specific: what includes a file comes before it',
  later: 'as specific: what stands first comes first',
};

const lossWords: Readonly<Record<LossReason, string>> = {
  'other-family': 'it is for the other address family',
  'less-specific-entry': 'its entry is less specific',
  'larger-range': 'in the same entry, its range of ports is larger',
  'without-port': 'it names no port, and a rule that does comes first',
};

const exposureWords: Readonly<Record<string, string>> = {
  public: 'it must be open to everyone',
  restricted: 'it must be open to these, and to nobody else',
  'local-only': 'it runs for the host itself, and must not be open',
  absent: 'it should not run, and must not be open',
};

/** The explanation as JSON. */
export function formatExplanationJson(explanation: Explanation): string {
  return jsonText(explanation);
}

/** What a person reads of an explanation. Safe for a terminal and bounded; ends in a line feed. */
export function formatExplanation(explanation: Explanation, options: PageOptions): string {
  const page = openPage(options);
  const lines =
    explanation.entries.length === 0
      ? paragraph(page, `No entry of ${policyWords(explanation)} speaks of ${quoted(explanation.host)}: nothing is declared.`)
      : [
          ...explanation.ports.flatMap((port, at) => [...(at === 0 ? [] : ['']), ...portSection(page, explanation, port)]),
          ...entriesSection(page, explanation),
        ];
  return `${[...lines, ...otherEntriesSection(page, explanation)].join('\n')}\n`;
}

function policyWords({ policy }: Explanation): string {
  return `${quoted(policy.name)} (${quoted(policy.file)})`;
}

function placeWords(place: ExplainedPlace): string {
  return quoted(formatPosition(place));
}

function statedWords({ statedAt }: ExplainedSetting<unknown>): string {
  return statedAt === undefined ? 'by default' : placeWords(statedAt);
}

function familyWords(families: ExplainedFamily['families']): string {
  return listed(families.map((family) => `IPv${family}`));
}

function portSection(page: Page, explanation: Explanation, port: ExplainedPort): string[] {
  return port.families.flatMap((family, at) => [
    ...(at === 0 ? [] : ['']),
    ...paragraph(page, paint(page, headline(explanation, port, family), 'bold')),
    ...(family.rule === undefined ? unlistedLines(page, port, family) : ruleLines(page, family.rule)),
    ...exceptionLines(page, port),
    ...row(page, 'observed', observedWords(explanation, port, family)),
    ...losingLines(page, family),
  ]);
}

function headline({ host }: Explanation, { port, unlisted }: ExplainedPort, { rule, families }: ExplainedFamily): string {
  const what = rule === undefined ? `no rule names it, so unlisted: ${unlisted.value}` : quoted(rule.exposure);
  return `Port ${port} of ${quoted(host)} on ${familyWords(families)}: ${what}`;
}

function row(page: Page, label: string, text: string): string[] {
  return labelled(page, 2, label, labelWidth, text);
}

function entryOf({ entry }: ExplainedRule): string {
  return entry === undefined ? 'the defaults' : quoted(entry);
}

function ruleLines(page: Page, rule: ExplainedRule): string[] {
  const { exposure, from, tls, accept, severity, owner, reason, ticket, blanks } = rule;
  const restricted = from.length === 0 ? '' : `: ${bounded(from.map((text) => quoted(text)), shownServices)}`;
  const version = rule.minVersion.length === 0 ? '' : `, version ${rule.minVersion.map((text) => quoted(text)).join(' or ')} or later`;
  const what = [rule.service, rule.product].flatMap((text) => (text === undefined ? [] : [quoted(text)])).join(', ');
  const closed = exposure === 'public' ? [] : row(page, 'proof', `${accept.join(' or ')} proves that it is not open`);
  return [
    ...row(page, 'rule', `${placeWords(rule.place)} ${quoted(rule.text)}, of ${entryOf(rule)}`),
    ...row(page, 'meaning', `${exposureWords[exposure] ?? quoted(exposure)}${restricted}`),
    ...(what === '' ? [] : row(page, 'service', `${what}${version}`)),
    ...(tls === undefined ? [] : row(page, 'tls', tlsWords(tls))),
    ...closed,
    ...(severity === undefined ? [] : row(page, 'severity', severity)),
    ...(owner === undefined ? [] : row(page, 'owner', quoted(owner))),
    ...(reason === undefined ? [] : row(page, 'reason', quoted(reason, 500))),
    ...(ticket === undefined ? [] : row(page, 'ticket', quoted(ticket))),
    ...(blanks.length === 0 ? [] : row(page, 'blank', `${listed(blanks)}: until filled in, the rule cannot pass`)),
  ];
}

function tlsWords({ required, minVersion, daysToExpiry }: NonNullable<ExplainedRule['tls']>): string {
  return [
    required ? 'required' : 'not required',
    ...(minVersion === undefined ? [] : [`version ${minVersion} or later`]),
    ...(daysToExpiry === undefined ? [] : [`certificate valid for ${counted(daysToExpiry, 'day')} more`]),
  ].join(', ');
}

function unlistedLines(page: Page, { port, usualService, unlisted }: ExplainedPort, family: ExplainedFamily): string[] {
  const meaning = unlisted.value === 'deny' ? 'it must not be open' : 'if it is open, that is reported and not failed';
  const { ifFound, byNumber } = family;
  const shown = [...ifFound].sort((a, b) => Number(isUsual(b, usualService)) - Number(isUsual(a, usualService)));
  const rest = shown.slice(page.verbosity > 0 ? shown.length : shownConditional).flatMap(({ services }) => services);
  return [
    ...row(page, 'stated', `unlisted: ${unlisted.value}, ${statedWords(unlisted)}`),
    ...row(page, 'meaning', meaning),
    ...(byNumber === undefined
      ? []
      : row(
          page,
          'by number',
          `${port} is ${quoted(byNumber.service ?? 'its service')}'s by its number, so this speaks of it unless something else is found there: ` +
            `${placeWords(byNumber.place)} ${quoted(byNumber.text)}, of ${entryOf(byNumber)}`,
        )),
    ...shown.slice(0, shown.length - restCount(page, shown)).flatMap((each) => row(page, 'if found', conditionalWords(each))),
    ...(rest.length === 0
      ? []
      : row(page, 'if found', `${bounded(rest.map((text) => quoted(text)), shownServices)}: each has a rule too (--verbose)`)),
  ];
}

/** Without --verbose, a policy with a rule for each of fifty services would drown the answer. */
const shownConditional = 5;

function restCount(page: Page, shown: readonly ConditionalRule[]): number {
  return page.verbosity > 0 ? 0 : Math.max(0, shown.length - shownConditional);
}

function isUsual({ services }: ConditionalRule, usual: string | undefined): boolean {
  return usual !== undefined && services.includes(usual);
}

function conditionalWords({ rule, services, vantages }: ConditionalRule): string {
  const what = bounded(services.map((service) => quoted(service)), shownServices);
  const seen = vantages === 'all' ? '' : ' from outside its sources';
  return `${what}${seen}: ${placeWords(rule.place)} ${quoted(rule.text)}, of ${entryOf(rule)}`;
}

function exceptionLines(page: Page, { exception }: ExplainedPort): string[] {
  if (exception === undefined) return [];
  const { state, expires, place, owner, reason, ticket } = exception;
  const until = state === 'holds' ? `holds until the end of ${expires} (UTC)` : `lapsed after ${expires}: it excuses nothing`;
  const words = `${quoted(owner)}, ${quoted(reason, 500)}${ticket === undefined ? '' : ` (${quoted(ticket)})`}`;
  return row(page, 'exception', `${placeWords(place)} ${until}; ${words}`);
}

function observedWords({ maxAge }: Explanation, { observed }: ExplainedPort, { rule, required }: ExplainedFamily): string {
  const age = maxAge === undefined ? '' : `; a snapshot older than ${ageWords(maxAge.value)} decides nothing (${statedWords(maxAge)})`;
  if (!required.value) {
    return `not asked for on this family (families, ${statedWords(required)}); seen open, it is judged all the same${age}`;
  }
  return `${needWords(observed, rule !== undefined)}${age}`;
}

function needWords(observed: ExplainedPort['observed'], isRuled: boolean): string {
  if (isRuled && observed.value !== 'required') return 'must be, since a rule names the port';
  switch (observed.value) {
    case 'required':
      return `must be (ports, ${statedWords(observed)})`;
    case 'as-scanned':
      return `where the scan asks for it (ports, ${statedWords(observed)})`;
    case 'not-required':
      return `need not be (ports, ${statedWords(observed)}); seen open, it is judged all the same`;
  }
}

const units: readonly (readonly [number, string])[] = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
];

function ageWords(milliseconds: number): string {
  const [size, name] = units.find(([unit]) => milliseconds % unit === 0) ?? [60_000, 'minute'];
  return counted(milliseconds / size, name);
}

function losingLines(page: Page, { losing }: ExplainedFamily): string[] {
  const shown = losing.slice(0, shownRules).flatMap(({ rule, why }) =>
    row(page, 'loses', `${placeWords(rule.place)} ${quoted(rule.text)}, of ${entryOf(rule)}: ${lossWords[why]}`),
  );
  const more = losing.length - shownRules;
  return more > 0 ? [...shown, ...row(page, '', `and ${counted(more, 'more rule', 'more rules')} (--json)`)] : shown;
}

function entriesSection(page: Page, explanation: Explanation): string[] {
  const { entries, defaults, host } = explanation;
  const lines = entries.slice(0, shownEntries).flatMap((entry, at) => {
    const after = entry.yieldsFor === undefined ? '' : `; ${yieldWords[entry.yieldsFor]}`;
    return paragraph(page, `${at + 1}. ${entryWords(entry)}${after}`, 2);
  });
  const more = entries.length - shownEntries;
  return [
    ...heading(page, `What ${policyWords(explanation)} says of ${quoted(host)}, the most specific first`),
    ...lines,
    ...(more > 0 ? [`  and ${counted(more, 'more entry', 'more entries')} (--json)`] : []),
    ...defaults.map((place) => `  Last, the defaults at ${placeWords(place)}`),
  ];
}

function entryWords({ kind, name, member, specificity, place, included }: ExplainedEntry): string {
  const by = kind === 'host' ? specificityWords[specificity] : `${specificityWords[specificity]}, ${quoted(member)}`;
  const what = kind === 'host' ? quoted(name) : `group ${quoted(name)}`;
  return `${what} at ${placeWords(place)}${included > 0 ? ', included' : ''}: ${by}`;
}

function otherEntriesSection(page: Page, { otherEntries, host }: Explanation): string[] {
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
