import { ownTitle, versionOf, type WebApplication } from './application.js';
import { builtPage, htmlHead, jsonHead } from './examples.js';
import { textAt, type Page } from './page.js';

/** The inspector of Node and the DevTools of Chrome: whoever reaches them runs code (Chrome DevTools Protocol, "HTTP Endpoints"). */
const nodeInspector: WebApplication = {
  name: 'node-inspector',
  product: 'Node.js inspector',
  cpe: ['nodejs', 'node.js'],
  ports: [9229],
  path: '/json/version',
  hint: ({ status, body }) => status === '400' && body.trimEnd() === 'WebSockets request was expected',
  recognise(page) {
    const version = /^node\.js\/v(\d[\w.-]{0,30})$/.exec(textAt(page.json(), 'Browser') ?? '')?.[1];
    return version === undefined ? undefined : { version, notes: ['runs whatever it is told to'] };
  },
  examples: [],
};

const chromeDevtools: WebApplication = {
  name: 'chrome-devtools',
  product: 'Chrome DevTools',
  cpe: ['google', 'chrome'],
  ports: [9222],
  path: '/json/version',
  recognise(page) {
    const document = page.json();
    const found = /^(?:Headless)?Chrom(?:e|ium)\/(\d[\d.]{0,30})$/.exec(textAt(document, 'Browser') ?? '');
    return found === null || textAt(document, 'Protocol-Version') === undefined
      ? undefined
      : { version: found[1], notes: ['does whatever it is told to'] };
  },
  examples: [
    builtPage(
      'built from the Chrome DevTools Protocol, "HTTP Endpoints"',
      [
        ...jsonHead,
        '{ "Browser": "Chrome/72.0.3601.0", "Protocol-Version": "1.3", "User-Agent": "Mozilla/5.0", "V8-Version": "7.2.233" }',
      ],
      {
        name: 'chrome-devtools',
        product: 'Chrome DevTools',
        version: '72.0.3601.0',
        extraInfo: 'does whatever it is told to, status 200',
        cpe: ['cpe:2.3:a:google:chrome:72.0.3601.0:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Selenium Grid (its documentation, "Endpoints"). */
const selenium: WebApplication = {
  product: 'Selenium Grid',
  cpe: ['selenium', 'selenium_grid'],
  ports: [4444],
  path: '/status',
  hint: (page) => ownTitle(page) === 'Selenium Grid',
  recognise(page) {
    const message = textAt(page.json(), 'value', 'message');
    if (message?.startsWith('Selenium Grid ') !== true) return undefined;
    // Of its nodes; where they are of several versions, which one is its own is not told.
    const versions = new Set(
      [...page.body.matchAll(/"version": ?"(\d[\d.]{0,20}) \(revision/g)].map(([, found]) => found),
    );
    return { version: versions.size === 1 ? [...versions][0] : undefined };
  },
  examples: [
    builtPage(
      'built from the documentation of Selenium Grid 4, "Grid status"',
      [
        ...jsonHead,
        '{ "value": { "ready": true, "message": "Selenium Grid ready.", "nodes": [ { "id": "0", "version": "4.8.0 (revision 267030adea)" } ] } }',
      ],
      {
        name: 'http',
        product: 'Selenium Grid',
        version: '4.8.0',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:selenium:selenium_grid:4.8.0:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

const tellsVersionAlone = ({ status, body }: Page) =>
  status === '200' && /^\s{0,4}\{"version": ?"[^"]{1,64}"\}\s{0,4}$/.test(body);

/** Jupyter (REST API, `/api`, which asks nobody for a token). */
const jupyter: WebApplication = {
  name: 'jupyter',
  product: 'Jupyter Server',
  cpe: ['jupyter', 'jupyter_server'],
  ports: [8888, 8889],
  path: '/api',
  hint: (page) => /^\/(?:tree|lab)(?:\?|$)/.test(page.header('location') ?? ''),
  recognise: (page) =>
    ['Jupyter Notebook', 'JupyterLab', 'Jupyter Server', 'Home Page - Select or create a notebook'].includes(
      ownTitle(page),
    )
      ? {}
      : undefined,
  readAtPath(page) {
    const version = versionOf(textAt(page.json(), 'version'));
    // The notebook was its own server up to version 6.
    const isNotebook =
      /^[3-6]\.[0-9]/.test(version ?? '') &&
      page.header('content-security-policy')?.includes('/api/security/csp-report') === true;
    const isServer = page.header('server')?.startsWith('TornadoServer/') === true;
    // Any other program that is made with Tornado may tell its version there.
    if (!isServer || !tellsVersionAlone(page) || version === undefined) return undefined;
    return { version, ...(isNotebook ? { product: 'Jupyter Notebook', cpe: ['jupyter', 'notebook'] } : {}) };
  },
  examples: [
    builtPage(
      'built from the page of JupyterLab 4',
      [...htmlHead, '<!doctype html><html lang="en"><head><title>JupyterLab</title></head></html>'],
      {
        name: 'jupyter',
        product: 'Jupyter Server',
        extraInfo: 'status 200, title "JupyterLab"',
        cpe: ['cpe:2.3:a:jupyter:jupyter_server:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Airflow (REST API, "Get version"). */
const airflow: WebApplication = {
  product: 'Apache Airflow',
  cpe: ['apache', 'airflow'],
  path: '/api/v1/version',
  recognise: (page) => (/^(?:Sign In|DAGs) - Airflow$/.test(ownTitle(page)) ? {} : undefined),
  readAtPath(page) {
    const document = page.json();
    const version = versionOf(textAt(document, 'version'));
    return version === undefined ? undefined : { version };
  },
  examples: [
    builtPage(
      'built from the page of Airflow 2, which is served by Gunicorn',
      [
        'HTTP/1.1 200 OK',
        'Server: gunicorn',
        'Content-Type: text/html',
        '',
        '<html><head><title>Sign In - Airflow</title></head></html>',
      ],
      {
        name: 'http',
        product: 'Apache Airflow',
        extraInfo: 'served by Gunicorn, status 200, title "Sign In - Airflow"',
        cpe: ['cpe:2.3:a:apache:airflow:*:*:*:*:*:*:*:*', 'cpe:2.3:a:gunicorn:gunicorn:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Spark's pages have its version beside its sign. */
const spark: WebApplication = {
  product: 'Apache Spark',
  cpe: ['apache', 'spark'],
  ports: [4040, 18080],
  recognise(page) {
    const { body } = page;
    const isSpark = /^Spark (?:Master|Worker) at |- Spark Jobs$|^History Server$/.test(ownTitle(page));
    if (!isSpark || !body.includes('/static/spark-logo')) return undefined;
    return { version: /<span class="version"[^<>]{0,60}>(\d[\w.-]{0,30})</.exec(body)?.[1] };
  },
  examples: [
    builtPage(
      'built from the pages of Spark 3 (core/ui/UIUtils)',
      [
        ...htmlHead,
        '<!DOCTYPE html><html><head><title>Spark Master at spark://master.example.org:7077</title></head><body>' +
          '<img src="/static/spark-logo-77x50px-hd.png" /><span class="version" style="margin-right: 15px;">3.3.2</span></body></html>',
      ],
      {
        name: 'http',
        product: 'Apache Spark',
        version: '3.3.2',
        extraInfo: 'status 200, title "Spark Master at spark://master.example.org:7077"',
        cpe: ['cpe:2.3:a:apache:spark:3.3.2:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** Ollama (API, "Version"). */
const ollama: WebApplication = {
  name: 'ollama',
  product: 'Ollama',
  cpe: ['ollama', 'ollama'],
  ports: [11434],
  path: '/api/version',
  recognise: ({ body }) => (body === 'Ollama is running' ? { notes: ['answers without asking who it is'] } : undefined),
  readAtPath(page) {
    const version = versionOf(textAt(page.json(), 'version'));
    return version === undefined || !tellsVersionAlone(page) ? undefined : { version };
  },
  examples: [
    builtPage(
      "built from Ollama's frequently asked questions",
      ['HTTP/1.0 200 OK', 'Content-Type: text/plain; charset=utf-8', 'Content-Length: 17', '', 'Ollama is running'],
      {
        name: 'ollama',
        product: 'Ollama',
        extraInfo: 'answers without asking who it is, status 200',
        cpe: ['cpe:2.3:a:ollama:ollama:*:*:*:*:*:*:*:*'],
      },
    ),
  ],
};

/** What runs the code, or does the work, that it is given. */
export const codeRunners = [nodeInspector, chromeDevtools, selenium, jupyter, airflow, spark, ollama];
