import { maxLineBytes } from './chain.js';

const lineFeed = 0x0a;

/** A line of the log, without its line feed. */
export interface Line {
  /** Empty where the line is longer than any record may be. */
  readonly bytes: Buffer;
  /** How long it is, without the line feed. */
  readonly length: number;
  /** False at the very end of a file that does not end in a line feed. */
  readonly ended: boolean;
}

/** Cuts what it is fed into lines, and keeps no more than one line that may be a record. */
export interface LineSplitter {
  feed(chunk: Buffer): Line[];
  /** What is left after the last line feed. */
  rest(): Line | undefined;
}

export function lineSplitter(): LineSplitter {
  let pieces: Buffer[] = [];
  let length = 0;
  const keep = (piece: Buffer) => {
    length += piece.length;
    if (length > maxLineBytes) pieces = [];
    else if (piece.length > 0) pieces.push(piece);
  };
  const take = (ended: boolean): Line => {
    const line = { bytes: Buffer.concat(pieces), length, ended };
    pieces = [];
    length = 0;
    return line;
  };
  return {
    feed(chunk) {
      const lines: Line[] = [];
      let from = 0;
      for (let at = chunk.indexOf(lineFeed); at !== -1; at = chunk.indexOf(lineFeed, from)) {
        keep(chunk.subarray(from, at));
        lines.push(take(true));
        from = at + 1;
      }
      keep(Buffer.from(chunk.subarray(from)));
      return lines;
    },
    rest: () => (length === 0 ? undefined : take(false)),
  };
}
