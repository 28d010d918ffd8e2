import { bothFamilies, type Family } from '../../model/address.js';
import type { ServiceRule } from '../policy.js';
import { formatSources } from '../resolution/vantage-side.js';

const families: Readonly<Record<Family, { readonly match: string; readonly all: string }>> = {
  4: { match: 'ip saddr', all: 'meta nfproto ipv4' },
  6: { match: 'ip6 saddr', all: 'meta nfproto ipv6' },
};

/**
 * What an administrator does about a service that more than its declared sources reach: it must go on listening, so it is the
 * sources that are to be told apart, in both families.
 */
export function restrictionRemedy(rule: ServiceRule, port: number): string {
  return (
    `Let port ${port} be reached from ${formatSources(rule.from)} only, on IPv4 and IPv6 alike: ${firewallWords(rule, port)}; with ` +
    "ufw, firewalld or a cloud's security group likewise (no 0.0.0.0/0, no ::/0), or by the service's own access list beside it. " +
    'Binding it to 127.0.0.1 would cut off those who may. Then run exposcan again from both sides.'
  );
}

/** One rule a family; where no source is of a family, nobody of it may pass. */
function firewallWords({ from, family }: ServiceRule, port: number): string {
  const ranges = from.flatMap((source) => (source.kind === 'range' ? [source] : []));
  if (ranges.length === 0 || ranges.length < from.length) {
    return `in nftables, in a table of family inet, accept tcp dport ${port} from their addresses (ip saddr, ip6 saddr) and drop it from all others`;
  }
  const rules = bothFamilies
    .filter((each) => family === undefined || each === family)
    .map((each) => {
      const own = ranges.filter(({ range }) => range.family === each).map(({ text }) => text);
      const { match, all } = families[each];
      return `nft insert rule inet filter input iifname != "lo" ${own.length === 0 ? all : `${match} != { ${own.join(', ')} }`} tcp dport ${port} drop`;
    });
  return rules.join('; ');
}
