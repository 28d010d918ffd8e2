import { ownTitle, versionOf, type WebApplication } from './application.js';
import { builtPage } from './examples.js';
import { realmOf, textAt, type Page } from './page.js';

/** Webmin's own server bears its version (from 1.500 on); before, it is always 0.01. */
const webmin: WebApplication = {
  name: 'webmin',
  product: 'Webmin',
  cpe: ['webmin', 'webmin'],
  recognise(page) {
    const server = /^MiniServ\/(\d[\w.]{0,20})$/.exec(page.header('server') ?? '');
    const isWebmin = /\bWebmin\b/.test(page.title ?? '') || realmOf(page) === 'Webmin Server';
    if (server === null || !isWebmin) return undefined;
    return { version: server[1] === '0.01' ? undefined : server[1] };
  },
  examples: [
    builtPage(
      'built from the source of miniserv.pl, Webmin 2.013',
      [
        'HTTP/1.0 200 Document follows',
        'Server: MiniServ/2.013',
        'Content-type: text/html; Charset=UTF-8',
        '',
        '<html><head><title>Login to Webmin</title></head></html>',
      ],
      {
        name: 'webmin',
        product: 'Webmin',
        version: '2.013',
        extraInfo: 'served by MiniServ 2.013, status 200, title "Login to Webmin"',
        cpe: ['cpe:2.3:a:webmin:webmin:2.013:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Cockpit says who it is to `/ping` (doc/protocol.md of its source). It refuses requests without a Host. */
const cockpit: WebApplication = {
  name: 'cockpit',
  product: 'Cockpit',
  cpe: ['cockpit-project', 'cockpit'],
  path: '/ping',
  hint: (page) =>
    page.header('x-dns-prefetch-control') === 'off' && page.header('cross-origin-resource-policy') === 'same-origin',
  recognise: (page) =>
    textAt(page.json(), 'service') === 'cockpit' || page.cookies.some((cookie) => cookie.startsWith('cockpit=deleted'))
      ? {}
      : undefined,
  examples: [],
};

/** Proxmox: the title has the node's name, and the scripts of the page are asked for with the version of the user interface. */
const proxmox: WebApplication = {
  name: 'proxmox',
  product: 'Proxmox VE',
  cpe: ['proxmox', 'virtual_environment'],
  tlsPorts: [8006],
  recognise(page) {
    const { body, header } = page;
    const isOurs = ownTitle(page).endsWith(' - Proxmox Virtual Environment') && body.includes('/pve2/');
    if (!isOurs && header('server')?.startsWith('pve-api-daemon/') !== true) return undefined;
    return { version: /\/pvemanagerlib\.js\?ver=(\d[\w.-]{0,20})"/.exec(body)?.[1] };
  },
  examples: [
    builtPage(
      'built from index.html.tpl of Proxmox VE 7',
      [
        'HTTP/1.1 200 OK',
        'Server: pve-api-daemon/3.0',
        'Content-Type: text/html; charset=UTF-8',
        '',
        '<!DOCTYPE html><html><head><title>pve1 - Proxmox Virtual Environment</title>' +
          '<script type="text/javascript" src="/pve2/js/pvemanagerlib.js?ver=7.3-6"></script></head></html>',
      ],
      {
        name: 'proxmox',
        product: 'Proxmox VE',
        version: '7.3-6',
        extraInfo: 'served by pve-api-daemon 3.0, status 200, title "pve1 - Proxmox Virtual Environment"',
        cpe: ['cpe:2.3:a:proxmox:virtual_environment:7.3-6:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/**
 * Windows Remote Management: it takes nothing but POST at `/wsman`, and the Windows that it runs in has no other page there
 * ([MS-WSMV], section 2.1).
 */
const winRm: WebApplication = {
  name: 'wsman',
  nameInsideTls: 'wsmans',
  product: 'Windows Remote Management',
  ports: [5985],
  tlsPorts: [5986],
  path: '/wsman',
  recognise: () => undefined,
  readAtPath: (page) =>
    page.status === '405' && page.header('server')?.startsWith('Microsoft-HTTPAPI/') === true ? {} : undefined,
  examples: [],
};

const puppet: WebApplication = {
  name: 'puppet',
  product: 'Puppet Server',
  cpe: ['puppet', 'puppet_server'],
  tlsPorts: [8140],
  path: '/puppet/v3',
  recognise(page) {
    const version = page.header('x-puppet-version');
    return version === undefined ? undefined : { notes: [`Puppet ${version.slice(0, 40)}`] };
  },
  examples: [
    builtPage(
      'built from the HTTP API documentation of Puppet Server',
      [
        'HTTP/1.1 403 Forbidden',
        'X-Puppet-Version: 7.23.0',
        'Content-Length: 0',
        'Server: Jetty(9.4.50.v20221201)',
        '',
        '',
      ],
      {
        name: 'puppet',
        product: 'Puppet Server',
        extraInfo: 'Puppet 7.23.0, served by Jetty 9.4.50.v20221201, status 403',
        cpe: [
          'cpe:2.3:a:puppet:puppet_server:*:*:*:*:*:*:*:*',
          'cpe:2.3:a:eclipse:jetty:9.4.50.v20221201:*:*:*:*:*:*:*',
        ],
      },
    ),
  ],
};

/** CUPS, whose Server header has the versions of itself and of IPP. */
const cups: WebApplication = {
  name: 'ipp',
  product: 'CUPS',
  cpe: ['openprinting', 'cups'],
  recognise(page) {
    const found = /^CUPS(?:\/(\d[\w.]{0,20}))?(?: IPP\/|$)/.exec(page.header('server') ?? '');
    // The header has two numbers of its version, its own error pages have them all.
    const whole = / - CUPS v?(\d[\w.]{0,20})$/.exec(page.title ?? '')?.[1];
    if (found === null) return undefined;
    const isCut = whole === undefined && page.whole && found[1] !== undefined;
    return { version: whole, notes: isCut ? [`version ${found[1] ?? ''}.?`] : [] };
  },
  examples: [],
};

/** Its page for an error, whose title is translated, ends with its name. */
function errorPageOf({ title = '', body }: Page): RegExpExecArray | null {
  const isError = /HTTP[^0-9]{0,12}[45]\d\d/.test(title);
  return isError ? /<h3>Apache Tomcat\/(\d[\w.-]{0,20})(?: \([^()<>]{1,40}\))?<\/h3><\/body>/.exec(body) : null;
}

/** Tomcat names itself on its own pages: on the one that greets, and on those of errors. */
const tomcat: WebApplication = {
  product: 'Apache Tomcat',
  cpe: ['apache', 'tomcat'],
  recognise(page) {
    const found = /^Apache Tomcat\/(\d[\w.-]{0,20})(?:$| - Error report$)/.exec(page.title ?? '') ?? errorPageOf(page);
    const isManager = realmOf(page) === 'Tomcat Manager Application';
    // As Debian greets.
    const isGreeting = ownTitle(page) === 'Apache Tomcat' && page.body.includes('setup Tomcat successfully');
    if (found === null && !isManager && !isGreeting) return undefined;
    return { version: found?.[1], notes: isManager ? ['asks for the password of its manager'] : [] };
  },
  examples: [],
};

const transmission: WebApplication = {
  product: 'Transmission',
  cpe: ['transmissionbt', 'transmission'],
  recognise: (page) => (page.header('server') === 'Transmission' || realmOf(page) === 'Transmission' ? {} : undefined),
  examples: [],
};

const syncthing: WebApplication = {
  name: 'syncthing-http',
  product: 'Syncthing',
  cpe: ['syncthing', 'syncthing'],
  recognise(page) {
    const version = page.header('x-syncthing-version');
    return version === undefined ? undefined : { version: versionOf(version) };
  },
  examples: [
    builtPage(
      'built from the REST API documentation of Syncthing',
      [
        'HTTP/1.0 403 Forbidden',
        'X-Syncthing-Id: AAAAAAA',
        'X-Syncthing-Version: v1.19.2',
        'Content-Length: 0',
        '',
        '',
      ],
      {
        name: 'syncthing-http',
        product: 'Syncthing',
        version: '1.19.2',
        extraInfo: 'status 403',
        cpe: ['cpe:2.3:a:syncthing:syncthing:1.19.2:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

export const management = [webmin, cockpit, proxmox, winRm, puppet, cups, tomcat, transmission, syncthing];
