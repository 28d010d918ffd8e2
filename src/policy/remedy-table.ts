import type { Severity } from '../model/snapshot.js';

/** How services are kept from the outside, in the words of their own configuration. */
export interface Remedy {
  /** The names that findings use. */
  readonly services: readonly string[];
  /** How grave an unwanted exposure is: critical where whoever reaches the port can run code or read everything unasked. */
  readonly risk: Severity;
  /** What to set where, and what to restart; full sentences. Every address given covers IPv6 too, or there is none on it. */
  readonly steps: string;
}

/**
 * One entry a kind of service, from the service's own documentation: the name of the setting is theirs, so a search
 * for it leads there.
 */
export const remedyTable: readonly Remedy[] = [
  {
    services: ['mysql'],
    risk: 'high',
    steps:
      "Set bind-address = 127.0.0.1 in the [mysqld] section of the server's my.cnf (Debian, Ubuntu: " +
      '/etc/mysql/mysql.conf.d/mysqld.cnf or /etc/mysql/mariadb.conf.d/50-server.cnf; RHEL, Fedora: /etc/my.cnf or a file in ' +
      '/etc/my.cnf.d/), make sure that no later file sets it again, and restart it (systemctl restart mysql, mysqld or mariadb).',
  },
  {
    // MariaDB does not know this setting and would not start with it.
    services: ['mysqlx'],
    risk: 'high',
    steps:
      "Set mysqlx-bind-address = 127.0.0.1 (or mysqlx = 0) in the [mysqld] section of MySQL's my.cnf, beside bind-address, and " +
      'restart it (systemctl restart mysql or mysqld).',
  },
  {
    services: ['postgresql', 'pgbouncer'],
    risk: 'high',
    steps:
      "Set listen_addresses = 'localhost' in postgresql.conf (Debian, Ubuntu: /etc/postgresql/VERSION/main/; RHEL, Fedora: " +
      '/var/lib/pgsql/data/), or listen_addr = 127.0.0.1 in pgbouncer.ini, and restart it; a reload is not enough.',
  },
  {
    services: ['redis', 'redis-tls', 'redis-sentinel', 'redis-cluster'],
    risk: 'critical',
    steps:
      'Set bind 127.0.0.1 ::1 and protected-mode yes in redis.conf (Debian, Ubuntu: /etc/redis/redis.conf; RHEL, Fedora: ' +
      '/etc/redis/redis.conf or /etc/redis.conf), and restart redis-server (redis).',
  },
  {
    services: ['memcached'],
    risk: 'high',
    steps:
      'Start memcached with -l 127.0.0.1,::1 (Debian, Ubuntu: the -l line of /etc/memcached.conf; RHEL, Fedora: OPTIONS in ' +
      '/etc/sysconfig/memcached), and restart it.',
  },
  {
    services: ['mongodb', 'mongodb-http'],
    risk: 'critical',
    steps:
      'Set net.bindIp: 127.0.0.1,::1 with net.ipv6: true (or 127.0.0.1 alone), and no bindIpAll, in /etc/mongod.conf, ' +
      'enable authorization, and restart mongod.',
  },
  {
    services: ['elasticsearch', 'elasticsearch-transport', 'kibana'],
    risk: 'critical',
    steps:
      'Set network.host: _local_ in /etc/elasticsearch/elasticsearch.yml, with no http.host or transport.host that widens it ' +
      '(server.host: localhost in kibana.yml), and restart it.',
  },
  {
    services: ['ms-sql-s', 'ms-sql-m'],
    risk: 'high',
    steps:
      'In SQL Server Configuration Manager, TCP/IP, set Listen All to No and enable only 127.0.0.1 and ::1 (Linux: ' +
      'mssql-conf set network.ipaddress 127.0.0.1), and restart the service.',
  },
  {
    services: ['oracle'],
    risk: 'high',
    steps:
      'Set HOST = localhost in the ADDRESS of listener.ora, and restart the listener (lsnrctl stop, lsnrctl start).',
  },
  {
    services: ['couchdb', 'couchdb-tls'],
    risk: 'critical',
    steps: "Set bind_address = 127.0.0.1 in the [chttpd] section of CouchDB's local.ini, and restart it.",
  },
  {
    services: ['cassandra', 'cassandra-thrift'],
    risk: 'high',
    steps: 'Set rpc_address: localhost and listen_address: localhost in cassandra.yaml, and restart it.',
  },
  {
    services: ['influxdb', 'clickhouse-http', 'clickhouse-tls'],
    risk: 'high',
    steps:
      'InfluxDB: set http-bind-address to 127.0.0.1:8086. ClickHouse: leave only 127.0.0.1 and ::1 as listen_host in ' +
      'config.xml. Restart it.',
  },
  {
    services: ['amqp', 'amqps', 'rabbitmq-http', 'rabbitmq-https', 'rabbitmq-dist', 'epmd'],
    risk: 'high',
    steps:
      'Set listeners.tcp.local = 127.0.0.1:5672 (and listeners.tcp = none for the rest) and management.tcp.ip = 127.0.0.1 in ' +
      '/etc/rabbitmq/rabbitmq.conf; in rabbitmq-env.conf, bind the distribution port by RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=' +
      '"-kernel inet_dist_use_interface {127,0,0,1}" and epmd by ERL_EPMD_ADDRESS=127.0.0.1; and restart both.',
  },
  {
    services: ['mqtt', 'secure-mqtt'],
    risk: 'high',
    steps:
      'Set listener 1883 127.0.0.1 in /etc/mosquitto/mosquitto.conf (one such line a listener), and restart mosquitto.',
  },
  {
    services: ['kafka', 'zookeeper', 'etcd-client', 'etcd-server', 'consul', 'nats'],
    risk: 'critical',
    steps:
      'Bind it to the loopback or to the cluster’s own network only: listeners=PLAINTEXT://127.0.0.1:9092 (Kafka), ' +
      'clientPortAddress=127.0.0.1 (ZooKeeper), --listen-client-urls http://127.0.0.1:2379 (etcd), client_addr = "127.0.0.1" ' +
      '(Consul), listen: 127.0.0.1:4222 (NATS); and restart it.',
  },
  {
    services: ['docker', 'docker-s', 'swarm'],
    risk: 'critical',
    steps:
      'Whoever reaches the Docker API is root on the host. Remove every -H tcp://… of dockerd (systemctl cat docker) and every ' +
      'tcp:// under hosts in /etc/docker/daemon.json, keep unix:///var/run/docker.sock, and restart docker; reach it by ssh ' +
      '(docker -H ssh://user@host).',
  },
  {
    services: ['kubelet', 'kubelet-readonly', 'kubernetes-api', 'kube-controller', 'kube-scheduler', 'kube-proxy'],
    risk: 'critical',
    steps:
      'Set readOnlyPort: 0, authentication.anonymous.enabled: false and address to the node’s internal address in the ' +
      'kubelet’s configuration, and let only the cluster’s network reach the control plane (--bind-address, security groups ' +
      'for IPv4 and IPv6).',
  },
  {
    services: ['http', 'http-alt', 'https', 'https-alt'],
    risk: 'medium',
    steps:
      'Apache: write Listen 127.0.0.1:PORT for every bare Listen PORT (Debian, Ubuntu: /etc/apache2/ports.conf; RHEL, Fedora: ' +
      '/etc/httpd/conf/httpd.conf). nginx: write listen 127.0.0.1:PORT; and listen [::1]:PORT; in every server block, and ' +
      'remove listen [::]:PORT. Reload it.',
  },
  {
    services: ['smux', 'snmp', 'agentx'],
    risk: 'medium',
    steps:
      'In /etc/snmp/snmpd.conf set smuxsocket 127.0.0.1 and agentAddress udp:127.0.0.1:161,udp6:[::1]:161 (or start snmpd with ' +
      '-I -smux to leave SMUX out), and restart snmpd.',
  },
  {
    services: ['rndc'],
    risk: 'high',
    steps:
      'In named.conf write controls { inet 127.0.0.1 port 953 allow { localhost; } keys { "rndc-key"; }; }; and remove any ' +
      'inet * or inet :: there (controls { }; turns it off), and restart named.',
  },
  {
    services: ['domain'],
    risk: 'medium',
    steps:
      'In the options of named.conf write listen-on { 127.0.0.1; }; and listen-on-v6 { ::1; }; (Unbound: interface: 127.0.0.1 ' +
      'and interface: ::1), and restart it.',
  },
  {
    services: ['ms-wbt-server'],
    risk: 'high',
    steps:
      'Turn Remote Desktop off (Settings, System, Remote Desktop), or restrict the firewall rules "Remote Desktop - User Mode" ' +
      'to the addresses of your VPN, for IPv4 and IPv6. For xrdp set port=tcp://127.0.0.1:3389 in /etc/xrdp/xrdp.ini and restart it.',
  },
  {
    services: ['vnc', 'vnc-http', 'x11'],
    risk: 'critical',
    steps:
      'Start the VNC server with -localhost yes (TigerVNC; x11vnc: -localhost -no6) and reach it through ssh -L ' +
      '5901:localhost:5901. Start X with -nolisten tcp.',
  },
  {
    services: ['telnet', 'telnets', 'login', 'shell', 'exec'],
    risk: 'high',
    steps:
      'Turn it off and use ssh: systemctl disable --now telnet.socket (rlogin.socket, rsh.socket, rexec.socket, inetd), or ' +
      'comment its lines out of /etc/inetd.conf, or set disable = yes in /etc/xinetd.d/, and restart that.',
  },
  {
    services: ['ftp', 'ftps'],
    risk: 'medium',
    steps:
      'vsftpd: set listen=YES, listen_ipv6=NO and listen_address=127.0.0.1 in vsftpd.conf (Debian, Ubuntu: /etc/vsftpd.conf; RHEL, ' +
      'Fedora: /etc/vsftpd/vsftpd.conf), or turn it off (systemctl disable --now vsftpd) and use sftp. Restart it.',
  },
  {
    services: ['smtp', 'submission', 'smtps'],
    risk: 'medium',
    steps:
      'Postfix: set inet_interfaces = loopback-only in /etc/postfix/main.cf, and restart postfix. Exim: set ' +
      "dc_local_interfaces='127.0.0.1 ; ::1' in update-exim4.conf.conf and run update-exim4.conf.",
  },
  {
    services: ['imap', 'imaps', 'pop3', 'pop3s', 'sieve', 'lmtp'],
    risk: 'medium',
    steps: 'Dovecot: set listen = 127.0.0.1, ::1 in /etc/dovecot/dovecot.conf, and restart dovecot.',
  },
  {
    services: ['ssh'],
    risk: 'medium',
    steps:
      'Keep another way in before you change this. Set ListenAddress to the internal addresses only, IPv4 and IPv6, in ' +
      '/etc/ssh/sshd_config (systems with ssh.socket: ListenStream there), check it with sshd -t, and restart ssh (sshd).',
  },
  {
    services: ['microsoft-ds', 'netbios-ssn'],
    risk: 'high',
    steps:
      'Samba: set interfaces = lo and bind interfaces only = yes in the [global] section of smb.conf, and restart smbd and nmbd. ' +
      'Windows: disable the firewall rules of File and Printer Sharing for public networks.',
  },
  {
    services: ['nfs', 'sunrpc', 'mountd'],
    risk: 'high',
    steps:
      'Set host=127.0.0.1 in the [nfsd] section of /etc/nfs.conf, or stop it (systemctl disable --now nfs-server rpcbind.socket ' +
      'rpcbind), and let the firewall drop 111 and 2049 for both families.',
  },
  {
    services: ['rsync'],
    risk: 'high',
    steps: 'Set address = 127.0.0.1 in /etc/rsyncd.conf, or stop the daemon and use rsync over ssh; restart rsync.',
  },
  {
    services: ['ldap', 'ldaps'],
    risk: 'medium',
    steps:
      'Start slapd with -h "ldap://127.0.0.1/ ldap://[::1]/ ldapi:///" (Debian, Ubuntu: SLAPD_SERVICES in /etc/default/slapd), and ' +
      'restart slapd.',
  },
  {
    services: ['ipp'],
    risk: 'medium',
    steps: 'Set Listen localhost:631 in /etc/cups/cupsd.conf, remove every Port line, and restart cups.',
  },
  {
    services: ['jdwp', 'node-inspector', 'debugpy', 'chrome-devtools', 'jupyter', 'adb'],
    risk: 'critical',
    steps:
      'A debugger runs whatever it is sent. Stop it, or bind it to the loopback: address=127.0.0.1:5005 (JDWP), ' +
      '--inspect=127.0.0.1:9229 (Node.js), --listen 127.0.0.1:5678 (debugpy), --ip=127.0.0.1 (Jupyter).',
  },
];
