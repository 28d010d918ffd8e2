import { isMap } from 'yaml';
import { mismatch, type Reader } from './cursor.js';
import { keysOf, tlsModesDocument } from './policy-document.js';
import { tlsModes, usualTlsModes, type TlsModes, type TlsWeakness } from '../policy.js';
import { readMap } from './read-map.js';
import { oneOf } from './read-values.js';

const keys = keysOf(tlsModesDocument);
const mode = oneOf('what becomes of a weakness of TLS', tlsModes);

/** One word for every weakness, or a mapping of some of them; the others are as usual. */
export const tlsTreatment: Reader<TlsModes> = (cursor) => {
  if (!isMap(cursor.node)) {
    const all = mode(cursor);
    return all === null ? null : { expiry: all, versions: all, name: all, selfSigned: all };
  }
  const map = readMap(cursor, 'tls', keys);
  if (map === null) return null;
  if (!keys.some((key) => map.has(key))) return mismatch(cursor, `one of ${keys.join(', ')}`);
  const modeOf = (weakness: TlsWeakness) => map.optional(weakness, mode) ?? usualTlsModes[weakness];
  return {
    expiry: modeOf('expiry'),
    versions: modeOf('versions'),
    name: modeOf('name'),
    selfSigned: modeOf('selfSigned'),
  };
};
