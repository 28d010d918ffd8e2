import type { Alert } from '../../model/alert.js';
import { httpRequest, type HttpAnswer } from '../../net/http-request.js';
import { readTlsFiles, type TlsFiles } from '../../net/tls-trust.js';
import { withDeadline } from './deadline.js';
import { failureText } from './failure-text.js';
import { passes, type Filter } from './filter.js';
import { DeliveryError, type Notifier } from './notifier.js';
import { safeText } from './redact.js';
import type { ReadSecret } from './secret.js';
import { webhookUrl, type UrlSource } from './web-address.js';
import { plainId, signWebhook } from './webhook-signature.js';
import type { NotifierWorld } from './world.js';

export interface WebhookSettings {
  readonly name: string;
  readonly filter: Filter;
  readonly url: UrlSource;
  readonly secrets: readonly ReadSecret[];
  readonly files: TlsFiles;
}

/** For the whole exchange; the specification asks for 15 to 30 s. */
const deadlineMs = 30_000;

/**
 * Posts the alert document, signed by Standard Webhooks. Taken is what is answered with 2xx; a redirect is a failure, since neither
 * body nor signature are anybody else's business.
 */
export function webhookNotifier(
  { name, filter, url, secrets, files }: WebhookSettings,
  world: NotifierWorld,
): Notifier {
  return {
    name,
    wants: (alert) => passes(filter, alert),
    async deliver(alert, signal) {
      const hidden: string[] = [];
      try {
        const address = await webhookUrl(url);
        hidden.push(...address.hidden);
        const keys = await Promise.all(secrets.map((read) => read()));
        hidden.push(...keys);
        const answer = await withDeadline(world.clock, deadlineMs, signal, async (stop) => {
          const body = JSON.stringify(alert);
          const { ca } = await readTlsFiles(files);
          const headers = headersFor(alert, body, world, keys);
          return httpRequest({ method: 'POST', url: address.url, headers, body, ca, signal: stop });
        });
        if (answer.status < 200 || answer.status > 299) throw refusal(answer, hidden);
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof DeliveryError) throw error;
        throw new DeliveryError('receiver', safeText(failureText(error), hidden));
      }
    },
  };
}

function headersFor(alert: Alert, body: string, { clock, version }: NotifierWorld, keys: readonly string[]) {
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    accept: '*/*',
    'user-agent': `exposcan/${version}`,
    ...signWebhook(plainId(alert.id), clock.date(), body, keys),
  };
}

/** Busy and broken servers, and those that send us elsewhere, take nothing at all now; any other refusal may be about this one alert. */
function refusal({ status, text, retryAfterMs }: HttpAnswer, hidden: readonly string[]): DeliveryError {
  const isAboutAll = status < 400 || status >= 500 || [401, 403, 404, 407, 408, 410, 425, 429].includes(status);
  const where = status >= 300 && status < 400 ? ' (redirects are not followed: name the right URL)' : '';
  const words = text.trim() === '' ? '' : `: ${text}`;
  return new DeliveryError(
    isAboutAll ? 'receiver' : 'notice',
    safeText(`it answered with status ${status}${where}${words}`, hidden),
    retryAfterMs,
  );
}
