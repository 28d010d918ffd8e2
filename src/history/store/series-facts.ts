import * as z from 'zod';
import type { BannerDifference } from './banner-difference.js';
import type { EntryOrder } from './scan-parts.js';

const places = z.array(z.int().min(0)).optional();

/** What one scan saw of an address, beyond its spans. The names are short, because there is one of these for every scan and address. */
const factsSchema = z.strictObject({
  /** When the open entries were observed, and then the closed and filtered ones: milliseconds after the scan began. */
  at: z.array(z.int()),
  /** The round trip, in milliseconds. */
  rtt: z.number().optional(),
  /** By port: how the banner differs from the span's. */
  said: z.record(z.string(), z.tuple([z.int().min(0), z.int().min(0), z.string()])).optional(),
  /** The miss probabilities of the closed and filtered entries; null where the span's document says it, or none was given. */
  miss: z.array(z.number().nullable()).optional(),
  /** By place among the unknown entries: the message, where it is not the span's. */
  told: z.record(z.string(), z.string()).optional(),
  order: z.strictObject({ open: places, notOpen: places, unknown: places }).optional(),
});

export interface SeriesFacts {
  readonly at: readonly number[];
  readonly rtt?: number | undefined;
  readonly said?: Readonly<Record<string, BannerDifference>> | undefined;
  readonly miss?: readonly (number | null)[] | undefined;
  readonly told?: Readonly<Record<string, string>> | undefined;
  readonly order?: EntryOrder | undefined;
}

export function readFacts(text: string): SeriesFacts {
  return factsSchema.parse(JSON.parse(text));
}

/** The banners of a scan that differ from their spans', by port; reads no more than it must. */
export function readSaid(text: string): NonNullable<SeriesFacts['said']> {
  return text.includes('"said":') ? (readFacts(text).said ?? {}) : {};
}

/** A record without what is empty, so that it costs nothing. */
export function writeFacts(facts: SeriesFacts): string {
  const { said = {}, told = {}, miss = [], ...rest } = facts;
  return JSON.stringify({
    ...rest,
    ...(Object.keys(said).length > 0 ? { said } : {}),
    ...(Object.keys(told).length > 0 ? { told } : {}),
    ...(miss.some((each) => each !== null) ? { miss } : {}),
  });
}
