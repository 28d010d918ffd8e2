import { brokerRemedies } from './remedies/brokers.js';
import { cacheRemedies } from './remedies/caches.js';
import { containerRemedies } from './remedies/containers.js';
import { databaseRemedies } from './remedies/databases.js';
import { fileRemedies } from './remedies/files.js';
import { mailRemedies } from './remedies/mail.js';
import { managementRemedies } from './remedies/management.js';
import { remoteAccessRemedies } from './remedies/remote-access.js';
import type { ServiceRemedies } from './remedies/remedy.js';
import { webRemedies } from './remedies/web.js';

/**
 * One entry a kind of service, from the products' own documentation: the name of each setting is theirs, so a search for it
 * leads there.
 */
export const remedyTable: readonly ServiceRemedies[] = [
  ...databaseRemedies,
  ...cacheRemedies,
  ...brokerRemedies,
  ...containerRemedies,
  ...webRemedies,
  ...mailRemedies,
  ...fileRemedies,
  ...remoteAccessRemedies,
  ...managementRemedies,
];
