import type { Alert } from '../../model/alert.js';
import type { Severity } from '../../model/severity.js';
import { printableJson } from '../../model/printable-json.js';
import { terminalSafe } from '../../model/printable.js';

/** Facilities of RFC 5424, 6.2.1, by the names that syslog.conf gives them. */
export const facilities = {
  ...{ user: 1, daemon: 3, auth: 4, syslog: 5, authpriv: 10, audit: 13, alert: 14 },
  ...{ local0: 16, local1: 17, local2: 18, local3: 19, local4: 20, local5: 21, local6: 22, local7: 23 },
} as const;
export type Facility = keyof typeof facilities;

/** Severities of RFC 5424, 6.2.1: critical, error, warning, notice, informational. */
const levels: Readonly<Record<Severity, number>> = { critical: 2, high: 3, medium: 4, low: 5, info: 6 };
const notice = 5;

/**
 * The structured data. 32473 is the enterprise number that documents may use (RFC 5612); exposcan has none of its own.
 */
const dataId = 'exposcan@32473';
const longestValue = 255;

/** RFC 5424, 6.4: this says that the message is UTF-8. */
const mark = '\ufeff';

export interface SyslogOrigin {
  readonly facility: Facility;
  readonly hostName: string;
  readonly processId: number;
}

/**
 * An alert as a message of RFC 5424, at most `limit` bytes (2048 or more). The structured data say in short what, where and since when,
 * and where the evidence log stood; the message is the summary and the whole alert document after it, where it fits. What is too
 * long is cut off the message, never off the structured data. No line ends and no control characters.
 */
export function syslogMessage(alert: Alert, origin: SyslogOrigin, limit: number): Buffer {
  const header = [
    `<${facilities[origin.facility] * 8 + levelOf(alert)}>1`,
    alert.at,
    headerField(origin.hostName, 255),
    'exposcan',
    headerField(String(origin.processId), 128),
    headerField(alert.kind, 32),
  ].join(' ');
  const start = Buffer.from(`${header} ${structuredData(alert)} ${mark}`);
  const summary = terminalSafe(alert.summary);
  const whole = Buffer.from(`${summary} ${printableJson(alert)}`);
  const message = start.length + whole.length <= limit ? whole : cut(Buffer.from(summary), limit - start.length);
  return Buffer.concat([start, message]);
}

/** Good news bears the severity of what is over, and would page somebody with it. */
function levelOf({ kind, severity, finding }: Alert): number {
  const isGood = kind === 'recovered' || kind === 'sighted' || (kind === 'settled' && finding?.outcome === 'pass');
  return isGood ? Math.max(notice, levels[severity]) : levels[severity];
}

/** PRINTUSASCII, or the nil value. */
function headerField(text: string, limit: number): string {
  const field = text.replace(/[^\x21-\x7e]/g, '').slice(0, limit);
  return field === '' ? '-' : field;
}

function structuredData(alert: Alert): string {
  const { finding, head } = alert;
  const params: readonly (readonly [string, string | number | undefined])[] = [
    ['id', alert.id],
    ['watch', alert.watch],
    ['vantage', alert.vantage],
    ['severity', alert.severity],
    ['rule', finding?.rule],
    ['code', finding?.code],
    ['outcome', finding?.outcome],
    ['host', finding?.host],
    ['address', finding?.address],
    ['port', finding?.port ?? finding?.ports],
    ['since', alert.since],
    ['headseq', head?.seq],
    ['head', head?.digest],
  ];
  const parts = params.flatMap(([name, value]) => (value === undefined ? [] : [` ${name}="${paramValue(value)}"`]));
  return `[${dataId}${parts.join('')}]`;
}

/** RFC 5424, 6.3.3: a backslash before `"`, `\` and `]`. */
function paramValue(value: string | number): string {
  const escaped = terminalSafe(String(value)).replace(/["\\\]]/g, '\\$&');
  if (Buffer.byteLength(escaped) <= longestValue) return escaped;
  const short = cut(Buffer.from(escaped), longestValue - 3).toString('utf8');
  // Half an escape is none.
  const backslashes = /\\*$/.exec(short)?.[0].length ?? 0;
  return `${backslashes % 2 === 1 ? short.slice(0, -1) : short}…`;
}

/** At most so many bytes, and no part of a character. */
function cut(bytes: Buffer, limit: number): Buffer {
  if (bytes.length <= limit) return bytes;
  let end = Math.max(0, limit);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
