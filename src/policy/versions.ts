/* The door to the comparison of versions, which stands in `versions/`. */
export { compareVersions, type Comparison } from './versions/compare.js';
export { type FoundVersion } from './versions/found-package.js';
export { parseMinimum } from './versions/minimum.js';
export { compareWithMinimums } from './versions/several.js';
