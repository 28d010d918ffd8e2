import { fileURLToPath } from 'node:url';

/** Where the policies that come with exposcan are: beside `src/` and `dist/`, of which this is one level below, bundled or not. */
export const shippedDirectory = fileURLToPath(new URL('../../policies/', import.meta.url));
