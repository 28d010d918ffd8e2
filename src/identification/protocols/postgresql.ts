import { cpe } from '../cpe.js';
import type { Parsed, Protocol, ServiceFacts } from '../protocol.js';
import { readerOf } from '../reader.js';
import { startTls } from '../start-tls.js';

/** Longer error messages than this are not read; those of a server at this stage are some 150 bytes. */
const maxLength = 8192;
const maxFields = 32;

/**
 * PostgreSQL's frontend/backend protocol 3.0 (PostgreSQL documentation, chapter "Frontend/Backend Protocol", sections
 * "Message Formats" and "Error and Notice Message Fields").
 *
 * ```
 * → StartupMessage  int32 length (itself included) = 9 · int32 196608 (3.0) · 0      no parameter at all, above all no user
 * ← ErrorResponse   'E' · int32 length (itself included) · fields · 0
 *                   field: one byte of kind · text · 0
 *                   kinds: S severity, V severity untranslated, C SQLSTATE, M message, F file, L line, R routine
 * ```
 *
 * The parameter `user` is required, so the server ends the session before it looks at pg_hba.conf and before any
 * authentication, and says why in a message whose fields prove the protocol. It logs one line; there is no lockout.
 */
export const postgresql: Protocol = {
  name: 'postgresql',
  ports: [5432, 5433, 6432],
  startTls: startTls.postgresql,
  probe: Uint8Array.of(0, 0, 0, 9, 0, 3, 0, 0, 0),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the error that a startup packet without a user draws',
    logs: 'one line: no PostgreSQL user name specified in startup packet',
  },
  examples: [
    {
      from: 'PostgreSQL 15, Debian 12, asked as above',
      bytes: Buffer.from(
        'E\0\0\0ySFATAL\0VFATAL\0C28000\0Mno PostgreSQL user name specified in startup packet\0' +
          'Fpostmaster.c\0L2351\0RProcessStartupPacket\0\0',
        'latin1',
      ),
      service: {
        name: 'postgresql',
        product: 'PostgreSQL',
        extraInfo: '9.6 to 16',
        cpe: ['cpe:2.3:a:postgresql:postgresql:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'PostgreSQL 15, Debian 12, asked for protocol 255.255',
      bytes: Buffer.from(
        'E\0\0\0\x87SFATAL\0VFATAL\0C0A000\0Munsupported frontend protocol 255.255: server supports 3.0 to 3.0\0' +
          'Fpostmaster.c\0L2222\0RProcessStartupPacket\0\0',
        'latin1',
      ),
      service: {
        name: 'postgresql',
        product: 'PostgreSQL',
        extraInfo: '9.6 to 16: unsupported frontend protocol 255.255: server supports 3.0 to 3.0',
        cpe: ['cpe:2.3:a:postgresql:postgresql:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'PostgreSQL 17.10, asked as above: the file has another name than up to 16',
      bytes: errorResponse([
        ...['SFATAL', 'VFATAL', 'C28000', 'Mno PostgreSQL user name specified in startup packet'],
        ...['Fbackend_startup.c', 'L821', 'RProcessStartupPacket'],
      ]),
      service: {
        name: 'postgresql',
        product: 'PostgreSQL',
        extraInfo: '17 or newer',
        cpe: ['cpe:2.3:a:postgresql:postgresql:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'PgBouncer 1.18.0, Debian 12, asked as above',
      bytes: Buffer.from('E\0\0\0)SFATAL\0C08P01\0Mno username supplied\0\0', 'latin1'),
      service: {
        name: 'pgbouncer',
        product: 'PgBouncer',
        cpe: ['cpe:2.3:a:pgbouncer:pgbouncer:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Pgpool-II 4.3.5, Debian 12, asked as above: the first of two errors',
      bytes: errorResponse([
        ...['SFATAL', 'C28000', 'Mno PostgreSQL user name specified in startup packet', 'Fprotocol/child.c', 'L738'],
      ]),
      service: { name: 'postgresql', product: 'Pgpool-II', cpe: ['cpe:2.3:a:pgpool:pgpool-ii:*:*:*:*:*:*:*:*'] },
    },
    {
      from: 'the documentation, with the fields that every server must send and none that PostgreSQL alone does',
      bytes: Buffer.from('E\0\0\0\x28SFATAL\0C53300\0Mno more connections\0\0'),
      service: { name: 'postgresql', extraInfo: 'no more connections' },
    },
  ],
  negatives: [
    { from: 'text that starts with the same letter', bytes: Buffer.from('ERROR\r\n') },
    {
      from: 'a whole message of the right length without an SQLSTATE',
      bytes: Buffer.from('E\0\0\0\x0cSFATAL\0\0'),
    },
  ],
};

function errorResponse(fields: readonly string[]): Uint8Array {
  const body = `${fields.join('\0')}\0\0`;
  return Buffer.from(`E\0\0\0${String.fromCharCode(body.length + 4)}${body}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const reader = readerOf(bytes);
  const kind = reader.u8();
  if (kind === undefined) return { kind: 'more' };
  if (kind !== 0x45) return { kind: 'no' };
  const length = reader.u32();
  if (length === undefined) return { kind: 'more' };
  if (length < 8 || length > maxLength) return { kind: 'no' };
  const body = reader.take(length - 4);
  if (body === undefined) return { kind: 'more' };
  const fields = fieldsOf(body);
  const [sqlstate, message] = [fields?.get('C'), fields?.get('M')];
  if (fields === undefined || sqlstate === undefined || message === undefined) return { kind: 'no' };
  if (!fields.has('S') || !/^[0-9A-Z]{5}$/.test(sqlstate)) return { kind: 'no' };
  return { kind: 'match', facts: factsOf(fields, sqlstate, message) };
}

function fieldsOf(body: Uint8Array): ReadonlyMap<string, string> | undefined {
  const reader = readerOf(body);
  const fields = new Map<string, string>();
  while (fields.size < maxFields) {
    const kind = reader.u8();
    if (kind === undefined) return undefined;
    if (kind === 0) return reader.remaining === 0 ? fields : undefined;
    const value = reader.cString(maxLength);
    if (value === undefined) return undefined;
    fields.set(String.fromCharCode(kind), value);
  }
  return undefined;
}

function factsOf(fields: ReadonlyMap<string, string>, sqlstate: string, message: string): ServiceFacts {
  // Poolers and relatives speak the protocol too; the routine of PostgreSQL's own source that gave up is its mark.
  const [file, routine] = [fields.get('F'), fields.get('R')];
  if (routine === 'ProcessStartupPacket' && file?.endsWith('.c') === true) {
    // 28000, invalid authorization, is what the missing user name draws: that tells nothing about the server.
    const complaint = sqlstate === '28000' ? undefined : message;
    const extraInfo = [releasesOf(file, fields.has('V')), complaint].filter((part) => part !== undefined).join(': ');
    return { product: 'PostgreSQL', extraInfo, cpe: [cpe('postgresql', 'postgresql')] };
  }
  if (sqlstate === '08P01' && message === 'no username supplied' && file === undefined) {
    return { name: 'pgbouncer', product: 'PgBouncer', cpe: [cpe('pgbouncer', 'pgbouncer')] };
  }
  if (file === 'protocol/child.c' && routine === undefined) {
    return { product: 'Pgpool-II', cpe: [cpe('pgpool', 'pgpool-ii')] };
  }
  return { extraInfo: sqlstate === '28000' ? undefined : message };
}

/**
 * Severity in its untranslated form came with 9.6 (its release notes); with 17, what reads the startup packet moved from postmaster.c
 * to backend_startup.c. The line tells no more: 14.23 and 16.14 both give 2296.
 */
function releasesOf(file: string, tellsUntranslated: boolean): string | undefined {
  if (!tellsUntranslated) return '9.5 or older';
  if (file === 'backend_startup.c') return '17 or newer';
  return file === 'postmaster.c' ? '9.6 to 16' : undefined;
}
