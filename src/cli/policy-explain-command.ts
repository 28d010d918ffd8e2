import { ExposcanError } from '../model/errors.js';
import { parseTarget, type TargetSpec } from '../model/parse-target.js';
import { printableText, shorten, terminalSafe } from '../model/printable.js';
import { policyFor } from './choose-policy.js';
import { exitCodes, type ExitCode } from './exit-code.js';
import type { PolicyExplainFlags } from './policy-arguments.js';
import { portsOf } from './port-argument.js';
import { wantsColour, widthOf } from './terminal.js';

/** Says which rule decides a port of a host, and why. Gives the exit code. Throws `ExposcanError`. */
export async function runPolicyExplain(host: string, port: string, flags: PolicyExplainFlags): Promise<ExitCode> {
  const say = (line: string) => {
    process.stderr.write(`exposcan: ${terminalSafe(line)}\n`);
  };
  const target = oneHost(host);
  const ports = portsOf(port);
  const { policy, explicit } = await policyFor(flags.policy, [host], say);
  if (!explicit) say('no policy in ./policies/ speaks of it, so this is the baseline; --policy names another');
  const { explainPorts } = await import('../policy/explanation/explain-port.js');
  const { formatExplanation, formatExplanationJson } = await import('../report/explanation.js');
  const explanation = explainPorts(policy, target, ports, new Date());
  process.stdout.write(
    flags.json === true
      ? formatExplanationJson(explanation)
      : formatExplanation(explanation, {
          colour: wantsColour(process.stdout.isTTY, process.env),
          width: widthOf(process.stdout),
          verbosity: flags.verbose === true ? 1 : 0,
        }),
  );
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
