import { genericRemedies, type GenericRemedy } from './generic.js';
import type { PerDistribution, Remedy } from './remedy.js';

/** The length that no remedy exceeds, in characters. */
const remedyLimit = 899;

const proof = 'Then run exposcan again: the port must be reachable on neither IPv4 nor IPv6.';

/**
 * Joins the parts that fit, in their order, and the proof after them: a part that would go past the limit is left out whole. `who`
 * comes first, and is taken as it stands: its text is foreign.
 */
export function paragraph(port: number, parts: readonly string[], who = ''): string {
  let text = who;
  for (const part of parts) {
    const longer = `${text}${part.replaceAll(/\bPORT\b/g, String(port))} `;
    if (longer.length + proof.length <= remedyLimit) text = longer;
  }
  return `${text}${proof}`;
}

/** Setting, place, restart and check of one product, the most important parts first. */
export function productParts(remedy: Remedy): string[] {
  const { files, restart, beware, socketUnits, check, ipv6 } = remedy;
  return [
    `${remedy.product}: ${verbOf(remedy)} ${remedy.setting}${files === undefined ? '' : ` (${perDistribution(files)})`}.`,
    ...(restart === undefined ? [] : [`Then restart: ${perDistribution(restart)}.`]),
    ...(beware === undefined ? [] : [`Beware: ${beware}.`]),
    `IPv6: ${ipv6}.`,
    ...listeningChecks[remedy.effect],
    // Turning it off is turning its socket unit off.
    ...(socketUnits === undefined || remedy.effect === 'off' ? [] : [socketUnitNote(socketUnits)]),
    ...(check === undefined ? [] : [`Its own check: ${check}.`]),
  ];
}

/** One sentence of a product, where several share the paragraph. */
export function productLine({ product, setting, files, restart }: Remedy): string {
  const place = files === undefined ? '' : ` (${perDistribution(files)})`;
  return `${product}: ${setting}${place}${restart === undefined ? '' : `; ${perDistribution(restart)}`}.`;
}

/** How the host itself shows what became of it, on both families. */
export const listeningChecks: Readonly<Record<Remedy['effect'], readonly string[]>> = {
  bind: [
    "Check: ss -ltn 'sport = :PORT' shows 127.0.0.1:PORT or [::1]:PORT, and no *:PORT, 0.0.0.0:PORT or [::]:PORT.",
  ],
  inner: ["Check: ss -ltn 'sport = :PORT' shows inner addresses, and no *:PORT, 0.0.0.0:PORT or [::]:PORT."],
  off: ["Check: ss -ltn 'sport = :PORT' shows nothing."],
  firewall: [],
};

export function genericParts({ steps, beware, ipv6 }: GenericRemedy): string[] {
  return [`${steps}.`, `Beware: ${beware}.`, `IPv6: ${ipv6}.`];
}

export function socketUnitParts(units: string): string[] {
  return genericParts(genericRemedies['socket-unit']).map((part) => part.replaceAll('UNIT', units));
}

function socketUnitNote(units: readonly string[]): string {
  const asked = `systemctl is-active ${units.join(' ')}`;
  return `Where a socket unit is active (${asked}), override its ListenStream= by systemctl edit instead: the setting does nothing there.`;
}

function verbOf({ effect, setting, files }: Remedy): string {
  if (effect === 'firewall') return 'run';
  if (effect === 'off' && files === undefined) return 'turn it off:';
  return setting.startsWith('no ') ? 'leave' : 'set';
}

function perDistribution({ debian, rhel }: PerDistribution): string {
  if (debian === rhel) return debian ?? '';
  const parts = [debian && `Debian, Ubuntu: ${debian}`, rhel && `RHEL, Fedora: ${rhel}`];
  return parts.filter((part) => part !== undefined && part !== '').join('; ');
}
