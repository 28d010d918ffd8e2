/**
 * TCP ports that matter for exposure: `port name` pairs, by kind of product.
 *
 * Sources: IANA's Service Name and Transport Protocol Port Number Registry (RFC 6335) for the names, and the products' own
 * documentation where the registry has no entry, or one that hardly anybody means today (9200 is Elasticsearch, not
 * wap-wsp). Where several products share a port, the one whose exposure costs most names it. Every port stands here once.
 *
 * The kinds, and the ports of each, go from what hurts most or is met most often to what does so least: scans follow.
 */
export const knownPortList = [
  [
    'remote-shell',
    `22 ssh  23 telnet  2222 ssh-alt  513 login  514 shell  512 exec  992 telnets  2022 ssh-alt  2200 ssh-alt
    2323 telnet-alt  8022 ssh-alt  22222 ssh-alt  830 netconf-ssh  107 rtelnet`,
  ],
  [
    'web',
    `80 http  443 https  8080 http-alt  8443 https-alt  8000 http-alt  8008 http-alt  8888 http-alt  81 http-alt
    8081 http-alt  3000 http-alt  5000 http-alt  8880 http-alt  9443 https-alt  4443 https-alt  591 http-alt  82 http-alt
    83 http-alt  84 http-alt  85 http-alt  4433 https-alt  7080 http-alt  7443 https-alt  8009 ajp13  8010 http-alt
    8082 http-alt  8083 http-alt  8084 http-alt  8085 http-alt  8088 http-alt  8090 http-alt  8180 http-alt  8181 http-alt
    8444 https-alt  8800 http-alt  9000 fastcgi  9080 http-alt  9999 http-alt  10443 https-alt  18080 http-alt  3031 uwsgi`,
  ],
  [
    'database',
    `3306 mysql  5432 postgresql  1433 ms-sql-s  27017 mongodb  1521 oracle  33060 mysqlx  3307 mysql  5433 postgresql
    5984 couchdb  6984 couchdb-tls  9042 cassandra  9160 cassandra-thrift  8086 influxdb  8123 clickhouse-http
    9440 clickhouse-tls  1434 ms-sql-m  27018 mongodb  27019 mongodb  28017 mongodb-http  50000 db2  523 ibm-db2
    3050 gds-db  26257 cockroachdb  4000 tidb  4567 galera  4444 galera-sst  4568 galera-ist  6432 pgbouncer
    6033 proxysql  6032 proxysql-admin  1526 oracle  2483 ttc  2484 ttc-ssl  1158 oracle-em  5500 oracle-em-express
    30015 hana  30013 hana  39015 hana  2638 sybase  1527 derby  9088 informix  7474 neo4j-http  7473 neo4j-https
    7687 bolt  8529 arangodb  28015 rethinkdb  29015 rethinkdb-cluster  8087 riak-pb  8098 riak-http  2424 orientdb
    2480 orientdb-http  8182 gremlin  3301 tarantool  9142 cassandra-tls  3003 aerospike  19530 milvus  6333 qdrant
    6334 qdrant-grpc  3351 btrieve  1972 intersystems-iris`,
  ],
  [
    'cache',
    `6379 redis  11211 memcached  6380 redis-tls  16379 redis-cluster  26379 redis-sentinel  8091 couchbase
    18091 couchbase-tls  11210 couchbase-kv  11207 couchbase-kv-tls  5701 hazelcast  10800 ignite  47500 ignite-discovery
    11222 infinispan  10334 geode-locator  40404 geode  6082 varnish-cli`,
  ],
  [
    'container',
    `2375 docker  2376 docker-s  6443 kubernetes-api  10250 kubelet  10255 kubelet-readonly  2379 etcd-client
    2380 etcd-server  10256 kube-proxy  10257 kube-controller  10259 kube-scheduler  10249 kube-proxy-metrics  2377 swarm
    7946 swarm-gossip  5001 docker-registry  9323 docker-metrics  4243 docker  16443 kubernetes-api  16509 libvirt
    16514 libvirt-tls  5050 mesos  44134 tiller  15000 envoy-admin  15010 istiod  9901 envoy-admin  50051 grpc`,
  ],
  [
    'search',
    `9200 elasticsearch  9300 elasticsearch-transport  5601 kibana  8983 solr  7700 meilisearch  8108 typesense
    9312 sphinxapi  9306 sphinxql  5044 beats  9600 logstash  12201 gelf  8089 splunkd  9997 splunk-s2s`,
  ],
  [
    'remote-desktop',
    `3389 ms-wbt-server  5900 vnc  5901 vnc  5902 vnc  5903 vnc  5904 vnc  5905 vnc  5800 vnc-http  5801 vnc-http  6000 x11
    6001 x11  6002 x11  5938 teamviewer  5631 pcanywheredata  4899 radmin-port  7070 anydesk  1494 ica
    2598 citriximaclient  4172 pcoip  3283 net-assistant`,
  ],
  [
    'file-sharing',
    `445 microsoft-ds  139 netbios-ssn  21 ftp  873 rsync  2049 nfs  111 sunrpc  548 afpovertcp  990 ftps  989 ftps-data
    20 ftp-data  2121 ftp-alt  3260 iscsi-target  860 iscsi  20048 mountd  24007 glusterd  6789 ceph  3300 ceph
    6800 ceph  7480 ceph-rgw  10809 nbd  3690 svn  9418 git  2401 cvspserver  1666 perforce  8384 syncthing-http
    22000 syncthing  4001 ipfs  988 lustre  7000 afs3-fileserver`,
  ],
  [
    'mail',
    `25 smtp  587 submission  465 smtps  143 imap  993 imaps  110 pop3  995 pop3s  4190 sieve  24 lmtp  2525 smtp-alt
    106 poppassd  783 spamassassin  3310 clamd  10024 amavis  10025 smtp-reinject  11332 rspamd  11333 rspamd  11334 rspamd-http`,
  ],
  [
    'directory',
    `53 domain  389 ldap  636 ldaps  88 kerberos  464 kpasswd  749 kerberos-adm  3268 msft-gc  3269 msft-gc-ssl
    853 domain-s  49 tacacs  43 whois  79 finger  113 ident  544 kshell  543 klogin  9389 adws`,
  ],
  [
    'management',
    `135 epmap  5985 wsman  5986 wsmans  199 smux  161 snmp  705 agentx  953 rndc  623 asf-rmcp  664 asf-secure-rmcp
    593 http-rpc-epmap  5988 wbem-http  5989 wbem-https  902 vmware-auth  903 vmware-console  8006 proxmox  9090 cockpit
    10000 webmin  20000 usermin  2082 cpanel  2083 cpanel  2086 whm  2087 whm  2095 webmail  2096 webmail  8834 nessus
    9392 greenbone  7001 weblogic  7002 weblogic  4848 glassfish-admin  9990 wildfly-admin  9993 wildfly-admin
    9060 websphere-admin  9043 websphere-admin  8005 tomcat-shutdown  1099 rmiregistry  1098 rmiactivation  9010 jmx
    8686 jmx  10161 snmptls  8291 winbox  8728 routeros-api  8729 routeros-api-tls  7547 cwmp  4786 smart-install
    2601 zebra  2604 ospfd  2605 bgpd  179 bgp  646 ldp  16992 amt-soap-http  16993 amt-soap-https  16994 amt-redir-tcp
    16995 amt-redir-tls  17988 ilo-virtual-media  17990 ilo-console  6129 dameware  8530 wsus  8531 wsus
    4505 zmtp  4506 zmtp  8140 puppet  5666 nrpe  9001 supervisor  19999 netdata  5555 adb  37777 dvr
    34567 dvr  2000 cisco-sccp  1311 dell-openmanage  2381 compaq-https  32764 router-backdoor`,
  ],
  [
    'broker',
    `5672 amqp  5671 amqps  15672 rabbitmq-http  15671 rabbitmq-https  25672 rabbitmq-dist  4369 epmd  1883 mqtt
    8883 secure-mqtt  9092 kafka  9093 kafka  61616 openwire  61617 openwire-tls  8161 activemq-http  61613 stomp
    61614 stomp-tls  4222 nats  6222 nats-cluster  8222 nats-http  6650 pulsar  6651 pulsar-tls  4150 nsqd
    4151 nsqd-http  4161 nsqlookupd-http  1414 ibm-mqseries  55555 solace  11300 beanstalkd  4730 gearman
    10909 rocketmq  9876 rocketmq-namesrv  7222 tibco-ems`,
  ],
  [
    'coordination',
    `2181 zookeeper  5403 corosync-qnetd  2224 pcsd  2182 zookeeper-tls  2888 zookeeper-peer  3888 zookeeper-election  8500 consul  8501 consul-tls
    8300 consul-rpc  8301 consul-serf-lan  8302 consul-serf-wan  8600 consul-dns  8200 vault  8201 vault-cluster
    4646 nomad  4647 nomad-rpc  4648 nomad-serf  8848 nacos  7077 spark-master  8032 yarn  8020 hdfs  9870 hdfs-http
    50070 hdfs-http  50075 hdfs-datanode  9864 hdfs-datanode  60000 hbase  16010 hbase-http  4040 spark-http
    6066 spark-rest  6123 flink  8265 ray-http  10001 ray-client  8786 dask-scheduler  6700 storm`,
  ],
  ['printing', `631 ipp  515 printer  9100 jetdirect`],
  [
    'development',
    `9229 node-inspector  5005 jdwp  9222 chrome-devtools  5678 debugpy  9003 xdebug  2345 delve  2331 gdbserver
    1234 gdbserver  8787 rstudio  8889 jupyter  11434 ollama  7860 gradio  8188 comfyui  6006 tensorboard  4200 angular
    5173 vite  4173 vite  1313 hugo  4321 astro  35729 livereload  5037 adb-server  3001 http-alt  3002 http-alt
    4566 localstack  1025 smtp-alt  8025 mailhog-http  9515 chromedriver  3632 distcc  8111 teamcity  8153 gocd
    4873 verdaccio  3142 apt-cacher-ng`,
  ],
  [
    'monitoring',
    `6514 syslog-tls  601 syslog-conn  10050 zabbix-agent  10051 zabbix-trapper  9091 prometheus-pushgateway
    9104 mysqld-exporter  9115 blackbox-exporter  9187 postgres-exporter  9182 windows-exporter  2003 graphite
    2004 graphite-pickle  4242 opentsdb  8126 datadog-trace  16686 jaeger-http  14268 jaeger-collector  9411 zipkin
    4317 otlp-grpc  4318 otlp-http  3100 loki  24224 fluentd  5665 icinga2  12489 nsclient  6556 checkmk-agent
    1514 wazuh  1515 wazuh-enrol  55000 wazuh-api  8428 victoriametrics  8649 gmond  8651 gmetad  61208 glances
    4949 munin  2812 monit  5667 nsca  1984 bb  42217 rrdcached  2947 gpsd  3493 nut  3551 apcupsd`,
  ],
  [
    'industrial',
    `502 mbap  802 mbap-s  102 iso-tsap  44818 ethernet-ip  2404 iec-104  19998 iec-104-sec  4840 opcua-tcp
    4843 opcua-tls  1911 niagara-fox  4911 niagara-foxs  789 redlion-crimson  1962 pcworx  20547 proconos  5007 melsec-q
    18245 ge-srtp  2455 codesys  1217 codesys-gateway  11740 codesys-gateway  5094 hart-ip  1089 ff-annunc  1090 ff-fms
    1091 ff-sm  4059 dlms-cosem`,
  ],
  [
    'proxy',
    `3128 squid-http  1080 socks  8118 privoxy  9050 tor-socks  9051 tor-control  9150 tor-socks  1081 socks  10808 socks
    3129 squid-https  8404 haproxy-stats`,
  ],
  [
    'vpn',
    `1723 pptp  1194 openvpn  7505 openvpn-management  943 openvpn-admin  541 fortimanager  655 tinc  264 fw1-topo  18264 fw1-pki  256 fw1`,
  ],
  [
    'messaging',
    `5222 xmpp-client  5269 xmpp-server  5223 xmpps-client  5270 xmpps-server  5280 xmpp-bosh  5060 sip  5061 sips
    5038 asterisk-manager  32400 plex  10011 teamspeak-query  8021 freeswitch-event  1720 h323hostcall  1935 rtmp  554 rtsp  322 rtsps  8554 rtsp-alt
    3478 stun  5349 stuns  6667 ircu  6697 ircs-u  194 irc  8448 matrix-fed  64738 mumble  119 nntp  563 nntps`,
  ],
  [
    'backup',
    `10080 amanda  9101 bacula-dir  9102 bacula-fd  9103 bacula-sd  6106 backup-exec  13720 bprd  13724 vnetd
    1556 veritas-pbx  8400 commvault  1500 tsm  6162 veeam-transport  9419 veeam-api  497 retrospect  8007 proxmox-backup`,
  ],
  [
    'other',
    `1 tcpmux  7 echo  9 discard  11 systat  13 daytime  15 netstat  17 qotd  19 chargen  37 time  70 gopher  540 uucp
    1352 lotusnote  3299 saprouter  3200 sapdp00  3600 sapms  50013 sap-control  6112 dtspc  1947 sentinelsrm
    27000 flexlm  8333 bitcoin  8332 bitcoin-rpc  8545 ethereum-rpc  8546 ethereum-ws  30303 ethereum  9735 lightning
    3333 stratum  4028 cgminer-api  5357 wsdapi  49152 upnp  2628 dict  6600 mpd  4559 hylafax  6566 sane-port  3240 usbip  5201 iperf3
    13666 lcdproc  8765 lirc  25565 minecraft`,
  ],
] as const;
