import type { ServiceRemedies } from './remedy.js';

/** Caches and search engines. */
export const cacheRemedies: readonly ServiceRemedies[] = [
  {
    services: ['redis', 'redis-tls', 'redis-sentinel', 'redis-cluster'],
    risk: 'critical',
    remedies: [
      {
        product: 'Redis, Valkey',
        processes: ['redis-server', 'redis-sentinel', 'valkey-server', 'valkey-sentinel'],
        effect: 'bind',
        setting: 'bind 127.0.0.1 -::1 and protected-mode yes (Sentinel: in sentinel.conf)',
        files: {
          debian: '/etc/redis/redis.conf',
          rhel: '/etc/redis/redis.conf, /etc/redis.conf or /etc/valkey/valkey.conf',
        },
        restart: { debian: 'systemctl restart redis-server', rhel: 'systemctl restart redis or valkey' },
        check: 'redis-cli CONFIG GET bind',
        ipv6: 'both loopback addresses are bound; the minus lets it start where there is no IPv6 (before 6.2: write it without)',
        source: 'https://redis.io/docs/latest/operate/oss_and_stack/management/security/',
      },
    ],
  },
  {
    services: ['memcached'],
    risk: 'high',
    remedies: [
      {
        product: 'memcached',
        processes: ['memcached'],
        effect: 'bind',
        setting: '-l 127.0.0.1,::1',
        files: { debian: '/etc/memcached.conf', rhel: '/etc/sysconfig/memcached (in OPTIONS)' },
        restart: { debian: 'systemctl restart memcached', rhel: 'systemctl restart memcached' },
        beware: 'a second -l line adds to it',
        ipv6: 'both loopback addresses are bound and no others',
        source: 'https://github.com/memcached/memcached/wiki/ConfiguringServer',
      },
    ],
  },
  {
    services: ['elasticsearch', 'elasticsearch-transport'],
    risk: 'critical',
    remedies: [
      {
        product: 'Elasticsearch',
        processes: ['java'],
        effect: 'bind',
        setting: 'network.host: _local_',
        files: { debian: '/etc/elasticsearch/elasticsearch.yml', rhel: '/etc/elasticsearch/elasticsearch.yml' },
        restart: { debian: 'systemctl restart elasticsearch', rhel: 'systemctl restart elasticsearch' },
        beware: 'no http.host, transport.host or network.bind_host may widen it',
        ipv6: '_local_ stands for the loopback addresses of both families',
        source: 'https://www.elastic.co/guide/en/elasticsearch/reference/8.2/modules-network.html',
      },
    ],
  },
  {
    services: ['kibana'],
    risk: 'critical',
    remedies: [
      {
        product: 'Kibana',
        processes: ['kibana'],
        effect: 'bind',
        setting: 'server.host: "127.0.0.1"',
        files: { debian: '/etc/kibana/kibana.yml', rhel: '/etc/kibana/kibana.yml' },
        restart: { debian: 'systemctl restart kibana', rhel: 'systemctl restart kibana' },
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://www.elastic.co/guide/en/kibana/current/settings.html',
      },
    ],
  },
  {
    services: ['solr'],
    risk: 'high',
    remedies: [
      {
        product: 'Solr',
        processes: ['java'],
        effect: 'bind',
        setting: 'SOLR_JETTY_HOST="127.0.0.1"',
        files: { debian: '/etc/default/solr.in.sh', rhel: '/etc/default/solr.in.sh' },
        restart: { debian: 'systemctl restart solr', rhel: 'systemctl restart solr' },
        ipv6: 'it binds this one address, so nothing on IPv6; before 9.0 its default is every address of both',
        source: 'https://solr.apache.org/guide/solr/latest/deployment-guide/securing-solr.html',
      },
    ],
  },
];
