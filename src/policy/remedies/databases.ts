import type { ServiceRemedies } from './remedy.js';

export const databaseRemedies: readonly ServiceRemedies[] = [
  {
    services: ['mysql'],
    risk: 'high',
    remedies: [
      {
        product: 'MySQL, MariaDB',
        processes: ['mysqld', 'mariadbd'],
        effect: 'bind',
        setting: 'bind-address = 127.0.0.1 in the section [mysqld]',
        files: {
          debian: '/etc/mysql/mysql.conf.d/mysqld.cnf or /etc/mysql/mariadb.conf.d/50-server.cnf',
          rhel: '/etc/my.cnf.d/mysql-server.cnf or mariadb-server.cnf',
        },
        restart: { debian: 'systemctl restart mysql', rhel: 'systemctl restart mysqld or mariadb' },
        beware: 'no later file may set it again',
        socketUnits: ['mariadb.socket'],
        check: 'mysql -e "SELECT @@bind_address"',
        ipv6: 'bound to an IPv4 address, the server has no IPv6 socket',
        source: 'https://dev.mysql.com/doc/refman/8.4/en/server-system-variables.html#sysvar_bind_address',
      },
    ],
  },
  {
    // MariaDB does not know this setting and would not start with it.
    services: ['mysqlx'],
    risk: 'high',
    remedies: [
      {
        product: "MySQL's X Plugin",
        processes: [],
        effect: 'bind',
        setting: 'mysqlx-bind-address = 127.0.0.1 (or mysqlx = 0, which turns it off) in the section [mysqld]',
        files: { debian: '/etc/mysql/mysql.conf.d/mysqld.cnf', rhel: '/etc/my.cnf.d/mysql-server.cnf' },
        restart: { debian: 'systemctl restart mysql', rhel: 'systemctl restart mysqld' },
        check: 'mysql -e "SELECT @@mysqlx_bind_address"',
        ipv6: 'bound to an IPv4 address, it has no IPv6 socket; its default is every address of both',
        source: 'https://dev.mysql.com/doc/refman/8.4/en/x-plugin-options-system-variables.html',
      },
    ],
  },
  {
    services: ['postgresql'],
    risk: 'high',
    remedies: [
      {
        product: 'PostgreSQL',
        processes: ['postgres', 'postmaster'],
        effect: 'bind',
        setting: "listen_addresses = 'localhost'",
        files: {
          debian: '/etc/postgresql/VERSION/main/postgresql.conf',
          rhel: '/var/lib/pgsql/data/postgresql.conf',
        },
        restart: { debian: 'systemctl restart postgresql', rhel: 'systemctl restart postgresql' },
        beware: 'a reload is not enough, and postgresql.auto.conf (ALTER SYSTEM) overrides the file',
        check: 'psql -c "SHOW listen_addresses"',
        ipv6: 'localhost stands for 127.0.0.1 and ::1, and nothing else is bound',
        source: 'https://www.postgresql.org/docs/current/runtime-config-connection.html',
      },
    ],
  },
  {
    services: ['pgbouncer'],
    risk: 'high',
    remedies: [
      {
        product: 'PgBouncer',
        processes: ['pgbouncer'],
        effect: 'bind',
        setting: 'listen_addr = 127.0.0.1',
        files: { debian: '/etc/pgbouncer/pgbouncer.ini', rhel: '/etc/pgbouncer/pgbouncer.ini' },
        restart: { debian: 'systemctl restart pgbouncer', rhel: 'systemctl restart pgbouncer' },
        ipv6: 'it binds the addresses listed and no others',
        source: 'https://www.pgbouncer.org/config.html',
      },
    ],
  },
  {
    services: ['ms-sql-s', 'ms-sql-m'],
    risk: 'high',
    remedies: [
      {
        product: 'SQL Server',
        processes: ['sqlservr', 'sqlservr.exe'],
        effect: 'bind',
        setting:
          '/opt/mssql/bin/mssql-conf set network.ipaddress 127.0.0.1 (Windows: SQL Server Configuration Manager, TCP/IP: Listen All ' +
          'No, and enabled on 127.0.0.1 and ::1 alone)',
        files: { debian: '/var/opt/mssql/mssql.conf', rhel: '/var/opt/mssql/mssql.conf' },
        restart: { debian: 'systemctl restart mssql-server', rhel: 'systemctl restart mssql-server' },
        ipv6: 'bound to one IPv4 address, it has no IPv6 socket',
        source: 'https://learn.microsoft.com/en-us/sql/linux/sql-server-linux-configure-mssql-conf',
      },
    ],
  },
  {
    services: ['oracle'],
    risk: 'high',
    remedies: [
      {
        product: "Oracle's listener",
        processes: ['tnslsnr'],
        effect: 'bind',
        setting: 'HOST = 127.0.0.1 in every ADDRESS of $ORACLE_HOME/network/admin/listener.ora',
        restart: { rhel: 'lsnrctl stop, lsnrctl start' },
        check: 'lsnrctl status',
        ipv6: 'it binds the addresses of listener.ora and no others',
        source: 'https://docs.oracle.com/en/database/oracle/oracle-database/19/netrf/',
      },
    ],
  },
  {
    services: ['mongodb', 'mongodb-http'],
    risk: 'critical',
    remedies: [
      {
        product: 'MongoDB',
        processes: ['mongod', 'mongos'],
        effect: 'bind',
        setting: 'bindIp: 127.0.0.1 under net:',
        files: { debian: '/etc/mongod.conf', rhel: '/etc/mongod.conf' },
        restart: { debian: 'systemctl restart mongod', rhel: 'systemctl restart mongod' },
        beware: 'no bindIpAll may stand there',
        check: 'mongosh --eval "db.adminCommand({getCmdLineOpts: 1}).parsed.net"',
        ipv6: 'without net.ipv6 it has no IPv6 socket; with it, bindIp: 127.0.0.1,::1 keeps both to loopback',
        source: 'https://www.mongodb.com/docs/manual/core/security-mongodb-configuration/',
      },
    ],
  },
  {
    services: ['couchdb', 'couchdb-tls'],
    risk: 'critical',
    remedies: [
      {
        product: 'CouchDB',
        processes: ['beam.smp'],
        effect: 'bind',
        setting: 'bind_address = 127.0.0.1 in the section [chttpd]',
        files: { debian: '/opt/couchdb/etc/local.ini', rhel: '/opt/couchdb/etc/local.ini' },
        restart: { debian: 'systemctl restart couchdb', rhel: 'systemctl restart couchdb' },
        beware: 'files in local.d are read later',
        ipv6: 'it binds this one address, so nothing on IPv6',
        source: 'https://docs.couchdb.org/en/stable/config/http.html',
      },
    ],
  },
  {
    services: ['cassandra', 'cassandra-thrift'],
    risk: 'high',
    remedies: [
      {
        product: 'Cassandra',
        processes: ['java'],
        effect: 'bind',
        setting: 'rpc_address: 127.0.0.1 (clients) and listen_address: 127.0.0.1 (other nodes)',
        files: { debian: '/etc/cassandra/cassandra.yaml', rhel: '/etc/cassandra/conf/cassandra.yaml' },
        restart: { debian: 'systemctl restart cassandra', rhel: 'systemctl restart cassandra' },
        beware: 'rpc_interface and listen_interface must not be set beside them',
        ipv6: 'each binds one address, so nothing on IPv6',
        source: 'https://cassandra.apache.org/doc/4.1/cassandra/configuration/cass_yaml_file.html',
      },
    ],
  },
  {
    services: ['influxdb'],
    risk: 'high',
    remedies: [
      {
        product: 'InfluxDB',
        processes: ['influxd'],
        effect: 'bind',
        setting: 'http-bind-address = "127.0.0.1:8086" (1.x: bind-address in the section [http] of influxdb.conf)',
        files: { debian: '/etc/influxdb/config.toml', rhel: '/etc/influxdb/config.toml' },
        restart: { debian: 'systemctl restart influxdb', rhel: 'systemctl restart influxdb' },
        check: 'influx server-config',
        ipv6: 'bound to an IPv4 address, it has no IPv6 socket; its default, a port alone, is both',
        source: 'https://docs.influxdata.com/influxdb/v2/reference/config-options/',
      },
    ],
  },
  {
    services: ['clickhouse-http', 'clickhouse-tls'],
    risk: 'high',
    remedies: [
      {
        product: 'ClickHouse',
        processes: ['clickhouse-server'],
        effect: 'bind',
        setting: '<listen_host>127.0.0.1</listen_host> and <listen_host>::1</listen_host>',
        files: { debian: '/etc/clickhouse-server/config.xml', rhel: '/etc/clickhouse-server/config.xml' },
        restart: { debian: 'systemctl restart clickhouse-server', rhel: 'systemctl restart clickhouse-server' },
        beware: 'no other listen_host may be left in it or in config.d',
        ipv6: 'the two lines bind one loopback address of each family',
        source: 'https://clickhouse.com/docs/en/operations/server-configuration-parameters/settings',
      },
    ],
  },
];
