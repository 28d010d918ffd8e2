import { holdsPort } from '../../model/ports.js';
import type { Finding, NotOpenEntry } from '../../model/snapshot.js';
import { basisOf } from '../../policy/evaluation/evidence.js';
import type { Look } from './look.js';
import { isUnseen, portsOf, ruleStem } from './sighting.js';

/** What shows that something conforms again; undefined where nothing says so by itself. */
export function evidenceNow(finding: Finding, look: Look): Finding | undefined {
  const { host = '', address, port } = finding;
  const passes = look.passes(host).filter((pass) => pass.address === address);
  if (isUnseen(finding)) return passes.find(({ code }) => code === 'nothing-unlisted') ?? passes[0];
  if (address === undefined || port === undefined) {
    return passes.find((pass) => ruleStem(pass) === ruleStem(finding)) ?? passes.find(({ code }) => code === 'open');
  }
  const pass = passes.find((each) => holdsPort(portsOf(each), port));
  if (pass !== undefined) {
    const single = { ...pass, port };
    delete single.ports;
    return single;
  }
  const sight = look.seen(address, port);
  return sight === undefined || sight.state === 'open' ? undefined : closedNow(finding, sight);
}

/** Ports that no rule names have no finding of their own when they are closed. */
function closedNow(finding: Finding, entry: NotOpenEntry): Finding {
  const { state, reason, observedAt } = entry;
  const now: Finding = {
    ...finding,
    outcome: 'pass',
    code: state,
    actual: state,
    evidence: `${state} (${reason}); ${observedAt}${finding.vantage === undefined ? '' : ` from ${finding.vantage}`}`,
    basis: basisOf(entry),
    severity: 'info',
  };
  delete now.remedy;
  delete now.service;
  return now;
}
