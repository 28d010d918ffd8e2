import type { Example } from '../protocol.js';

/** What applications answered, as it came, with identifiers blanked. */
export const capturedApplications: readonly Example[] = [
  {
    from: 'HAProxy 2.6.12, its statistics, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\ncache-control: no-cache\r\ncontent-type: text/html\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n' +
        '3646\r\n<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"\n"http://www.w3.org/TR/html4/loose.dtd">\n' +
        '<html><head><title>Statistics Report for HAProxy</title>\n<link rel="icon" href="data:,">\n' +
        '<meta http-equiv="content-type" content="text/html; charset=iso-8859-1">\n' +
        '<body><h1><a href="http://www.haproxy.org/" style="text-decoration: none;">HAProxy version 2.6.12-1+deb12u4, r' +
        'eleased 2026/10/17</a></h1>\n',
      'latin1',
    ),
    service: {
      name: 'haproxy-stats',
      product: 'HAProxy statistics',
      version: '2.6.12-1+deb12u4',
      extraInfo: 'status 200, title "Statistics Report for HAProxy"',
      cpe: ['cpe:2.3:a:haproxy:haproxy:2.6.12:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Squid 5.7, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.1 400 Bad Request\r\nServer: squid/5.7\r\nMime-Version: 1.0\r\nDate: Mon, 23 Nov 2026 15:28:48 GMT\r\n' +
        'Content-Type: text/html;charset=utf-8\r\nContent-Length: 3225\r\nX-Squid-Error: ERR_INVALID_URL 0\r\nVary: Accept-Language\r\n' +
        'Content-Language: en\r\nX-Cache: MISS from proxy.example.org\r\nX-Cache-Lookup: NONE from proxy.example.org:18007\r\n' +
        'Via: 1.1 proxy.example.org (squid/5.7)\r\nConnection: close\r\n\r\n' +
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd">\n<html><head>\n' +
        '<meta type="copyright" content="Copyright (C) 1996-2021 The Squid Software Foundation and contributors">\n' +
        '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n<title>ERROR: The requested URL ',
      'latin1',
    ),
    service: {
      name: 'squid-http',
      product: 'Squid',
      version: '5.7',
      extraInfo: 'ERR_INVALID_URL, status 400',
      cpe: ['cpe:2.3:a:squid-cache:squid:5.7:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Prometheus 2.42.0, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nDate: Mon, 23 Nov 2026 15:29:21 GMT\r\nContent-Length: 206\r\n\r\n' +
        '{"status":"success","data":{"version":"2.42.0+ds","revision":"2.42.0+ds-5+deb12u1","branch":"debian/sid","buil' +
        'dUser":"team+pkg-go@tracker.debian.org","buildDate":"20260604-00:58:54","goVersion":"go1.19.8"}}',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Prometheus',
      version: '2.42.0+ds',
      extraInfo: 'answers without asking who it is, status 200',
      cpe: ['cpe:2.3:a:prometheus:prometheus:2.42.0:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Prometheus Node Exporter 1.5.0, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nDate: Mon, 23 Nov 2026 15:28:49 GMT\r\nContent-Length: 150\r\nContent-Type: text/html; charset=utf-8\r\n\r\n' +
        '<html>\n\t\t\t<head><title>Node Exporter</title></head>\n\t\t\t<body>\n\t\t\t<h1>Node Exporter</h1>\n' +
        '\t\t\t<p><a href="/metrics">Metrics</a></p>\n\t\t\t</body>\n\t\t\t</html>',
      'latin1',
    ),
    service: { name: 'http', product: 'Node Exporter', extraInfo: 'status 200, title "Node Exporter"' },
  },
  {
    from: 'Alertmanager 0.25.0, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nVary: Origin\r\nDate: Mon, 23 Nov 2026 15:29:21 GMT\r\n\r\n' +
        '{"cluster":{"peers":[],"status":"disabled"},"config":{"original":""},"uptime":"2026-11-23T15:28:24.879Z","vers' +
        'ionInfo":{"branch":"debian/sid","buildDate":"20230409-09:50:43","buildUser":"team+pkg-go@tracker.debian.org","' +
        'goVersion":"go1.19.8","revision":"0.25.0-1+b4","version":"0.25.0"}}\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Alertmanager',
      version: '0.25.0',
      extraInfo: 'answers without asking who it is, status 200',
      cpe: ['cpe:2.3:a:prometheus:alertmanager:0.25.0:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'etcd 3.4.23, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nAccess-Control-Allow-Headers: accept, content-type, authorization\r\n' +
        'Access-Control-Allow-Methods: POST, GET, OPTIONS, PUT, DELETE\r\nAccess-Control-Allow-Origin: *\r\n' +
        'Content-Type: application/json\r\nDate: Mon, 23 Nov 2026 15:29:21 GMT\r\nContent-Length: 45\r\n\r\n' +
        '{"etcdserver":"3.4.23","etcdcluster":"3.4.0"}',
      'latin1',
    ),
    service: {
      name: 'etcd-client',
      product: 'etcd',
      version: '3.4.23',
      extraInfo: 'status 200',
      cpe: ['cpe:2.3:a:etcd:etcd:3.4.23:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'InfluxDB 1.6.7, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n' +
        'X-Influxdb-Build: OSS\r\nX-Influxdb-Version: 1.6.7~rc0\r\nDate: Mon, 23 Nov 2026 15:28:51 GMT\r\nContent-Length: 19\r\n\r\n' +
        '404 page not found\n',
      'latin1',
    ),
    service: {
      name: 'influxdb',
      product: 'InfluxDB',
      version: '1.6.7~rc0',
      extraInfo: 'OSS, status 404',
      cpe: ['cpe:2.3:a:influxdata:influxdb:1.6.7\\~rc0:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'CUPS 2.4.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 400 Bad Request\r\nContent-Language: en\r\nContent-Length: 346\r\nContent-Type: text/html; charset=utf-8\r\n' +
        'Date: Mon, 23 Nov 2026 15:41:56 GMT\r\nAccept-Encoding: gzip, deflate, identity\r\nServer: CUPS/2.4 IPP/2.1\r\n' +
        "X-Frame-Options: DENY\r\nContent-Security-Policy: frame-ancestors 'none'\r\n\r\n" +
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd">\n<HTML>\n<HEAD>\n' +
        '\t<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=utf-8">\n\t<TITLE>Bad Request - CUPS v2.4.2</TITLE>\n' +
        '\t<LINK REL="STYLESHEET" TYPE="text/css" HREF="/cups.css">\n</HEAD>\n<BODY>\n<H1>Bad Request</H1>\n<P></P>\n</BODY>\n</HTML>\n',
      'latin1',
    ),
    service: {
      name: 'ipp',
      product: 'CUPS',
      version: '2.4.2',
      extraInfo: 'status 400, title "Bad Request - CUPS v2.4.2", IPP 2.1',
      cpe: ['cpe:2.3:a:openprinting:cups:2.4.2:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Transmission 3.00, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 301 Moved Permanently\r\nServer: Transmission\r\nLocation: /transmission/web/\r\n' +
        'Content-Type: text/html; charset=ISO-8859-1\r\n\r\n<h1>301: Moved Permanently</h1>',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Transmission',
      extraInfo: 'status 301, redirects to /transmission/web/',
      cpe: ['cpe:2.3:a:transmissionbt:transmission:*:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Cockpit 287, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n' +
        "Content-Security-Policy: connect-src 'self' http://www.example.org ws://www.example.org; form-action 'self' ht" +
        "tp://www.example.org; base-uri 'self' http://www.example.org; object-src 'none'; font-src 'self' http://www.ex" +
        "ample.org data:; img-src 'self' http://www.example.org data:; block-all-mixed-content; default-src 'self' http" +
        "://www.example.org 'unsafe-inline'\r\nSet-Cookie: cockpit=deleted; PATH=/; SameSite=strict; HttpOnly\r\n" +
        'Transfer-Encoding: chunked\r\nCache-Control: no-cache, no-store\r\nX-DNS-Prefetch-Control: off\r\n' +
        'Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n' +
        'X-Frame-Options: sameorigin\r\n\r\n12d\r\n<!DOCTYPE html>\n<html class="pf-theme-dark">\n\n<head>\n  <title>Loading...</title>\n' +
        '  <meta http-equiv="Content-Type" content="text/html; charset=utf-8">\n  <meta name="viewport" content="width=devi',
      'latin1',
    ),
    service: {
      name: 'cockpit',
      product: 'Cockpit',
      extraInfo: 'status 200, title "Loading..."',
      cpe: ['cpe:2.3:a:cockpit-project:cockpit:*:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Cockpit 287, asked at /ping, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 24\r\n' +
        'X-DNS-Prefetch-Control: off\r\nReferrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n' +
        'Cross-Origin-Resource-Policy: same-origin\r\nX-Frame-Options: sameorigin\r\n\r\n{ "service": "cockpit" }',
      'latin1',
    ),
    service: {
      name: 'cockpit',
      product: 'Cockpit',
      extraInfo: 'status 200',
      cpe: ['cpe:2.3:a:cockpit-project:cockpit:*:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Docker 20.10.24, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nApi-Version: 1.41\r\nContent-Type: application/json\r\nDocker-Experimental: false\r\nOstype: linux\r\n' +
        'Server: Docker/20.10.24+dfsg1 (linux)\r\nDate: Mon, 23 Nov 2026 15:29:21 GMT\r\nContent-Length: 792\r\n\r\n' +
        '{"Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"20.10.24+dfsg1","Details":{"ApiVersion":"1.4' +
        '1","Arch":"amd64","BuildTime":"2026-05-07T21:09:36.000000000+00:00","Experimental":"false","GitCommit":"5d6db8' +
        '4","GoVersion":"go1.19.8","KernelVersion":"6.18.44-fc-v669","MinAPIVersion":"1.12","Os":"linux"}},{"Name":"con' +
        'tainerd","Version":"1.6.20~ds1","Details":{"GitCommit":"1.6.20~ds1-1+deb12u3"}},{"Name":"runc","Version":"1.1.' +
        '5+ds1","Details":{"GitCommit":"1.1.5+ds1-1+deb12u1"}},{"Name":"docker-init","Version":"0.19.0","Details":{"Git' +
        'Commit":""}}],"Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12","GitCommit":"5d6db84","GoV' +
        'ersion":"go1.19.8","Os":"linux","Arch":"amd64","KernelVersion":"6.18.44-fc-v669","BuildTime":"2026-05-07T21:09' +
        ':36.000000000+00:00"}\n',
      'latin1',
    ),
    service: {
      name: 'docker',
      product: 'Docker Engine',
      version: '20.10.24+dfsg1',
      extraInfo: 'answers without asking who it is, status 200, linux',
      cpe: ['cpe:2.3:a:docker:engine:20.10.24:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'phpMyAdmin 5.2.1 on the web server of PHP 8.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nDate: Mon, 23 Nov 2026 15:28:59 GMT\r\nConnection: close\r\nX-Powered-By: PHP/8.2.36\r\n' +
        'Set-Cookie: pma_lang=en; expires=Wed, 23 Dec 2026 15:28:59 GMT; Max-Age=2592000; path=/; HttpOnly; SameSite=Strict\r\n' +
        'Set-Cookie: phpMyAdmin=0; path=/; HttpOnly; SameSite=Strict\r\nX-ob_mode: 1\r\nX-Frame-Options: DENY\r\n' +
        'Referrer-Policy: no-referrer\r\nX-XSS-Protection: 1; mode=block\r\nX-Content-Type-Options: nosniff\r\n' +
        'X-Permitted-Cross-Domain-Policies: none\r\nX-Robots-Tag: noindex, nofollow\r\nExpires: Mon, 23 Nov 2026 15:28:59 +0000\r\n' +
        'Cache-Control: no-store, no-cache, must-revalidate, pre-check=0, post-check=0, max-age=0\r\nPragma: no-cache\r\n' +
        'Last-Modified: Mon, 23 Nov 2026 15:28:59 +0000\r\nContent-Type: text/html; charset=utf-8\r\nVary: Accept-Encoding\r\n\r\n' +
        '<title>phpMyAdmin</title>\n' +
        '<link rel="stylesheet" type="text/css" href="js/vendor/codemirror/lib/codemirror.css?v=5.2.1deb1%2Bdeb12u1">\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'phpMyAdmin',
      version: '5.2.1deb1',
      extraInfo: 'served by PHP 8.2.36, status 200, title "phpMyAdmin"',
      cpe: ['cpe:2.3:a:phpmyadmin:phpmyadmin:5.2.1:*:*:*:*:*:*:*', 'cpe:2.3:a:php:php:8.2.36:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Node 20 with --inspect',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nCache-Control: no-cache\r\nContent-Length: 65\r\n\r\n{\n' +
        '  "Browser": "node.js/v20.20.2",\n  "Protocol-Version": "1.1"\n} ',
      'latin1',
    ),
    service: {
      name: 'node-inspector',
      product: 'Node.js inspector',
      version: '20.20.2',
      extraInfo: 'runs whatever it is told to, status 200',
      cpe: ['cpe:2.3:a:nodejs:node.js:20.20.2:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Apt-Cacher NG 3.7.4, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 406 Usage Information\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: text/html\r\n\r\n6a3\r\n' +
        '<!DOCTYPE html>\n<html lang="en">\n   <head>\n' +
        '      <meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1" />\n' +
        '      <meta http-equiv="X-UA-Compatible" content="IE=8" />\n' +
        '      <meta name="MSSmartTagsPreventParsing" content="true" />\n' +
        '      <title>Not Found or APT Reconfiguration required</title>\n',
      'latin1',
    ),
    service: {
      name: 'apt-cacher-ng',
      product: 'Apt-Cacher NG',
      extraInfo: 'status 406, title "Not Found or APT Reconfiguration required"',
      cpe: ['cpe:2.3:a:apt-cacher-ng_project:apt-cacher-ng:*:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Tomcat 10.1, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 404 \r\nContent-Type: text/html;charset=utf-8\r\nContent-Language: en\r\nContent-Length: 692\r\n' +
        'Date: Mon, 23 Nov 2026 15:41:57 GMT\r\nConnection: close\r\n\r\n' +
        '<!doctype html><html lang="en"><head><title>HTTP Status 404 \xe2\x80\x93 Not Found</title><style type="text/css">body {' +
        'font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} h1 {font-size:22px' +
        ';} h2 {font-size:16px;} h3 {font-size:14px;} p {font-size:12px;} a {color:black;} .line {height:1px;background' +
        '-color:#525D76;border:none;}</style></head><body><h1>HTTP Status 404 \xe2\x80\x93 Not Found</h1><hr class="line" /><p><' +
        'b>Type</b> Status Report</p><p><b>Description</b> The origin server did not find a current representation for ' +
        'the target resource or is not willing to disclose that one exists.</p><hr class="line" /><h3>Apache Tomcat/10.' +
        '1.60 (Debian)</h3></body></html>',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Apache Tomcat',
      version: '10.1.60',
      extraInfo: 'status 404, title "HTTP Status 404 – Not Found"',
      cpe: ['cpe:2.3:a:apache:tomcat:10.1.60:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Privoxy 3.0.34, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 400 Invalid header received from client\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n' +
        'Invalid header received from client.\n',
      'latin1',
    ),
    service: {
      name: 'privoxy',
      product: 'Privoxy',
      extraInfo: 'status 400',
      cpe: ['cpe:2.3:a:privoxy:privoxy:*:*:*:*:*:*:*:*'],
    },
  },
];
