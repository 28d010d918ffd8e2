import * as z from 'zod';

/** What a published schema says of its document. */
export interface SchemaTitle {
  /** The document's name in the `$id`: `log-verdict`. */
  readonly name: string;
  /** The same for people; absent: the name, with spaces. */
  readonly title?: string;
  readonly description: string;
}

/** The JSON Schema (draft 2020-12) of a document, version 1. `io`: whether it is one that people write or one that exposcan does. */
export function publishedSchema(
  document: z.ZodType,
  { name, title = name.replaceAll('-', ' '), description }: SchemaTitle,
  io: 'input' | 'output' = 'output',
): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(document, { target: 'draft-2020-12', io });
  return {
    $schema,
    $id: `urn:exposcan:schema:${name}:1`,
    title: `exposcan ${title}, version 1`,
    description,
    ...schema,
  };
}
