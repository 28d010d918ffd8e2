import { der, readDer, readDerAll } from './der.js';
import type { Parsed } from './protocol.js';
import { latin1, readerOf } from './reader.js';

/** A length whose highest bit is set, which is reserved: a server answers it with KRB-ERROR FIELD_TOOLONG and closes (RFC 4120, section 7.2.2). */
export const tooLong = Uint8Array.of(0x80, 0, 0, 0);

const [errorTag, sequence, errorMessage] = [0x7e, 0x30, 30];
const [typeTag, timeTag, realmTag, serviceTag] = [0xa1, 0xa4, 0xa9, 0xaa];
/** The last part of the password service's name, kadmin/changepw (RFC 3244, section 2). */
export const passwordService = 'changepw';
const longest = 4096;

/**
 * The KRB-ERROR message over TCP (RFC 4120, sections 5.9.1 and 7.2.2, in DER).
 *
 * ```
 * length u32be · [APPLICATION 30] SEQUENCE of
 *   [0] 5 · [1] 30 · [2] client's time? · [3] … ? · [4] time GeneralizedTime · [5] microseconds · [6] code · [7] client's realm? · …
 *   [9] realm GeneralString · [10] service · [11] text? · [12] data?
 * service   SEQUENCE of [0] type · [1] SEQUENCE of GeneralString
 * ```
 *
 * An error of the service whose name ends with `except` is none of this.
 */
export function parseKerberosError(bytes: Uint8Array, except?: string): Parsed {
  const reader = readerOf(bytes);
  const [length, tag] = [reader.u32(), bytes[4]];
  if (length === undefined) return { kind: (bytes[0] ?? 0) === 0 ? 'more' : 'no' };
  if (length < 20 || length > longest || (tag ?? errorTag) !== errorTag) return { kind: 'no' };
  const message = reader.take(length);
  if (message === undefined) return { kind: 'more' };
  const outer = readDer(readerOf(message));
  const inner = outer?.tag === errorTag ? readDer(readerOf(outer.content)) : undefined;
  if (inner?.tag !== sequence) return { kind: 'no' };
  const fields = new Map(
    readDerAll(inner.content).map((field) => [field.tag, readDer(readerOf(field.content))?.content]),
  );
  const [version, type] = [fields.get(0xa0), fields.get(typeTag)];
  if (version?.length !== 1 || version[0] !== 5 || type?.length !== 1 || type[0] !== errorMessage)
    return { kind: 'no' };
  if (except !== undefined && lastNameOf(fields.get(serviceTag)) === except) return { kind: 'no' };
  const realm = latin1(fields.get(realmTag) ?? new Uint8Array());
  // Its clock is not told: a scan that finds nothing changed must say so.
  return { kind: 'match', facts: { extraInfo: /^[\x21-\x7e]{1,200}$/.test(realm) ? `realm ${realm}` : undefined } };
}

function lastNameOf(service: Uint8Array | undefined): string | undefined {
  const names = readDerAll(service ?? new Uint8Array()).find(({ tag }) => tag === 0xa1);
  const list = names === undefined ? undefined : readDer(readerOf(names.content));
  const last = readDerAll(list?.content ?? new Uint8Array()).at(-1);
  return last && latin1(last.content);
}

/** A KRB-ERROR of that realm and code, as an example; `type` other than 30 makes it something else. */
export function kerberosErrorExample(realm: string, code: number, type = errorMessage): Uint8Array {
  const integer = (value: number) => der(0x02, Uint8Array.of(value));
  const message = der(
    errorTag,
    der(
      sequence,
      der(0xa0, integer(5)),
      der(typeTag, integer(type)),
      der(timeTag, der(0x18, '20261123152858Z')),
      der(0xa5, integer(0)),
      der(0xa6, integer(code)),
      der(realmTag, der(0x1b, realm)),
    ),
  );
  return Buffer.concat([Uint8Array.of(0, 0, 0, message.length), message]);
}
