import { Buffer } from 'node:buffer';
import { type Address, compareAddresses } from '../model/address.js';
import type { Identification, Method } from '../model/observation.js';
import { countPorts, formatRanges, mergeRanges, rangesOf } from '../model/ports.js';
import { printableBytes } from '../model/printable.js';
import type { NotOpenEntry, OpenEntry, Snapshot, UnknownEntry } from '../model/snapshot.js';
import { acceptsEverythingMessage, type AddressReport } from '../discovery/address-report.js';

const limitsRefusalsMessage =
  'the host limits how often it refuses, while open ports answer without loss: what is filtered here may be closed as well';

/** What a finished address adds to the snapshot. */
export interface AddressEntries {
  readonly address: Address;
  readonly open: readonly OpenEntry[];
  readonly notOpen: readonly NotOpenEntry[];
  readonly unknown: readonly UnknownEntry[];
  readonly notes: readonly Snapshot['notes'][number][];
  readonly path?: NonNullable<Snapshot['paths']>[number];
}

/** What discovery found. */
interface Found {
  readonly address: Address;
  readonly port: number;
  readonly observedAt: Date;
  readonly self: boolean;
  readonly method: Method;
}

export function openEntry(
  { address, port, observedAt, self, method }: Found,
  identification: Identification,
): OpenEntry {
  const { service, banner, tls, tlsUpgrade, trouble } = identification;
  return {
    address: address.text,
    port,
    state: 'open',
    reason: method === 'syn' ? 'syn-ack' : 'conn-accepted',
    method,
    observedAt: observedAt.toISOString(),
    ...(self ? { self } : {}),
    service: { ...service, cpe: service.cpe === undefined ? undefined : [...service.cpe] },
    ...(banner === undefined
      ? {}
      : {
          banner: {
            base64: Buffer.from(banner.bytes).toString('base64'),
            text: printableBytes(banner.bytes),
            truncated: banner.truncated,
          },
        }),
    ...(tls === undefined ? {} : { tls: copyTls(tls) }),
    ...(tlsUpgrade === undefined ? {} : { tlsUpgrade }),
    ...(trouble === undefined ? {} : { trouble }),
  };
}

function copyTls(tls: NonNullable<Identification['tls']>): NonNullable<OpenEntry['tls']> {
  const { certificate, chain, versions, alpnChoices, ...rest } = tls;
  return {
    ...rest,
    ...(certificate === undefined ? {} : { certificate: { ...certificate, sans: [...certificate.sans] } }),
    ...(chain === undefined ? {} : { chain: [...chain] }),
    ...(versions === undefined
      ? {}
      : { versions: { accepted: [...versions.accepted], refused: [...versions.refused] } }),
    ...(alpnChoices === undefined
      ? {}
      : { alpnChoices: alpnChoices.map((choice) => ({ ...choice, offered: [...choice.offered] })) }),
  };
}

/**
 * Joins what discovery reported of an address with what identification made of its open ports. Where every port accepts, an
 * open port counts only if something was read off it that names a service; the rest is unknown.
 */
export function entriesOf(
  report: AddressReport,
  opened: readonly OpenEntry[],
  finishedAt: Date,
  self: boolean,
  method: Method,
): AddressEntries {
  const { address } = report;
  const believed = report.acceptsEverything ? opened.filter(wasRead) : opened;
  const doubted = rangesOf(opened.filter((entry) => !believed.includes(entry)).map(({ port }) => port));
  const unknown = report.unknown.map((group) =>
    group.code === 'ERR_ACCEPTS_EVERYTHING' ? { ...group, ports: mergeRanges([...group.ports, ...doubted]) } : group,
  );
  if (doubted.length > 0 && !unknown.some(({ code }) => code === 'ERR_ACCEPTS_EVERYTHING')) {
    unknown.push({ code: 'ERR_ACCEPTS_EVERYTHING', message: acceptsEverythingMessage, ports: doubted });
  }
  return {
    address,
    open: orNone([...believed].sort((a, b) => a.port - b.port)),
    notOpen: orNone(
      report.notOpen.map(({ state, reason, ports, missProbability }) => ({
        address: address.text,
        state,
        reason,
        method,
        ...(self ? { self } : {}),
        ports: formatRanges(ports),
        count: countPorts(ports),
        observedAt: finishedAt.toISOString(),
        ...(missProbability === undefined ? {} : { missProbability }),
      })),
    ),
    unknown: orNone(
      unknown.map(({ code, message, ports }) => ({
        address: address.text,
        ports: formatRanges(ports),
        count: countPorts(ports),
        code,
        message,
      })),
    ),
    notes: orNone([
      ...(report.acceptsEverything
        ? [{ code: 'ERR_ACCEPTS_EVERYTHING' as const, address: address.text, message: acceptsEverythingMessage }]
        : []),
      ...(report.limitsRefusals === true
        ? [{ code: 'ERR_LOSSY' as const, address: address.text, message: limitsRefusalsMessage }]
        : []),
    ]),
    ...(report.roundTrip === undefined
      ? {}
      : { path: { address: address.text, roundTripMs: Math.round(report.roundTrip * 100) / 100 } }),
  };
}

const none: readonly never[] = [];

/** Of most addresses of a large block there is nothing to say but one thing: what is empty is shared. */
function orNone<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? none : list;
}

/** Something was read off the wire that no host makes up for every port: a service's own words, or a TLS handshake. */
export function wasRead({ service }: OpenEntry): boolean {
  return service.method === 'probed' || service.tunnel !== undefined;
}

/** Puts the entries of all addresses in the document's order: by address, then as they are. */
export function assemble(
  head: Omit<Snapshot, 'open' | 'notOpen' | 'unknown' | 'notes' | 'paths' | 'findings' | 'policy' | 'verdict'>,
  entries: readonly AddressEntries[],
): Snapshot {
  const ordered = [...entries].sort((a, b) => compareAddresses(a.address, b.address));
  return {
    ...head,
    paths: ordered.flatMap(({ path }) => path ?? []),
    open: ordered.flatMap(({ open }) => open),
    notOpen: ordered.flatMap(({ notOpen }) => notOpen),
    unknown: ordered.flatMap(({ unknown }) => unknown),
    notes: ordered.flatMap(({ notes }) => notes),
    findings: [],
    policy: null,
    verdict: 'none',
  };
}
