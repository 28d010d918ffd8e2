/** A place that snapshots were made from. Those without a name are one place where their source addresses are the same. */
export interface Vantage {
  readonly name: string;
  /** The source addresses of all its snapshots. */
  readonly sources: readonly string[];
}
