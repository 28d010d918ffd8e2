import { kerberosErrorExample, parseKerberosError, tooLong } from '../kerberos-error.js';
import type { Protocol } from '../protocol.js';

/** The password service of Kerberos over TCP (RFC 3244, section 2), framed like Kerberos itself; see kerberos-error.ts. No password is sent. */
export const kpasswd: Protocol = {
  name: 'kpasswd',
  ports: [464],
  context: 'port',
  probe: tooLong,
  matchers: [{ parse: (bytes) => parseKerberosError(bytes) }],
  about: {
    recognisedBy: 'the KRB-ERROR in answer to a length whose reserved bit is set',
    logs: 'one client that wants too many bytes',
  },
  examples: [
    {
      from: 'kadmind of krb5 1.20.1, Debian 12',
      bytes: Buffer.from(
        '\0\0\0[~Y0W\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f20261123152858Z\xa5\x05\x02\x03\t\x12\x27\xa6\x03' +
          '\x02\x01=\xa9\r\x1b\x0bEXAMPLE.ORG\xaa\x1d0\x1b\xa0\x03\x02\x01\x01\xa1\x140\x12\x1b\x06kadmin\x1b\x08changepw',
        'latin1',
      ),
      service: { name: 'kpasswd', extraInfo: 'realm EXAMPLE.ORG' },
    },
  ],
  negatives: [{ from: 'RFC 4120: another kind of message', bytes: kerberosErrorExample('EXAMPLE.ORG', 60, 31) }],
};
