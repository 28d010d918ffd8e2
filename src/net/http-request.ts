import { request as requestPlain, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';

/** One exchange with a web server that is not trusted to behave. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Ends the exchange wherever it stands. */
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  /** How long to wait, in milliseconds, as the server asks for by Retry-After (RFC 9110, 10.2.3). */
  readonly retryAfterMs?: number;
  /** The beginning of the body, as it came; empty where the status says that all is well. */
  readonly text: string;
}

const maxBody = 64 * 1024;
const maxHeaders = 16 * 1024;
/** Interim responses (1xx) that are put up with: servers send one or two. */
const maxInterim = 20;
/** How long the end of an answer that nobody reads may still take. */
const drainMs = 2000;

/**
 * Sends one request over a connection of its own and gives the answer, whatever its status. Certificates are verified, and nothing in
 * the environment can switch that off; redirects are not followed.
 *
 * A status of 2xx resolves at once: what follows it cannot take it back. The body of any other is read to 64 KiB at most; once the
 * status is there, nothing that goes wrong with the body, the signal included, makes the exchange fail. Rejects where no status
 * came; the messages hold the host's name and address at most, never the path.
 */
export function httpRequest({ method, url, headers, body, ca, signal }: HttpRequest): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options = { method, headers, signal, agent: false, maxHeaderSize: maxHeaders, insecureHTTPParser: false };
    const trust = { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) } as const;
    const request =
      url.protocol === 'https:' ? requestSecure(url, { ...options, ...trust }) : requestPlain(url, options);
    let interim = 0;
    const onInterim = () => {
      interim += 1;
      if (interim > maxInterim) request.destroy(new Error('it sends interim responses without end'));
    };
    request.on('information', onInterim);
    let hasStatus = false;
    const fail = (error: Error) => {
      // Also what comes late lands here.
      if (!hasStatus) reject(error);
    };
    request.on('error', fail);
    request.on('close', () => {
      fail(new Error('the connection ended before an answer'));
    });
    request.once('response', (response) => {
      hasStatus = true;
      const head = { status: response.statusCode ?? 0, ...retryAfter(response.headers['retry-after']) };
      if (head.status >= 200 && head.status < 300) {
        resolve({ ...head, text: '' });
        drain(request, response);
        return;
      }
      readBody(request, response, (text) => {
        resolve({ ...head, text });
      });
    });
    request.end(body);
  });
}

function readBody(request: ClientRequest, response: IncomingMessage, done: (text: string) => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    if (size < maxBody) chunks.push(chunk.subarray(0, maxBody - size));
    size += chunk.length;
    if (size >= maxBody) request.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', () => {
    done(Buffer.concat(chunks).toString('utf8'));
  });
}

/** Lets the server finish its answer, so that it has no broken connection in its log; within bounds. */
function drain(request: ClientRequest, response: IncomingMessage): void {
  const timer = setTimeout(() => request.destroy(), drainMs).unref();
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > maxBody) request.destroy();
  });
  response.on('error', () => undefined);
  response.once('close', () => {
    clearTimeout(timer);
  });
  response.socket.unref();
}

/** Seconds, or a date, which is compared with the clock of this machine. */
function retryAfter(value: string | undefined): { retryAfterMs?: number } {
  if (value === undefined) return {};
  const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) && ms > 0 ? { retryAfterMs: ms } : {};
}
