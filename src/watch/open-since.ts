import type { History } from '../history/history.js';
import type { Alert } from '../model/alert.js';
import { ExposcanError } from '../model/errors.js';

/** Since when the history saw the port of an alert open; undefined where the alert is about no open port. */
export async function openSinceOf(
  { finding, kind, vantage }: Alert,
  history: Pick<History, 'timeline'>,
): Promise<Alert['openSince']> {
  const isOpen = kind === 'raised' || kind === 'changed' || kind === 'flapping' || kind === 'settled';
  if (!isOpen || finding?.basis !== 'answer' || finding.address === undefined || finding.port === undefined)
    return undefined;
  const { address, port } = finding;
  try {
    const { endpoints } = await history.timeline(finding.host ?? address, { port, vantage });
    return endpoints.find((each) => each.address === address && each.port === port)?.openSince;
  } catch (error) {
    // A history that was pruned, or is another's.
    if (error instanceof ExposcanError && error.code === 'ERR_NOT_IN_HISTORY') return undefined;
    throw error;
  }
}
