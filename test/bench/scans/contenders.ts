import { z } from 'zod';
import { findProgram } from '../../lab/command.js';
import type { Command, Contender } from './scenario.js';

type Extras = Partial<Pick<Contender, 'isSlow' | 'patienceSeconds' | 'target'>>;

const snapshotSchema = z.object({
  open: z.array(z.object({ address: z.string(), port: z.number(), service: z.object({ name: z.string() }) })),
});

/** Without history and policy it does the work that the others do, and identifies what is open besides. */
export const alike = ['--no-history', '--no-policy'];

export function exposcan(name: string, args: readonly string[], extras: Extras = {}): Contender {
  return {
    name,
    commands: [{ command: process.execPath, args: ['bin/exposcan.js', ...args, '--json', '--quiet'] }],
    found: (stdout) => openInSnapshot(stdout).map(({ address, port }) => `${address} ${port}`),
    ...extras,
  };
}

export function namedByExposcan(stdout: string): string[] {
  return openInSnapshot(stdout).map(({ address, port, service }) => `${address} ${port} ${service.name}`);
}

function openInSnapshot(stdout: string) {
  return stdout === '' ? [] : snapshotSchema.parse(JSON.parse(stdout)).open;
}

/** One entry, or none where nmap is not installed; several lists of arguments are run one after the other. */
export function nmap(name: string, runs: readonly (readonly string[])[], extras: Extras = {}): Contender[] {
  const command = findProgram('nmap');
  if (command === undefined) return [];
  const commands = runs.map((args) => ({ command, args: [...args, '-n', '-Pn', '-oG', '-'] }));
  return [{ name, commands, found: (stdout) => openInGrepable(stdout).map(({ endpoint }) => endpoint), ...extras }];
}

export function namedByNmap(stdout: string): string[] {
  return openInGrepable(stdout).map(({ endpoint, service }) => `${endpoint} ${service}`);
}

/** `Host: 198.51.100.2 ()	Ports: 22/open/tcp//ssh///, 25/closed/tcp//smtp///` (nmap(1), "Grepable output"). */
function openInGrepable(stdout: string): { endpoint: string; service: string }[] {
  return stdout.split('\n').flatMap((line) => {
    const address = /^Host: (\S+)/.exec(line)?.[1];
    if (address === undefined) return [];
    return Array.from(line.matchAll(/(\d+)\/open\/tcp\/[^/]*\/([^/]*)\//g), ([, port = '', service = '']) => ({
      endpoint: `${address} ${port}`,
      service,
    }));
  });
}

/**
 * One entry, or none where masscan is not installed. It has a TCP of its own and finds no interface without a default route, so
 * `device` and the scanner's and the host's addresses on it are told.
 */
export function masscan(
  args: readonly string[],
  wire: { device: string; scanner: string; router: string },
  extras: Extras = {},
): Contender[] {
  const command = findProgram('masscan');
  if (command === undefined) return [];
  const here = ['--interface', wire.device, '--adapter-ip', wire.scanner, '--router-ip', wire.router];
  return [
    {
      name: 'masscan --rate 20000',
      commands: [{ command, args: [...args, '--rate', '20000', '-oL', '-', ...here] }],
      // `open tcp 22 198.51.100.2 1767225600`
      found: (stdout) =>
        Array.from(stdout.matchAll(/^open tcp (\d+) (\S+)/gm), ([, port, address]) => `${address} ${port}`),
      isSlow: true,
      patienceSeconds: 90,
      ...extras,
    },
  ];
}

/** The same contender run by the user nobody, without any capability. */
export function unprivileged(contender: Contender): Contender {
  const drop = ({ command, args }: Command): Command => ({
    command: 'setpriv',
    args: [
      '--reuid=65534',
      '--regid=65534',
      '--clear-groups',
      '--inh-caps=-all',
      '--bounding-set=-all',
      command,
      ...args,
    ],
  });
  return { ...contender, commands: contender.commands.map(drop) };
}
