import { z } from 'zod';

/** What a scanner says of one open port. */
export interface Answer {
  readonly port: number;
  readonly name: string;
  readonly product: string | undefined;
  readonly version: string | undefined;
  readonly tunnel: boolean;
  /** Read off the wire, and not guessed by the port number. */
  readonly probed: boolean;
}

const snapshotSchema = z.object({
  open: z.array(
    z.object({
      port: z.number(),
      service: z.object({
        name: z.string(),
        product: z.string().optional(),
        version: z.string().optional(),
        tunnel: z.literal('tls').optional(),
        method: z.enum(['probed', 'table']),
      }),
    }),
  ),
});

export function answersOfExposcan(stdout: string): Answer[] {
  return snapshotSchema.parse(JSON.parse(stdout)).open.map(({ port, service }) => ({
    port,
    name: service.name,
    product: service.product,
    version: service.version,
    tunnel: service.tunnel !== undefined,
    probed: service.method === 'probed',
  }));
}

/** `<port protocol="tcp" portid="22"><state state="open" …/><service name="ssh" product="…" version="…" tunnel="ssl" method="probed" …` (nmap(1), "XML output"). */
export function answersOfNmap(stdout: string): Answer[] {
  return Array.from(stdout.matchAll(/<port protocol="tcp" portid="(\d+)">(.*?)<\/port>/gs))
    .filter(([, , inner = '']) => inner.includes('<state state="open"'))
    .map(([, port, inner = '']) => {
      const service = /<service [^>]*>/.exec(inner)?.[0] ?? '';
      const attribute = (name: string) => new RegExp(` ${name}="([^"]*)"`).exec(service)?.[1];
      return {
        port: Number(port),
        name: attribute('name') ?? 'unknown',
        product: attribute('product'),
        version: attribute('version'),
        tunnel: attribute('tunnel') === 'ssl',
        probed: attribute('method') === 'probed',
      };
    });
}

/** `mysql MariaDB 10.11.14`, with a question mark where it is a guess. */
export function wordsOf({ name, product, version, tunnel, probed }: Answer): string {
  const service = `${tunnel && !name.endsWith('s') ? `${name}/tls` : name}${probed ? '' : '?'}`;
  return [service, product, version].filter((word) => word !== undefined).join(' ');
}
