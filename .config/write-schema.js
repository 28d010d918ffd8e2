/** Writes the JSON Schemas of the documents into the build; runs after tsc. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { alertJsonSchema } from '../dist/model/alert.js';
import { assessmentJsonSchema } from '../dist/model/assessment.js';
import { diffJsonSchema } from '../dist/model/diff.js';
import { logVerdictJsonSchema } from '../dist/model/log-verdict.js';
import { reconciliationJsonSchema } from '../dist/model/reconciliation.js';
import { snapshotJsonSchema } from '../dist/model/snapshot-json-schema.js';
import { timelineJsonSchema } from '../dist/model/timeline.js';
import { changeWindowJsonSchema, verificationJsonSchema } from '../dist/model/verification.js';
import { weeklyReportJsonSchema } from '../dist/model/weekly-report.js';
import { policyJsonSchema } from '../dist/policy/language/policy-document.js';

const folder = new URL('../dist/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries({
  alert: alertJsonSchema(),
  assessment: assessmentJsonSchema(),
  'change-window': changeWindowJsonSchema(),
  diff: diffJsonSchema(),
  history: timelineJsonSchema(),
  'log-verdict': logVerdictJsonSchema(),
  policy: policyJsonSchema(),
  reconciliation: reconciliationJsonSchema(),
  report: weeklyReportJsonSchema(),
  snapshot: snapshotJsonSchema(),
  verification: verificationJsonSchema(),
})) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(schema, null, 2)}\n`);
}
