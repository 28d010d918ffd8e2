import { messageOf } from '../../model/errors.js';
import { printableJson } from '../../model/printable-json.js';
import { passes, type Filter } from './filter.js';
import { DeliveryError, type Notifier } from './notifier.js';
import { safeText } from './redact.js';
import type { NotifierWorld } from './world.js';

/** Writes each alert document to standard output, one line each. */
export function standardOutputNotifier(name: string, filter: Filter, { writeLine }: NotifierWorld): Notifier {
  return {
    name,
    wants: (alert) => passes(filter, alert),
    async deliver(alert) {
      try {
        await writeLine(printableJson(alert));
      } catch (error) {
        throw new DeliveryError('receiver', safeText(messageOf(error), []));
      }
    },
  };
}
