import { countPorts, parseRanges } from '../model/ports.js';
import { terminalSafe } from '../model/printable.js';
import { counted } from '../model/quantity.js';
import type { Snapshot } from '../model/snapshot.js';
import type { ChangeWindow, Proved } from '../model/verification.js';
import { subjectText } from './subject.js';

/** What a proof does not speak of, in words; `parts`: all of it. */
export function notesOn(window: ChangeWindow, after: Snapshot, parts: readonly Proved[]): string[] {
  const of = (to: string) => window.expectations.filter((expectation) => expectation.to === to).map(subjectText);
  const [absent, local, restricted] = [of('absent'), of('local-only'), of('restricted')];
  const silent = parts.some(({ rows }) => rows.some(({ outcome, basis }) => outcome === 'pass' && basis === 'silence'));
  const firewall = parts.some(({ rows }) =>
    rows.some(({ outcome, basis }) => outcome === 'pass' && basis === 'firewall'),
  );
  return [
    ...after.targets.flatMap(({ target, noRecord }) =>
      noRecord.map((family) => `${terminalSafe(target)} has no IPv${family} address.`),
    ),
    ...(window.before.asked.ports === '1-65535'
      ? []
      : [
          `Only ${counted(countPorts(parseRanges(window.before.asked.ports)), 'port')} of each address ${window.before.asked.ports.includes(',') || window.before.asked.ports.includes('-') ? 'were' : 'was'} looked at: what opened or closed on others was not seen.`,
        ]),
    ...(absent.length === 0
      ? []
      : [
          `From outside, absent cannot be told from local-only: ${absent.join(', ')} may still run on the host. What the host itself says shows it: exposcan reconcile.`,
        ]),
    ...(local.length === 0 ? [] : [`That ${local.join(', ')} still runs for the host itself was not looked at.`]),
    ...(restricted.length === 0
      ? []
      : [
          `That ${restricted.join(', ')} is not open was seen from this one place. Who else still reaches it was not looked at, nor that those it is meant for do.`,
        ]),
    ...(silent
      ? ['Silence is weaker evidence than a refusal: what is filtered is one firewall rule away from exposure.']
      : []),
    ...(firewall ? ['Where a firewall or router said no, the service itself may still listen.'] : []),
    'A firewall that treats this vantage unlike others, one that bans scanners for instance, cannot be seen from here.',
    'This proof speaks of TCP alone.',
  ];
}
