import { messageOf, systemCode } from '../../model/errors.js';

/** The usual failures in words; the system's own are for programmers. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'its name does not exist',
  EAI_AGAIN: 'its name cannot be looked up now',
};

/** What kept a receiver from being reached. Not yet fit to be shown. */
export function failureText(error: unknown): string {
  const known = words[originalCode(error) ?? systemCode(error) ?? ''];
  if (known !== undefined) return known;
  // A name with several addresses, each of which failed in its own way.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(failureText).join('; ');
  const message = messageOf(error);
  return opensslReason(message) ?? message;
}

/** What the system said, where nodemailer has put its own code in front. */
function originalCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('originalCode' in error)) return undefined;
  return typeof error.originalCode === 'string' ? error.originalCode : undefined;
}

/** The reason out of `80DC…:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/…`. */
function opensslReason(message: string): string | undefined {
  return /:error:[0-9A-F]{8}:[^:]{0,40}:[^:]{0,60}:([^:]{1,100}):/.exec(message)?.[1];
}
