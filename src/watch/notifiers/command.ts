import { pipeToProgram } from '../../net/pipe-to-program.js';
import { failureText } from './failure-text.js';
import { withDeadline } from './deadline.js';
import { passes, type Filter } from './filter.js';
import { DeliveryError, type Notifier } from './notifier.js';
import { safeText } from './redact.js';
import type { NotifierWorld } from './world.js';

export interface CommandSettings {
  readonly name: string;
  readonly filter: Filter;
  /** The program's absolute path, then its arguments. */
  readonly command: readonly [string, ...string[]];
}

const deadlineMs = 30_000;
const passedOn = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ'] as const;
const usualPath = '/usr/local/bin:/usr/bin:/bin';

/**
 * Runs a program for each alert, with the alert document as one line on its standard input. Taken is what it ends with 0 for. It sees
 * next to nothing of our environment, where the secrets of other notifiers may be.
 */
export function commandNotifier({ name, filter, command }: CommandSettings, world: NotifierWorld): Notifier {
  const environment = Object.fromEntries(
    passedOn.flatMap((variable) => {
      const value = world.env[variable] ?? (variable === 'PATH' ? usualPath : undefined);
      return value === undefined ? [] : [[variable, value]];
    }),
  );
  return {
    name,
    wants: (alert) => passes(filter, alert),
    async deliver(alert, signal) {
      const line = `${JSON.stringify(alert)}\n`;
      const end = await withDeadline(world.clock, deadlineMs, signal, async (stop) => {
        const result = await start(command, environment, line, stop, world.clock);
        stop.throwIfAborted();
        return result;
      });
      if (end.code === 0) return;
      const how = end.code === null ? `was ended by ${end.signal ?? 'a signal'}` : `ended with ${end.code}`;
      const words = end.output.trim() === '' ? '' : `: ${end.output}`;
      throw new DeliveryError('notice', safeText(`the program ${how}${words}`, []));
    },
  };
}

async function start(...args: Parameters<typeof pipeToProgram>) {
  try {
    return await pipeToProgram(...args);
  } catch (error) {
    throw new DeliveryError('receiver', safeText(`the program cannot be started: ${failureText(error)}`, []));
  }
}
