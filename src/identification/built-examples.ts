import type { Example, ServiceFacts } from './protocol.js';

/** Examples of a service that introduces itself in text, built from a document: what it says before the last CR LF, and what that proves. */
export function builtExamples(
  name: string,
  from: string,
  rows: readonly (readonly [text: string, facts: ServiceFacts])[],
): Example[] {
  return rows.map(([text, facts]) => ({ from, bytes: Buffer.from(`${text}\r\n`), service: { ...facts, name } }));
}
