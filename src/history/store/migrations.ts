import type { Kysely, Migration, MigrationProvider } from 'kysely';

/** In order of their names; one that has been released never changes again. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-first': { up: createFirst },
};

export const migrationProvider: MigrationProvider = {
  getMigrations: () => Promise.resolve({ ...migrations }),
};

/** The tables of the first release. A migration sees the tables of its time, not of today; hence `unknown`. */
async function createFirst(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('setting')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('value', 'text', (column) => column.notNull())
    .execute();
  await createContents(db);
  await createScans(db);
  await createSeries(db);
  await createSpans(db);
  await db.schema
    .createTable('decision')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('time', 'bigint', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('decision_kind').on('decision').columns(['kind', 'seq']).execute();
  await db.schema
    .createTable('unread_record')
    .addColumn('seq', 'bigint', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('problem', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('outbox')
    .addColumn('id', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('notifier', 'text', (column) => column.notNull())
    .addColumn('alert', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('trouble', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('outbox_due').on('outbox').columns(['notifier', 'due_at']).execute();
  await db.schema
    .createTable('watch_state')
    .addColumn('watch', 'text', (column) => column.primaryKey())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('held_until', 'bigint', (column) => column.notNull())
    .execute();
}

/**
 * Nothing refers to these by a foreign key: each that retention removes would have every table searched for it. Whoever reads one finds
 * out whether it is there.
 */
async function createContents(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('document')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('banner')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('digest', 'text', (column) => column.notNull().unique())
    .addColumn('bytes', 'blob', (column) => column.notNull())
    .execute();
}

async function createScans(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('scan')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('vantage', 'text', (column) => column.notNull())
    .addColumn('started_at', 'bigint', (column) => column.notNull())
    .addColumn('finished_at', 'bigint', (column) => column.notNull())
    .addColumn('complete', 'integer', (column) => column.notNull())
    .addColumn('second', 'integer', (column) => column.notNull())
    .addColumn('verdict', 'text', (column) => column.notNull())
    .addColumn('frame', 'integer', (column) => column.notNull())
    .addColumn('findings', 'integer', (column) => column.notNull())
    .addColumn('arrangement', 'integer')
    .execute();
  await db.schema.createIndex('scan_finished').on('scan').columns(['vantage', 'finished_at']).execute();
  await db.schema
    .createTable('scan_target')
    .addColumn('scan', 'integer', (column) => column.notNull().references('scan.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('host', 'text', (column) => column.notNull())
    .addColumn('document', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('scan_target_key', ['scan', 'position'])
    .execute();
  await db.schema.createIndex('scan_target_host').on('scan_target').columns(['host', 'scan']).execute();
}

async function createSeries(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('series')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('vantage', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('asked', 'integer', (column) => column.notNull())
    .addColumn('last_scan', 'integer', (column) => column.notNull())
    .addUniqueConstraint('series_key', ['address', 'vantage', 'asked'])
    .execute();
  await db.schema
    .createTable('scan_series')
    .addColumn('series', 'integer', (column) => column.notNull().references('series.id'))
    .addColumn('scan', 'integer', (column) => column.notNull().references('scan.id'))
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('open', 'integer', (column) => column.notNull())
    .addColumn('facts', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('scan_series_key', ['series', 'scan'])
    .execute();
  await db.schema.createIndex('scan_series_scan').on('scan_series').columns(['scan', 'position']).execute();
}

async function createSpans(db: Kysely<unknown>): Promise<void> {
  const span = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('id', 'integer', (column) => column.primaryKey())
      .addColumn('series', 'integer', (column) => column.notNull().references('series.id'))
      .addColumn('first_scan', 'integer', (column) => column.notNull())
      .addColumn('last_scan', 'integer', (column) => column.notNull())
      .addColumn('document', 'integer', (column) => column.notNull());
  await span('open_span')
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addColumn('port', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('service', 'text', (column) => column.notNull())
    .addColumn('product', 'text')
    .addColumn('version', 'text')
    .addColumn('banner', 'integer')
    .execute();
  await db.schema.createIndex('open_span_last').on('open_span').columns(['series', 'last_scan']).execute();
  await db.schema.createIndex('open_span_port').on('open_span').columns(['series', 'port', 'first_scan']).execute();
  await span('rest_span')
    .addColumn('first_seen', 'bigint', (column) => column.notNull())
    .addColumn('last_seen', 'bigint', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('ports', 'text', (column) => column.notNull())
    .addColumn('message', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('rest_span_last').on('rest_span').columns(['series', 'last_scan']).execute();
  await span('finding_span').execute();
  await db.schema.createIndex('finding_span_last').on('finding_span').columns(['series', 'last_scan']).execute();
}
