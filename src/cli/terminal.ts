import type { PageOptions } from '../report/page.js';

/** How a report is laid out on a stream. */
export function pageFor(
  stream: { isTTY: boolean; columns?: number },
  { verbose }: { verbose?: true } = {},
): PageOptions {
  return {
    colour: wantsColour(stream.isTTY, process.env),
    width: widthOf(stream),
    verbosity: verbose === true ? 1 : 0,
  };
}

/** Whether to colour what goes to a stream. NO_COLOR (no-color.org) switches colour off when set and not empty. */
export function wantsColour(isTerminal: boolean, environment: NodeJS.ProcessEnv): boolean {
  const { NO_COLOR, TERM } = environment;
  return isTerminal && (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
}

/** The columns of a terminal, some of which report none; where a report goes to a file or a pipe, a width that reads well. */
export function widthOf({ isTTY, columns }: { isTTY?: boolean; columns?: number }): number {
  if (isTTY !== true) return 100;
  return columns === undefined || columns === 0 ? 80 : columns;
}
