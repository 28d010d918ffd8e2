import { cpe } from '../cpe.js';
import type { Protocol } from '../protocol.js';

/**
 * The messenger of Ceph, of its monitors as of all its daemons (Ceph's documentation, "msgr2 protocol", section "Phases", and "Messenger
 * v1", for the older of the two). The server speaks first.
 *
 * ```
 * v2    "ceph v2" LF · length u16le = 16 · features supported u64le · features required u64le
 * v1    "ceph v027" · its own address, 136 bytes · ours          address: 8 bytes · family u16be · port u16be · …
 * ```
 */
export const ceph: Protocol = {
  name: 'ceph',
  ports: [3300, 6789],
  matchers: [
    {
      pattern: /^ceph v2\n\x10\x00[\x00-\xff]{16}/,
      facts: () => ({ product: 'Ceph', extraInfo: 'messenger v2', cpe: [cpe('redhat', 'ceph')] }),
    },
    {
      pattern: /^ceph v0\d\d\x00{4}[\x00-\xff]{4}\x00[\x02\x0a]/,
      facts: () => ({ product: 'Ceph', extraInfo: 'messenger v1', cpe: [cpe('redhat', 'ceph')] }),
    },
  ],
  about: { recognisedBy: 'the banner', logs: 'nothing with the usual settings' },
  examples: [
    {
      from: 'ceph-mon 16.2.15, Debian 12, on port 3300',
      bytes: Buffer.from('ceph v2\n\x10\0\x01\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0', 'latin1'),
      service: {
        name: 'ceph',
        product: 'Ceph',
        extraInfo: 'messenger v2',
        cpe: ['cpe:2.3:a:redhat:ceph:*:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'ceph-mon 16.2.15, Debian 12, on port 6789',
      bytes: Buffer.from(
        `ceph v027${'\0'.repeat(8)}\0\x02\x1a\x85\x7f\0\0\x01${'\0'.repeat(120)}${'\0'.repeat(8)}\0\x02\x95\xd8\x7f\0\0\x01${'\0'.repeat(120)}`,
        'latin1',
      ),
      service: {
        name: 'ceph',
        product: 'Ceph',
        extraInfo: 'messenger v1',
        cpe: ['cpe:2.3:a:redhat:ceph:*:*:*:*:*:*:*:*'],
      },
    },
  ],
  negatives: [{ from: 'text that begins alike', bytes: Buffer.from('ceph v2\nis not spoken here, sorry\n') }],
};
