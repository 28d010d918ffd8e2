import type { Family } from '../model/address.js';
import type { Listener } from '../model/listener.js';
import type { Clue, FamilyWord, Socket } from './reading.js';

type Families = Pick<Listener, 'families' | 'maybeFamilies'>;

const ipv4: Families = { families: [4], maybeFamilies: [] };
const ipv6Only: Families = { families: [6], maybeFamilies: [] };
const ipv6: Families = { families: [6], maybeFamilies: [4] };
const dualStack: Families = { families: [4, 6], maybeFamilies: [] };
const either: Families = { families: [], maybeFamilies: [4, 6] };

/** The families of a socket, once the whole transcript was read. An address that is shown decides; otherwise the row's own word does. */
export function familiesOf(socket: Socket, clues: ReadonlySet<Clue>): Families {
  const { bound, family, word } = socket;
  if (bound.kind === 'address') return ofFamily(bound.address.family);
  if (family === 4) return ipv4;
  const read = wildcardFamilies(word, clues);
  // A name on an IPv6 socket may stand for a v4-mapped address: net-tools and lsof show ::ffff:127.0.0.1 as localhost.
  const isNamed = bound.kind === 'loopback' || bound.kind === 'name';
  if (family === undefined) return isNamed && read === ipv6 ? either : read;
  // Only `::` may be dual-stack; `::1` and a name for one IPv6 address are not.
  if (isNamed) return ipv6Only;
  return read === ipv6Only || read === dualStack ? read : ipv6;
}

function ofFamily(family: Family): Families {
  return family === 4 ? ipv4 : ipv6Only;
}

function wildcardFamilies(word: FamilyWord, clues: ReadonlySet<Clue>): Families {
  switch (word) {
    case 'ipv4':
      return ipv4;
    case 'ipv6-only':
      return ipv6Only;
    case 'ipv6':
      return ipv6;
    case 'dual-stack':
      return dualStack;
    case 'either':
      return either;
    // ss of iproute2 since 4.14 writes `0.0.0.0` for IPv4, `[::]` for IPv6 only, `*` for dual-stack; before, `*` was IPv4.
    case 'ss-star':
      if (clues.has('ss-old') === clues.has('ss-tells-families')) return { families: [4], maybeFamilies: [6] };
      return clues.has('ss-old') ? ipv4 : dualStack;
    // net-tools writes tcp6 for IPv6, except that of the days of RHEL 6, which writes tcp for both.
    case 'linux-tcp':
      return clues.has('linux-tcp6') ? ipv4 : either;
    // FreeBSD and macOS have tcp4, tcp6 and tcp46; OpenBSD and NetBSD tcp and tcp6; AIX tcp for both beside tcp4; HP-UX tcp only.
    case 'bsd-tcp':
      return clues.has('bsd-tcp6') && !clues.has('bsd-tcp4') ? ipv4 : either;
    case 'bsd-tcp6':
      return clues.has('bsd-tcp4') ? ipv6Only : ipv6;
    // Solaris shows a dual-stack socket in the table of IPv4 as well (tcp_snmp_get of illumos).
    case 'solaris-tcp6':
      return clues.has('solaris-tcp4') ? ipv6Only : ipv6;
  }
}
