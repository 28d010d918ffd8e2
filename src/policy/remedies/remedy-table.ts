import { brokerRemedies } from './brokers.js';
import { cacheRemedies } from './caches.js';
import { containerRemedies } from './containers.js';
import { databaseRemedies } from './databases.js';
import { fileRemedies } from './files.js';
import { mailRemedies } from './mail.js';
import { managementRemedies } from './management.js';
import { remoteAccessRemedies } from './remote-access.js';
import type { ServiceRemedies } from './remedy.js';
import { webRemedies } from './web.js';

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
