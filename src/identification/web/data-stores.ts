import { ownTitle, versionOf, type WebApplication } from './application.js';
import { textAt, type Page } from './page.js';

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

export const dataStores = [couchdb, clickhouse, influxdb, rabbitmq, neo4j, phpMyAdmin, minio];
