import { latin1, readerOf } from './reader.js';

/** Longer messages are not those of a negotiation. */
const longestMessage = 65_536;

/** What SMB tells before anybody logs in. */
export interface SmbFacts {
  /** `SMB 3.1.1`, the highest that both know, or `SMB 1`. */
  readonly dialect?: string;
  readonly signing?: 'required' | 'not required';
  readonly serverGuid?: Uint8Array;
}

/** The NTLM challenge: how the server calls itself, and the version of its system. */
export interface NtlmFacts {
  readonly computer?: string | undefined;
  readonly domain?: string | undefined;
  readonly dnsComputer?: string | undefined;
  readonly dnsDomain?: string | undefined;
  /** `10.0.17763`: major, minor and build of Windows. */
  readonly version?: string | undefined;
}

/** A message behind the header of NetBIOS sessions or of SMB over TCP: type u8 · length u24be (RFC 1002, section 4.3.1; MS-SMB2, section 2.1). */
export function sessionMessage(body: Uint8Array, type = 0): Uint8Array {
  return Buffer.concat([Uint8Array.of(type, 0, body.length >> 8, body.length & 255), body]);
}

/** Takes such a message apart: `more` while it is on its way, undefined where it is none. */
export function readSessionMessage(
  bytes: Uint8Array,
): { readonly type: number; readonly body: Uint8Array; readonly rest: Uint8Array } | 'more' | undefined {
  const reader = readerOf(bytes);
  const header = reader.u32();
  if (header === undefined) return 'more';
  const [type, length] = [Math.floor(header / 0x1000000), header % 0x1000000];
  if (length > longestMessage) return undefined;
  const body = reader.take(length);
  return body === undefined ? 'more' : { type, body, rest: bytes.subarray(4 + length) };
}

/** Such bytes as SMB messages start with, as far as they have come. */
export function startsSmb(body: Uint8Array): boolean {
  const start = latin1(body.subarray(0, 4));
  return '\xfeSMB'.startsWith(start) || '\xffSMB'.startsWith(start);
}

/** The response to NEGOTIATE of SMB 2 or 3 (MS-SMB2, section 2.2.4) or SMB 1 (MS-CIFS, section 2.2.4.52.2). */
export function readNegotiateResponse(body: Uint8Array): SmbFacts | undefined {
  return latin1(body.subarray(0, 4)) === '\xfeSMB' ? readSmb2(body) : readSmb1(body);
}

/**
 * ```
 * header    FE 'SMB' · 64 u16le · charge u16le · status u32le · command u16le · credits · flags u32le, 1 for a response · …, 64 bytes
 * response  65 u16le · signing u16le, 2 for required · dialect u16le · contexts u16le · server GUID 16 · …
 * ```
 */
function readSmb2(body: Uint8Array): SmbFacts | undefined {
  const [headerSize, command, flags] = [4, 12, 16].map((at) => readerOf(body.subarray(at)).u16le());
  if (headerSize !== 64 || command !== 0 || flags === undefined || flags % 2 !== 1) return undefined;
  const response = readerOf(body.subarray(64));
  const [size, security, dialect] = [response.u16le(), response.u16le(), response.u16le()];
  if (size === 9) return {};
  response.u16le();
  const serverGuid = response.take(16);
  if (size !== 65 || security === undefined || dialect === undefined || serverGuid === undefined) return undefined;
  return { dialect: dialectName(dialect), signing: security & 2 ? 'required' : 'not required', serverGuid };
}

/** `SMB 3.1.1` of 0x0311; 0x02ff stands for "2, to be seen" in the answer to a question in SMB 1. */
function dialectName(dialect: number): string {
  if (dialect === 0x02ff) return 'SMB 2 or 3';
  const [major, minor, revision] = [dialect >> 8, (dialect >> 4) & 15, dialect & 15];
  return `SMB ${major}.${minor}${revision === 0 ? '' : `.${revision}`}`;
}

/**
 * ```
 * header    FF 'SMB' · command 0x72 · status u32le · flags u8, 0x80 for a response · …, 32 bytes
 * response  words u8 = 17 · dialect u16le · security mode u8, 8 for signing required · …
 * ```
 */
function readSmb1(body: Uint8Array): SmbFacts | undefined {
  if (latin1(body.subarray(0, 5)) !== '\xffSMB\x72' || ((body[9] ?? 0) & 0x80) === 0) return undefined;
  const response = readerOf(body.subarray(32));
  const [words, dialect, mode] = [response.u8(), response.u16le(), response.u8()];
  if (words === 1 || words === 0) return { dialect: 'SMB 1' };
  if (words !== 17 || dialect === undefined || mode === undefined) return undefined;
  return { dialect: 'SMB 1', signing: mode & 8 ? 'required' : 'not required' };
}

/**
 * The CHALLENGE_MESSAGE (MS-NLMP, section 2.2.1.2), wherever it stands in the message around it.
 *
 * ```
 * 'NTLMSSP' 00 · 2 u32le · name: length u16le, room u16le, offset u32le · flags u32le · challenge 8 · 0 8 · target: length, room, offset ·
 * version: major u8, minor u8, build u16le, 0 3, 15 u8
 * target    (kind u16le · length u16le · UTF-16LE)*        1 computer, 2 domain, 3 and 4 the same in DNS, 0 end
 * ```
 */
export function readNtlmChallenge(body: Uint8Array): NtlmFacts | undefined {
  const at = latin1(body).indexOf('NTLMSSP\0\x02\0\0\0');
  if (at < 0) return undefined;
  const message = body.subarray(at);
  const flags = readerOf(message.subarray(22)).u16le() ?? 0;
  const target = readerOf(message.subarray(40));
  const [length, , offset] = [target.u16le(), target.u16le(), target.u16le()];
  const pairs = readPairs(message.subarray(offset ?? 0, (offset ?? 0) + (length ?? 0)));
  const version = readerOf(message.subarray(48));
  const [major, minor, build] = [version.u8(), version.u8(), version.u16le()];
  // Flag 0x02000000: there is a version.
  const hasVersion = (flags & 0x0200) !== 0 && major !== undefined && major > 0 && message[55] === 15;
  return {
    computer: pairs.get(1),
    domain: pairs.get(2),
    dnsComputer: pairs.get(3),
    dnsDomain: pairs.get(4),
    version: hasVersion && build !== undefined ? `${major}.${minor}.${build}` : undefined,
  };
}

function readPairs(bytes: Uint8Array): ReadonlyMap<number, string> {
  const reader = readerOf(bytes);
  const pairs = new Map<number, string>();
  for (let count = 0; count < 16; count++) {
    const [kind, length] = [reader.u16le(), reader.u16le()];
    const value = length === undefined ? undefined : reader.take(length);
    if (kind === undefined || kind === 0 || value === undefined) break;
    const text = Buffer.from(value).toString('utf16le');
    if (/^[\x20-\x7e\xa0-\ud7ff]{1,255}$/.test(text)) pairs.set(kind, text);
  }
  return pairs;
}
