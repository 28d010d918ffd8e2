import type { Namespace } from './namespace.js';

/**
 * Replaces the firewall of a namespace by these rules over what comes in, in nftables' words, first match first:
 * `tcp dport 3306 drop`, `tcp dport != { 22, 80 } drop`, `tcp dport 3306 reject with icmpx admin-prohibited`.
 * No rules: everything passes.
 */
export function setFirewall(namespace: Namespace, rules: readonly string[]): void {
  const chain = ['type filter hook input priority filter;', ...rules].join('\n    ');
  namespace.run('nft', ['-f', '-'], `flush ruleset\ntable inet lab {\n  chain input {\n    ${chain}\n  }\n}\n`);
}

/** Rules that let this much come in, in each family apart, then drop everything: a host that goes away in mid-scan. */
export function failAfter(bytes: number): string[] {
  return [
    // Neighbour discovery goes on: the machine is there, its services are not.
    'meta l4proto ipv6-icmp accept',
    `meta nfproto ipv4 quota over ${bytes} bytes drop`,
    `meta nfproto ipv6 quota over ${bytes} bytes drop`,
  ];
}
