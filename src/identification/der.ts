import { readerOf, type Reader } from './reader.js';

/** One element of BER or DER (ITU-T X.690, section 8.1), with a tag of one byte and a definite length. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** Reads the next element, undefined where it is not whole or of a form that the protocols of networks do not use. */
export function readDer(reader: Reader): DerElement | undefined {
  const tag = reader.u8();
  const length = readDerLength(reader);
  if (tag === undefined || length === undefined) return undefined;
  const content = reader.take(length);
  return content === undefined ? undefined : { tag, content };
}

/** A definite length of up to four bytes. */
export function readDerLength(reader: Reader): number | undefined {
  const first = reader.u8();
  if (first === undefined || first < 0x80) return first;
  const count = first - 0x80;
  const bytes = count >= 1 && count <= 4 ? reader.take(count) : undefined;
  return bytes?.reduce((value, byte) => value * 256 + byte, 0);
}

/** The elements one after another, as far as they are whole; no more than a reader of a greeting has use for. */
export function readDerAll(content: Uint8Array): readonly DerElement[] {
  const reader = readerOf(content);
  const elements: DerElement[] = [];
  while (elements.length < 256) {
    const element = readDer(reader);
    if (element === undefined) break;
    elements.push(element);
  }
  return elements;
}

/** Writes an element of fewer than 65,536 bytes. */
export function der(tag: number, ...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const content = Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)));
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Uint8Array.of(tag, ...size), content]);
}
