import { dayMs } from '../../model/duration.js';
import type { Warning } from '../../model/warning.js';
import { counted } from '../../model/quantity.js';
import { endOf } from '../resolution/exception-end.js';
import type { Policy } from '../policy.js';
import { formatPlace } from '../resolution/rule-words.js';
import type { ResolvedHost } from '../resolution/resolved-host.js';

/** Exceptions of the judged hosts that hold, and end within the days that the policy asks to be warned before. */
export function exceptionWarnings({ warnDays }: Policy, hosts: Iterable<ResolvedHost>, now: Date): Warning[] {
  const entries = new Set([...hosts].flatMap((host) => host.entries));
  return [...entries].flatMap((entry) =>
    entry.exceptions.flatMap((exception): Warning[] => {
      const left = endOf(exception) - now.getTime();
      if (!(left > 0 && left <= warnDays * dayMs)) return [];
      const when = left <= dayMs ? 'today' : `in ${counted(Math.floor(left / dayMs), 'day')}`;
      return [
        {
          code: 'exception-expiring',
          host: entry.name,
          message: `the exception for port ${exception.port} (${formatPlace(exception.position)}) ends ${when}, on ${exception.expires}`,
          advice: `Let ${exception.owner} close the port, or decide anew and change expires.`,
        },
      ];
    }),
  );
}
