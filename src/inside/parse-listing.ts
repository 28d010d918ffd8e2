import { ExposcanError } from '../model/errors.js';
import type { Listing } from '../model/listener.js';
import { linesOf } from './lines.js';
import { mergeSockets } from './merge-sockets.js';
import { createTranscript } from './transcript.js';

/**
 * Reads what a host says of its own TCP listeners: a transcript that holds the output of `ss`, `netstat` (Linux, Windows, macOS, the BSDs,
 * AIX, Solaris), `lsof`, `sockstat`, `pfiles` or `docker ps`, one or several, with prompts and unrelated lines in between.
 * Formats are recognised row by row, by the shape of the columns; rows that were torn apart are put together.
 *
 * A line that looks like a listener and cannot be understood stands in `unread`, never nowhere.
 *
 * Throws `ERR_LISTING_INVALID` where nothing in the text is a listing, or where it is too long for one (8 MiB, 100,000 lines
 * or listeners).
 */
export function parseListing(text: string): Listing {
  const transcript = createTranscript();
  const lines = linesOf(text);
  for (const index of lines.keys()) transcript.read(lines, index);
  const { formats, sockets, clues, unread, isWhole } = transcript.finish();
  if (formats.length === 0 && unread.length === 0) throw notUnderstood();
  return { formats, listeners: mergeSockets(sockets, clues), unread, partial: !isWhole };
}

function notUnderstood(): ExposcanError {
  return new ExposcanError(
    'ERR_LISTING_INVALID',
    "Nothing in the text is a listing of a host's own TCP listeners: expected the output of ss -ltnp, netstat -an (Linux, Windows, " +
      'macOS, BSD, Solaris), lsof -nP -iTCP -sTCP:LISTEN, sockstat -l, pfiles, or docker ps. Run one of them on the host, as root, and give its whole output.',
  );
}
