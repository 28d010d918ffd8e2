/** A way to keep any port from the outside, whatever listens on it. `PORT` stands for the port, `UNIT` for the socket unit. */
export interface GenericRemedy {
  readonly kind: 'bind' | 'socket-unit' | 'container' | 'nftables' | 'ufw' | 'firewalld' | 'cloud';
  /** What to do; a sentence without its full stop. */
  readonly steps: string;
  /** Of a firewall: the one thing in it that matters. */
  readonly rule?: string;
  /** What would keep the port open all the same. */
  readonly beware: string;
  /** How it covers IPv6. */
  readonly ipv6: string;
  readonly source: string;
}

/** In the order in which they are worth trying: what does not listen needs no firewall. */
export const genericRemedies = {
  bind: {
    kind: 'bind',
    steps: "Find the process (ss -ltnp 'sport = :PORT') and bind it to 127.0.0.1 and ::1 alone, or stop it",
    beware: 'users=(("systemd",…)) there means a socket unit, docker-proxy a container',
    ipv6: 'each address that it binds is one of the loopback, in each family',
    source: 'https://man7.org/linux/man-pages/man8/ss.8.html',
  },
  'socket-unit': {
    kind: 'socket-unit',
    steps:
      'systemctl edit UNIT with, in the section [Socket], an empty ListenStream= (which clears the list), ' +
      'ListenStream=127.0.0.1:PORT and ListenStream=[::1]:PORT; then systemctl daemon-reload and systemctl restart UNIT',
    beware:
      'systemd listens in place of the service, whose own setting does nothing; systemctl list-sockets shows which unit it is',
    ipv6: 'a ListenStream of a bare port listens on every address of both families, which the empty line takes away',
    source: 'https://www.freedesktop.org/software/systemd/man/latest/systemd.socket.html',
  },
  container: {
    kind: 'container',
    steps:
      "Publish the port on loopback: ports: ['127.0.0.1:PORT:INNER'] in the compose file (IPv6 too: '[::1]:PORT:INNER'), or docker run " +
      '-p 127.0.0.1:PORT:INNER, and create the container anew; containers of one network reach each other without',
    beware:
      "a port without an address is published on every one of both families, and Docker's own rules let it in past ufw",
    ipv6: 'published on 127.0.0.1 it is on no IPv6 address',
    source: 'https://docs.docker.com/engine/network/port-publishing/',
  },
  nftables: {
    kind: 'nftables',
    rule: 'nft insert rule inet filter input iifname != "lo" tcp dport PORT drop',
    steps:
      'Drop what comes in from elsewhere (nft insert rule inet filter input iifname != "lo" tcp dport PORT drop), and keep the rule in ' +
      '/etc/nftables.conf (Debian, Ubuntu) or a file that /etc/sysconfig/nftables.conf (RHEL, Fedora) includes',
    beware:
      'it is for a table named filter with a chain named input (nft list ruleset), and not for published ports of containers',
    ipv6: 'a table of family inet covers IPv4 and IPv6; a rule in table ip alone leaves IPv6 open',
    source: 'https://www.netfilter.org/projects/nftables/manpage.html',
  },
  ufw: {
    kind: 'ufw',
    rule: 'ufw delete allow PORT/tcp',
    steps:
      'ufw default deny incoming, ufw delete allow PORT/tcp, ufw enable; ufw status then shows neither PORT nor PORT (v6)',
    beware: 'a rule may name the service instead of the port, and published ports of containers pass ufw by',
    ipv6: 'IPV6=yes in /etc/default/ufw makes each rule hold for both families',
    source: 'https://manpages.ubuntu.com/manpages/noble/man8/ufw.8.html',
  },
  firewalld: {
    kind: 'firewalld',
    rule: 'firewall-cmd --permanent --remove-port=PORT/tcp',
    steps:
      'firewall-cmd --permanent --remove-port=PORT/tcp (or --remove-service=NAME), firewall-cmd --reload; firewall-cmd --list-all shows it',
    beware: 'each zone has its own list (firewall-cmd --get-active-zones); the zone trusted lets everything in',
    ipv6: 'ports and services of a zone hold for both families; a rich rule with family="ipv4" does not',
    source: 'https://firewalld.org/documentation/man-pages/firewall-cmd.html',
  },
  cloud: {
    kind: 'cloud',
    rule: 'no inbound rule from 0.0.0.0/0 and none from ::/0',
    steps: 'In the security group, remove the inbound rule for PORT from 0.0.0.0/0 and the one from ::/0',
    beware: 'a range of ports may hold it, and a second group of the machine adds its rules',
    ipv6: 'IPv4 and IPv6 are two rules, and both must go',
    source: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  },
} as const satisfies { readonly [Kind in GenericRemedy['kind']]: GenericRemedy & { readonly kind: Kind } };
