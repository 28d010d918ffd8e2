import { portsOfService } from '../model/known-ports.js';
import { printableText, shorten } from '../model/printable.js';

/**
 * Names under which listings show a port (`ss`, `netstat` and `lsof` look them up in /etc/services), where the list of known
 * ports has another name for it, or the name for several ports as well. Source: IANA's Service Name and Transport Protocol Port
 * Number Registry (RFC 6335), and the aliases of Debian's and FreeBSD's /etc/services. Not here: names that mean different ports on different systems.
 */
const registered: ReadonlyMap<string, number> = new Map([
  ['afs3-callback', 7001],
  ['amqp', 5672],
  ['auth', 113],
  ['cslistener', 9000],
  ['ddi-tcp-1', 8888],
  ['docker', 2375],
  ['domain', 53],
  ['ftp', 21],
  ['hbci', 3000],
  ['hostmon', 5355],
  ['imap2', 143],
  ['imap', 143],
  ['ipp', 631],
  ['irdmi', 8000],
  ['kerberos', 88],
  ['llmnr', 5355],
  ['loc-srv', 135],
  ['login', 513],
  ['mongodb', 27017],
  ['mysql', 3306],
  ['nntp', 119],
  ['openvpn', 1194],
  ['pcsync-https', 8443],
  ['pdl-datastream', 9100],
  ['pop-3', 110],
  ['postgresql', 5432],
  ['rfb', 5900],
  ['socks', 1080],
  ['ssh', 22],
  ['ssmtp', 465],
  ['submissions', 465],
  ['sunrpc', 111],
  ['urd', 465],
  ['wap-wsp', 9200],
  ['webcache', 8080],
  ['websm', 9090],
  ['xmpp-client', 5222],
  ['xmpp-server', 5269],
  ['zabbix-agent', 10050],
]);

/** Names that the list of known ports gives to a product, and IANA's registry or an /etc/services to another: 5209, 1241, 1525. */
const contested: ReadonlySet<string> = new Set(['nomad', 'nessus', 'oracle']);

export type PortReading = { readonly port: number } | { readonly why: string };

/**
 * Reads a port as a listing shows it: a number, or the name of a service where that can mean one port only.
 * `mayBeCut`: the column is as wide as it can get, so that a name may have lost its end; no list of names is long enough to tell
 * which one it was.
 */
export function readPort(text: string, mayBeCut = false): PortReading {
  if (/^\d{1,5}$/.test(text)) {
    const port = Number(text);
    return port >= 1 && port <= 65535 ? { port } : { why: `${port} is no TCP port` };
  }
  const shown = `"${shorten(printableText(text), 40)}"`;
  const advice = 'list with numbers instead of names (-n)';
  const name = text.toLowerCase();
  if (!/^[\w+*./-]{1,64}$/.test(name)) return { why: `${shown} is no port` };
  if (mayBeCut) return { why: `the service name ${shown} may be cut off: ${advice}` };
  if (contested.has(name)) return { why: `the service name ${shown} means different ports: ${advice}` };
  const ports = portsOfName(name);
  const [port] = ports;
  if (port === undefined) return { why: `${shown} is no service name that is known here: ${advice}` };
  if (ports.length > 1)
    return { why: `the service name ${shown} may mean port ${ports.slice(0, 4).join(' or ')}: ${advice}` };
  return { port };
}

function portsOfName(name: string): readonly number[] {
  const port = registered.get(name);
  return port === undefined ? portsOfService(name) : [port];
}
