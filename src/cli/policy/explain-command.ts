import { ExposcanError } from '../../model/errors.js';
import { parseTarget, type TargetSpec } from '../../model/parse-target.js';
import { printableText, shorten } from '../../model/printable.js';
import { policyFor } from '../choose-policy.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { PolicyExplainFlags } from './arguments.js';
import { portsOf } from '../port-argument.js';
import { printResult } from '../print-result.js';
import { say } from '../say.js';

/** Says which rule decides a port of a host, and why. Gives the exit code. Throws `ExposcanError`. */
export async function runPolicyExplain(host: string, port: string, flags: PolicyExplainFlags): Promise<ExitCode> {
  const target = oneHost(host);
  const ports = portsOf(port);
  const { policy, explicit } = await policyFor(flags.policy, [host], say);
  if (!explicit) say('no policy in ./policies/ speaks of it, so this is the baseline; --policy names another');
  const { explainPorts } = await import('../../policy/explanation/explain-port.js');
  const explanation = explainPorts(policy, target, ports, new Date());
  await printResult(explanation, flags, async (document, page) => {
    const { formatExplanation } = await import('../../report/explanation.js');
    return formatExplanation(document, page);
  });
  return explanation.entries.length === 0 ? exitCodes.indeterminate : exitCodes.conforms;
}

function oneHost(text: string): TargetSpec {
  const target = parseTarget(text);
  if (target.kind === 'name' || target.kind === 'address') return target;
  throw new ExposcanError(
    'ERR_USAGE',
    `"${shorten(printableText(text), 80)}" is many hosts, and each may have rules of its own: expected one name or address.`,
  );
}
