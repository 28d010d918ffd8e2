import { httpRequest } from '../../net/http-request.js';
import { withDeadline } from './deadline.js';
import { failureText } from './failure-text.js';
import { safeText } from './redact.js';
import { webhookUrl, type UrlSource } from './web-address.js';
import type { NotifierWorld } from './world.js';

/** Tells a dead man's switch that the watch lives and sees. */
export interface Heartbeat {
  /**
   * One GET request. Gives what went wrong, in words, or undefined where the switch answered with 2xx. Never rejects: a beat that fails
   * is told by the switch, which is what it is for.
   */
  readonly beat: (signal: AbortSignal) => Promise<string | undefined>;
}

const deadlineMs = 20_000;

export function heartbeatTo(source: UrlSource, { clock, version }: NotifierWorld): Heartbeat {
  return {
    async beat(signal) {
      const hidden: string[] = [];
      try {
        const address = await webhookUrl(source);
        hidden.push(...address.hidden);
        const headers = { accept: '*/*', 'user-agent': `exposcan/${version}` };
        const { status } = await withDeadline(clock, deadlineMs, signal, (stop) =>
          httpRequest({ method: 'GET', url: address.url, headers, signal: stop }),
        );
        return status >= 200 && status <= 299 ? undefined : `it answered with status ${status}`;
      } catch (error) {
        return safeText(failureText(error), hidden);
      }
    },
  };
}
