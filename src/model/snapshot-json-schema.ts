import { publishedSchema } from './published-schema.js';
import { snapshotSchema } from './snapshot.js';

/** The published JSON Schema (draft 2020-12) of the snapshot document. */
export function snapshotJsonSchema(): Record<string, unknown> {
  return publishedSchema(snapshotSchema, {
    name: 'snapshot',
    description: 'Everything one scan saw from one vantage.',
  });
}
