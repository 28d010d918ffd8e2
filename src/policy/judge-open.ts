import type { FindingCode } from '../model/finding-codes.js';
import type { Outcome, OpenEntry } from '../model/snapshot.js';
import { terminalSafe } from '../model/printable.js';
import { describeService, openEvidence } from './evidence.js';
import type { Draft, Scene } from './draft.js';
import type { PolicyException, ServiceRule } from './policy.js';
import { remedyFor } from './remedies.js';
import { accountabilityWords } from './rule-words.js';
import { relateService } from './service-names.js';
import { compareVersions } from './versions.js';

/** What every draft about one open port says. */
export function draftOfOpen(scene: Scene, entry: OpenEntry) {
  return {
    ports: [{ first: entry.port, last: entry.port }],
    actual: 'open',
    evidence: openEvidence(entry, scene.vantage),
  };
}

/** The service that a remedy must speak of: what the rule names (Docker's API, where `http` is all one reads), unless another answered. */
function answering(rule: ServiceRule, entry: OpenEntry): string {
  if (rule.service === undefined || relateService(rule.service, entry) === 'other') return entry.service.name;
  return rule.service;
}

/** An open port that the rule keeps closed to this vantage. */
export function judgeExposed(scene: Scene, rule: ServiceRule, entry: OpenEntry): Draft {
  const service = answering(rule, entry);
  const draft = { ...scene.rules.wordsOf(rule), ...draftOfOpen(scene, entry), service };
  return excuse(scene, entry.port, {
    ...draft,
    outcome: 'fail',
    code: 'exposed',
    remedy: remedyFor(service, entry.port),
  });
}

/** An open port that the rule wants open: is it also the service, the product and the version that it names? */
export function judgeIdentity(scene: Scene, rule: ServiceRule, entry: OpenEntry): Draft {
  const { outcome, code, expected, actual, remedy, note } = identify(rule, entry);
  const base = draftOfOpen(scene, entry);
  const evidence = note === undefined ? base.evidence : `${note}; ${base.evidence}`;
  const words = scene.rules.wordsOf(rule);
  const said = expected === undefined ? words.expected : `${words.expected}, ${expected}`;
  const draft = { ...words, ...base, outcome, code, expected: said, actual, evidence, remedy };
  return excuse(scene, entry.port, draft);
}

interface Identity {
  readonly outcome: Outcome;
  readonly code: FindingCode;
  readonly expected?: string;
  readonly actual: string;
  readonly remedy?: string;
  readonly note?: string;
}

function identify(rule: ServiceRule, entry: OpenEntry): Identity {
  const { service } = entry;
  const relation = rule.service === undefined ? 'same' : relateService(rule.service, entry);
  if (relation === 'other') {
    const remedy = `Find out what answers on port ${entry.port}, and either put ${rule.service ?? ''} back there or change the rule.`;
    return {
      outcome: 'fail',
      code: 'wrong-service',
      expected: `service ${rule.service ?? ''}`,
      actual: describeService(entry),
      remedy,
    };
  }
  const asked = [rule.product, rule.minVersion && `at least ${rule.minVersion}`].filter(Boolean).join(' ');
  if (asked === '') return { outcome: 'pass', code: 'open', actual: 'open' };
  const unsure = (note: string, code: FindingCode = 'unidentified'): Identity => {
    return { outcome: 'indeterminate', code, expected: asked, actual: describeService(entry), note };
  };
  if (rule.product !== undefined) {
    if (service.method !== 'probed' || service.product === undefined)
      return unsure('the product could not be read off the wire');
    if (rule.product.toLowerCase() !== service.product.toLowerCase()) {
      // Behind a carrier (a reverse proxy, say) the product named may be the carrier's.
      if (relation === 'possible') return unsure(`${terminalSafe(service.product)} may stand in front of it`);
      const remedy = `Find out why ${rule.product} does not answer on port ${entry.port}, or change the rule.`;
      return { outcome: 'fail', code: 'wrong-product', expected: asked, actual: describeService(entry), remedy };
    }
  } else if (relation === 'possible') {
    return unsure('what answers could not be identified');
  }
  if (rule.minVersion === undefined) return { outcome: 'pass', code: 'open', expected: asked, actual: 'open' };
  if (service.method !== 'probed' || service.version === undefined) {
    return unsure('the version could not be read off the wire', 'version-unknown');
  }
  const comparison = compareVersions(service.version, rule.minVersion);
  if (comparison.kind === 'unclear') return unsure(comparison.why, 'version-unknown');
  if (comparison.kind === 'enough') return { outcome: 'pass', code: 'open', expected: asked, actual: 'open' };
  const remedy = `Update ${service.product ?? service.name} to ${rule.minVersion} or later, then run exposcan again.`;
  return { outcome: 'fail', code: 'too-old', expected: asked, actual: describeService(entry), remedy };
}

/** An exception that holds turns a failure into a pass that names who answers for it; a lapsed one excuses nothing. */
export function excuse(scene: Scene, port: number, draft: Draft): Draft {
  const exception = scene.rules.exceptionAt(port);
  if (exception === undefined || draft.outcome !== 'fail') return draft;
  const by = accountabilityWords(exception);
  if (holds(exception, scene.now)) {
    const evidence = `excepted until ${exception.expires} by ${exception.owner}; ${draft.evidence}`;
    return { ...draft, outcome: 'pass', code: 'excepted', remedy: undefined, evidence, ...by };
  }
  const evidence = `the exception on line ${exception.position.line} ended on ${exception.expires}; ${draft.evidence}`;
  return { ...draft, code: 'exception-expired', evidence, ...by };
}

/** Through the end of the day (UTC) that it names; a clock that cannot be read excuses nothing. */
function holds({ expires }: PolicyException, now: Date): boolean {
  return now.getTime() < Date.parse(`${expires}T00:00:00Z`) + 24 * 60 * 60 * 1000;
}
