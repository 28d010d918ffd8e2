import { isDeepStrictEqual } from 'node:util';
import { learntFacts, type Change, type ChangeOf, type LearntFact } from '../../model/diff-change.js';
import { comparableTls, isTlsAlike } from './tls-alike.js';
import type { OpenSighting, Service, Tls } from './view.js';

interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/**
 * What changed behind an endpoint that is open in both. A fact that only one side could read is no difference: it was learnt or
 * lost, and may have been the same all along. Everything else that is not the same is told as a detail. Which evidence showed it
 * open is told for many endpoints at once, by `gatherRanges`.
 */
export function endpointChanges(at: Endpoint, was: OpenSighting, is: OpenSighting): Change[] {
  const [tlsBefore, tlsAfter] = comparableTls(was, is);
  const [from, to] = [withTls(was, tlsBefore ?? null), withTls(is, tlsAfter ?? null)];
  const changes = [...serviceChanges(at, from, to), ...tlsChanges(at, from, to)];
  const patched = changes.reduce((sighting, change) => patchEndpoint(sighting, change), from);
  const [before, after]: [ChangeOf<'details-changed'>['from'], ChangeOf<'details-changed'>['to']] = [{}, {}];
  if (!isDeepStrictEqual(patched.service, to.service)) [before.service, after.service] = [from.service, to.service];
  if (!isTlsAlike(patched.tls, to.tls)) [before.tls, after.tls] = [from.tls ?? null, to.tls ?? null];
  if (Object.keys(after).length === 0) return changes;
  return [...changes, { kind: 'details-changed', ...at, from: before, to: after }];
}

/** What an open endpoint shows after a change of it; one that is not about what it shows leaves it as it is. */
export function patchEndpoint(sighting: OpenSighting, change: Change): OpenSighting {
  const { tls } = sighting;
  switch (change.kind) {
    case 'service-changed':
    case 'version-changed':
    case 'identification-lost':
    case 'identification-gained':
      return { ...sighting, service: change.to };
    case 'certificate-changed':
      return tls === undefined ? sighting : { ...sighting, tls: { ...tls, certificate: change.to } };
    case 'tls-version-changed':
      return tls === undefined ? sighting : { ...sighting, tls: { ...tls, version: change.to } };
    case 'details-changed':
      return withTls({ ...sighting, service: change.to.service ?? sighting.service }, change.to.tls);
    default:
      return sighting;
  }
}

function withTls({ tls: old, ...rest }: OpenSighting, tls: Tls | null | undefined): OpenSighting {
  const now = tls === undefined ? old : (tls ?? undefined);
  return now === undefined ? rest : { ...rest, tls: now };
}

function serviceChanges(at: Endpoint, a: OpenSighting, b: OpenSighting): Change[] {
  const change = { ...at, from: a.service, to: b.service };
  const [was, is] = [factsOf(a), factsOf(b)];
  if (differ(was.service, is.service) || differ(was.product, is.product) || differ(tunnelOf(a), tunnelOf(b))) {
    return [{ kind: 'service-changed', ...change }];
  }
  if (differ(was.version, is.version)) return [{ kind: 'version-changed', ...change }];
  const lost = learntFacts.filter((fact) => was[fact] !== undefined && is[fact] === undefined);
  const gained = learntFacts.filter((fact) => was[fact] === undefined && is[fact] !== undefined);
  return [
    ...(lost.length === 0 ? [] : [{ kind: 'identification-lost' as const, ...change, facts: lost }]),
    ...(gained.length === 0 ? [] : [{ kind: 'identification-gained' as const, ...change, facts: gained }]),
  ];
}

function tlsChanges(at: Endpoint, { tls: a }: OpenSighting, { tls: b }: OpenSighting): Change[] {
  if (a === undefined || b === undefined) return [];
  const [from, to] = [a.certificate, b.certificate];
  return [
    ...(a.version === b.version
      ? []
      : [{ kind: 'tls-version-changed' as const, ...at, from: a.version, to: b.version }]),
    ...(from === undefined || to === undefined || from.fingerprint256 === to.fingerprint256
      ? []
      : [{ kind: 'certificate-changed' as const, ...at, from, to }]),
  ];
}

/** Only what was read off the wire; a name guessed from the port number tells nothing. */
function factsOf({ service, tls }: OpenSighting): Partial<Record<LearntFact, string>> {
  return {
    ...(isRead(service) ? given(service) : {}),
    ...(tls === undefined ? {} : { TLS: tls.version }),
    ...(tls?.certificate === undefined ? {} : { certificate: tls.certificate.fingerprint256 }),
  };
}

function given({ name, product, version }: Service): Partial<Record<LearntFact, string>> {
  return {
    service: name,
    ...(product === undefined ? {} : { product }),
    ...(version === undefined ? {} : { version }),
  };
}

/** Whether it speaks inside TLS from its first byte; undefined where nothing was read that would tell. */
function tunnelOf({ service }: OpenSighting): string | undefined {
  return service.tunnel ?? (isRead(service) ? 'none' : undefined);
}

function isRead({ method, name }: Service): boolean {
  return method === 'probed' && name !== 'unknown';
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}
