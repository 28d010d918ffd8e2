import type { Parsed, Protocol } from '../protocol.js';
import { latin1 } from '../reader.js';
import { readServer } from '../web/server-header.js';

const maxHead = 4096;

/**
 * RTSP 1.0 and 2.0 (RFC 2326, sections 7 and 10.1; RFC 7826): cameras and media servers.
 *
 * ```
 * → "OPTIONS * RTSP/1.0" CR LF "CSeq: 1" CR LF CR LF
 * ← "RTSP/1.0" SP three digits SP reason CR LF · (name ":" value CR LF)* · CR LF
 * ```
 */
export const rtsp: Protocol = {
  name: 'rtsp',
  ports: [554, 8554],
  overTls: { name: 'rtsps', ports: [322] },
  probe: Buffer.from('OPTIONS * RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: exposcan\r\n\r\n'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the status line of the answer to OPTIONS',
    logs: 'one request in the log, where there is one',
  },
  examples: [
    {
      from: 'built from RFC 2326, section 10.1',
      bytes: Buffer.from(
        'RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE\r\nServer: GStreamer RTSP server\r\n\r\n',
      ),
      service: { name: 'rtsp', product: 'GStreamer RTSP server', extraInfo: 'status 200' },
    },
    {
      from: 'built from RFC 2326, section 11, with the realm that names a camera',
      bytes: Buffer.from(
        'RTSP/1.0 401 Unauthorized\r\nCSeq: 1\r\nWWW-Authenticate: Digest realm="IP Camera(C1234)", nonce="0"\r\n\r\n',
      ),
      service: { name: 'rtsp', extraInfo: 'status 401, realm "IP Camera(C1234)"' },
    },
  ],
  negatives: [
    { from: 'HTTP', bytes: Buffer.from('HTTP/1.1 200 OK\r\nServer: RTSP/1.0\r\n\r\n') },
    { from: 'a version that there is not', bytes: Buffer.from('RTSP/9.9 200 OK\r\n\r\n') },
  ],
};

const beginning = 'RTSP/';

function parse(bytes: Uint8Array): Parsed {
  const text = latin1(bytes.subarray(0, maxHead));
  const status = /^RTSP\/[12]\.0 ([1-5]\d\d)(?: [^\r\n]*)?\r\n/.exec(text)?.[1];
  if (status === undefined) {
    const fits =
      text.length < beginning.length
        ? beginning.startsWith(text)
        : /^RTSP\/(?:$|[12](?:$|\.(?:$|0(?: [^\r\n]*\r?)?$)))/.test(text);
    return { kind: fits && text.length < maxHead ? 'more' : 'no' };
  }
  const end = text.indexOf('\r\n\r\n');
  const lines = text.slice(0, end < 0 ? text.lastIndexOf('\n') + 1 : end + 2).split('\r\n', 100);
  const valueOf = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}:`))?.slice(name.length + 1) ?? '';
  const { facts, beside } = readServer(valueOf('server'));
  const realm = /\brealm="([^"]{1,100})"/i.exec(valueOf('www-authenticate'))?.[1];
  const extraInfo = [`status ${status}`, ...(realm === undefined ? [] : [`realm "${realm}"`]), ...beside].join(', ');
  return { kind: 'match', facts: { ...facts, extraInfo }, ...(end < 0 ? { growing: true } : {}) };
}
