import { cpe } from '../cpe.js';
import type { ServiceFacts } from '../protocol.js';

/** What stands in a Server header besides the product: `Debian`, `OpenSSL 3.0.9`. */
export interface ServerFacts {
  readonly facts: ServiceFacts;
  readonly beside: readonly string[];
}

type Known = readonly [product: string, vendor?: string, cpeProduct?: string];

/** Products that name themselves in the Server header, by their name in lower case, and the names that the CPE dictionary has for them. */
const products: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['nginx', ['nginx', 'f5', 'nginx']],
  ['openresty', ['OpenResty', 'openresty', 'openresty']],
  ['tengine', ['Tengine', 'alibaba', 'tengine']],
  ['freenginx', ['freenginx']],
  ['angie', ['Angie']],
  ['apache', ['Apache httpd', 'apache', 'http_server']],
  ['lighttpd', ['lighttpd', 'lighttpd', 'lighttpd']],
  ['caddy', ['Caddy', 'caddyserver', 'caddy']],
  ['microsoft-iis', ['Microsoft IIS', 'microsoft', 'internet_information_services']],
  ['microsoft-httpapi', ['Microsoft HTTPAPI']],
  ['apache-coyote', ['Apache Coyote']],
  ['apache tomcat', ['Apache Tomcat', 'apache', 'tomcat']],
  ['apache tomee', ['Apache TomEE', 'apache', 'tomee']],
  ['apache traffic server', ['Apache Traffic Server', 'apache', 'traffic_server']],
  ['jetty', ['Jetty', 'eclipse', 'jetty']],
  ['gunicorn', ['Gunicorn', 'gunicorn', 'gunicorn']],
  ['uvicorn', ['Uvicorn', 'encode', 'uvicorn']],
  ['hypercorn', ['Hypercorn']],
  ['waitress', ['Waitress', 'agendaless', 'waitress']],
  ['werkzeug', ['Werkzeug', 'palletsprojects', 'werkzeug']],
  ['tornadoserver', ['Tornado', 'tornadoweb', 'tornado']],
  ['cherrypy', ['CherryPy', 'cherrypy', 'cherrypy']],
  ['cheroot', ['Cheroot']],
  ['aiohttp', ['aiohttp', 'aiohttp', 'aiohttp']],
  ['twistedweb', ['Twisted Web', 'twisted', 'twisted']],
  ['webrick', ['WEBrick', 'ruby-lang', 'webrick']],
  ['puma', ['Puma', 'puma', 'puma']],
  ['thin', ['Thin']],
  ['kestrel', ['Kestrel', 'microsoft', 'asp.net_core']],
  ['litespeed', ['LiteSpeed', 'litespeedtech', 'litespeed_web_server']],
  ['envoy', ['Envoy', 'envoyproxy', 'envoy']],
  ['varnish', ['Varnish', 'varnish-software', 'varnish_cache']],
  ['squid', ['Squid', 'squid-cache', 'squid']],
  ['ats', ['Apache Traffic Server', 'apache', 'traffic_server']],
  ['boa', ['Boa', 'boa', 'boa']],
  ['mini_httpd', ['mini_httpd', 'acme', 'mini_httpd']],
  ['thttpd', ['thttpd', 'acme', 'thttpd']],
  ['micro_httpd', ['micro_httpd', 'acme', 'micro_httpd']],
  ['goahead-webs', ['GoAhead', 'embedthis', 'goahead']],
  ['goahead-http', ['GoAhead', 'embedthis', 'goahead']],
  ['goahead', ['GoAhead', 'embedthis', 'goahead']],
  ['appweb', ['Appweb', 'embedthis', 'appweb']],
  ['mbedthis-appweb', ['Appweb', 'embedthis', 'appweb']],
  ['embedthis-http', ['Appweb', 'embedthis', 'appweb']],
  ['allegro-software-rompager', ['RomPager', 'allegrosoft', 'rompager']],
  ['rompager', ['RomPager', 'allegrosoft', 'rompager']],
  ['cowboy', ['Cowboy']],
  ['yaws', ['Yaws', 'yaws', 'yaws']],
  ['mochiweb', ['MochiWeb']],
  ['miniserv', ['MiniServ']],
  ['cups', ['CUPS', 'openprinting', 'cups']],
  ['undertow', ['Undertow', 'redhat', 'undertow']],
  ['wildfly', ['WildFly', 'redhat', 'wildfly']],
  ['cherokee', ['Cherokee', 'cherokee-project', 'cherokee']],
  ['h2o', ['H2O', 'dena', 'h2o']],
  ['mongoose', ['Mongoose', 'cesanta', 'mongoose']],
  ['civetweb', ['CivetWeb', 'civetweb_project', 'civetweb']],
  ['miniupnpd', ['MiniUPnPd', 'miniupnp_project', 'miniupnpd']],
  ['icecast', ['Icecast', 'xiph', 'icecast']],
  ['openssl', ['OpenSSL', 'openssl', 'openssl']],
  ['php', ['PHP', 'php', 'php']],
  ['python', ['Python', 'python', 'python']],
  ['ruby', ['Ruby', 'ruby-lang', 'ruby']],
  ['mod_perl', ['mod_perl', 'apache', 'mod_perl']],
  ['phusion_passenger', ['Phusion Passenger', 'phusion', 'passenger']],
  ['phusion passenger', ['Phusion Passenger', 'phusion', 'passenger']],
  ['node.js', ['Node.js', 'nodejs', 'node.js']],
  ['express', ['Express', 'openjsf', 'express']],
  ['next.js', ['Next.js', 'vercel', 'next.js']],
  ['asp.net', ['ASP.NET', 'microsoft', 'asp.net']],
  ['libpod', ['Podman', 'podman_project', 'podman']],
  ['webfs', ['webfs']],
  ['tinyproxy', ['Tinyproxy', 'tinyproxy_project', 'tinyproxy']],
]);

/** What serves no pages by itself and is told beside what does. */
const components =
  /^(?:openssl|php|python|ruby|mod_perl|phusion_passenger|node\.js|express|next\.js|asp\.net|jetty|undertow|wildfly)$/i;

interface Token {
  readonly name: string;
  readonly version?: string | undefined;
}

const maxTokens = 12;

/** What is no server, but what it runs on, is written in, or speaks. */
const surroundings = /^(?:linux|unix|posix|vxworks|windows|win32|python|http|upnp|dlnadoc|debian|ubuntu)$/i;

/**
 * What a Server header says (RFC 9110, section 10.2.4): products, the most significant first, with comments in parentheses
 * between them. A device of UPnP puts its system first, then `UPnP/1.0`, then itself (UPnP Device Architecture, section 1.2.2); what is
 * written in Python often puts the language first.
 */
export function readServer(text: string): ServerFacts {
  const { tokens, comments } = readTokens(text);
  const [first, second] = tokens;
  if (/^(?:Simple|Base)HTTP$/.test(first?.name ?? '') && second?.name === 'Python') {
    // The number beside it is the class's own and has not changed since 2000.
    const { version } = second;
    return { facts: { product: 'Python http.server', version, cpe: [cpe('python', 'python', version)] }, beside: [] };
  }
  const main = tokens.find(({ name }) => !surroundings.test(name)) ?? first;
  if (main === undefined) return { facts: {}, beside: [] };
  const others = tokens.filter((token) => token !== main);
  const cpes = [main, ...others.filter(({ name }) => components.test(name))].flatMap(cpeOf);
  return {
    facts: {
      product: known(main)?.[0] ?? main.name,
      version: versionTold(main),
      ...(cpes.length === 0 ? {} : { cpe: cpes }),
    },
    beside: [
      ...(isCut(main) ? [`version ${main.version ?? ''}.?`] : []),
      ...comments,
      ...others.map(({ name, version }) => [name, version].filter(Boolean).join(' ')),
    ],
  };
}

/**
 * What X-Powered-By adds: `PHP/8.2.7`, `Express`, `ASP.NET`. It is the product where nothing else names one: not an interface that others
 * are made for (`Servlet/3.0`), and nothing that a person might have written there.
 */
export function readPoweredBy(text: string): ServerFacts {
  const { tokens, comments } = readTokens(text.replace(/,/g, ' '));
  const main = tokens.find(({ name }) => !/^(?:Servlet|JSP|JSF)$/i.test(name));
  if (main === undefined || (known(main) === undefined && main.name.includes(' '))) return { facts: {}, beside: [] };
  const cpes = cpeOf(main);
  return {
    facts: {
      product: known(main)?.[0] ?? main.name,
      version: main.version,
      ...(cpes.length === 0 ? {} : { cpe: cpes }),
    },
    beside: comments,
  };
}

/**
 * Tomcat's connector and Jetty's predecessors give the version of the protocol, or of an interface. Apache httpd can be told to leave out
 * the end of its own (ServerTokens Major, Minor), and then it is no version: 2.4 is older than all that it might be.
 */
function versionTold(token: Token): string | undefined {
  return isCut(token) || /^(?:Apache-Coyote|Microsoft-HTTPAPI)$/.test(token.name) ? undefined : token.version;
}

function isCut({ name, version }: Token): boolean {
  return name === 'Apache' && version !== undefined && !/^\d{1,3}\.\d{1,3}\.\d/.test(version);
}

function known({ name }: Token): Known | undefined {
  return products.get(name.toLowerCase());
}

function cpeOf(token: Token): string[] {
  const [, vendor, product] = known(token) ?? [];
  return vendor === undefined || product === undefined ? [] : [cpe(vendor, product, versionTold(token))];
}

const maxName = 64;

/** `name/version`, `name(version)`, `name version`, `Name Of Several Words`, with comments between them. */
function readTokens(text: string): { readonly tokens: readonly Token[]; readonly comments: readonly string[] } {
  const tokens: Token[] = [];
  const comments: string[] = [];
  let rest = text.trimStart();
  let isOpen = false;
  while (rest !== '' && tokens.length + comments.length < maxTokens) {
    const [whole = '', comment, name, version, number] = readPiece(rest);
    if (whole === '') break;
    const last = tokens.at(-1);
    if (comment !== undefined) comments.push(comment.trim());
    else if (name === undefined) {
      if (isOpen && last !== undefined) tokens.splice(-1, 1, { ...last, version: number });
    } else if (
      isOpen &&
      last !== undefined &&
      (isProjectOfApache(last, name) || (isPartOfName(last, name) && !whole.includes('/')))
    ) {
      tokens.splice(-1, 1, { name: `${last.name} ${name}`, version });
    } else tokens.push({ name, version });
    isOpen = comment === undefined && tokens.at(-1)?.version === undefined && /^ [^ ]/.test(rest.slice(whole.length));
    rest = rest.slice(whole.length).replace(/^[\s,;]{1,9}/, '');
  }
  return { tokens, comments: comments.filter((comment) => comment !== '') };
}

/** `Apache Tomcat/9.0.70`: the first word alone would be the server that is called after the foundation. */
function isProjectOfApache(last: Token, name: string): boolean {
  return /^Apache(?: [A-Z]\w{1,20})?$/.test(last.name) && /^[A-Z]/.test(name) && known({ name }) === undefined;
}

function isPartOfName(last: Token, name: string): boolean {
  return known(last) === undefined && known({ name }) === undefined && last.name.length + name.length < maxName;
}

/** The next piece: the whole of it, then its comment, or its name and version, or a number that stands alone. */
function readPiece(text: string): readonly (string | undefined)[] {
  const comment = /^\(([^()]{0,120})\)?/.exec(text);
  if (comment !== null) return [comment[0], comment[1]];
  const product =
    /^([A-Za-z][\w.!#$%&'*+^|~-]{0,63})(?:\/(?:[vR](?=\d))?(\d[\w.+~-]{0,63})|\/[^\s,;()]{0,64}|\((\d[\w.+~-]{0,63})\))?(?=[\s,;()]|$)/.exec(
      text,
    );
  if (product !== null && !/^v\d/i.test(product[0]))
    return [product[0], undefined, product[1], product[2] ?? product[3]];
  const number = /^v?(\d[\w.+~-]{0,63})(?=[\s,;()]|$)/i.exec(text);
  return number === null ? [] : [number[0], undefined, undefined, undefined, number[1]];
}
