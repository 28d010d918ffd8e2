import { getOrInsert } from '../model/groups.js';
import { holdsPort, parseRanges, type PortRange } from '../model/ports.js';
import type { Finding } from '../model/snapshot.js';

/** Finds what a policy says of an endpoint without looking at each of its findings. */
export interface FindingIndex {
  /** The findings about this port of this address. */
  at(address: string, port: number): readonly Finding[];
  /** True where everything that no rule names was found not open, and must be. */
  deniesRest(address: string): boolean;
}

interface Book {
  readonly byPort: Map<number, Finding[]>;
  readonly ofMany: { readonly finding: Finding; readonly ranges: readonly PortRange[] }[];
  rest: boolean;
}

export function indexFindings(findings: readonly Finding[]): FindingIndex {
  const books = new Map<string, Book>();
  for (const finding of findings) {
    const { address, port, ports, code } = finding;
    if (address === undefined) continue;
    const book = getOrInsert(books, address, (): Book => ({ byPort: new Map(), ofMany: [], rest: false }));
    if (port !== undefined) getOrInsert(book.byPort, port, (): Finding[] => []).push(finding);
    else if (ports !== undefined) book.ofMany.push({ finding, ranges: parseRanges(ports) });
    else if (code === 'nothing-unlisted') book.rest = true;
  }
  return {
    at(address, port) {
      const book = books.get(address);
      if (book === undefined) return [];
      const ofMany = book.ofMany.filter(({ ranges }) => holdsPort(ranges, port)).map(({ finding }) => finding);
      return [...(book.byPort.get(port) ?? []), ...ofMany];
    },
    deniesRest: (address) => books.get(address)?.rest ?? false,
  };
}
