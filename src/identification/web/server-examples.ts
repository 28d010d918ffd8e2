import type { Example } from '../protocol.js';

export const webServerExamples: readonly Example[] = [];
