import { isAlias, isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Alias, Node } from 'yaml';
import { messageOf } from '../../model/errors.js';
import type { SourcePosition } from '../policy.js';
import { problemsError, type Problem } from './problems.js';

/** A policy for ten thousand hosts stays below these; what does not was made to exhaust the reader. */
const limits = { aliases: 20_000, depth: 32, nodes: 400_000 };

/** A YAML document of bounded size that has no syntax errors, no duplicate keys and no unresolvable aliases. */
export interface YamlDocument {
  readonly file: string;
  readonly root: Node | undefined;
  positionOf(node: Node): SourcePosition;
  /**
   * The node that an alias stands for; any other node is itself. Throws `ERR_POLICY_SYNTAX` once more nodes have been asked for
   * than a file without aliases could hold twice over: aliases of lists of aliases multiply.
   */
  resolve(node: Node): Node;
}

/** The parser's own words, with advice where they do not help by themselves. */
const advice: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'Indent with spaces; YAML does not allow tabs.',
  MULTIPLE_DOCS: 'A policy is one YAML document: remove the "---" between them, or make two files.',
  BAD_INDENT: 'Keys of one mapping start in the same column.',
  MISSING_CHAR: 'A bracket, brace, quote, comma or colon is missing before this place.',
  BLOCK_AS_IMPLICIT_KEY: 'A text that holds ": " needs quotes.',
  RESOURCE_EXHAUSTION: 'A policy nests a few levels deep at most.',
};

/** Parses YAML 1.2. Throws `ERR_POLICY_SYNTAX` with everything that is wrong. */
export function parseYaml(text: string, file: string): YamlDocument {
  const lines = new LineCounter();
  const positionAt = (offset: number): SourcePosition => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    problems.push({ ...positionAt(offset), path: '', message });
  };
  const document = parse(text, file, lines);
  for (const error of [...document.errors, ...document.warnings]) {
    // What the parser passes on of the engine's stack overflow helps nobody.
    const words =
      error.code === 'RESOURCE_EXHAUSTION' ? 'This is nested too deeply.' : (error.message.split('\n')[0] ?? '');
    report(error.pos[0], [/[.!?]$/.test(words) ? words : `${words}.`, advice[error.code]].filter(Boolean).join(' '));
  }
  // Walked by hand, and not left to the parser's own check of unique keys, which is quadratic in the number of keys.
  const targets = problems.length > 0 ? new Map<Alias, Node>() : checkNodes(document.contents, report);
  if (problems.length > 0) throw problemsError('ERR_POLICY_SYNTAX', file, problems);
  let resolved = 0;
  return {
    file,
    root: document.contents ?? undefined,
    positionOf: (node) => positionAt(node.range?.[0] ?? 0),
    resolve(node) {
      resolved += 1;
      if (resolved > 2 * limits.nodes) {
        const message = 'the aliases of this file stand for too much. Write the values out, or split it by hosts.';
        throw problemsError('ERR_POLICY_SYNTAX', file, [{ ...positionAt(node.range?.[0] ?? 0), path: '', message }]);
      }
      return isAlias(node) ? (targets.get(node) ?? node) : node;
    },
  };
}

function parse(text: string, file: string, lineCounter: LineCounter) {
  try {
    return parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      uniqueKeys: false,
      schema: 'core',
      logLevel: 'error',
    });
  } catch (error) {
    const message = `this cannot be read as YAML (${messageOf(error)}).`;
    throw problemsError('ERR_POLICY_SYNTAX', file, [{ file, line: 1, column: 1, path: '', message }]);
  }
}

/** Holds the limits, refuses duplicate keys, and finds what each alias stands for: the last such anchor before it. */
function checkNodes(root: unknown, report: (offset: number, message: string) => void): Map<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  let [nodes, aliases] = [0, 0];
  const stack: { item: unknown; depth: number }[] = [{ item: root, depth: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { item, depth } = next;
    if (isPair(item)) {
      stack.push({ item: item.value, depth }, { item: item.key, depth });
      continue;
    }
    if (!isNode(item)) continue;
    const offset = item.range?.[0] ?? 0;
    nodes += 1;
    if (nodes > limits.nodes) {
      report(offset, `this file has more than ${limits.nodes} values, and a policy has fewer. Split it by hosts.`);
      return targets;
    }
    if (depth > limits.depth) {
      report(offset, `this is nested more than ${limits.depth} levels deep, and a policy never is.`);
      return targets;
    }
    if (isAlias(item)) {
      aliases += 1;
      if (aliases > limits.aliases) {
        report(offset, `this file has more than ${limits.aliases} aliases (*name). Write the values out.`);
        return targets;
      }
      const target = anchors.get(item.source);
      if (target !== undefined) targets.set(item, target);
      else report(offset, `the alias *${item.source} stands for nothing: no &${item.source} comes before it.`);
      continue;
    }
    if (item.anchor !== undefined) anchors.set(item.anchor, item);
    if (!isCollection(item)) continue;
    if (isMap(item)) reportDuplicateKeys(item.items, report);
    for (const child of item.items.toReversed()) stack.push({ item: child, depth: depth + 1 });
  }
  return targets;
}

function reportDuplicateKeys(
  pairs: readonly { readonly key: unknown }[],
  report: (offset: number, message: string) => void,
): void {
  const seen = new Set<string>();
  for (const { key } of pairs) {
    if (!isScalar(key)) continue;
    const name = String(key.value);
    if (seen.has(name)) report(key.range?.[0] ?? 0, `the key "${name}" stands here twice. Remove one of them.`);
    seen.add(name);
  }
}
