import type { Alert } from '../../model/alert.js';

/** A report, which goes out because somebody asks for it. All of it is printable. */
export interface Letter {
  /** The same however often it is sent. */
  readonly id: string;
  readonly at: Date;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** Someone or something that alerts are sent to. */
export interface Notifier {
  /** Unique among the notifiers of a file; what waits for it is kept under this name. */
  readonly name: string;
  /** False for what its filter leaves out. */
  wants(alert: Alert): boolean;
  /**
   * Resolves once the receiver has taken the alert, in whatever way its protocol can say so. Rejects with a `DeliveryError`, and with
   * the signal's reason where that stopped it. Delivering the same alert twice does no harm: it bears the same id.
   */
  deliver(alert: Alert, signal: AbortSignal): Promise<void>;
  /** Sends a report; only what goes by mail can. Resolves and rejects like `deliver`. */
  readonly send?: (letter: Letter, signal: AbortSignal) => Promise<void>;
}

/**
 * What an attempt failed of. It is tried again in either case, since what is wrong may be mended.
 * `receiver`: it was not reached or takes nothing now; whatever waits for it waits on.
 * `notice`: it was reached and refused this very one; those behind it may go ahead.
 */
export type DeliveryTrouble = 'receiver' | 'notice';

/** A delivery that failed. The message is one printable line without secrets. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';

  constructor(
    readonly trouble: DeliveryTrouble,
    message: string,
    /** How long the receiver asked to be left alone, in milliseconds. */
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}
