import { systemCode } from '../../model/errors.js';
import { sendMail, type MailServer } from '../../net/mail.js';
import { readTlsFiles, type TlsFiles } from '../../net/tls-trust.js';
import { withDeadline } from './deadline.js';
import { passes, type Filter } from './filter.js';
import { mailSubject, mailText } from './mail-text.js';
import { DeliveryError, type Letter, type Notifier } from './notifier.js';
import { safeText } from './redact.js';
import type { ReadSecret } from './secret.js';
import { failureText } from './failure-text.js';
import { plainId } from './webhook-signature.js';
import type { NotifierWorld } from './world.js';

export interface MailSettings {
  readonly name: string;
  readonly filter: Filter;
  readonly server: Omit<MailServer, 'ca' | 'login'>;
  readonly files: TlsFiles;
  readonly login: { readonly user: string; readonly password: ReadSecret } | undefined;
  readonly from: string;
  readonly to: readonly string[];
}

/** What becomes one mail. */
type Posting = Omit<Letter, 'html'> & Partial<Pick<Letter, 'html'>>;

const deadlineMs = 50_000;

/**
 * One notifier for each address: each mail waits, and arrives, for itself, so that one address that is refused neither keeps the others from their
 * mail nor has it sent to them again and again. Taken is what the server has taken.
 */
export function mailNotifiers(settings: MailSettings, world: NotifierWorld): Notifier[] {
  return settings.to.map((recipient) => mailNotifier(settings, recipient, world));
}

function mailNotifier(settings: MailSettings, recipient: string, { clock }: NotifierWorld): Notifier {
  const { name, filter, server, files, login, from, to } = settings;
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const post = async ({ id, at, ...content }: Posting, signal: AbortSignal): Promise<void> => {
    const hidden: string[] = [];
    try {
      const password = await login?.password();
      if (login !== undefined && password !== undefined) {
        // AUTH PLAIN sends them joined (RFC 4616), and servers repeat what they are sent.
        hidden.push(password, `\0${login.user}\0${password}`);
      }
      const { ca } = await readTlsFiles(files);
      const credentials = login === undefined || password === undefined ? undefined : { user: login.user, password };
      const message = { from, recipient, to, ...content, messageId: `<${plainId(id)}@${domain}>`, date: at };
      await withDeadline(clock, deadlineMs, signal, (stop) =>
        sendMail({ ...server, ca, login: credentials }, message, stop),
      );
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof DeliveryError) throw error;
      throw new DeliveryError(troubleOf(error), safeText(failureText(error), hidden));
    }
  };
  return {
    name: `${name}:${recipient}`,
    wants: (alert) => passes(filter, alert),
    deliver: (alert, signal) =>
      post({ id: alert.id, at: new Date(alert.at), subject: mailSubject(alert), text: mailText(alert) }, signal),
    send: post,
  };
}

/** The text alone is about this one mail; who may send what to whom is the same for every other to this address. */
function troubleOf(error: unknown): 'receiver' | 'notice' {
  if (systemCode(error) !== 'EMESSAGE' || typeof error !== 'object' || error === null) return 'receiver';
  const answer = 'responseCode' in error ? error.responseCode : undefined;
  return typeof answer === 'number' && answer >= 500 ? 'notice' : 'receiver';
}
