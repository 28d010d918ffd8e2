import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { type Address, parseAddress } from '../model/address.js';
import { ExposcanError, systemCode } from '../model/errors.js';
import { withoutRoot } from '../model/host-name.js';

/** Lists of advertisers' hosts run to some megabytes; a file beyond this is not read. */
const mostBytes = 32 * 1024 * 1024;

/**
 * The addresses that a hosts file gives these names, by name in lower case and without a trailing dot; a name that it does not give
 * is not in the map.
 *
 * hosts(5): an address, a name and its aliases to a line, apart by blanks or tabs; `#` begins a comment. Names are compared without
 * regard to case. A line whose first field is no address is passed over, as the C library does.
 */
export function parseHostsFile(text: string, names: readonly string[]): ReadonlyMap<string, readonly Address[]> {
  const wanted = new Set(names.map(comparable));
  const found = new Map<string, Address[]>();
  for (const line of lines(text)) {
    const [address = '', ...given] = (line.split('#', 1)[0] ?? '').split(/[ \t\r\f\v]+/).filter(Boolean);
    const mine = [...new Set(given.map(comparable))].filter((name) => wanted.has(name));
    const parsed = mine.length === 0 ? undefined : readAddress(address);
    if (parsed === undefined) continue;
    for (const name of mine) {
      const known = found.get(name);
      if (known === undefined) found.set(name, [parsed]);
      else known.push(parsed);
    }
  }
  return found;
}

function comparable(name: string): string {
  return withoutRoot(name).toLowerCase();
}

/** One at a time: the file may hold a hundred thousand of them. */
function* lines(text: string): Generator<string> {
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    yield text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
  }
}

function readAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch (error) {
    if (error instanceof ExposcanError) return undefined;
    throw error;
  }
}

/** Where this system keeps it: hosts(5); Windows has it below the directory that it is installed in. */
export function hostsFilePath(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv): string {
  if (platform !== 'win32') return '/etc/hosts';
  return join(environment['SystemRoot'] ?? 'C:\\Windows', 'System32', 'drivers', 'etc', 'hosts');
}

/**
 * The text of a hosts file; empty where there is none, and undefined where nothing can be said of it: it may not be read, or is too
 * large. The bytes are read as Latin-1, since only ASCII names are looked for, and any byte may stand in a comment.
 */
export async function readHostsFile(
  path = hostsFilePath(process.platform, process.env),
  limit = mostBytes,
): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    const source: AsyncIterable<Uint8Array> = createReadStream(path);
    for await (const chunk of source) {
      size += chunk.length;
      // Leaving the loop closes the file.
      if (size > limit) return undefined;
      chunks.push(chunk);
    }
  } catch (error) {
    return systemCode(error) === 'ENOENT' ? '' : undefined;
  }
  return Buffer.concat(chunks)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
}
