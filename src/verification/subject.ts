import { portsOfService } from '../model/known-ports.js';
import { rangesOf, type PortRange } from '../model/ports.js';
import type { OpenEntry } from '../model/snapshot.js';
import type { ExpectedExposure, Subject } from '../model/verification.js';
import { relateService } from '../policy/resolution/service-names.js';

/** Seen from outside there are two kinds only: what is open, and what is not. */
export function isOpenExposure(exposure: ExpectedExposure): boolean {
  return exposure === 'public';
}

/** `mysql`, `3306/tcp`. */
export function subjectText({ service, port }: Subject): string {
  return service ?? `${port ?? ''}/tcp`;
}

/** The port that is meant, or the usual ones of the service that is. */
export function usualPorts({ service, port }: Subject): readonly PortRange[] {
  if (port !== undefined) return [{ first: port, last: port }];
  return rangesOf(portsOfService(service ?? ''));
}

/** How well an open port fits a subject, 0 not at all: its port is named, or is the service's own, or the service was read off it. */
function fit(subject: Subject, entry: OpenEntry): number {
  const { service, port } = subject;
  if (port !== undefined) return port === entry.port ? 3 : 0;
  if (service === undefined) return 0;
  const isUsual = portsOfService(service).includes(entry.port);
  if (isUsual && relateService(service, entry) !== 'other') return 2;
  return isProbedAs(service, entry) ? 1 : 0;
}

/** The service was read off the wire under this very name; a guess by the port number does not count. */
export function isProbedAs(service: string, { service: found }: OpenEntry): boolean {
  return found.method === 'probed' && found.name === service;
}

/** Which of several subjects an open port belongs to; the more specific one where two would fit. */
export function subjectOf<S extends Subject>(subjects: readonly S[], entry: OpenEntry): S | undefined {
  let best: S | undefined;
  let most = 0;
  for (const subject of subjects) {
    const fitness = fit(subject, entry);
    if (fitness > most) [best, most] = [subject, fitness];
  }
  return best;
}
