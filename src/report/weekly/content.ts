import { shownMinute } from '../../model/shown-time.js';
import type { WeeklyReport } from '../../model/weekly-report.js';
import { quoted } from '../page.js';
import { changesSection, unobservedSection, unseenSection } from './changes.js';
import { certificatesSection, exceptionsSection } from './ends.js';
import { exposedSections, groundsSection } from './hosts.js';
import { problemSections } from './problems.js';
import { alertsSection, evidenceSection, verificationsSection } from './record.js';
import type { ContentSection, Tone } from './section.js';
import type { Quote } from '../words.js';

/** A report in words, the same for every medium. Text from outside has been through the medium's `Quote`; the rest is this program's. */
export interface WeeklyContent {
  /** Printable, and not quoted for the medium. */
  readonly subject: string;
  readonly tone: Tone;
  /** Of what, seen from where, when, judged by what. */
  readonly circumstances: string;
  readonly sections: readonly ContentSection[];
}

/** Makes the words of a report. */
export function weeklyContent(report: WeeklyReport, quote: Quote): WeeklyContent {
  return {
    subject: quoted(report.subject, 400),
    tone: toneOf(report),
    circumstances: circumstances(report, quote),
    sections: [
      unseenSection(report, quote),
      ...problemSections(report, quote),
      changesSection(report, quote),
      unobservedSection(report, quote),
      certificatesSection(report, quote),
      exceptionsSection(report, quote),
      ...exposedSections(report, quote),
      verificationsSection(report, quote),
      alertsSection(report, quote),
      groundsSection(report, quote),
      evidenceSection(report),
    ].filter(({ blocks }) => blocks.length > 0),
  };
}

function toneOf({ quiet, judgement }: WeeklyReport): Tone {
  if (judgement?.verdict === 'fail') return 'bad';
  return quiet ? 'good' : 'doubt';
}

function circumstances({ since, madeAt, vantage, judgement }: WeeklyReport, quote: Quote): string {
  const seen = vantage === undefined ? '' : ` Only what was seen from ${quote(vantage, 80)}.`;
  const judged =
    judgement === null
      ? ' No policy was given, so nothing is judged; --policy names one.'
      : ` Judged by the policy ${quote(judgement.policy.name, 80)} as of now: ${judgement.verdict}.`;
  return `From ${shownMinute(since)} to ${shownMinute(madeAt)}; times are in UTC.${seen}${judged}`;
}
