import { setFirewall } from '../../lab/firewall.js';
import { hostAddresses, scannerAddresses, type Lab } from '../../lab/lab.js';
import { layLongWire, longHostAddresses, longScannerAddresses } from '../../lab/long-wire.js';
import { alike, exposcan, masscan, nmap } from './contenders.js';
import { allButDropped, cutAndTell, wireWords } from './one-host.js';
import { plant, type Scenario } from './scenario.js';

/** Addresses for benchmarks (RFC 2544, appendix C.2.2), all of which the lab's host answers at. */
const manyAddresses = '198.18.0.0/15';
const four = [22, 25, 53, 80];
const block = '198.18.1.0/24';

function answerAtMany(lab: Lab, device: string, router: string): void {
  lab.host.ip('route', 'add', 'local', manyAddresses, 'dev', 'lo');
  lab.outside.ip('route', 'add', manyAddresses, 'via', router, 'dev', device);
}

export const blockOverLongWire: Scenario = {
  name: 'block-long',
  describe: '/24 × 100 ports, 4 open on each address, the rest dropped, over 40 ms with 1 % loss each way',
  endpoints: 256 * 100,
  openPorts: four,
  planted: plant(
    Array.from({ length: 256 }, (_, at) => `198.18.1.${at}`),
    four,
  ),
  missing: wireWords,
  prepare: async (lab) => {
    const wire = await layLongWire(lab, { delayMs: 20, lossPercent: 1 });
    answerAtMany(lab, 'long0', longHostAddresses[4]);
    setFirewall(lab.host, allButDropped(four));
    return cutAndTell('block-long', wire);
  },
  reference: 'nmap -sS -T4',
  contenders: () => [
    exposcan('exposcan', [block, '-p', '1-100', ...alike], { target: 0.08 }),
    ...nmap('nmap -sS -T4', [['-sS', '-T4', '-p1-100', block]], { isSlow: true }),
    ...masscan([block, '-p1-100'], { device: 'long0', scanner: longScannerAddresses[4], router: longHostAddresses[4] }),
  ],
};

/** One address in 64 is there: it has one port open and refuses the rest. From all the others nothing comes. */
function sparse(prefixLength: number): Scenario {
  const addresses = 2 ** (32 - prefixLength);
  const network = `198.18.0.0/${prefixLength}`;
  const there = Array.from({ length: addresses / 64 }, (_, at) => `198.18.${at >> 2}.${((at & 3) << 6) + 1}`);
  return {
    name: `sparse-${prefixLength}`,
    describe: `/${prefixLength} × 10 ports, one address in 64 there: time in proportion to endpoints, at most 200 MB`,
    endpoints: addresses * 10,
    openPorts: [22],
    planted: plant(there, [22]),
    runs: 1,
    prepare: (lab) => {
      answerAtMany(lab, 'eth0', hostAddresses[4]);
      setFirewall(lab.host, [`ip daddr ${manyAddresses} ip daddr & 0.0.0.63 != 0.0.0.1 drop`]);
      return Promise.resolve(undefined);
    },
    reference: 'masscan --rate 20000',
    contenders: () => [
      exposcan('exposcan', [network, '-p', '20-29', ...alike]),
      ...masscan([network, '-p20-29'], { device: 'eth0', scanner: scannerAddresses[4], router: hostAddresses[4] }),
    ],
  };
}

export const sparseBlocks = [18, 17, 16].map(sparse);
