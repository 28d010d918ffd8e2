import type { Family } from '../model/address.js';
import type { ReconciliationKind } from '../model/reconciliation.js';
import type { ListenerGroup } from './listener-groups.js';
import type { FamilyGap, Sight } from './outside-view.js';
import type { Scene } from './scene.js';
import { answersIn, answersOf, placesOf, whereBound, whoListens, whyOf } from './words.js';

type Sights = readonly Sight[];

/** One line about a listener that is not bound to loopback. */
export function wideText(
  { outside }: Scene,
  kind: ReconciliationKind,
  { shown }: ListenerGroup,
  sights: Sights,
  certain: boolean,
): string {
  const where = placesOf(sights, outside);
  const why = whyOf(sights);
  const listens = `${whoListens(shown)} listens on ${whereBound(shown)}`;
  if (!certain) {
    const isFamilyTold = shown.families.length > 0;
    const may = isFamilyTold ? `${listens} and may accept on ${where} too` : `${listens} (family not told)`;
    switch (kind) {
      case 'exposed': {
        const base = isFamilyTold ? listens : `${listens} (family not told)`;
        return `${base} and is most likely what is reachable on ${where}${isFamilyTold ? ' too' : ''}${answersOf(sights)}`;
      }
      case 'wide-refused':
        return `${may}; refused on ${where}${why}: so not there, or a firewall rejects`;
      case 'wide-filtered':
        return `${may}; filtered on ${where}${why}: if it is there, one firewall rule away from exposure`;
      default:
        return `${may}; on ${where}, ${undecided(kind, sights)}`;
    }
  }
  switch (kind) {
    case 'exposed':
      return `${listens} and is reachable on ${where}${answersOf(sights)}`;
    case 'wide-refused':
      return `${listens}, yet was refused on ${where}${why}: a firewall rejects, it started later, or this is another host`;
    case 'wide-filtered':
      return `${listens} and is filtered on ${where}${why}: one firewall rule away from exposure`;
    default:
      return `${listens}; on ${where}, ${undecided(kind, sights)}`;
  }
}

/** What is said of endpoints that prove nothing. */
function undecided(kind: ReconciliationKind, sights: Sights): string {
  switch (kind) {
    case 'seen-from-itself':
      return `it was seen from the host itself${whyOf(sights)}, which shows what listens and not what is exposed`;
    case 'not-scanned':
      return 'this port was not scanned';
    default:
      return `nothing could be observed${whyOf(sights)}`;
  }
}

/** One line about a listener on every address, and a family of which addresses were left out. */
export function gapText(group: ListenerGroup, { family, why }: FamilyGap, certain: boolean): string {
  const listens = `${whoListens(group.shown)} listens on ${whereBound(group.shown)}`;
  return `${certain ? listens : `${listens} and may accept IPv${family} too`}; ${gapWords(family, why)}`;
}

function gapWords(family: Family, why: FamilyGap['why']): string {
  switch (why) {
    case 'no-record':
      return `the name has no IPv${family} address, so none was scanned, though this host may have one of its own`;
    case 'not-asked':
      return `no IPv${family} address of this host was scanned`;
    case 'ERR_EXCLUDED':
      return `IPv${family} addresses of this host were excluded from the scan (${why})`;
    default:
      return `IPv${family} was not observed (${why})`;
  }
}

/** One line about a listener on an address that is none of those scanned, or that the listing does not tell. */
export function unplacedText(kind: ReconciliationKind, { shown, bound }: ListenerGroup): string {
  const listens = `${whoListens(shown)} listens on ${whereBound(shown)}`;
  if (bound.kind === 'name' && bound.truncated)
    return `${listens}, which the listing has cut off: take it whole (ss, netstat -W)`;
  if (kind === 'unknown') {
    return `${listens}, a name that is none of this host's in the snapshot: take the listing with numbers (-n)`;
  }
  if (bound.kind === 'address' && isLinkLocal(bound.address)) {
    return `${listens}, which only its own link reaches, and nobody scanned it there`;
  }
  if (bound.kind === 'interface') return `${listens}, and none of the addresses that were scanned is one of them`;
  return `${listens}, which nobody scanned: scan it from where it can be reached`;
}

/** 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291, 2.5.6). */
function isLinkLocal({ family, value }: { family: Family; value: bigint }): boolean {
  return family === 4 ? value >> 16n === 0xa9fen : value >> 118n === 0x3fan;
}

/** One line about a listener that is bound to loopback. */
export function loopbackText(scene: Scene, kind: ReconciliationKind, group: ListenerGroup, sights: Sights): string {
  const listens = `${whoListens(group.shown)} listens on loopback only`;
  const where = placesOf(sights, scene.outside);
  const why = whyOf(sights);
  switch (kind) {
    case 'local-proven':
      return `${listens} and was refused on ${where}${why}: proven${withoutRecord(scene)}`;
    case 'local-refused':
      return `${listens} and was refused on ${where}${why}; ${lacking(scene)}`;
    case 'local-filtered':
      return `${listens} and is filtered on ${where}${why}: that fits, but is not a refusal`;
    case 'local-but-open':
      return `${listens}, yet the port is open on ${where}${answersIn(sights)}: ${otherAnswers(scene)}`;
    case 'local-beside-wide':
      return `${listens}; on ${where} the port is another listener's`;
    default:
      return sights.length === 0
        ? `${listens}; no address of this host was scanned`
        : `${listens}; on ${where}, ${undecided(kind, sights)}`;
  }
}

function withoutRecord({ outside }: Scene): string {
  const [gap] = outside.gaps;
  return gap === undefined ? '' : ` (the name has no IPv${gap.family} address)`;
}

function lacking({ outside }: Scene): string {
  const gaps = outside.gaps.filter(({ why }) => why !== 'no-record');
  if (gaps.length === 0) return 'other addresses did not refuse it, so this is not the whole proof';
  return `${gaps.map(({ family, why }) => gapWords(family, why)).join(', and ')}, so this is not the whole proof`;
}

function otherAnswers({ isWhole }: Scene): string {
  const others = 'something else answers (address translation, a forwarded container port, a proxy, another host';
  return isWhole ? `${others})` : `${others}), or a listener that is missing from this listing, which is not whole`;
}

/** One line about an open port that no listener accounts for. */
export function unlistenedText(scene: Scene, kind: ReconciliationKind, port: number, sights: Sights): string {
  const open = `open on ${placesOf(sights, scene.outside)}${answersIn(sights)}`;
  if (kind === 'seen-from-itself') return `${open}; ${undecided(kind, sights)}`;
  if (!scene.isWhole) return `${open}, and not in this listing, which is not whole`;
  const [elsewhere] = scene.coverage(port).groups;
  const nobody = `${open}, and nothing inside listens there`;
  if (elsewhere === undefined) return `${nobody}: ${otherAnswers(scene)}`;
  const who = `${whoListens(elsewhere.shown)} has the port on ${whereBound(elsewhere.shown)}`;
  return `${nobody}; ${who}, where an address translation may lead`;
}
