import type { Change, CoverageChange, ServiceChange } from '../../model/diff.js';
import type { OpenEntry } from '../../model/snapshot.js';

type ServiceKind = Extract<ServiceChange | CoverageChange, { to: OpenEntry['service'] }>['kind'];

/**
 * What changed behind an endpoint that is open in both. A product or version that only one side could read is no change:
 * it was learnt or lost, and may have been the same all along.
 */
export function serviceChanges(a: OpenEntry, b: OpenEntry): Change[] {
  const at = { address: a.address, port: a.port };
  const kind = kindOf(a, b);
  const before = a.tls?.certificate;
  const after = b.tls?.certificate;
  return [
    ...(kind === undefined ? [] : [{ kind, ...at, from: a.service, to: b.service }]),
    ...(before === undefined || after === undefined || before.fingerprint256 === after.fingerprint256
      ? []
      : [{ kind: 'certificate-changed' as const, ...at, from: before, to: after }]),
  ];
}

function kindOf({ service: from }: OpenEntry, { service: to }: OpenEntry): ServiceKind | undefined {
  const [was, is] = [facts(from), facts(to)];
  if (differ(was.name, is.name) || differ(was.product, is.product)) return 'service-changed';
  if (differ(was.version, is.version)) return 'version-changed';
  const [known, now] = [amount(was), amount(is)];
  if (known === now) return undefined;
  return known > now ? 'identification-lost' : 'identification-gained';
}

interface Facts {
  readonly name?: string;
  readonly product?: string | undefined;
  readonly version?: string | undefined;
}

/** Only what was read off the wire; a name guessed from the port number tells nothing. */
function facts({ method, name, product, version }: OpenEntry['service']): Facts {
  return method === 'probed' && name !== 'unknown' ? { name, product, version } : {};
}

function differ(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && a !== b;
}

function amount({ name, product, version }: Facts): number {
  return [name, product, version].filter((fact) => fact !== undefined).length;
}
