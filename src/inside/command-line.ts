import type { Line } from './lines.js';

/** A prompt with the command behind it, as a transcript shows it. */
export interface CommandLine {
  /** The command that lists sockets, where it is one. */
  readonly tool?: string;
  /** It shows every TCP listener of the host, as far as its options and filters tell. */
  readonly isWhole: boolean;
  /** It ran as root: with sudo or doas, or after a prompt that ends in `#`. */
  readonly isRoot: boolean;
  /** It names TCP behind `-p`. */
  readonly hasProtocol: boolean;
}

const tools = /^(?:ss|netstat|lsof|sockstat|pfiles|docker|podman)$/;
const maxPromptLength = 120;
/** Longer commands are not judged. */
const maxWords = 40;
/** What shows all of its input, though perhaps in another order. */
const passing = /^(?:cat|less|more|sort|tee|column)$/;
const searching = /^(?:grep|egrep|fgrep|rg|findstr|Select-String|sls)$/i;

/**
 * Reads a line that is a prompt (`[user@host ~]$ …`, `C:\\>…`), or that shows a listing command with its options under a prompt of another
 * kind. Undefined where it is neither.
 */
export function readCommandLine(line: Line): CommandLine | undefined {
  const prompt = promptOf(line.text);
  const words = line.text
    .slice(prompt?.length ?? 0)
    .replaceAll('|', ' | ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, maxWords);
  // "lsof" may begin a row as well: without a prompt, only what has options or a pipe behind it is a command.
  const at = words.findIndex(
    (word, index) => tools.test(programOf(word)) && (prompt !== undefined || /^[-/|]/.test(words[index + 1] ?? '')),
  );
  const elevation = words.slice(0, Math.max(at, 0));
  // `sudo -u igb` is no root.
  const isElevated = elevation.some((word) => /^(?:sudo|doas)$/.test(word)) && !elevation.includes('-u');
  const isRoot = prompt?.endsWith('#') === true || isElevated;
  if (at < 0) return prompt === undefined ? undefined : { isWhole: false, isRoot, hasProtocol: false };
  const tool = programOf(words[at] ?? '');
  const args = words.slice(at + 1);
  const isWhole = words.length < maxWords && isWholeCommand(tool, args);
  return { tool, isWhole, isRoot, hasProtocol: args.some((_, index) => isProtocol(args, index)) };
}

/** `/usr/sbin/ss` is ss, and so is `'ss` in what is handed to another shell. */
function programOf(word: string): string {
  const name = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1).toLowerCase();
  const bare = /^['"(]/.test(name) ? name.slice(1) : name;
  return bare.endsWith('.exe') ? bare.slice(0, -4) : bare;
}

/** What ends in the first of `$`, `#`, `%` and `>`, where a command or nothing follows; Windows' prompt has no space behind it. */
function promptOf(text: string): string | undefined {
  const at = text.slice(0, maxPromptLength).search(/[$#%>]/);
  if (at < 0) return undefined;
  const follows = text[at] === '>' ? /^(?:\s|[a-z]|$)/i : /^(?:\s|$)/;
  return follows.test(text.slice(at + 1, at + 2)) ? text.slice(0, at + 1) : undefined;
}

function isWholeCommand(tool: string, words: readonly string[]): boolean {
  const [args = [], ...stages] = pipelineOf(words);
  if (!stages.every(passesListeners)) return false;
  switch (tool) {
    case 'netstat':
      return (
        hasFlag(args, /[alL]/) &&
        !hasFlag(args, /[46f]/) &&
        args.every((arg, index) => isFlag(arg) || isProtocol(args, index))
      );
    case 'ss':
      return hasFlag(args, /[al]/) && !hasFlag(args, /[46fANF]/) && args.every(isFlag);
    case 'sockstat':
      return !hasFlag(args, /[cjpLu]/) && hasFlag(args, /4/) === hasFlag(args, /6/) && args.every(isFlag);
    case 'lsof':
      return args.every((arg) => /^(?:-[nPlw]+|-[nPlw]*i(?:TCP|tcp)?|-s(?:TCP|tcp):LISTEN|TCP|tcp)$/.test(arg));
    default:
      return false;
  }
}

/** The words of each stage of a pipeline, up to what the shell does with the output. */
function pipelineOf(words: readonly string[]): readonly (readonly string[])[] {
  const stages: string[][] = [[]];
  for (const word of words) {
    if (/^(?:\d?>|;|&)/.test(word)) break;
    if (word === '|') stages.push([]);
    else stages.at(-1)?.push(word);
  }
  return stages;
}

/** A filter after which no listener is missing: none, or a search for the word that all listeners have. */
function passesListeners([command = '', ...args]: readonly string[]): boolean {
  if (passing.test(command)) return true;
  const isSearch = searching.test(command) && args.some((arg) => !isFlag(arg));
  return isSearch && args.every((arg) => /^(?:-[iEF]+|\/i|["']?(?:\(?LISTEN(?:ING)?\)?|tcp)["']?)$/i.test(arg));
}

function isFlag(arg: string): boolean {
  return /^-{1,2}[A-Za-z0-9]/.test(arg) && !arg.includes('=');
}

/** `-p tcp`: on BSD it narrows the listing to TCP; on Windows to TCP over IPv4. */
function isProtocol(args: readonly string[], index: number): boolean {
  return args[index]?.toLowerCase() === 'tcp' && args[index - 1]?.endsWith('p') === true;
}

function hasFlag(args: readonly string[], letters: RegExp): boolean {
  const long: Readonly<Record<string, string>> = {
    '--all': 'a',
    '--listening': 'l',
    '--ipv4': '4',
    '--ipv6': '6',
    '--inet': '4',
    '--inet6': '6',
  };
  return args.some((arg) => letters.test(arg.startsWith('--') ? (long[arg] ?? '') : arg.slice(1)));
}
