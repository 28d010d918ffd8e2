import type { Address } from '../model/address.js';
import { formatEndpoint } from '../model/address.js';
import type { Clock } from '../net/clock.js';
import type { Dial } from '../net/dial.js';
import { isOpen, outcomeOf, silence, type ProbeOutcome } from './outcome.js';
import { defaultTimeouts } from './round-trip.js';

/** An endpoint that is known to be open, and shows whether this vantage can reach its port number at all. */
export interface Control {
  /** As the user gave it. */
  readonly text: string;
  readonly port: number;
  /** Empty where the name could not be looked up; `lookupFailure` then says why. */
  readonly addresses: readonly Address[];
  readonly lookupFailure?: string;
}

export interface ControlResult {
  readonly control: Control;
  readonly reached: boolean;
  /** Something refused in the control's name: then a refusal elsewhere on this port number proves nothing either. */
  readonly refused: boolean;
  readonly message: string;
}

/** Seconds apart would be better against bursts of loss; a control is up by definition, so three quick tries will do. */
const attempts = 3;

const cancelled: ProbeOutcome = {
  kind: 'unknown',
  code: 'ERR_CANCELLED',
  message: 'the scan was stopped before this was decided',
};

interface Deps {
  readonly dial: Dial;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Connects to every address of a control. It counts as reached only if every address accepted that this machine has a route to,
 * and at least one did.
 */
export async function probeControl(control: Control, deps: Deps): Promise<ControlResult> {
  if (control.lookupFailure !== undefined) {
    return { control, reached: false, refused: false, message: control.lookupFailure };
  }
  const outcomes = await Promise.all(
    control.addresses.map(async (address) => ({ address, outcome: await tryAddress(address, control.port, deps) })),
  );
  const routed = outcomes.filter(({ outcome }) => !(outcome.kind === 'unknown' && outcome.code === 'ERR_NO_ROUTE'));
  const failed = routed.find(({ outcome }) => !isOpen(outcome)) ?? (routed.length === 0 ? outcomes[0] : undefined);
  if (failed === undefined) return { control, reached: true, refused: false, message: 'accepted a connection' };
  const what = failed.outcome.kind === 'state' ? failed.outcome.reason : failed.outcome.message;
  const refused = outcomes.some(({ outcome }) => outcome.kind === 'state' && outcome.state === 'closed');
  return { control, reached: false, refused, message: `${formatEndpoint(failed.address, control.port)}: ${what}` };
}

async function tryAddress(address: Address, port: number, deps: Deps): Promise<ProbeOutcome> {
  let outcome = cancelled;
  for (let attempt = 0; attempt < attempts && !isOpen(outcome) && !deps.signal.aborted; attempt++) {
    outcome = await connectOnce(address, port, deps);
  }
  return outcome;
}

function connectOnce(address: Address, port: number, { dial, clock, signal }: Deps): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const end = (outcome: ProbeOutcome) => {
      abandon();
      cancelTimer();
      signal.removeEventListener('abort', stop);
      resolve(outcome);
    };
    const stop = () => {
      end(cancelled);
    };
    const abandon = dial(address, port, (result) => {
      if (result.kind === 'accepted') {
        result.socket.on('error', () => result.socket.destroy());
        result.socket.end();
        result.socket.resume();
      }
      const outcome = outcomeOf(result);
      end(
        outcome.kind === 'congestion'
          ? { kind: 'unknown', code: 'ERR_RESOURCES', message: `this machine ran short (${outcome.code})` }
          : outcome,
      );
    });
    const cancelTimer = clock.after(defaultTimeouts.maximum, () => {
      end(silence);
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}
