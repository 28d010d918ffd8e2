/** What a scan saw of an address and its findings repeat: the times, and what was said. */
export interface Sayings {
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly open: readonly { readonly port: number; readonly observedAt: string; readonly text: string | undefined }[];
  /** Times of the closed and filtered entries. */
  readonly rest: readonly string[];
}

/** Begins and ends a mark. No evidence holds this character, which no terminal is shown; one that does comes back all the same. */
const bracket = '\u0001';
const marks = /\u0001([^\u0001]*)\u0001/g;
const times = /\u0001|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** A banner is looked for by so much of its beginning, and is not looked for where it is shorter. */
const leastExcerpt = 8;

/**
 * Puts marks where an evidence repeats the time of an observation or the beginning of a banner. Both may differ in every scan, and
 * what is about them then stays the same text from scan to scan. `expander` is the inverse.
 */
export function marker(sayings: Sayings): (evidence: string, port: number | undefined) => string {
  const markOfTime = new Map<string, string>();
  const add = (time: string, mark: string) => {
    if (!markOfTime.has(time)) markOfTime.set(time, mark);
  };
  for (const [at, time] of sayings.rest.entries()) add(time, `r${at}`);
  for (const { port, observedAt } of sayings.open) add(observedAt, `o${port}`);
  add(sayings.finishedAt, 'f');
  add(sayings.startedAt, 's');
  const byPort = new Map(sayings.open.map((entry) => [entry.port, entry]));

  return (evidence, port) => {
    const own = port === undefined ? undefined : byPort.get(port);
    const mark = (text: string) =>
      text.replaceAll(times, (found) => {
        if (found === bracket) return `${bracket}${bracket}`;
        const name = found === own?.observedAt ? `o${own.port}` : markOfTime.get(found);
        return name === undefined ? found : `${bracket}${name}${bracket}`;
      });
    const excerpt = own?.text === undefined ? undefined : findExcerpt(evidence, own.text);
    if (own === undefined || excerpt === undefined) return mark(evidence);
    const length = excerpt.length === own.text?.length ? '' : String(excerpt.length);
    const [before, after] = [evidence.slice(0, excerpt.start), evidence.slice(excerpt.start + excerpt.length)];
    return `${mark(before)}${bracket}b${own.port}:${length}${bracket}${mark(after)}`;
  };
}

/** The longest stretch of an evidence that is the beginning of what was said. */
function findExcerpt(evidence: string, said: string): { start: number; length: number } | undefined {
  if (said.length < leastExcerpt) return undefined;
  const beginning = said.slice(0, leastExcerpt);
  let best: { start: number; length: number } | undefined;
  for (let start = evidence.indexOf(beginning); start >= 0; start = evidence.indexOf(beginning, start + leastExcerpt)) {
    let length = leastExcerpt;
    while (length < said.length && evidence[start + length] === said[length]) length += 1;
    if (length > (best?.length ?? 0)) best = { start, length };
  }
  return best;
}

export function expander(sayings: Sayings): (marked: string) => string {
  const byPort = new Map(sayings.open.map((entry) => [entry.port, entry]));
  const meaning = (mark: string): string | undefined => {
    const rest = mark.slice(1);
    switch (mark[0]) {
      case undefined:
        return bracket;
      case 's':
        return sayings.startedAt;
      case 'f':
        return sayings.finishedAt;
      case 'r':
        return sayings.rest[Number(rest)];
      case 'o':
        return byPort.get(Number(rest))?.observedAt;
      case 'b': {
        const [port, length] = rest.split(':');
        return byPort.get(Number(port))?.text?.slice(0, length === '' ? undefined : Number(length));
      }
      default:
        return undefined;
    }
  };
  return (marked) => marked.replaceAll(marks, (whole, mark: string) => meaning(mark) ?? whole);
}
