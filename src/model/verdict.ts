import type { Finding, Verdict } from './snapshot.js';

/** A proven deviation outranks an unknown, and an unknown outranks every pass. Nothing decided is nothing proved. */
export function verdictOf(all: readonly Pick<Finding, 'outcome' | 'counted'>[]): Exclude<Verdict, 'none'> {
  const findings = all.some(({ counted }) => counted === false) ? all.filter(({ counted }) => counted !== false) : all;
  if (findings.some(({ outcome }) => outcome === 'fail')) return 'fail';
  const proved = findings.length > 0 && findings.every(({ outcome }) => outcome === 'pass');
  return proved ? 'pass' : 'indeterminate';
}
