import type { Protocol } from '../protocol.js';

/**
 * The identification protocol (RFC 1413, sections 3 and 4).
 *
 * ```
 * → "0, 0" CR LF                                          ports that no connection has, so that it asks about nobody
 * ← port "," port ":" "ERROR" ":" reason CR LF
 * ```
 */
export const ident: Protocol = {
  name: 'ident',
  ports: [113],
  probe: Buffer.from('0, 0\r\n'),
  matchers: [
    { pattern: /^0 ?, ?0 ?: ?ERROR ?: ?(?<extraInfo>[A-Z][A-Z-]{2,30})\r?\n/ },
    {
      pattern:
        /^0 ?, ?0 ?: ?USERID ?: ?(?<extraInfo>[A-Z][A-Z0-9-]{1,30}) ?(?:, ?[A-Z0-9-]{1,30} ?)?: ?[^\r\n]{0,200}\r?\n/,
    },
  ],
  about: { recognisedBy: 'the answer to a query for a connection that cannot be', logs: 'one query' },
  examples: [
    {
      from: 'ident2 1.07, Debian 12',
      bytes: Buffer.from('0 , 0 : ERROR : NO-USER\r\n'),
      service: { name: 'ident', extraInfo: 'NO-USER' },
    },
    {
      from: 'built from RFC 1413, section 4',
      bytes: Buffer.from('0,0:ERROR:INVALID-PORT\r\n'),
      service: { name: 'ident', extraInfo: 'INVALID-PORT' },
    },
    {
      from: 'built from RFC 1413: a server that names somebody whatever it is asked',
      bytes: Buffer.from('0, 0 : USERID : UNIX :nobody\r\n'),
      service: { name: 'ident', extraInfo: 'UNIX' },
    },
  ],
  negatives: [
    { from: 'our own query, echoed', bytes: Buffer.from('0, 0\r\n') },
    { from: 'an error that is not of that form', bytes: Buffer.from('0 : ERROR\r\n') },
  ],
};
