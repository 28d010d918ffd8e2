import type { FindingCode } from '../../model/finding-codes.js';
import { terminalSafe } from '../../model/printable.js';
import type { OpenEntry, Outcome } from '../../model/snapshot.js';
import { describeService } from './evidence.js';
import type { ServiceRule } from '../policy.js';
import { relateService } from '../resolution/service-names.js';
import { compareWithMinimums, type Comparison } from '../versions/versions.js';

/** What one question about an open port came to. */
export type Check =
  | { readonly outcome: 'pass'; readonly expected?: string }
  | {
      readonly outcome: Exclude<Outcome, 'pass'>;
      readonly code: FindingCode;
      /** What was asked for beyond being open. */
      readonly expected?: string;
      readonly actual: string;
      readonly remedy?: string;
      /** What the evidence is to begin with. */
      readonly note?: string;
    };

/** Whether an open port is the service, the product and the version that a rule names. */
export function checkIdentity(rule: ServiceRule, entry: OpenEntry): Check {
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
  const least = rule.minVersion.length === 0 ? undefined : `at least ${rule.minVersion.join(' or ')}`;
  const asked = [rule.product, least].filter(Boolean).join(' ');
  if (asked === '') return { outcome: 'pass' };
  const unsure = (note: string, code: FindingCode = 'unidentified'): Check => {
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
  if (rule.minVersion.length === 0) return { outcome: 'pass', expected: asked };
  if (service.method !== 'probed' || service.version === undefined) {
    return unsure('the version could not be read off the wire', 'version-unknown');
  }
  const comparison = compareWithAll(entry, service.version, rule.minVersion);
  if (comparison.kind === 'unclear') return unsure(comparison.why, 'version-unknown');
  if (comparison.kind === 'enough') return { outcome: 'pass', expected: asked };
  const remedy = `Update ${terminalSafe(service.product ?? service.name)} to ${rule.minVersion.join(' or ')} or later, then run exposcan again.`;
  return { outcome: 'fail', code: 'too-old', expected: asked, actual: describeService(entry), remedy };
}

/** Of several least versions, each for its own line of updates. */
function compareWithAll(entry: OpenEntry, version: string, minimums: readonly string[]): Comparison {
  const bytes = Buffer.from((entry.banner?.base64 ?? '').slice(0, 268), 'base64').subarray(0, 200);
  const found = { version, extraInfo: entry.service.extraInfo, banner: bytes.toString('latin1') };
  return compareWithMinimums(found, minimums);
}
