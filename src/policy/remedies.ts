import type { Severity } from '../model/snapshot.js';
import { remedyTable, type Remedy } from './remedy-table.js';

const byService: ReadonlyMap<string, Remedy> = new Map(
  remedyTable.flatMap((remedy) => remedy.services.map((service) => [service, remedy] as const)),
);

const proof = 'Then run exposcan again: the port must be reachable on neither IPv4 nor IPv6.';

/** What an administrator does about a service that the outside reaches and must not. Never leaves `::` open. */
export function remedyFor(service: string | undefined, port: number): string {
  const remedy = service === undefined ? undefined : byService.get(service);
  return `${remedy?.steps ?? genericSteps(port)} ${proof}`;
}

/** How grave it is that the outside reaches this service, or undefined where its name says nothing. */
export function riskOf(service: string | undefined): Severity | undefined {
  return service === undefined ? undefined : byService.get(service)?.risk;
}

function genericSteps(port: number): string {
  return (
    `Find the process (ss -ltnp 'sport = :${port}') and bind it to 127.0.0.1 and ::1 instead of 0.0.0.0 and ::, or stop ` +
    `it. Where it cannot be bound, drop port ${port} for both families: nft add rule inet filter input iif != lo tcp dport ` +
    `${port} drop (inet covers IPv4 and IPv6; a rule in table ip alone leaves IPv6 open).`
  );
}
