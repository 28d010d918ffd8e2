import type { WebApplication } from './application.js';
import { codeRunners } from './code-runners.js';
import { containers } from './containers.js';
import { content } from './content.js';
import { coordination } from './coordination.js';
import { dataStores } from './data-stores.js';
import { development } from './development.js';
import { management } from './management.js';
import { media } from './media.js';
import { monitoring } from './monitoring.js';
import { proxies } from './proxies.js';
import { searchEngines } from './search-engines.js';
import { titledApplications } from './titled.js';
import { wrongPort } from './wrong-port.js';

/** Every application that is known by its pages, in the order in which they are tried. */
export const applications: readonly WebApplication[] = [
  ...containers,
  ...coordination,
  ...monitoring,
  ...searchEngines,
  ...dataStores,
  ...development,
  ...codeRunners,
  ...proxies,
  ...management,
  ...content,
  ...media,
  ...titledApplications,
  ...wrongPort,
];

/** The names that services carried by HTTP bear inside TLS, where they have one of their own there. */
export const namesInsideTls: ReadonlyMap<string, string> = new Map(
  applications.flatMap(({ name, nameInsideTls }) =>
    name === undefined || nameInsideTls === undefined ? [] : [[name, nameInsideTls] as const],
  ),
);
