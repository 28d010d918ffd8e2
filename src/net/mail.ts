import { createTransport } from 'nodemailer';

/** A mail server that takes mail in. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** `first-byte`: TLS from the first byte; `starttls`: TLS or nothing is sent; `none`: in the clear, for this machine itself. */
  readonly tls: 'first-byte' | 'starttls' | 'none';
  readonly ca?: string | undefined;
  readonly login?: { readonly user: string; readonly password: string } | undefined;
}

export interface MailMessage {
  readonly from: string;
  /** Who gets it. */
  readonly recipient: string;
  /** Who is said to get it. */
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  /** The same as a page, for whoever can show it (RFC 2046, 5.1.4: multipart/alternative). */
  readonly html?: string | undefined;
  readonly messageId: string;
  readonly date: Date;
}

const stepMs = 20_000;

/**
 * Hands a mail over to a server; resolves when that has taken it. Certificates are verified. Rejects with the error of nodemailer: its
 * `responseCode` is the server's, where that answered; its message may hold what the server said. Times out after 20 s of silence.
 */
export async function sendMail(server: MailServer, message: MailMessage, signal: AbortSignal): Promise<void> {
  const { host, port, tls, ca, login } = server;
  const transport = createTransport({
    host,
    port,
    secure: tls === 'first-byte',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) },
    connectionTimeout: stepMs,
    greetingTimeout: stepMs,
    socketTimeout: stepMs,
    dnsTimeout: stepMs,
    // The server is loopback where its administrator says so.
    allowInternalNetworkInterfaces: true,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
    ...(login === undefined ? {} : { auth: { user: login.user, pass: login.password } }),
  });
  const { from, recipient, to, subject, text, html, messageId, date } = message;
  const mail = {
    ...{ from, to: [...to], subject, text, messageId, date, signal },
    ...(html === undefined ? {} : { html }),
    envelope: { from, to: [recipient] },
    // RFC 3834: no out-of-office replies.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
  try {
    await transport.sendMail(mail);
  } finally {
    transport.close();
  }
}
