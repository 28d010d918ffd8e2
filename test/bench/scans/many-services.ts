import { setFirewall } from '../../lab/firewall.js';
import { layLongWire, longHostAddresses } from '../../lab/long-wire.js';
import { alike, exposcan, namedByExposcan, namedByNmap, nmap } from './contenders.js';
import { serviceOn } from './listener.js';
import { cutAndTell, wireWords } from './one-host.js';
import type { Scenario } from './scenario.js';

const host = longHostAddresses[4];
const ports = Array.from({ length: 1000 }, (_, at) => 10_000 + at);
const range = '10000-10999';

export const servicesOverLongWire: Scenario = {
  name: 'services-long',
  describe: '1,000 open ports with banners over 40 ms, found and each named: SSH, FTP, SMTP',
  endpoints: ports.length,
  openPorts: ports,
  planted: ports.map((port) => `${host} ${port} ${serviceOn(port)}`),
  missing: wireWords,
  prepare: async (lab) => {
    const wire = await layLongWire(lab, { delayMs: 20, lossPercent: 0 });
    setFirewall(lab.host, []);
    return cutAndTell('services-long', wire);
  },
  reference: 'nmap -sV --version-light',
  contenders: () => [
    { ...exposcan('exposcan', [host, '-p', range, ...alike], { target: 0.25 }), found: namedByExposcan },
    ...nmap('nmap -sV --version-light', [['-sS', '-T4', '-sV', '--version-light', `-p${range}`, host]], {
      isSlow: true,
    }).map((contender) => ({ ...contender, found: namedByNmap })),
  ],
};
