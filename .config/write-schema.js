/** Writes the JSON Schemas of the documents into the build; runs after tsc. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { assessmentJsonSchema } from '../dist/model/assessment.js';
import { reconciliationJsonSchema } from '../dist/model/reconciliation.js';
import { snapshotJsonSchema } from '../dist/model/snapshot-json-schema.js';
import { policyJsonSchema } from '../dist/policy/language/policy-document.js';

const folder = new URL('../dist/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({
  assessment: assessmentJsonSchema(),
  policy: policyJsonSchema(),
  snapshot: snapshotJsonSchema(),
  reconciliation: reconciliationJsonSchema(),
})) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
