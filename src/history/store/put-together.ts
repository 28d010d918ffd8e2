import { Buffer } from 'node:buffer';
import * as z from 'zod';
import { printableBytes } from '../../model/printable.js';
import { expander } from './finding-marks.js';
import { inOrder, joinRuns } from './order.js';
import type { OpenPart, RestPart, ScanParts, SeriesParts } from './scan-parts.js';
import { nowhere } from './take-apart.js';
import { timeText } from './time-text.js';

const runs = z.array(z.int()).optional();
const arrangementSchema = z.strictObject({ open: runs, notOpen: runs, unknown: runs, findings: runs });
const frameSchema = z.looseObject({ paths: z.array(z.unknown()).optional() });
const openSchema = z.looseObject({
  banner: z.looseObject({ truncated: z.boolean(), text: z.string().optional() }).optional(),
});
const restSchema = z.looseObject({});
const findingsSchema = z.array(z.looseObject({ evidence: z.string() }));

/**
 * The snapshot document that `takeApart` took apart. What comes back is not known to be one until it has been read as one, since the
 * parts come out of a file; throws where a part is not even of the right form.
 */
export function putTogether(scan: ScanParts): unknown {
  const [startedAt, finishedAt] = [scan.startedAt, scan.finishedAt].map(timeText);
  const { paths, ...frame } = frameSchema.parse(JSON.parse(scan.frame));
  const arrangement = arrangementSchema.parse(scan.arrangement === undefined ? {} : JSON.parse(scan.arrangement));
  const series = scan.series.map((parts) =>
    entriesOf(parts, { startedAt: startedAt ?? '', finishedAt: finishedAt ?? '' }),
  );
  const joined = <T>(
    listOf: (entries: SeriesEntries) => readonly T[],
    order: readonly number[] | undefined,
    others: readonly T[] = [],
  ) => joinRuns(new Map([[nowhere, others], ...series.map((entries, at) => [at, listOf(entries)] as const)]), order);
  return {
    ...frame,
    startedAt,
    finishedAt,
    complete: scan.complete,
    verdict: scan.verdict,
    targets: scan.targets.map((target): unknown => JSON.parse(target)),
    ...(paths === undefined ? {} : { paths: paths.length > 0 ? paths : series.flatMap(({ path }) => path ?? []) }),
    open: joined(({ open }) => open, arrangement.open),
    notOpen: joined(({ notOpen }) => notOpen, arrangement.notOpen),
    unknown: joined(({ unknown }) => unknown, arrangement.unknown),
    findings: joined<unknown>(
      ({ findings }) => findings,
      arrangement.findings,
      findingsSchema.parse(JSON.parse(scan.findings)),
    ),
  };
}

interface SeriesEntries {
  readonly open: readonly unknown[];
  readonly notOpen: readonly unknown[];
  readonly unknown: readonly unknown[];
  readonly findings: readonly unknown[];
  readonly path: unknown;
}

function entriesOf(parts: SeriesParts, times: { startedAt: string; finishedAt: string }): SeriesEntries {
  const { address, order, roundTrip } = parts;
  const open = parts.open.map((part) => openEntry(address, part));
  const notOpen = parts.rest.filter(({ state }) => state !== 'unknown').map((part) => notOpenEntry(address, part));
  const unknown = parts.rest.filter(({ state }) => state === 'unknown').map((part) => unknownEntry(address, part));
  const expand = expander({
    ...times,
    open: open.map(({ port, observedAt, banner }) => ({ port, observedAt, text: banner?.text })),
    rest: notOpen.map(({ observedAt }) => observedAt),
  });
  const findings = parts.findings === undefined ? [] : findingsSchema.parse(JSON.parse(parts.findings));
  return {
    open: inOrder(open, order?.open),
    notOpen: inOrder(notOpen, order?.notOpen),
    unknown: inOrder(unknown, order?.unknown),
    findings: findings.map((finding) => ({ ...finding, evidence: expand(finding.evidence) })),
    path: roundTrip === undefined ? undefined : { address, roundTripMs: roundTrip },
  };
}

function openEntry(address: string, { port, seen, document, banner: bytes }: OpenPart) {
  const { banner, ...entry } = openSchema.parse(JSON.parse(document));
  return {
    ...entry,
    address,
    port,
    observedAt: timeText(seen),
    ...(banner === undefined
      ? {}
      : { banner: bytes === undefined ? banner : { ...banner, base64: base64(bytes), text: printableBytes(bytes) } }),
  };
}

function notOpenEntry(address: string, { ports, seen, document, miss }: RestPart) {
  const entry = restSchema.parse(JSON.parse(document));
  return {
    ...entry,
    address,
    ports,
    observedAt: timeText(seen),
    ...(miss === undefined ? {} : { missProbability: miss }),
  };
}

function unknownEntry(address: string, { ports, document, message }: RestPart) {
  return { ...restSchema.parse(JSON.parse(document)), address, ports, message };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
