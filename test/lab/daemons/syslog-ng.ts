import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startDaemon } from '../daemon.js';
import { thisMachine } from '../this-machine.js';
import { readingFrom, type Collector, type CollectorPorts, type Received } from './collector.js';

/**
 * Where syslog-ng is unpacked. Debian does not let it be installed beside rsyslog; servers/unpack-beside brings it here.
 */
const root = process.env['EXPOSCAN_SYSLOG_NG'] ?? '/opt/exposcan-lab/syslog-ng';
const program = join(root, 'usr/sbin/syslog-ng');
const libraries = join(root, 'usr/lib/syslog-ng');

export const isSyslogNgThere = () => existsSync(program);

/** A real syslog-ng on this machine's loopback, TLS by OpenSSL. `certificate` is its own, and what it trusts of clients. */
export async function startSyslogNg(
  directory: string,
  { certificate, key }: { readonly certificate: string; readonly key: string },
  ports: CollectorPorts,
): Promise<Collector> {
  const configuration = join(directory, 'syslog-ng.conf');
  const output = join(directory, 'messages.jsonl');
  const own = `key-file("${key}") cert-file("${certificate}")`;
  const source = (name: string, transport: string, port: number, tls = '') =>
    `source ${name} { syslog(transport("${transport}") ip("127.0.0.1") port(${port}) ${tls}); };`;
  const lines = [
    '@version: 3.38',
    'options { keep-hostname(yes); chain-hostnames(no); stats-freq(0); frac-digits(3); send-time-zone("UTC"); time-zone("UTC"); log-msg-size(65536); };',
    source('s_udp', 'udp', ports.udp),
    source('s_tcp', 'tcp', ports.tcp),
    source('s_tls', 'tls', ports.tls, `tls(${own} peer-verify(optional-untrusted))`),
    source('s_mutual', 'tls', ports.mutual, `tls(${own} ca-file("${certificate}") peer-verify(required-trusted))`),
    `destination d_file { file("${output}" template("$(format-json --scope none pri=int($PRI) host=$HOST app=$PROGRAM`,
    '  process=$PID msgid=$MSGID time=$S_ISODATE message=$MESSAGE --key .SDATA.*)\\n")); };',
    // What it makes of noise, and says of itself, has no structured data.
    'filter f_ours { "${.SDATA.exposcan@32473.id}" ne "" };',
    'log { source(s_udp); source(s_tcp); source(s_tls); source(s_mutual); filter(f_ours); destination(d_file); };',
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const modules = join(libraries, readdirSync(libraries).find((name) => /^\d+\.\d+$/.test(name)) ?? '');
  const daemon = await startDaemon(thisMachine, {
    command: 'env',
    args: [
      ...[`LD_LIBRARY_PATH=${libraries}`, program, '--foreground', '--stderr', '--cfgfile', configuration],
      ...['--module-path', modules, '--persist-file', join(directory, 'persist')],
      ...['--pidfile', join(directory, 'pid'), '--control', join(directory, 'control'), '--no-caps'],
    ],
    directory,
    ports: [ports.tcp, ports.tls, ports.mutual],
  });
  return readingFrom(daemon, output, parse);
}

/** What the template above makes of a message. */
const line = z.object({
  pri: z.number(),
  host: z.string(),
  app: z.string(),
  process: z.string(),
  msgid: z.string(),
  time: z.string(),
  message: z.string(),
  _SDATA: z.object({ 'exposcan@32473': z.record(z.string(), z.string()) }),
});

function parse(text: string): Received {
  const { _SDATA: data, ...rest } = line.parse(JSON.parse(text));
  return { ...rest, data: data['exposcan@32473'] };
}
