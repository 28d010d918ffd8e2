import { Help, type CommandUnknownOpts } from '@commander-js/extra-typings';

/** Makes the help of a command fit the terminal, also where commander leaves lines as they are: usage, and the text at its end. */
export function layOutHelp(command: CommandUnknownOpts, width: number): void {
  command.configureHelp({
    helpWidth: width,
    optionDescription(option) {
      // That what may repeat begins with nothing goes without saying.
      return new Help().optionDescription(option).replace(/ ?\(default: \[\]\)$/, '');
    },
  });
  command.configureOutput({
    writeOut: (text) =>
      process.stdout.write(
        text
          .split('\n')
          .map((line) => folded(line, width))
          .join('\n'),
      ),
  });
}

/** A line that is too long, in several: what follows stands as far in as the line did, and two further. */
function folded(line: string, width: number): string {
  if (line.length <= width) return line;
  const indent = `${/^ */.exec(line)?.[0] ?? ''}  `;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    if (space <= indent.length) break;
    lines.push(rest.slice(0, space));
    rest = `${indent}${rest.slice(space + 1)}`;
  }
  return [...lines, rest].join('\n');
}
