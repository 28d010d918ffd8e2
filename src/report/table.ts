import type { Snapshot } from '../model/snapshot.js';
import { disagreementsSection, warningsSection } from './doubts.js';
import { findingsSection } from './findings.js';
import { openSection } from './open-ports.js';
import { openPage, type PageOptions } from './page.js';
import { passedSection } from './passed.js';
import { restSection } from './rest.js';
import { notesSection, scopeSection } from './scope.js';
import { verdictSection } from './verdict.js';

/**
 * What a person reads: the verdict, what deviates and what to do about it, what is open, what is not, and what the
 * verdict does not speak of. Ends in a line feed.
 *
 * Every text that came off the network or out of a file is made safe for a terminal here, whatever the snapshot's maker
 * did; the snapshot itself keeps it as it was. Long lists are cut and say so: the JSON form has everything.
 */
export function formatReport(snapshot: Snapshot, options: PageOptions): string {
  const page = openPage(options);
  const lines = [
    ...verdictSection(page, snapshot),
    ...findingsSection(page, snapshot),
    ...warningsSection(page, snapshot.warnings),
    ...disagreementsSection(page, snapshot.disagreements),
    ...passedSection(page, snapshot),
    ...openSection(page, snapshot),
    ...restSection(page, snapshot),
    ...notesSection(page, snapshot),
    ...scopeSection(page, snapshot),
  ];
  return `${lines.join('\n')}\n`;
}
