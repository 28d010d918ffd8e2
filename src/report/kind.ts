import { ExposcanError } from '../model/errors.js';
import { printableText } from '../model/printable.js';

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
