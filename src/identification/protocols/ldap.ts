import { cpe } from '../cpe.js';
import { der, readDer, readDerAll, readDerLength } from '../der.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';
import { startTls } from '../start-tls.js';

const [sequence, octets, set, searchRequest, entryTag, doneTag, extendedTag] = [0x30, 4, 0x31, 0x63, 0x64, 0x65, 0x78];
const attributes = [
  ...['objectClass', 'vendorName', 'vendorVersion', 'namingContexts', 'supportedCapabilities'],
  ...['dnsHostName', 'defaultNamingContext'],
];
const longest = 65_536;
/** `LDAP_CAP_ACTIVE_DIRECTORY_OID` (MS-ADTS, section 3.1.1.3.4.3). */
const activeDirectory = '1.2.840.113556.1.4.800';

/**
 * LDAP version 3 (RFC 4511, sections 4.1.1, 4.5 and 4.3 in BER; the root entry: RFC 4512, section 5.1; its vendor: RFC 3045).
 *
 * ```
 * message   30 · length · id INTEGER · operation
 * request   63 · base '' · scope 0 base · never aliases · one entry, five seconds · all attributes · (objectClass=*) · the names of some
 * entry     64 · name '' · 30 (30 · name · 31 value*)*
 * done      65 · result ENUMERATED · name · text
 * ```
 *
 * The root entry is there for everybody who has not logged in to find out how to. Nobody logs in, and a server that insists says so.
 */
export const ldap: Protocol = {
  name: 'ldap',
  ports: [389, 3268],
  overTls: { name: 'ldaps', ports: [636, 3269] },
  startTls: startTls.ldap,
  probe: der(
    sequence,
    der(2, '\x01'),
    der(
      searchRequest,
      ...[der(octets), der(10, '\0'), der(10, '\0'), der(2, '\x01'), der(2, '\x05'), der(1, '\0')],
      der(0x87, 'objectClass'),
      der(sequence, ...attributes.map((name) => der(octets, name))),
    ),
  ),
  blindTurn: 7,
  takes: { tls: 'closes', socks: 'closes', 'ms-wbt-server': 'closes' },
  matchers: [{ parse }],
  farewell: der(sequence, der(2, '\x02'), der(0x42)),
  about: {
    recognisedBy: 'the answer to a search for the root entry',
    logs: 'one search without a login, and one STARTTLS, where operations are logged',
  },
  examples: [
    {
      from: 'slapd of OpenLDAP 2.5.13, Debian 12',
      bytes: message(
        entry(['objectClass', 'top', 'OpenLDAProotDSE'], ['namingContexts', 'dc=example,dc=org']),
        done(0),
      ),
      service: {
        name: 'ldap',
        product: 'OpenLDAP',
        extraInfo: 'dc=example,dc=org',
        cpe: [cpe('openldap', 'openldap')],
      },
    },
    {
      from: 'built from RFC 4511: a server that wants a login first',
      bytes: message(done(1, 'operations error')),
      service: { name: 'ldap', extraInfo: 'result 1' },
    },
    {
      from: 'built from RFC 4511, section 4.4.1: a notice of disconnection',
      bytes: der(sequence, der(2, '\0'), der(extendedTag, der(10, '\x34'), der(octets), der(octets))),
      service: { name: 'ldap', extraInfo: 'result 52' },
    },
    {
      from: 'built from RFC 3045, with the vendor and version that 389 Directory Server documents',
      bytes: message(
        entry(['vendorName', '389 Project'], ['vendorVersion', '389-Directory/2.3.1 B2023.017.0000']),
        done(0),
      ),
      service: {
        name: 'ldap',
        product: '389 Directory Server',
        version: '2.3.1',
        cpe: [cpe('port389', '389-ds-base', '2.3.1')],
      },
    },
    {
      from: 'built from RFC 3045: a vendor that is not known',
      bytes: message(entry(['vendorName', 'Example, Inc.'], ['vendorVersion', 'Directory 7.1.2']), done(0)),
      service: { name: 'ldap', extraInfo: 'Example, Inc. Directory 7.1.2' },
    },
    {
      from: 'built from MS-ADTS, section 3.1.1.3.2',
      bytes: message(
        entry(
          ['namingContexts', 'DC=example,DC=org', 'CN=Configuration,DC=example,DC=org'],
          ['supportedCapabilities', activeDirectory, '1.2.840.113556.1.4.1670'],
          ['dnsHostName', 'dc1.example.org'],
          ['defaultNamingContext', 'DC=example,DC=org'],
        ),
        done(0),
      ),
      service: { name: 'ldap', hostname: 'dc1.example.org', extraInfo: 'Active Directory; DC=example,DC=org' },
    },
  ],
  negatives: [
    { from: 'SNMP over TCP: another sequence in BER', bytes: der(sequence, der(2, '\x01'), der(octets, 'public')) },
    { from: 'RFC 4511: a request', bytes: der(sequence, der(2, '\x01'), der(searchRequest, der(octets))) },
  ],
};

function entry(...values: readonly (readonly [string, ...string[]])[]): Uint8Array {
  const list = values.map(([name, ...of]) =>
    der(sequence, der(octets, name), der(set, ...of.map((value) => der(octets, value)))),
  );
  return der(entryTag, der(octets), der(sequence, ...list));
}

function done(result: number, text = ''): Uint8Array {
  return der(doneTag, der(10, Uint8Array.of(result)), der(octets), der(octets, text));
}

/** Each operation in a message of its own. */
function message(...operations: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(operations.map((operation) => der(sequence, der(2, '\x01'), operation)));
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  if ((reader.u8() ?? sequence) !== sequence) return { kind: 'no' };
  const length = readDerLength(reader);
  if (length === undefined) return { kind: bytes.length < 7 ? 'more' : 'no' };
  if (length < 7 || length > longest) return { kind: 'no' };
  const start = reader.take(Math.min(length, reader.remaining, 3)) ?? new Uint8Array();
  // The id of our message, or 0 of a notice, in one byte.
  if ((start[0] ?? 2) !== 2 || (start[1] ?? 1) !== 1 || (start[2] ?? 0) > 1) return { kind: 'no' };
  const content = reader.take(length - 3);
  if (content === undefined) return { kind: 'more' };
  const operation = readDer(readerOf(content));
  const fields = operation === undefined ? [] : readDerAll(operation.content);
  if (operation?.tag === doneTag || (operation?.tag === extendedTag && start[2] === 0)) {
    const [code] = fields;
    if (code?.tag !== 10 || code.content.length !== 1) return { kind: 'no' };
    return { kind: 'match', facts: code.content[0] === 0 ? {} : { extraInfo: `result ${code.content[0]}` } };
  }
  const [name, list] = fields;
  if (operation?.tag !== entryTag || name?.content.length !== 0 || list?.tag !== sequence) return { kind: 'no' };
  return { kind: 'match', facts: factsOf(readAttributes(list.content)) };
}

/** The printable values of each attribute, under its name in lower case. */
function readAttributes(content: Uint8Array): ReadonlyMap<string, readonly string[]> {
  return new Map(
    readDerAll(content).map((attribute) => {
      const [name, values] = readDerAll(attribute.content);
      const texts = readDerAll(values?.content ?? new Uint8Array()).map((value) => latin1(value.content));
      return [
        latin1(name?.content ?? new Uint8Array()).toLowerCase(),
        texts.filter((text) => /^[\x20-\x7e\x80-\xff]{1,256}$/.test(text)),
      ];
    }),
  );
}

function factsOf(root: ReadonlyMap<string, readonly string[]>): ServiceFacts {
  const first = (name: string) => root.get(name.toLowerCase())?.[0];
  const context = first('defaultNamingContext') ?? first('namingContexts');
  const hostname = first('dnsHostName');
  if (root.get('supportedcapabilities')?.includes(activeDirectory) === true) {
    return { hostname, extraInfo: ['Active Directory', context].filter(Boolean).join('; ') };
  }
  const [vendor, version] = [first('vendorName'), first('vendorVersion')];
  const directory389 = /^389-Directory\/([0-9][0-9A-Za-z.]{0,30})/.exec(version ?? '')?.[1];
  if (vendor === '389 Project' && directory389 !== undefined) {
    const name = cpe('port389', '389-ds-base', directory389);
    return { product: '389 Directory Server', version: directory389, extraInfo: context, hostname, cpe: [name] };
  }
  if (root.get('objectclass')?.includes('OpenLDAProotDSE') === true) {
    return { product: 'OpenLDAP', extraInfo: context, hostname, cpe: [cpe('openldap', 'openldap')] };
  }
  const told = [[vendor, version].filter(Boolean).join(' '), context].filter(Boolean);
  return { extraInfo: told.join('; '), hostname };
}
