import { ExposcanError } from '../model/errors.js';

/** One line of a transcript. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  readonly text: string;
  /** The words of it, apart by white space. */
  readonly tokens: readonly string[];
  /** The line ends where the text does, without a line feed, or is longer than what is read: its last word may be a part only. */
  readonly isCut: boolean;
}

/** In UTF-16 code units. */
const maxListingLength = 8 * 1024 * 1024;
const maxLines = 100_000;
const maxLineLength = 4096;

/** Colours that `grep --color` and `script` leave in a text, bounded so that it is read in one pass. */
const colours = /\x1b\[[0-9;]{0,16}[A-Za-z]/g;

/**
 * Cuts a transcript into lines and words. NUL characters are left out: text that PowerShell wrote as UTF-16 is ASCII
 * without them. Marks of quotation in front (`> `) are left out as well. Minus signs and dashes that slides make of hyphens become hyphens again.
 *
 * Throws `ERR_LISTING_INVALID` for a text that is too long to be a listing.
 */
export function linesOf(text: string): readonly Line[] {
  if (text.length > maxListingLength) throw tooLong(`${maxListingLength / 1024 / 1024} MiB`);
  const plain = text
    .replaceAll('\0', '')
    .replace(colours, '')
    .replace(/[\u2010-\u2015\u2212]/g, '-');
  const pieces = plain.split('\n');
  if (pieces.length > maxLines + 1) throw tooLong('100,000 lines');
  return pieces.map((piece, index) => {
    const shown = piece.length > maxLineLength ? piece.slice(0, maxLineLength) : piece;
    const line = shown.replace(/^(?:[>|] ?){1,8}/, '').trimEnd();
    return {
      number: index + 1,
      text: line,
      tokens: line.split(/\s+/).filter((token) => token !== ''),
      isCut: shown !== piece || (index === pieces.length - 1 && !/\s$/.test(shown)),
    };
  });
}

function tooLong(limit: string): ExposcanError {
  return new ExposcanError(
    'ERR_LISTING_INVALID',
    `The listing is longer than ${limit}: expected the output of a command like ss -ltnp. Leave out what belongs to no listing.`,
  );
}
