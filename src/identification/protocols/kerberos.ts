import { kerberosErrorExample, parseKerberosError, passwordService, tooLong } from '../kerberos-error.js';
import type { Protocol } from '../protocol.js';

/**
 * A Kerberos key distribution centre over TCP (RFC 4120, sections 5.9.1 and 7.2.2; see kerberos-error.ts).
 *
 * Asked in no other way: a request for a ticket would name a principal, and would be logged as a client that is not found.
 */
export const kerberos: Protocol = {
  name: 'kerberos',
  ports: [88],
  context: 'port',
  probe: tooLong,
  matchers: [{ parse: (bytes) => parseKerberosError(bytes, passwordService) }],
  about: {
    recognisedBy: 'the KRB-ERROR in answer to a length whose reserved bit is set',
    logs: 'one client that wants too many bytes',
  },
  examples: [
    {
      from: 'krb5kdc of krb5 1.20.1, Debian 12',
      bytes: Buffer.from(
        '\0\0\0^~\\0Z\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f20261123152858Z\xa5\x05\x02\x03\t\x10\xf5\xa6\x03' +
          '\x02\x01=\xa9\r\x1b\x0bEXAMPLE.ORG\xaa 0\x1e\xa0\x03\x02\x01\x02\xa1\x170\x15\x1b\x06krbtgt\x1b\x0bEXAMPLE.ORG',
        'latin1',
      ),
      service: { name: 'kerberos', extraInfo: 'realm EXAMPLE.ORG' },
    },
    {
      from: 'built from RFC 4120: an error without a realm of its own',
      bytes: kerberosErrorExample('', 60),
      service: { name: 'kerberos' },
    },
  ],
  negatives: [
    {
      from: 'kadmind of krb5 1.20.1, Debian 12: an error of the password service',
      bytes: Buffer.from(
        '\0\0\0[~Y0W\xa0\x03\x02\x01\x05\xa1\x03\x02\x01\x1e\xa4\x11\x18\x0f20261123152858Z\xa5\x05\x02\x03\t\x12\x27\xa6\x03' +
          '\x02\x01=\xa9\r\x1b\x0bEXAMPLE.ORG\xaa\x1d0\x1b\xa0\x03\x02\x01\x01\xa1\x140\x12\x1b\x06kadmin\x1b\x08changepw',
        'latin1',
      ),
    },
    { from: 'our own bytes, echoed', bytes: tooLong },
    { from: 'RFC 4120: another kind of message', bytes: kerberosErrorExample('EXAMPLE.ORG', 60, 31) },
  ],
};
