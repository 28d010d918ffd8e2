import type { Family } from '../model/address.js';
import type { PortRange } from '../model/ports.js';
import type { MethodChoice } from '../model/method-choice.js';
import type { ScanOptions } from '../scan/options.js';
import type { ChosenPolicy } from './choose-policy.js';
import type { HistoryFlags } from './history-flags.js';

/** The flags that say what to probe and how, as the command line gives them. */
export interface ProbeFlags {
  readonly ports?: string;
  readonly ipv4?: true;
  readonly ipv6?: true;
  readonly method: MethodChoice;
  readonly rate?: number;
  readonly timeout?: number;
  readonly retries?: number;
  readonly concurrency?: number;
  readonly maxGrabs?: number;
  readonly polite?: true;
  readonly probeIcs?: true;
  readonly control: readonly string[];
  readonly exclude: readonly string[];
  readonly yes?: true;
  readonly vantage?: string;
  readonly quiet?: true;
  readonly verbose?: true;
}

/** The flags of `exposcan TARGET…`. */
export interface ScanFlags extends ProbeFlags, HistoryFlags {
  readonly policy?: string | false;
  readonly json?: true;
  readonly output: readonly string[];
}

/** What the flags ask of a scan; ports that no flag names are the policy's. Throws `ERR_BAD_PORTS`. */
export async function scanOptions(
  targets: readonly string[],
  flags: ProbeFlags,
  chosen: ChosenPolicy | undefined,
): Promise<ScanOptions> {
  const { policyPorts, namedPorts } = await portsOf(targets, chosen);
  const ports = flags.ports === undefined ? policyPorts : await parsePorts(flags.ports);
  return {
    targets,
    families: familiesOf(flags),
    exclude: flags.exclude,
    allowHuge: flags.yes === true,
    controls: flags.control,
    namedPorts,
    polite: flags.polite === true,
    probeIcs: flags.probeIcs === true,
    method: flags.method,
    ...(ports === undefined ? {} : { ports }),
    ...(flags.vantage === undefined ? {} : { vantage: flags.vantage }),
    ...(flags.rate === undefined ? {} : { rate: flags.rate }),
    ...(flags.timeout === undefined ? {} : { timeout: flags.timeout }),
    ...(flags.retries === undefined ? {} : { retries: flags.retries }),
    ...(flags.concurrency === undefined ? {} : { concurrency: flags.concurrency }),
    ...(flags.maxGrabs === undefined ? {} : { maxGrabs: flags.maxGrabs }),
  };
}

async function portsOf(
  targets: readonly string[],
  chosen: ChosenPolicy | undefined,
): Promise<{ policyPorts?: readonly PortRange[] | undefined; namedPorts: readonly PortRange[] }> {
  if (chosen === undefined) return { namedPorts: [] };
  const { namedPorts, portsToScan } = await import('../policy/resolution/scan-scope.js');
  return { policyPorts: portsToScan(chosen.policy, targets), namedPorts: namedPorts(chosen.policy, targets) };
}

async function parsePorts(text: string): Promise<readonly PortRange[]> {
  const { parsePortSpec } = await import('../targets/port-spec.js');
  return parsePortSpec(text);
}

function familiesOf({ ipv4, ipv6 }: ProbeFlags): readonly Family[] {
  if (ipv4 === ipv6) return [4, 6];
  return ipv4 === true ? [4] : [6];
}
