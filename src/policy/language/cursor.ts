import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { SourcePosition } from '../policy.js';
import { quote, type Problem } from './problems.js';
import type { YamlDocument } from './yaml-document.js';

/** A place in the document that is being read, and where to say what is wrong there. */
export interface Cursor {
  readonly node: Node;
  readonly path: string;
  readonly position: SourcePosition;
  readonly document: YamlDocument;
  readonly problems: Problem[];
}

/** Reads a value, or says what is wrong with it and gives null. Whoever reads on after that only looks for more mistakes. */
export type Reader<T> = (cursor: Cursor) => T | null;

export function rootCursor(document: YamlDocument, node: Node, problems: Problem[]): Cursor {
  return { node: document.resolve(node), path: '', position: document.positionOf(node), document, problems };
}

/** The cursor of something inside; a position of its own even where an alias stands for a node elsewhere. */
export function childCursor(parent: Cursor, node: Node, step: string): Cursor {
  const { document, problems, path } = parent;
  const joined = path === '' || step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
  return { node: document.resolve(node), path: joined, position: document.positionOf(node), document, problems };
}

export function report(cursor: Cursor, message: string): null {
  cursor.problems.push({ ...cursor.position, path: cursor.path, message });
  return null;
}

/** What a node is, in words, for messages: `the number 8`, `a list`, `nothing`. */
function describeNode(node: Node): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const value: unknown = isScalar(node) ? node.value : undefined;
  switch (typeof value) {
    case 'string':
      return quote(value);
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'nothing';
  }
}

/** Reports the usual `expected …, found …`. */
export function mismatch(cursor: Cursor, expected: string): null {
  return report(cursor, `expected ${expected}, found ${describeNode(cursor.node)}.`);
}

/** The scalar's value as YAML reads it, or undefined where the node is none. */
export function scalarOf(node: Node): unknown {
  return isScalar(node) ? node.value : undefined;
}

/** A number as it is written: `9.10`, where its value is 9.1. */
export function spellingOf(node: Node): string {
  if (!isScalar(node)) return '';
  return typeof node.source === 'string' ? node.source : String(node.value);
}
