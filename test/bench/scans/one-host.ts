import { setFirewall } from '../../lab/firewall.js';
import { hostAddresses, scannerAddresses } from '../../lab/lab.js';
import { layLongWire, longHostAddresses, longWireMissing, type LongWire } from '../../lab/long-wire.js';
import { alike, exposcan, masscan, nmap, unprivileged } from './contenders.js';
import { plant, type Scenario } from './scenario.js';

const allPorts = 65_535;
const ten = [22, 25, 80, 143, 443, 3306, 7777, 20022, 40404, 65535];
const four = [22, 80, 443, 7777];
const host = hostAddresses[4];
const wire = { device: 'eth0', scanner: scannerAddresses[4], router: host };

/** The rules of a host that drops all but these ports. Neighbours are found all the same. */
export function allButDropped(ports: readonly number[]): string[] {
  return ['meta l4proto ipv6-icmp accept', `tcp dport != { ${ports.join(', ')} } drop`];
}

/** Says so where the wire has lost more than it was to. */
export function cutAndTell(scenario: string, wire: LongWire): () => Promise<string[]> {
  return async () => {
    const { passed, lost, overrun } = await wire.cut();
    const said = `${scenario}: the wire passed ${passed} packets on and lost ${lost}, as it was to`;
    return [overrun === 0 ? said : `${said}; ${overrun} more it could not carry, which no scanner is to blame for`];
  };
}

/** What a scenario over the long wire needs beside root. */
export function wireWords(): string | undefined {
  const missing = longWireMissing();
  return missing.length === 0 ? undefined : `the long wire needs ${missing.join(' and ')}, not installed here`;
}

export const resetBySyn: Scenario = {
  name: 'reset-syn',
  describe: 'one host, 65,535 ports, 10 open, the rest reset; by SYN',
  endpoints: allPorts,
  openPorts: ten,
  planted: plant([host], ten),
  prepare: (lab) => {
    setFirewall(lab.host, []);
    return Promise.resolve(undefined);
  },
  reference: 'nmap -sS -T4',
  contenders: () => [
    exposcan('exposcan --method syn', [host, '-p', 'all', '--method', 'syn', ...alike], { target: 0.9 }),
    exposcan('exposcan --method syn, history kept', [host, '-p', 'all', '--method', 'syn', '--no-policy']),
    ...nmap('nmap -sS -T4', [['-sS', '-T4', '-p-', host]]),
    ...nmap('nmap -sS', [['-sS', '-p-', host]]),
    ...masscan([host, '-p1-65535'], wire),
  ],
};

export const resetByConnect: Scenario = {
  ...resetBySyn,
  name: 'reset-connect',
  describe: 'the same by connect, as a user without privileges',
  reference: 'nmap -sT -T4',
  contenders: () =>
    [
      exposcan('exposcan --method connect', [host, '-p', 'all', '--method', 'connect', ...alike], { target: 1.2 }),
      ...nmap('nmap -sT -T4', [['-sT', '-T4', '--unprivileged', '-p-', host]]),
    ].map(unprivileged),
};

export const drop: Scenario = {
  name: 'drop',
  describe: 'one host, 65,535 ports, 4 open, the rest dropped',
  endpoints: allPorts,
  openPorts: four,
  planted: plant([host], four),
  prepare: (lab) => {
    setFirewall(lab.host, allButDropped(four));
    return Promise.resolve(undefined);
  },
  reference: 'nmap -sS -T4',
  contenders: () => [
    exposcan('exposcan', [host, '-p', 'all', ...alike], { target: 0.1 }),
    exposcan('exposcan --method connect', [host, '-p', 'all', '--method', 'connect', ...alike], { target: 0.1 }),
    ...nmap('nmap -sS -T4', [['-sS', '-T4', '-p-', host]], { isSlow: true }),
    ...masscan([host, '-p1-65535'], wire),
  ],
};

export const dropOverLongWire: Scenario = {
  name: 'drop-long',
  describe: 'the same over 40 ms with 1 % loss each way, both families at once (nmap: one after the other)',
  endpoints: 2 * allPorts,
  openPorts: four,
  planted: plant([longHostAddresses[4], longHostAddresses[6]], four),
  missing: wireWords,
  prepare: async (lab) => {
    const long = await layLongWire(lab, { delayMs: 20, lossPercent: 1 });
    setFirewall(lab.host, allButDropped(four));
    return cutAndTell('drop-long', long);
  },
  reference: 'nmap -sS -T4',
  contenders: () => [
    exposcan('exposcan', [longHostAddresses[4], longHostAddresses[6], '-p', 'all', ...alike], { target: 0.1 }),
    ...nmap(
      'nmap -sS -T4',
      [
        ['-sS', '-T4', '-p-', longHostAddresses[4]],
        ['-6', '-sS', '-T4', '-p-', longHostAddresses[6]],
      ],
      { isSlow: true },
    ),
  ],
};

export const rstLimit: Scenario = {
  ...resetBySyn,
  name: 'rst-limit',
  describe: 'one host, 65,535 ports, 10 open, and at most 500 RSTs a second for the rest',
  prepare: (lab) => {
    setFirewall(lab.host, []);
    const rules = [
      'tcp flags & (syn | rst) == rst limit rate 500/second accept',
      'tcp flags & (syn | rst) == rst drop',
    ];
    const chain = `type filter hook output priority filter;\n${rules.join('\n')}`;
    lab.host.run('nft', ['-f', '-'], `table inet refusals {\n chain output {\n${chain}\n }\n}\n`);
    return Promise.resolve(undefined);
  },
  contenders: () => [
    exposcan('exposcan', [host, '-p', 'all', ...alike], { target: 1 }),
    ...nmap('nmap -sS -T4', [['-sS', '-T4', '-p-', host]], { isSlow: true, patienceSeconds: 300 }),
  ],
};
