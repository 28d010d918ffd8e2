import type { Example } from '../protocol.js';

/** What web servers answered to the first question, as it came. */
export const capturedServers: readonly Example[] = [
  {
    from: 'lighttpd 1.4.69, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 341\r\nConnection: close\r\n' +
        'Date: Mon, 23 Nov 2026 15:28:43 GMT\r\nServer: lighttpd/1.4.69\r\n\r\n<?xml version="1.0" encoding="iso-8859-1"?>\n' +
        '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"\n' +
        '         "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n' +
        '<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">\n <head>\n  <title>403 Forbidden</title>\n </head>\n' +
        ' <body>\n  <h1>403 Forbidden</h1>\n </body>\n</html>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'lighttpd',
      version: '1.4.69',
      cpe: ['cpe:2.3:a:lighttpd:lighttpd:1.4.69:*:*:*:*:*:*:*'],
      extraInfo: 'status 403, title "403 Forbidden"',
    },
  },
  {
    from: 'MiniDLNA 1.3.0, Debian 12, without most of its page',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\nContent-Length: 57\r\n' +
        'Server: Debian DLNADOC/1.50 UPnP/1.0 MiniDLNA/1.3.0\r\nDate: Mon, 23 Nov 2026 18:23:45 GMT\r\nEXT:\r\n\r\n' +
        '<HTML><HEAD><TITLE>MiniDLNA 1.3.0</TITLE></HEAD></HTML>\r\n',
    ),
    service: {
      name: 'http',
      product: 'MiniDLNA',
      version: '1.3.0',
      extraInfo: 'status 200, title "MiniDLNA 1.3.0", Debian, DLNADOC 1.50, UPnP 1.0',
    },
  },
  {
    from: 'Apache httpd 2.4.71, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 15:28:43 GMT\r\nServer: Apache/2.4.71 (Debian)\r\n' +
        'Last-Modified: Mon, 23 Nov 2026 15:28:24 GMT\r\nETag: "28-660f33ea4e377"\r\nAccept-Ranges: bytes\r\nContent-Length: 40\r\n' +
        'Connection: close\r\n\r\n<!doctype html><title>offsite 7</title>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Apache httpd',
      version: '2.4.71',
      cpe: ['cpe:2.3:a:apache:http_server:2.4.71:*:*:*:*:*:*:*'],
      extraInfo: 'status 200, title "offsite 7", Debian',
    },
  },
  {
    from: 'Caddy 2.6.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nServer: Caddy\r\nDate: Mon, 23 Nov 2026 15:28:44 GMT\r\n' +
        'Content-Length: 5\r\n\r\nhello',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Caddy',
      cpe: ['cpe:2.3:a:caddyserver:caddy:*:*:*:*:*:*:*:*'],
      extraInfo: 'status 200',
    },
  },
  {
    from: 'HAProxy 2.6.12, without a server behind it, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 503 Service Unavailable\r\ncontent-length: 107\r\ncache-control: no-cache\r\ncontent-type: text/html\r\n' +
        'connection: close\r\n\r\n<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n' +
        '</body></html>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'HAProxy',
      extraInfo: 'status 503',
      cpe: ['cpe:2.3:a:haproxy:haproxy:*:*:*:*:*:*:*:*'],
    },
  },
  {
    from: 'Varnish 7.1 in front of lighttpd 1.4.69, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 341\r\nDate: Mon, 23 Nov 2026 15:28:47 GMT\r\n' +
        'Server: lighttpd/1.4.69\r\nX-Varnish: 2\r\nAge: 0\r\nVia: 1.1 varnish (Varnish/7.1)\r\nConnection: close\r\n\r\n' +
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Tran',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'lighttpd',
      version: '1.4.69',
      cpe: [
        'cpe:2.3:a:lighttpd:lighttpd:1.4.69:*:*:*:*:*:*:*',
        'cpe:2.3:a:varnish-software:varnish_cache:7.1:*:*:*:*:*:*:*',
      ],
      extraInfo: 'status 403, through Varnish 7.1',
    },
  },
  {
    from: 'the http.server of Python 3.11.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nServer: SimpleHTTP/0.6 Python/3.11.2\r\nDate: Mon, 23 Nov 2026 15:28:58 GMT\r\n' +
        'Content-type: text/html; charset=utf-8\r\nContent-Length: 226\r\n\r\n<!DOCTYPE HTML>\n<html lang="en">\n<head>\n' +
        '<meta charset="utf-8">\n<title>Directory listing for /</title>\n</head>\n<body>\n<h1>Directory listing for /</h1>\n<hr>\n' +
        '<ul>\n<li><a href="out.log">out.log</a></li>\n</ul>\n<hr>\n</body>\n</html>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Python http.server',
      version: '3.11.2',
      cpe: ['cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*'],
      extraInfo: 'status 200, title "Directory listing for /"',
    },
  },
  {
    from: 'Gunicorn 20.1.0, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nServer: gunicorn\r\nDate: Mon, 23 Nov 2026 15:28:58 GMT\r\nConnection: close\r\nContent-Type: text/plain\r\n' +
        '\r\nhi\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Gunicorn',
      cpe: ['cpe:2.3:a:gunicorn:gunicorn:*:*:*:*:*:*:*:*'],
      extraInfo: 'status 200',
    },
  },
  {
    from: 'uWSGI 2.0.21, which says nothing of itself, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 500 Internal Server Error\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\nInternal Server Error',
      'latin1',
    ),
    service: { name: 'http', extraInfo: 'status 500' },
  },
  {
    from: 'Node 20, whose server says nothing of itself',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 15:29:00 GMT\r\nConnection: close\r\n\r\nx',
      'latin1',
    ),
    service: { name: 'http', extraInfo: 'status 200' },
  },
  {
    from: 'Tinyproxy 1.11.1, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.0 400 Bad Request\r\nServer: tinyproxy/1.11.1\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n' +
        '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.1//EN" "http://www.',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Tinyproxy',
      version: '1.11.1',
      cpe: ['cpe:2.3:a:tinyproxy_project:tinyproxy:1.11.1:*:*:*:*:*:*:*'],
      extraInfo: 'status 400',
    },
  },
  {
    from: 'webfs 1.21, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nServer: webfs/1.21\r\nConnection: Close\r\nAccept-Ranges: bytes\r\nContent-Type: text/html\r\n' +
        'Content-Length: 473\r\nLast-Modified: Mon, 23 Nov 2026 15:28:24 GMT\r\nDate: Mon, 23 Nov 2026 15:29:00 GMT\r\n\r\n' +
        '<head><title>localhost:18034/</title></head>\n<body bgcolor=white text=black link=darkblue vlink=firebrick alink=red>\n' +
        '<h1>',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'webfs',
      version: '1.21',
      extraInfo: 'status 200, title "localhost:18034/"',
    },
  },
  {
    from: 'Uvicorn 0.17, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\ndate: Mon, 23 Nov 2026 15:29:00 GMT\r\nserver: uvicorn\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n' +
        'hi\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Uvicorn',
      cpe: ['cpe:2.3:a:encode:uvicorn:*:*:*:*:*:*:*:*'],
      extraInfo: 'status 200',
    },
  },
  {
    from: 'Werkzeug 2.2.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nServer: Werkzeug/2.2.2 Python/3.11.2\r\nDate: Mon, 23 Nov 2026 15:29:01 GMT\r\nContent-Type: text/plain\r\n' +
        'Connection: close\r\n\r\nhi\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Werkzeug',
      version: '2.2.2',
      cpe: ['cpe:2.3:a:palletsprojects:werkzeug:2.2.2:*:*:*:*:*:*:*', 'cpe:2.3:a:python:python:3.11.2:*:*:*:*:*:*:*'],
      extraInfo: 'status 200, Python 3.11.2',
    },
  },
  {
    from: 'Tornado 6.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 404 Not Found\r\nServer: TornadoServer/6.2\r\nContent-Type: text/html; charset=UTF-8\r\n' +
        'Date: Mon, 23 Nov 2026 15:29:01 GMT\r\nContent-Length: 69\r\n\r\n' +
        '<html><title>404: Not Found</title><body>404: Not Found</body></html>',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Tornado',
      version: '6.2',
      cpe: ['cpe:2.3:a:tornadoweb:tornado:6.2:*:*:*:*:*:*:*'],
      extraInfo: 'status 404, title "404: Not Found"',
    },
  },
  {
    from: 'CherryPy 18.8.0, Debian 12, the beginning',
    bytes: Buffer.from(
      'HTTP/1.1 404 Not Found\r\nContent-Type: text/html;charset=utf-8\r\nServer: CherryPy/18.8.0\r\n' +
        'Date: Mon, 23 Nov 2026 15:29:01 GMT\r\nContent-Length: 1394\r\n\r\n<!DOCTYPE html PUBLIC\n' +
        '"-//W3C//DTD XHTML 1.0 Transitional//EN"\n"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n<html>\n<head>\n' +
        '    <meta http-equiv="Content-Type" content="text/html; charset=utf-8"></meta>\n    <title>404 Not Found</title>\n' +
        '    <style type="text/c',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'CherryPy',
      version: '18.8.0',
      cpe: ['cpe:2.3:a:cherrypy:cherrypy:18.8.0:*:*:*:*:*:*:*'],
      extraInfo: 'status 404, title "404 Not Found"',
    },
  },
  {
    from: 'aiohttp 3.8.4, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 14\r\n' +
        'Date: Mon, 23 Nov 2026 15:29:01 GMT\r\nServer: Python/3.11 aiohttp/3.8.4\r\n\r\n404: Not Found',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'aiohttp',
      version: '3.8.4',
      cpe: ['cpe:2.3:a:aiohttp:aiohttp:3.8.4:*:*:*:*:*:*:*', 'cpe:2.3:a:python:python:3.11:*:*:*:*:*:*:*'],
      extraInfo: 'status 404, Python 3.11',
    },
  },
  {
    from: 'Waitress 2.1.2, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.0 200 OK\r\nConnection: close\r\nContent-Length: 3\r\nContent-Type: text/plain\r\nDate: Mon, 23 Nov 2026 15:29:01 GMT\r\n' +
        'Server: waitress\r\n\r\nhi\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'Waitress',
      cpe: ['cpe:2.3:a:agendaless:waitress:*:*:*:*:*:*:*:*'],
      extraInfo: 'status 200',
    },
  },
  {
    from: 'WEBrick 1.8.1, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 404 Not Found\r\nContent-Type: text/html; charset=ISO-8859-1\r\nServer: WEBrick/1.8.1 (Ruby/3.1.7/2025-03-26)\r\n' +
        'Date: Mon, 23 Nov 2026 15:29:01 GMT\r\nContent-Length: 271\r\nConnection: close\r\n\r\n' +
        '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN">\n<HTML>\n  <HEAD><TITLE>Not Found</TITLE></HEAD>\n  <BODY>\n' +
        "    <H1>Not Found</H1>\n    `/' not found.\n    <HR>\n    <ADDRESS>\n     WEBrick/1.8.1 (Ruby/3.1.7/2025-03-26) at\n" +
        '     127.0.0.1:18042\n    </ADDRESS>\n  </BODY>\n</HTML>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'WEBrick',
      version: '1.8.1',
      cpe: ['cpe:2.3:a:ruby-lang:webrick:1.8.1:*:*:*:*:*:*:*'],
      extraInfo: 'status 404, title "Not Found", Ruby/3.1.7/2025-03-26',
    },
  },
  {
    from: 'Puma, which says nothing of itself, Debian 12',
    bytes: Buffer.from('HTTP/1.0 200 OK\r\ncontent-type: text/plain\r\nContent-Length: 1\r\n\r\nx', 'latin1'),
    service: { name: 'http', extraInfo: 'status 200' },
  },
  {
    from: 'H2O 2.2.5, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 15:29:02 GMT\r\nConnection: close\r\nContent-Length: 40\r\nServer: h2o/2.2.5\r\n' +
        'content-type: text/html\r\nlast-modified: Mon, 23 Nov 2026 15:28:24 GMT\r\netag: "6b045b98-28"\r\naccept-ranges: bytes\r\n\r\n' +
        '<!doctype html><title>offsite 7</title>\n',
      'latin1',
    ),
    service: {
      name: 'http',
      product: 'H2O',
      version: '2.2.5',
      cpe: ['cpe:2.3:a:dena:h2o:2.2.5:*:*:*:*:*:*:*'],
      extraInfo: 'status 200, title "offsite 7"',
    },
  },
  {
    from: 'aria2, which says nothing of itself, Debian 12',
    bytes: Buffer.from(
      'HTTP/1.1 404 Not Found\r\nDate: Mon, 23 Nov 2026 15:29:02 GMT\r\nContent-Length: 0\r\n' +
        'Expires: Mon, 23 Nov 2026 15:29:02 GMT\r\nCache-Control: no-cache\r\nConnection: close\r\n\r\n',
      'latin1',
    ),
    service: { name: 'http', extraInfo: 'status 404' },
  },
  {
    from: 'nghttpd 1.52, Debian 12',
    bytes: Buffer.from('\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00d', 'latin1'),
    service: { name: 'http', extraInfo: 'HTTP/2 only' },
  },
  {
    from: 'gRPC 1.51 for Python, Debian 12',
    bytes: Buffer.from(
      '\x00\x00\x18\x04\x00\x00\x00\x00\x00\x00\x04\x00?\xff\xff\x00\x05\x00?\xff\xff\x00\x06\x00\x00 \x00\xfe\x03\x00\x00\x00\x01\x00\x00\x04\b\x00\x00\x00\x00\x00\x00?\x00\x00',
      'latin1',
    ),
    service: { name: 'grpc', extraInfo: 'HTTP/2 only' },
  },
];
