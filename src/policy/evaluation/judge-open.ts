import type { OpenEntry } from '../../model/snapshot.js';
import { draftBy, type Draft, type Scene } from './draft.js';
import { openEvidence } from './evidence.js';
import { checkIdentity } from './identity.js';
import type { ServiceRule } from '../policy.js';
import { remedyFor } from '../remedies/remedies.js';
import { restrictionRemedy } from '../remedies/restriction-remedy.js';
import { endOf } from '../resolution/exception-end.js';
import { accountabilityWords, formatPlace } from '../resolution/rule-words.js';
import { relateService } from '../resolution/service-names.js';
import { checkTls } from './tls-demand.js';

/** What every draft about one open port says. */
export function draftOfOpen(scene: Scene, entry: OpenEntry) {
  return {
    ports: [{ first: entry.port, last: entry.port }],
    actual: 'open',
    evidence: openEvidence(entry, scene.vantage),
    basis: 'answer' as const,
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
    remedy: rule.exposure === 'restricted' ? restrictionRemedy(rule, entry.port) : remedyFor(service, entry.port),
  });
}

/** An open port that the rule wants open: is it also the service, the product, the version and the TLS that it names? */
export function judgeIdentity(scene: Scene, rule: ServiceRule, entry: OpenEntry): Draft {
  const checks = [checkIdentity(rule, entry), checkTls(rule.tls, entry, scene.now)];
  const troubles = checks.filter((check) => check.outcome !== 'pass');
  const worst = troubles.find(({ outcome }) => outcome === 'fail') ?? troubles[0];
  const base = draftOfOpen(scene, entry);
  const words = scene.rules.wordsOf(rule);
  const expected = [words.expected, ...checks.flatMap((check) => check.expected ?? [])].join(', ');
  if (worst === undefined) return draftBy(words, { ...base, outcome: 'pass', code: 'open', expected });
  const { outcome, code, actual, note, remedy } = worst;
  const evidence = note === undefined ? base.evidence : `${note}; ${base.evidence}`;
  return excuse(scene, entry.port, { ...words, ...base, outcome, code, expected, actual, evidence, remedy });
}

/** An exception that holds turns a failure into a pass that names who answers for it; a lapsed one excuses nothing. */
export function excuse(scene: Scene, port: number, draft: Draft): Draft {
  const exception = scene.host.exceptionAt(port);
  // It is leave to be open, and none to be something else than the rule asks for.
  const isExposure = draft.code === 'exposed' || draft.code === 'unlisted';
  if (exception === undefined || draft.outcome !== 'fail' || !isExposure) return draft;
  const by = { ...accountabilityWords(exception), blanks: [] };
  if (scene.now.getTime() < endOf(exception)) {
    const evidence = `excepted until ${exception.expires} by ${exception.owner}; ${draft.evidence}`;
    return { ...draft, outcome: 'pass', code: 'excepted', remedy: undefined, evidence, ...by };
  }
  const evidence = `the exception at ${formatPlace(exception.position)} ended on ${exception.expires}; ${draft.evidence}`;
  return { ...draft, code: 'exception-expired', evidence, ...by };
}
