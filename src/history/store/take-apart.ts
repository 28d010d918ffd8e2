import { Buffer } from 'node:buffer';
import { compareAddresses, parseAddress } from '../../model/address.js';
import { groupBy } from '../../model/groups.js';
import { parseRanges } from '../../model/ports.js';
import { printableBytes } from '../../model/printable.js';
import type { Finding, NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../../model/snapshot.js';
import { marker } from './finding-marks.js';
import { orderOf, runsOf } from './order.js';
import type { OpenColumns, OpenPart, RestColumns, RestPart, ScanParts, SeriesParts } from './scan-parts.js';

/** The place of what is about no address that was scanned. */
export const nowhere = -1;

type NewOpen = OpenPart & OpenColumns;
type NewRest = RestPart & RestColumns;
export type NewSeries = SeriesParts<NewOpen, NewRest>;
export type NewScan = ScanParts<NewOpen, NewRest> & { readonly isSecond: boolean };

/** Takes a valid snapshot apart. `putTogether` is the inverse. */
export function takeApart(snapshot: Snapshot): NewScan {
  const { startedAt, finishedAt, complete, verdict, targets, open, notOpen, unknown, findings, paths, ...rest } =
    snapshot;
  const addresses = addressesOf(snapshot);
  const positions = new Map(addresses.map((address, position) => [address, position]));
  const positionOf = ({ address }: { address?: string | undefined }) =>
    address === undefined ? nowhere : (positions.get(address) ?? nowhere);
  const positionsOf = (list: readonly { address?: string | undefined }[]) => list.map(positionOf);
  const grouped = {
    open: groupBy(open, positionOf),
    notOpen: groupBy(notOpen, positionOf),
    unknown: groupBy(unknown, positionOf),
    findings: groupBy(findings, positionOf),
  };
  const pathPlaces = positionsOf(paths ?? []);
  const roundTrips = pathPlaces.every((place, at) => place > (at === 0 ? nowhere : (pathPlaces[at - 1] ?? nowhere)))
    ? new Map(paths?.map(({ address, roundTripMs }) => [address, roundTripMs]))
    : undefined;
  const arrangement = {
    open: runsOf(positionsOf(open)),
    notOpen: runsOf(positionsOf(notOpen)),
    unknown: runsOf(positionsOf(unknown)),
    findings: runsOf(positionsOf(findings)),
  };
  return {
    vantage: rest.vantage.name,
    startedAt: Date.parse(startedAt),
    finishedAt: Date.parse(finishedAt),
    complete,
    isSecond: rest.look === 'second',
    verdict,
    // Where the paths follow the addresses, which is usual, they are kept with them.
    frame: JSON.stringify({
      ...rest,
      ...(roundTrips === undefined ? { paths } : paths === undefined ? {} : { paths: [] }),
    }),
    findings: JSON.stringify(grouped.findings.get(nowhere) ?? []),
    arrangement: Object.values(arrangement).some((runs) => runs !== undefined)
      ? JSON.stringify(arrangement)
      : undefined,
    targets: targets.map((target) => JSON.stringify(target)),
    series: addresses.map((address, position) =>
      seriesOf(snapshot, {
        address,
        open: grouped.open.get(position) ?? [],
        notOpen: grouped.notOpen.get(position) ?? [],
        unknown: grouped.unknown.get(position) ?? [],
        findings: grouped.findings.get(position) ?? [],
        roundTrip: roundTrips?.get(address),
      }),
    ),
  };
}

function addressesOf({ targets, open, notOpen, unknown }: Snapshot): string[] {
  const named = new Set(targets.flatMap(({ addresses }) => addresses));
  for (const { address } of [...open, ...notOpen, ...unknown]) named.add(address);
  return [...named]
    .flatMap((text) => parseAddress(text) ?? [])
    .sort(compareAddresses)
    .map(({ text }) => text);
}

interface AddressEntries {
  readonly address: string;
  readonly open: readonly OpenEntry[];
  readonly notOpen: readonly NotOpenEntry[];
  readonly unknown: readonly UnknownEntry[];
  readonly findings: readonly Finding[];
  readonly roundTrip: number | undefined;
}

function seriesOf({ startedAt, finishedAt }: Snapshot, entries: AddressEntries): NewSeries {
  const open = orderOf(entries.open, ({ port }) => port);
  const notOpen = orderOf(entries.notOpen, firstPort);
  const unknown = orderOf(entries.unknown, firstPort);
  const order = { open: open.order, notOpen: notOpen.order, unknown: unknown.order };
  const mark = marker({
    startedAt,
    finishedAt,
    open: open.sorted.map(({ port, observedAt, banner }) => ({ port, observedAt, text: banner?.text })),
    rest: notOpen.sorted.map(({ observedAt }) => observedAt),
  });
  const { address, roundTrip, findings } = entries;
  return {
    address,
    open: open.sorted.map(openPart),
    rest: [
      ...notOpen.sorted.map(notOpenPart),
      ...unknown.sorted.map((entry) => unknownPart(entry, Date.parse(finishedAt))),
    ],
    findings:
      findings.length === 0
        ? undefined
        : JSON.stringify(findings.map((finding) => ({ ...finding, evidence: mark(finding.evidence, finding.port) }))),
    roundTrip,
    order: Object.values(order).some((each) => each !== undefined) ? order : undefined,
  };
}

/** What a series says of all its entries; JSON leaves it out. */
const elsewhere = { address: undefined };

function firstPort({ ports }: { readonly ports: string }): number {
  return parseRanges(ports)[0]?.first ?? 0;
}

function openPart({ port, observedAt, banner, ...entry }: OpenEntry): NewOpen {
  const bytes = banner === undefined ? undefined : plainBytes(banner);
  const kept = bytes === undefined ? banner : { truncated: banner?.truncated };
  const { name, product, version } = entry.service;
  return {
    port,
    seen: Date.parse(observedAt),
    document: JSON.stringify({ ...entry, ...elsewhere, banner: kept }),
    banner: bytes,
    reason: entry.reason,
    service: name,
    product: product ?? null,
    version: version ?? null,
  };
}

/** The bytes of a banner; undefined where they would not give back what the snapshot says of it. */
function plainBytes({ base64, text }: NonNullable<OpenEntry['banner']>): Uint8Array | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.toString('base64') === base64 && printableBytes(bytes) === text ? bytes : undefined;
}

function notOpenPart({ ports, observedAt, missProbability, ...entry }: NotOpenEntry): NewRest {
  const isNumber = typeof missProbability === 'number';
  return {
    state: entry.state,
    ports,
    seen: Date.parse(observedAt),
    document: JSON.stringify({ ...entry, ...elsewhere, missProbability: isNumber ? undefined : missProbability }),
    miss: isNumber ? missProbability : undefined,
    message: '',
    reason: entry.reason,
  };
}

function unknownPart({ ports, message, ...entry }: UnknownEntry, seen: number): NewRest {
  return {
    state: 'unknown',
    ports,
    seen,
    document: JSON.stringify({ ...entry, ...elsewhere }),
    miss: undefined,
    message,
    reason: entry.code,
  };
}
