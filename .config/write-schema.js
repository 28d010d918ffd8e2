/** Writes the JSON Schema of the snapshot document into the build; runs after tsc. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { snapshotJsonSchema } from '../dist/model/snapshot-json-schema.js';

const folder = new URL('../dist/schema/', import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL('snapshot.json', folder), `${JSON.stringify(snapshotJsonSchema(), null, 2)}\n`);
