import { terminalSafe } from '../model/printable.js';

/** Takes one line for the person at the terminal. */
export type Say = (line: string) => void;

/** Tells a line on stderr: stdout is for the result. */
export const say: Say = (line) => {
  process.stderr.write(`exposcan: ${terminalSafe(line)}\n`);
};

/** Likewise; says nothing under `--quiet`. */
export function sayUnlessQuiet({ quiet }: { readonly quiet?: true }): Say {
  return quiet === true ? () => undefined : say;
}
