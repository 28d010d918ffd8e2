import type { Address } from '../model/address.js';
import type { Identification } from '../model/observation.js';
import type { NotOpenEntry, OpenEntry, UnknownEntry } from '../model/snapshot.js';
import { mostLinks } from '../model/vantage-links.js';
import type { AddressReport, ControlFailures } from '../discovery/address-report.js';
import type { AddressPlan } from '../discovery/address-scan.js';
import { discover } from '../discovery/engine.js';
import { createGreetingTimes, type GreetingTimes } from '../identification/greeting-times.js';
import { protocols } from '../identification/registry.js';
import type { Clock } from '../net/clock.js';
import type { ResolvedTargets } from '../targets/resolve-targets.js';
import type { Channel } from './channel.js';
import type { Dials } from './dials.js';
import { createIdentifyQueue } from './identify-queue.js';
import type { ScanOptions } from './options.js';
import type { Budget, Plans } from './plan.js';
import { type AddressEntries, entriesOf, openEntry, wasRead } from './snapshot-builder.js';
import { isSelf } from './vantage.js';

/** One entry of the snapshot, as soon as it is sure. */
export type SureEntry = OpenEntry | NotOpenEntry | UnknownEntry;

export interface ObservingProgress {
  /** Endpoints that will not be probed again. */
  readonly decided: number;
  readonly probes: number;
  readonly open: number;
  /** Open endpoints that are still being identified. */
  readonly identifying: number;
}

/** What was seen of all addresses, and which links of this machine's own they are on. */
export interface Seen {
  readonly entries: readonly AddressEntries[];
  readonly links: readonly string[];
}

interface Deps {
  readonly options: Pick<ScanOptions, 'polite' | 'maxGrabs' | 'known' | 'probeIcs'>;
  readonly budget: Budget;
  readonly controlFailures: ControlFailures;
  readonly dials: Dials;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** What is known of an address so far; it is finished when its report is here and all its open ports are identified. */
interface Ledger {
  readonly identified: OpenEntry[];
  readonly greetings: GreetingTimes;
  report?: AddressReport;
  /** Asked for only where there is something to mark: a block may hold many addresses where nobody is. */
  self?: Promise<boolean>;
}

/** Services talked to at once: in all, and at one address, which is all it takes to wait for none of a thousand that greet. */
const mostServices = 512;
const mostServicesPerAddress = 128;
const politeServicesPerAddress = 8;
/** Connections to one endpoint with `--polite`: enough for what its port number suggests, for TLS, and for HTTP. */
const politeGrabs = 4;
/** Addresses under way at once: as many as keep their state, a few bytes a port, within bounds. */
const fewestAddresses = 256;
const mostAddresses = 4096;
const mostPorts = 256 * 65_536;

const punishing = protocols.filter(({ punishes }) => punishes === true);
const punishingNames = new Set(punishing.map(({ name }) => name));
const punishingPorts = new Set(punishing.flatMap(({ ports }) => ports));

/** Finds the open endpoints of all `addresses`, in their order, identifies them as they are found, and tells of each thing once it is certain. */
export function observeAddresses(
  resolved: ResolvedTargets,
  addresses: Iterable<Address>,
  makePlans: (punishes: AddressPlan['punishes']) => Plans,
  {
    options: { polite: isPolite = false, probeIcs = false, maxGrabs, known },
    budget,
    controlFailures,
    dials,
    clock,
    signal,
  }: Deps,
  sure: Channel<SureEntry>,
): { seen: Promise<Seen>; progress: () => ObservingProgress } {
  const { own } = dials;
  const isHalfOpen = (address: Address) => dials.methodOf(address) === 'syn';
  const ledgers = new Map<string, Ledger>();
  const entries: AddressEntries[] = [];
  const finishing = new Set<Promise<void>>();
  const doubtful = new Set<string>();
  const links = new Set<string>();
  let open = 0;

  const ledgerOf = (address: Address): Ledger => {
    const known = ledgers.get(address.text);
    if (known !== undefined) return known;
    const ledger = { identified: [], greetings: createGreetingTimes() };
    ledgers.set(address.text, ledger);
    return ledger;
  };

  const isSelfOf = (address: Address, ledger: Ledger): Promise<boolean> => (ledger.self ??= isSelf(address, own));

  const noteIdentified = async (address: Address, port: number, observedAt: Date, identification: Identification) => {
    const ledger = ledgerOf(address);
    const entry = openEntry(
      { address, port, observedAt, self: await isSelfOf(address, ledger), method: dials.methodOf(address) },
      identification,
    );
    ledger.identified.push(entry);
    // What was read off the wire stands; what was not may yet turn out to be an address where everything accepts.
    if (wasRead(entry)) sure.push(entry);
    finishIfComplete(address, ledger);
  };

  const finishIfComplete = (address: Address, ledger: Ledger) => {
    const { report, identified } = ledger;
    if (report === undefined || identified.length < report.open.length) return;
    ledgers.delete(address.text);
    const hasAnswered = report.open.length > 0 || report.notOpen.length > 0;
    if (!hasAnswered) finish(report, ledger, false);
    else {
      const finished = isSelfOf(address, ledger).then((self) => {
        finish(report, ledger, self);
        finishing.delete(finished);
      });
      finishing.add(finished);
    }
  };

  const finish = (report: AddressReport, ledger: Ledger, self: boolean) => {
    const finished = entriesOf(report, ledger.identified, clock.date(), self, dials.methodOf(report.address));
    doubtful.delete(report.address.text);
    entries.push(finished);
    for (const entry of finished.open) if (!wasRead(entry)) sure.push(entry);
    for (const entry of finished.notOpen) sure.push(entry);
    for (const entry of finished.unknown) sure.push(entry);
  };

  const queue = createIdentifyQueue({
    limits: {
      inAll: Math.min(mostServices, budget.heldSockets),
      perAddress: isPolite ? politeServicesPerAddress : mostServicesPerAddress,
    },
    maxGrabs: maxGrabs ?? (isPolite ? politeGrabs : undefined),
    known,
    greetingsOf: (address) => ledgerOf(address).greetings,
    dial: dials.connect,
    isHalfOpen,
    probeControllers: probeIcs,
    clock,
    signal,
    serverNameOf: serverNamesOf(resolved),
    isDoubtful: ({ text }) => doubtful.has(text),
    identified: noteIdentified,
  });

  /** A port that usually holds such a service, or was found to. */
  const punishes = (address: Address, port: number) =>
    punishingPorts.has(port) ||
    (ledgers
      .get(address.text)
      ?.identified.some((entry) => entry.port === port && punishingNames.has(entry.service.name)) ??
      false);

  const plans = makePlans(punishes);
  const discovery = discover(
    addresses,
    {
      planOf: (address) => plans[dials.methodOf(address)],
      maximumAddresses: Math.max(
        fewestAddresses,
        Math.min(mostAddresses, Math.floor(mostPorts / plans.connect.ports.length)),
      ),
      rate: budget.rate,
      controlFailures,
      isOnLink: (address) => own.linkOf(address) !== undefined,
      dial: dials.probe,
      connect: dials.connect,
      clock,
      signal,
    },
    {
      open(address, port, socket, roundTrip) {
        open += 1;
        queue.add(address, port, socket, roundTrip);
      },
      acceptsEverything: ({ text }) => doubtful.add(text),
      finished(report) {
        dials.forget(report.address);
        const link = own.linkOf(report.address);
        if (link !== undefined && links.size < mostLinks) links.add(link);
        const ledger = ledgerOf(report.address);
        ledger.report = report;
        finishIfComplete(report.address, ledger);
      },
      isFull: () => queue.size >= budget.heldSockets || dials.isFull(),
    },
  );

  dials.tellLate(discovery.late);

  return {
    seen: discovery.done
      .then(() => queue.settled())
      .then(async () => {
        const [lost] = ledgers.keys();
        if (lost !== undefined) throw new Error(`the scan lost track of ${lost}`);
        await Promise.all(finishing);
        return { entries, links: [...links].sort() };
      }),
    progress: () => ({ ...discovery.progress(), open, identifying: queue.size }),
  };
}

/** By which name an address was reached, where it was by one: the first target that led there. */
function serverNamesOf(resolved: ResolvedTargets): (address: Address) => string | undefined {
  const names = new Map<string, string>();
  for (const { name, addresses } of resolved.targets) {
    if (name === undefined) continue;
    for (const { text } of addresses) if (!names.has(text)) names.set(text, name);
  }
  return ({ text }) => names.get(text);
}
