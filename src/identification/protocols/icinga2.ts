import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * Icinga 2's cluster protocol: JSON-RPC 2.0 in netstrings, inside TLS (Icinga 2 documentation, "Technical Concepts", sections "TLS
 * Network IO" and "JSON-RPC Message API": icinga::Hello).
 *
 * ```
 * message   length, decimal · ":" · JSON · ","
 * → {"jsonrpc":"2.0","method":"icinga::Hello","params":{}}
 * ← {"jsonrpc":"2.0","method":"icinga::Hello","params":{"capabilities":1,"version":21306}}      2.13.6
 * ```
 *
 * The same port speaks HTTP, where a stranger's question counts as a request without the right to it. Before 2.13 there is no Hello and
 * no answer. It is spoken inside TLS only.
 */
export const icinga2: Protocol = {
  name: 'icinga2',
  ports: [],
  overTls: { name: 'icinga2', ports: [5665] },
  probe: netstring('{"jsonrpc":"2.0","method":"icinga::Hello","params":{}}'),
  matchers: [
    {
      pattern:
        /^[1-9]\d{1,3}:\{"jsonrpc":"2\.0","method":"icinga::Hello","params":\{"capabilities":\d{1,10},"version":(?<number>\d{5,6})\}\},/,
      facts: ({ number }) => {
        const version = versionOf(Number(number));
        return { product: 'Icinga 2', version, cpe: [cpe('icinga', 'icinga', version)] };
      },
    },
  ],
  about: {
    recognisedBy: 'the answer to icinga::Hello, inside TLS',
    logs: 'a client without a certificate, and a warning that it disconnected',
  },
  examples: [
    {
      from: 'Icinga 2.13.6, Debian 12',
      bytes: netstring('{"jsonrpc":"2.0","method":"icinga::Hello","params":{"capabilities":1,"version":21306}}'),
      service: {
        name: 'icinga2',
        product: 'Icinga 2',
        version: '2.13.6',
        cpe: ['cpe:2.3:a:icinga:icinga:2.13.6:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [
    { from: 'the question, echoed', bytes: netstring('{"jsonrpc":"2.0","method":"icinga::Hello","params":{}}') },
    { from: 'JSON-RPC of somebody else', bytes: netstring('{"jsonrpc":"2.0","result":21306,"id":1}') },
  ],
};

function netstring(text: string): Uint8Array {
  return Buffer.from(`${text.length}:${text},`);
}

/** 21306 is 2.13.6. */
function versionOf(number: number): string {
  return [Math.floor(number / 10_000), Math.floor(number / 100) % 100, number % 100].join('.');
}
