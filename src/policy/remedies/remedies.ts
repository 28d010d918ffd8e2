import type { Listener } from '../../model/listener.js';
import { printableText, shorten } from '../../model/printable.js';
import type { Severity } from '../../model/snapshot.js';
import { genericRemedies } from './generic.js';
import type { Remedy, ServiceRemedies } from './remedy.js';
import { remedyTable } from './remedy-table.js';
import { genericParts, listeningChecks, paragraph, productLine, productParts, socketUnitParts } from './remedy-text.js';

const byService: ReadonlyMap<string, ServiceRemedies> = new Map(
  remedyTable.flatMap((entry) => entry.services.map((service) => [service, entry] as const)),
);
const allRemedies = remedyTable.flatMap(({ remedies }) => remedies);

/** What the kernel keeps of a process's name (TASK_COMM_LEN, proc(5)). */
const nameLength = 15;

/**
 * What an administrator does about a service that the outside reaches and must not: one paragraph of less than 900 characters.
 * Never leaves `::` open.
 */
export function remedyFor(service: string | undefined, port: number): string {
  const entry = describeRemedy(service);
  if (entry === undefined) return anyProcess(port, undefined);
  const [first, ...others] = entry.remedies;
  if (others.length === 0) return paragraph(port, productParts(first));
  return paragraph(port, [...[first, ...others].slice(0, 2).map(productLine), ...listeningChecks.bind]);
}

/**
 * Likewise, where the host itself told who listens. Its word counts more than the service's name, which may be a guess: a container
 * is helped by how its port is published, a product by its own setting.
 */
export function remedyInContext(
  service: string | undefined,
  port: number,
  { process, container }: Pick<Listener, 'process' | 'container'>,
): string {
  if (container !== undefined || process === 'docker-proxy') return published(port, container);
  if (process === undefined) return remedyFor(service, port);
  if (process === 'systemd') return heldBySystemd(service, port);
  const entry = describeRemedy(service);
  const remedy = remedyOfProcess(process, entry);
  if (remedy !== undefined) return paragraph(port, productParts(remedy));
  // None of several products, so another one; the only one may well run under another name.
  return entry?.remedies.length === 1 ? remedyFor(service, port) : anyProcess(port, process);
}

/** All that is known about a service's remedy, for reports; undefined where only the generic ones apply. */
export function describeRemedy(service: string | undefined): ServiceRemedies | undefined {
  return service === undefined ? undefined : byService.get(service);
}

/** How grave it is that the outside reaches this service, or undefined where its name says nothing. */
export function riskOf(service: string | undefined): Severity | undefined {
  return describeRemedy(service)?.risk;
}

/** The product that this process is: one of the service's own, else the only one of all (`java` is many). */
function remedyOfProcess(process: string, entry: ServiceRemedies | undefined): Remedy | undefined {
  const isProcess = ({ processes }: Remedy) =>
    processes.some((name) => name === process || (process.length === nameLength && name.startsWith(process)));
  const own = entry?.remedies.find(isProcess);
  if (own !== undefined) return own;
  const [only, ...more] = allRemedies.filter(isProcess);
  return more.length === 0 ? only : undefined;
}

function heldBySystemd(service: string | undefined, port: number): string {
  const activated = describeRemedy(service)?.remedies.filter(({ socketUnits }) => socketUnits !== undefined) ?? [];
  // Loopback alone would lock its administrator out.
  const inner = activated.find(({ effect }) => effect === 'inner');
  if (inner !== undefined) return paragraph(port, productParts(inner));
  const units = activated.flatMap(({ socketUnits = [] }) => socketUnits);
  return paragraph(port, socketUnitParts(units.length === 0 ? 'NAME.socket' : units.join(' or ')));
}

function published(port: number, container: Listener['container']): string {
  const [steps = '', ...rest] = genericParts(genericRemedies.container);
  const inner = container === undefined ? 'CONTAINER_PORT' : String(container.port);
  const who = container === undefined ? '' : `Container ${told(container.name)}. `;
  return paragraph(port, [steps.replaceAll('INNER', inner), ...rest], who);
}

function anyProcess(port: number, process: string | undefined): string {
  const { bind, nftables, ufw, firewalld, cloud } = genericRemedies;
  return paragraph(
    port,
    [
      `${bind.steps}.`,
      `Where it cannot be bound, keep it from both families: with nftables, ${nftables.rule} (${nftables.ipv6}); with ufw, ${ufw.rule}; ` +
        `with firewalld, ${firewalld.rule}; in a cloud's security group, ${cloud.rule}.`,
      `Beware: ${bind.beware}.`,
      ...listeningChecks.bind,
    ],
    process === undefined ? '' : `Listening: ${told(process)}. `,
  );
}

/** A name out of the host's listing, which is foreign text. */
function told(name: string): string {
  return shorten(printableText(name), 60);
}
