import type { ServiceRemedies } from './remedy.js';

/** Message brokers and cluster coordination. */
export const brokerRemedies: readonly ServiceRemedies[] = [
  {
    services: ['amqp', 'amqps'],
    risk: 'high',
    remedies: [
      {
        product: 'RabbitMQ',
        processes: ['beam.smp'],
        effect: 'bind',
        setting:
          'listeners.tcp.1 = 127.0.0.1:5672 and listeners.tcp.2 = ::1:5672 (TLS: listeners.ssl.1, listeners.ssl.2, 5671)',
        files: { debian: '/etc/rabbitmq/rabbitmq.conf', rhel: '/etc/rabbitmq/rabbitmq.conf' },
        restart: { debian: 'systemctl restart rabbitmq-server', rhel: 'systemctl restart rabbitmq-server' },
        beware: 'no listeners.tcp.default may be left beside them',
        check: 'rabbitmq-diagnostics listeners',
        ipv6: 'one loopback address of each family is bound; a bare port binds every address of both',
        source: 'https://www.rabbitmq.com/docs/networking',
      },
    ],
  },
  {
    services: ['rabbitmq-http', 'rabbitmq-https'],
    risk: 'high',
    remedies: [
      {
        product: "RabbitMQ's management plugin",
        processes: [],
        effect: 'bind',
        setting: 'management.tcp.ip = 127.0.0.1 (TLS: management.ssl.ip)',
        files: { debian: '/etc/rabbitmq/rabbitmq.conf', rhel: '/etc/rabbitmq/rabbitmq.conf' },
        restart: { debian: 'systemctl restart rabbitmq-server', rhel: 'systemctl restart rabbitmq-server' },
        check: 'rabbitmq-diagnostics listeners',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://www.rabbitmq.com/docs/management',
      },
    ],
  },
  {
    services: ['rabbitmq-dist'],
    risk: 'high',
    remedies: [
      {
        product: "RabbitMQ's distribution port",
        processes: [],
        effect: 'bind',
        setting: 'SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"',
        files: { debian: '/etc/rabbitmq/rabbitmq-env.conf', rhel: '/etc/rabbitmq/rabbitmq-env.conf' },
        restart: { debian: 'systemctl restart rabbitmq-server', rhel: 'systemctl restart rabbitmq-server' },
        beware: 'a cluster of several hosts needs this port on its inner network',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://www.rabbitmq.com/docs/networking',
      },
    ],
  },
  {
    services: ['epmd'],
    risk: 'high',
    remedies: [
      {
        product: 'epmd (Erlang)',
        processes: ['epmd'],
        effect: 'bind',
        setting:
          'ERL_EPMD_ADDRESS=127.0.0.1 in the environment of what starts it (RabbitMQ: export it in rabbitmq-env.conf)',
        files: { debian: '/etc/rabbitmq/rabbitmq-env.conf', rhel: '/etc/rabbitmq/rabbitmq-env.conf' },
        restart: { debian: 'epmd -kill and start what uses it', rhel: 'epmd -kill and start what uses it' },
        beware: 'whichever Erlang program starts first starts epmd, with its own environment',
        socketUnits: ['epmd.socket'],
        ipv6: 'it binds the addresses listed and the loopback addresses, and no others',
        source: 'https://www.erlang.org/doc/apps/erts/epmd_cmd.html',
      },
    ],
  },
  {
    services: ['mqtt', 'secure-mqtt'],
    risk: 'high',
    remedies: [
      {
        product: 'Mosquitto',
        processes: ['mosquitto'],
        effect: 'bind',
        setting: 'listener PORT 127.0.0.1',
        files: { debian: '/etc/mosquitto/mosquitto.conf', rhel: '/etc/mosquitto/mosquitto.conf' },
        restart: { debian: 'systemctl restart mosquitto', rhel: 'systemctl restart mosquitto' },
        beware: 'every listener line needs its address, also those in conf.d',
        ipv6: 'it binds this one address, so nothing on IPv6; a listener without one binds every address of both',
        source: 'https://mosquitto.org/man/mosquitto-conf-5.html',
      },
    ],
  },
  {
    services: ['kafka'],
    risk: 'critical',
    remedies: [
      {
        product: 'Kafka',
        processes: ['java'],
        effect: 'bind',
        setting:
          'listeners=PLAINTEXT://127.0.0.1:9092 (and CONTROLLER://127.0.0.1:9093 where it is its own controller) in server.properties',
        restart: { debian: 'systemctl restart kafka', rhel: 'systemctl restart kafka' },
        beware: 'an empty host means every address; several brokers need their inner network instead',
        ipv6: 'each listener binds its one address, so nothing on IPv6',
        source: 'https://kafka.apache.org/documentation/#brokerconfigs_listeners',
      },
    ],
  },
  {
    services: ['zookeeper', 'zookeeper-tls'],
    risk: 'critical',
    remedies: [
      {
        product: 'ZooKeeper',
        processes: ['java'],
        effect: 'bind',
        setting:
          'clientPortAddress=127.0.0.1 (TLS: secureClientPortAddress) and admin.serverAddress=127.0.0.1 in zoo.cfg',
        files: { debian: '/etc/zookeeper/conf/zoo.cfg' },
        restart: { debian: 'systemctl restart zookeeper', rhel: 'systemctl restart zookeeper' },
        ipv6: 'each binds one address, so nothing on IPv6; the default is every address of both',
        source: 'https://zookeeper.apache.org/doc/current/zookeeperAdmin.html',
      },
    ],
  },
  {
    services: ['etcd-client', 'etcd-server'],
    risk: 'critical',
    remedies: [
      {
        product: 'etcd',
        processes: ['etcd'],
        effect: 'bind',
        setting:
          'ETCD_LISTEN_CLIENT_URLS=http://127.0.0.1:2379 and ETCD_LISTEN_PEER_URLS=http://127.0.0.1:2380 (options: ' +
          '--listen-client-urls, --listen-peer-urls)',
        files: { debian: '/etc/default/etcd', rhel: '/etc/etcd/etcd.conf' },
        restart: { debian: 'systemctl restart etcd', rhel: 'systemctl restart etcd' },
        beware: 'the members of a cluster need the peer port on their inner network, with client certificates',
        ipv6: 'each URL binds one address, so nothing on IPv6',
        source: 'https://etcd.io/docs/v3.5/op-guide/configuration/',
      },
    ],
  },
  {
    services: ['consul', 'consul-tls', 'consul-dns', 'consul-rpc', 'consul-serf-lan', 'consul-serf-wan'],
    risk: 'critical',
    remedies: [
      {
        product: 'Consul',
        processes: ['consul'],
        effect: 'bind',
        setting: 'client_addr = "127.0.0.1" (and, for an agent without peers, bind_addr = "127.0.0.1")',
        files: { debian: '/etc/consul.d/consul.hcl', rhel: '/etc/consul.d/consul.hcl' },
        restart: { debian: 'systemctl restart consul', rhel: 'systemctl restart consul' },
        beware: 'addresses overrides client_addr for single interfaces',
        ipv6: 'each binds one address, so nothing on IPv6',
        source: 'https://developer.hashicorp.com/consul/docs/reference/agent/configuration-file/general',
      },
    ],
  },
  {
    services: ['vault', 'vault-cluster'],
    risk: 'high',
    remedies: [
      {
        product: 'Vault',
        processes: ['vault'],
        effect: 'bind',
        setting: 'address = "127.0.0.1:8200" and cluster_address = "127.0.0.1:8201" in listener "tcp"',
        files: { debian: '/etc/vault.d/vault.hcl', rhel: '/etc/vault.d/vault.hcl' },
        restart: { debian: 'systemctl restart vault', rhel: 'systemctl restart vault' },
        beware: 'a restart seals it',
        ipv6: 'each listener binds its one address, so nothing on IPv6',
        source: 'https://developer.hashicorp.com/vault/docs/configuration/listener/tcp',
      },
    ],
  },
  {
    services: ['nomad', 'nomad-rpc', 'nomad-serf'],
    risk: 'critical',
    remedies: [
      {
        product: 'Nomad',
        processes: ['nomad'],
        effect: 'bind',
        setting: 'bind_addr = "127.0.0.1"',
        files: { debian: '/etc/nomad.d/nomad.hcl', rhel: '/etc/nomad.d/nomad.hcl' },
        restart: { debian: 'systemctl restart nomad', rhel: 'systemctl restart nomad' },
        beware: 'addresses overrides it for single interfaces',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://developer.hashicorp.com/nomad/docs/configuration',
      },
    ],
  },
  {
    services: ['nats', 'nats-http'],
    risk: 'critical',
    remedies: [
      {
        product: 'NATS',
        processes: ['nats-server'],
        effect: 'bind',
        setting: 'listen: 127.0.0.1:4222 (monitoring: http: 127.0.0.1:8222) in nats-server.conf',
        restart: { debian: 'systemctl restart nats-server', rhel: 'systemctl restart nats-server' },
        ipv6: 'each binds one address, so nothing on IPv6',
        source: 'https://docs.nats.io/reference/config/listen.md',
      },
    ],
  },
];
