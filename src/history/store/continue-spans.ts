import { bannerDifference, type BannerDifference } from './banner-difference.js';
import type { SeriesFacts } from './series-facts.js';
import type { NewSeries } from './take-apart.js';

/** A banner that differs in more bytes than this is another banner, and not a variation. */
const mostVariation = 128;

/** The times of a span, to be widened. */
interface Seen {
  readonly id: number;
  readonly first_seen: number;
  readonly last_seen: number;
}

/** The spans that reach to the latest scan of a series. */
export interface CurrentSpans {
  readonly open: readonly (Seen & {
    readonly port: number;
    readonly document: number;
    readonly banner: Uint8Array | null;
  })[];
  readonly rest: readonly (Seen & { readonly ports: string; readonly document: number; readonly message: string })[];
  readonly findings: { readonly id: number; readonly document: number } | undefined;
  /** By port: how the banners of the latest scan differed from their spans'. */
  readonly said: NonNullable<SeriesFacts['said']>;
}

/** What a scan makes of the spans of a series: some go on, others begin, and the rest have ended without a word. */
export interface Continuation {
  readonly openOn: readonly Seen[];
  readonly openNew: NewSeries['open'];
  readonly restOn: readonly Seen[];
  readonly restNew: NewSeries['rest'];
  readonly findingsOn: number | undefined;
  readonly facts: SeriesFacts;
}

/** `documentOf` gives the number under which a document is kept. */
export function continueSpans(
  parts: NewSeries,
  startedAt: number,
  current: CurrentSpans,
  documentOf: (body: string) => number,
): Continuation {
  const said: Record<string, BannerDifference> = {};
  const [openOn, openNew]: [Seen[], NewSeries['open'][number][]] = [[], []];
  const openSpans = new Map(current.open.map((span) => [span.port, span]));
  for (const part of parts.open) {
    const span = openSpans.get(part.port);
    const isSame = span?.document === documentOf(part.document);
    const variation = isSame ? variationOf(span.banner, part.banner, current.said[part.port]) : 'another';
    if (span === undefined || variation === 'another') {
      openNew.push(part);
      continue;
    }
    if (variation !== undefined) said[part.port] = variation;
    openOn.push(widened(span, part.seen));
  }

  const told: Record<string, string> = {};
  const [restOn, restNew]: [Seen[], NewSeries['rest'][number][]] = [[], []];
  const restSpans = new Map(current.rest.map((span) => [`${span.document} ${span.ports}`, span]));
  const unknown = parts.rest.filter(({ state }) => state === 'unknown');
  for (const part of parts.rest) {
    const span = restSpans.get(`${documentOf(part.document)} ${part.ports}`);
    if (span === undefined) {
      restNew.push(part);
      continue;
    }
    if (span.message !== part.message) told[unknown.indexOf(part)] = part.message;
    restOn.push(widened(span, part.seen));
  }

  const notOpen = parts.rest.filter(({ state }) => state !== 'unknown');
  const findings = parts.findings === undefined ? undefined : documentOf(parts.findings);
  return {
    openOn,
    openNew,
    restOn,
    restNew,
    findingsOn: current.findings?.document === findings ? current.findings?.id : undefined,
    facts: {
      at: [...parts.open, ...notOpen].map(({ seen }) => seen - startedAt),
      rtt: parts.roundTrip,
      said,
      told,
      miss: notOpen.map(({ miss }) => miss ?? null),
      order: parts.order,
    },
  };
}

/**
 * How a banner differs from its span's: not at all (undefined), in so little that it is a variation, or so that it is another. What
 * comes twice in a row the same is no variation either: it has changed, and costs nothing from then on.
 */
function variationOf(
  base: Uint8Array | null,
  banner: Uint8Array | undefined,
  previous: BannerDifference | undefined,
): BannerDifference | 'another' | undefined {
  if (base === null || banner === undefined) return base === null && banner === undefined ? undefined : 'another';
  const difference = bannerDifference(base, banner);
  if (difference === undefined) return undefined;
  const [start, end] = difference;
  const isRepeated = String(previous) === String(difference);
  return isRepeated || banner.length - start - end > mostVariation ? 'another' : difference;
}

/** Scans that ran at the same time may be recorded in another order than they observed. */
function widened({ id, first_seen, last_seen }: Seen, seen: number): Seen {
  return { id, first_seen: Math.min(first_seen, seen), last_seen: Math.max(last_seen, seen) };
}
