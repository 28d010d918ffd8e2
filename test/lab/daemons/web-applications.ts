import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../command.js';
import { startDaemon } from '../daemon.js';
import { startCups } from './cups.js';
import type { StartWebServer } from './web-servers.js';

const startPrometheus: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'prometheus',
    args: [
      ...['--config.file=/etc/prometheus/prometheus.yml', `--storage.tsdb.path=${directory}/data`],
      '--web.listen-address=:40010',
    ],
    directory,
    ports: [40_010],
    readyLog: /ready to receive web requests/,
  });

/** Not on 9100, which is a printer's and is never written to. */
const startNodeExporter: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'prometheus-node-exporter',
    args: ['--web.listen-address=:40011'],
    directory,
    ports: [40_011],
  });

const startAlertmanager: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'prometheus-alertmanager',
    args: [
      ...['--config.file=/etc/prometheus/alertmanager.yml', `--storage.path=${directory}/data`],
      ...['--web.listen-address=:9093', '--cluster.listen-address='],
    ],
    directory,
    ports: [9093],
  });

const startEtcd: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'etcd',
    args: [
      ...['--data-dir', join(directory, 'data'), '--listen-client-urls', 'http://0.0.0.0:2379,http://0.0.0.0:40012'],
      ...['--advertise-client-urls', 'http://127.0.0.1:2379', '--listen-peer-urls', 'http://127.0.0.1:2380'],
    ],
    directory,
    ports: [2379, 40_012],
  });

const startInfluxDb: StartWebServer = (namespace, directory) => {
  const configuration = join(directory, 'influxdb.conf');
  const lines = [
    ...['bind-address = "127.0.0.1:40088"', 'reporting-disabled = true', '[meta]', ` dir = "${directory}/meta"`],
    ...['[data]', ` dir = "${directory}/data"`, ` wal-dir = "${directory}/wal"`, '[http]', ' bind-address = ":8086"'],
  ];
  writeFileSync(configuration, `${lines.join('\n')}\n`);
  return startDaemon(namespace, { command: 'influxd', args: ['-config', configuration], directory, ports: [8086] });
};

const startCockpit: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: '/usr/lib/cockpit/cockpit-ws',
    args: ['--no-tls', '-p', '9090'],
    directory,
    ports: [9090],
  });

const startTransmission: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'transmission-daemon',
    args: [
      ...['-f', '-g', directory, '-p', '9091', '-r', '0.0.0.0', '-a', '*.*.*.*', '-P', '40089'],
      ...['--no-portmap', '--no-dht', '--no-lpd'],
    ],
    directory,
    ports: [9091],
  });

const startJupyter: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: '/usr/bin/jupyter-notebook',
    args: ['--allow-root', '--no-browser', '--port=40013', '--ip=0.0.0.0', `--notebook-dir=${directory}`],
    directory,
    ports: [40_013],
  });

const startInspector: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: process.execPath,
    args: ['--inspect=0.0.0.0:40014', '-e', 'setInterval(() => {}, 1e6)'],
    directory,
    ports: [40_014],
  });

const startPhpMyAdmin: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    command: 'php',
    args: ['-S', '0.0.0.0:40015', '-t', '/usr/share/phpmyadmin'],
    directory,
    ports: [40_015],
  });

const startDocker: StartWebServer = (namespace, directory) =>
  startDaemon(namespace, {
    // A namespace has a /sys of its own, without the control groups that it asks for.
    command: 'sh',
    args: [
      ...['-c', 'mount -t cgroup2 none /sys/fs/cgroup && exec "$@"', 'sh', findProgram('dockerd') ?? 'dockerd'],
      ...['-H', 'tcp://0.0.0.0:2375', '-H', 'tcp://0.0.0.0:40016', '--data-root', join(directory, 'data')],
      ...['--exec-root', join(directory, 'run'), '-p', join(directory, 'pid'), '--bridge=none', '--iptables=false'],
      ...['--storage-driver=vfs', '--tls=false'],
    ],
    directory,
    ports: [2375, 40_016],
    readyLog: /API listen on/,
  });

export const webApplications: Readonly<Record<string, StartWebServer>> = {
  prometheus: startPrometheus,
  nodeExporter: startNodeExporter,
  alertmanager: startAlertmanager,
  etcd: startEtcd,
  influxDb: startInfluxDb,
  cups: startCups,
  cockpit: startCockpit,
  transmission: startTransmission,
  jupyter: startJupyter,
  inspector: startInspector,
  phpMyAdmin: startPhpMyAdmin,
  docker: startDocker,
};
