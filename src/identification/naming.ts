import { serviceNameOf } from '../model/known-ports.js';
import type { Service } from '../model/observation.js';
import type { Match } from './match.js';
import { usualOn } from './plan.js';
import { namesInsideTls } from './web/applications.js';

/** The service that bytes proved; inside TLS it bears the name that it has there. */
export function provenService(match: Match, insideTls: boolean): Service {
  const { protocol } = match;
  const { name: plainName = protocol.name, ...facts } = match.facts;
  const nameInside = plainName === protocol.name ? protocol.overTls?.name : namesInsideTls.get(plainName);
  const name = (insideTls ? nameInside : undefined) ?? plainName;
  return { name, ...facts, ...(insideTls ? { tunnel: 'tls' as const } : {}), method: 'probed' };
}

/**
 * The service that the port number suggests. What was seen must not speak against it: a service that talked (`heard`), and
 * that this program would have known by its talk, is not the usual one.
 */
export function guessedService(port: number, heard: boolean): Service {
  const contradicted = heard && usualOn(port, false).length > 0;
  return { name: (contradicted ? undefined : serviceNameOf(port)) ?? 'unknown', method: 'table' };
}

/**
 * The service inside a TLS that let nothing more be seen. Where the port number suggests nothing that is spoken inside TLS,
 * the tunnel is all that is known: `tls`. It was read off the wire; the name stays a guess all the same, since what is inside may
 * well be the service that a rule names, and only shy of strangers without a certificate.
 */
export function guessedInsideTls(port: number, heard: boolean): Service {
  const usualInside = usualOn(port, true);
  const contradicted = usualInside.length > 0 ? heard : usualOn(port, false).length > 0;
  const name = contradicted ? undefined : (usualInside[0]?.overTls?.name ?? serviceNameOf(port));
  return { name: name ?? 'tls', tunnel: 'tls', method: 'table' };
}
