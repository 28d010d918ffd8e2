import { ExposcanError } from '../model/errors.js';
import { commonPorts, portsOfService, serviceNames } from '../model/known-ports.js';
import { didYouMean } from '../model/nearest.js';
import { allPorts, mergeRanges, parseRange, rangesOf, type PortRange } from '../model/ports.js';
import { printableText, shorten } from '../model/printable.js';

const expectation = 'expected ports like 22,80,8000-8100, all, common, or service names like mysql';

/** How many addresses are still scanned on all their ports by default. */
const addressesForAllPorts = 16;

/**
 * Reads what `--ports` takes: `22`, `8000-8100`, `-1024` (from 1), `60000-` (to 65535), `all` or `-`, `common`, and service
 * names, apart by commas or white space. Merged and sorted. Throws `ERR_BAD_PORTS`.
 */
export function parsePortSpec(text: string): PortRange[] {
  if (text.trim() === '') throw new ExposcanError('ERR_BAD_PORTS', `No ports are given: ${expectation}.`);
  if (text.trim() === '-') return [...allPorts];
  const ranges = text.split(',').flatMap((entry) => {
    const words = entry.trim().split(/\s+/);
    if (words[0] !== '') return words.flatMap(parseWord);
    const shown = shorten(printableText(text), 80);
    throw new ExposcanError('ERR_BAD_PORTS', `Something is missing beside a comma in "${shown}": ${expectation}.`);
  });
  return mergeRanges(ranges);
}

function parseWord(word: string): readonly PortRange[] {
  const lower = word.toLowerCase();
  if (lower === 'all') return allPorts;
  if (lower === 'common') return commonPorts;
  const range = parseRange(word) ?? parseOpenRange(word);
  if (range !== undefined) return [range];
  const usual = portsOfService(word);
  if (usual.length > 0) return rangesOf(usual);
  const shown = shorten(printableText(word), 80);
  throw new ExposcanError('ERR_BAD_PORTS', `"${shown}" is neither a port nor a service: ${advice(word)}`);
}

function parseOpenRange(word: string): PortRange | undefined {
  if (/^-\d{1,9}$/.test(word)) return parseRange(`1${word}`);
  if (/^\d{1,9}-$/.test(word)) return parseRange(`${word}65535`);
  return undefined;
}

function advice(word: string): string {
  const protocol = /^([tus]):(.*)$/i.exec(word);
  if (protocol?.[1]?.toLowerCase() === 't') return 'every port here is a TCP port, so leave "T:" out.';
  if (protocol !== null) return 'only TCP is scanned. Leave these ports out.';
  const slash = /^(\d{1,5})\/(tcp|udp|sctp)$/i.exec(word);
  if (slash?.[2]?.toLowerCase() === 'tcp') return `every port here is a TCP port. Write ${slash[1] ?? ''}`;
  if (slash !== null) return 'only TCP is scanned. Leave it out.';
  if (word === '-') return 'write a range without white space, like 8000-8100.';
  if (/^\d+(?:-\d+)?$/.test(word)) return 'TCP ports run from 1 to 65535.';
  return `${expectation}.${didYouMean(word, ['all', 'common', ...serviceNames()])}`;
}

/** The ports to scan where nothing says which: all of them on up to 16 addresses, the common ones beyond. */
export function defaultPorts(addressCount: number): readonly PortRange[] {
  return addressCount <= addressesForAllPorts ? allPorts : commonPorts;
}
