import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startDaemon } from '../daemon.js';
import { thisMachine } from '../this-machine.js';
import { readingFrom, type Collector, type CollectorPorts, type Received } from './collector.js';

/**
 * A real rsyslog, TLS by GnuTLS, on the loopback of this machine or of a namespace. `certificate` is its own, and what it trusts of
 * clients.
 */
export async function startRsyslog(
  directory: string,
  { certificate, key }: { readonly certificate: string; readonly key: string },
  ports: CollectorPorts,
  machine: Parameters<typeof startDaemon>[0] = thisMachine,
): Promise<Collector> {
  const configuration = join(directory, 'rsyslog.conf');
  const output = join(directory, 'messages.jsonl');
  const field = (name: string, property: string, more = '') =>
    `property(outname="${name}" name="${property}" format="jsonf"${more})`;
  const tls = 'streamDriver.name="gtls" streamDriver.mode="1"';
  const lines = [
    `global(workDirectory="${directory}" maxMessageSize="64k" defaultNetstreamDriverCAFile="${certificate}"`,
    `  defaultNetstreamDriverCertFile="${certificate}" defaultNetstreamDriverKeyFile="${key}")`,
    'module(load="imudp")',
    'module(load="imtcp")',
    'module(load="mmpstrucdata")',
    'template(name="json" type="list") {',
    `  constant(value="{") ${field('pri', 'pri')} constant(value=",") ${field('host', 'hostname')}`,
    `  constant(value=",") ${field('app', 'app-name')} constant(value=",") ${field('process', 'procid')}`,
    `  constant(value=",") ${field('msgid', 'msgid')}`,
    `  constant(value=",") ${field('time', 'timereported', ' dateFormat="rfc3339"')}`,
    `  constant(value=",") ${field('message', 'msg')}`,
    '  constant(value=",\\"data\\":") property(name="$!rfc5424-sd") constant(value="}\\n")',
    '}',
    'ruleset(name="keep") {',
    '  action(type="mmpstrucdata")',
    // What it makes of noise has no structured data.
    `  if $structured-data contains "exposcan@" then action(type="omfile" file="${output}" template="json")`,
    '}',
    `input(type="imudp" address="127.0.0.1" port="${ports.udp}" ruleset="keep")`,
    `input(type="imtcp" address="127.0.0.1" port="${ports.tcp}" ruleset="keep")`,
    `input(type="imtcp" address="127.0.0.1" port="${ports.tls}" ruleset="keep" ${tls} streamDriver.authMode="anon")`,
    `input(type="imtcp" address="127.0.0.1" port="${ports.mutual}" ruleset="keep" ${tls} streamDriver.authMode="x509/certvalid")`,
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  const daemon = await startDaemon(machine, {
    command: 'rsyslogd',
    args: ['-n', '-f', configuration, '-i', join(directory, 'pid')],
    directory,
    ports: [ports.tcp, ports.tls, ports.mutual],
  });
  return readingFrom(daemon, output, parse);
}

/** What the template above makes of a message. */
const line = z.object({
  pri: z.coerce.number(),
  host: z.string(),
  app: z.string(),
  process: z.string(),
  msgid: z.string(),
  time: z.string(),
  message: z.string(),
  data: z.object({ 'exposcan@32473': z.record(z.string(), z.string()) }),
});

function parse(text: string): Received {
  const { data, ...rest } = line.parse(JSON.parse(text));
  return { ...rest, data: data['exposcan@32473'] };
}
