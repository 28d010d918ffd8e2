import type { ServiceRemedies } from './remedy.js';

/** What runs containers. */
export const containerRemedies: readonly ServiceRemedies[] = [
  {
    services: ['docker', 'docker-s'],
    risk: 'critical',
    remedies: [
      {
        product: 'the Docker API',
        processes: ['dockerd'],
        effect: 'off',
        setting:
          'no -H tcp://… of dockerd and no tcp:// under hosts, unix:///var/run/docker.sock alone (whoever reaches the API is root on ' +
          'the host; from elsewhere: docker -H ssh://user@host)',
        files: {
          debian: '/etc/docker/daemon.json or the unit (systemctl cat docker)',
          rhel: '/etc/docker/daemon.json or the unit (systemctl cat docker)',
        },
        restart: { debian: 'systemctl restart docker', rhel: 'systemctl restart docker' },
        check: 'docker info, which warns while the API is reachable on TCP',
        ipv6: 'a Unix socket is on no network at all',
        source: 'https://docs.docker.com/engine/daemon/remote-access/',
      },
    ],
  },
  {
    services: ['swarm', 'swarm-gossip'],
    risk: 'critical',
    remedies: [
      {
        product: 'Docker Swarm',
        processes: [],
        effect: 'off',
        setting: 'docker swarm leave --force, on a host that is meant to be in no swarm',
        beware: 'the members of a swarm need these ports on their inner network: firewall them for both families there',
        ipv6: 'it stops listening on both families',
        source: 'https://docs.docker.com/reference/cli/docker/swarm/leave/',
      },
    ],
  },
  {
    services: ['kubelet', 'kubelet-readonly'],
    risk: 'critical',
    remedies: [
      {
        product: 'the kubelet',
        processes: ['kubelet'],
        effect: 'inner',
        setting: "readOnlyPort: 0, authentication.anonymous.enabled: false, and address: the node's inner address",
        files: { debian: '/var/lib/kubelet/config.yaml', rhel: '/var/lib/kubelet/config.yaml' },
        restart: { debian: 'systemctl restart kubelet', rhel: 'systemctl restart kubelet' },
        beware: 'the API server must reach 10250 on that address',
        ipv6: 'it binds this one address, so nothing on the other family',
        source: 'https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/',
      },
    ],
  },
  {
    services: ['kubernetes-api'],
    risk: 'critical',
    remedies: [
      {
        product: 'the Kubernetes API server',
        processes: ['kube-apiserver'],
        effect: 'inner',
        setting: "--bind-address= the node's inner address",
        files: {
          debian: '/etc/kubernetes/manifests/kube-apiserver.yaml',
          rhel: '/etc/kubernetes/manifests/kube-apiserver.yaml',
        },
        beware: 'the probes in that file name an address too; the kubelet restarts it when the file changes',
        ipv6: 'it binds this one address, so nothing on the other family; its default is every address of both',
        source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/',
      },
    ],
  },
  {
    services: ['kube-controller', 'kube-scheduler'],
    risk: 'critical',
    remedies: [
      {
        product: 'the controller manager and the scheduler of Kubernetes',
        processes: ['kube-controller-manager', 'kube-scheduler'],
        effect: 'bind',
        setting: '--bind-address=127.0.0.1',
        files: {
          debian: '/etc/kubernetes/manifests/kube-controller-manager.yaml and kube-scheduler.yaml',
          rhel: '/etc/kubernetes/manifests/kube-controller-manager.yaml and kube-scheduler.yaml',
        },
        ipv6: 'each binds this one address, so nothing on IPv6; the default is every address of both',
        source: 'https://kubernetes.io/docs/reference/command-line-tools-reference/kube-controller-manager/',
      },
    ],
  },
  {
    services: ['kube-proxy', 'kube-proxy-metrics'],
    risk: 'critical',
    remedies: [
      {
        product: 'kube-proxy',
        processes: ['kube-proxy'],
        effect: 'bind',
        setting: 'healthzBindAddress: 127.0.0.1:10256 and metricsBindAddress: 127.0.0.1:10249 in its ConfigMap',
        beware: 'load balancers outside may ask 10256: firewall it to them for both families instead',
        ipv6: 'each binds one address, so nothing on IPv6',
        source: 'https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/',
      },
    ],
  },
  {
    services: ['libvirt', 'libvirt-tls'],
    risk: 'critical',
    remedies: [
      {
        product: 'libvirt',
        processes: ['libvirtd', 'virtproxyd'],
        effect: 'off',
        setting:
          'systemctl disable --now libvirtd-tcp.socket libvirtd-tls.socket (virtproxyd-tcp.socket, virtproxyd-tls.socket); from ' +
          'elsewhere: virsh -c qemu+ssh://host/system',
        check: 'systemctl is-active libvirtd-tcp.socket libvirtd-tls.socket',
        ipv6: 'the sockets of both families are closed',
        source: 'https://libvirt.org/remote.html',
      },
    ],
  },
];
