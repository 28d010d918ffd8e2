import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import t from 'tap';
import {
  addressFromValue,
  compareAddresses,
  formatEndpoint,
  isLoopback,
  parseAddress,
  parseCidr,
  rangeHolds,
  type Address,
  type Family,
} from '../src/model/address.js';
import { ExposcanError } from '../src/model/errors.js';
import type { Clock } from '../src/net/clock.js';
import { createLookup, type Lookup, type LookupResult, type Resolvers } from '../src/net/lookup.js';
import { shuffledAddresses } from '../src/targets/address-order.js';
import { countAddresses, eachAddress, mergeSpans, subtractSpans, type Span } from '../src/targets/address-set.js';
import { parseTarget, type TargetSpec } from '../src/model/parse-target.js';
import { createPermutation } from '../src/targets/permutation.js';
import { resolveTargets, type ResolveOptions } from '../src/targets/resolve-targets.js';
import { maxListBytes, parseTargetList, readTargets } from '../src/targets/target-list.js';

const value4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });
const value6 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).filter((value) => value >> 32n !== 0xffffn);

function mustParse(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is not an address`);
  return address;
}

t.test('an address reads back from its own text, in both families', (t) => {
  fc.assert(
    fc.property(
      fc.oneof(
        value4.map((value) => addressFromValue(4, value)),
        value6.map((value) => addressFromValue(6, value)),
      ),
      (address) => {
        const back = mustParse(address.text);
        return back.family === address.family && back.value === address.value && back.text === address.text;
      },
    ),
  );
  const spellings: readonly (readonly [typed: string, canonical: string | undefined])[] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::FFFF:c000:0201', '192.0.2.1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
    ['[fe80::1%eth0.100]', 'fe80::1%eth0.100'],
    ['::', '::'],
    ['offsite7.example.org', undefined],
    ['beef', undefined],
    ['1.2.3.4.5', undefined],
    ['', undefined],
  ];
  for (const [typed, canonical] of spellings) t.equal(parseAddress(typed)?.text, canonical, typed);
  t.end();
});

t.test('address order, endpoints and loopback', (t) => {
  const texts = ['2001:db8::10', '2001:db8::9', '10.0.0.1', '9.0.0.1', 'fe80::1%eth1', 'fe80::1%eth0'];
  t.same(
    texts
      .map(mustParse)
      .sort(compareAddresses)
      .map(({ text }) => text),
    ['9.0.0.1', '10.0.0.1', '2001:db8::9', '2001:db8::10', 'fe80::1%eth0', 'fe80::1%eth1'],
  );
  t.equal(formatEndpoint(mustParse('192.0.2.7'), 22), '192.0.2.7:22');
  t.equal(formatEndpoint(mustParse('2001:db8::7'), 22), '[2001:db8::7]:22');
  t.same(
    ['127.0.0.1', '127.9.9.9', '::1', '128.0.0.1', '::2'].map((text) => isLoopback(mustParse(text))),
    [true, true, true, false, false],
  );
  t.end();
});

t.test('blocks hold what their prefix says', (t) => {
  fc.assert(
    fc.property(value4, fc.integer({ min: 0, max: 32 }), value4, (base, length, other) => {
      const size = 1n << BigInt(32 - length);
      const first = base - (base % size);
      const range = parseCidr(`${addressFromValue(4, first).text}/${length}`);
      if (range === undefined) return false;
      return (
        range.last - range.first + 1n === size &&
        rangeHolds(range, addressFromValue(4, base)) &&
        rangeHolds(range, addressFromValue(4, other)) === (other >> BigInt(32 - length) === base >> BigInt(32 - length))
      );
    }),
  );
  t.equal(parseCidr('192.0.2.1'), undefined);
  t.equal(rangeHolds({ family: 4, first: 0n, last: 10n }, addressFromValue(6, 5n)), false);
  t.end();
});

const text4 = (value: bigint) => addressFromValue(4, value).text;

function meaning(spec: TargetSpec): string {
  if (spec.kind === 'name') return `name ${spec.name}`;
  if (spec.kind === 'address') return `address ${spec.address.text}`;
  const { family, first, last } = spec.range;
  return `${spec.kind} ${addressFromValue(family, first).text} ${addressFromValue(family, last).text}`;
}

t.test('targets of every kind', (t) => {
  const cases: readonly (readonly [text: string, meaning: string])[] = [
    ['offsite7.example.org', 'name offsite7.example.org'],
    ['Offsite7.Example.ORG', 'name offsite7.example.org'],
    ['offsite7.example.org.', 'name offsite7.example.org.'],
    ['localhost', 'name localhost'],
    ['my_host.example.org', 'name my_host.example.org'],
    ['_dmarc.example.org', 'name _dmarc.example.org'],
    ['10-20.example.org', 'name 10-20.example.org'],
    ['192.0.2.1-static.example.org', 'name 192.0.2.1-static.example.org'],
    ['192.0.2.1-9.example.org', 'name 192.0.2.1-9.example.org'],
    ['7.example.org', 'name 7.example.org'],
    ['bücher.example', 'name xn--bcher-kva.example'],
    ['例え.テスト', 'name xn--r8jz45g.xn--zckzah'],
    [`${'a'.repeat(63)}.example.org`, `name ${'a'.repeat(63)}.example.org`],
    ['192.0.2.7', 'address 192.0.2.7'],
    ['2001:db8::7', 'address 2001:db8::7'],
    ['[2001:db8::7]', 'address 2001:db8::7'],
    ['::1', 'address ::1'],
    ['fe80::1%eth0', 'address fe80::1%eth0'],
    ['fe80::1%br-lan', 'address fe80::1%br-lan'],
    ['::ffff:192.0.2.7', 'address 192.0.2.7'],
    ['192.0.2.0/24', 'block 192.0.2.0 192.0.2.255'],
    ['192.0.2.7/32', 'block 192.0.2.7 192.0.2.7'],
    ['2001:db8::/120', 'block 2001:db8:: 2001:db8::ff'],
    ['[2001:db8::]/120', 'block 2001:db8:: 2001:db8::ff'],
    ['192.0.2.1-192.0.2.9', 'range 192.0.2.1 192.0.2.9'],
    ['192.0.2.1-9', 'range 192.0.2.1 192.0.2.9'],
    ['192.0.2.250-192.0.3.5', 'range 192.0.2.250 192.0.3.5'],
    ['192.0.2.1-192.0.2.1', 'range 192.0.2.1 192.0.2.1'],
    ['2001:db8::1-2001:db8::f', 'range 2001:db8::1 2001:db8::f'],
    ['2001:db8::1-1f', 'range 2001:db8::1 2001:db8::1f'],
    ['[2001:db8::1]-[2001:db8::9]', 'range 2001:db8::1 2001:db8::9'],
  ];
  for (const [text, expected] of cases) t.equal(meaning(parseTarget(text)), expected, text);
  t.end();
});

t.test('what is not a target is answered with what to write', (t) => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['', /A target is empty/],
    ['a b', /holds white space or an invisible character/],
    ['a\u0000b', /"a\\x00b" holds white space or an invisible character/],
    ['\u001b[2Jx', /"\\x1b\[2Jx" holds/],
    ['exa\u202emple.org', /invisible character/],
    ['127.1', /ambiguous spelling of an IPv4 address\. Write it in full: 127\.0\.0\.1/],
    ['2130706433', /Write it in full: 127\.0\.0\.1/],
    ['0x7f000001', /Write it in full: 127\.0\.0\.1/],
    ['010.0.0.1', /Write it in full: 8\.0\.0\.1/],
    ['010.0.0.1-9', /Write it in full: 8\.0\.0\.1/],
    ['１２７.１', /looks like an IPv4 address/],
    ['256.0.0.1', /looks like an IPv4 address but is none/],
    ['192.0.2.1.5', /looks like an IPv4 address, which has four parts/],
    ['192.0.2-3.1', /looks like an IPv4 address, which has four parts/],
    ['2001:db8::1::2', /is not an IPv6 address/],
    ['2001:db8::g', /is not an IPv6 address/],
    ['fe80::1%', /is not an IPv6 address/],
    ['fe80::1%a%b', /is not an IPv6 address/],
    ['192.0.2.0/33', /prefix length from 0 to 32/],
    ['192.0.2.0/', /prefix length from 0 to 32/],
    ['192.0.2.0/255.255.255.0', /prefix length from 0 to 32/],
    ['2001:db8::/129', /prefix length from 0 to 128/],
    ['192.0.2.7/24', /has host bits set.*192\.0\.2\.7 for the address, 192\.0\.2\.0\/24 for the block/],
    ['fe80::%eth0/64', /no zone/],
    ['::ffff:192.0.2.0/24', /Write it as an IPv4 block/],
    ['10/8', /ambiguous spelling/],
    ['host.example.org/24', /neither a host nor a block: only an address takes a slash/],
    ['host.example.org:80/x', /neither a host nor a block/],
    ['192.0.2.9-192.0.2.1', /runs backwards\. Write 192\.0\.2\.1-192\.0\.2\.9/],
    ['192.0.2.9-1', /runs backwards\. Write 192\.0\.2\.1-192\.0\.2\.9/],
    ['192.0.2.1-300', /is not a range: expected an address after the hyphen/],
    ['192.0.2.1-2001:db8::1', /different address families/],
    ['2001:db8::1-192.0.2.1', /different address families/],
    ['https://www.example.org/path?x', /A URL is not a target.*Write www\.example\.org$/],
    ['http://www.example.org:8080/', /Write www\.example\.org --ports 8080$/],
    ['https://[2001:db8::1]:8443', /Write \[2001:db8::1\] --ports 8443$/],
    ['mysql://root:secret@db.example.org:3306/x', /Write db\.example\.org --ports 3306$/],
    ['https://', /Write the host$/],
    ['www.example.org:443', /A target has no port in it\. Write www\.example\.org --ports 443$/],
    ['192.0.2.7:443', /Write 192\.0\.2\.7 --ports 443$/],
    ['[2001:db8::1]:443', /Write \[2001:db8::1\] --ports 443$/],
    ['root@offsite7.example.org', /A login or mail address is not a target.*Write offsite7\.example\.org$/],
    ['root@offsite7.example.org:22', /Write offsite7\.example\.org --ports 22$/],
    ['*.example.org', /no wildcards/],
    ['192.0.2.*', /no wildcards.*192\.0\.2\.0\/24/],
    ['.', /nothing between two of its dots/],
    ['a..example.org', /nothing between two of its dots/],
    ['.example.org', /nothing between two of its dots, or before the first/],
    ['-x.example.org', /expected letters, digits and inner hyphens/],
    ['x-.example.org', /expected letters, digits and inner hyphens/],
    ['ex!ample.org', /expected letters, digits and inner hyphens/],
    ['host.example.org:http', /expected letters, digits and inner hyphens/],
    ['xn--\u00fc.example', /cannot be written in the ASCII form/],
    [`${'a'.repeat(64)}.example.org`, /at most 63 characters/],
    [`${'a.'.repeat(127)}org`, /at most 253 characters/],
    ['a'.repeat(100_000), /is too long to be a target/],
  ];
  for (const [text, message] of cases) {
    t.throws(
      () => parseTarget(text),
      { name: 'ExposcanError', code: 'ERR_BAD_TARGET', message },
      JSON.stringify(text.slice(0, 40)),
    );
  }
  const outcome = (text: string) => {
    try {
      return meaning(parseTarget(text)) !== '';
    } catch (error) {
      return error instanceof ExposcanError && error.code === 'ERR_BAD_TARGET' && !/[\p{Cc}]/u.test(error.message);
    }
  };
  const piece = fc.constantFrom(
    '1',
    '192.0.2.',
    '::',
    ':',
    '-',
    '/',
    '[',
    ']',
    '%',
    '@',
    'a',
    '.',
    '://',
    '*',
    'ü',
    '0x',
    '\u001b',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece).map((pieces) => pieces.join('')),
      ),
      outcome,
    ),
  );
  try {
    parseTarget('mysql://root:secret@db.example.org');
    t.fail('a URL is refused');
  } catch (error) {
    t.notMatch(String(error), /secret|root/, 'what stands before @ may be a password, and is not repeated');
  }
  t.end();
});

t.test('ranges read back from their text', (t) => {
  fc.assert(
    fc.property(value4, value4, (a, b) => {
      const [first, last] = a < b ? [a, b] : [b, a];
      return meaning(parseTarget(`${text4(first)}-${text4(last)}`)) === `range ${text4(first)} ${text4(last)}`;
    }),
  );
  t.end();
});

t.test('sets of addresses agree with plain sets', (t) => {
  const small = fc
    .tuple(
      fc.constantFrom<Family>(4, 6),
      fc.bigInt({ min: 0n, max: 40n }),
      fc.bigInt({ min: 0n, max: 9n }),
      fc.constantFrom(undefined, 'eth0'),
    )
    .map(([family, first, more, zone]): Span => ({
      family,
      first,
      last: first + more,
      ...(family === 6 && zone !== undefined ? { zone } : {}),
    }));
  const texts = (spans: readonly Span[]) => Array.from(eachAddress(spans), ({ text }) => text);
  fc.assert(
    fc.property(fc.array(small), fc.array(small), (list, removed) => {
      const merged = mergeSpans(list);
      const all = new Set(list.flatMap((span) => texts([span])));
      const gone = new Set(removed.flatMap((span) => texts([span])));
      const left = texts(subtractSpans(merged, removed));
      const expected = [...all].filter((text) => !gone.has(text) && !gone.has(text.replace('%eth0', '')));
      return (
        countAddresses(merged) === BigInt(all.size) &&
        new Set(texts(merged)).size === all.size &&
        left.length === expected.length &&
        expected.every((text) => left.includes(text))
      );
    }),
  );
  t.end();
});

t.test('lists of targets', async (t) => {
  t.same(
    parseTargetList(
      '# ours\r\n192.0.2.1  192.0.2.2,2001:db8::1 # two and one\n\n\toffsite7.example.org\rlocalhost',
      'hosts.txt',
    ),
    ['192.0.2.1', '192.0.2.2', '2001:db8::1', 'offsite7.example.org', 'localhost'],
  );
  const bad: readonly (readonly [text: string, message: RegExp, line: number, column: number])[] = [
    ['192.0.2.1\n  010.0.0.1', /^hosts\.txt:2:3: .*Write it in full: 8\.0\.0\.1/, 2, 3],
    ['a, b, https://c.example.org', /^hosts\.txt:1:7: A URL is not a target/, 1, 7],
    ['@more.txt', /^hosts\.txt:1:1: a list cannot name another list/, 1, 1],
    ['x\n-', /^hosts\.txt:2:1: a list cannot name another list/, 2, 1],
    ['\u0000\u0001', /^hosts\.txt:1:1: "\\x00\\x01" holds/, 1, 1],
  ];
  for (const [text, message, line, column] of bad) {
    const position = { file: 'hosts.txt', line, column };
    t.throws(
      () => parseTargetList(text, 'hosts.txt'),
      { code: 'ERR_BAD_TARGET', message, position },
      JSON.stringify(text),
    );
  }

  const folder = t.testdir({
    'hosts.txt': '\ufeff192.0.2.1\n192.0.2.2\n',
    'empty.txt': '# nothing\n',
    'binary.bin': '',
  });
  const hosts = `@${join(folder, 'hosts.txt')}`;
  const input = (text: string) => ({
    [Symbol.asyncIterator]: async function* () {
      for (const byte of text) yield await Promise.resolve(byte);
    },
  });
  t.same(await readTargets(['a.example.org', hosts, '-', '-', 'bad:9'], input('b.example.org c.example.org')), [
    'a.example.org',
    '192.0.2.1',
    '192.0.2.2',
    'b.example.org',
    'c.example.org',
    'bad:9',
  ]);
  writeFileSync(join(folder, 'binary.bin'), Uint8Array.of(0xff, 0xfe, 0x80));
  const failing: readonly (readonly [texts: readonly string[], code: string, message: RegExp])[] = [
    [[], 'ERR_NO_TARGETS', /No target was given: expected a name/],
    [[`@${join(folder, 'empty.txt')}`], 'ERR_NO_TARGETS', /empty\.txt named none/],
    [['-'], 'ERR_NO_TARGETS', /- named none/],
    [['@'], 'ERR_FILE', /Expected a file name after "@"/],
    [[`@${join(folder, 'missing.txt')}`], 'ERR_FILE', /Cannot read the targets from .*missing\.txt: ENOENT/],
    [[`@${folder}`], 'ERR_FILE', /EISDIR/],
    [[`@${join(folder, 'binary.bin')}`], 'ERR_FILE', /not text in UTF-8/],
  ];
  for (const [texts, code, message] of failing)
    await t.rejects(readTargets(texts, input('')), { code, message }, String(message));
  const flood = {
    [Symbol.asyncIterator]: async function* () {
      for (;;) yield await Promise.resolve(new Uint8Array(1 << 20));
    },
  };
  await t.rejects(readTargets(['-'], flood), {
    code: 'ERR_FILE',
    message: new RegExp(`longer than ${maxListBytes} bytes`),
  });
});

const none: LookupResult = { kind: 'no-record' };
const failure: LookupResult = { kind: 'failed', code: 'EAI_AGAIN', message: 'no name server gave an answer' };
const found = (...texts: string[]): LookupResult => ({ kind: 'addresses', addresses: texts.map(mustParse) });

const zone: Readonly<Record<string, readonly [LookupResult, LookupResult]>> = {
  'offsite7.example.org': [found('192.0.2.7'), found('2001:db8::7')],
  'many.example.org': [found('192.0.2.1', '192.0.2.2', '192.0.2.3'), found('2001:db8::1', '2001:db8::2')],
  'old.example.org': [found('192.0.2.8'), none],
  'six.example.org': [none, found('2001:db8::6')],
  'half.example.org': [found('192.0.2.9'), failure],
  'mapped.example.org': [none, found('::ffff:192.0.2.77')],
  'broken.example.org': [failure, failure],
};

const lookup: Lookup = (name, family) => Promise.resolve(zone[name.replace(/\.$/, '')]?.[family === 4 ? 0 : 1] ?? none);

async function resolved(texts: readonly string[], options: Partial<ResolveOptions> = {}) {
  const result = await resolveTargets(texts, { lookup, families: [4, 6], ...options });
  return {
    targets: result.targets.map(({ target, addresses, count, noRecord, errors }) => {
      const list = Array.from(addresses, ({ text }) => text);
      if (list.length !== count) throw new Error(`${target}: ${list.length} addresses, and the count says ${count}`);
      return {
        target,
        addresses: list,
        noRecord,
        errors: errors.map(({ family, code }) => `${family ?? '-'} ${code}`),
      };
    }),
    addresses: Array.from(result.addresses(), ({ text }) => text),
    count: result.count,
  };
}

t.test('names become addresses, with what went wrong by family', async (t) => {
  type Case = readonly [
    name: string,
    options: Partial<ResolveOptions>,
    addresses: readonly string[],
    noRecord: readonly Family[],
    errors: readonly string[],
  ];
  const cases: readonly Case[] = [
    ['offsite7.example.org', {}, ['192.0.2.7', '2001:db8::7'], [], []],
    ['Offsite7.Example.org.', {}, ['192.0.2.7', '2001:db8::7'], [], []],
    ['many.example.org', {}, ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1', '2001:db8::2'], [], []],
    ['old.example.org', {}, ['192.0.2.8'], [6], []],
    ['six.example.org', {}, ['2001:db8::6'], [4], []],
    ['half.example.org', {}, ['192.0.2.9'], [], ['6 ERR_LOOKUP_FAILED']],
    ['broken.example.org', {}, [], [], ['4 ERR_LOOKUP_FAILED', '6 ERR_LOOKUP_FAILED']],
    ['nothere.example.org', {}, [], [4, 6], ['- ERR_NAME_NOT_FOUND']],
    ['mapped.example.org', {}, ['192.0.2.77'], [6], []],
    ['mapped.example.org', { families: [6] }, [], [6], ['4 ERR_FAMILY_NOT_SCANNED']],
    ['offsite7.example.org', { families: [4] }, ['192.0.2.7'], [], ['6 ERR_FAMILY_NOT_SCANNED']],
    ['offsite7.example.org', { families: [6] }, ['2001:db8::7'], [], ['4 ERR_FAMILY_NOT_SCANNED']],
    ['six.example.org', { families: [4] }, [], [4], ['6 ERR_FAMILY_NOT_SCANNED']],
    ['2001:db8::7', { families: [4] }, [], [], ['6 ERR_FAMILY_NOT_SCANNED']],
    ['192.0.2.0/30', { families: [6] }, [], [], ['4 ERR_FAMILY_NOT_SCANNED']],
    ['192.0.2.0/30', {}, ['192.0.2.0', '192.0.2.1', '192.0.2.2', '192.0.2.3'], [], []],
    ['192.0.2.1-3', { exclude: ['192.0.2.2'] }, ['192.0.2.1', '192.0.2.3'], [], []],
    ['offsite7.example.org', { exclude: ['192.0.2.0/24'] }, ['2001:db8::7'], [], ['4 ERR_EXCLUDED']],
    ['offsite7.example.org', { exclude: ['192.0.2.7,2001:db8::1-9'] }, [], [], ['4 ERR_EXCLUDED', '6 ERR_EXCLUDED']],
    ['many.example.org', { exclude: ['many.example.org.'] }, [], [], ['4 ERR_EXCLUDED', '6 ERR_EXCLUDED']],
    ['192.0.2.6-8', { exclude: ['offsite7.example.org'] }, ['192.0.2.6', '192.0.2.8'], [], []],
    ['192.0.2.6-8', { exclude: ['203.0.113.0/24', ' '] }, ['192.0.2.6', '192.0.2.7', '192.0.2.8'], [], []],
    ['192.0.2.0/30', { exclude: ['192.0.2.2/31'] }, ['192.0.2.0', '192.0.2.1'], [], []],
    ['192.0.2.0/30', { exclude: ['192.0.2.0/24'] }, [], [], ['4 ERR_EXCLUDED']],
    ['192.0.2.7', { exclude: ['192.0.2.7'] }, [], [], ['4 ERR_EXCLUDED']],
    ['192.0.2.7', { exclude: ['six.example.org'], families: [4] }, ['192.0.2.7'], [], []],
    ['fe80::1%eth0', { exclude: ['fe80::1%eth1'] }, ['fe80::1%eth0'], [], []],
    ['fe80::1%eth0', { exclude: ['fe80::1'] }, [], [], ['6 ERR_EXCLUDED']],
  ];
  for (const [name, options, addresses, noRecord, errors] of cases) {
    const label = `${name} ${JSON.stringify(options)}`;
    const result = await resolved([name], options);
    t.same(
      result,
      { targets: [{ target: name, addresses, noRecord, errors }], addresses, count: addresses.length },
      label,
    );
  }
  const [target] = (await resolveTargets(['Offsite7.Example.org.'], { lookup, families: [4, 6] })).targets;
  t.equal(target?.name, 'offsite7.example.org', 'the name as TLS wants it');
});

t.test('an address of several targets is listed under each and scanned once', async (t) => {
  const result = await resolved(['192.0.2.0/29', '192.0.2.7', 'offsite7.example.org', '192.0.2.5-9', '192.0.2.7']);
  t.same(
    result.targets.map(({ addresses }) => addresses.length),
    [8, 1, 2, 5],
    'a target typed twice is one',
  );
  t.same(result.addresses, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].map((last) => `192.0.2.${last}`).concat('2001:db8::7'));
  t.equal(result.count, 11);
});

t.test('large blocks need a word, endless ones are refused, and none is held in memory', async (t) => {
  const options = { lookup, families: [4, 6] as const };
  const large = /hold 131,072 addresses\. More than 65,536 are scanned only with --yes/;
  await t.rejects(resolveTargets(['10.0.0.0/15'], options), { code: 'ERR_TOO_MANY_ADDRESSES', message: large });
  await t.rejects(resolveTargets(['10.0.0.0/16', 'old.example.org'], options), { message: /hold 65,537 addresses/ });
  t.equal((await resolveTargets(['10.0.0.0/16'], options)).count, 65_536);
  t.equal((await resolveTargets(['10.0.0.0/15'], { ...options, exclude: ['10.1.0.0/16'] })).count, 65_536);
  const whole = await resolveTargets(['0.0.0.0/0'], { ...options, yes: true });
  t.equal(whole.count, 2 ** 32);
  const begun: string[] = [];
  for (const { text } of whole.addresses()) if (begun.push(text) === 2) break;
  t.same(begun, ['0.0.0.0', '0.0.0.1']);
  const [first] = whole.shuffled(1);
  t.ok(first, 'nor does a block in another order have to be made first');
  for (const yes of [false, true]) {
    await t.rejects(resolveTargets(['2001:db8::/64'], { ...options, yes }), {
      code: 'ERR_TOO_MANY_ADDRESSES',
      message:
        /^2001:db8::\/64 holds 18,446,744,073,709,551,616 addresses, and can never be scanned whole: .*584,5\d\d years/,
    });
  }
});

t.test('what stops everything', async (t) => {
  const options = { lookup, families: [4, 6] as const };
  await t.rejects(resolveTargets([], options), { code: 'ERR_NO_TARGETS' });
  await t.rejects(resolveTargets(['a', '010.0.0.1'], options), { code: 'ERR_BAD_TARGET' });
  await t.rejects(resolveTargets(['a'], { ...options, exclude: ['192.0.2.7:80'] }), { code: 'ERR_BAD_TARGET' });
  await t.rejects(resolveTargets(['192.0.2.7'], { ...options, exclude: ['half.example.org'] }), {
    code: 'ERR_LOOKUP_FAILED',
    message: /excluded name half\.example\.org could not be looked up \(EAI_AGAIN\)/,
  });
  await t.rejects(resolveTargets(['192.0.2.7'], { ...options, exclude: ['nothere.example.org'] }), {
    code: 'ERR_NAME_NOT_FOUND',
    message: /excluded name nothere\.example\.org does not exist/,
  });
  await t.rejects(
    resolveTargets(['192.0.2.7'], { ...options, exclude: ['old.example.org'], signal: AbortSignal.abort() }),
    { code: 'ERR_CANCELLED' },
  );
});

t.test('lookups run a few at a time, and end when the scan is stopped', async (t) => {
  let running = 0;
  let most = 0;
  const slow: Lookup = async () => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running--;
    return none;
  };
  const names = Array.from({ length: 50 }, (_, index) => `host${index}.example.org`);
  t.equal((await resolveTargets(names, { lookup: slow, families: [4, 6] })).targets.length, 50);
  t.ok(most > 1 && most <= 4, `${most} at once`);

  const stop = new AbortController();
  let started = 0;
  const endless: Lookup = () => {
    if (++started === 4) stop.abort();
    return new Promise(() => undefined);
  };
  const stopped = await resolved([...names, '192.0.2.1'], { lookup: endless, signal: stop.signal });
  t.equal(started, 4, 'nothing is asked after the stop');
  t.same(stopped.targets[0]?.errors, ['4 ERR_CANCELLED', '6 ERR_CANCELLED']);
  t.same(stopped.targets[49]?.errors, ['4 ERR_CANCELLED', '6 ERR_CANCELLED']);
  t.same(stopped.addresses, ['192.0.2.1']);
});

type Answer = readonly string[] | string;

function answering(system: Answer, dns: Answer = 'ETIMEOUT'): Resolvers {
  const give = (answer: Answer) =>
    typeof answer === 'string'
      ? Promise.reject(Object.assign(new Error(`query ${answer}`), { code: answer }))
      : Promise.resolve(answer);
  return { system: () => give(system), dns: () => give(dns) };
}

const stillClock: Clock = { now: () => 0, date: () => new Date(0), after: () => () => undefined };

t.test('"no such record" is told from "could not be looked up"', async (t) => {
  type Case = readonly [label: string, name: string, resolvers: Resolvers, expected: string];
  const host = 'offsite7.example.org';
  const cases: readonly Case[] = [
    ['addresses, sorted, each once', host, answering(['192.0.2.9', '192.0.2.7', '192.0.2.9']), '192.0.2.7 192.0.2.9'],
    ['a mapped address is IPv4', host, answering(['::ffff:192.0.2.7']), '192.0.2.7'],
    ['a zone is kept', host, answering(['fe80::1%eth0', 'fe80::1%eth1']), 'fe80::1%eth0 fe80::1%eth1'],
    ['NXDOMAIN, and DNS agrees', host, answering('ENOTFOUND', 'ENOTFOUND'), 'no-record'],
    ['no data, and DNS agrees', host, answering('ENOTFOUND', 'ENODATA'), 'no-record'],
    ['other spellings of it', host, answering('EAI_NODATA', 'ENODATA'), 'no-record'],
    ['not found, DNS cannot be asked', host, answering('ENOTFOUND', 'ECONNREFUSED'), 'no-record'],
    ['not found, DNS is silent', host, answering('ENOTFOUND', 'ETIMEOUT'), 'no-record'],
    ['not found is a lie over FORMERR', host, answering('ENOTFOUND', 'EFORMERR'), 'failed EFORMERR'],
    ['not found is a lie over SERVFAIL', host, answering('ENOTFOUND', 'ESERVFAIL'), 'failed ESERVFAIL'],
    ['not found, DNS has addresses (no-aaaa)', host, answering('ENOTFOUND', ['2001:db8::7']), '2001:db8::7'],
    ['an empty answer', host, answering([], 'ENODATA'), 'no-record'],
    ['SERVFAIL, REFUSED, silence, no server', host, answering('EAI_AGAIN', 'ENODATA'), 'failed EAI_AGAIN'],
    ['a permanent failure', host, answering('EAI_FAIL', 'ENODATA'), 'failed EAI_FAIL'],
    ['no descriptors', host, answering('EMFILE', 'ENODATA'), 'failed EMFILE'],
    ['nonsense', host, answering(['offsite7']), 'failed EBADRESP'],
    ['nonsense in an odd spelling', host, answering(['010.0.0.1']), 'failed EBADRESP'],
    ['localhost is no matter for DNS', 'localhost', answering('ENOTFOUND', ['2001:db8::7']), 'no-record'],
    ['localhost without a name server', 'LocalHost.', answering('EAI_AGAIN', 'EFORMERR'), 'no-record'],
    ['below localhost', 'a.localhost', answering('EAI_AGAIN'), 'no-record'],
    ['localhost, and another failure', 'localhost', answering('EMFILE'), 'failed EMFILE'],
    ['a name that only ends like it', 'notlocalhost', answering('EAI_AGAIN'), 'failed EAI_AGAIN'],
  ];
  for (const [label, name, resolvers, expected] of cases) {
    const result = await createLookup(resolvers, stillClock, 1000)(name, 6);
    if (result.kind === 'failed') t.match(result.message, /./, `${label}: in words`);
    const shown =
      result.kind === 'addresses'
        ? result.addresses.map(({ text }) => text).join(' ')
        : [result.kind, ...(result.kind === 'failed' ? [result.code] : [])].join(' ');
    t.equal(shown, expected, label);
  }
});

t.test('a lookup that hangs is a failure', async (t) => {
  let strike: (() => void) | undefined;
  let milliseconds = 0;
  const clock: Clock = {
    ...stillClock,
    after(wait, callback) {
      milliseconds = wait;
      strike = callback;
      return () => undefined;
    },
  };
  const silent: Resolvers = { system: () => new Promise(() => undefined), dns: () => new Promise(() => undefined) };
  const lookUp = createLookup(silent, clock, 10_000);
  const result = lookUp('offsite7.example.org', 4);
  strike?.();
  t.equal(milliseconds, 10_000);
  t.match(await result, { kind: 'failed', code: 'ETIMEOUT', message: 'no answer within 10 s' });
  const local = lookUp('localhost', 6);
  strike?.();
  t.same(await local, none, 'except for localhost, which is no matter for name servers');
});

const permuted = (size: number, seed: number) =>
  Array.from({ length: size }, (_, index) => index).map(createPermutation(size, seed));

t.test('a permutation holds every number once, in an order of the seed', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer(), (size, seed) => {
      const order = permuted(size, seed);
      return (
        order.every((value) => Number.isInteger(value) && value >= 0 && value < size) &&
        new Set(order).size === size &&
        order.join() === permuted(size, seed).join()
      );
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 52 }), fc.nat(), fc.nat(), fc.integer(), (size, one, other, seed) => {
      const permute = createPermutation(size, seed);
      const [a, b] = [permute(one % size), permute(other % size)];
      return Number.isInteger(a) && a >= 0 && a < size && (a === b) === (one % size === other % size);
    }),
  );
  t.throws(() => createPermutation(2 ** 52 + 1, 1), RangeError);
  t.end();
});

t.test('a permutation shows no stride, and every seed has its own', (t) => {
  const size = 65_536;
  const orders = [0, 1, 2, -1, 2 ** 30].map((seed) => permuted(size, seed));
  for (const [at, order] of orders.entries()) {
    const strides = new Map<number, number>();
    for (let index = 1; index < size; index++) {
      const stride = ((order[index] ?? 0) - (order[index - 1] ?? 0) + size) % size;
      strides.set(stride, (strides.get(stride) ?? 0) + 1);
    }
    // As often as by chance: about once each; ten times would be one chance in a hundred for all of them together.
    t.ok(Math.max(...strides.values()) < 12, 'no distance from one to the next is frequent');
    t.ok(strides.size > size * 0.6 && strides.size < size * 0.66, 'nor is any avoided: 1 - 1/e of them occur');
    for (const other of orders.slice(0, at)) {
      t.ok(
        order.filter((value, index) => other[index] === value).length < 12,
        'orders of two seeds have little in common',
      );
    }
    // Any 256 in a row are spread over the /24 of a /16 as balls thrown at random are: never more than a few in the same.
    for (let start = 0; start < size; start += 256) {
      const blocks = new Map<number, number>();
      for (const value of order.slice(start, start + 256)) blocks.set(value >> 8, (blocks.get(value >> 8) ?? 0) + 1);
      if (Math.max(...blocks.values()) > 11) t.fail('neighbours come together');
    }
  }
  t.end();
});

t.test('shuffled addresses are the same addresses, once each, whatever blocks they are of', (t) => {
  const spans = fc
    .array(fc.tuple(fc.constantFrom<Family>(4, 6), fc.bigInt(0n, 3000n), fc.bigInt(0n, 40n)), { maxLength: 8 })
    .map((list) => mergeSpans(list.map(([family, first, more]) => ({ family, first, last: first + more }))));
  const texts = (addresses: Iterable<Address>) => Array.from(addresses, ({ text }) => text);
  fc.assert(
    fc.property(spans, fc.integer(), (list, seed) => {
      const shuffled = texts(shuffledAddresses(list, seed));
      return (
        [...shuffled].sort().join() === texts(eachAddress(list)).sort().join() &&
        shuffled.join() === texts(shuffledAddresses(list, seed)).join()
      );
    }),
  );
  const link: Span = { family: 6, first: 0xfe80n << 112n, last: (0xfe80n << 112n) + 300n, zone: 'eth0' };
  const [one, two] = [1, 2].map((seed) => texts(shuffledAddresses([link], seed)));
  t.ok(one?.every((text) => text.endsWith('%eth0')));
  t.not(one?.join(), two?.join(), 'another seed, another order');
  t.end();
});
