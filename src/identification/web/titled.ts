import { cpe as cpeName } from '../cpe.js';
import { ownTitle, type WebApplication } from './application.js';
import { builtPage, htmlHead } from './examples.js';
import { realmOf } from './page.js';

/** An application that is known by the title of its page, which tells no version, or tells it beside; `mark` is what else its page has, where others may have the title. */
function titled(
  product: string,
  title: RegExp,
  example: string,
  more: Pick<WebApplication, 'name' | 'cpe'> & {
    readonly version?: RegExp;
    readonly realm?: string;
    readonly mark?: string;
  } = {},
): WebApplication {
  const { name, cpe, version, realm, mark = '' } = more;
  return {
    product,
    ...(name === undefined ? {} : { name }),
    ...(cpe === undefined ? {} : { cpe }),
    recognise(page) {
      const isTitled = title.test(ownTitle(page)) && page.body.includes(mark);
      if (!isTitled && (realm === undefined || realmOf(page) !== realm)) return undefined;
      return { version: version?.exec(page.body)?.[1] };
    },
    examples: [
      builtPage(
        `built from the title of a page of ${product}`,
        [...htmlHead, `<html><head><title>${example}</title></head><body>${mark}</body></html>`],
        {
          name: name ?? 'http',
          product,
          extraInfo: `status 200, title "${example}"`,
          ...(cpe === undefined ? {} : { cpe: [cpeName(...cpe)] }),
        },
      ),
    ],
    negatives: [
      {
        from: 'a page that only speaks of it',
        bytes: Buffer.from(
          [...htmlHead, `<html><head><title>How we left ${example}</title></head></html>`].join('\r\n'),
        ),
      },
      {
        from: 'a page that was not found, and has its title',
        bytes: Buffer.from(`HTTP/1.1 404 Not Found\r\n\r\n<html><head><title>${example}</title></head>${mark}</html>`),
      },
      {
        from: 'a page of a manual about it',
        bytes: Buffer.from(
          [
            ...htmlHead,
            `<html><head><title>${example}</title><meta name="generator" content="pandoc"></head>${mark}</html>`,
          ].join('\r\n'),
        ),
      },
      {
        from: 'a drawing of its sign',
        bytes: Buffer.from(
          [...htmlHead, `<html><body><svg><title>${example}</title></svg>${mark}</body></html>`].join('\r\n'),
        ),
      },
    ],
  };
}

export const titledApplications: readonly WebApplication[] = [
  titled('Cacti', /^Login to Cacti$/, 'Login to Cacti', {
    cpe: ['cacti', 'cacti'],
    version: /Version (\d[\d.]{0,12}) \| \(c\)/,
  }),
  titled('Nagios', /^Nagios(?: Core|: [\w.-]{1,100})?$/, 'Nagios Core', {
    cpe: ['nagios', 'nagios'],
    realm: 'Nagios Access',
    mark: 'side.php',
  }),
  titled('Zabbix', /^(?:[\w .-]{1,100}: )?Zabbix$/, 'Zabbix', {
    cpe: ['zabbix', 'zabbix'],
    mark: 'content="Zabbix SIA"',
  }),
  titled('Supervisor', /^Supervisor Status$/, 'Supervisor Status', {
    name: 'supervisor',
    cpe: ['supervisord', 'supervisor'],
    version: /<a href="http:\/\/supervisord\.org">Supervisor<\/a> <span>(\d[\w.]{0,12})</,
  }),
  titled('Keycloak', /^Welcome to Keycloak$/, 'Welcome to Keycloak', { cpe: ['redhat', 'keycloak'] }),
  titled('Home Assistant', /^Home Assistant$/, 'Home Assistant', {
    cpe: ['home-assistant', 'home-assistant'],
    mark: '/frontend_latest/',
  }),
  titled(
    'Synology DiskStation',
    /^[\w.-]{1,60} - Synology (?:DiskStation|NAS|VisualStation)$/,
    'nas1 - Synology DiskStation',
  ),
  titled('Proxmox Backup Server', /^[\w.-]{1,100} - Proxmox Backup Server$/, 'pbs1 - Proxmox Backup Server', {
    name: 'proxmox-backup',
  }),
  titled('WildFly', /^Welcome to WildFly(?: Application Server)?(?: \d[\w.]{0,12})?$/, 'Welcome to WildFly', {
    cpe: ['redhat', 'wildfly'],
  }),
  titled('Hadoop', /^Hadoop Administration$/, 'Hadoop Administration', { cpe: ['apache', 'hadoop'] }),
  titled('Roundcube', /^Roundcube Webmail :: /, 'Roundcube Webmail :: Welcome to Roundcube Webmail', {
    cpe: ['roundcube', 'webmail'],
  }),
  titled('RouterOS', /^RouterOS router configuration page$/, 'RouterOS router configuration page', {
    version: /<h1>RouterOS v(\d[\w.]{0,12})</,
  }),
  titled('Adminer', /^Login - Adminer$/, 'Login - Adminer', {
    cpe: ['adminer', 'adminer'],
    version: /<span class="version">(\d[\w.-]{0,12})</,
  }),
  titled('pfSense', /^pfSense - Login$/, 'pfSense - Login'),
  titled('OPNsense', /^Login \| OPNsense$/, 'Login | OPNsense', { cpe: ['opnsense', 'opnsense'] }),
  titled('OpenWrt LuCI', /^[\w.-]{1,63} - LuCI$/, 'OpenWrt - LuCI', { cpe: ['openwrt', 'luci'] }),
  titled('Plesk', /^Plesk (?:Obsidian|Onyx) \d[\d.]{0,12}$/, 'Plesk Obsidian 18.0.50'),
  titled('Icinga Web', /^Icinga Web 2 Login$/, 'Icinga Web 2 Login', { cpe: ['icinga', 'icinga_web_2'] }),
  titled('Graylog', /^Graylog Web Interface$/, 'Graylog Web Interface', { cpe: ['graylog', 'graylog'] }),
  titled('phpPgAdmin', /^phpPgAdmin$/, 'phpPgAdmin', { cpe: ['phppgadmin_project', 'phppgadmin'] }),
  titled('pgAdmin', /^pgAdmin 4$/, 'pgAdmin 4', { cpe: ['pgadmin', 'pgadmin_4'] }),
  titled('Argo CD', /^Argo CD$/, 'Argo CD', { cpe: ['argoproj', 'argo_cd'] }),
  titled('Uptime Kuma', /^Uptime Kuma$/, 'Uptime Kuma'),
  titled('Jellyfin', /^Jellyfin$/, 'Jellyfin', { cpe: ['jellyfin', 'jellyfin'] }),
];
