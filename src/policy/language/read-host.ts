import { isMap, isSeq } from 'yaml';
import type { Family } from '../../model/address.js';
import { readDuration } from '../../model/duration.js';
import { getOrInsert } from '../../model/groups.js';
import { mismatch, report, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import { checkEntry, checkRules } from './check-entry.js';
import type { Placed, PlacedSettings } from './placed.js';
import { defaultsDocument, groupDocument, hostDocument, keysOf } from './policy-document.js';
import { unlistedModes, type Member, type PolicyEntry, type ServiceRule, type Settings } from '../policy.js';
import { readMap, type MapReader } from './read-map.js';
import { portScope } from './read-ports.js';
import { policyException } from './read-exception.js';
import { serviceRule } from './read-service.js';
import { tlsTreatment } from './read-tls-modes.js';
import { hostPattern, type SourceLists } from './read-sources.js';
import { itemsOf, listOf, oneOf, oneOrMore } from './read-values.js';

const hostKeys = keysOf(hostDocument);
const groupKeys = keysOf(groupDocument);
const defaultsKeys = keysOf(defaultsDocument);

/** One entry under `hosts`: a host or a group. `depth`: through how many files its own is included. */
export function policyEntry(lists: SourceLists, depth: number): Reader<PolicyEntry> {
  return (cursor) => {
    const isGroup = namesGroup(cursor);
    const map = readMap(cursor, isGroup ? 'a group' : 'a host', isGroup ? groupKeys : hostKeys);
    if (map === null) return null;
    const name = isGroup ? map.required('group', groupName, 'the name of the group') : undefined;
    const members = isGroup
      ? map.required('members', oneOrMore('hosts', member), 'the hosts of the group')
      : singly(map.required('host', member, 'a host name, an address, a block, a pattern, or "*"'));
    const settings = readSettings(map, lists);
    if (members === undefined) return null;
    checkEntry(map, members, settings);
    const values = plain(settings, lists);
    return { kind: isGroup ? 'group' : 'host', name: name ?? members[0]?.text ?? '', members, depth, ...values };
  };
}

/** What stands under `defaults`. */
export function defaultSettings(lists: SourceLists): Reader<Settings> {
  return (cursor) => {
    const map = readMap(cursor, 'defaults', defaultsKeys);
    if (map === null) return null;
    const settings = readSettings(map, lists);
    checkEntry(map, [], settings);
    return plain(settings, lists);
  };
}

/** A mapping with `group` is a group; with neither key it is told as a host what it lacks. */
function namesGroup({ node }: Cursor): boolean {
  return isMap(node) && node.has('group') && !node.has('host');
}

function singly(value: Member | undefined): readonly Member[] | undefined {
  return value === undefined ? undefined : [value];
}

const groupName: Reader<string> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value === 'string' && /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) return value;
  return mismatch(cursor, 'the name of a group, like web-servers');
};

const member: Reader<Member> = (cursor) => {
  const pattern = hostPattern(cursor);
  return pattern === null ? null : { pattern, text: String(scalarOf(cursor.node)), position: cursor.position };
};

function readSettings(map: MapReader, lists: SourceLists): PlacedSettings {
  return {
    position: map.cursor.position,
    ports: map.optional('ports', portScope),
    families: map.optional('families', familyList),
    unlisted: map.optional('unlisted', oneOf('unlisted', unlistedModes)),
    maxAge: map.optional('maxAge', duration),
    tls: map.optional('tls', tlsTreatment),
    services: map.optional('services', sharedServices(lists)) ?? [],
    exceptions: map.optional('exceptions', listOf('exceptions', placed(policyException))) ?? [],
  };
}

/** A list of rules that several hosts share stays one list, by which judging knows that they are the same. */
function plain({ services, exceptions, ...rest }: PlacedSettings, { plainRules }: SourceLists): Settings {
  return {
    ...rest,
    services: getOrInsert(plainRules, services, () => services.map(({ value }) => value)),
    exceptions: exceptions.map(({ value }) => value),
  };
}

function placed<T>(read: Reader<T>): Reader<Placed<T>> {
  return (cursor) => {
    const value = read(cursor);
    return value === null ? null : { cursor, value };
  };
}

/** Ten thousand hosts may share one list by an alias: it is read, and complained about, once. */
function sharedServices(lists: SourceLists): Reader<readonly Placed<ServiceRule>[]> {
  const read = listOf('rules', placed(serviceRule(lists)));
  return (cursor) => {
    const known = lists.rulesByNode.get(cursor.node);
    if (known !== undefined) return known;
    const rules = read(cursor);
    if (rules === null) return null;
    checkRules(rules);
    lists.rulesByNode.set(cursor.node, rules);
    return rules;
  };
}

const familyList: Reader<readonly Family[]> = (cursor) => {
  const expected = 'a list of address families: [4], [6] or [4, 6]';
  if (!isSeq(cursor.node)) return mismatch(cursor, expected);
  const found = itemsOf(cursor).map(({ node }) => scalarOf(node));
  const families = found.flatMap((value): Family[] => (value === 4 || value === 6 ? [value] : []));
  if (families.length === 0 || families.length < found.length) return mismatch(cursor, expected);
  return new Set(families).size < families.length ? report(cursor, `expected ${expected}, each once.`) : families;
};

/** `7d`, `12h`, `30m`, in milliseconds. */
const duration: Reader<number> = (cursor) => {
  const value = scalarOf(cursor.node);
  const milliseconds = typeof value === 'string' && /[mhd]$/.test(value) ? (readDuration(value) ?? 0) : 0;
  if (milliseconds > 0) return milliseconds;
  if (typeof value === 'number')
    return report(cursor, `a duration needs its unit: write ${spellingOf(cursor.node)}d for days.`);
  return mismatch(cursor, 'a duration above 0, like 7d, 12h or 30m');
};
