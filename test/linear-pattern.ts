/**
 * How much a backtracking engine can be made to try over on one pattern: 1 where every repetition and every choice is
 * decided by the next character alone, so that the work is linear in the text; multiplied by its bound for each repetition
 * that is not. `Infinity` where that has no bound. Throws on what it does not know, such as look-around.
 */
export function backtrackingFactor(pattern: RegExp): number {
  if (!/^[isu]*$/.test(pattern.flags)) throw new SyntaxError(`flags ${pattern.flags}`);
  if (!pattern.source.startsWith('^')) throw new SyntaxError('does not start with ^');
  const parser = new Parser(pattern.source.slice(1), pattern.flags);
  const node = parser.alternatives();
  if (parser.at < parser.source.length) throw new SyntaxError(`unexpected ${parser.source.slice(parser.at)}`);
  if (node.kind === 'choice') throw new SyntaxError('a choice outside of any group: ^ binds to its first part only');
  return measure(node, new Set()).factor;
}

type Characters = ReadonlySet<number>;
type Node =
  | { readonly kind: 'characters'; readonly set: Characters }
  | { readonly kind: 'end' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly part: Node; readonly min: number; readonly max: number };

class Parser {
  at = 0;
  constructor(
    readonly source: string,
    private readonly flags: string,
  ) {}

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

  private atom(): Node {
    if (this.match(/\$/)) return { kind: 'end' };
    if (this.match(/\((?:\?:|\?<[A-Za-z]\w*>)?(?!\?)/)) {
      const node = this.alternatives();
      if (!this.match(/\)/)) throw new SyntaxError(`unclosed group before ${this.source.slice(this.at)}`);
      return node;
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
    case 'end':
      return { first: new Set(), nullable: true, factor: 1 };
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
