import type { Lab } from '../../lab/lab.js';

/** A program to run to its end. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** A scanner as one scenario measures it. */
export interface Contender {
  readonly name: string;
  /** Several count as one run, their times added: nmap scans one family at a time. */
  readonly commands: readonly Command[];
  /** The endpoints that one command's output says are open, as the scenario writes planted ones. */
  readonly found: (stdout: string) => string[];
  /** Takes minutes: runs only as often as `--peer-runs` says. */
  readonly isSlow?: boolean;
  /** After so many seconds it counts as not ending. */
  readonly patienceSeconds?: number;
  /** The most its median is to be as a multiple of that of the scenario's reference. */
  readonly target?: number;
}

/** A host to scan, and what every scanner must find there. */
export interface Scenario {
  readonly name: string;
  readonly describe: string;
  /** How many endpoints one run probes. */
  readonly endpoints: number;
  /** `ADDRESS PORT`, or `ADDRESS PORT SERVICE` where what answers is to be named. */
  readonly planted: readonly string[];
  /** The ports that servers listen on. */
  readonly openPorts: readonly number[];
  /** How often it runs unless `--runs` says otherwise; 5 where absent. */
  readonly runs?: number;
  /** What this machine lacks for it, in words. */
  readonly missing?: () => string | undefined;
  /** Sets the host's firewall and lays its wires; gives back how to end that, and what there is to say of it then. */
  readonly prepare: (lab: Lab) => Promise<(() => Promise<string[]>) | undefined>;
  /** Those of them that are installed, in the order of their turns. */
  readonly contenders: () => readonly Contender[];
  /** The name of the contender that the others are compared with. */
  readonly reference: string;
}

/** Every one of these ports on every one of these addresses. */
export function plant(addresses: readonly string[], ports: readonly number[]): string[] {
  return addresses.flatMap((address) => ports.map((port) => `${address} ${port}`));
}
