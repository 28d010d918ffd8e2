import { latin1 } from '../reader.js';

const maxHead = 16_384;
const maxHeaders = 200;

/** An HTTP response, as far as it has come. Texts are Latin-1, one character a byte, unless said otherwise. */
export interface Page {
  readonly status: string;
  /** The value of the first header of this name, in lower case. */
  readonly header: (name: string) => string | undefined;
  /** The names and values of all cookies, as they were set. */
  readonly cookies: readonly string[];
  /** Empty while the head is on its way. */
  readonly body: string;
  /** The title in the head of an HTML page, UTF-8. */
  readonly title: string | undefined;
  /** What the head says in its meta tag that the page was made by. */
  readonly generator: string | undefined;
  /** The body read as JSON; undefined where it is none, or has not come whole. */
  readonly json: () => unknown;
  /** All has come that tells anything. */
  readonly whole: boolean;
}

const statusLine = /^HTTP\/1\.[01] ([1-5]\d\d)(?: [^\r\n]*)?\r?\n/;
const beginning = 'HTTP/1.';

/** Reads a response of HTTP/1 (RFC 9112). Undefined where the bytes are none; `more` while the status line is on its way. */
export function readPage(bytes: Uint8Array): Page | 'more' | undefined {
  const text = latin1(bytes);
  const status = statusLine.exec(text.slice(0, 1024))?.[1];
  if (status === undefined) {
    const fits =
      text.length < beginning.length ? beginning.startsWith(text) : /^HTTP\/1\.[01](?: [^\r\n]*\r?)?$/.test(text);
    return fits && text.length < 1024 ? 'more' : undefined;
  }
  const headEnd = endOfHead(text);
  const head = text.slice(0, headEnd ?? text.lastIndexOf('\n') + 1).slice(0, maxHead);
  const headers = readHeaders(head);
  const header = (name: string) => headers.find(([key]) => key === name)?.[1];
  const raw = headEnd === undefined ? '' : text.slice(headEnd);
  const isChunked = /^chunked$/i.test(header('transfer-encoding') ?? '');
  const body = isChunked ? joinChunks(raw) : raw;
  const length = header('content-length');
  const htmlHead = /html/i.test(header('content-type') ?? 'html') ? headOf(body) : '';
  // Read at most once, however many applications ask for it.
  let document: { readonly value: unknown } | undefined;
  return {
    status,
    header,
    cookies: headers.filter(([key]) => key === 'set-cookie').map(([, value]) => value),
    body,
    title: titleOf(htmlHead),
    generator: generatorOf(htmlHead),
    json: () => (document ??= { value: readJson(body) }).value,
    whole:
      headEnd !== undefined &&
      (hasNoBody(status) ||
        (length !== undefined && raw.length >= Number(length)) ||
        (isChunked && raw.endsWith('0\r\n\r\n')) ||
        /<\/html>/i.test(body)),
  };
}

/** RFC 9110, section 6.4.1. */
function hasNoBody(status: string): boolean {
  return status.startsWith('1') || status === '204' || status === '304';
}

function endOfHead(text: string): number | undefined {
  const found = ['\r\n\r\n', '\n\n'].map((gap) => [text.indexOf(gap), gap.length] as const).filter(([at]) => at >= 0);
  return found.length === 0 ? undefined : Math.min(...found.map(([at, length]) => at + length));
}

function readHeaders(head: string): (readonly [name: string, value: string])[] {
  return head
    .split('\n', maxHeaders)
    .slice(1)
    .map((line): [string, number] => [line, line.indexOf(':')])
    .filter(([, colon]) => colon > 0)
    .map(([line, colon]) => [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]);
}

/** The content of those chunks (RFC 9112, section 7.1) that have begun to come. */
function joinChunks(raw: string): string {
  const parts: string[] = [];
  for (let at = 0; at < raw.length;) {
    const size = /^([0-9a-f]{1,6})(?:;[^\r\n]{0,60})?\r\n/i.exec(raw.slice(at, at + 80));
    const length = Number.parseInt(size?.[1] ?? '0', 16);
    if (size === null || length === 0) break;
    at += size[0].length;
    parts.push(raw.slice(at, at + length));
    at += length + 2;
  }
  return parts.join('');
}

/** What stands in no head: where it begins, the head has ended, whether or not that is marked. */
const content =
  /<(?:body|\/head|svg|p|div|h[1-6]|pre|textarea|table|[uod]l|hr|center|form|main|section|article|nav|header|blockquote|code)[\s>]/;

/** The head of an HTML page, marked as one or not, without remarks and programs: drawings have titles as well, and a text may show how a page is made. */
function headOf(body: string): string {
  const lower = body.toLowerCase();
  // A page that begins with text has no head of its own.
  if (!/^(?:\xef\xbb\xbf)?\s{0,200}</.test(lower)) return '';
  const end = content.exec(lower)?.index ?? body.length;
  const parts: string[] = [];
  let at = 0;
  for (const { 0: opening, index } of lower.matchAll(/<(?:!--|script|style|noscript|template)/g)) {
    if (index < at || index >= end) continue;
    parts.push(body.slice(at, index));
    const closing = lower.indexOf(opening === '<!--' ? '-->' : `</${opening.slice(1)}`, index);
    at = closing < 0 ? end : closing;
  }
  return [...parts, body.slice(at, end)].join('');
}

function titleOf(head: string): string | undefined {
  const raw = /<title(?:\s[^<>]{0,100})?>([^<]{0,300})<\/title/i.exec(head)?.[1];
  if (raw === undefined) return undefined;
  const title = utf8(raw).replace(/\s+/g, ' ').trim();
  return title === '' ? undefined : title;
}

function generatorOf(head: string): string | undefined {
  return /<meta name="generator" content="([^"<>]{1,120})"/i.exec(head)?.[1];
}

function utf8(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

function readJson(body: string): unknown {
  if (!/^\s{0,9}[{["]/.test(body)) return undefined;
  try {
    return JSON.parse(utf8(body));
  } catch {
    return undefined;
  }
}

/** The text or number that stands at this place in a JSON document. */
export function textAt(document: unknown, ...path: readonly string[]): string | undefined {
  let value = document;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined;
}

/** What a page asks a password for (RFC 9110, section 11.5): printers and routers give their model there. */
export function realmOf({ header }: Page): string | undefined {
  return /\brealm="([^"]{1,100})"/i.exec(header('www-authenticate') ?? '')?.[1];
}
