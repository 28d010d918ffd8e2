import { blockOverLongWire, sparseBlocks } from './many-hosts.js';
import { servicesOverLongWire } from './many-services.js';
import { drop, dropOverLongWire, resetByConnect, resetBySyn, rstLimit } from './one-host.js';
import type { Scenario } from './scenario.js';

export const scenarios: readonly Scenario[] = [
  resetBySyn,
  resetByConnect,
  drop,
  dropOverLongWire,
  blockOverLongWire,
  rstLimit,
  ...sparseBlocks,
  servicesOverLongWire,
];
