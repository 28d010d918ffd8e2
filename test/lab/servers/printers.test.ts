import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { findProgram } from '../command.js';
import { printerQueue, startCups } from '../daemons/cups.js';
import { startLinePrinterDaemon, startRawPrinter } from '../daemons/printers.js';
import { createLab, hostAddresses } from '../lab.js';
import { upstreamVersion } from '../packages.js';
import { labOptions } from '../requirements.js';
import { scanJson } from '../scan.js';

const backend = (scheme: string) => `/usr/lib/cups/backend/${scheme}`;
const absent = ['p910nd', 'cupsd', '/usr/lib/cups/daemon/cups-lpd', backend('lpd'), 'lp', 'stdbuf'].filter(
  (program) => findProgram(program) === undefined,
);
const lacks = absent.length === 0 ? undefined : `these are not installed: ${absent.join(', ')}`;

/** Every way in which a printer is scanned; all of them ask whatever may be asked. */
const ways: readonly (readonly string[])[] = [
  ['-p', '515,631,9100,9109'],
  ['-p', '515,631,9100,9109', '--probe-ics'],
  ['-p', '515,631,9100,9109', '--method', 'syn'],
  ['-p', '500-700,9000-9200', '--polite'],
  ['-p', 'all', '--method', 'syn', '--probe-ics'],
];

t.test('printers, before and after scans of every kind', labOptions(lacks), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const { outside, host } = lab;
  const address = hostAddresses[4];
  const raw = await startRawPrinter(host, lab.directory('raw'), 9100);
  const tenth = await startRawPrinter(host, lab.directory('raw-tenth'), 9109);
  const cups = await startCups(host, lab.directory('cups'));
  const lpd = await startLinePrinterDaemon(host, lab.directory('lpd'), 515);

  for (const way of ways) {
    const { snapshot } = await scanJson(outside, [address, ...way, '--no-policy']);
    const serviceOn = (port: number) => snapshot.open.find((entry) => entry.port === port)?.service;
    for (const port of [515, 9100]) t.match(serviceOn(port), { method: 'table' }, `${way.join(' ')}: ${port}`);
    const version = upstreamVersion('cups-daemon');
    t.match(serviceOn(631), { name: 'ipp', product: 'CUPS', version, method: 'probed' });
  }
  t.strictSame([raw.printed(), tenth.printed()], ['', ''], 'nothing is printed');
  t.match(raw.log(), /accepted\n/, 'though it was spoken to');
  t.strictSame(
    raw.log().match(/\d+ bytes sent/g) ?? [],
    ways.map(() => '0 bytes sent'),
    'once each time',
  );
  t.match(lpd.log(), /Connection from/);
  t.notMatch(lpd.log(), /job|queue/i, 'it was given no command');
  t.strictSame(cups.spool(), [], 'nothing is in the spool');
  for (const request of cups.requests()) t.match(request, /"(?:GET|HEAD) \S+ HTTP\/1\.[01]" \d+ \d+ - -$/, 'no job');

  // Each of the three ways to print leads to paper, or the above would prove nothing.
  const text = join(lab.directory('job'), 'job.txt');
  writeFileSync(text, 'printed\n');
  const printThrough = (uri: string) =>
    outside.run('env', [
      `DEVICE_URI=${uri}`,
      backend(new URL(uri).protocol.slice(0, -1)),
      '1',
      'me',
      'job',
      '1',
      '',
      text,
    ]);
  printThrough(`socket://${address}:9100`);
  printThrough(`lpd://${address}/${printerQueue}`);
  outside.run('lp', ['-h', `${address}:631`, '-d', printerQueue, text]);
  const deadline = performance.now() + 20_000;
  while (raw.printed().length < 3 * 'printed\n'.length && performance.now() < deadline)
    await new Promise((done) => setTimeout(done, 50));
  t.equal(raw.printed(), 'printed\n'.repeat(3));
  t.not(cups.spool().length, 0);
});
