import type { Parsed } from './protocol.js';
import { readerOf } from './reader.js';

/** Marks our calls, so that an answer to one cannot be anything else's bytes, nor that to a call of another program. */
const transactionOf = (program: number) => (0x65787073 ^ program) >>> 0;
const longestReply = 16_000;
const [replyMessage, accepted] = [1, 0];
const lastFragment = 0x80000000;

/** What became of a call: `mismatch` where the program is there in other versions only, `refused` for every other reason. */
export type RpcReply =
  | { readonly kind: 'success'; readonly results: Uint8Array }
  | { readonly kind: 'mismatch'; readonly lowest: number; readonly highest: number }
  | { readonly kind: 'refused'; readonly reason: string };

/**
 * A call of ONC RPC over TCP, without credentials and without arguments (RFC 5531, sections 9 and 11).
 *
 * ```
 * record    last fragment, bit 31, and length u32be · message
 * call      xid u32be · 0 · 2 · program · version · procedure · credentials 0, 0 · verifier 0, 0
 * reply     xid · 1 · 0 accepted · verifier: flavor, length, data · status [· lowest and highest version | results]
 *           xid · 1 · 1 denied · 0 RPC version, lowest and highest | 1 authentication, why
 * ```
 */
export function rpcCall(program: number, version: number, procedure: number): Uint8Array {
  const words = [transactionOf(program), 0, 2, program, version, procedure, 0, 0, 0, 0];
  return rpcRecord(words);
}

/** A record of 32-bit words. */
function rpcRecord(words: readonly number[]): Uint8Array {
  const record = Buffer.alloc(4 + 4 * words.length);
  [lastFragment + 4 * words.length, ...words].forEach((word, at) => record.writeUInt32BE(word, 4 * at));
  return record;
}

/** An accepted reply to our call of a program, as an example: the status, and what comes after it. */
export function rpcReplyExample(program: number, status: number, more: readonly number[] = []): Uint8Array {
  return rpcRecord([transactionOf(program), replyMessage, accepted, 0, 0, status, ...more]);
}

/** The reply to our call of a program: `more` while it is on its way, undefined where it is none. Of several fragments only the first is read. */
export function readRpcReply(bytes: Uint8Array, program: number): RpcReply | 'more' | undefined {
  const transaction = transactionOf(program);
  const reader = readerOf(bytes);
  const mark = reader.u32();
  const length = mark === undefined ? undefined : mark % lastFragment;
  if (length !== undefined && (length < 20 || length > longestReply || length % 4 !== 0)) return undefined;
  const [id, type, state] = [reader.u32(), reader.u32(), reader.u32()];
  if ((id ?? transaction) !== transaction || (type ?? replyMessage) !== replyMessage) return undefined;
  if (length === undefined || state === undefined || bytes.length < 4 + length) {
    return state === undefined || state <= 1 ? 'more' : undefined;
  }
  const body = readerOf(bytes.subarray(16, 4 + length));
  if (state !== accepted) return denied(body.u32());
  body.u32();
  if (body.take(body.u32() ?? -1) === undefined) return undefined;
  const status = body.u32();
  if (status === 0) return { kind: 'success', results: body.take(body.remaining) ?? new Uint8Array() };
  const [lowest, highest] = [body.u32(), body.u32()];
  if (status === 2) {
    return lowest === undefined || highest === undefined ? undefined : { kind: 'mismatch', lowest, highest };
  }
  const reason = acceptReasons[status ?? 0];
  return reason === undefined ? undefined : { kind: 'refused', reason };
}

const acceptReasons: Readonly<Record<number, string>> = {
  1: 'no such program',
  3: 'no such procedure',
  4: 'arguments not understood',
  5: 'system error',
};

function denied(reason: number | undefined): RpcReply | undefined {
  if (reason === 0) return { kind: 'refused', reason: 'another version of RPC' };
  return reason === 1 ? { kind: 'refused', reason: 'asks for authentication' } : undefined;
}

/** `2 to 4`, or the one that there is. */
export function versionRange(lowest: number, highest: number): string {
  return lowest === highest ? String(lowest) : `${lowest} to ${highest}`;
}

/** The reply to the null procedure, which does nothing and returns nothing: the version called is there, or those told are. */
export function parseNullReply(bytes: Uint8Array, program: number, version: number): Parsed {
  const reply = readRpcReply(bytes, program);
  if (reply === 'more') return { kind: 'more' };
  if (reply?.kind === 'mismatch') {
    return { kind: 'match', facts: { extraInfo: `version ${versionRange(reply.lowest, reply.highest)}` } };
  }
  const isThere = reply?.kind === 'success' && reply.results.length === 0;
  return isThere ? { kind: 'match', facts: { extraInfo: `version ${version}` } } : { kind: 'no' };
}
