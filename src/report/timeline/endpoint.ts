import { familyOf, formatEndpoint } from '../../model/address.js';
import { counted } from '../../model/quantity.js';
import { shownMinute } from '../../model/shown-time.js';
import type { EndpointTimeline, Stretch, Timeline } from '../../model/timeline.js';
import { columnLines, type Cell, type Column } from '../columns.js';
import { heading, paragraph, quoted, type Page, type Style } from '../page.js';
import { certificateWords, isLookedAtLast, openSinceWords, serviceWords, stateWords } from './words.js';

const shownStretches = 200;
const roomy = 100;

/** One endpoint from one vantage: since when it is as it is, in a sentence, then each stretch that says the same, the latest first. */
export function endpointSection(page: Page, timeline: Timeline, endpoint: EndpointTimeline): string[] {
  const { address, port, vantage, stretches } = endpoint;
  const place = formatEndpoint({ family: familyOf(address), text: quoted(address, 255) }, port);
  const times = page.width >= roomy ? 16 : 10;
  const columns: readonly Column[] = [
    { title: 'FIRST SEEN SO', most: Math.max(times, 13) },
    { title: 'LAST SEEN SO', most: Math.max(times, 12) },
    { title: 'SCANS', most: 7, right: true },
    { title: 'STATE', most: page.width >= roomy ? 30 : 20 },
    { title: 'WHAT ANSWERED', most: Infinity },
  ];
  const more = stretches.length - shownStretches;
  return [
    ...heading(page, `${place}, seen from ${quoted(vantage, 80)}`),
    ...sentences(timeline, endpoint).flatMap((line) => paragraph(page, line, 2)),
    ...(stretches.length === 0 ? [] : ['']),
    ...columnLines(page, columns, stretches.toReversed().slice(0, shownStretches).map(rowOf)),
    ...(more > 0 ? [`  … and ${counted(more, 'earlier stretch', 'earlier stretches')} (see --json)`] : []),
  ];
}

const styles: Readonly<Record<Stretch['state'], Style>> = {
  open: 'bold',
  closed: 'green',
  filtered: 'green',
  unknown: 'yellow',
};

function rowOf(stretch: Stretch): Cell[] {
  const answered = [...(stretch.state === 'open' ? [serviceWords(stretch)] : []), certificateWords(stretch)].filter(
    (words) => words !== undefined,
  );
  return [
    shownMinute(stretch.first),
    shownMinute(stretch.last),
    String(stretch.scans),
    { text: stateWords(stretch), style: styles[stretch.state] },
    answered.join('\n'),
  ];
}

function sentences(timeline: Timeline, endpoint: EndpointTimeline): string[] {
  const { firstOpen, lastOpen, stretches } = endpoint;
  const last = stretches.at(-1);
  if (last === undefined) return ['Nothing is known of it: no scan that is kept looked at it.'];
  const since = openSinceWords(endpoint);
  const wasOpen =
    firstOpen === undefined || lastOpen === undefined
      ? 'Never seen open.'
      : `First seen open ${shownMinute(firstOpen)}, last seen open ${shownMinute(lastOpen)}.`;
  return [
    isLookedAtLast(timeline, endpoint)
      ? nowWords(last)
      : `Not looked at since ${shownMinute(last.last)}, so how it is now is not known. Then: ${stateWords(last)}.`,
    ...(since !== undefined && last.state !== 'open' ? ['Open when it could last be told.'] : []),
    ...(since === undefined ? [] : [since]),
    wasOpen,
    ...closedWords(endpoint),
  ];
}

function nowWords(last: Stretch): string {
  return last.state === 'unknown'
    ? `Not known now: ${stateWords(last)} since ${shownMinute(last.first)}.`
    : `Now ${stateWords(last)}, by the scan of ${shownMinute(last.last)}.`;
}

/** When it stopped to be open, where it has. */
function closedWords({ openSince, lastOpen, stretches }: EndpointTimeline): string[] {
  if (openSince !== undefined || lastOpen === undefined) return [];
  const next = stretches.find(({ state, first }) => first > lastOpen && state !== 'unknown' && state !== 'open');
  if (next === undefined) return [];
  return [
    `It stopped being open between ${shownMinute(lastOpen)} (last seen open) and ${shownMinute(next.first)} (first seen ${next.state}).`,
  ];
}
