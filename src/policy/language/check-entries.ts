import { bothFamilies, type Family } from '../../model/address.js';
import { getOrInsert } from '../../model/groups.js';
import { formatRanges, intersectRanges, subtractRanges, type PortRange } from '../../model/ports.js';
import { patternKey } from '../resolution/match-host.js';
import type { PolicyEntry, ServiceRule, Settings, SourcePosition } from '../policy.js';
import type { SourceFile } from './source-file.js';
import { formatSources } from '../resolution/vantage-side.js';

/** What is wrong between entries that are each right by themselves. */
export function checkEntries(
  { map }: SourceFile,
  entries: readonly PolicyEntry[],
  defaults: readonly Settings[],
): void {
  const { problems, position } = map.cursor;
  const complain = (place: SourcePosition, message: string) => {
    problems.push({ ...place, path: '', message });
  };
  if (entries.length === 0) {
    complain(position, 'neither this file nor what it includes names a host. Add hosts: [{ host: example.org }].');
  }
  checkTwice(entries, complain);
  checkGroups(entries, complain);
  checkAssertions(entries, defaults, complain);
}

type Complain = (place: SourcePosition, message: string) => void;

/** One file says all it has to say of a host in one entry; another file may add to it, or overrule it. */
function checkTwice(entries: readonly PolicyEntry[], complain: Complain): void {
  const seen = new Map<string, SourcePosition>();
  const once = (key: string, place: SourcePosition, message: (line: number) => string) => {
    const earlier = seen.get(key);
    if (earlier !== undefined) complain(place, message(earlier.line));
    else seen.set(key, place);
  };
  for (const { kind, name, members, position } of entries) {
    const { file } = position;
    if (kind === 'group') {
      once(
        `group ${file} ${name}`,
        position,
        (line) => `the group ${name} stands here already, on line ${line}. Merge them.`,
      );
    }
    for (const member of members) {
      const place = kind === 'host' ? position : member.position;
      once(`${kind} ${file} ${kind === 'group' ? name : ''} ${patternKey(member.pattern)}`, place, (line) =>
        kind === 'host'
          ? `${member.text} has an entry already, on line ${line}. Merge them.`
          : `${member.text} is in this group already, on line ${line}.`,
      );
    }
  }
}

/** Two groups that hold the same host must not contradict each other on it, unless the host's own entry decides. */
function checkGroups(entries: readonly PolicyEntry[], complain: Complain): void {
  const byKey = new Map<string, { group: PolicyEntry; text: string }[]>();
  const own = new Map<string, PolicyEntry>();
  for (const entry of entries) {
    for (const { pattern, text } of entry.members) {
      if (entry.kind === 'host') own.set(patternKey(pattern), entry);
      else getOrInsert(byKey, patternKey(pattern), () => []).push({ group: entry, text });
    }
  }
  const told = new Set<ServiceRule>();
  const known = new Map<PolicyEntry, Map<PolicyEntry, readonly Contradiction[]>>();
  for (const [key, groups] of byKey) {
    for (const [at, { group: later, text }] of groups.entries()) {
      for (const { group: earlier } of groups.slice(0, at)) {
        if (earlier.depth !== later.depth) continue;
        const ofEarlier = getOrInsert(known, earlier, () => new Map<PolicyEntry, readonly Contradiction[]>());
        const decided = own.get(key)?.services.flatMap((rule) => rule.ports) ?? [];
        for (const { rule, other, shared } of getOrInsert(ofEarlier, later, () => contradictions(earlier, later))) {
          const ports = decided.length === 0 ? shared : subtractRanges(shared, decided);
          if (ports.length === 0 || told.has(rule)) continue;
          told.add(rule);
          complain(
            rule.position,
            `${text} is in the groups ${earlier.name} and ${later.name}, which contradict each other on port ${formatRanges(ports)}: ` +
              `${other.exposure} by ${other.position.file}:${other.position.line}, ${rule.exposure} here. Give the host an entry of its own that decides, or mend one of the groups.`,
          );
        }
      }
    }
  }
}

/** Two rules of two groups that cannot both hold, and the ports for which they do not. */
interface Contradiction {
  readonly rule: ServiceRule;
  readonly other: ServiceRule;
  readonly shared: readonly PortRange[];
}

function contradictions(earlier: PolicyEntry, later: PolicyEntry): readonly Contradiction[] {
  return later.services.flatMap((rule) =>
    earlier.services.flatMap((other): Contradiction[] => {
      const families = bothFamilies.filter((family) => speaksOf(rule, family) && speaksOf(other, family));
      if (families.length === 0 || meansTheSame(rule, other)) return [];
      const shared = intersectRanges(rule.ports, other.ports);
      return shared.length === 0 ? [] : [{ rule, other, shared }];
    }),
  );
}

function speaksOf(rule: ServiceRule, family: Family): boolean {
  return rule.family === undefined || rule.family === family;
}

function meansTheSame(a: ServiceRule, b: ServiceRule): boolean {
  return a.exposure === b.exposure && formatSources(a.from) === formatSources(b.from) && a.service === b.service;
}

/** With `unlisted: review` and no rule at all, whatever is open passes. */
function checkAssertions(entries: readonly PolicyEntry[], defaults: readonly Settings[], complain: Complain): void {
  const any = entries.filter(({ members }) => members.some(({ pattern }) => pattern.kind === 'any'));
  for (const entry of entries) {
    const stated: readonly Settings[] = [entry, ...defaults];
    const unlisted = stated.find((each) => each.unlisted !== undefined)?.unlisted ?? 'deny';
    const settings: readonly Settings[] = [...stated, ...any];
    if (unlisted === 'review' && settings.every(({ services }) => services.length === 0)) {
      const what = entry.kind === 'host' ? 'this host' : 'this group';
      complain(
        entry.position,
        `${what} asserts nothing: with unlisted: review and no services, whatever is open passes.`,
      );
    }
  }
}
