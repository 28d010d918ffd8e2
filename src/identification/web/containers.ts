import type { WebApplication } from './application.js';
import { ownTitle, versionOf } from './application.js';
import { textAt } from './page.js';

/**
 * The API of Docker (Engine API, `GET /version`) and of Podman, which answers in the same words. Whoever may ask it for its version
 * may have it start a container that owns the machine.
 */
const docker: WebApplication = {
  name: 'docker',
  nameInsideTls: 'docker-s',
  product: 'Docker Engine',
  cpe: ['docker', 'engine'],
  ports: [2375, 4243],
  tlsPorts: [2376],
  path: '/version',
  hint: ({ status, body }) => status === '404' && body.trimEnd() === '{"message":"page not found"}',
  recognise(page) {
    const server = /^(?:(Docker)|Libpod)\/(\d[\w.+~-]{0,40})/.exec(page.header('server') ?? '');
    if (server === null || page.header('api-version') === undefined) return undefined;
    const isOpen = textAt(page.json(), 'ApiVersion') !== undefined;
    return {
      version: server[2],
      notes: isOpen ? ['answers without asking who it is'] : [],
      ...(server[1] === undefined ? { product: 'Podman', cpe: ['podman_project', 'podman'] } : {}),
    };
  },
  examples: [],
};

/** A registry of images, whoever made it: it names its API on every answer to `/v2/` (OCI Distribution Specification; Docker Registry HTTP API V2). */
const dockerRegistry: WebApplication = {
  name: 'docker-registry',
  product: 'Docker Registry API',
  ports: [5000, 5001],
  path: '/v2/',
  recognise(page) {
    if (page.header('docker-distribution-api-version') !== 'registry/2.0') return undefined;
    return { notes: page.status === '200' ? ['answers without asking who it is'] : [] };
  },
  examples: [
    {
      from: 'built from the Docker Registry HTTP API V2, "API version check"',
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json; charset=utf-8\r\n' +
          'Docker-Distribution-Api-Version: registry/2.0\r\n\r\n{}',
      ),
      service: {
        name: 'docker-registry',
        product: 'Docker Registry API',
        extraInfo: 'answers without asking who it is, status 200',
      },
    },
  ],
};

const product = 'Kubernetes API server';

/** The Kubernetes API: what it refuses, it refuses with a `Status` (Kubernetes API conventions, "Response Status Kind"). */
const kubernetesApi: WebApplication = {
  name: 'kubernetes-api',
  product,
  cpe: ['kubernetes', 'kubernetes'],
  tlsPorts: [6443, 16443],
  path: '/version',
  recognise(page) {
    const document = page.json();
    const version = textAt(document, 'gitVersion');
    if (version !== undefined && textAt(document, 'gitTreeState') !== undefined) return { version: versionOf(version) };
    const isRefusal =
      textAt(document, 'kind') === 'Status' &&
      textAt(document, 'apiVersion') === 'v1' &&
      textAt(document, 'status') === 'Failure' &&
      textAt(document, 'code') === page.status;
    // What extends the API is made of the same library, and refuses in the same words: no CPE.
    return isRefusal || page.header('x-kubernetes-pf-flowschema-uid') !== undefined ? { product } : undefined;
  },
  examples: [
    {
      from: 'built from the Kubernetes documentation, "Access to the API as an anonymous user"',
      bytes: Buffer.from(
        'HTTP/1.0 403 Forbidden\r\nAudit-Id: 7b1b2f0a-0000-4000-8000-000000000000\r\nContent-Type: application/json\r\n' +
          'X-Content-Type-Options: nosniff\r\nContent-Length: 204\r\n\r\n' +
          '{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":' +
          '"forbidden: User \\"system:anonymous\\" cannot get path \\"/\\"","reason":"Forbidden","details":{},"code":403}',
      ),
      service: {
        name: 'kubernetes-api',
        product: 'Kubernetes API server',
        extraInfo: 'status 403',
      },
    },
    {
      from: 'built from the Kubernetes API reference, version.Info',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"major":"1","minor":"27","gitVersion":"v1.27.3",' +
          '"gitCommit":"25b4e43193bcda6c7328a6d147b1fb73a33f1598","gitTreeState":"clean","buildDate":"2023-06-14T09:47:40Z",' +
          '"goVersion":"go1.20.5","compiler":"gc","platform":"linux/amd64"}',
      ),
      service: {
        name: 'kubernetes-api',
        product: 'Kubernetes API server',
        version: '1.27.3',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:kubernetes:kubernetes:1.27.3:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/**
 * The kubelet asks the API server about everybody, whatever the path: a stranger whom it does not turn away at once is told what he lacks
 * (Kubernetes documentation, "Kubelet authentication/authorization"). One that lets him in (`--anonymous-auth`, `AlwaysAllow`, or the
 * read-only port) says at `/healthz` that it is well: its port and that are all the proof, and its pods are not asked for.
 */
const kubelet: WebApplication = {
  name: 'kubelet-readonly',
  nameInsideTls: 'kubelet',
  product: 'kubelet',
  ports: [10255],
  tlsPorts: [10250],
  path: '/healthz',
  recognise: ({ body }) =>
    /^Forbidden \(user=[\w:.-]{1,100}, verb=get, resource=nodes, subresource/.test(body) ? {} : undefined,
  readAtPath: ({ status, body }) =>
    status === '200' && body === 'ok' ? { notes: ['answers without asking who it is'] } : undefined,
  examples: [
    {
      from: 'built from the Kubernetes documentation, "Kubelet authentication/authorization", in the words of pkg/kubelet/server/server.go',
      bytes: Buffer.from(
        'HTTP/1.0 403 Forbidden\r\nContent-Length: 78\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n' +
          'Forbidden (user=system:anonymous, verb=get, resource=nodes, subresource=proxy)',
      ),
      service: {
        name: 'kubelet-readonly',
        product: 'kubelet',
        extraInfo: 'status 403',
      },
    },
  ],
  negatives: [
    {
      from: 'another that refuses',
      bytes: Buffer.from('HTTP/1.0 403 Forbidden\r\nContent-Length: 32\r\n\r\nForbidden (user=alice, verb=get)'),
    },
  ],
};

const portainer: WebApplication = {
  product: 'Portainer',
  cpe: ['portainer', 'portainer'],
  ports: [9000],
  tlsPorts: [9443],
  path: '/api/status',
  hint: (page) => ownTitle(page) === 'Portainer',
  recognise(page) {
    if (ownTitle(page) === 'Portainer' && page.body.includes('ng-app="portainer"')) return {};
    const document = page.json();
    const version = textAt(document, 'Version');
    return textAt(document, 'InstanceID') === undefined || version === undefined
      ? undefined
      : { version: versionOf(version) };
  },
  examples: [
    {
      from: 'built from the API documentation of Portainer, /status',
      bytes: Buffer.from(
        'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{"Version":"2.17.1","InstanceID":"299ab403-70a8-4c05-92f7-bf7a994d50df"}\n',
      ),
      service: {
        name: 'http',
        product: 'Portainer',
        version: '2.17.1',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:portainer:portainer:2.17.1:*:*:*:*:*:*:*'],
      },
    },
  ],
};

export const containers = [docker, dockerRegistry, kubernetesApi, kubelet, portainer];
