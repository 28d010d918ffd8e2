import { parseAddress } from '../../model/address.js';
import { parseHostName } from '../../model/host-name.js';
import type { MailServer } from '../../net/mail.js';
import type { Collector } from '../../net/syslog-transport.js';
import { isLoopbackHost } from './web-address.js';

/** The ports of RFC 5426, 3.3 and RFC 5425, 4.1; plain TCP has none that is agreed on. */
const syslogPorts = { udp: 514, tcp: undefined, tls: 6514 } as const;
/** The ports of RFC 8314: submission with TLS from the first byte, and RFC 6409: with STARTTLS. */
const mailPorts = { smtps: 465, smtp: 587 } as const;

/** Reads `tls://collector.example.org:6514`. Throws an error with what would be right. */
export function collectorOf(text: string): Collector {
  const { scheme, host, port } = serverAddress(text, 'tls://collector.example.org:6514');
  if (scheme !== 'udp' && scheme !== 'tcp' && scheme !== 'tls') {
    throw new Error('expected a collector that begins with tls://, tcp:// or udp://');
  }
  const number = port ?? syslogPorts[scheme];
  if (number === undefined) throw new Error('expected a port: syslog over plain TCP has no usual one');
  return { transport: scheme, host, port: number };
}

/** Reads `smtps://mail.example.org:465`. Throws an error with what would be right. */
export function mailServerOf(text: string, tls: 'none' | undefined): Omit<MailServer, 'ca' | 'login'> {
  const { scheme, host, port } = serverAddress(text, 'smtps://mail.example.org:465');
  if (scheme !== 'smtp' && scheme !== 'smtps') {
    throw new Error('expected a mail server that begins with smtps:// or smtp://');
  }
  if (tls === 'none' && (scheme === 'smtps' || !isLoopbackHost(host))) {
    throw new Error('tls: none is for smtp:// to this machine itself (smtp://localhost:25)');
  }
  const how = scheme === 'smtps' ? 'first-byte' : tls === 'none' ? 'none' : 'starttls';
  return { host, port: port ?? mailPorts[scheme], tls: how };
}

function serverAddress(text: string, example: string): { scheme: string; host: string; port: number | undefined } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // Of such schemes the URL parser takes the host as it is, without a look at it.
  if (url === undefined || url.hostname === '') throw new Error(`expected an address like ${example}`);
  if (url.username !== '' || url.password !== '') {
    throw new Error(
      `a user or password is no part of the address. Write ${example}, and the login under user and password`,
    );
  }
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    throw new Error(`expected no more than scheme, host and port, like ${example}`);
  }
  const literal = parseAddress(url.hostname.replace(/^\[|\]$/g, ''));
  const host = literal === undefined ? parseHostName(url.hostname) : literal.text;
  const port = url.port === '' ? undefined : Number(url.port);
  if (port === 0) throw new Error('expected a port from 1 to 65535');
  return { scheme: url.protocol.slice(0, -1), host, port };
}
