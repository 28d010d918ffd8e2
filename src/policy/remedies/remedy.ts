import type { Severity } from '../../model/snapshot.js';

/** The same thing on the two families of Linux distributions; absent where it is not packaged there, or has no fixed place. */
export interface PerDistribution {
  /** Debian, Ubuntu and what derives from them. */
  readonly debian?: string;
  /** RHEL, Fedora and what derives from them. */
  readonly rhel?: string;
}

/**
 * How one product is kept to the host itself, in the words of its own configuration. Texts are parts of sentences, without a full
 * stop; `PORT` in them stands for the port in question.
 */
export interface Remedy {
  readonly product: string;
  /** The names under which the host's own listings show it. The kernel cuts them off after 15 characters. */
  readonly processes: readonly string[];
  /**
   * `bind`: it goes on listening, on loopback alone. `inner`: on an inner address of each family that is wanted. `off`: it stops
   * listening. `firewall`: it listens as before, and nobody from outside gets through.
   */
  readonly effect: 'bind' | 'inner' | 'off' | 'firewall';
  /** What to set, as it stands in the configuration, or what to run. */
  readonly setting: string;
  /** Where it is set. Absent where the setting is a command, or the file is wherever it was installed to. */
  readonly files?: PerDistribution;
  /** What makes it take effect. */
  readonly restart?: PerDistribution;
  /** What would keep the port open all the same, or must not be broken on the way. */
  readonly beware?: string;
  /** The socket units that a distribution has for it. Where one is active, systemd does the listening and the setting does nothing. */
  readonly socketUnits?: readonly string[];
  /** The product's own way to show where it listens, or how to see that it is off. */
  readonly check?: string;
  /** How the setting covers IPv6. */
  readonly ipv6: string;
  /** The page of its documentation that says so. */
  readonly source: string;
}

/** The services of one kind, and the products that offer them, the most usual first. */
export interface ServiceRemedies {
  /** The names that findings use, each in one entry only. */
  readonly services: readonly string[];
  /** How grave an unwanted exposure is: critical where whoever reaches the port can run code or read everything unasked. */
  readonly risk: Severity;
  readonly remedies: readonly [Remedy, ...Remedy[]];
}
