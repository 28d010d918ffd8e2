import type { OwnWork } from '../own-work.js';
import { identify, measureDaemons } from './daemons.js';
import { footprint, measureFootprint } from './footprint.js';
import { measureWild, wild, wildBesideNmap } from './wild.js';

/** What is measured of naming, in the lab: it needs root, as scans do. */
export const namingWorks: readonly OwnWork[] = [
  { ...identify, measure: measureDaemons },
  { ...wild, measure: (runs) => measureWild(runs, false) },
  { ...wildBesideNmap, measure: (runs) => measureWild(runs, true) },
  { ...footprint, measure: measureFootprint },
];
