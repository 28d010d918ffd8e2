import fc from 'fast-check';
import t from 'tap';
import { printableBytes, printableText, shorten, terminalSafe } from '../src/model/printable.js';
import { number } from '../src/model/quantity.js';
import type { Snapshot } from '../src/model/snapshot.js';
import { diffSnapshots } from '../src/history/diff/diff-snapshots.js';
import { formatDiff } from '../src/report/diff/table.js';
import { formatReport } from '../src/report/table.js';
import { printableJson } from '../src/model/printable-json.js';
import { jsonParts, jsonText } from '../src/report/json.js';
import {
  closedPorts,
  findingOf,
  openPort,
  snapshotOf,
  storyFailing,
  unknownPorts,
  v4,
  v6,
} from './fixtures/snapshots.js';

/** Whatever a terminal would obey, or a reader would be misled by. */
const dangerous = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

const attacks: readonly [what: string, raw: string, shown: string][] = [
  ['clear the screen', '\x1b[2J\x1b[H', '\\x1b[2J\\x1b[H'],
  ['set the title', '\x1b]0;owned\x07', '\\x1b]0;owned\\x07'],
  ['forge a row', 'x\n  22  ssh  OpenSSH', 'x\\n  22  ssh  OpenSSH'],
  ['forge a row by carriage return', 'x\r\nPASS', 'x\\r\\nPASS'],
  ['forge a row by separators', 'x\u2028PASS\u2029PASS\u0085PASS', 'x\\u{2028}PASS\\u{2029}PASS\\x85PASS'],
  ['C1 introducer', '\u009b2J', '\\x9b2J'],
  ['DEL and backspace', 'ab\x7f\b\bPASS', 'ab\\x7f\\x08\\x08PASS'],
  ['bidirectional override', 'a\u202egnp.exe\u2066b', 'a\\u{202e}gnp.exe\\u{2066}b'],
  ['zero width', 'my\u200bsql\ufeff', 'my\\u{200b}sql\\u{feff}'],
  ['lone surrogate', 'a\ud800b', 'a\\u{d800}b'],
  ['tab and NUL', 'a\tb\0', 'a\\tb\\x00'],
  ['an escape rebuilt by stripping', '\x1b\x1b[2J[2J', '\\x1b\\x1b[2J[2J'],
];

t.test('what a terminal would obey is mapped to visible text', (t) => {
  for (const [what, raw, shown] of attacks) {
    t.equal(printableText(raw), shown, what);
    t.equal(terminalSafe(raw), shown, what);
  }
  t.equal(printableText('naïve 日本語 ┌─┐ ✓'), 'naïve 日本語 ┌─┐ ✓', 'ordinary text stays');
  t.equal(printableText('a\\x1b'), 'a\\\\x1b', 'printableText marks a backslash that was sent');
  t.equal(terminalSafe(printableText('\x1b\\')), '\\x1b\\\\', 'terminalSafe leaves what is already printable alone');
  t.end();
});

t.test('bytes that are not UTF-8 are shown as bytes', (t) => {
  const cases: readonly [readonly number[], string][] = [
    [[0x34, 0, 0, 0, 0x0a, 0x35, 0x2e, 0x31], '4\\x00\\x00\\x00\\n5.1'],
    [[0xc3, 0xa9], 'é'],
    [[0xc3], '\\xc3'],
    [[0xc0, 0xaf], '\\xc0\\xaf'],
    [[0xed, 0xa0, 0x80], '\\xed\\xa0\\x80'],
    [[0xf5, 0x80, 0x80, 0x80], '\\xf5\\x80\\x80\\x80'],
    [[0xe2, 0x82, 0x41], '\\xe2\\x82A'],
    [[0xc2, 0x9b, 0x32, 0x4a], '\\x9b2J'],
    [[0xef, 0xbb, 0xbf, 0x41], '\\u{feff}A'],
  ];
  for (const [bytes, shown] of cases) t.equal(printableBytes(Uint8Array.from(bytes)), shown);
  t.equal(printableBytes(Buffer.from('abcdef'), 3), 'abc', 'reads no further than the limit');
  t.end();
});

t.test('nothing dangerous is left of any text or bytes', (t) => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
      const shown = [printableText(text), terminalSafe(text), printableBytes(bytes)];
      return !shown.some((each) => dangerous.test(each));
    }),
  );
  t.end();
});

t.test('shorten', (t) => {
  t.equal(shorten('abcdef', 6), 'abcdef');
  t.equal(shorten('abcdef', 4), 'abc…');
  t.equal(shorten('日本語日本語', 3), '日本…', 'characters, not code units');
  t.end();
});

/** A snapshot in which every text that anyone else can choose is this one. */
function poisoned(text: string): Snapshot {
  return snapshotOf({
    vantage: { name: text, sources: [] },
    targets: [
      {
        target: text,
        addresses: [v4, v6],
        noRecord: [6],
        errors: [{ family: 6, code: 'ERR_LOOKUP_FAILED', message: text }],
      },
    ],
    controls: [{ control: text, port: 25, reached: false, message: text }],
    open: [
      openPort(v4, 22, {
        service: { name: text, product: text, version: text, extraInfo: text, hostname: text },
        said: text,
        trouble: text,
        tls: {
          version: text,
          alpn: text,
          certificate: {
            subject: text,
            issuer: text,
            sans: [text],
            validFrom: text,
            validTo: text,
            selfSigned: true,
            fingerprint256: text,
          },
        },
      }),
    ],
    notOpen: [closedPorts(v4, '1-21,23-65535')],
    unknown: [unknownPorts(v6, '1-65535', 'ERR_NO_ROUTE', text)],
    notes: [{ code: 'ERR_ACCEPTS_EVERYTHING', address: text, message: text }],
    findings: [
      ...(['fail', 'indeterminate', 'pass'] as const).map((outcome) =>
        findingOf({
          outcome,
          rule: text,
          host: text,
          service: text,
          expected: text,
          actual: text,
          evidence: text,
          remedy: text,
          owner: text,
          reason: text,
        }),
      ),
      findingOf({ expected: text, service: text }),
    ],
    policy: { name: text },
    verdict: 'fail',
  });
}

t.test('a hostile peer cannot drive the terminal or forge a line of a report', (t) => {
  const lines = (text: string) => text.split('\n');
  for (const [what, raw] of attacks) {
    const snapshot = poisoned(raw);
    const before = storyFailing();
    const outputs = [
      formatReport(snapshot, { colour: false, width: 80 }),
      formatReport(snapshot, { colour: false, width: 240, verbosity: 2 }),
      formatDiff(diffSnapshots(before, snapshot), { colour: false, width: 80 }),
      formatDiff(diffSnapshots(snapshot, before), { colour: false, width: 80 }),
    ];
    const jsons = [jsonText(snapshot), jsonText(diffSnapshots(before, snapshot))];
    const bad = [...outputs, ...jsons].flatMap(lines).filter((line) => dangerous.test(line));
    t.strictSame(bad, [], `${what}: nothing that a terminal obeys`);
    const forged = outputs.flatMap(lines).filter((line) => /^(PASS|\s*22\s{2,}ssh\s{2,}OpenSSH)/.test(line));
    t.strictSame(forged, [], `${what}: no line of its own`);
    t.strictSame(JSON.parse(jsonText(snapshot)), snapshot, `${what}: the document keeps what was sent`);
  }
  t.end();
});

t.test('a banner that is printable already is not escaped twice', (t) => {
  const snapshot = snapshotOf({ open: [openPort(v4, 3306, { said: '4\0\0\0\n5.1.73\0' })] });
  t.match(formatReport(snapshot, { colour: false, width: 80 }), '  4\\x00\\x00\\x00\\n5.1.73\\x00');
  t.end();
});

t.test('a document in parts is the document', (t) => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => jsonText(value) === `${printableJson(value, 2)}\n`));
  t.equal(jsonText({ a: undefined, b: [], c: {} }), '{\n  "b": [],\n  "c": {}\n}\n');
  const entry = { address: '192.0.2.1', message: 'x\u202e'.repeat(100) };
  const large = { unknown: Array.from({ length: 1000 }, () => entry), notes: [entry] };
  const parts = [...jsonParts(large)];
  t.ok(parts.length > 5 && parts.every(({ length }) => length < 80_000), 'none of which is large');
  t.equal(parts.join(''), `${printableJson(large, 2)}\n`);
  t.end();
});

t.test('a whole number is written as English writes it', (t) => {
  for (const value of [0, 999, 1000, 65_535, 1_000_000, Number.MAX_SAFE_INTEGER]) {
    t.equal(number(value), value.toLocaleString('en-US'));
  }
  fc.assert(fc.property(fc.maxSafeInteger(), (value) => number(value) === value.toLocaleString('en-US')));
  t.end();
});
