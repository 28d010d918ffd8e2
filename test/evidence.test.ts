import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { spawn, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import t from 'tap';
import { z } from 'zod';
import { emptyHead, evidenceHeadSchema, type EvidenceHead, type EvidenceRecord } from '../src/model/evidence.js';
import { logVerdictJsonSchema, logVerdictSchema, type LogVerdict } from '../src/model/log-verdict.js';
import { appendRecords } from '../src/history/evidence/append-records.js';
import { chainOn, digestOf, readRecord, type EvidenceEntry } from '../src/history/evidence/chain.js';
import { compressSegments } from '../src/history/evidence/compress-segments.js';
import { emptyEnd, type KnownEnd } from '../src/history/evidence/known-end.js';
import { readOnwards } from '../src/history/evidence/read-onwards.js';
import { replay } from '../src/history/evidence/replay.js';
import { closedSegments, evidenceFile } from '../src/history/evidence/segments.js';
import { verifyLog, type VerifyOptions } from '../src/history/evidence/verify-log.js';
import { run } from './lab/command.js';
import { labOptions } from './lab/requirements.js';

const tool = { name: 'exposcan', version: '0.1.0' };
const time = new Date('2026-01-05T03:00:00.000Z');
const zeros = emptyHead.digest;

/** A new log, in a directory of its own. */
const logs = t.testdir();
let logsMade = 0;
function newLog(): string {
  const directory = join(logs, String((logsMade += 1)));
  mkdirSync(directory);
  return join(directory, 'history.evidence.jsonl');
}

function entry(number: number, size = 0): EvidenceEntry {
  return {
    kind: 'alert',
    body: { note: `entry ${number}, for offsite7.example.org`, fill: 'x'.repeat(size) },
    time: new Date(time.getTime() + number * 1000),
  };
}

function entries(from: number, to: number, size = 0): EvidenceEntry[] {
  return Array.from({ length: to - from + 1 }, (_, at) => entry(from + at, size));
}

/** A log of that many records, written one by one. */
function logOf(count: number, options: { segmentBytes?: number; size?: number } = {}): { log: string; end: KnownEnd } {
  const log = newLog();
  let end = emptyEnd;
  for (const one of entries(1, count, options.size)) end = appendRecords(log, end, [one], options).end;
  return { log, end };
}

function verify(log: string, options: Omit<VerifyOptions, 'tool'> = {}): Promise<LogVerdict> {
  return verifyLog(log, { tool, ...options });
}

/** Each fault as `kind line seq`, with the number of the segment before the line where it is a closed one. */
function faultsOf({ faults }: LogVerdict): string[] {
  return faults.map(({ kind, file, line, seq }) => {
    const segment = /\.0*(\d+)\.jsonl/.exec(basename(file))?.[1];
    return `${kind} ${segment === undefined ? '' : `${segment}:`}${line ?? '-'} ${seq ?? '-'}`;
  });
}

async function replayed(log: string, options: { since?: string } = {}): Promise<EvidenceRecord[]> {
  const records: EvidenceRecord[] = [];
  for await (const record of replay(log, options)) records.push(record);
  return records;
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').split('\n').slice(0, -1);
}

function writeLines(file: string, lines: readonly string[]): void {
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

/** Changes the order or number of lines. */
function edit(log: string, change: (lines: string[]) => string[]): void {
  writeLines(log, change(linesOf(log)));
}

const digestOfLine = (line: string | undefined) => digestOf(Buffer.from(line ?? ''));

/** Chains everything anew from a line on, as whoever can write to the file can. */
function forge(lines: string[], from: number, change: (record: EvidenceRecord) => unknown): string[] {
  const records = lines.map((line) => readRecord(Buffer.from(line)));
  const forged = lines.slice(0, from - 1);
  let head: EvidenceHead = { seq: from - 1, digest: from === 1 ? zeros : digestOfLine(lines[from - 2]) };
  for (const record of records.slice(from - 1)) {
    if (record === undefined) throw new Error('not a record');
    const body = record.seq === from ? change(record) : record.body;
    const made = chainOn(head, { kind: record.kind, time: new Date(record.time), body });
    forged.push(made.line.toString());
    head = made.head;
  }
  return forged;
}

const evidenceError = { name: 'ExposcanError', code: 'ERR_EVIDENCE' };

t.test('the log stands beside its history', (t) => {
  t.equal(evidenceFile('/x/history.db'), '/x/history.evidence.jsonl');
  t.equal(evidenceFile('/x/a.sqlite'), '/x/a.sqlite.evidence.jsonl');
  t.equal(evidenceFile('a'), 'a.evidence.jsonl');
  t.equal(evidenceFile('/x/.db'), '/x/.db.evidence.jsonl');
  t.end();
});

t.test('what is written is read again, and sha256sum agrees', async (t) => {
  const { log, end } = logOf(5);
  t.equal(statSync(log).mode & 0o777, 0o600);
  const records = await replayed(log);
  t.same(
    records.map(({ seq, kind, body }) => ({ seq, kind, body })),
    entries(1, 5).map(({ kind, body }, at) => ({ seq: at + 1, kind, body })),
  );
  t.equal(records[0]?.prev, zeros);
  t.equal(records[0]?.time, '2026-01-05T03:00:01.000Z');
  const verdict = await verify(log, { remembered: end.head });
  logVerdictSchema.parse(verdict);
  t.match(verdict, {
    whole: true,
    records: 5,
    first: { seq: 1, time: '2026-01-05T03:00:01.000Z' },
    last: { seq: 5, time: '2026-01-05T03:00:05.000Z' },
    head: end.head,
    segments: [log],
    faults: [],
    faultsLeftOut: 0,
  });
  for (const [at, line] of linesOf(log).entries()) {
    const shell = run('sh', ['-c', `sed -n ${at + 1}p "$1" | tr -d '\\n' | sha256sum`, 'sh', log]).slice(0, 64);
    t.equal(records[at + 1]?.prev ?? end.head.digest, shell);
    t.equal(digestOfLine(line), shell);
  }
  t.equal(logVerdictJsonSchema()['$id'], 'urn:exposcan:schema:log-verdict:1');
});

t.test('any JSON is read as it was written', (t) => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }),
      (body, at) => {
        const { record, line, head } = chainOn({ seq: 7, digest: 'ab'.repeat(32) }, { kind: 'scan', body, time: at });
        const read = readRecord(line);
        const text: unknown = JSON.parse(JSON.stringify(body));
        t.same(read, { ...record, body: text });
        return read?.seq === head.seq && !line.includes(0x0a);
      },
    ),
  );
  t.end();
});

t.test('tampering is found, and the place is named', async (t) => {
  interface Case {
    name: string;
    change: (log: string) => void;
    faults: string[];
    /** With the head of record 6, which was sent out, and the last that the history remembers. */
    withHead?: string[];
  }
  const replace = (line: number, from: string | RegExp, to: string) => (log: string) => {
    edit(log, (lines) =>
      lines.map((text, at) => {
        if (at !== line - 1) return text;
        const changed = text.replace(from, to);
        if (changed === text) throw new Error(`nothing to replace in ${text}`);
        return changed;
      }),
    );
  };
  const change = (how: (lines: string[]) => string[]) => (log: string) => {
    edit(log, how);
  };
  const swap = (a: number, b: number) =>
    change((lines) =>
      lines.map((line, at) => (at === a - 1 ? (lines[b - 1] ?? '') : at === b - 1 ? (lines[a - 1] ?? '') : line)),
    );
  const without = (...gone: number[]) => change((lines) => lines.filter((_, at) => !gone.includes(at + 1)));
  const lost = ['truncated 5 -', 'head-not-found 5 -'];
  const cases: Case[] = [
    { name: 'nothing', change: () => undefined, faults: [] },
    { name: 'seq of a record', change: replace(3, '"seq":3', '"seq":7'), faults: ['edited 3 3'] },
    { name: 'seq to the one before', change: replace(3, '"seq":3', '"seq":2'), faults: ['edited 3 3'] },
    { name: 'seq that is no number', change: replace(3, '"seq":3', '"seq":x'), faults: ['not-a-record 3 -'] },
    { name: 'time', change: replace(3, '03:00:03', '04:00:03'), faults: ['edited 3 3'] },
    { name: 'time that is none', change: replace(3, '2026-01-05', '2026-02-30'), faults: ['not-a-record 3 -'] },
    { name: 'prev', change: replace(3, /"prev":"./, '"prev":"f'), faults: ['edited 3 3'] },
    { name: 'prev of the first', change: replace(1, /"prev":"./, '"prev":"f'), faults: ['edited 1 1'] },
    { name: 'kind', change: replace(3, '"alert"', '"watch"'), faults: ['edited 3 3'] },
    { name: 'kind that is none', change: replace(3, '"alert"', '"alarm"'), faults: ['not-a-record 3 -'] },
    { name: 'body', change: replace(3, 'offsite7', 'offsite8'), faults: ['edited 3 3'] },
    { name: 'body of the first', change: replace(1, 'offsite7', 'offsite8'), faults: ['edited 1 1'] },
    {
      name: 'body of the last',
      change: replace(6, 'offsite7', 'offsite8'),
      faults: [],
      withHead: ['edited 6 6', 'head-not-found 6 -'],
    },
    { name: 'a space', change: replace(3, '"body":', '"body": '), faults: ['edited 3 3'] },
    { name: 'a space before', change: replace(3, '{"seq"', ' {"seq"'), faults: ['not-a-record 3 -'] },
    { name: 'a CR', change: replace(3, /$/, '\r'), faults: ['not-a-record 3 -'] },
    {
      name: 'fields in another order',
      change: replace(3, /("seq":3),("time":"[^"]*")/, '$2,$1'),
      faults: ['not-a-record 3 -'],
    },
    { name: 'a second seq', change: replace(3, /\}$/, ',"seq":4}'), faults: ['not-a-record 3 -'] },
    { name: 'a field more', change: replace(3, /\}$/, ',"x":4}'), faults: ['not-a-record 3 -'] },
    { name: 'no JSON', change: replace(3, '}}', '}{'), faults: ['not-a-record 3 -'] },
    {
      name: 'two neighbours',
      change: (log) => {
        replace(3, 'offsite7', 'x')(log);
        replace(4, 'offsite7', 'x')(log);
      },
      faults: ['edited 4 4'],
    },
    {
      name: 'two apart',
      change: (log) => {
        replace(2, 'offsite7', 'x')(log);
        replace(4, 'offsite7', 'x')(log);
      },
      faults: ['edited 2 2', 'edited 4 4'],
    },
    { name: 'the first deleted', change: without(1), faults: ['missing 1 1'] },
    { name: 'one deleted', change: without(3), faults: ['missing 3 3'] },
    { name: 'three deleted', change: without(2, 3, 4), faults: ['missing 2 2'] },
    { name: 'the last deleted', change: without(6), faults: [], withHead: lost },
    { name: 'a line made empty', change: replace(3, /.*/, ''), faults: ['not-a-record 3 -'] },
    { name: 'a line put in', change: change((lines) => lines.toSpliced(2, 0, 'hello')), faults: ['not-a-record 3 -'] },
    {
      name: 'a line doubled',
      change: change((lines) => lines.toSpliced(2, 0, lines[1] ?? '')),
      faults: ['repeated 3 2'],
    },
    { name: 'an old line once more', change: change((lines) => [...lines, lines[1] ?? '']), faults: ['repeated 7 2'] },
    { name: 'all once more', change: change((lines) => [...lines, ...lines]), faults: ['repeated 7 1'] },
    { name: 'neighbours swapped', change: swap(3, 4), faults: ['out-of-order 4 3'] },
    { name: 'lines swapped', change: swap(2, 5), faults: ['out-of-order 3 3', 'out-of-order 5 2'] },
    { name: 'first and last swapped', change: swap(1, 6), faults: ['out-of-order 2 2', 'out-of-order 6 1'] },
    {
      name: 'a record forged in, with the right digest',
      change: change((lines) => {
        const made = chainOn({ seq: 2, digest: digestOfLine(lines[1]) }, entry(99)).line.toString();
        return lines.toSpliced(2, 0, made);
      }),
      faults: ['repeated 4 3'],
    },
    {
      name: 'a record forged, and all after it chained anew',
      change: change((lines) => forge(lines, 3, () => ({ nothing: 'happened' }))),
      faults: [],
      withHead: ['edited 6 6', 'head-not-found 6 -'],
    },
    {
      name: 'all written anew',
      change: change((lines) => forge(lines, 1, () => ({ nothing: 'happened' }))),
      faults: [],
      withHead: ['edited 6 6', 'head-not-found 6 -'],
    },
    {
      name: 'cut in the middle of the last line',
      change: (log) => {
        truncateSync(log, statSync(log).size - 10);
      },
      faults: [],
      withHead: ['truncated 6 -', 'head-not-found 6 -', 'truncated 6 -'],
    },
    {
      name: 'the last line feed cut off',
      change: (log) => {
        truncateSync(log, statSync(log).size - 1);
      },
      faults: [],
      withHead: ['truncated 6 -'],
    },
    {
      name: 'emptied',
      change: (log) => {
        truncateSync(log, 0);
      },
      faults: ['truncated - -'],
      withHead: ['truncated - -', 'head-not-found - -'],
    },
    {
      name: 'gone',
      change: (log) => {
        rmSync(log);
      },
      faults: ['truncated - -'],
      withHead: ['truncated - -', 'head-not-found - -'],
    },
    {
      name: 'invalid UTF-8',
      change: (log) => {
        const bytes = readFileSync(log);
        bytes[bytes.indexOf('offsite7')] = 0xff;
        writeFileSync(log, bytes);
      },
      faults: ['not-a-record 1 -'],
    },
    {
      name: 'NULs at the end, as some file systems leave after a power cut',
      change: (log) => {
        appendFileSync(log, Buffer.alloc(100));
      },
      faults: [],
      withHead: [],
    },
  ];
  for (const { name, change, faults, withHead } of cases) {
    await t.test(name, async (t) => {
      const { log, end } = logOf(6);
      change(log);
      const verdict = await verify(log);
      logVerdictSchema.parse(verdict);
      t.same(faultsOf(verdict), faults);
      t.equal(verdict.whole, faults.length === 0);
      const held = await verify(log, { head: end.head.digest, remembered: end.head });
      t.same(faultsOf(held).slice(0, withHead?.length ?? 1), withHead ?? faults.slice(0, 1));
      t.equal(held.whole, (withHead ?? faults).length === 0);
      if (faults.length > 0 && !faults[0]?.startsWith('truncated')) await t.rejects(replayed(log), evidenceError);
    });
  }
});

t.test('any change of one byte is found', async (t) => {
  const { log, end } = logOf(4);
  const whole = readFileSync(log);
  const lastLine = whole.lastIndexOf(0x0a, -2) + 1;
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Buffer.from(whole);
      changed[at] = (changed[at] ?? 0) ^ by;
      writeFileSync(log, changed);
      const held = await verify(log, { head: end.head.digest });
      const remembering = await verify(log, { remembered: end.head });
      // The digest of the last record stands nowhere in the log.
      const alone = at < lastLine ? await verify(log) : undefined;
      return !held.whole && !remembering.whole && alone?.whole !== true;
    }),
    { numRuns: 600 },
  );
  t.end();
});

t.test(
  'any deletion, doubling or reordering of lines is found, and what is written behind it stays readable as records',
  async (t) => {
    const { log, end } = logOf(8);
    const lines = linesOf(log);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(lines.length - 1), { maxLength: 12 }), async (order) => {
        writeLines(
          log,
          order.map((at) => lines[at] ?? ''),
        );
        const inOrder = order.every((at, place) => at === place);
        const alone = await verify(log);
        const held = await verify(log, { head: end.head.digest });
        const appended = appendRecords(log, end, [entry(9)]);
        const after = await verify(log, { remembered: appended.end.head });
        const isWhole = inOrder && order.length === lines.length;
        return (
          alone.whole === (inOrder && order.length > 0) &&
          held.whole === isWhole &&
          after.whole === isWhole &&
          after.head.digest === appended.end.head.digest
        );
      }),
      { numRuns: 300 },
    );
    t.end();
  },
);

/** What it means to be whole, in the plainest words. */
function isChain(text: string): boolean {
  const lines = text.split('\n').slice(0, -1);
  let prev = zeros;
  for (const [at, line] of lines.entries()) {
    const start = `{"seq":${at + 1},"time":"2026-01-05T03:00:`;
    if (!line.startsWith(start) || !line.includes(`,"prev":"${prev}","kind":"`)) return false;
    prev = digestOfLine(line);
  }
  return lines.length > 0;
}

t.test(
  'whatever is done to it: it is whole if and only if it is a chain, and can be replayed if and only if it is whole',
  async (t) => {
    const { log } = logOf(6);
    const whole = linesOf(log);
    const at = fc.nat(7);
    const change = fc.oneof(
      fc.record({ kind: fc.constant('delete'), at, to: at }),
      fc.record({ kind: fc.constant('copy'), at, to: at }),
      fc.record({ kind: fc.constant('move'), at, to: at }),
      fc.record({ kind: fc.constant('edit'), at, to: at }),
      fc.record({ kind: fc.constant('renumber'), at, to: at }),
      fc.record({ kind: fc.constant('rechain'), at, to: at }),
      fc.record({ kind: fc.constant('spoil'), at, to: at }),
    );
    let chains = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        let lines = [...whole];
        for (const { kind, at, to } of changes) {
          // A list with holes is no text.
          if (at > lines.length) continue;
          const line = lines[at] ?? '';
          if (kind === 'delete') lines.splice(at, 1);
          if (kind === 'copy') lines.splice(to, 0, line);
          if (kind === 'move') lines.splice(to, 0, ...lines.splice(at, 1));
          if (kind === 'edit') lines[at] = line.replace('offsite7', `offsite${to}`);
          if (kind === 'renumber') lines[at] = line.replace(/"seq":\d+/, `"seq":${to + 1}`);
          if (kind === 'spoil') lines[at] = line.slice(to);
          if (kind === 'rechain') {
            let prev = lines[at - 1] === undefined ? zeros : digestOfLine(lines[at - 1]);
            lines = lines.map((text, place) => {
              if (place < at) return text;
              const made = text.replace(/"prev":"\w+"/, `"prev":"${prev}"`);
              prev = digestOfLine(made);
              return made;
            });
          }
        }
        writeLines(log, lines);
        const verdict = await verify(log);
        const expected = isChain(readFileSync(log, 'utf8'));
        if (expected) chains += 1;
        const canReplay = await replayed(log).then(
          (records) => records.length === lines.length && lines.length > 0,
          () => false,
        );
        logVerdictSchema.parse(verdict);
        return verdict.whole === expected && canReplay === expected && verdict.records <= lines.length;
      }),
      { numRuns: 1000 },
    );
    t.ok(chains > 10);
    t.end();
  },
);

t.test('a head that was sent out is found where it stood', async (t) => {
  const { log } = logOf(6);
  const records = await replayed(log);
  for (const { seq, prev } of records) {
    const verdict = await verify(log, { head: prev });
    t.match(verdict, { whole: true, headAt: seq - 1, asked: prev });
  }
  const other = await verify(log, { head: 'ab'.repeat(32) });
  t.same(faultsOf(other), ['head-not-found 6 -']);
  t.notOk('headAt' in other);
});

t.test('a torn last line is no tampering, and is mended', async (t) => {
  const { log, end } = logOf(4);
  const before = readFileSync(log);
  const next = chainOn(end.head, entry(5)).line;
  for (const length of [1, 20, 120, next.length - 1, next.length]) {
    const torn = next.subarray(0, length);
    writeFileSync(log, Buffer.concat([before, torn]));
    const verdict = await verify(log, { head: end.head.digest, remembered: end.head });
    t.match(verdict, { whole: true, records: 4, headAt: 4, torn: { file: log, line: 5, bytes: length }, faults: [] });
    t.equal((await replayed(log)).length, 4);
    t.match(readOnwards(log, end), { records: [], end, torn: length, more: false });

    const mended = appendRecords(log, end, [entry(6)]);
    t.match(mended.records, [
      { seq: 5, kind: 'mended', body: { bytes: length, digest: digestOf(torn) } },
      { seq: 6, kind: 'alert' },
    ]);
    t.notOk('trouble' in mended);
    t.match(await verify(log, { head: end.head.digest, remembered: mended.end.head }), { whole: true, records: 6 });
    t.equal(statSync(log).size, mended.end.size);
  }

  await t.test(
    'but not where the record had been written wholly: its head was sent out, or the history remembers it',
    async (t) => {
      const later = chainOn(end.head, entry(5));
      writeFileSync(log, Buffer.concat([before, later.line]));
      t.same(faultsOf(await verify(log, { head: later.head.digest })), ['truncated 5 -']);
      t.same(faultsOf(await verify(log, { remembered: later.head })), ['truncated 5 -']);
      writeFileSync(log, Buffer.concat([before, later.line.subarray(0, 50)]));
      t.match(faultsOf(await verify(log, { remembered: later.head })), ['truncated 5 -']);
      const known = { head: later.head, segment: 1, size: before.length + later.line.length + 1 };
      t.match(readOnwards(log, known), { records: [], torn: 0, end: known, trouble: String });
    },
  );
});

t.test('what the log holds and the history does not is read onwards', async (t) => {
  const { log, end } = logOf(2);
  const ahead = appendRecords(log, end, entries(3, 5));
  const onwards = readOnwards(log, end);
  t.same(onwards, { records: ahead.records, end: ahead.end, torn: 0, more: false });
  t.same(readOnwards(log, ahead.end), { records: [], end: ahead.end, torn: 0, more: false });
  t.same(readOnwards(log, emptyEnd).records.length, 5);
  t.same(readOnwards(log, emptyEnd).end, ahead.end);
  t.throws(() => appendRecords(log, end, [entry(6)]), { ...evidenceError, message: /holds records after 2/ });

  await t.test('in portions', (t) => {
    let at = emptyEnd;
    const seqs: number[] = [];
    for (let more = true; more;) {
      const portion = readOnwards(log, at, { enoughBytes: 1 });
      seqs.push(...portion.records.map(({ seq }) => seq));
      at = portion.end;
      more = portion.more;
    }
    t.same(seqs, [1, 2, 3, 4, 5]);
    t.same(at, ahead.end);
    t.end();
  });

  await t.test('a missing log of a new history is no trouble', (t) => {
    t.same(readOnwards(newLog(), emptyEnd), { records: [], end: emptyEnd, torn: 0, more: false });
    t.end();
  });
  t.end();
});

t.test('a log that was tampered with is never made whole, and recording goes on', async (t) => {
  const cases: { name: string; change: (log: string) => void; after: string[] }[] = [
    {
      name: 'gone',
      change: (log) => {
        rmSync(log);
      },
      after: ['missing 1 1'],
    },
    {
      name: 'emptied',
      change: (log) => {
        truncateSync(log, 0);
      },
      after: ['missing 1 1'],
    },
    {
      name: 'last deleted',
      change: (log) => {
        edit(log, (lines) => lines.slice(0, -1));
      },
      after: ['missing 4 4'],
    },
    {
      name: 'cut in a line',
      change: (log) => {
        truncateSync(log, statSync(log).size - 9);
      },
      after: ['not-a-record 4 -'],
    },
    {
      name: 'last line feed gone',
      change: (log) => {
        truncateSync(log, statSync(log).size - 1);
      },
      // The next write puts it back.
      after: [],
    },
    {
      name: 'a foreign line',
      change: (log) => {
        appendFileSync(log, 'hello\n');
      },
      after: ['not-a-record 5 -'],
    },
    {
      name: 'foreign lines, one torn',
      change: (log) => {
        appendFileSync(log, 'hello\nyou');
      },
      after: ['not-a-record 5 -', 'not-a-record 6 -'],
    },
    {
      name: 'a line once more',
      change: (log) => {
        edit(log, (lines) => [...lines, lines[3] ?? '']);
      },
      after: ['repeated 5 4'],
    },
    {
      name: 'a forged one that chains to nothing',
      change: (log) => {
        appendFileSync(log, `${chainOn({ seq: 4, digest: zeros }, entry(5)).line.toString()}\n`);
      },
      after: ['edited 4 4', 'repeated 6 5'],
    },
    {
      name: 'rewritten shorter',
      change: (log) => {
        edit(log, (lines) => forge(lines, 2, () => ''));
      },
      after: ['edited 4 4'],
    },
  ];
  for (const { name, change, after } of cases) {
    await t.test(name, async (t) => {
      const { log, end } = logOf(4);
      change(log);
      const onwards = readOnwards(log, end);
      t.match(onwards, { records: [], end, torn: 0, more: false, trouble: String });
      const tampered = existsSync(log) ? readFileSync(log) : Buffer.alloc(0);
      const first = appendRecords(log, end, [entry(5)]);
      t.type(first.trouble, 'string');
      t.match(first.records, [{ seq: 5, prev: end.head.digest }]);
      t.ok(readFileSync(log).subarray(0, tampered.length).equals(tampered), 'nothing that was there is changed');
      const second = appendRecords(log, first.end, [entry(6)]);
      t.notOk('trouble' in second);
      t.same(readOnwards(log, first.end).records, second.records);
      const verdict = await verify(log, { remembered: second.end.head });
      t.same(faultsOf(verdict), after);
      t.equal(verdict.head.digest, second.end.head.digest);
    });
  }
});

t.test('rotation keeps the chain', async (t) => {
  const segmentBytes = 1000;
  const { log, end } = logOf(20, { segmentBytes });
  const closed = closedSegments(log);
  t.ok(closed.length >= 3);
  t.same(
    closed.map(({ number }) => number),
    closed.map((_, at) => at + 1),
  );
  t.equal(basename(closed[0]?.file ?? ''), 'history.evidence.000001.jsonl');
  for (const { file } of closed) {
    t.ok(statSync(file).size <= segmentBytes);
    t.equal(statSync(file).mode & 0o777, 0o600);
  }
  t.equal(end.segment, closed.length + 1);
  t.match(await verify(log, { remembered: end.head, head: end.head.digest }), {
    whole: true,
    records: 20,
    segments: [...closed.map(({ file }) => file), log],
  });
  t.equal((await replayed(log)).length, 20);
  t.same(readOnwards(log, emptyEnd).end, end);
  t.equal(readOnwards(log, emptyEnd).records.length, 20);

  /** A copy of it all, to be spoilt. */
  const copy = () => {
    const other = newLog();
    for (const name of readdirSync(dirname(log))) copyFileSync(join(dirname(log), name), join(dirname(other), name));
    return other;
  };
  const firstOf = async (file: string) => {
    const [record] = linesOf(file).map((line) => readRecord(Buffer.from(line)));
    return Promise.resolve(record);
  };
  const [one, two, three] = closed.map(({ file }) => basename(file));
  const inCopy = (other: string, name: string | undefined) => join(dirname(other), name ?? '');

  await t.test('a segment that is gone is found', async (t) => {
    const other = copy();
    const gone = linesOf(inCopy(other, two)).length;
    rmSync(inCopy(other, two));
    const from = linesOf(inCopy(other, one)).length + 1;
    const verdict = await verify(other);
    t.same(faultsOf(verdict), [`missing 3:1 ${from}`]);
    t.match(verdict.faults[0]?.message, `records ${from} to ${from + gone - 1}`);
    await t.rejects(replayed(other), { ...evidenceError, position: { file: inCopy(other, three), line: 1 } });
    t.match(readOnwards(other, emptyEnd), { records: { length: from - 1 }, trouble: String });
  });

  await t.test('the oldest may be moved away, if one can say what they ended on', async (t) => {
    const other = copy();
    rmSync(inCopy(other, one));
    const first = await firstOf(inCopy(other, two));
    const verdict = await verify(other);
    t.same(faultsOf(verdict), ['missing 2:1 1']);
    t.match(verdict.faults[0]?.message, first?.prev);
    const since = first?.prev ?? '';
    t.match(await verify(other, { since, head: end.head.digest, remembered: end.head }), {
      whole: true,
      since,
      first: { seq: first?.seq },
    });
    t.equal((await replayed(other, { since }))[0]?.seq, first?.seq);
    t.same(faultsOf(await verify(other, { since: zeros })), [`edited 2:1 ${first?.seq ?? 0}`]);
    await t.rejects(replayed(other), evidenceError);
    const next = appendRecords(other, end, [entry(21)], { segmentBytes });
    t.match(await verify(other, { since, remembered: next.end.head }), { whole: true });
  });

  await t.test('segments that changed places are found', async (t) => {
    const other = copy();
    renameSync(inCopy(other, one), inCopy(other, 'x'));
    renameSync(inCopy(other, two), inCopy(other, one));
    renameSync(inCopy(other, 'x'), inCopy(other, two));
    t.same(faultsOf(await verify(other)), ['out-of-order 2:1 1']);
  });

  await t.test('a closed segment whose end was cut is found', async (t) => {
    const other = copy();
    truncateSync(inCopy(other, two), statSync(inCopy(other, two)).size - 1);
    const lines = linesOf(inCopy(copy(), two)).length;
    t.same(faultsOf(await verify(other)), [`truncated 2:${lines} -`]);
    truncateSync(inCopy(other, two), statSync(inCopy(other, two)).size - 9);
    t.same(
      faultsOf(await verify(other)).map((text) => text.split(' ')[0]),
      ['truncated', 'not-a-record'],
    );
    t.match(readOnwards(other, emptyEnd), { trouble: String });
  });

  await t.test('packed segments are read like the others', async (t) => {
    const other = copy();
    const made = await compressSegments(other, time);
    t.equal(made.length, closed.length);
    for (const file of made) t.equal(statSync(file).mode & 0o777, 0o600);
    t.ok(closedSegments(other).every(({ packed }) => packed));
    t.match(await verify(other, { remembered: end.head }), { whole: true, records: 20 });
    t.equal((await replayed(other)).length, 20);
    t.same(readOnwards(other, emptyEnd).end, end);
    t.same(await compressSegments(other, time), []);
    const next = appendRecords(other, end, entries(21, 40), { segmentBytes });
    t.match(await verify(other, { remembered: next.end.head }), { whole: true, records: 40 });

    // Interrupted before the unpacked one was taken away; and before the draft got its name.
    copyFileSync(inCopy(log, one), inCopy(other, one));
    writeFileSync(inCopy(other, `${one ?? ''}.gz`), 'half of it');
    writeFileSync(inCopy(other, `${one ?? ''}.gz.0123.tmp`), 'half of it');
    t.match(await verify(other), { whole: true, records: 40 });
    t.match(await compressSegments(other, new Date(Date.now() + 7_200_000)), { length: 2 });
    t.match(await verify(other), { whole: true, records: 40 });
    t.notOk(readdirSync(dirname(other)).some((name) => name.endsWith('.tmp')));

    // Two processes packed it, and one was killed.
    writeFileSync(inCopy(other, `${one ?? ''}.gz.0123.tmp`), 'half of it');
    t.same(await compressSegments(other, new Date()), []);
    t.ok(existsSync(inCopy(other, `${one ?? ''}.gz.0123.tmp`)), 'that may be at work still');
    t.same(await compressSegments(other, new Date(Date.now() + 7_200_000)), []);
    t.notOk(existsSync(inCopy(other, `${one ?? ''}.gz.0123.tmp`)));
  });

  await t.test(
    'what was packed is not overwritten by something else, and does not keep the others from being packed',
    async (t) => {
      const other = copy();
      const [first = '', second = ''] = [one, two].map((name) => inCopy(other, name));
      const foreign = gzipSync(readFileSync(second));
      writeFileSync(`${first}.gz`, foreign);
      await t.rejects(compressSegments(other, time), { code: 'ERR_EVIDENCE', message: /000001.*holds something else/ });
      t.same(readFileSync(`${first}.gz`), foreign);
      t.ok(existsSync(first));
      t.notOk(existsSync(second), 'the next one was packed');
      t.match(await verify(other, { remembered: end.head }), { whole: true, records: 20 });
    },
  );

  await t.test('a packed segment that is cut or no gzip is found', async (t) => {
    const other = copy();
    const [packed] = await compressSegments(other, time);
    const bytes = readFileSync(packed ?? '');
    for (const broken of [bytes.subarray(0, -20), Buffer.from('hello'), Buffer.alloc(0)]) {
      writeFileSync(packed ?? '', broken);
      const verdict = await verify(other);
      t.notOk(verdict.whole);
      await t.rejects(replayed(other), evidenceError);
      t.match(readOnwards(other, emptyEnd), { trouble: String });
    }
  });

  await t.test('a crash between the steps of a rotation', async (t) => {
    // After the rename, before the new one is there.
    const one = logOf(3);
    renameSync(one.log, one.log.replace('.jsonl', '.000001.jsonl'));
    t.match(await verify(one.log, { remembered: one.end.head }), { whole: true, records: 3 });
    t.match(readOnwards(one.log, one.end), { records: [], end: { head: one.end.head, segment: 2, size: 0 }, torn: 0 });
    const next = appendRecords(one.log, one.end, [entry(4)]);
    t.same(next.end.segment, 2);
    t.notOk('trouble' in next);
    t.match(await verify(one.log, { remembered: next.end.head }), { whole: true, records: 4 });

    // With the new one there, empty, or with a torn first line.
    for (const start of ['', '{"seq":4,"ti']) {
      const two = logOf(3);
      renameSync(two.log, two.log.replace('.jsonl', '.000001.jsonl'));
      writeFileSync(two.log, start);
      t.match(await verify(two.log, { remembered: two.end.head }), { whole: true, records: 3 });
      const after = appendRecords(two.log, two.end, [entry(4)]);
      t.equal(after.records.length, start === '' ? 1 : 2);
      t.match(await verify(two.log, { remembered: after.end.head }), { whole: true });
    }

    // With records in it that the history never heard of.
    const three = logOf(3);
    const ahead = appendRecords(three.log, three.end, entries(4, 9), { segmentBytes: 10 });
    t.equal(ahead.end.segment, 2);
    t.same(readOnwards(three.log, three.end), { records: ahead.records, end: ahead.end, torn: 0, more: false });
  });

  await t.test('a torn line before a rotation', async (t) => {
    const { log, end } = logOf(3);
    appendFileSync(log, 'torn');
    const after = appendRecords(log, end, [entry(4)], { segmentBytes: 10 });
    t.match(after.records, [{ kind: 'mended' }, { kind: 'alert' }]);
    t.match(after.end, { segment: 2 });
    t.match(await verify(log, { remembered: after.end.head }), { whole: true, records: 5 });
  });
});

t.test('a hostile log is read without harm', async (t) => {
  const { log, end } = logOf(2);
  const before = readFileSync(log);
  const start = `{"seq":3,"time":"2026-01-05T03:00:03.000Z","prev":"${end.head.digest}","kind":"alert","body":`;
  const lines: Record<string, string> = {
    'a hundred thousand brackets': `${start}${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    'many millions of values': `${start}[${'{},'.repeat(17_000_000)}{}]}`,
    'a NUL': `${start}"\0"}`,
    'a number out of range': start.replace('3', '999999999999999999').concat('1}'),
    'a year that is none': start.replace('2026', '+026').concat('1}'),
    'a prototype': `${start}1,"__proto__":{"seq":3}}`,
  };
  for (const [name, line] of Object.entries(lines)) {
    writeFileSync(log, Buffer.concat([before, Buffer.from(`${line}\n`)]));
    t.same(faultsOf(await verify(log)), ['not-a-record 3 -'], name);
    t.match(readOnwards(log, end), { records: [], trouble: String }, name);
    await t.rejects(replayed(log), { ...evidenceError, position: { file: log, line: 3 } }, name);
  }

  await t.test('a line longer than memory should hold', async (t) => {
    writeFileSync(log, before);
    truncateSync(log, 300 * 1024 * 1024);
    appendFileSync(log, '\n');
    const verdict = await verify(log);
    t.same(faultsOf(verdict), ['not-a-record 3 -']);
    rmSync(log);
  });

  await t.test('more faults than anybody reads', async (t) => {
    writeFileSync(log, '\n'.repeat(100_000));
    const verdict = await verify(log, { head: end.head.digest });
    t.equal(verdict.faults.length, 100);
    t.equal(verdict.faultsLeftOut, 100_002 - 100);
    t.notOk(verdict.whole);
  });

  await t.test('gaps without end', async (t) => {
    const heads = Array.from({ length: 5000 }, (_, at) => ({ seq: (at + 1) * 1_000_000_000, digest: zeros }));
    writeLines(
      log,
      heads.concat(heads).map((head) => chainOn(head, { kind: 'watch', body: 0, time }).line.toString()),
    );
    t.match(await verify(log), { whole: false, records: 10_000 });
  });

  await t.test('a segment that unpacks to far more than it may', async (t) => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    writeFileSync(log.replace('.jsonl', '.000001.jsonl.gz'), Buffer.concat(Array.from({ length: 9 }, () => bomb)));
    t.match(faultsOf(await verify(log)), ['unreadable 1:1 -']);
    t.match(readOnwards(log, emptyEnd), { records: [], trouble: String });
  });
});

t.test('what could not be read again is not written', (t) => {
  const { log, end } = logOf(1);
  const deep = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  for (const body of [deep(64), deep(100_000), loop, 1n, 'x'.repeat(256 * 1024 * 1024)]) {
    t.throws(() => appendRecords(log, end, [entry(2), { kind: 'watch', body, time }]), evidenceError);
    t.equal(statSync(log).size, end.size);
  }
  const fine = appendRecords(log, end, [
    { kind: 'watch', body: deep(60), time },
    { kind: 'watch', body: undefined, time },
    { kind: 'watch', body: '\u0000\ud800\u2028\n"\\', time },
  ]);
  t.same(readOnwards(log, end).records, fine.records);
  t.same(appendRecords(log, fine.end, []), { records: [], end: fine.end });
  t.end();
});

t.test('only a file of its own is written to', async (t) => {
  const elsewhere = join(dirname(newLog()), 'elsewhere');
  writeFileSync(elsewhere, '');
  const made: Record<string, (log: string) => void> = {
    'symbolic link': (log) => {
      symlinkSync(elsewhere, log);
    },
    'symbolic link to nothing': (log) => {
      symlinkSync(`${elsewhere}-not`, log);
    },
    'hard link': (log) => {
      linkSync(elsewhere, log);
    },
    directory: (log) => {
      mkdirSync(log);
    },
    pipe: (log) => {
      run('mkfifo', [log]);
    },
    'link in place of a segment': (log) => {
      symlinkSync(elsewhere, log.replace('.jsonl', '.000001.jsonl'));
    },
  };
  for (const [name, make] of Object.entries(made)) {
    const log = newLog();
    make(log);
    t.throws(
      () => appendRecords(log, emptyEnd, [entry(1)]),
      { ...evidenceError, message: /Cannot (read|write to) the evidence log/ },
      name,
    );
    if (name === 'hard link') continue;
    await t.rejects(verify(log), evidenceError, name);
    t.throws(() => readOnwards(log, emptyEnd), evidenceError, name);
  }
  t.equal(readFileSync(elsewhere, 'utf8'), '');
  t.notOk(existsSync(`${elsewhere}-not`));
  t.throws(() => appendRecords(join(logs, 'not', 'there'), emptyEnd, [entry(1)]), evidenceError);

  await t.test('rights of others are taken away', (t) => {
    const { log, end } = logOf(1);
    for (const mode of [0o666, 0o640, 0o604, 0o4600]) {
      chmodSync(log, mode);
      const { end: after } = appendRecords(log, end, [entry(2)]);
      t.equal(statSync(log).mode & 0o7777, 0o600);
      truncateSync(log, end.size);
      t.ok(after.size > end.size);
    }
    t.end();
  });
});

t.test('a file of another user is refused', labOptions(), (t) => {
  const log = newLog();
  const open = run('mktemp', ['-d']).trim();
  t.teardown(() => {
    rmSync(open, { recursive: true });
  });
  chmodSync(open, 0o777);
  const other = join(open, basename(log));
  writeFileSync(other, '');
  chmodSync(other, 0o666);
  process.seteuid?.(65534);
  try {
    t.throws(() => appendRecords(other, emptyEnd, [entry(1)]), {
      ...evidenceError,
      message: /belongs to another user \(0\)/,
    });
    t.equal(statSync(other).size, 0);
  } finally {
    process.seteuid?.(0);
  }
  chmodSync(other, 0o600);
  appendRecords(other, emptyEnd, [entry(1)]);
  t.end();
});

t.test('a full disk leaves the log as it was', labOptions(), async (t) => {
  const directory = dirname(newLog());
  run('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=700', 'tmpfs', directory]);
  t.teardown(() => {
    run('umount', [directory]);
  });
  const log = join(directory, 'history.evidence.jsonl');
  let end = appendRecords(log, emptyEnd, entries(1, 3)).end;
  appendFileSync(log, 'torn');
  const full = { ...evidenceError, message: /disk is full/ };
  t.throws(() => appendRecords(log, end, [entry(4, 200_000)]), full);
  t.equal(statSync(log).size, end.size);
  t.match(await verify(log, { remembered: end.head }), { whole: true, records: 3 });
  end = appendRecords(log, end, [entry(4, 30_000)]).end;
  t.throws(() => appendRecords(log, end, [entry(5, 40_000)]), full);
  t.throws(() => appendRecords(log, end, [entry(5, 40_000)], { segmentBytes: 1000 }), full);
  t.match(await verify(log, { remembered: end.head }), { whole: true, records: 4, segments: { length: 1 } });

  const filler = join(directory, 'filler');
  t.throws(() => {
    writeFileSync(filler, Buffer.alloc(100_000));
  });
  await t.rejects(compressSegments(log, time), { ...evidenceError, message: /pack.*disk is full/ });
  t.same(
    readdirSync(directory).filter((name) => name.includes('gz')),
    [],
  );
  rmSync(filler);
  end = appendRecords(log, end, [entry(5)]).end;
  t.equal((await compressSegments(log, time)).length, 1);
  t.match(await verify(log, { remembered: end.head }), { whole: true, records: 5 });
});

const endSchema = z.strictObject({ head: evidenceHeadSchema, segment: z.int(), size: z.int() });

/** A process that appends for as long as it lives, and says after each call how far it is. */
function startWriter(log: string, from: KnownEnd, options: { size: number; segmentBytes: number }) {
  const module = (name: string) => JSON.stringify(new URL(`../src/history/evidence/${name}.ts`, import.meta.url).href);
  const program = `
    import { appendRecords } from ${module('append-records')};
    import { readOnwards } from ${module('read-onwards')};
    let { end } = readOnwards(${JSON.stringify(log)}, ${JSON.stringify(from)});
    for (;;) {
      const entry = { kind: 'scan', body: 'x'.repeat(${options.size}), time: new Date() };
      ({ end } = appendRecords(${JSON.stringify(log)}, end, [entry], ${JSON.stringify(options)}));
      await new Promise((said) => process.stdout.write(JSON.stringify(end) + '\\n', said));
    }`;
  return ['--import', 'tsx', '--input-type=module', '-e', program];
}

t.test('a limit on the size of files leaves the log whole', async (t) => {
  const log = newLog();
  const options = { size: 2000, segmentBytes: 1_000_000 };
  const program = startWriter(log, emptyEnd, options);
  // In blocks of 512 bytes (POSIX).
  const { status, stderr } = spawnSync('sh', ['-c', 'ulimit -f 97; exec "$0" "$@"', process.execPath, ...program], {
    encoding: 'utf8',
  });
  t.equal(status, 1);
  t.match(stderr, /Cannot write to the evidence log .*larger than this process or file system allows/);
  const verdict = await verify(log);
  t.match(verdict, { whole: true, torn: undefined });
  t.ok(verdict.records > 10);
});

t.test('killed at any time, it loses nothing that it had said was written', async (t) => {
  const log = newLog();
  let known = emptyEnd;
  for (let round = 0; round < 4; round += 1) {
    const writer = spawn(process.execPath, startWriter(log, known, { size: 4_000_000, segmentBytes: 20_000_000 }), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    for await (const chunk of writer.stdout.setEncoding('utf8')) {
      said += String(chunk);
      // At some moment of a later write.
      if (said.includes('\n')) setTimeout(() => writer.kill('SIGKILL'), Math.random() * 100);
    }
    const acknowledged = said.split('\n').slice(0, -1);
    known = endSchema.parse(JSON.parse(acknowledged.at(-1) ?? ''));
    const verdict = await verify(log, { remembered: known.head });
    t.match(verdict, { whole: true, faults: [] });
    const onwards = readOnwards(log, known);
    t.notOk('trouble' in onwards);
    t.ok(onwards.records.length <= 1);
    t.comment(`${onwards.records.length} records onwards, ${onwards.torn} bytes torn`);
    // Every other time, the next one begins from what this one knew last, as the history does after a crash.
    if (round % 2 === 1) known = onwards.end;
  }
});

t.test('it can be read while it is written, closed and packed', async (t) => {
  const log = newLog();
  const writer = spawn(process.execPath, startWriter(log, emptyEnd, { size: 2000, segmentBytes: 20_000 }), {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  writer.stdout.resume();
  t.teardown(() => writer.kill('SIGKILL'));
  const troubles: LogVerdict['faults'] = [];
  for (let packed = 0; packed < 10;) {
    const [made, verdict] = await Promise.all([compressSegments(log, time), verify(log)]);
    packed += made.length;
    // Before the first record there is nothing, and that proves nothing.
    if (verdict.records > 0) troubles.push(...verdict.faults);
  }
  t.same(troubles, []);
});
