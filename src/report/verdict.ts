import type { FindingCode } from '../model/finding-codes.js';
import { counted, number } from '../model/quantity.js';
import { isSelfScan } from '../model/self-scan.js';
import { shownTime } from '../model/shown-time.js';
import type { Snapshot } from '../model/snapshot.js';
import { familiesOf, groupFindings, nameOf, subjectOf, type FindingGroup } from './finding-groups.js';
import { paint, paragraph, quoted, type Page, type Style } from './page.js';
import { bounded, listed, wordsOfCode } from './words.js';

const words: Readonly<Record<Snapshot['verdict'], readonly [string, Style]>> = {
  pass: ['PASS', 'green'],
  fail: ['FAIL', 'red'],
  indeterminate: ['INDETERMINATE', 'yellow'],
  none: ['NO VERDICT', 'bold'],
};

/** What fails apart from exposure, in the order of its weight: one of it, and many. */
const deviations: Readonly<Partial<Record<FindingCode, readonly [one: string, many: string]>>> = {
  unlisted: ['port is open that no rule allows', 'ports are open that no rule allows'],
  'exception-expired': ['port is open whose exception has ended', 'ports are open whose exceptions have ended'],
  missing: ['declared service does not answer', 'declared services do not answer'],
  'wrong-service': ['port is answered by another service', 'ports are answered by other services'],
  'wrong-product': ['service is another product', 'services are other products'],
  'too-old': ['service is too old', 'services are too old'],
  'tls-missing': ['service lacks TLS', 'services lack TLS'],
  'tls-too-old': ['service has too old a TLS', 'services have too old a TLS'],
  'tls-old-accepted': ['service accepts TLS below 1.2', 'services accept TLS below 1.2'],
  'certificate-name': ['certificate is not for its target', 'certificates are not for their targets'],
  'certificate-self-signed': ['certificate is self-signed', 'certificates are self-signed'],
  'certificate-expiring': ['certificate expires too soon', 'certificates expire too soon'],
  'certificate-not-yet-valid': ['certificate is not valid yet', 'certificates are not valid yet'],
};

const shownNames = 6;

/** The verdict in one word and one sentence, then what was scanned, from where, when, and judged by what. */
export function verdictSection(page: Page, whole: Snapshot): string[] {
  // What does not count has no part in the sentence that says why.
  const snapshot = { ...whole, findings: whole.findings.filter(({ counted: isCounted }) => isCounted !== false) };
  const [word, style] = words[snapshot.verdict];
  const [first = '', ...rest] = paragraph(page, `${word}: ${sentence(snapshot)}`);
  const stopped = snapshot.complete ? '' : 'The scan was stopped before it was done: what is missing is unknown.';
  return [
    `${paint(page, word, 'bold', style)}${first.slice(word.length)}`,
    ...rest,
    ...(stopped === '' ? [] : paragraph(page, stopped)),
    ...paragraph(page, circumstances(snapshot)).map((line) => paint(page, line, 'dim')),
  ];
}

function sentence(snapshot: Snapshot): string {
  switch (snapshot.verdict) {
    case 'fail':
      return failure(snapshot);
    case 'pass':
      return success(snapshot);
    case 'indeterminate':
      return isSelfScan(snapshot)
        ? 'this machine looked at itself, which shows what listens, not what is exposed. That is not a pass.'
        : `${doubt(snapshot)} This is not a pass.`;
    case 'none':
      return isSelfScan(snapshot)
        ? 'this machine looked at itself, which shows what listens, not what is exposed.'
        : 'no policy was applied. This is what was seen.';
  }
}

function success(snapshot: Snapshot): string {
  const open = groupFindings(snapshot.findings.filter(({ code }) => code === 'review')).length;
  return open === 0
    ? `what was observed is what was declared (${checks(snapshot)}).`
    : `no rule is broken (${checks(snapshot)}); ${counted(open, 'open port is', 'open ports are')} for review.`;
}

function checks(snapshot: Snapshot): string {
  const addresses = new Set(snapshot.findings.flatMap(({ address }) => address ?? []));
  const count = counted(snapshot.findings.length, 'check');
  return addresses.size === 0 ? count : `${count} on ${counted(addresses.size, 'address', 'addresses')}`;
}

function doubt(snapshot: Snapshot): string {
  const undecided = snapshot.findings.filter(({ outcome }) => outcome === 'indeterminate').length;
  const codes = [...snapshot.unknown, ...snapshot.targets.flatMap(({ errors }) => errors)].map(({ code }) => code);
  const why = [...new Set(codes)].map(wordsOfCode);
  const because = why.length === 0 ? '' : ` (${bounded(why, 3)})`;
  return undecided === 0
    ? `what the answer depends on could not be observed${because}.`
    : `${counted(undecided, 'check')} could not be decided, because not everything was observed${because}.`;
}

function failure(snapshot: Snapshot): string {
  const failed = snapshot.findings.filter(({ outcome }) => outcome === 'fail');
  const groups = groupFindings(failed);
  const exposed = groups.filter(({ sample }) => sample.code === 'exposed');
  const parts = exposed.length > 0 ? [exposure(exposed)] : [];
  let others = groups.length - exposed.length;
  for (const [code, [one, many]] of Object.entries(deviations)) {
    const alike = groups.filter(({ sample }) => sample.code === code);
    others -= alike.length;
    if (alike.length > 0) parts.push(`${counted(alike.length, one, many)}: ${names(alike)}`);
  }
  if (others > 0) parts.push(counted(others, parts.length === 0 ? 'deviation' : 'other deviation'));
  const undecided = snapshot.findings.filter(({ outcome }) => outcome === 'indeterminate').length;
  const more = undecided === 0 ? '' : ` ${counted(undecided, 'check')} could not be decided.`;
  return `${parts.length === 0 ? 'the policy is not met' : parts.join('; ')}.${more}`;
}

function exposure(groups: readonly FindingGroup[]): string {
  const [only] = groups;
  if (groups.length === 1 && only !== undefined) {
    return `${subjectOf(only.sample)} is exposed on ${places(only)} and should be ${quoted(only.sample.expected, 60)}`;
  }
  const expected = new Set(groups.map(({ sample }) => sample.expected));
  const wanted = expected.size === 1 ? `be ${quoted([...expected].join(''), 60)}` : 'not be reachable from here';
  return `${number(groups.length)} services are exposed that should ${wanted}: ${names(groups)}`;
}

function places({ members }: FindingGroup): string {
  const addresses = new Set(members.flatMap(({ address }) => address ?? []));
  return addresses.size > 2 ? counted(addresses.size, 'address', 'addresses') : listed(familiesOf(members));
}

function names(groups: readonly FindingGroup[]): string {
  return bounded([...new Set(groups.map(({ sample }) => nameOf(sample)))], shownNames);
}

function circumstances({ targets, vantage, startedAt, finishedAt, policy }: Snapshot): string {
  const seconds = Math.max(0, (Date.parse(finishedAt) - Date.parse(startedAt)) / 1000);
  const scanned = bounded(
    targets.map(({ target }) => quoted(target, 255)),
    5,
  );
  const judged = policy === null ? 'no policy' : `policy ${quoted(policy.name, 80)}`;
  const took = seconds < 10 ? seconds.toFixed(1) : seconds.toFixed(0);
  return `${scanned}, seen from ${quoted(vantage.name, 80)}, ${shownTime(startedAt)}, ${took} s, ${judged}`;
}
