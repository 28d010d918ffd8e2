import { familyOf, formatEndpoint } from '../../model/address.js';
import { counted } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import type { EndpointTimeline, Stretch, Timeline } from '../../model/timeline.js';
import { heading, labelled, paragraph, quoted, type Page } from '../page.js';
import { certificateWords, serviceWords, stateWords } from './words.js';

const shownChanges = 50;

interface Turn {
  /** When what was before was last seen. */
  readonly after: string;
  readonly by: string;
  readonly words: string;
}

/** What changed and when, the latest first; when exactly it changed lies between two looks. */
export function changesSection(page: Page, { endpoints }: Timeline): string[] {
  const vantages = new Set(endpoints.map(({ vantage }) => vantage));
  const turns = endpoints.flatMap((endpoint) => turnsOf(endpoint, vantages.size > 1));
  turns.sort((a, b) => b.by.localeCompare(a.by));
  if (turns.length === 0) {
    return endpoints.length === 0
      ? []
      : ['', ...paragraph(page, 'Nothing changed on these, in all the scans that are kept.')];
  }
  const lines = turns
    .slice(0, shownChanges)
    .flatMap(({ after, by, words }) =>
      labelled(page, 2, shownMinute(by), 16, `${words}, last seen so ${shownMinute(after)}`),
    );
  const more = turns.length - shownChanges;
  return [
    ...heading(page, 'What changed, and when it was first seen so; the latest first'),
    ...lines,
    ...(more > 0 ? [`  … and ${counted(more, 'more change')} (see --json)`] : []),
  ];
}

/** Turns into and out of `unknown` say nothing of the endpoint, but of the scans. */
function turnsOf(endpoint: EndpointTimeline, isFromMany: boolean): Turn[] {
  const { vantage, address, port, stretches } = endpoint;
  const place = formatEndpoint({ family: familyOf(address), text: quoted(address, 255) }, port);
  const from = isFromMany ? `, seen from ${quoted(vantage, 80)}` : '';
  const seen = stretches.filter(({ state }) => state !== 'unknown');
  return seen.slice(1).flatMap((stretch, at): Turn[] => {
    const before = seen[at];
    const words = before === undefined ? undefined : turnWords(before, stretch);
    return before === undefined || words === undefined
      ? []
      : [{ after: before.last, by: stretch.first, words: `${place}${from}: ${words}` }];
  });
}

/** Undefined where both say the same, as far as it is told here. */
function turnWords(before: Stretch, now: Stretch): string | undefined {
  if (before.state !== 'open' && now.state !== 'open') {
    return before.state === now.state ? undefined : `${stateWords(now)}, was ${stateWords(before)}`;
  }
  if (before.state !== 'open') return `opened: ${serviceWords(now)}; was ${stateWords(before)}`;
  if (now.state !== 'open') return `no longer open: ${stateWords(now)}; was ${serviceWords(before)}`;
  const [was, is] = [serviceWords(before), serviceWords(now)];
  if (was !== is) return `${is}; was ${was}`;
  const [old, renewed] = [certificateWords(before), certificateWords(now)];
  if (old === renewed || old === undefined || renewed === undefined) return undefined;
  return `another certificate: ${renewed}; was ${old}`;
}
