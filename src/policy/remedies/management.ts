import type { ServiceRemedies } from './remedy.js';

/** Names, network management, monitoring. */
export const managementRemedies: readonly ServiceRemedies[] = [
  {
    services: ['domain', 'domain-s'],
    risk: 'medium',
    remedies: [
      {
        product: 'BIND',
        processes: ['named'],
        effect: 'bind',
        setting: 'listen-on { 127.0.0.1; }; and listen-on-v6 { ::1; }; in options',
        files: { debian: '/etc/bind/named.conf.options', rhel: '/etc/named.conf' },
        restart: { debian: 'systemctl restart named', rhel: 'systemctl restart named' },
        check: 'named-checkconf -p',
        ipv6: 'listen-on speaks of IPv4 alone: without listen-on-v6, every IPv6 address stays open',
        source: 'https://bind9.readthedocs.io/en/stable/reference.html',
      },
      {
        product: 'Unbound',
        processes: ['unbound'],
        effect: 'bind',
        setting: 'interface: 127.0.0.1 and interface: ::1 under server:',
        files: { debian: '/etc/unbound/unbound.conf.d/', rhel: '/etc/unbound/unbound.conf' },
        restart: { debian: 'systemctl restart unbound', rhel: 'systemctl restart unbound' },
        beware: 'no interface-automatic: yes',
        check: 'unbound-checkconf -o interface',
        ipv6: 'one loopback address of each family is bound',
        source: 'https://unbound.docs.nlnetlabs.nl/en/latest/manpages/unbound.conf.html',
      },
      {
        product: 'dnsmasq',
        processes: ['dnsmasq'],
        effect: 'bind',
        setting: 'listen-address=127.0.0.1,::1 and bind-interfaces',
        files: { debian: '/etc/dnsmasq.conf', rhel: '/etc/dnsmasq.conf' },
        restart: { debian: 'systemctl restart dnsmasq', rhel: 'systemctl restart dnsmasq' },
        beware: 'without bind-interfaces it binds every address and throws requests away itself',
        ipv6: 'both loopback addresses are bound and no others',
        source: 'https://thekelleys.org.uk/dnsmasq/docs/dnsmasq-man.html',
      },
    ],
  },
  {
    services: ['rndc'],
    risk: 'high',
    remedies: [
      {
        product: "BIND's control channel",
        processes: [],
        effect: 'bind',
        setting:
          'controls { inet 127.0.0.1 port 953 allow { localhost; } keys { "rndc-key"; }; }; (controls { }; turns it off)',
        files: { debian: '/etc/bind/named.conf.local', rhel: '/etc/named.conf' },
        restart: { debian: 'systemctl restart named', rhel: 'systemctl restart named' },
        beware: 'every other inet line of controls goes',
        check: 'rndc status',
        ipv6: 'each inet line binds one address, so nothing on IPv6',
        source: 'https://bind9.readthedocs.io/en/stable/reference.html',
      },
    ],
  },
  {
    services: ['smux'],
    risk: 'medium',
    remedies: [
      {
        product: 'Net-SNMP (SMUX)',
        processes: [],
        effect: 'bind',
        setting: 'smuxsocket 127.0.0.1 (or start snmpd with -I -smux, which leaves SMUX out)',
        files: { debian: '/etc/snmp/snmpd.conf', rhel: '/etc/snmp/snmpd.conf' },
        restart: { debian: 'systemctl restart snmpd', rhel: 'systemctl restart snmpd' },
        ipv6: 'SMUX listens on IPv4 alone',
        source: 'https://net-snmp.sourceforge.io/docs/man/snmpd.conf.html',
      },
    ],
  },
  {
    services: ['snmp', 'snmptls', 'agentx'],
    risk: 'medium',
    remedies: [
      {
        product: 'Net-SNMP',
        processes: ['snmpd'],
        effect: 'bind',
        setting: 'agentaddress udp:127.0.0.1:161,udp6:[::1]:161 (AgentX: agentXSocket /var/agentx/master)',
        files: { debian: '/etc/snmp/snmpd.conf', rhel: '/etc/snmp/snmpd.conf' },
        restart: { debian: 'systemctl restart snmpd', rhel: 'systemctl restart snmpd' },
        beware: 'addresses on the command line add to it (systemctl cat snmpd)',
        ipv6: 'it listens on the addresses listed and no others; a Unix socket is on no network at all',
        source: 'https://net-snmp.sourceforge.io/docs/man/snmpd.conf.html',
      },
    ],
  },
  {
    services: ['cockpit'],
    risk: 'high',
    remedies: [
      {
        product: 'Cockpit',
        processes: ['cockpit-ws', 'cockpit-tls'],
        effect: 'off',
        setting: 'systemctl disable --now cockpit.socket',
        socketUnits: ['cockpit.socket'],
        check: 'systemctl is-active cockpit.socket',
        ipv6: 'the socket unit listens on both families, and goes as a whole',
        source: 'https://cockpit-project.org/guide/latest/listen',
      },
    ],
  },
  {
    services: [
      'mysqld-exporter',
      'postgres-exporter',
      'blackbox-exporter',
      'windows-exporter',
      'prometheus-pushgateway',
    ],
    risk: 'medium',
    remedies: [
      {
        product: 'an exporter of Prometheus',
        processes: [
          ...['node_exporter', 'prometheus-node-exporter', 'mysqld_exporter', 'prometheus-mysqld-exporter'],
          ...['postgres_exporter', 'prometheus-postgres-exporter', 'blackbox_exporter', 'prometheus-blackbox-exporter'],
          ...['pushgateway', 'prometheus-pushgateway'],
        ],
        effect: 'bind',
        setting: '--web.listen-address=127.0.0.1:PORT',
        files: { debian: '/etc/default/prometheus-…-exporter (in ARGS)' },
        beware: 'a Prometheus on another host needs an inner address instead',
        ipv6: 'it binds this one address, so nothing on IPv6; a port alone binds every address of both',
        source: 'https://prometheus.io/docs/guides/node-exporter/',
      },
    ],
  },
  {
    services: ['zabbix-agent'],
    risk: 'medium',
    remedies: [
      {
        product: "Zabbix's agent",
        processes: ['zabbix_agentd'],
        effect: 'bind',
        setting: 'ListenIP=127.0.0.1',
        files: { debian: '/etc/zabbix/zabbix_agentd.conf', rhel: '/etc/zabbix/zabbix_agentd.conf' },
        restart: { debian: 'systemctl restart zabbix-agent', rhel: 'systemctl restart zabbix-agent' },
        ipv6: 'it binds the addresses listed and no others; the default is every address of both',
        source: 'https://www.zabbix.com/documentation/current/en/manual/appendix/config/zabbix_agentd',
      },
    ],
  },
  {
    services: ['supervisor'],
    risk: 'high',
    remedies: [
      {
        product: 'Supervisor',
        processes: ['supervisord'],
        effect: 'bind',
        setting: 'port = 127.0.0.1:PORT in the section [inet_http_server]',
        files: { debian: '/etc/supervisor/supervisord.conf', rhel: '/etc/supervisord.conf' },
        restart: { debian: 'systemctl restart supervisor', rhel: 'systemctl restart supervisord' },
        ipv6: 'it listens on IPv4 alone',
        source: 'https://supervisord.org/configuration.html',
      },
    ],
  },
  {
    services: ['ollama'],
    risk: 'high',
    remedies: [
      {
        product: 'Ollama',
        processes: ['ollama'],
        effect: 'bind',
        setting: 'Environment="OLLAMA_HOST=127.0.0.1:11434" in the section [Service], by systemctl edit ollama',
        restart: { debian: 'systemctl restart ollama', rhel: 'systemctl restart ollama' },
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://docs.ollama.com/faq',
      },
    ],
  },
];
