/**
 * How much a backtracking engine can be made to try over on one pattern: 1 where every repetition and every choice is
 * decided by the next character alone, so that the work is linear in the text; multiplied by its bound for each repetition
 * that is not. `Infinity` where that has no bound. Throws on what it does not know, such as look-around.
 */
export function backtrackingFactor(pattern: RegExp): number {
  if (!/^[isu]*$/.test(pattern.flags)) throw new SyntaxError(`flags ${pattern.flags}`);
  if (!pattern.source.startsWith('^')) throw new SyntaxError('does not start with ^');
  const node = new Parser(pattern.source.slice(1), pattern.flags, false).whole();
  if (node.kind === 'choice') throw new SyntaxError('a choice outside of any group: ^ binds to its first part only');
  return measure(node, new Set()).factor;
}

/**
 * The same for any pattern that looks through a text, with `g`, `\b`, look-ahead, and no `^`: how often each character of the text
 * may be looked at. One that may begin anywhere is tried at every place, each time as far as it can reach; it may reach without
 * end only in a last repetition, which cannot fail.
 */
export function searchFactor(pattern: RegExp): number {
  const flags = pattern.flags.replace('g', '');
  if (!/^[isu]*$/.test(flags)) throw new SyntaxError(`flags ${pattern.flags}`);
  const node = new Parser(pattern.source, flags, true).whole();
  const { factor } = measure(node, new Set());
  if (isAnchored(node)) return factor;
  const last = node.kind === 'sequence' ? node.parts.at(-1) : undefined;
  const cannotFail =
    last?.kind === 'repeat' && last.max === Infinity && last.min <= 1 && last.part.kind === 'characters';
  const reach =
    cannotFail && node.kind === 'sequence' ? longest({ ...node, parts: node.parts.slice(0, -1) }) + 1 : longest(node);
  return factor * Math.max(1, reach);
}

function isAnchored(node: Node): boolean {
  if (node.kind === 'choice') return node.parts.every(isAnchored);
  const first = node.kind === 'sequence' ? node.parts[0] : undefined;
  return node.kind === 'start' || (first !== undefined && isAnchored(first));
}

/** The most characters that it looks at in one try. */
function longest(node: Node): number {
  switch (node.kind) {
    case 'characters':
      return 1;
    case 'start':
    case 'end':
      return 0;
    case 'ahead':
      return longest(node.part);
    case 'sequence':
      return node.parts.reduce((sum, part) => sum + longest(part), 0);
    case 'choice':
      return Math.max(...node.parts.map(longest));
    case 'repeat':
      return longest(node.part) * node.max;
  }
}

type Characters = ReadonlySet<number>;
type Node =
  | { readonly kind: 'characters'; readonly set: Characters }
  /** `end` stands for every place that takes no character: the end, and the edge of a word. */
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'ahead'; readonly part: Node }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

class Parser {
  at = 0;
  constructor(
    readonly source: string,
    private readonly flags: string,
    /** Takes what a pattern that looks through a text may have. */
    private readonly isSearch: boolean,
  ) {}

  whole(): Node {
    const node = this.alternatives();
    if (this.at < this.source.length) throw new SyntaxError(`unexpected ${this.source.slice(this.at)}`);
    return node;
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(pattern.source, 'y');
    sticky.lastIndex = this.at;
    const found = sticky.exec(this.source);
    if (found !== null) this.at = sticky.lastIndex;
    return found;
  }

  alternatives(): Node {
    const parts = [this.sequence()];
    while (this.match(/\|/)) parts.push(this.sequence());
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : { kind: 'choice', parts };
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && !/[|)]/.test(this.source[this.at] ?? '')) parts.push(this.repeated());
    return { kind: 'sequence', parts };
  }

  private repeated(): Node {
    const part = this.atom();
    const found = this.match(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/);
    if (found === null) return part;
    const [, sign, low, comma, high] = found;
    if (sign !== undefined)
      return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Infinity };
    const min = Number(low);
    const max = comma === '' ? min : high === '' ? Infinity : Number(high);
    return { kind: 'repeat', part, min, max };
  }

  /** What follows an opening parenthesis, with the closing one. */
  private group(): Node {
    const node = this.alternatives();
    if (!this.match(/\)/)) throw new SyntaxError(`unclosed group before ${this.source.slice(this.at)}`);
    return node;
  }

  private atom(): Node {
    if (this.match(/\$/)) return { kind: 'end' };
    if (this.isSearch && this.match(/\^/)) return { kind: 'start' };
    if (this.isSearch && this.match(/\\b/)) return { kind: 'end' };
    if (this.isSearch && this.match(/\(\?=/)) return { kind: 'ahead', part: this.group() };
    if (this.match(/\((?:\?:|\?<[A-Za-z]\w*>)?(?!\?)/)) {
      return this.group();
    }
    const found = this.match(/\[(?:[^\]\\]|\\[^bBkpP1-9])*\]|\\(?:x[0-9a-f]{2}|[^bBkpPxu1-9])|[^\\^$()[\]|*+?]/);
    if (found === null) throw new SyntaxError(`cannot judge ${this.source.slice(this.at)}`);
    const one = new RegExp(`^(?:${found[0]})$`, this.flags);
    const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => one.test(String.fromCharCode(code)));
    return { kind: 'characters', set: new Set(codes) };
  }
}

interface Measure {
  readonly first: Characters;
  readonly nullable: boolean;
  readonly factor: number;
}

function measure(node: Node, follow: Characters): Measure {
  switch (node.kind) {
    case 'start':
    case 'end':
      return { first: new Set(), nullable: true, factor: 1 };
    case 'ahead':
      return { ...measure(node.part, follow), nullable: true };
    case 'characters':
      return { first: node.set, nullable: false, factor: 1 };
    case 'sequence':
      return node.parts.reduceRight<Measure & { after: Characters }>(
        ({ first, nullable, factor, after }, part) => {
          const next = nullable ? union(first, after) : first;
          const own = measure(part, next);
          return {
            first: own.nullable ? union(own.first, first) : own.first,
            nullable: own.nullable && nullable,
            factor: factor * own.factor,
            after,
          };
        },
        { first: new Set(), nullable: true, factor: 1, after: follow },
      );
    case 'choice': {
      const parts = node.parts.map((part) => measure(part, follow));
      const first = parts.reduce<Characters>((all, part) => union(all, part.first), new Set());
      const isDecided = parts.reduce((sum, part) => sum + part.first.size, 0) === first.size;
      const factors = parts.map(({ factor }) => factor);
      const factor = isDecided ? Math.max(...factors) : factors.reduce((sum, one) => sum + one, 0);
      return { first, nullable: parts.some(({ nullable }) => nullable), factor };
    }
    case 'repeat': {
      const { part, min, max } = node;
      const bare = measure(part, new Set());
      const own = max > 1 ? measure(part, union(bare.first, follow)) : measure(part, follow);
      const inside = own.factor === 1 ? 1 : own.factor ** max;
      const isDecided = min === max || [...own.first].every((code) => !follow.has(code));
      const hasFixedWidthOne = part.kind === 'characters';
      const isSafe = isDecided && (hasFixedWidthOne || !own.nullable);
      return { first: own.first, nullable: min === 0 || own.nullable, factor: inside * (isSafe ? 1 : max - min + 1) };
    }
  }
}

function union(a: Characters, b: Characters): Characters {
  return new Set([...a, ...b]);
}
