import { ExposcanError } from '../../model/errors.js';
import type { Listing } from '../../model/listener.js';
import { printableText } from '../../model/printable.js';

/** The largest listing that is read, in bytes: room for tens of thousands of sockets. */
const maxListingBytes = 8 * 1024 * 1024;

/** How to ask a machine, by the programs that it may have. The first that is there is used. */
const programs: readonly (readonly [program: string, ...args: string[]])[] = [
  ['ss', '-ltnp'],
  ['netstat', '-an'],
  ['lsof', '-nP', '-iTCP', '-sTCP:LISTEN'],
];

/** Reads the inside view: from a file, from `input` for `-`, or by asking this machine for `local`. Throws `ExposcanError`. */
export async function readListing(source: string, input: AsyncIterable<string | Uint8Array>): Promise<Listing> {
  const { parseListing } = await import('../../inside/parse-listing.js');
  if (source === 'local') return readLocal(parseListing);
  const { readTextFile, readTextStream } = await import('../../net/read-text-file.js');
  const text =
    source === '-'
      ? await readTextStream(input, 'the listing', maxListingBytes)
      : await readTextFile(source, 'the listing', maxListingBytes);
  return parseNamed(parseListing, text, source === '-' ? 'standard input' : printableText(source));
}

/** The parser knows the text only; what the user gave is told here. */
function parseNamed(parseListing: (text: string) => Listing, text: string, name: string): Listing {
  try {
    return parseListing(text);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    throw new ExposcanError(error.code, `${name}: ${error.message}`, { cause: error, position: { file: name } });
  }
}

async function readLocal(parseListing: (text: string) => Listing): Promise<Listing> {
  const { runProgram } = await import('../../net/run-program.js');
  for (const [program, ...args] of programs) {
    const text = await runProgram(program, args, maxListingBytes);
    if (text === undefined) continue;
    const listing = parseNamed(parseListing, text, program);
    // Without root, lsof shows the user's own sockets and is silent about all others.
    const isPartial = listing.partial || (program === 'lsof' && process.getuid?.() !== 0);
    return { ...listing, partial: isPartial };
  }
  throw new ExposcanError(
    'ERR_FILE',
    `This machine has none of ${programs.map(([program]) => program).join(', ')} to ask. Give a listing as a file instead.`,
  );
}
