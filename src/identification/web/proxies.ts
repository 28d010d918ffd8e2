import type { WebApplication } from './application.js';
import { ownTitle, versionOf } from './application.js';
import { builtPage, jsonHead } from './examples.js';
import { textAt } from './page.js';

/** Squid, which says on its own error pages that they are (its documentation, X-Squid-Error). */
const squid: WebApplication = {
  name: 'squid-http',
  nameInsideTls: 'squid-https',
  product: 'Squid',
  cpe: ['squid-cache', 'squid'],
  recognise(page) {
    const error = /^(ERR_[A-Z_]{1,40})/.exec(page.header('x-squid-error') ?? '')?.[1];
    if (error === undefined) return undefined;
    const version = /^squid\/(\d[\w.-]{0,20})/.exec(page.header('server') ?? '')?.[1];
    return { version, notes: [error] };
  },
  examples: [],
};

/** The errors of HAProxy itself (its source, http_err_msgs): no other body is made so. */
const haproxyErrors = [
  '<html><body><h1>400 Bad request</h1>\nYour browser sent an invalid request.\n</body></html>',
  '<html><body><h1>403 Forbidden</h1>\nRequest forbidden by administrative rules.\n</body></html>',
  "<html><body><h1>408 Request Time-out</h1>\nYour browser didn't send a complete request in time.\n</body></html>",
  '<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>',
  '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>',
  "<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>",
];

const haproxy: WebApplication = {
  product: 'HAProxy',
  cpe: ['haproxy', 'haproxy'],
  recognise: ({ body }) => (haproxyErrors.includes(body.trim()) ? {} : undefined),
  examples: [],
};

/** The page of statistics that HAProxy serves (its management guide, section 9). */
const haproxyStats: WebApplication = {
  name: 'haproxy-stats',
  product: 'HAProxy statistics',
  cpe: ['haproxy', 'haproxy'],
  ports: [8404],
  recognise(page) {
    if (ownTitle(page) !== 'Statistics Report for HAProxy') return undefined;
    return { version: /HAProxy version (\d[\w.+~-]{0,40})[,<]/.exec(page.body)?.[1] };
  },
  examples: [],
};

/** Traefik's own user interface and API (its documentation, "API"). Elsewhere it says nothing of itself. */
const traefik: WebApplication = {
  product: 'Traefik',
  cpe: ['traefik', 'traefik'],
  path: '/api/version',
  hint: (page) => page.header('location') === '/dashboard/' || ownTitle(page) === 'Traefik',
  recognise(page) {
    const document = page.json();
    const version = versionOf(textAt(document, 'Version'));
    const isTraefik = textAt(document, 'Codename') !== undefined && textAt(document, 'startDate') !== undefined;
    return isTraefik && version !== undefined ? { version } : undefined;
  },
  examples: [
    builtPage(
      'built from the source of Traefik (pkg/version)',
      [...jsonHead, '{"Version":"2.9.6","Codename":"banon","startDate":"2022-12-07T14:16:35Z"}'],
      {
        name: 'http',
        product: 'Traefik',
        version: '2.9.6',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:traefik:traefik:2.9.6:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

const aptCacherNg: WebApplication = {
  name: 'apt-cacher-ng',
  product: 'Apt-Cacher NG',
  cpe: ['apt-cacher-ng_project', 'apt-cacher-ng'],
  recognise: ({ status, title }) =>
    status === '406' && title === 'Not Found or APT Reconfiguration required' ? {} : undefined,
  examples: [],
};

const privoxy: WebApplication = {
  name: 'privoxy',
  product: 'Privoxy',
  cpe: ['privoxy', 'privoxy'],
  recognise: ({ status, body }) =>
    status === '400' && body.trimEnd() === 'Invalid header received from client.' ? {} : undefined,
  examples: [],
};

export const proxies = [squid, haproxy, haproxyStats, traefik, aptCacherNg, privoxy];
