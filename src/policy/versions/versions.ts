/* The door to the comparison of versions, which stands in `versions/`. */
export { compareVersions, type Comparison } from './compare.js';
export { type FoundVersion } from './found-package.js';
export { parseMinimum } from './minimum.js';
export { compareWithMinimums } from './several.js';
