import { createHash, createHmac } from 'node:crypto';

/**
 * The headers of a webhook by Standard Webhooks (https://www.standardwebhooks.com, specification, "Signature scheme"): HMAC-SHA256 over
 * `id.timestamp.body`, one signature for each secret, so that a secret can be changed without a gap.
 */
export function signWebhook(
  id: string,
  at: Date,
  body: string,
  secrets: readonly string[],
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const signatures = secrets.map((secret) => {
    const mac = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest('base64');
    return `v1,${mac}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    ...(signatures.length === 0 ? {} : { 'webhook-signature': signatures.join(' ') }),
  };
}

/** The bytes of a secret: what follows `whsec_` is base64; any other text stands for itself. */
export function keyOf(secret: string): Buffer {
  const encoded = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret)?.[1];
  return encoded === undefined ? Buffer.from(secret, 'utf8') : Buffer.from(encoded, 'base64');
}

/**
 * An id that header fields and message ids can hold as it is: that of the alert where it is made of letters, digits, `_` and `-`, else its
 * digest. It has no full stop, which the signature scheme asks for.
 */
export function plainId(id: string): string {
  return /^[A-Za-z0-9_-]{1,128}$/.test(id) ? id : createHash('sha256').update(id).digest('hex');
}
