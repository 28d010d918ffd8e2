import { startCups } from '../../lab/daemons/cups.js';
import { startLinePrinterDaemon, startRawPrinter } from '../../lab/daemons/printers.js';
import { createLab, hostAddresses } from '../../lab/lab.js';
import { measure } from '../measure.js';
import type { Row } from '../results.js';
import { alike } from '../scans/contenders.js';
import { answersOfExposcan } from './answers.js';

const printerPorts = [515, 631, 9100];
/** Where no number tells that a printer may be there. */
const oddPort = 19_100;

/** Turn by turn: as it comes, asking all that may be asked, by SYN, and every port there is. */
const ways: readonly (readonly string[])[] = [
  ['-p', printerPorts.join()],
  ['-p', printerPorts.join(), '--probe-ics'],
  ['-p', printerPorts.join(), '--method', 'syn'],
  ['-p', `1-${oddPort - 1},${oddPort + 1}-65535`, '--probe-ics'],
];

/** What so many scans leave at a raw port, at a line printer daemon and at CUPS, with nothing but a printer behind them. */
export async function measurePrinters(name: string, scans: number): Promise<{ rows: Row[]; notes: string[] }> {
  const lab = createLab();
  try {
    const raw = await startRawPrinter(lab.host, lab.directory('raw'), 9100);
    const odd = await startRawPrinter(lab.host, lab.directory('raw-odd'), oddPort);
    const cups = await startCups(lab.host, lab.directory('cups'));
    const lpd = await startLinePrinterDaemon(lab.host, lab.directory('lpd'), 515);
    const scanOnce = async (args: readonly string[]) => {
      const all = ['bin/exposcan.js', hostAddresses[4], ...args, ...alike, '--json', '--quiet'];
      const run = await measure(lab.outside, process.execPath, all);
      return { ...run, answers: answersOfExposcan(run.stdout) };
    };
    const taken = [];
    for (let turn = 0; turn < scans; turn += 1) taken.push(await scanOnce(ways[turn % ways.length] ?? []));
    const times = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
    const notes = [
      `raw port 9100 after ${scans} scans: ${times(raw.log(), / accepted$/gm)} connections, ${raw.printed().length} bytes printed`,
      `line printer daemon after ${scans} scans: ${times(lpd.log(), /Connection from/g)} connections, ` +
        `${times(lpd.log(), /Unable to get command line/g)} of them logged as without a command, ${times(lpd.log(), /job/gi)} jobs`,
      `CUPS after ${scans} scans: ${cups.requests().length} requests logged, ${times(cups.requests().join('\n'), /POST|Job/g)} of them of printing, ` +
        `${cups.spool().length} files in the spool`,
    ];
    await scanOnce(['-p', String(oddPort)]);
    notes.push(
      `a raw port on ${oddPort}, which nothing tells of a printer: one scan has it print ${odd.printed().length} bytes`,
    );
    const row = {
      scenario: `${name}: printers`,
      scanner: 'exposcan',
      seconds: taken.map(({ seconds }) => seconds),
      cpuSeconds: taken.map(({ cpuSeconds }) => cpuSeconds),
      peakMiB: taken.map(({ peakMiB }) => peakMiB),
      right: taken.filter(({ answers }) => answers.map(({ port }) => port).join() === printerPorts.join()).length,
    };
    return { rows: [row], notes };
  } finally {
    lab.remove();
  }
}
