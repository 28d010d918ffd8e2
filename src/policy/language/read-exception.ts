import type { Reader } from './cursor.js';
import { exceptionDocument, keysOf } from './policy-document.js';
import type { PolicyException } from '../policy.js';
import { readMap } from './read-map.js';
import { portNumber } from './read-ports.js';
import { calendarDay, words } from './read-values.js';

const exceptionKeys = keysOf(exceptionDocument);

/** One entry under `exceptions`. Without owner, reason and expiry it does not load: nobody could be asked about it. */
export const policyException: Reader<PolicyException> = (cursor) => {
  const map = readMap(cursor, 'an exception', exceptionKeys);
  if (map === null) return null;
  const port = map.required('port', portNumber, 'an exception is for one port');
  const owner = map.required('owner', words('who answers for this'), 'somebody answers for every exception');
  const reason = map.required('reason', words('why this is so'), 'an exception says why it was made');
  const ticket = map.optional('ticket', words('the number of a ticket'));
  const expires = map.required('expires', calendarDay, 'an exception ends on a day, like 2026-12-31');
  if (port === undefined || owner === undefined || reason === undefined || expires === undefined) return null;
  return { position: map.cursor.position, port, owner, reason, ticket, expires };
};
