import { ownTitle, versionOf, type WebApplication } from './application.js';
import { textAt, type Page } from './page.js';

const isFoundAt = ({ status, header }: Page, ...paths: readonly string[]) =>
  status === '302' && paths.includes(header('location')?.split('?')[0] ?? '');

/** Prometheus (HTTP API, "Build Information", from 2.14 on). Its relatives of version 0 and 1 answer in the same words. */
const prometheus: WebApplication = {
  product: 'Prometheus',
  cpe: ['prometheus', 'prometheus'],
  ports: [9090],
  path: '/api/v1/status/buildinfo',
  hint: (page) => isFoundAt(page, '/graph', '/classic/graph', '/query'),
  recognise(page) {
    if (ownTitle(page) === 'Prometheus Time Series Collection and Processing Server') return {};
    const document = page.json();
    const version = textAt(document, 'data', 'version');
    const isBuild = ['revision', 'branch', 'buildUser', 'goVersion'].every(
      (key) => textAt(document, 'data', key) !== undefined,
    );
    const isRelative = textAt(document, 'data', 'application') !== undefined || !/^[2-9]/.test(version ?? '');
    return isBuild && !isRelative
      ? { version: versionOf(version), notes: ['answers without asking who it is'] }
      : undefined;
  },
  examples: [],
};

const alertmanager: WebApplication = {
  product: 'Alertmanager',
  cpe: ['prometheus', 'alertmanager'],
  ports: [9093],
  path: '/api/v2/status',
  hint: (page) => ownTitle(page) === 'Alertmanager',
  recognise(page) {
    if (ownTitle(page) === 'Alertmanager' && page.body.includes('src="script.js"')) return {};
    const document = page.json();
    const version = versionOf(textAt(document, 'versionInfo', 'version'));
    return version !== undefined && textAt(document, 'cluster', 'status') !== undefined
      ? { version, notes: ['answers without asking who it is'] }
      : undefined;
  },
  examples: [],
};

const pushgateway: WebApplication = {
  name: 'prometheus-pushgateway',
  product: 'Prometheus Pushgateway',
  ports: [9091],
  path: '/api/v1/status',
  recognise(page) {
    if (ownTitle(page) === 'Prometheus Pushgateway') return {};
    const version = versionOf(textAt(page.json(), 'data', 'build_information', 'version'));
    return version === undefined ? undefined : { version };
  },
  examples: [
    {
      from: 'built from the README of the Pushgateway, "Query API"',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"status":"success","data":{"build_information":{"branch":"master",' +
          '"buildDate":"20200310-20:14:39","buildUser":"someone","goVersion":"go1.13.8","revision":"eba0ec4","version":"1.2.0"},' +
          '"flags":{},"start_time":"2020-03-11T01:44:49.9189758+05:30"}}',
      ),
      service: {
        name: 'prometheus-pushgateway',
        product: 'Prometheus Pushgateway',
        version: '1.2.0',
        extraInfo: 'status 200',
      },
    },
  ],
};

/**
 * The exporters of Prometheus: a page whose title is their name and that leads to `/metrics`; newer ones give their version there (the
 * landing page of Prometheus' exporter-toolkit).
 */
const exporter: WebApplication = {
  product: 'Prometheus exporter',
  recognise(page) {
    const { body } = page;
    const title = ownTitle(page);
    if (!/^[\w. -]{0,40}\bexporter$/i.test(title) || !body.includes('/metrics"')) return undefined;
    const version = /\(version=(\d[\w.+~-]{0,40})[,)]/.exec(body)?.[1];
    return { product: title, version };
  },
  examples: [
    {
      from: 'built from the landing page of the exporter-toolkit 0.10',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n\r\n<!DOCTYPE html>\n<html lang="en">\n  <head>\n' +
          '    <meta charset="UTF-8">\n    <title>Blackbox Exporter</title>\n  </head>\n  <body>\n    <main>\n' +
          '      <h2>Prometheus Blackbox Exporter</h2>\n      <div>Version: (version=0.24.0, branch=HEAD, revision=0b0467473916fd9e8526e2635c2a0b1c56011dff)</div>\n' +
          '      <div>\n        <ul>\n          <li><a href="/metrics">Metrics</a></li>\n        </ul>\n      </div>\n    </main>\n  </body>\n</html>\n',
      ),
      service: {
        name: 'http',
        product: 'Blackbox Exporter',
        version: '0.24.0',
        extraInfo: 'status 200, title "Blackbox Exporter"',
      },
    },
  ],
  negatives: [
    {
      from: 'a page about an exporter of something else',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Length: 67\r\n\r\n<html><title>The Banana Exporter</title><body>Bananas</body></html>\n',
      ),
    },
  ],
};

/** Grafana (HTTP API, "Health API"). */
const grafana: WebApplication = {
  product: 'Grafana',
  cpe: ['grafana', 'grafana'],
  ports: [3000],
  path: '/api/health',
  hint: (page) =>
    ownTitle(page) === 'Grafana' || (isFoundAt(page, '/login') && page.body.startsWith('<a href="/login')),
  recognise(page) {
    if (ownTitle(page) === 'Grafana' && /public\/(?:build|img)\//.test(page.body)) return {};
    const document = page.json();
    const version = textAt(document, 'version');
    const isHealth = textAt(document, 'database') !== undefined && textAt(document, 'commit') !== undefined;
    return isHealth ? { version: versionOf(version) } : undefined;
  },
  examples: [
    {
      from: 'built from the HTTP API documentation of Grafana, "Health API"',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\n  "commit": "087143285",\n  "database": "ok",\n  "version": "5.1.3"\n}',
      ),
      service: {
        name: 'http',
        product: 'Grafana',
        version: '5.1.3',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:grafana:grafana:5.1.3:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Netdata names itself in the Server header, in words. */
const netdata: WebApplication = {
  name: 'netdata',
  product: 'Netdata',
  cpe: ['netdata', 'netdata'],
  ports: [19999],
  recognise(page) {
    const found = /^Netdata Embedded HTTP Server(?: v?(\d[\w.-]{0,40}))?$/i.exec(page.header('server') ?? '');
    return found === null ? undefined : { version: found[1] };
  },
  examples: [
    {
      from: "built from the source of Netdata's web server",
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nConnection: close\r\nServer: Netdata Embedded HTTP Server v1.37.1\r\nContent-Length: 0\r\n\r\n',
      ),
      service: {
        name: 'netdata',
        product: 'Netdata',
        version: '1.37.1',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:netdata:netdata:1.37.1:*:*:*:*:*:*:*'],
      },
    },
  ],
};

export const monitoring = [prometheus, alertmanager, pushgateway, exporter, grafana, netdata];
