import { startMariaDb } from '../../lab/daemons/mariadb.js';
import { startOpenSsh } from '../../lab/daemons/openssh.js';
import { createLab, hostAddresses, scannerAddresses, type Lab } from '../../lab/lab.js';
import { measure } from '../measure.js';
import type { Row } from '../results.js';
import { wordsOf } from './answers.js';
import { measurePrinters } from './printers.js';
import { exposcanNamer } from './scanners.js';

export const footprint = {
  name: 'footprint',
  describe:
    'what a hundred scans in a row leave at servers that hold connections against strangers (MariaDB that looks up names, and OpenSSH), and at printers',
};

const scans = 100;
const [sshPort, databasePort] = [22, 3306];

/** Scans them a hundred times, then asks the servers. */
export async function measureFootprint(): Promise<{ rows: Row[]; notes: string[] }> {
  const parts = [await measureCounting(), await measurePrinters(footprint.name, scans)];
  return {
    rows: parts.flatMap(({ rows }) => rows),
    notes: parts.flatMap(({ notes }) => notes).map((note) => `${footprint.name}: ${note}`),
  };
}

async function measureCounting(): Promise<{ rows: Row[]; notes: string[] }> {
  const lab = createLab();
  try {
    // Hosts are only counted by name, and only those that have one.
    lab.host.writeHosts([[scannerAddresses[4], 'scanner.example.org']]);
    const database = await startMariaDb(lab.host, lab.directory('mariadb'));
    database.sql("CREATE USER 'x'@'%' ACCOUNT LOCK");
    await database.restartWith(['skip-name-resolve = OFF', 'performance-schema = ON']);
    const ssh = await startOpenSsh(lab.host, lab.directory('openssh'));
    const before = database.status('Aborted_connects');
    const taken = [];
    for (let turn = 0; turn < scans; turn += 1) taken.push(await scanOnce(lab));
    const hostCache = database.sql(
      'SELECT COUNT_HOST_BLOCKED_ERRORS, SUM_CONNECT_ERRORS FROM performance_schema.host_cache',
    );
    const connections = ssh.log().match(/^Connection from /gm)?.length ?? 0;
    const penalties = ssh.log().match(/penalt|drop connection|refused connect/gi)?.length ?? 0;
    const next = await scanOnce(lab);
    const rows: Row[] = [
      {
        scenario: `${footprint.name}: databases and shells`,
        scanner: 'exposcan',
        seconds: taken.map(({ seconds }) => seconds),
        cpuSeconds: taken.map(({ cpuSeconds }) => cpuSeconds),
        peakMiB: taken.map(({ peakMiB }) => peakMiB),
        right: taken.filter(({ answers }) => answers.length === 2 && answers.every(({ version }) => version)).length,
      },
    ];
    const notes = [
      `MariaDB after ${scans} scans: Aborted_connects went up by ${database.status('Aborted_connects') - before}, ` +
        `host cache (blocked, connect errors) ${hostCache.trim().replace(/\s+/g, ' ') || 'empty'}, ` +
        `and the next scan read: ${next.answers.map(wordsOf).join(', ')}`,
      `OpenSSH after ${scans} scans: ${connections} connections, ${penalties} penalties or drops in its log`,
    ];
    return { rows, notes };
  } finally {
    lab.remove();
  }
}

async function scanOnce(lab: Lab) {
  const { command, args } = exposcanNamer.command(hostAddresses[4], [sshPort, databasePort]);
  const run = await measure(lab.outside, command, args);
  return { ...run, answers: exposcanNamer.answers(run.stdout) };
}
