import { mergeRanges, parseRanges, type PortRange } from '../../model/ports.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { ChangeWindow, Expectation, Keep, RepeatedFlags } from '../../model/verification.js';
import type { ScanOptions } from '../../scan/options.js';
import { scanOptions, type ProbeFlags } from '../scan-options.js';

/** What to scan before the change. The ports that are spoken of are scanned first, and also where `--ports` leaves them out. */
export async function beforeOptions(
  targets: readonly string[],
  flags: ProbeFlags,
  subjects: readonly (Expectation | Keep)[],
): Promise<ScanOptions> {
  const { usualPorts } = await import('../../verification/subject.js');
  const options = await scanOptions(targets, flags, undefined);
  const meant = mergeRanges(subjects.flatMap(usualPorts));
  return {
    ...options,
    namedPorts: meant,
    ...(options.ports === undefined ? {} : { ports: mergeRanges([...options.ports, ...meant]) }),
  };
}

/** The flags that the scan after must have, too. */
export function repeatedFlags(flags: ProbeFlags): RepeatedFlags {
  const { vantage, rate, timeout, retries, concurrency, maxGrabs } = flags;
  return {
    controls: [...flags.control],
    exclude: [...flags.exclude],
    polite: flags.polite === true,
    allowHuge: flags.yes === true,
    ...(flags.probeIcs === true ? { probeIcs: true } : {}),
    ...(vantage === undefined ? {} : { vantage }),
    ...(rate === undefined ? {} : { rate }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(retries === undefined ? {} : { retries }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(maxGrabs === undefined ? {} : { maxGrabs }),
  };
}

/** What to scan after the change: as before, and every address that was scanned then. */
export async function afterOptions(window: ChangeWindow, before: Snapshot): Promise<ScanOptions> {
  const { usualPorts } = await import('../../verification/subject.js');
  const { targetsAfter } = await import('../../verification/open-window.js');
  const { vantage, rate, timeout, retries, concurrency, maxGrabs, controls, exclude, polite, allowHuge, probeIcs } =
    window.scan;
  return {
    targets: targetsAfter(window, before),
    ports: parseRanges(before.asked.ports),
    families: before.asked.families,
    namedPorts: mergeRanges([...window.expectations, ...window.keeps].flatMap(usualPorts)),
    controls,
    exclude,
    polite,
    allowHuge,
    probeIcs: probeIcs === true,
    ...(vantage === undefined ? {} : { vantage }),
    ...(rate === undefined ? {} : { rate }),
    ...(timeout === undefined ? {} : { timeout }),
    ...(retries === undefined ? {} : { retries }),
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(maxGrabs === undefined ? {} : { maxGrabs }),
  };
}

/** The same for some endpoints alone. */
export function partOptions(
  options: ScanOptions,
  addresses: readonly string[],
  ports: readonly PortRange[],
): ScanOptions {
  return { ...options, targets: addresses, ports, namedPorts: ports };
}
