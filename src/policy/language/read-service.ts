import type { Family } from '../../model/address.js';
import { canonicalServiceName } from '../../model/known-ports.js';
import { severities } from '../../model/severity.js';
import { checkRule } from './check-rule.js';
import { mismatch, report, scalarOf, spellingOf, type Cursor, type Reader } from './cursor.js';
import { keysOf, serviceDocument, tlsDocument } from './policy-document.js';
import {
  acceptedStates,
  exposures,
  tlsVersions,
  type AcceptedState,
  type ServiceRule,
  type TlsDemand,
} from '../policy.js';
import { quote } from './problems.js';
import { readMap, type MapReader } from './read-map.js';
import { portNumber, portSet } from './read-ports.js';
import { allowedSources, type SourceLists } from './read-sources.js';
import { oneOf, oneOrMore, words } from './read-values.js';
import { parseMinimum } from '../versions/versions.js';

const serviceKeys = keysOf(serviceDocument);
const tlsKeys = keysOf(tlsDocument);

/** One entry under `services`. */
export function serviceRule(lists: SourceLists): Reader<ServiceRule> {
  return (cursor) => {
    const map = readMap(cursor, 'a rule', serviceKeys);
    if (map === null) return null;
    const single = map.optional('port', portNumber);
    const several = map.optional('ports', portSet);
    const service = map.optional('service', serviceName);
    const exposure = map.required('exposure', oneOf('an exposure', exposures), `one of ${exposures.join(', ')}`);
    const from = map.optional('from', allowedSources(lists)) ?? [];
    const family = map.optional('family', familyOfRule);
    const product = map.optional('product', words('the name of a product', 100));
    const minVersion = map.optional('minVersion', oneOrMore('versions', versionNumber)) ?? [];
    const tls = map.optional('tls', tlsDemand);
    const accept = map.optional('accept', acceptedProof) ?? acceptedStates;
    const severity = map.optional('severity', oneOf('a severity', severities));
    const accountability = readAccountability(map);
    const ports = single === undefined ? (several ?? []) : [{ first: single, last: single }];
    checkRule(map, { ports, service, exposure });
    const placeless = ports.length === 0 && (map.has('port') || map.has('ports') || service === undefined);
    if (exposure === undefined || placeless) return null;
    return {
      position: map.cursor.position,
      ports,
      service,
      exposure,
      from,
      family: family === 'both' ? undefined : family,
      product,
      minVersion,
      tls,
      accept,
      severity,
      ...accountability,
    };
  };
}

/** An owner or a reason that stands there and is empty is one that is still to be given. */
function readAccountability(map: MapReader) {
  const isBlank = (key: string) => map.has(key) && scalarOf(map.at(key).node) === null;
  const optional = (key: string, what: string) => (isBlank(key) ? undefined : map.optional(key, words(what)));
  return {
    owner: optional('owner', 'who answers for this'),
    reason: optional('reason', 'why this is so'),
    ticket: map.optional('ticket', words('the number of a ticket')),
    blanks: ['owner', 'reason'].filter(isBlank),
  };
}

const familyOfRule: Reader<Family | 'both'> = (cursor) => {
  const value = scalarOf(cursor.node);
  return value === 4 || value === 6 || value === 'both' ? value : mismatch(cursor, 'an address family: 4, 6 or both');
};

/** `closed` alone, or both; `filtered` alone would call a refusal no proof, and nothing proves more. */
const acceptedProof: Reader<readonly AcceptedState[]> = (cursor) => {
  const states = oneOrMore('states', oneOf('a state', acceptedStates))(cursor);
  if (states === null || states.includes('closed')) return states;
  return report(
    cursor,
    'closed is better proof than filtered, so it is always accepted. Write [closed], or leave accept out.',
  );
};

const tlsDemand: Reader<TlsDemand> = (cursor) => {
  const map = readMap(cursor, 'tls', tlsKeys);
  if (map === null) return null;
  const required = map.optional('required', yesOrNo) ?? true;
  const minVersion = map.optional('minVersion', tlsVersion);
  const daysToExpiry = map.optional('daysToExpiry', wholeDays);
  if (!required && minVersion === undefined && daysToExpiry === undefined) {
    return report(cursor, 'this asks nothing of TLS. Write required: true, or leave tls out.');
  }
  return { required, minVersion, daysToExpiry };
};

const yesOrNo: Reader<boolean> = (cursor) => {
  const value = scalarOf(cursor.node);
  return typeof value === 'boolean' ? value : mismatch(cursor, 'true or false');
};

/** In quotes by the book; 1.2 and 1.3 mean the same without them. */
const tlsVersion: Reader<(typeof tlsVersions)[number]> = (cursor) => {
  const value = scalarOf(cursor.node);
  const text = typeof value === 'number' ? spellingOf(cursor.node) : value;
  const known = tlsVersions.find((version) => version === text);
  return known ?? mismatch(cursor, `a version of TLS: ${tlsVersions.map((version) => `"${version}"`).join(', ')}`);
};

const wholeDays: Reader<number> = (cursor) => {
  const value = scalarOf(cursor.node);
  const isDays = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 3650;
  return isDays ? value : mismatch(cursor, 'a number of days from 0 to 3650');
};

/** A service by the name that findings use: lower case, IANA's where there is one. */
const serviceName: Reader<string> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || !/^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$/.test(value)) {
    return mismatch(cursor, 'the name of a service, like ssh or https');
  }
  const canonical = canonicalServiceName(value);
  if (canonical === value) return value;
  return report(cursor, `${quote(value)} is called ${canonical} here. Did you mean ${canonical}?`);
};

/** A version number in quotes: without them YAML reads 9.10 as the number 9.1. */
const versionNumber: Reader<string> = (cursor: Cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value === 'number') {
    return report(
      cursor,
      `put the version in quotes, "${spellingOf(cursor.node)}": without them it is a number, and 9.10 is 9.1.`,
    );
  }
  if (typeof value !== 'string') return mismatch(cursor, 'a version in quotes, like "9.2p1"');
  const parsed = parseMinimum(value);
  return 'problem' in parsed ? report(cursor, `${quote(value)} cannot be compared: ${parsed.problem}`) : value;
};
