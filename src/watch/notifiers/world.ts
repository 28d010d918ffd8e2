import type { Clock } from '../../net/clock.js';

/** What notifiers need of their surroundings. */
export interface NotifierWorld {
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Version of exposcan, as receivers are told. */
  readonly version: string;
  /** The name of this machine and the number of this process, as syslog gives them. */
  readonly hostName: string;
  readonly processId: number;
  /** Writes a line to standard output; resolves when it is written. */
  readonly writeLine: (line: string) => Promise<void>;
}
