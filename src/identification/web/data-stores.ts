import { ownTitle, versionOf, type WebApplication } from './application.js';
import { textAt, type Page } from './page.js';

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

/** CouchDB (API reference, "Meta information about the server"). */
const couchdb: WebApplication = {
  name: 'couchdb',
  nameInsideTls: 'couchdb-tls',
  product: 'CouchDB',
  cpe: ['apache', 'couchdb'],
  ports: [5984],
  tlsPorts: [6984],
  recognise(page) {
    const document = page.json();
    if (textAt(document, 'couchdb') === 'Welcome') return { version: versionOf(textAt(document, 'version')) };
    const server = /^CouchDB\/(\d[\w.+-]{0,40})/.exec(page.header('server') ?? '')?.[1];
    return server === undefined ? undefined : { version: server };
  },
  examples: [
    {
      from: 'built from the API reference of CouchDB 3.2, section 1.1.1',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nCache-Control: must-revalidate\r\nContent-Length: 109\r\nContent-Type: application/json\r\n' +
          'Server: CouchDB/3.2.2 (Erlang OTP/24)\r\n\r\n' +
          '{"couchdb":"Welcome","uuid":"85fb71bf700c17267fef77535820e371","vendor":{"name":"x"},"version":"3.2.2"}      \n',
      ),
      service: {
        name: 'couchdb',
        product: 'CouchDB',
        version: '3.2.2',
        extraInfo: 'status 200, Erlang OTP/24',
        cpe: ['cpe:2.3:a:apache:couchdb:3.2.2:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** ClickHouse answers `Ok.` to whoever asks for nothing (its documentation, "HTTP Interface"), with its name in the headers. */
const clickhouse: WebApplication = {
  name: 'clickhouse-http',
  product: 'ClickHouse',
  cpe: ['clickhouse', 'clickhouse'],
  ports: [8123],
  recognise: (page) =>
    ['x-clickhouse-summary', 'x-clickhouse-server-display-name', 'x-clickhouse-exception-code'].some(
      (name) => page.header(name) !== undefined,
    )
      ? { version: /\(version (\d[\d.]{0,30})[ )]/.exec(page.body)?.[1] }
      : undefined,
  examples: [
    {
      from: 'built from the documentation of ClickHouse, "HTTP Interface"',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nDate: Mon, 23 Nov 2026 15:00:00 GMT\r\nConnection: Close\r\nContent-Type: text/html; charset=UTF-8\r\n' +
          'X-ClickHouse-Summary: {"read_rows":"0","read_bytes":"0"}\r\nContent-Length: 4\r\n\r\nOk.\n',
      ),
      service: {
        name: 'clickhouse-http',
        product: 'ClickHouse',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:clickhouse:clickhouse:*:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/** InfluxDB puts its version on every answer (API reference, `/ping`). */
const influxdb: WebApplication = {
  name: 'influxdb',
  product: 'InfluxDB',
  cpe: ['influxdata', 'influxdb'],
  ports: [8086],
  path: '/ping',
  recognise(page) {
    const [version, build] = [page.header('x-influxdb-version'), page.header('x-influxdb-build')];
    // What takes measurements in its stead gives a version too, but no build.
    return version === undefined || build === undefined ? undefined : { version: versionOf(version), notes: [build] };
  },
  examples: [],
};

const rabbitmq: WebApplication = {
  name: 'rabbitmq-http',
  nameInsideTls: 'rabbitmq-https',
  product: 'RabbitMQ Management',
  ports: [15672],
  tlsPorts: [15671],
  recognise: (page) => (ownTitle(page) === 'RabbitMQ Management' ? {} : undefined),
  examples: [
    {
      from: 'built from the page of the management plugin, RabbitMQ 3.10',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nserver: Cowboy\r\ncontent-type: text/html\r\n\r\n<!DOCTYPE html>\n<html>\n<head>\n' +
          '<meta http-equiv="X-UA-Compatible" content="IE=edge" />\n<title>RabbitMQ Management</title>\n',
      ),
      service: {
        name: 'rabbitmq-http',
        product: 'RabbitMQ Management',
        extraInfo: 'served by Cowboy, status 200, title "RabbitMQ Management"',
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

/** Neo4j (HTTP API, "Discovery API"). */
const neo4j: WebApplication = {
  name: 'neo4j-http',
  nameInsideTls: 'neo4j-https',
  product: 'Neo4j',
  cpe: ['neo4j', 'neo4j'],
  ports: [7474],
  tlsPorts: [7473],
  recognise(page) {
    const document = page.json();
    const version = versionOf(textAt(document, 'neo4j_version'));
    if (version === undefined) return undefined;
    const edition = textAt(document, 'neo4j_edition');
    return { version, notes: edition === undefined ? [] : [edition] };
  },
  examples: [
    {
      from: 'built from the HTTP API documentation of Neo4j 5, "Discovery API"',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nVary: Accept\r\n\r\n{"bolt_routing":"neo4j://localhost:7687",' +
          '"transaction":"http://localhost:7474/db/{databaseName}/tx","bolt_direct":"bolt://localhost:7687","neo4j_version":"5.3.0",' +
          '"neo4j_edition":"community"}',
      ),
      service: {
        name: 'neo4j-http',
        product: 'Neo4j',
        version: '5.3.0',
        extraInfo: 'community, status 200',
        cpe: ['cpe:2.3:a:neo4j:neo4j:5.3.0:*:*:*:*:*:*:*'],
      },
    },
  ],
};

const phpMyAdmin: WebApplication = {
  product: 'phpMyAdmin',
  cpe: ['phpmyadmin', 'phpmyadmin'],
  recognise: (page) => (isPhpMyAdmin(page) ? { version: phpMyAdminVersion(page.body) } : undefined),
  examples: [],
};

function isPhpMyAdmin(page: Page): boolean {
  const setsCookie = page.cookies.some((cookie) => cookie.startsWith('phpMyAdmin='));
  return setsCookie || (ownTitle(page) === 'phpMyAdmin' && page.body.includes('PMA_'));
}

/** Its scripts and styles are asked for with its version, so that browsers do not keep the old ones. */
function phpMyAdminVersion(body: string): string | undefined {
  return /"(?:\.\/)?(?:js|themes)\/[^"?]{1,80}\?v=(\d[\w.-]{0,40})[^\w.-]/.exec(body)?.[1];
}

/** MinIO, whose storage is spoken to in the words of Amazon's S3. */
const minio: WebApplication = {
  product: 'MinIO',
  cpe: ['minio', 'minio'],
  recognise: (page) => (page.header('server') === 'MinIO' || ownTitle(page) === 'MinIO Console' ? {} : undefined),
  examples: [
    {
      from: 'built from the documentation of MinIO: an answer to an unsigned request',
      bytes: Buffer.from(
        'HTTP/1.0 403 Forbidden\r\nContent-Length: 0\r\nServer: MinIO\r\nX-Amz-Request-Id: 17A0E5F2B7D1E6A0\r\n\r\n',
      ),
      service: {
        name: 'http',
        product: 'MinIO',
        extraInfo: 'status 403',
        cpe: ['cpe:2.3:a:minio:minio:*:*:*:*:*:*:*:*'],
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

export const dataStores = [
  elasticsearch,
  kibana,
  couchdb,
  clickhouse,
  influxdb,
  rabbitmq,
  solr,
  neo4j,
  phpMyAdmin,
  minio,
  qdrant,
  meilisearch,
];
