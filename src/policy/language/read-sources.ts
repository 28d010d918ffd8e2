import { isSeq, type Node } from 'yaml';
import { addressFromValue, parseAddress, parseCidr, rangeOf, type AddressRange } from '../../model/address.js';
import { ExposcanError } from '../../model/errors.js';
import { withoutRoot } from '../../model/host-name.js';
import { recordedTarget } from '../../model/parse-target.js';
import { mismatch, report, scalarOf, type Cursor, type Reader } from './cursor.js';
import { didYouMean } from '../../model/nearest.js';
import type { Placed } from './placed.js';
import type { AllowedSource, HostPattern, ServiceRule, SourcePosition } from '../policy.js';
import { quote } from './problems.js';
import { oneOrMore } from './read-values.js';

/** What a host entry speaks of: a name, an address, a CIDR block, a pattern of names, or `*`. */
export const hostPattern: Reader<HostPattern> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || value === '') {
    return mismatch(
      cursor,
      'a host name, an address, a block like 192.0.2.0/24, a pattern like "*.example.org", or "*" (in quotes)',
    );
  }
  if (value === '*') return { kind: 'any' };
  const range = readRange(cursor, value);
  if (range === 'broken') return null;
  if (range !== undefined) {
    if (range.first !== range.last) return { kind: 'block', range };
    return { kind: 'address', address: parseAddress(value) ?? addressFromValue(range.family, range.first) };
  }
  if (value.includes('*')) return namePattern(cursor, value);
  const target = recordedTarget(value);
  if (target?.kind === 'name') return { kind: 'name', name: withoutRoot(target.name) };
  if (target !== undefined) return report(cursor, `${quote(value)} is a range. Give it as blocks, like 192.0.2.0/24.`);
  return report(cursor, `${quote(value)} is not a host. Write a name of letters, digits, hyphens and dots.`);
};

/** `*.example.org`, `web-*.example.org`; `**.example.org` for any number of labels. */
function namePattern(cursor: Cursor, text: string): HostPattern | null {
  const [first = '', ...rest] = withoutRoot(text.toLowerCase()).split('.');
  const isLabel = (label: string) => /^[a-z0-9_*-]{1,63}$/.test(label) && !label.includes('**');
  const labels = [first, ...rest];
  const fits = (first === '**' || isLabel(first)) && rest.every(isLabel) && labels.length <= 127;
  if (!fits || !labels.some((label) => /[a-z0-9]/.test(label))) {
    return report(
      cursor,
      `${quote(text)} is no pattern of host names. In a pattern * stands for a part of a label (web-*.example.org) or all of it ` +
        '(*.example.org), and ** at its start for any number of labels; "*" alone is whatever is scanned.',
    );
  }
  return { kind: 'pattern', text: labels.join('.'), labels };
}

/** The addresses of a literal or block; undefined where the text is neither; `broken` where it has been reported. */
function readRange(cursor: Cursor, text: string): AddressRange | 'broken' | undefined {
  try {
    if (text.includes('/')) return parseCidr(text);
    const address = parseAddress(text);
    return address === undefined ? undefined : rangeOf(address);
  } catch (error) {
    if (!(error instanceof ExposcanError)) throw error;
    report(cursor, error.message);
    return 'broken';
  }
}

const literalSource: Reader<AllowedSource> = (cursor) => {
  const value = scalarOf(cursor.node);
  if (typeof value !== 'string' || value === '') {
    return mismatch(cursor, 'the name of a vantage, an address, or a block like 192.0.2.0/24');
  }
  if (value === 'unnamed')
    return report(
      cursor,
      'unnamed is what every vantage without a name is called. Name the vantage: --vantage office.',
    );
  const range = readRange(cursor, value);
  if (range === 'broken') return null;
  if (range !== undefined) return { kind: 'range', range, text: value };
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(value)) return { kind: 'vantage', name: value };
  return report(
    cursor,
    `${quote(value)} is neither the name of a vantage (like office) nor a block (like 192.0.2.0/24).`,
  );
};

/** One source list under `variables`. */
export interface SourceList {
  readonly sources: readonly AllowedSource[];
  readonly position: SourcePosition;
  used: boolean;
}

/** What the rules of all files are read with: the variables, and the rule lists that several hosts share by an alias. */
export interface SourceLists {
  readonly variables: Map<string, SourceList>;
  readonly rulesByNode: Map<Node, readonly Placed<ServiceRule>[]>;
  /** The same lists without the places of their rules. */
  readonly plainRules: Map<readonly Placed<ServiceRule>[], readonly ServiceRule[]>;
}

export const noSourceLists = (): SourceLists => ({
  variables: new Map(),
  rulesByNode: new Map(),
  plainRules: new Map(),
});

/** The sources of a variable; it names no other variable, so that one look is enough to see who is meant. */
export const sourceList: Reader<readonly AllowedSource[]> = (cursor) => {
  const literal: Reader<AllowedSource> = (item) =>
    isVariable(item)
      ? report(item, 'a variable holds vantages and blocks, and no other variable. Write them out.')
      : literalSource(item);
  return named(cursor) ? oneOrMore('sources', literal)(cursor) : null;
};

/** Who may reach a restricted service: one source, or a list of them; `$name` stands for those of a variable. */
export function allowedSources({ variables }: SourceLists): Reader<readonly AllowedSource[]> {
  const read: Reader<readonly AllowedSource[]> = (cursor) => {
    if (!isVariable(cursor)) return wrapped(literalSource(cursor));
    const name = String(scalarOf(cursor.node)).slice(1);
    const list = variables.get(name);
    if (list === undefined) {
      const known = [...variables.keys()];
      const advice = known.length === 0 ? ' Define it under variables.' : ` Known: ${known.slice(0, 20).join(', ')}.`;
      return report(cursor, `the variable ${quote(`$${name}`)} is not defined.${didYouMean(name, known)}${advice}`);
    }
    list.used = true;
    return list.sources;
  };
  return (cursor) => (named(cursor) ? (oneOrMore('sources', read)(cursor)?.flat() ?? null) : null);
}

function isVariable({ node }: Cursor): boolean {
  const value = scalarOf(node);
  return typeof value === 'string' && value.startsWith('$');
}

function wrapped<T>(value: T | null): readonly T[] | null {
  return value === null ? null : [value];
}

/** Says so where a list of sources holds none. */
function named(cursor: Cursor): boolean {
  if (!isSeq(cursor.node) || cursor.node.items.length > 0) return true;
  report(cursor, 'this names nobody. Name a vantage or a block, or make the rule local-only.');
  return false;
}
