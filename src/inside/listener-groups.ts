import { bothFamilies, type Family } from '../model/address.js';
import { groupBy } from '../model/groups.js';
import type { BoundTo, Listener } from '../model/listener.js';
import type { ReconciledListener } from '../model/reconciliation.js';

/** What one process, or one container, listens on with one port and one kind of address: several sockets, or one told twice. */
export interface ListenerGroup {
  readonly bound: BoundTo;
  readonly port: number;
  readonly families: readonly Family[];
  readonly maybeFamilies: readonly Family[];
  /** As the document shows it. */
  readonly shown: ReconciledListener;
}

const loopbackDevice = /^lo\d*$/;
const loopbackName = /^(?:localhost(?:\.localdomain|[46](?:\.localdomain[46])?)?|ip6-(?:localhost|loopback))$/i;

/**
 * Brings listeners together that are one thing to a reader: the IPv4 and the IPv6 socket of one program, the same socket out of two
 * listings (one of which names the process), a published port and the proxy that serves it.
 */
export function groupListeners(listeners: readonly Listener[]): ListenerGroup[] {
  const places = groupBy(
    listeners.map((listener) => ({ ...listener, bound: settled(listener.bound) })),
    ({ bound, port }) => `${port} ${keyOf(bound)}`,
  );
  return [...places.values()]
    .flatMap(splitByProcess)
    .map(merge)
    .sort((a, b) => a.port - b.port);
}

function settled(bound: BoundTo): BoundTo {
  const isLoopback =
    (bound.kind === 'interface' && loopbackDevice.test(bound.interface)) ||
    (bound.kind === 'name' && loopbackName.test(bound.name));
  return isLoopback ? { kind: 'loopback' } : bound;
}

function keyOf(bound: BoundTo): string {
  switch (bound.kind) {
    case 'any':
    case 'loopback':
      return bound.kind;
    case 'address':
      return `address ${bound.address.family} ${bound.address.value} ${bound.interface ?? ''}`;
    case 'interface':
      return `interface ${bound.interface}`;
    case 'name':
      return `name ${bound.name.toLowerCase()} ${bound.truncated}`;
  }
}

/** A listener without a process is the same socket as one with, in another listing, where they share a family. */
function splitByProcess(listeners: readonly Listener[]): Listener[][] {
  const named = [...groupBy(listeners.filter(isNamed), ({ process }) => process)]
    // Which of several comes first must not depend on the order of the listing.
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1))
    .map(([, group]) => group);
  const firstOf = new Map(
    bothFamilies.map((family) => [family, named.find((group) => group.some((one) => speaksOf(one, family)))] as const),
  );
  const unnamed: Listener[] = [];
  for (const listener of listeners.filter((one) => !isNamed(one))) {
    const family = bothFamilies.find((each) => speaksOf(listener, each) && firstOf.get(each) !== undefined);
    ((family === undefined ? undefined : firstOf.get(family)) ?? unnamed).push(listener);
  }
  return [...named, ...(unnamed.length === 0 ? [] : [unnamed])];
}

function isNamed({ process }: Listener): boolean {
  return process !== undefined;
}

function speaksOf({ families, maybeFamilies }: Listener, family: Family): boolean {
  return families.includes(family) || maybeFamilies.includes(family);
}

function merge(listeners: readonly Listener[]): ListenerGroup {
  const [first] = listeners;
  if (first === undefined) throw new Error('a group of listeners is never empty');
  const families = bothFamilies.filter((family) => listeners.some((one) => one.families.includes(family)));
  const maybeFamilies = bothFamilies.filter(
    (family) => !families.includes(family) && listeners.some((one) => one.maybeFamilies.includes(family)),
  );
  const processes = groupBy(
    listeners.filter(({ process, pid }) => process !== undefined || pid !== undefined),
    ({ process, pid }) => `${process ?? ''} ${pid ?? ''}`,
  );
  const user = listeners.find((one) => one.user !== undefined)?.user;
  const container = listeners.find((one) => one.container !== undefined)?.container;
  return {
    bound: first.bound,
    port: first.port,
    families,
    maybeFamilies,
    shown: {
      bound: first.bound.kind,
      ...placeOf(first.bound),
      families,
      maybeFamilies,
      processes: [...processes.values()].flatMap(([one]) => (one === undefined ? [] : [processOf(one)])),
      ...(user === undefined ? {} : { user }),
      ...(container === undefined ? {} : { container: { ...container } }),
      lines: [...new Set(listeners.map(({ line }) => line))].sort((a, b) => a - b),
    },
  };
}

function processOf({ process, pid }: Listener): ReconciledListener['processes'][number] {
  return { ...(process === undefined ? {} : { name: process }), ...(pid === undefined ? {} : { pid }) };
}

function placeOf(bound: BoundTo): Pick<ReconciledListener, 'at'> {
  switch (bound.kind) {
    case 'any':
    case 'loopback':
      return {};
    case 'address':
      return { at: bound.address.text };
    case 'interface':
      return { at: bound.interface };
    case 'name':
      return { at: bound.truncated ? `${bound.name}…` : bound.name };
  }
}
