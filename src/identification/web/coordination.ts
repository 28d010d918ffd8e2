import { ownTitle, versionOf, type WebApplication } from './application.js';
import { textAt, type Page } from './page.js';

const anonymous = 'answers without asking who it is';

/** A user interface made with Ember, which writes its settings under its own name into the head of its page (Ember's guides, "Configuring Ember CLI"). */
const isInterface = (page: Page, title: string, name: string) =>
  ownTitle(page).startsWith(title) && page.body.includes(`name="${name}/config/environment"`);

/** etcd (its documentation, "Monitoring", `/version`). */
const etcd: WebApplication = {
  name: 'etcd-client',
  product: 'etcd',
  cpe: ['etcd', 'etcd'],
  ports: [2379],
  path: '/version',
  hint: ({ status, header }) =>
    status === '404' && header('access-control-allow-methods') === 'POST, GET, OPTIONS, PUT, DELETE',
  recognise(page) {
    const document = page.json();
    const version = versionOf(textAt(document, 'etcdserver'));
    return version !== undefined && textAt(document, 'etcdcluster') !== undefined ? { version } : undefined;
  },
  examples: [],
};

/** Consul (HTTP API, `/v1/agent/self`); the version stands in the first of its members. */
const consul: WebApplication = {
  name: 'consul',
  nameInsideTls: 'consul-tls',
  product: 'Consul',
  cpe: ['hashicorp', 'consul'],
  ports: [8500],
  tlsPorts: [8501],
  path: '/v1/agent/self',
  recognise(page) {
    const found = /^\s{0,4}\{"Config":\{"Datacenter":[^{}]{0,600}"Version":"(\d[\w.+-]{0,40})"/.exec(page.body)?.[1];
    if (found !== undefined) return { version: found, notes: [anonymous] };
    return isInterface(page, 'Consul', 'consul-ui') ? {} : undefined;
  },
  examples: [
    {
      from: 'built from the HTTP API documentation of Consul, "Read Configuration"',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"Config":{"Datacenter":"dc1","NodeName":"foobar",' +
          '"NodeID":"9d754d17-d864-b1d3-e758-f3fe25a9874f","Server":true,"Revision":"deadbeef","Version":"1.0.0"},' +
          '"DebugConfig":{}}',
      ),
      service: {
        name: 'consul',
        product: 'Consul',
        version: '1.0.0',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:hashicorp:consul:1.0.0:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Nomad (HTTP API, `/v1/agent/self`): the tags of its member have its build. */
const nomad: WebApplication = {
  name: 'nomad',
  product: 'Nomad',
  cpe: ['hashicorp', 'nomad'],
  ports: [4646],
  path: '/v1/agent/self',
  recognise(page) {
    if (isInterface(page, 'Nomad', 'nomad-ui')) return {};
    const document = page.json();
    const member =
      typeof document === 'object' && document !== null && 'member' in document ? document.member : undefined;
    const version = versionOf(textAt(member, 'Tags', 'build'));
    return version !== undefined && textAt(member, 'Tags', 'role') === 'nomad'
      ? { version, notes: [anonymous] }
      : undefined;
  },
  examples: [
    {
      from: 'built from the HTTP API documentation of Nomad, "Query Self"',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"config":{"Addresses":null},"member":{"Addr":"192.0.2.4",' +
          '"Name":"bacon-mac.global","Port":4648,"Status":"alive","Tags":{"bootstrap":"1","build":"0.10.4","role":"nomad",' +
          '"region":"global","dc":"dc1"}},"stats":{}}',
      ),
      service: {
        name: 'nomad',
        product: 'Nomad',
        version: '0.10.4',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:hashicorp:nomad:0.10.4:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Vault (HTTP API, `/sys/seal-status`, which asks nobody for a token). OpenBao, from 2.0 on, answers in the same words. */
const vault: WebApplication = {
  name: 'vault',
  product: 'Vault',
  cpe: ['hashicorp', 'vault'],
  ports: [8200],
  path: '/v1/sys/seal-status',
  recognise(page) {
    if (isInterface(page, 'Vault', 'vault')) return {};
    const document = page.json();
    const version = textAt(document, 'version');
    const isSealStatus =
      typeof document === 'object' && document !== null && 'sealed' in document && 'initialized' in document;
    if (!isSealStatus || version === undefined || !/^[01]\./.test(version)) return undefined;
    return { version, notes: [document.sealed === true ? 'sealed' : 'unsealed'] };
  },
  examples: [
    {
      from: 'built from the HTTP API documentation of Vault, /sys/seal-status',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"type":"shamir","initialized":true,"sealed":false,"t":3,' +
          '"n":5,"progress":0,"nonce":"","version":"1.11.0","build_date":"2022-05-03T08:34:11Z","migration":false}\n',
      ),
      service: {
        name: 'vault',
        product: 'Vault',
        version: '1.11.0',
        extraInfo: 'unsealed, status 200',
        cpe: ['cpe:2.3:a:hashicorp:vault:1.11.0:*:*:*:*:*:*:*'],
      },
    },
  ],
};

export const coordination = [etcd, consul, nomad, vault];
