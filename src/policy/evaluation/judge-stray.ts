import { terminalSafe } from '../../model/printable.js';
import type { OpenEntry } from '../../model/snapshot.js';
import type { Draft, Scene } from './draft.js';
import { strayRule } from '../resolution/host-rules.js';
import { draftOfOpen, excuse, judgeExposed } from './judge-open.js';
import { judgeOpen, vantageUnclear } from './judge-rule.js';
import type { ServiceRule } from '../policy.js';
import { remedyFor } from '../remedies/remedies.js';
import { expectationOf } from './truth-table.js';
import { hostText } from '../resolution/rule-words.js';

/** Judges an open port that no rule names: by the rule about its service where there is one, else as unlisted. */
export function judgeStray(scene: Scene, entry: OpenEntry): Draft {
  const expects = (rule: ServiceRule) => expectationOf(rule, scene.vantage, scene.view.address.family);
  const stray = strayRule(scene.rules, entry, (rule) => expects(rule) === 'not-open');
  if (stray === undefined) return judgeUnlisted(scene, entry);
  const { rule, sure } = stray;
  const expectation = expects(rule);
  const ports = [{ first: entry.port, last: entry.port }];
  if (expectation === 'undecidable') return vantageUnclear(scene, rule, ports);
  if (expectation === 'not-open') {
    const draft = judgeExposed(scene, rule, entry);
    // A rule without a port needs no telling why it speaks of this one.
    if (sure && rule.ports.length === 0) return draft;
    const why = sure
      ? `${terminalSafe(entry.service.name)} found on port ${entry.port}, which no rule names`
      : guessed(entry, rule.service);
    return { ...draft, evidence: `${why}; ${draft.evidence}` };
  }
  if (sure) return judgeOpen(scene, rule, entry, expectation);
  if (scene.host.unlisted === 'review') return judgeUnlisted(scene, entry);
  const base = draftOfOpen(scene, entry);
  const evidence = `${guessed(entry, rule.service)}; ${base.evidence}`;
  return { ...scene.rules.wordsOf(rule), ...base, outcome: 'indeterminate', code: 'unidentified', evidence };
}

function guessed({ port }: OpenEntry, service: string | undefined): string {
  return `port ${port} is ${service ?? 'its service'}'s by its number, and nothing on the wire denies it`;
}

function judgeUnlisted(scene: Scene, entry: OpenEntry): Draft {
  const { host } = scene;
  const service = entry.service.name;
  const base = {
    rule: hostText(host, `unlisted ${host.unlisted}`, host.statedAt('unlisted')),
    service,
    ...draftOfOpen(scene, entry),
  };
  if (host.unlisted === 'deny') {
    const remedy = `${remedyFor(service, entry.port)} If it is meant to be open, give it a rule in the policy.`;
    return excuse(scene, entry.port, { ...base, outcome: 'fail', code: 'unlisted', expected: 'not open', remedy });
  }
  const exception = host.exceptionAt(entry.port);
  // Under review nothing fails for being open, except what was excused only until a day that has passed.
  if (exception !== undefined) {
    const excused = excuse(scene, entry.port, { ...base, outcome: 'fail', code: 'unlisted', expected: 'not open' });
    return excused.outcome === 'fail' ? { ...excused, remedy: remedyFor(service, entry.port) } : excused;
  }
  return { ...base, outcome: 'pass', code: 'review', expected: 'reported for review' };
}
