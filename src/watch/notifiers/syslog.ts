import { sendDatagram, sendFrame, type Collector } from '../../net/syslog-transport.js';
import { readTlsFiles, type TlsFiles } from '../../net/tls-trust.js';
import { withDeadline } from './deadline.js';
import { passes, type Filter } from './filter.js';
import { DeliveryError, type Notifier } from './notifier.js';
import { safeText } from './redact.js';
import { syslogMessage, type Facility } from './syslog-message.js';
import { failureText } from './failure-text.js';
import type { NotifierWorld } from './world.js';

export interface SyslogSettings {
  readonly name: string;
  readonly filter: Filter;
  readonly collector: Collector;
  readonly facility: Facility;
  readonly files: TlsFiles;
}

const deadlineMs = 30_000;
/** What every collector must take (RFC 5426, 3.2), and what it should take (RFC 5425, 4.3.1). */
const longest = { udp: 2048, tcp: 8192, tls: 8192 } as const;

/** Sends each alert as one syslog message of RFC 5424. What counts as taken is said at `sendDatagram` and `sendFrame`. */
export function syslogNotifier(
  { name, filter, collector, facility, files }: SyslogSettings,
  { clock, hostName, processId }: NotifierWorld,
): Notifier {
  return {
    name,
    wants: (alert) => passes(filter, alert),
    async deliver(alert, signal) {
      const message = syslogMessage(alert, { facility, hostName, processId }, longest[collector.transport]);
      try {
        await withDeadline(clock, deadlineMs, signal, async (stop) => {
          if (collector.transport === 'udp') await sendDatagram(collector, message, stop);
          else await sendFrame(collector, await readTlsFiles(files), message, stop);
        });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof DeliveryError) throw error;
        throw new DeliveryError('receiver', safeText(failureText(error), []));
      }
    },
  };
}
