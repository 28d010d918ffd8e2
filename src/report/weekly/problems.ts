import { groupBy } from '../../model/groups.js';
import { number } from '../../model/quantity.js';
import type { Finding } from '../../model/snapshot.js';
import type { Problem, WeeklyReport } from '../../model/weekly-report.js';
import { distinct, familiesOf, groupFindings, mergeByCause, type FindingGroup } from '../finding-groups.js';
import type { ContentBlock, ContentCard, ContentSection } from './section.js';
import { endpointWords, momentWords, sinceWords } from './words.js';
import { bounded, listed, type Quote } from '../words.js';

const shownCards = 50;
const shownPlaces = 8;
const shownTexts = 2;

/** What is not as the policy has it, versions that are below their least apart from the rest, and what could not be decided. */
export function problemSections({ judgement }: WeeklyReport, quote: Quote): ContentSection[] {
  const problems = judgement?.problems ?? [];
  const sinceOf = new Map(problems.map(({ finding, since }) => [finding, since]));
  const of = (holds: (finding: Finding) => boolean) =>
    groupFindings(problems.map(({ finding }) => finding).filter(holds));
  const cards = (groups: readonly FindingGroup[]) => cardsOf(groups, sinceOf, quote);
  return [
    {
      title: 'Not as declared',
      blocks: cards(of(({ outcome, code }) => outcome === 'fail' && code !== 'too-old')),
    },
    {
      title: 'Below the least version that the policy allows',
      blocks: cards(of(({ outcome, code }) => outcome === 'fail' && code === 'too-old')),
    },
    {
      title: 'Not decided, so not known to be right',
      blocks: cards(mergeByCause(of(({ outcome }) => outcome === 'indeterminate'))),
    },
    {
      title: 'Warnings',
      blocks: (judgement?.warnings ?? []).slice(0, shownCards).map(({ vantage, host, message, advice }) => {
        const about = [vantage, host].flatMap((name) => (name === undefined ? [] : quote(name, 255)));
        const whose = about.length === 0 ? '' : `${about.join(', ')}: `;
        return { kind: 'text', text: `${whose}${quote(message, 500)}. ${quote(advice, 300)}`, tone: 'doubt' };
      }),
    },
  ];
}

function cardsOf(
  groups: readonly FindingGroup[],
  sinceOf: ReadonlyMap<Finding, Problem['since']>,
  quote: Quote,
): ContentBlock[] {
  const more = groups.length - shownCards;
  return [
    ...groups.slice(0, shownCards).map((group) => cardOf(group, sinceOf, quote)),
    ...(more > 0
      ? [{ kind: 'text' as const, text: `… and ${number(more)} more (see the JSON)`, tone: 'doubt' as const }]
      : []),
  ];
}

function cardOf(
  { sample, members }: FindingGroup,
  sinceOf: ReadonlyMap<Finding, Problem['since']>,
  quote: Quote,
): ContentCard {
  const { outcome, code, severity, counted: isCounted } = sample;
  const texts = (limit: number, textOf: (finding: Finding) => string | undefined) =>
    bounded(
      distinct(members, textOf).map((text) => quote(text, limit)),
      shownTexts,
    );
  // Each is a sentence or more of its own.
  const apart = (limit: number, textOf: (finding: Finding) => string | undefined, between: string) => {
    const all = distinct(members, textOf).map((text) => quote(text, limit));
    const more = all.length - shownTexts;
    return [...all.slice(0, shownTexts), ...(more > 0 ? [`… and ${number(more)} more`] : [])].join(between);
  };
  const since = groupBy(members, (member) => {
    const moment = sinceOf.get(member);
    if (moment === undefined) return undefined;
    return outcome === 'fail' ? sinceWords(moment) : momentWords(moment);
  });
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ['where', bounded([...new Set(members.map((member) => placeWords(member, quote)))], shownPlaces)],
    ['expected', texts(200, ({ expected }) => expected)],
    ['actual', texts(300, ({ actual }) => actual)],
    ['since', listed([...since.keys()].filter((words) => words !== undefined))],
    ['evidence', apart(500, ({ evidence }) => evidence, '; ')],
    ['remedy', apart(2000, ({ remedy }) => remedy, ' ')],
    ['owner', sample.owner === undefined ? undefined : quote(sample.owner, 200)],
    ['reason', sample.reason === undefined ? undefined : quote(sample.reason, 300)],
    ['rule', texts(200, ({ rule }) => rule)],
  ];
  const uncounted = isCounted === false ? ', not counted' : '';
  return {
    kind: 'card',
    title: `${subjectWords(members, quote)}: ${code}, ${severity}${uncounted}`,
    tone: outcome === 'fail' ? 'bad' : 'doubt',
    facts: facts.flatMap(([name, text]) => (text === undefined || text === '' ? [] : [[name, text] as const])),
  };
}

/** `mysql on port 3306`, of one finding or of several that stay undecided for one cause. */
function subjectWords(members: readonly Finding[], quote: Quote): string {
  const names = members.map(({ service, port, ports, host }) => {
    const where = port === undefined ? (ports === undefined ? undefined : `ports ${quote(ports, 40)}`) : `port ${port}`;
    if (service === undefined) return where ?? quote(host ?? 'the scan as a whole', 255);
    return where === undefined ? quote(service, 40) : `${quote(service, 40)} on ${where}`;
  });
  return bounded([...new Set(names)], shownPlaces);
}

function placeWords(finding: Finding, quote: Quote): string {
  const { host, address, port, vantage } = finding;
  const from = vantage === undefined ? '' : ` from ${quote(vantage, 80)}`;
  if (address !== undefined && port !== undefined) return `${endpointWords(address, port, quote)}${from}`;
  if (address !== undefined) return `${quote(address, 255)}${from}`;
  const families = listed(familiesOf([finding]));
  return `${quote(host ?? 'the scan as a whole', 255)}${families === '' ? '' : `, ${families}`}${from}`;
}
