import type { Protocol } from '../protocol.js';

/** The authentication daemon of VMware's hosts (VMware's documentation of its ports: 902, consoles and copies of disks). The server speaks first. */
export const vmwareAuth: Protocol = {
  name: 'vmware-auth',
  ports: [902],
  matchers: [
    {
      pattern:
        /^220 VMware Authentication Daemon Version (?<number>\d{1,3}\.\d{1,3})[:,] (?<extraInfo>SSL [Rr]equired)?[^\r\n]*\r\n/,
      facts: ({ number, extraInfo }) => ({
        product: 'VMware Authentication Daemon',
        version: number,
        extraInfo,
      }),
    },
  ],
  farewell: Buffer.from('QUIT\r\n'),
  about: { recognisedBy: 'the greeting', logs: 'one connection' },
  examples: [
    {
      from: "built from the greeting that VMware's support articles print",
      bytes: Buffer.from(
        '220 VMware Authentication Daemon Version 1.10: SSL Required, ServerDaemonProtocol:SOAP, MKSDisplayProtocol:VNC , , NFCSSL supported\r\n',
      ),
      service: {
        name: 'vmware-auth',
        product: 'VMware Authentication Daemon',
        version: '1.10',
        extraInfo: 'SSL Required',
      },
    },
  ],
  negatives: [{ from: 'a file server', bytes: Buffer.from('220 VMware file server ready\r\n') }],
};
