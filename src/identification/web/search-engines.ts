import { ownTitle, versionOf, type WebApplication } from './application.js';
import { textAt } from './page.js';

const anonymous = 'answers without asking who it is';

/** Elasticsearch (REST API, "Info"), and OpenSearch, which came out of it. */
const elasticsearch: WebApplication = {
  name: 'elasticsearch',
  product: 'Elasticsearch',
  cpe: ['elastic', 'elasticsearch'],
  ports: [9200],
  recognise(page) {
    const document = page.json();
    const number = versionOf(textAt(document, 'version', 'number'));
    if (textAt(document, 'version', 'distribution') === 'opensearch') {
      // To old clients it says the version of what it came out of (compatibility.override_main_response_version).
      const version = number?.startsWith('7.10.') === true ? undefined : number;
      return { product: 'OpenSearch', cpe: ['amazon', 'opensearch'], version, notes: [anonymous] };
    }
    const tagline = textAt(document, 'tagline');
    if (number !== undefined && tagline === 'You Know, for Search') return { version: number, notes: [anonymous] };
    if (page.header('x-elastic-product') === 'Elasticsearch') return {};
    const realm = page.header('www-authenticate') ?? '';
    return page.status === '401' && realm.includes('realm="security"') && page.body.includes('security_exception')
      ? {}
      : undefined;
  },
  examples: [
    {
      from: 'built from the REST API documentation of Elasticsearch 7.17',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nX-elastic-product: Elasticsearch\r\ncontent-type: application/json; charset=UTF-8\r\ncontent-length: 530\r\n\r\n' +
          '{\n  "name" : "instance-1",\n  "cluster_name" : "elasticsearch",\n  "cluster_uuid" : "AAAAAAAAAAAAAAAAAAAAAA",\n' +
          '  "version" : {\n    "number" : "7.17.9",\n    "build_flavor" : "default",\n    "build_type" : "deb",\n' +
          '    "lucene_version" : "8.11.1"\n  },\n  "tagline" : "You Know, for Search"\n}\n',
      ),
      service: {
        name: 'elasticsearch',
        product: 'Elasticsearch',
        version: '7.17.9',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:elastic:elasticsearch:7.17.9:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'built from the documentation of OpenSearch 2',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\ncontent-type: application/json; charset=UTF-8\r\n\r\n{\n  "name" : "node-1",\n  "cluster_name" : "docker-cluster",\n' +
          '  "version" : {\n    "distribution" : "opensearch",\n    "number" : "2.5.0"\n  },\n' +
          '  "tagline" : "The OpenSearch Project: https://opensearch.org/"\n}\n',
      ),
      service: {
        name: 'elasticsearch',
        product: 'OpenSearch',
        version: '2.5.0',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:amazon:opensearch:2.5.0:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Kibana puts its name on every answer. */
const kibana: WebApplication = {
  name: 'kibana',
  product: 'Kibana',
  cpe: ['elastic', 'kibana'],
  ports: [5601],
  path: '/api/status',
  recognise(page) {
    const isDashboards = page.header('osd-name') !== undefined;
    const isKibana = page.header('kbn-name') !== undefined || page.header('kbn-license-sig') !== undefined;
    if (!isDashboards && !isKibana) return undefined;
    const version = versionOf(page.header('kbn-version') ?? textAt(page.json(), 'version', 'number'));
    return {
      version,
      ...(isDashboards ? { product: 'OpenSearch Dashboards' } : {}),
    };
  },
  examples: [
    {
      from: 'built from the source of Kibana 7 (core/server/http)',
      bytes: Buffer.from(
        'HTTP/1.1 302 Found\r\nlocation: /spaces/enter\r\nx-content-type-options: nosniff\r\nkbn-name: search.example.org\r\n' +
          'cache-control: private, no-cache, no-store, must-revalidate\r\ncontent-length: 0\r\nConnection: close\r\n\r\n',
      ),
      service: {
        name: 'kibana',
        product: 'Kibana',
        extraInfo: 'status 302, redirects to /spaces/enter',
        cpe: ['cpe:2.3:a:elastic:kibana:*:*:*:*:*:*:*:*'],
      },
    },
  ],
};

const solr: WebApplication = {
  name: 'solr',
  product: 'Apache Solr',
  cpe: ['apache', 'solr'],
  ports: [8983],
  path: '/solr/admin/info/system?wt=json',
  hint: (page) => /^(?:https?:\/\/[^/]{1,200})?\/solr\/$/.test(page.header('location') ?? ''),
  recognise(page) {
    if (ownTitle(page) === 'Solr Admin') return {};
    // Too long to have come whole, and thus to be read as JSON.
    const isAnswer = /^\s{0,4}\{\s{0,8}"responseHeader":\s{0,4}\{/.test(page.body);
    const version = isAnswer
      ? versionOf(/"solr-spec-version":\s{0,4}"(\d[\w.-]{0,40})"/.exec(page.body)?.[1])
      : undefined;
    return version === undefined ? undefined : { version, notes: [anonymous] };
  },
  examples: [
    {
      from: 'built from the reference guide of Solr 8, "System Information"',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=utf-8\r\n\r\n{\n  "responseHeader":{\n    "status":0,\n    "QTime":7},\n' +
          '  "mode":"std",\n  "solr_home":"/var/solr/data",\n  "lucene":{\n    "solr-spec-version":"8.11.2",\n    "lucene-spec-version":"8.11.2"}}\n',
      ),
      service: {
        name: 'solr',
        product: 'Apache Solr',
        version: '8.11.2',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:apache:solr:8.11.2:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Qdrant (its documentation, "Service endpoints"). */
const qdrant: WebApplication = {
  name: 'qdrant',
  product: 'Qdrant',
  cpe: ['qdrant', 'qdrant'],
  ports: [6333],
  recognise(page) {
    const document = page.json();
    if (textAt(document, 'title') !== 'qdrant - vector search engine') return undefined;
    return { version: versionOf(textAt(document, 'version')), notes: [anonymous] };
  },
  examples: [
    {
      from: 'built from the documentation of Qdrant, "Service endpoints"',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"title":"qdrant - vector search engine","version":"1.5.1"}',
      ),
      service: {
        name: 'qdrant',
        product: 'Qdrant',
        version: '1.5.1',
        extraInfo: `${anonymous}, status 200`,
        cpe: ['cpe:2.3:a:qdrant:qdrant:1.5.1:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** Meilisearch says on its first page that it runs, where it is not set up for production. */
const meilisearch: WebApplication = {
  name: 'meilisearch',
  product: 'Meilisearch',
  ports: [7700],
  recognise: (page) => (textAt(page.json(), 'status') === 'Meilisearch is running' ? {} : undefined),
  examples: [
    {
      from: 'built from the source of Meilisearch 1 (routes)',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{"status":"Meilisearch is running"}',
      ),
      service: {
        name: 'meilisearch',
        product: 'Meilisearch',
        extraInfo: 'status 200',
      },
    },
  ],
};

export const searchEngines = [elasticsearch, kibana, solr, qdrant, meilisearch];
