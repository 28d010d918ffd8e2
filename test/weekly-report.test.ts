import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { reportCommand, type ReportFlags } from '../src/cli/report/arguments.js';
import { makeReport, runReport } from '../src/cli/report/command.js';
import { reportMailer } from '../src/cli/report/mail.js';
import { buildWeeklyReport } from '../src/digest/build-weekly-report.js';
import type { HostWeek, WeekInput } from '../src/digest/week-input.js';
import { openHistory } from '../src/history/open-history.js';
import type { Snapshot } from '../src/model/snapshot.js';
import type { HostSummary, Timeline } from '../src/model/timeline.js';
import { weeklyReportJsonSchema, type WeeklyReport } from '../src/model/weekly-report.js';
import { formatHosts, formatTimeline, type TimelineOptions } from '../src/report/timeline/table.js';
import { formatWeeklyHtml } from '../src/report/weekly/html.js';
import { formatWeeklyMarkdown } from '../src/report/weekly/markdown.js';
import { formatWeeklyText } from '../src/report/weekly/text.js';
import { allBut, closedPorts, host, openPort, snapshotOf, unknownPorts, v4, v6 } from './fixtures/snapshots.js';
import { endpointOf, night, storyTimeline, stretchOf, timelineOf, webCertificate } from './fixtures/timelines.js';
import {
  decisionOf,
  forgottenWeek,
  head,
  monday,
  nights,
  policyText,
  quiet,
  storyBefore,
  storyInput,
  storyLatest,
  storyWeek,
  weekBefore,
} from './fixtures/weeks.js';

const plain = { colour: false, width: 80 };
const folder = new URL('fixtures/reports/', import.meta.url);

/** After a deliberate change: EXPOSCAN_WRITE_REPORTS=1 npx tap test/weekly-report.test.ts, then read the difference. */
function golden(t: Pick<Test, 'equal'>, name: string, text: string): void {
  const file = new URL(name, folder);
  if (process.env['EXPOSCAN_WRITE_REPORTS'] !== undefined) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, text);
  }
  t.equal(text, readFileSync(file, 'utf8'), name);
}

function onPort(timeline: Timeline, port: number): Timeline {
  return { ...timeline, port, endpoints: timeline.endpoints.filter((endpoint) => endpoint.port === port) };
}

const summaries: readonly HostSummary[] = [
  { host, vantage: 'internet', scans: 43, first: night(0), last: night(42), open: 5, verdict: 'fail' },
  {
    host: '2001:db8:1234:5678:9abc:def0:1234:5678',
    vantage: 'office',
    scans: 1,
    first: night(0),
    last: night(0),
    open: 0,
    verdict: 'none',
  },
];

t.test('timelines, as a person sees them', (t) => {
  const cases: readonly [name: string, timeline: Timeline, options: TimelineOptions][] = [
    ['timeline-story-80', storyTimeline(), plain],
    ['timeline-story-drawn-80', storyTimeline(), { ...plain, drawn: true }],
    ['timeline-story-drawn-120', storyTimeline(), { ...plain, width: 120, drawn: true }],
    ['timeline-port-80', onPort(storyTimeline(), 3306), plain],
  ];
  for (const [name, timeline, options] of cases) {
    const text = formatTimeline(timeline, options);
    golden(t, `${name}.txt`, text);
    t.strictSame(
      text.split('\n').filter((line) => line.length > options.width),
      [],
      `${name} fits`,
    );
    t.notMatch(text, /[ \t]$/m, `${name} has no trailing space`);
  }
  golden(t, 'history-hosts-80.txt', formatHosts(summaries, plain));
  t.equal(formatHosts([], plain), 'The history holds no scan yet.\n');
  t.end();
});

t.test('when it was opened lies between two looks', (t) => {
  const prose = (timeline: Timeline) => formatTimeline(timeline, plain).replace(/\s+/g, ' ');
  const one = (...stretches: Parameters<typeof endpointOf>[2]) =>
    onPort(timelineOf({ endpoints: [endpointOf(v4, 25, stretches)] }), 25);
  const cases: readonly [timeline: Timeline, words: string][] = [
    [
      one(stretchOf('closed', 0, 39), stretchOf('open', 40, 42)),
      'Opened between 2026-11-20 03:00 (last seen not open) and 2026-11-21 03:00 (first seen open).',
    ],
    [
      one(stretchOf('open', 0, 42)),
      'Open at every look that could tell since the first, 2026-10-12 03:00: when it was opened is not known.',
    ],
    [
      one(stretchOf('open', 0, 20), stretchOf('unknown', 21, 42, { code: 'ERR_NO_ROUTE' })),
      'Not known now: unknown (no route from here) since 2026-11-02 03:00. Open when it could last be told.',
    ],
    [
      one(stretchOf('open', 0, 20)),
      'Not looked at since 2026-11-01 03:00, so how it is now is not known. Then: open (syn-ack).',
    ],
    [
      one(
        stretchOf('open', 0, 20),
        stretchOf('unknown', 21, 22, { code: 'ERR_NO_ROUTE' }),
        stretchOf('filtered', 23, 42),
      ),
      'It stopped being open between 2026-11-01 03:00 (last seen open) and 2026-11-04 03:00 (first seen filtered).',
    ],
    [one(stretchOf('closed', 0, 42)), 'port 25: not once seen open'],
    [one(stretchOf('open', 42, 42, { self: true })), 'Now open (syn-ack), seen from the host itself'],
    [one(), 'Nothing is known of it: no scan that is kept looked at it.'],
  ];
  for (const [timeline, words] of cases) t.ok(prose(timeline).includes(words), words);
  t.match(prose(timelineOf()), 'no port was seen open, as far as the scans that are kept could see');
  t.end();
});

t.test('the drawn line shows the gravest of what a column holds', (t) => {
  const lineOf = (width: number, ...stretches: Parameters<typeof endpointOf>[2]) =>
    formatTimeline(timelineOf({ endpoints: [endpointOf(v4, 25, stretches)] }), { colour: false, width, drawn: true })
      .split('\n')
      .find((line) => line.startsWith('     25  '))
      ?.slice(9);
  // 43 nights in 31 columns: one open night is not lost between closed ones, nor is an unknown one.
  const brief = lineOf(40, stretchOf('closed', 0, 19), stretchOf('open', 20, 20), stretchOf('closed', 21, 42));
  t.match(brief, /^·+█·+$/);
  t.equal(brief?.length, 31);
  t.match(
    lineOf(40, stretchOf('closed', 0, 19), stretchOf('unknown', 20, 20), stretchOf('closed', 21, 42)),
    /^·+\?·+$/,
  );
  t.match(lineOf(80, stretchOf('closed', 0, 10), stretchOf('filtered', 30, 42)), /^·+ {5,}░+$/, 'nobody looked');
  const coloured = formatTimeline(storyTimeline(), { colour: true, width: 80, drawn: true });
  t.equal(
    coloured.replace(/\x1b\[\d+m/g, ''),
    formatTimeline(storyTimeline(), { ...plain, drawn: true }),
    'colour changes nothing else',
  );
  const once = timelineOf({ scans: 1, last: night(0), endpoints: [endpointOf(v4, 25, [stretchOf('open', 0, 0)])] });
  t.match(formatTimeline(once, { ...plain, drawn: true }), /^ {5}25 {2}█$/m, 'a single scan');
  t.end();
});

t.test('whole weekly reports, as a person sees them', async (t) => {
  const report = buildWeeklyReport(storyInput());
  const text = formatWeeklyText(report, plain);
  golden(t, 'weekly-story-80.txt', text);
  golden(t, 'weekly-story.md', formatWeeklyMarkdown(report));
  golden(t, 'weekly-story.html', await formatWeeklyHtml(report));
  golden(t, 'weekly-quiet-80.txt', formatWeeklyText(buildWeeklyReport(quietInput()), plain));
  t.strictSame(
    text.split('\n').filter((line) => line.length > 80),
    [],
    'it fits',
  );
  t.notMatch(text, /[ \t]$/m, 'no trailing space');
});

/** A week in which nothing changed, of one host. */
function quietInput(): WeekInput {
  const same = { ...storyBefore, open: storyBefore.open.filter(({ port }) => port === 22) };
  const latest = { ...same, startedAt: night(42), finishedAt: night(42) };
  const ssh = { service: { name: 'ssh', product: 'OpenSSH', version: '9.2p1', method: 'probed' } } as const;
  const timeline = timelineOf({
    endpoints: [v4, v6].map((each) => endpointOf(each, 22, [stretchOf('open', 0, 42, ssh)])),
  });
  return {
    ...quiet,
    hosts: [{ host, vantage: 'internet', scans: nights(36, 42), latest, newer: [], before: same, timeline }],
  };
}

const schemaErrors = (() => {
  const validate = new Ajv2020({ allErrors: true, formats: { 'date-time': true } }).compile(weeklyReportJsonSchema());
  return (document: unknown) => {
    validate(document);
    return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
})();

t.test('the document', (t) => {
  const report = buildWeeklyReport(storyInput());
  t.strictSame(schemaErrors(report), []);
  t.strictSame(schemaErrors(buildWeeklyReport(quietInput())), []);
  t.strictSame(buildWeeklyReport(storyInput()), report, 'the same of the same');
  t.strictSame(
    report.hosts.map(({ host, looked }) => [host, looked]),
    [
      ['old.example.org', 'no'],
      [host, 'yes'],
    ],
    'what nobody looked at comes first',
  );
  t.strictSame(report.evidence, head);
  t.equal(report.unreadDecisions, 1);
  const [, week] = report.hosts;
  t.strictSame(week?.scans, { count: 7, stopped: 1, undecided: 1 });
  t.strictSame(
    week?.changes.map(({ change, moment }) => [change.kind, 'port' in change ? change.port : change.address, moment]),
    [
      ['version-changed', 22, { after: night(38), by: night(39) }],
      ['opened', 3306, { after: night(39), by: night(40) }],
      ['opened', 8080, { after: night(41), by: night(42) }],
      ['coverage-lost', v6, { after: storyBefore.startedAt, by: storyLatest.finishedAt }],
    ],
    'each change between the looks that the history knows',
  );
  t.strictSame(
    week?.passing.map(({ kind, port, began, ended }) => [kind, port, began, ended]),
    [['opened-and-closed', 2375, { after: night(36), by: night(37) }, { after: night(38), by: night(39) }]],
    'what came and went between the two scans',
  );
  t.strictSame(
    week?.exposed.map(({ address, port, now }) => [address, port, now]),
    [
      [v4, 22, 'open'],
      [v4, 443, 'open'],
      [v4, 3306, 'open'],
      [v4, 8080, 'open'],
      [v6, 22, 'unknown'],
    ],
    'what could not be seen again is not gone',
  );
  t.strictSame(
    report.hosts[0]?.exposed.map(({ now }) => now),
    ['unknown'],
    'of a host that nobody looked at nothing is known to be open now',
  );
  const problems = report.judgement?.problems.map(({ finding, since }) => [finding.code, finding.port, since?.by]);
  t.strictSame(problems?.slice(0, 2), [
    ['exposed', 3306, night(40)],
    ['too-old', 22, night(39)],
  ]);
  t.equal(report.judgement?.verdict, 'fail');
  t.strictSame(
    report.judgement?.exceptions.map(({ port, state, used }) => [port, state, used]),
    [
      [9090, 'lapsed', false],
      [8080, 'lapsing', true],
    ],
  );
  t.end();
});

t.test('the subject says the gravest first, and a quiet week on what evidence it is quiet', (t) => {
  const subject = (parts: Partial<WeekInput> = {}) => {
    const { subject, quiet } = buildWeeklyReport({ ...quietInput(), ...parts });
    return { subject, quiet };
  };
  const [week] = quietInput().hosts;
  if (week === undefined) throw new Error('the fixture has a host');
  const withHost = (parts: Partial<HostWeek>) => subject({ hosts: [{ ...week, ...parts }] });
  const start = `exposcan: ${host}: `;
  const end = ' (2026-11-16 to 2026-11-23)';
  t.strictSame(subject(), {
    subject: `${start}nothing to report, 1 host, 7 scans, no change, no policy was given${end}`,
    quiet: true,
  });
  const seen: Snapshot = week.latest;
  const cases: readonly [found: { subject: string; quiet: boolean }, words: string][] = [
    [subject({ hosts: [] }), 'exposcan: no host at all is in the history'],
    [subject({ notInHistory: ['new.example.org'] }), 'exposcan: 1 host is not in the history'],
    [withHost({ scans: [] }), `${start}1 host not looked at`],
    [
      withHost({
        latest: { ...seen, open: [], notOpen: [], unknown: [unknownPorts(v4, '1-65535', 'ERR_NEVER_ANSWERED')] },
      }),
      `${start}1 host could not be observed`,
    ],
    [
      withHost({ latest: { ...seen, unknown: [unknownPorts(v4, '9', 'ERR_LOSSY')] } }),
      `${start}1 host not wholly observed`,
    ],
    [subject({ hosts: [withoutBefore(week)] }), `${start}1 host seen for the first time`],
    [
      withHost({
        latest: { ...seen, open: seen.open.map((entry) => ({ ...entry, self: true })), notOpen: [] },
        before: { ...seen, notOpen: [] },
      }),
      `${start}1 host seen from itself only`,
    ],
    [subject({ alerts: [decisionOf(1, 'alert', 'no alert')] }), `${start}1 record that could not be read`],
  ];
  for (const [{ subject, quiet }, words] of cases) {
    t.ok(subject.startsWith(words), `${words}: ${subject}`);
    t.notOk(quiet, words);
  }
  t.end();
});

function withoutBefore({ scans, latest, newer, timeline }: HostWeek): HostWeek {
  return { host, vantage: 'internet', scans, latest, newer, timeline };
}

t.test('certificates and what is open by a guess', (t) => {
  const certificates = (validTo: string) => {
    const web = endpointOf(v4, 443, [stretchOf('open', 0, 42, { certificate: { ...webCertificate, validTo } })]);
    const other = { ...web, port: 8443 };
    const [week] = quietInput().hosts;
    if (week === undefined) throw new Error('the fixture has a host');
    const hosts = [{ ...week, timeline: timelineOf({ endpoints: [web, other] }) }];
    return buildWeeklyReport({ ...quiet, hosts }).certificates.map(({ state, places }) => [state, places.length]);
  };
  t.strictSame(certificates('2026-11-23T08:59:59.000Z'), [['expired', 2]]);
  t.strictSame(certificates('2026-12-23T09:00:00.000Z'), [['expiring', 2]], 'thirty days to the second');
  t.strictSame(certificates('2026-12-23T09:00:01.000Z'), []);
  t.strictSame(certificates('whenever'), [['unreadable', 2]]);
  t.end();
});

const hostile = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg onload=alert(1)>',
  "' onmouseover='alert(1)",
  'a | b | c',
  '`code` ``more`` ```',
  '\x1b[31mred\x1b[0m\x07\x9b2J',
  'evil\u202egnp.exe\u2066\u200b',
  'one\r\ntwo\n\n# heading\n| a | b |',
  '[x](javascript:alert(1)) ![y](https://evil.example/z.png) <https://evil.example>',
  '&lt;b&gt; &amp; &#60;b&#62;',
  '\ud800\u0000\ufeff',
  '-->]]></style></title></textarea>',
  '@everyone #1 :tada: $x^2$ **bold** _it_ ~~no~~',
  'x'.repeat(5000),
];

/** A report with this text wherever text comes from outside. */
function hostileReport(text: string): WeeklyReport {
  const service = {
    name: text,
    product: text,
    version: text,
    extraInfo: text,
    hostname: text,
    method: 'probed' as const,
  };
  const certificate = { ...webCertificate, subject: text, issuer: text, sans: [text, text] };
  const latest = snapshotOf({
    ...storyLatest,
    vantage: { name: text, sources: [] },
    open: [openPort(v4, 443, { service, said: text, tls: { version: text, certificate }, trouble: text })],
    notOpen: [closedPorts(v4, allBut('443'))],
    unknown: [unknownPorts(v6, '1-65535', 'ERR_NO_ROUTE', text)],
    targets: [
      { target: host, addresses: [v4, v6], noRecord: [], errors: [{ code: 'ERR_LOOKUP_FAILED', message: text }] },
    ],
  });
  const other = { ...service, version: `${text}2` };
  const before = {
    ...storyBefore,
    open: [
      openPort(v4, 443, {
        service: other,
        tls: { version: 'x', certificate: { ...certificate, fingerprint256: 'CC' } },
      }),
    ],
  };
  const timeline = timelineOf({
    endpoints: [
      endpointOf(
        v4,
        443,
        [stretchOf('open', 0, 40, { service: other }), stretchOf('open', 41, 42, { service, certificate })],
        text,
      ),
      endpointOf(
        v4,
        80,
        [stretchOf('closed', 0, 36), stretchOf('open', 37, 38, { service }), stretchOf('closed', 39, 42)],
        text,
      ),
    ],
  });
  const week: HostWeek = { ...storyWeek, host: text, vantage: text, latest, before, timeline };
  const report = buildWeeklyReport({ ...storyInput(), notInHistory: [text], vantage: text, hosts: [week] });
  const finding = report.judgement?.problems[0]?.finding;
  return {
    ...report,
    subject: text,
    tool: { name: text, version: text },
    alerts: report.alerts.map((alert) => ({ ...alert, watch: text, vantage: text, summary: text })),
    verifications: report.verifications.map((each) => ({
      ...each,
      verifiedBy: text,
      targets: [text],
      expectations: [{ text, outcome: 'fail' as const }],
    })),
    judgement:
      report.judgement === null || finding === undefined
        ? null
        : {
            ...report.judgement,
            policy: { name: text, file: text },
            problems: [
              {
                finding: {
                  ...finding,
                  rule: text,
                  host: text,
                  vantage: text,
                  service: text,
                  expected: text,
                  actual: text,
                  evidence: text,
                  remedy: text,
                  owner: text,
                  reason: text,
                },
              },
            ],
            warnings: [{ code: 'exception-expiring', host: text, vantage: text, message: text, advice: text }],
            exceptions: report.judgement.exceptions.map((each) => ({
              ...each,
              host: text,
              owner: text,
              reason: text,
              ticket: text,
              place: text,
            })),
          },
  };
}

const drivesTerminals = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u;

/** What is left where every element of this program's own is taken away holds no mark of HTML. */
function ownMarkup(page: string): string {
  const names = 'html|head|meta|title|style|body|main|header|section|div|table|thead|tbody|tr|th|td|h[1-3]|p|br';
  const attributes = '(?:\\s+(?:lang|charset|http-equiv|content|name|class|scope)="[^"<>]*")*';
  return page.replace(new RegExp(`<!doctype html>|<(?:${names})${attributes}\\s*/?>|</(?:${names})>`, 'g'), '');
}

t.test('text from outside is no markup, in whatever medium', async (t) => {
  const shape = ownMarkup(await formatWeeklyHtml(hostileReport('harmless')));
  t.notMatch(shape, /[<>]/, 'nothing else is in a harmless page');
  for (const text of hostile) {
    const name = JSON.stringify(text).slice(0, 40);
    const report = hostileReport(text);
    const page = await formatWeeklyHtml(report);
    t.notMatch(ownMarkup(page), /[<>]/, `${name}: no element of its own`);
    t.notMatch(page, drivesTerminals, `${name}: no control character in HTML`);
    const markdown = formatWeeklyMarkdown(report);
    t.notMatch(markdown, drivesTerminals, `${name}: no control character in Markdown`);
    t.strictSame(strayMarkdown(markdown), [], `${name}: no markup in Markdown`);
    const lines = formatWeeklyText(report, plain);
    t.notMatch(lines, drivesTerminals, `${name}: no control character in text`);
    const timeline = { ...storyTimeline(), host: text, endpoints: hostileTimeline(text).endpoints };
    for (const shown of [timeline, onPort(timeline, 443)]) {
      t.notMatch(formatTimeline(shown, { ...plain, drawn: true }), drivesTerminals, `${name}: nor in a timeline`);
    }
  }
});

function hostileTimeline(text: string): Timeline {
  const service = { name: text, product: text, version: text, method: 'probed' as const };
  const certificate = { ...webCertificate, subject: text, validTo: text, fingerprint256: text };
  return timelineOf({
    host: text,
    endpoints: [
      endpointOf(
        v4,
        443,
        [stretchOf('open', 0, 9, { service }), stretchOf('open', 10, 42, { service, certificate })],
        text,
      ),
    ],
  });
}

/** Lines of a Markdown report that hold, outside of code spans, anything that CommonMark could take for HTML, a link or an image. */
function strayMarkdown(markdown: string): string[] {
  return markdown.split('\n').filter((line) => {
    const prose = withoutCode(line).replace(/\\./g, '');
    return (
      /<|\]\(|!\[|https?:|[@`]/.test(prose) ||
      (line.startsWith('|') && columnsOf(line) !== columnsOf(lineBefore(markdown, line)))
    );
  });
}

function lineBefore(markdown: string, line: string): string {
  const lines = markdown.split('\n');
  const before = lines[lines.indexOf(line) - 1] ?? '';
  return before.startsWith('|') ? before : line;
}

/** Cells of a row of a table; a pipe that is escaped ends none. */
function columnsOf(line: string): number {
  return line.replace(/\\./g, '').split('|').length;
}

/** As CommonMark 0.31.2 (6.1) finds them: a run of backticks up to the next run of the same length. */
function withoutCode(line: string): string {
  let rest = line;
  let prose = '';
  for (;;) {
    const open = /(^|[^\\`])(`+)(?!`)/.exec(rest);
    const fence = open?.[2] ?? '';
    if (open === null || fence === '') return prose + rest;
    const start = open.index + (open[1] ?? '').length;
    const after = rest.slice(start + fence.length);
    const close = new RegExp(`(?<!\`)${fence}(?!\`)`).exec(after);
    prose += rest.slice(0, start);
    if (close === null) return prose + rest.slice(start);
    rest = ` ${after.slice(close.index + fence.length)}`;
  }
}

t.test('whatever text comes, it stays text', async () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc
      .array(fc.constantFrom(...hostile.slice(0, -1), '`', '|', '\\', '<', '\n', ' '), { maxLength: 6 })
      .map((parts) => parts.join('')),
  );
  await fc.assert(
    fc.asyncProperty(anyText, async (text) => {
      const report = hostileReport(text);
      const page = await formatWeeklyHtml(report);
      const markdown = formatWeeklyMarkdown(report);
      const all = [
        page,
        markdown,
        formatWeeklyText(report, plain),
        formatTimeline(hostileTimeline(text), { ...plain, drawn: true }),
      ];
      return (
        !/[<>]/.test(ownMarkup(page)) &&
        strayMarkdown(markdown).length === 0 &&
        !all.some((each) => drivesTerminals.test(each))
      );
    }),
    { numRuns: 25, examples: [['\\|'], ['\\\\|']] },
  );
});

t.test('reports out of a real history', async (t) => {
  const directory = t.testdir({ 'offsite7.yaml': policyText });
  const file = join(directory, 'state', 'history.db');
  const history = await openHistory(file);
  await history.record(forgottenWeek.latest);
  await history.record(storyBefore);
  // A proof of a change scans the name and each of its addresses: that is one host, not three.
  const both = [v4, v6].map((address) => ({ target: address, addresses: [address], noRecord: [], errors: [] }));
  await history.record({ ...storyBefore, targets: [...storyBefore.targets, ...both] });
  await history.record(storyLatest);
  // A quick look at one port must not hide what the nightly scan saw.
  const quick = snapshotOf({
    startedAt: '2026-11-23T08:00:00.000Z',
    finishedAt: '2026-11-23T08:00:01.000Z',
    asked: { ports: '22', families: [4] },
    targets: [
      {
        target: host,
        addresses: [v4],
        noRecord: [],
        errors: [{ family: 6, code: 'ERR_FAMILY_NOT_SCANNED', message: 'narrowed' }],
      },
    ],
    notOpen: [closedPorts(v4, '22', { observedAt: '2026-11-23T08:00:01.000Z' })],
  });
  await history.record(quick);
  const week = { since: { ago: 7 * 86_400_000 } } as const;
  const report = await makeReport(history, [], week, monday);
  t.strictSame(schemaErrors(report), []);
  t.equal(report.since, weekBefore.toISOString());
  t.strictSame(
    report.hosts.map(({ host, looked, scans }) => [host, looked, scans.count]),
    [
      ['old.example.org', 'no', 0],
      [host, 'yes', 2],
    ],
  );
  const [, story] = report.hosts;
  t.strictSame(
    story?.exposed.map(({ address, port, now }) => [address, port, now]),
    [
      [v4, 443, 'open'],
      [v4, 3306, 'open'],
      [v4, 8080, 'open'],
      [v6, 22, 'unknown'],
    ],
  );
  t.strictSame(
    story?.changes.map(({ change, moment }) => [change.kind, 'port' in change ? change.port : '', moment.by]),
    [
      ['version-changed', 22, storyLatest.startedAt],
      ['opened', 3306, storyLatest.startedAt],
      ['opened', 8080, storyLatest.startedAt],
      ['coverage-lost', '', storyLatest.finishedAt],
      ['closed', 22, quick.startedAt],
    ],
  );
  t.strictSame(report.evidence, await history.head());

  const judged = await makeReport(
    history,
    [host.toUpperCase()],
    { ...week, policy: join(directory, 'offsite7.yaml') },
    monday,
  );
  t.equal(judged.judgement?.verdict, 'fail');
  t.strictSame(
    judged.hosts.map(({ host }) => host),
    [host],
  );
  const narrow = await makeReport(history, [v4, 'new.example.org'], { ...week, vantage: 'internet' }, monday);
  t.strictSame([narrow.hosts.map(({ host }) => host), narrow.notInHistory], [[v4], ['new.example.org']]);
  const elsewhere = await makeReport(history, [host], { ...week, vantage: 'office' }, monday);
  t.strictSame(elsewhere.notInHistory, [host], 'not seen from there');
  await t.rejects(makeReport(history, [], { since: { instant: monday.getTime() + 1 } }, monday), { code: 'ERR_USAGE' });
  await history.close();

  const flags = (parts: Partial<ReportFlags>): ReportFlags => ({
    since: { instant: Date.parse('2026-01-01') },
    output: [],
    history: file,
    quiet: true,
    ...parts,
  });
  const output = ['md', 'html', 'txt', 'json'].map((kind) => join(directory, `report.${kind}`));
  t.equal(await runReport([host], flags({ output })), 0);
  const [markdown, page, text, json] = output.map((path) => readFileSync(path, 'utf8'));
  t.match(markdown, /^# exposcan: /);
  t.match(page, /^<!doctype html>/);
  t.match(text, /^exposcan: /);
  t.strictSame(schemaErrors(JSON.parse(json ?? '')), []);
  t.equal(await runReport(['new.example.org'], flags({})), 3, 'not in the history');
  t.equal(await runReport([host], flags({ since: { ago: 1 } })), 3, 'not looked at in that time');
  await t.rejects(runReport(['not a host!'], flags({})), { code: 'ERR_BAD_TARGET' });
  await t.rejects(runReport([], flags({ output: [join(directory, 'report.pdf')] })), { code: 'ERR_REPORT_KIND' });
  await t.rejects(runReport([], flags({ history: join(directory, 'none.db') })), { code: 'ERR_HISTORY' });
});

/** Takes mail in on loopback, and keeps it; refuses whoever is called nobody. */
async function mailServer(t: Test): Promise<{ port: number; mails: string[] }> {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let mail: string | undefined;
    socket.write('220 mail.example.org\r\n');
    createInterface(socket).on('line', (line) => {
      if (mail !== undefined) {
        if (line === '.') mails.push(mail);
        mail = line === '.' ? undefined : `${mail}${line}\n`;
        if (mail === undefined) socket.write('250 taken\r\n');
        return;
      }
      if (line === 'DATA') mail = '';
      const isRefused = line.startsWith('RCPT') && line.includes('nobody');
      socket.write(line === 'DATA' ? '354 go on\r\n' : isRefused ? '550 no such user\r\n' : '250 yes\r\n');
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on a port');
  return { port: address.port, mails };
}

t.test('by mail, as a page and as text', async (t) => {
  const { port, mails } = await mailServer(t);
  const notifiers = (to: string) => `version: 1
notifiers:
  - { name: admins, mail: [${to}], from: exposcan@example.org, smtp: "smtp://127.0.0.1:${port}", tls: none }
`;
  const files = t.testdir({
    'two.yaml': notifiers('nobody@example.org, admin@example.org'),
    'one.yaml': notifiers('admin@example.org'),
    'none.yaml': 'version: 1\nnotifiers:\n  - { name: out, stdout: true }\n',
  });
  const told: string[] = [];
  const say = (line: string) => told.push(line);
  const report = buildWeeklyReport(storyInput());
  await (
    await reportMailer(join(files, 'one.yaml'), say)
  )(report);
  t.strictSame(told, ['mailed to admins:admin@example.org']);
  const [mail = ''] = mails;
  t.match(mail, /^Content-Type: multipart\/alternative;/m);
  t.ok(
    mail.indexOf('Content-Type: text/plain') < mail.indexOf('Content-Type: text/html'),
    'the last one is the best (RFC 2046)',
  );
  const subject = /^Subject: (.*(?:\n .*)*)/m.exec(mail)?.[1]?.replace(/\n /g, ' ');
  t.match(subject, /^exposcan: 1 host is not in the history, 1 host not looked at, .* and more$/);
  t.match(mail, 'From: exposcan@example.org');
  t.match(mail, '<!doctype html>');
  await t.rejects(
    async () => (await reportMailer(join(files, 'two.yaml'), say))(report),
    {
      code: 'ERR_NOTIFIERS',
      message: /^The report was not mailed to 1 of 2:\nadmins:nobody@example.org: .*550 no such user/,
    },
    'one that is refused keeps nobody else from it',
  );
  t.equal(mails.length, 2);
  await t.rejects(reportMailer(join(files, 'none.yaml'), say), {
    code: 'ERR_NOTIFIERS',
    message: /names nobody who takes mail/,
  });
});

t.test('the command line', async (t) => {
  const given = async (...args: string[]) => {
    const found: { hosts: readonly string[]; flags: ReportFlags }[] = [];
    const command = reportCommand((hosts, flags) => {
      found.push({ hosts, flags });
      return Promise.resolve();
    });
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    await command.parseAsync(args, { from: 'user' });
    return found[0];
  };
  const sinceOf = async (text: string) => (await given('--since', text))?.flags.since;
  t.strictSame(await given('--weekly', host, v4, '-o', 'a.md', '-o', 'b.html'), {
    hosts: [host, v4],
    flags: { since: { ago: 604_800_000 }, output: ['a.md', 'b.html'] },
  });
  t.strictSame(await given(), { hosts: [], flags: { since: { ago: 604_800_000 }, output: [] } });
  t.strictSame(await sinceOf('30d'), { ago: 2_592_000_000 });
  t.strictSame(await sinceOf('2026-11-01'), { instant: Date.UTC(2026, 10, 1) });
  t.strictSame(await sinceOf('2026-11-01T06:30Z'), { instant: Date.UTC(2026, 10, 1, 6, 30) });
  t.strictSame((await given('--mail', '--notify', 'n.yaml'))?.flags.notify, 'n.yaml');
  for (const args of [
    ['--since', '2026-02-30'],
    ['--since', '0'],
    ['--since', 'yesterday'],
    ['--weekly', '--since', '30d'],
    ['--mail'],
    ['--notify', 'n.yaml'],
  ]) {
    await t.rejects(given(...args), { name: 'CommanderError' }, args.join(' '));
  }
});
