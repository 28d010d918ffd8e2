import { parseAddress } from '../model/address.js';
import { eachPort, type PortRange } from '../model/ports.js';
import type { OpenEntry } from '../model/snapshot.js';
import type { Expectation, ExpectedExposure, Keep } from '../model/verification.js';
import type { Exposure, Policy, PolicyEntry, ServiceRule, SourcePosition } from '../policy/policy.js';
import { ruleWords } from '../policy/resolution/rule-words.js';
import type { Layout } from './layout.js';
import { isOpenExposure } from './subject.js';

/** Whose rule a finding was made by; undefined where it is about all the rest. */
export type Owner = Expectation | Keep | undefined;

/** What must hold, as a policy, so that a change window is judged by what judges everything else. */
export interface WindowPolicy {
  readonly policy: Policy;
  readonly ownerOf: (finding: { readonly rule: string }) => Owner;
}

/** What the before must show: each expectation where it starts from. Whatever else is open there is left to be told as unlisted. */
export function beforePolicy(layout: Layout): WindowPolicy {
  const maker = ruleMaker(layout);
  const rulesAt = (address: string) =>
    layout.expectations.flatMap((expectation) =>
      maker.expected(expectation, expectation.from, layout.portsOf(expectation, address)),
    );
  return maker.policy(layout.addresses.map((address) => addressEntry(layout, address, rulesAt(address))));
}

/**
 * What must hold after: each expectation as it is to be, everything else that was open as it was, with the same service, and nothing
 * else open. An address that the before does not know must show what is expected and kept, and nothing else.
 */
export function afterPolicy(layout: Layout): WindowPolicy {
  const maker = ruleMaker(layout);
  const { expectations, keeps, openAt } = layout;
  const changed = (address: string | undefined) =>
    expectations.flatMap((expectation) =>
      expectation.service !== undefined && isOpenExposure(expectation.to)
        ? [maker.anywhere(expectation)]
        : maker.expected(expectation, expectation.to, layout.portsOf(expectation, address)),
    );
  const keptPorts = keeps.flatMap((keep) => [...eachPort(layout.foundPorts(keep))].map((port) => ({ keep, port })));
  const known = layout.addresses.map((address) => {
    const kept = keeps.flatMap((keep) => openAt(address, keep).map((entry) => maker.stays(keep, entry)));
    const held = openAt(address, undefined).map((entry) => maker.stays(undefined, entry));
    // What is kept elsewhere, and was not open here, is not asked for here.
    const isOpenHere = new Set([...kept, ...held].flatMap(({ ports }) => [...eachPort(ports)]));
    const shut = new Set(keptPorts.map(({ port }) => port).filter((port) => !isOpenHere.has(port)));
    const closed = [...shut].map((port) => maker.rule(undefined, [{ first: port, last: port }], undefined, 'absent'));
    return addressEntry(layout, address, [...changed(address), ...kept, ...held, ...closed]);
  });
  const named = layout.names.map((name): PolicyEntry => {
    const kept = keptPorts.map(({ keep, port }) =>
      maker.rule(keep, [{ first: port, last: port }], keep.service, 'public'),
    );
    const member = { pattern: { kind: 'name' as const, name }, text: name, position: placeOfRest };
    return { ...entryOf(layout, name, [...changed(undefined), ...kept]), members: [member] };
  });
  return maker.policy([...known, ...named]);
}

const placeOfRest: SourcePosition = { file: 'before', line: 1, column: 1 };

function ruleMaker({ expectations, keeps }: Layout) {
  const owners = new Map<string, Owner>();
  const anywhereRules = new Map<Expectation, ServiceRule>();
  const placeOf = (owner: Owner): SourcePosition => {
    const lists: readonly (readonly [string, readonly Owner[]])[] = [
      ['--expect', expectations],
      ['--keep', keeps],
    ];
    for (const [file, list] of lists) {
      const at = list.indexOf(owner);
      if (at >= 0) return { file, line: at + 1, column: 1 };
    }
    return placeOfRest;
  };
  const rule = (
    owner: Owner,
    ports: readonly PortRange[],
    service: string | undefined,
    exposure: Exposure,
  ): ServiceRule => {
    const made: ServiceRule = {
      position: placeOf(owner),
      ports,
      service,
      exposure,
      from: [],
      family: undefined,
      product: undefined,
      minVersion: [],
      tls: undefined,
      accept: ['closed', 'filtered'],
      severity: undefined,
      blanks: [],
      owner: undefined,
      reason: undefined,
      ticket: undefined,
    };
    owners.set(ruleWords(made).rule, owner);
    return made;
  };
  return {
    rule,
    /** A rule a port, so that each has its own line in the report. */
    expected: (expectation: Expectation, exposure: ExpectedExposure, ports: readonly PortRange[]): ServiceRule[] =>
      [...eachPort(ports)].map((port) =>
        rule(expectation, [{ first: port, last: port }], expectation.service, exposureOf(exposure)),
      ),
    /** A service that is to be open must be found at each address, on whichever port. */
    anywhere(expectation: Expectation): ServiceRule {
      const made = anywhereRules.get(expectation) ?? rule(expectation, [], expectation.service, 'public');
      anywhereRules.set(expectation, made);
      return made;
    },
    stays: (owner: Keep | undefined, entry: OpenEntry): ServiceRule =>
      rule(owner, [{ first: entry.port, last: entry.port }], probedName(entry), 'public'),
    policy: (entries: readonly PolicyEntry[]): WindowPolicy => ({
      policy: {
        version: 1,
        name: 'change window',
        file: placeOfRest.file,
        files: [placeOfRest.file],
        entries,
        defaults: [],
        warnDays: 0,
        unusedVariables: [],
      },
      ownerOf: (finding) => owners.get(finding.rule),
    }),
  };
}

/** Who may reach a restricted service is not said here; whoever looks stands outside. */
function exposureOf(exposure: ExpectedExposure): Exposure {
  return exposure === 'restricted' ? 'local-only' : exposure;
}

function probedName({ service }: OpenEntry): string | undefined {
  return service.method === 'probed' && service.name !== 'unknown' ? service.name : undefined;
}

function addressEntry(layout: Layout, text: string, services: readonly ServiceRule[]): PolicyEntry {
  const address = parseAddress(text);
  const entry = entryOf(layout, text, services);
  if (address === undefined) return entry;
  return { ...entry, members: [{ pattern: { kind: 'address', address }, text, position: placeOfRest }] };
}

function entryOf({ asked }: Layout, name: string, services: readonly ServiceRule[]): PolicyEntry {
  return {
    kind: 'host',
    name,
    members: [],
    depth: 0,
    position: placeOfRest,
    ports: asked,
    families: undefined,
    unlisted: 'deny',
    maxAge: undefined,
    // What is proved is a change of exposure.
    tls: { expiry: 'ignore', versions: 'ignore', name: 'ignore', selfSigned: 'ignore' },
    services,
    exceptions: [],
  };
}
