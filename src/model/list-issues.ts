import * as z from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with the first list element that does not fit, in a document as far as its schema knows it; none where
 * all lists fit. Zod makes issues of every such element, which for a hostile list of millions takes gigabytes, so this
 * goes first. What is not in a list is left to the schema itself.
 */
export function listIssues(schema: z.core.$ZodType, value: unknown): readonly Issue[] {
  if (schema instanceof z.ZodOptional) return value === undefined ? [] : listIssues(schema.unwrap(), value);
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    for (const [index, element] of value.entries()) {
      const issues = elementIssues(schema.element, element);
      if (issues.length > 0) return placed(index, issues);
    }
  }
  if (schema instanceof z.ZodObject && typeof value === 'object' && value !== null) {
    const inside = new Map<string, unknown>(Object.entries(value));
    for (const [key, inner] of Object.entries<unknown>(schema.shape)) {
      const issues = inner instanceof z.ZodType ? listIssues(inner, inside.get(key)) : [];
      if (issues.length > 0) return placed(key, issues);
    }
  }
  return [];
}

function elementIssues(schema: z.core.$ZodType, element: unknown): readonly Issue[] {
  const inside = listIssues(schema, element);
  return inside.length > 0 ? inside : (z.safeParse(schema, element).error?.issues ?? []);
}

function placed(key: PropertyKey, issues: readonly Issue[]): readonly Issue[] {
  return issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }));
}
