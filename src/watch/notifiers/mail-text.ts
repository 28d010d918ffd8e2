import type { Alert } from '../../model/alert.js';
import { shorten, terminalSafe } from '../../model/printable.js';
import { shownTime } from '../../model/shown-time.js';

/** What mail programs show of a subject without cutting it. */
const longestSubject = 160;

/** One line without control characters, whatever a server's banner has put into the summary. */
export function mailSubject({ severity, kind, summary }: Alert): string {
  return shorten(`[exposcan] ${severity.toUpperCase()} ${kind}: ${terminalSafe(summary)}`, longestSubject);
}

/** Everything that the alert says, the most pressing first. */
export function mailText(alert: Alert): string {
  const { finding, openSince, head } = alert;
  const block = (rows: readonly (readonly [string, string | undefined])[]) =>
    rows.flatMap(([label, text]) => (text === undefined ? [] : [`${`${label}:`.padEnd(13)}${oneLine(text)}`]));
  const paragraphs: readonly (readonly string[])[] = [
    [oneLine(alert.summary)],
    alert.detail === undefined ? [] : linesOf(alert.detail),
    block([
      ['Where', finding === undefined ? undefined : whereOf(finding)],
      ['Expected', finding?.expected],
      ['Found', finding?.actual],
      ['Since', alert.since === undefined ? undefined : shownTime(alert.since)],
      ['Open since', openSince === undefined ? undefined : openText(openSince)],
      ['Evidence', finding?.evidence],
    ]),
    finding?.remedy === undefined ? [] : ['What to do:', ...linesOf(finding.remedy).map((line) => `  ${line}`)],
    block([
      ['Owner', finding?.owner],
      ['Severity', alert.severity],
      ['Rule', finding === undefined ? undefined : `${finding.rule} (${finding.code})`],
      ['Policy', `${alert.policy.name} (${alert.policy.file})`],
      ['Watch', `${alert.watch}, from the vantage ${alert.vantage}`],
      ['Decided', shownTime(alert.at)],
      ['Alert', alert.id],
    ]),
    head === undefined
      ? []
      : [
          `The evidence log stood at record ${head.seq}. Keep this mail, and see whether the log was cut or rewritten since:`,
          `  exposcan history verify-log --head ${head.digest}`,
        ],
  ];
  const text = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${text.join('\n\n')}\n`;
}

function openText({ first, notBefore }: { readonly first: string; readonly notBefore?: string | undefined }): string {
  return notBefore === undefined
    ? `${shownTime(first)} at the latest`
    : `${shownTime(first)}; on ${shownTime(notBefore)} it was not`;
}

function whereOf({ host, address, port, ports, service }: NonNullable<Alert['finding']>): string | undefined {
  const places = [host, host === address ? undefined : address].filter((place) => place !== undefined).join(', ');
  const number = port === undefined ? ports : String(port);
  const endpoint = number === undefined ? places : `${places} port ${number}`;
  return endpoint === '' ? undefined : `${endpoint}${service === undefined ? '' : ` (${service})`}`;
}

const oneLine = (text: string) => terminalSafe(text);

/** Texts of several lines keep them; nothing else in them drives anything. */
const linesOf = (text: string) => text.split(/\r?\n/).map(oneLine);
