import { createRequire } from 'node:module';
import type * as kyselyPackage from 'kysely';

/**
 * The query builder. It is some three hundred files, which `import` opens all at once: with 256 descriptors for the whole program, as a
 * service may have, that fails (measured: EMFILE below 256). `require` opens them one after the other.
 */
const kysely = createRequire(import.meta.url)('kysely') as typeof kyselyPackage;

export const { Kysely, Migrator, sql, SqliteDialect } = kysely;
