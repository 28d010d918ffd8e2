import type { Protocol } from './protocol.js';
import { adb } from './protocols/adb.js';
import { adws } from './protocols/adws.js';
import { aerospike } from './protocols/aerospike.js';
import { afpovertcp } from './protocols/afpovertcp.js';
import { ajp13 } from './protocols/ajp13.js';
import { amqp } from './protocols/amqp.js';
import { apcupsd } from './protocols/apcupsd.js';
import { asteriskManager } from './protocols/asterisk-manager.js';
import { beanstalkd } from './protocols/beanstalkd.js';
import { bgp } from './protocols/bgp.js';
import { bolt } from './protocols/bolt.js';
import { cassandra } from './protocols/cassandra.js';
import { ceph } from './protocols/ceph.js';
import { chargen } from './protocols/chargen.js';
import { checkmkAgent } from './protocols/checkmk-agent.js';
import { clamd } from './protocols/clamd.js';
import { clickhouse } from './protocols/clickhouse.js';
import { corosyncQnetd } from './protocols/corosync-qnetd.js';
import { cvspserver } from './protocols/cvspserver.js';
import { daytime } from './protocols/daytime.js';
import { db2 } from './protocols/db2.js';
import { dict } from './protocols/dict.js';
import { dnp } from './protocols/dnp.js';
import { domain } from './protocols/domain.js';
import { echo } from './protocols/echo.js';
import { elasticsearchTransport } from './protocols/elasticsearch-transport.js';
import { epmap } from './protocols/epmap.js';
import { epmd } from './protocols/epmd.js';
import { ethernetIp } from './protocols/ethernet-ip.js';
import { fastcgi } from './protocols/fastcgi.js';
import { finger } from './protocols/finger.js';
import { freeswitchEvent } from './protocols/freeswitch-event.js';
import { ftp } from './protocols/ftp.js';
import { galera } from './protocols/galera.js';
import { firebird } from './protocols/gds-db.js';
import { gearman } from './protocols/gearman.js';
import { git } from './protocols/git.js';
import { glusterd } from './protocols/glusterd.js';
import { gmond } from './protocols/gmond.js';
import { gopher } from './protocols/gopher.js';
import { gpsd } from './protocols/gpsd.js';
import { httpRpcEpmap } from './protocols/http-rpc-epmap.js';
import { http } from './protocols/http.js';
import { hylafax } from './protocols/hylafax.js';
import { icinga2 } from './protocols/icinga2.js';
import { ident } from './protocols/ident.js';
import { iec104 } from './protocols/iec-104.js';
import { imap } from './protocols/imap.js';
import { iperf3 } from './protocols/iperf3.js';
import { irc } from './protocols/irc.js';
import { iscsiTarget } from './protocols/iscsi-target.js';
import { isoTsap } from './protocols/iso-tsap.js';
import { jdwp } from './protocols/jdwp.js';
import { jetdirect } from './protocols/jetdirect.js';
import { kafka } from './protocols/kafka.js';
import { kerberosAdm } from './protocols/kerberos-adm.js';
import { kerberos } from './protocols/kerberos.js';
import { kpasswd } from './protocols/kpasswd.js';
import { lcdproc } from './protocols/lcdproc.js';
import { ldap } from './protocols/ldap.js';
import { libvirt } from './protocols/libvirt.js';
import { lirc } from './protocols/lirc.js';
import { lmtp } from './protocols/lmtp.js';
import { login } from './protocols/login.js';
import { mbap } from './protocols/mbap.js';
import { memcached } from './protocols/memcached.js';
import { microsoftDs } from './protocols/microsoft-ds.js';
import { minecraft } from './protocols/minecraft.js';
import { mongodb } from './protocols/mongodb.js';
import { mountd } from './protocols/mountd.js';
import { mpd } from './protocols/mpd.js';
import { mqtt } from './protocols/mqtt.js';
import { msSqlS } from './protocols/ms-sql-s.js';
import { msWbtServer } from './protocols/ms-wbt-server.js';
import { mumble } from './protocols/mumble.js';
import { munin } from './protocols/munin.js';
import { mysql } from './protocols/mysql.js';
import { mysqlx } from './protocols/mysqlx.js';
import { nats } from './protocols/nats.js';
import { nbd } from './protocols/nbd.js';
import { netbiosSsn } from './protocols/netbios-ssn.js';
import { netstat } from './protocols/netstat.js';
import { nfs } from './protocols/nfs.js';
import { nntp } from './protocols/nntp.js';
import { nrpe } from './protocols/nrpe.js';
import { nsca } from './protocols/nsca.js';
import { nsqd } from './protocols/nsqd.js';
import { nut } from './protocols/nut.js';
import { opcuaTcp } from './protocols/opcua-tcp.js';
import { openvpnManagement } from './protocols/openvpn-management.js';
import { openvpn } from './protocols/openvpn.js';
import { openwire } from './protocols/openwire.js';
import { oracle } from './protocols/oracle.js';
import { pop3 } from './protocols/pop3.js';
import { poppassd } from './protocols/poppassd.js';
import { postgresql } from './protocols/postgresql.js';
import { pptp } from './protocols/pptp.js';
import { printer } from './protocols/printer.js';
import { pulsar } from './protocols/pulsar.js';
import { redis } from './protocols/redis.js';
import { rethinkdb } from './protocols/rethinkdb.js';
import { rmiRegistry } from './protocols/rmiregistry.js';
import { rndc } from './protocols/rndc.js';
import { routerOsApi } from './protocols/routeros-api.js';
import { rrdcached } from './protocols/rrdcached.js';
import { rsync } from './protocols/rsync.js';
import { rtmp } from './protocols/rtmp.js';
import { rtsp } from './protocols/rtsp.js';
import { sanePort } from './protocols/sane-port.js';
import { sieve } from './protocols/sieve.js';
import { sip } from './protocols/sip.js';
import { smtp } from './protocols/smtp.js';
import { smux } from './protocols/smux.js';
import { snmp } from './protocols/snmp.js';
import { socks } from './protocols/socks.js';
import { spamassassin } from './protocols/spamassassin.js';
import { sphinxapi } from './protocols/sphinxapi.js';
import { spice } from './protocols/spice.js';
import { ssh } from './protocols/ssh.js';
import { stomp } from './protocols/stomp.js';
import { stun } from './protocols/stun.js';
import { sunrpc } from './protocols/sunrpc.js';
import { svn } from './protocols/svn.js';
import { syslogConn } from './protocols/syslog-conn.js';
import { systat } from './protocols/systat.js';
import { tarantool } from './protocols/tarantool.js';
import { teamspeakQuery } from './protocols/teamspeak-query.js';
import { telnet } from './protocols/telnet.js';
import { time } from './protocols/time.js';
import { torControl } from './protocols/tor-control.js';
import { usbip } from './protocols/usbip.js';
import { varnishCli } from './protocols/varnish-cli.js';
import { vmwareAuth } from './protocols/vmware-auth.js';
import { vnc } from './protocols/vnc.js';
import { x11 } from './protocols/x11.js';
import { xmppClient, xmppServer } from './protocols/xmpp.js';
import { xymon } from './protocols/xymon.js';
import { zabbixAgent } from './protocols/zabbix-agent.js';
import { zabbixTrapper } from './protocols/zabbix-trapper.js';
import { zmtp } from './protocols/zmtp.js';
import { zookeeper } from './protocols/zookeeper.js';

/** Every protocol that is known, in the order in which they are tried. No two may match the same bytes; the contract test holds them to it. */
export const protocols: readonly Protocol[] = [
  mysql,
  ssh,
  smtp,
  imap,
  pop3,
  ftp,
  telnet,
  smux,
  rndc,
  http,
  domain,
  redis,
  memcached,
  postgresql,
  jetdirect,
  printer,
  nats,
  amqp,
  mqtt,
  beanstalkd,
  gearman,
  zookeeper,
  epmd,
  openwire,
  stomp,
  zmtp,
  munin,
  nrpe,
  zabbixAgent,
  zabbixTrapper,
  snmp,
  kafka,
  nsqd,
  checkmkAgent,
  syslogConn,
  sunrpc,
  nfs,
  mountd,
  kerberos,
  kpasswd,
  kerberosAdm,
  microsoftDs,
  netbiosSsn,
  ldap,
  tarantool,
  firebird,
  db2,
  clickhouse,
  mongodb,
  msSqlS,
  oracle,
  cassandra,
  bolt,
  rethinkdb,
  mysqlx,
  aerospike,
  rsync,
  svn,
  git,
  cvspserver,
  nbd,
  iscsiTarget,
  asteriskManager,
  vmwareAuth,
  daytime,
  time,
  chargen,
  echo,
  systat,
  netstat,
  ident,
  finger,
  gopher,
  afpovertcp,
  mbap,
  isoTsap,
  opcuaTcp,
  ethernetIp,
  iec104,
  dnp,
  vnc,
  msWbtServer,
  x11,
  socks,
  torControl,
  openvpn,
  pptp,
  rmiRegistry,
  mumble,
  bgp,
  adb,
  spice,
  routerOsApi,
  login,
  ajp13,
  fastcgi,
  rtsp,
  gpsd,
  nut,
  apcupsd,
  gmond,
  lmtp,
  sieve,
  nntp,
  irc,
  sip,
  xmppClient,
  xmppServer,
  icinga2,
  dict,
  mpd,
  varnishCli,
  openvpnManagement,
  nsca,
  ceph,
  galera,
  hylafax,
  poppassd,
  freeswitchEvent,
  teamspeakQuery,
  httpRpcEpmap,
  epmap,
  libvirt,
  glusterd,
  usbip,
  spamassassin,
  clamd,
  stun,
  iperf3,
  sanePort,
  lcdproc,
  lirc,
  rrdcached,
  rtmp,
  corosyncQnetd,
  sphinxapi,
  jdwp,
  elasticsearchTransport,
  adws,
  pulsar,
  minecraft,
  xymon,
];
