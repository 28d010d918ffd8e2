/** `2026-01-01 00:00:05 UTC`. */
export function shownTime(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(\.\d+)?Z$/, '$1 $2 UTC');
}

/** `2026-11-21 03:00`: to the minute, in UTC as every time in a report; the seconds are in the JSON. */
export function shownMinute(iso: string): string {
  return iso.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, '$1 $2');
}
