import { dayMs, hourMs } from '../model/duration.js';
import type {
  ConditionalRule,
  ExplainedFamily,
  ExplainedPort,
  ExplainedRule,
  ExplainedSetting,
  Explanation,
  LossReason,
} from '../model/explanation.js';
import { counted } from '../model/quantity.js';
import { entriesSection, otherEntriesSection, placeWords, policyWords } from './explained-entries.js';
import { labelled, openPage, paragraph, paint, quoted, type Page, type PageOptions } from './page.js';
import { bounded, listed } from './words.js';

const shownRules = 20;
const shownServices = 12;
/** Without --verbose: a policy with a rule for each of fifty services would drown the answer. */
const shownConditional = 3;
const labelWidth = 10;

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

/** What a person reads of an explanation. Safe for a terminal and bounded; ends in a line feed. */
export function formatExplanation(explanation: Explanation, options: PageOptions): string {
  const page = openPage(options);
  const lines =
    explanation.entries.length === 0
      ? paragraph(
          page,
          `No entry of ${policyWords(explanation)} speaks of ${quoted(explanation.host)}: nothing is declared.`,
        )
      : [
          ...explanation.ports.flatMap((port, at) => [
            ...(at === 0 ? [] : ['']),
            ...portSection(page, explanation, port),
          ]),
          ...entriesSection(page, explanation),
        ];
  return `${[...lines, ...otherEntriesSection(page, explanation)].join('\n')}\n`;
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
    ...paragraph(page, headline(explanation, port, family)).map((line) => paint(page, line, 'bold')),
    ...(family.rule === undefined
      ? unlistedLines(page, port, family)
      : [...ruleLines(page, family.rule), ...row(page, 'why', whyWords(family))]),
    ...exceptionLines(page, port),
    ...row(page, 'observed', observedWords(explanation, port, family)),
    ...weaknessLines(page, explanation),
    ...losingLines(page, family),
  ]);
}

function headline(
  { host }: Explanation,
  { port, unlisted }: ExplainedPort,
  { rule, families }: ExplainedFamily,
): string {
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
  const restricted =
    from.length === 0
      ? ''
      : `: ${bounded(
          from.map((text) => quoted(text)),
          shownServices,
        )}`;
  const version =
    rule.minVersion.length === 0
      ? ''
      : `, version ${rule.minVersion.map((text) => quoted(text)).join(' or ')} or later`;
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

function whyWords({ losing }: ExplainedFamily): string {
  const lost = (why: LossReason) => losing.some((each) => each.why === why);
  const reasons = [
    ...(lost('less-specific-entry') ? ['its entry is the most specific of those that name the port'] : []),
    ...(lost('larger-range') ? ['in its entry, its range of ports is the smallest'] : []),
  ];
  return reasons.length === 0 ? 'no other rule names the port' : reasons.join('; ');
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
  const others = ifFound.filter(({ rule }) => rule.text !== byNumber?.text || rule.place.line !== byNumber.place.line);
  const sorted = others.sort((a, b) => Number(isUsual(b, usualService)) - Number(isUsual(a, usualService)));
  const most = page.verbosity > 0 ? sorted.length : shownConditional;
  const rest = sorted.slice(most).flatMap(({ services }) => services);
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
    ...sorted.slice(0, most).flatMap((each) => row(page, 'if found', conditionalWords(each))),
    ...(rest.length === 0
      ? []
      : row(
          page,
          'if found',
          `${bounded(
            rest.map((text) => quoted(text)),
            shownServices,
          )}: each has a rule too (--verbose)`,
        )),
  ];
}

function isUsual({ services }: ConditionalRule, usual: string | undefined): boolean {
  return usual !== undefined && services.includes(usual);
}

function conditionalWords({ rule, services, vantages }: ConditionalRule): string {
  const what = bounded(
    services.map((service) => quoted(service)),
    shownServices,
  );
  const seen = vantages === 'all' ? '' : ' as seen from outside its sources';
  return `${what}${seen}: ${placeWords(rule.place)} ${quoted(rule.text)}, of ${entryOf(rule)}`;
}

function exceptionLines(page: Page, { exception }: ExplainedPort): string[] {
  if (exception === undefined) return [];
  const { state, expires, place, owner, reason, ticket } = exception;
  const until =
    state === 'holds' ? `holds until the end of ${expires} (UTC)` : `lapsed after ${expires}: it excuses nothing`;
  const words = `${quoted(owner)}, ${quoted(reason, 500)}${ticket === undefined ? '' : ` (${quoted(ticket)})`}`;
  return row(page, 'exception', `${placeWords(place)} ${until}; ${words}`);
}

function observedWords(
  { maxAge }: Explanation,
  { observed }: ExplainedPort,
  { rule, required }: ExplainedFamily,
): string {
  const age =
    maxAge === undefined
      ? ''
      : `; a snapshot older than ${ageWords(maxAge.value)} decides nothing (${statedWords(maxAge)})`;
  if (!required.value) {
    return `not asked for on this family (families, ${statedWords(required)}); seen open, it is judged all the same${age}`;
  }
  return `${needWords(observed, rule !== undefined)}${age}`;
}

/** Where the policy says so; by default they are reported. */
function weaknessLines(page: Page, { tls }: Explanation): string[] {
  if (tls?.statedAt === undefined) return [];
  const modes = Object.entries(tls.value).map(([weakness, mode]) => `${weakness} ${mode}`);
  return row(page, 'weak TLS', `${modes.join(', ')} (${statedWords(tls)})`);
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
  [dayMs, 'day'],
  [hourMs, 'hour'],
  [60_000, 'minute'],
];

function ageWords(milliseconds: number): string {
  const [size, name] = units.find(([unit]) => milliseconds % unit === 0) ?? [60_000, 'minute'];
  return counted(milliseconds / size, name);
}

function losingLines(page: Page, { losing }: ExplainedFamily): string[] {
  const shown = losing
    .slice(0, shownRules)
    .flatMap(({ rule, why }) =>
      row(page, 'loses', `${placeWords(rule.place)} ${quoted(rule.text)}, of ${entryOf(rule)}: ${lossWords[why]}`),
    );
  const more = losing.length - shownRules;
  return more > 0 ? [...shown, ...row(page, '', `and ${counted(more, 'more rule')} (--json)`)] : shown;
}
