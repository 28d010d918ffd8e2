import { ExposcanError } from '../model/errors.js';
import { printableText } from '../model/printable.js';
import type { Snapshot } from '../model/snapshot.js';
import { formatJson } from './json.js';
import { formatReport } from './table.js';

const textWidth = 100;

/** The kinds of report that can be written to a file, by the file's ending. */
const kinds: Readonly<Record<string, (snapshot: Snapshot) => string>> = {
  json: formatJson,
  txt: (snapshot) => formatReport(snapshot, { colour: false, width: textWidth }),
};

/** What writes the report that a file's ending asks for. Throws `ERR_REPORT_KIND` for an ending that is not known. */
export function reportFor(fileName: string): (snapshot: Snapshot) => string {
  return writerFor(fileName, kinds);
}

/** What writes the kind of document that a file's ending asks for, out of those that there are. Throws `ERR_REPORT_KIND`. */
export function writerFor<Writer>(fileName: string, kinds: Readonly<Record<string, Writer>>): Writer {
  const ending = /\.([a-z0-9]+)$/i.exec(fileName)?.[1]?.toLowerCase() ?? '';
  const known = Object.entries(kinds).find(([kind]) => kind === ending);
  if (known !== undefined) return known[1];
  const endings = Object.keys(kinds).map((kind) => `.${kind}`);
  throw new ExposcanError(
    'ERR_REPORT_KIND',
    `"${printableText(fileName)}": the ending of a report's file names its kind. Known are ${endings.join(' and ')}.`,
  );
}
