import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { startDaemon, type Daemon } from '../daemon.js';
import type { Namespace } from '../namespace.js';

/** A request as it came. */
const requestSchema = z.object({
  method: z.string(),
  path: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
});
export type ReceivedRequest = z.infer<typeof requestSchema>;

export interface WebReceiver extends Daemon {
  /** All requests so far, in the order in which they were answered. */
  requests(): ReceivedRequest[];
}

/** Answers every request with 204, once it is written down. */
const server = `
  const { createServer } = require('node:http');
  const { appendFileSync } = require('node:fs');
  const [port, file] = process.argv.slice(1);
  createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text) => (body += text)).on('end', () => {
      const { method, url: path, headers } = request;
      appendFileSync(file, JSON.stringify({ method, path, headers, body }) + '\\n');
      response.writeHead(204).end();
    });
  }).listen(Number(port), '127.0.0.1');
`;

/** A web server on a namespace's loopback that takes whatever it is sent. */
export async function startWebReceiver(namespace: Namespace, directory: string, port: number): Promise<WebReceiver> {
  const file = join(directory, 'requests.jsonl');
  const daemon = await startDaemon(namespace, {
    command: process.execPath,
    args: ['-e', server, String(port), file],
    directory,
    ports: [port],
  });
  return {
    ...daemon,
    requests() {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
      return lines.filter((line) => line !== '').map((line) => requestSchema.parse(JSON.parse(line)));
    },
  };
}
