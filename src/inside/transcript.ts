import type { Listing, ListingFormat } from '../model/listener.js';
import { shorten, terminalSafe } from '../model/printable.js';
import { readCommandLine, type CommandLine } from './command-line.js';
import { isWholeListing, type Stretch } from './completeness.js';
import { readDockerRow } from './formats/docker-ps.js';
import { readLsofRow } from './formats/lsof.js';
import { readBsdNetstatRow } from './formats/netstat-bsd.js';
import { readLinuxNetstatRow } from './formats/netstat-linux.js';
import { createSolarisNetstatReader } from './formats/netstat-solaris.js';
import { readWindowsNetstatRow } from './formats/netstat-windows.js';
import { createPfilesReader } from './formats/pfiles.js';
import { readSockstatRow } from './formats/sockstat.js';
import { readSsRow } from './formats/ss.js';
import { headingOf } from './headings.js';
import type { Line } from './lines.js';
import { maxListeners, tooManyListeners, type Clue, type Reading, type RowReader, type Socket } from './reading.js';
import { seemsListener } from './seems-listener.js';
import { createWrappedRows, type WrappedReading } from './wrapped-rows.js';

/** What was gathered from a transcript. */
interface Gathered {
  /** In the order in which they were met; where no row was, those of the headings. */
  readonly formats: readonly ListingFormat[];
  readonly sockets: readonly Socket[];
  readonly clues: ReadonlySet<Clue>;
  readonly unread: Listing['unread'];
  /** Some part of it shows every TCP listener of the host. */
  readonly isWhole: boolean;
}

/**
 * Reads a transcript line by line: a line is a heading, a row of some format, a prompt, a part of a torn row, or nothing of
 * interest, in this order.
 */
export function createTranscript(): {
  readonly read: (lines: readonly Line[], at: number) => void;
  readonly finish: () => Gathered;
} {
  const readers: readonly RowReader[] = [
    readSsRow,
    readLinuxNetstatRow,
    readWindowsNetstatRow,
    readBsdNetstatRow,
    readLsofRow,
    readSockstatRow,
    createSolarisNetstatReader(),
    createPfilesReader(),
    readDockerRow,
  ];
  const wrapped = createWrappedRows();
  const formats = new Set<ListingFormat>();
  const headings = new Set<ListingFormat>();
  const clues = new Set<Clue>();
  const sockets: Socket[] = [];
  const unread = new Map<string, Listing['unread'][number]>();
  let stretch = newStretch();
  let isWhole = false;

  /** The same row of a listing that is given twice is missed once. */
  const miss = (line: number, text: string, why: string) => {
    const shown = shorten(terminalSafe(text.trim()), 200);
    if (!unread.has(shown)) unread.set(shown, { line, text: shown, why });
  };
  const missIfListener = (line: Line) => {
    if (seemsListener(line)) miss(line.number, line.text, 'it is of no form that is understood');
  };
  const keep = (reading: Reading, line: number, text: string) => {
    formats.add(reading.format);
    for (const clue of reading.clues ?? []) clues.add(clue);
    const ofFormat = stretch.sockets.get(reading.format) ?? [];
    if (reading.sockets.length > 0) stretch.sockets.set(reading.format, ofFormat);
    for (const socket of reading.sockets) {
      sockets.push(socket);
      ofFormat.push(socket);
    }
    if (sockets.length > maxListeners) throw tooManyListeners();
    if (reading.unread !== undefined) miss(line, text, reading.unread);
  };
  const keepWrapped = (readings: readonly WrappedReading[]) => {
    for (const { reading, line, text } of readings) {
      if ('format' in reading) keep(reading, line, text);
      else miss(line, text, reading.unread);
    }
  };
  const endStretch = (command?: CommandLine) => {
    isWhole ||= isWholeListing(stretch);
    stretch = newStretch(command);
  };

  const readHeading = (line: Line) => {
    const heading = headingOf(line);
    if (heading === undefined) return false;
    keepWrapped(wrapped.end());
    headings.add(heading);
    stretch.hasHeading = true;
    return true;
  };
  const readRow = (lines: readonly Line[], at: number, line: Line) => {
    for (const reader of readers) {
      const reading = reader(lines, at);
      if (reading === undefined) continue;
      keepWrapped(wrapped.end());
      keep(reading, line.number, line.text);
      return true;
    }
    return false;
  };
  const readPrompt = (line: Line) => {
    const command = readCommandLine(line);
    if (command === undefined) return false;
    keepWrapped(wrapped.end());
    endStretch(command);
    if (command.tool === undefined) missIfListener(line);
    return true;
  };
  const readPart = (line: Line) => {
    const ended = wrapped.take(line);
    keepWrapped(ended ?? wrapped.end());
    if (ended === undefined) missIfListener(line);
  };

  return {
    read: (lines, at) => {
      const line = lines[at];
      if (line === undefined || line.text === '') return;
      if (!readHeading(line) && !readRow(lines, at, line) && !readPrompt(line)) readPart(line);
    },
    finish: () => {
      keepWrapped(wrapped.end());
      endStretch();
      return {
        formats: [...(formats.size > 0 ? formats : headings)],
        sockets,
        clues,
        unread: [...unread.values()],
        isWhole,
      };
    },
  };
}

function newStretch(command?: CommandLine): Stretch {
  // A prompt with another command (cat, ssh, a script) does not tell what follows.
  const told = command?.tool === undefined ? undefined : command;
  return { ...(told === undefined ? {} : { command: told }), hasHeading: false, sockets: new Map() };
}
