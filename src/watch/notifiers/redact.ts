import { shorten, terminalSafe } from '../../model/printable.js';

const mask = '[secret]';
const longest = 300;

/**
 * Makes text of the other side, or of a library, fit for a message: one printable line of bounded length in which no secret stands, as
 * it is or in the forms that protocols give it.
 */
export function safeText(text: string, secrets: readonly string[]): string {
  let safe = text;
  // The longest first, so that none is left with its middle taken out.
  for (const form of [...new Set(secrets.flatMap(formsOf))].sort((a, b) => b.length - a.length)) {
    safe = safe.replaceAll(form, mask);
  }
  return shorten(terminalSafe(safe.trim()), longest);
}

function formsOf(secret: string): string[] {
  if (secret === '') return [];
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    ...[secret, json, encodeURIComponent(secret), encodeURI(secret)],
    ...[bytes.toString('base64'), bytes.toString('base64url'), bytes.toString('hex')],
  ];
}
