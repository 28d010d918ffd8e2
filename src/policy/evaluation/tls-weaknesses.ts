import { dayMs } from '../../model/duration.js';
import type { FindingCode } from '../../model/finding-codes.js';
import { holdsPort } from '../../model/ports.js';
import { terminalSafe } from '../../model/printable.js';
import { counted } from '../../model/quantity.js';
import type { OpenEntry, Severity } from '../../model/snapshot.js';
import type { ServiceRule, TlsWeakness } from '../policy.js';
import { hostText } from '../resolution/rule-words.js';
import { exposureCodes, type Draft, type Scene } from './draft.js';
import { draftOfOpen } from './judge-open.js';
import { isoDay } from './tls-demand.js';

/** RFC 8996 and RFC 7568 took these out of use. */
const oldVersions: readonly string[] = ['TLSv1.1', 'TLSv1', 'SSLv3'];
const soonDays = 30;

interface Weakness {
  readonly kind: TlsWeakness;
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly expected: string;
  readonly actual: string;
  readonly remedy: string;
}

/**
 * What is weak in the TLS that was seen, wherever it was: nothing is said of TLS that was not seen, so that this never leaves anything
 * undecided. What a rule asks of TLS itself is left to the rule, and a port that must not be open at all (`ruled` says so) has a greater
 * trouble. A machine that looks at itself may be shown another certificate than the outside.
 */
export function judgeWeaknesses(scene: Scene, ruled: readonly Draft[]): Draft[] {
  const { host, view } = scene;
  if (view.self || view.open.every(({ tls }) => tls === undefined)) return [];
  const exposed = ruled
    .filter(({ outcome, code }) => outcome === 'fail' && exposureCodes.includes(code))
    .flatMap(({ ports = [] }) => ports);
  return view.open
    .filter(({ port }) => !holdsPort(exposed, port))
    .flatMap((entry) => weaknessesOf(entry, scene.rules.ruleFor(entry), scene.now))
    .flatMap(([entry, { kind, ...weakness }]): Draft[] => {
      const mode = host.tls[kind];
      if (mode === 'ignore') return [];
      const rule = hostText(host, `tls ${mode}`, host.statedAt('tls'));
      const base = { rule, outcome: 'fail', service: entry.service.name, ...draftOfOpen(scene, entry) } as const;
      return [{ ...base, ...weakness, ...(mode === 'report' ? { counted: false } : {}) }];
    });
}

function weaknessesOf(entry: OpenEntry, rule: ServiceRule | undefined, now: Date): [OpenEntry, Weakness][] {
  const found = [
    rule?.tls?.daysToExpiry === undefined ? expiryOf(entry, now) : undefined,
    rule?.tls?.minVersion === undefined || rule.tls.minVersion >= '1.2' ? oldVersionsOf(entry, rule) : undefined,
    wrongNameOf(entry),
    rule?.exposure === 'public' ? selfSignedOf(entry) : undefined,
  ];
  return found.flatMap((weakness) => (weakness === undefined ? [] : [[entry, weakness]]));
}

/** Certificates of ninety days are renewed with thirty left, and those of six days with two. */
function expiryOf({ tls }: OpenEntry, now: Date): Weakness | undefined {
  const { validFrom, validTo } = tls?.certificate ?? {};
  const [start, end] = [Date.parse(validFrom ?? ''), Date.parse(validTo ?? '')];
  const left = end - now.getTime();
  if (start > now.getTime()) {
    return {
      kind: 'expiry',
      code: 'certificate-not-yet-valid',
      severity: 'medium',
      expected: 'a certificate that is valid already',
      actual: `certificate valid only from ${isoDay(start)}`,
      remedy:
        'See which of the clocks is wrong, here or where the certificate was made, or use the one before it until then.',
    };
  }
  if (!(left < Math.min(soonDays * dayMs, Math.max(0, end - start) / 3))) return undefined;
  const [severity, words]: [Severity, string] =
    left < 0 ? ['medium', 'expired on'] : ['low', `expires in ${counted(Math.floor(left / dayMs), 'day')}, on`];
  return {
    kind: 'expiry',
    code: 'certificate-expiring',
    severity,
    expected: 'a certificate that is renewed in time',
    actual: `certificate ${words} ${isoDay(end)}`,
    remedy: 'Renew the certificate, and see why that did not happen by itself.',
  };
}

function oldVersionsOf({ tls, port, service }: OpenEntry, rule: ServiceRule | undefined): Weakness | undefined {
  const accepted = [...new Set([...(tls?.versions?.accepted ?? []), ...(tls === undefined ? [] : [tls.version])])];
  const old = accepted.filter((version) => oldVersions.includes(version));
  const isBest = old.length > 0 && old.length === accepted.length;
  // The rule has said so already.
  if (old.length === 0 || (isBest && rule?.tls?.minVersion !== undefined)) return undefined;
  return {
    kind: 'versions',
    code: 'tls-old-accepted',
    severity: isBest ? 'medium' : 'low',
    expected: 'TLS 1.2 or later',
    actual: `${isBest ? 'nothing newer than' : 'accepts'} ${terminalSafe(old.join(', '))}`,
    remedy: `Set the least version of TLS to 1.2 in ${terminalSafe(service.product ?? service.name)} on port ${port}.`,
  };
}

function wrongNameOf({ tls }: OpenEntry): Weakness | undefined {
  const { target, sans = [] } = tls?.certificate ?? {};
  if (target?.matches !== false) return undefined;
  const names = sans.length === 0 ? 'no name' : sans.slice(0, 5).join(', ') + (sans.length > 5 ? ', …' : '');
  return {
    kind: 'name',
    code: 'certificate-name',
    severity: 'medium',
    expected: `a certificate for ${terminalSafe(target.name)}`,
    actual: `certificate for ${terminalSafe(names)}`,
    remedy: `Get a certificate that has ${terminalSafe(target.name)} among its names, or use the service by one that it has.`,
  };
}

function selfSignedOf({ tls }: OpenEntry): Weakness | undefined {
  if (tls?.certificate?.selfSigned !== true) return undefined;
  return {
    kind: 'selfSigned',
    code: 'certificate-self-signed',
    severity: 'low',
    expected: 'a certificate that a stranger can verify',
    actual: 'self-signed certificate',
    remedy: 'Get a certificate from an authority that those who use the service trust.',
  };
}
