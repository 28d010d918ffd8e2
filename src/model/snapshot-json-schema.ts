import { z } from 'zod';
import { snapshotSchema } from './snapshot.js';

/** The published JSON Schema (draft 2020-12) of the snapshot document. */
export function snapshotJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(snapshotSchema, { target: 'draft-2020-12' });
  return {
    $schema,
    $id: 'urn:exposcan:schema:snapshot:1',
    title: 'exposcan snapshot, version 1',
    description: 'Everything one scan saw from one vantage.',
    ...schema,
  };
}
