import { versionOf, type WebApplication } from './application.js';
import { textAt } from './page.js';

/** Plex Media Server, which marks all that it says, and tells everybody its version (Plex's support articles, "/identity"). */
const plex: WebApplication = {
  name: 'plex',
  nameInsideTls: 'plex',
  product: 'Plex Media Server',
  cpe: ['plex', 'media_server'],
  ports: [32400],
  path: '/identity',
  recognise({ header, body }) {
    if (header('x-plex-protocol') === undefined) return undefined;
    return { version: / version="(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,6}-[0-9a-f]{9})"/.exec(body)?.[1] };
  },
  examples: [
    {
      from: "built from Plex's articles, /identity",
      bytes: Buffer.from(
        'HTTP/1.1 200 OK\r\nX-Plex-Protocol: 1.0\r\nContent-Type: text/xml;charset=utf-8\r\n\r\n<?xml version="1.0" encoding="UTF-8"?>\n' +
          '<MediaContainer size="0" claimed="1" machineIdentifier="0123456789abcdef0123456789abcdef01234567" version="1.32.4.7195-7c8f9d3b6"></MediaContainer>\n',
      ),
      service: {
        name: 'plex',
        product: 'Plex Media Server',
        version: '1.32.4.7195-7c8f9d3b6',
        extraInfo: 'status 200',
        cpe: ['cpe:2.3:a:plex:media_server:1.32.4.7195-7c8f9d3b6:*:*:*:*:*:*:*'],
      },
    },
  ],
};

/**
 * Servers of Matrix, which tell each other who they are (Matrix specification, Server-Server API, "GET /_matrix/federation/v1/version"):
 * Synapse, Dendrite and others by the name that they give themselves.
 */
const matrix: WebApplication = {
  product: 'Synapse',
  cpe: ['matrix', 'synapse'],
  ports: [8008],
  tlsPorts: [8448],
  path: '/_matrix/federation/v1/version',
  hint: ({ header, title }) =>
    title === 'Synapse is running' || header('location')?.endsWith('/_matrix/static/') === true,
  recognise(page) {
    const [name, version] = [textAt(page.json(), 'server', 'name'), textAt(page.json(), 'server', 'version')];
    if (name === undefined || version === undefined || !/^[A-Za-z][\w -]{0,40}$/.test(name)) return undefined;
    const [told] = version.split(' ');
    return { version: versionOf(told), ...(name === 'Synapse' ? {} : { product: name }) };
  },
  examples: [],
};

export const media = [plex, matrix];
