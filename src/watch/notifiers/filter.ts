import type { Alert, AlertKind } from '../../model/alert.js';
import { severities, type Severity } from '../../model/severity.js';

/** What a notifier is for; absent: everything. */
export interface Filter {
  /** The least severity of a finding. */
  readonly severity?: Severity | undefined;
  readonly kinds?: readonly AlertKind[] | undefined;
}

/**
 * Whether an alert passes. What the watch says of itself bears no finding and passes whatever the severity: a watch that went blind in
 * silence would look like one that sees nothing wrong.
 */
export function passes({ severity, kinds }: Filter, alert: Alert): boolean {
  if (kinds !== undefined && !kinds.includes(alert.kind)) return false;
  if (severity === undefined || alert.finding === undefined) return true;
  return severities.indexOf(alert.severity) >= severities.indexOf(severity);
}
