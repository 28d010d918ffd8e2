import fc from 'fast-check';
import t, { type Test } from 'tap';
import { ExposcanError } from '../src/model/errors.js';
import {
  canonicalServiceName,
  commonPorts,
  knownPorts,
  portsByImportance,
  portsOfService,
  serviceNameOf,
  serviceNames,
} from '../src/model/known-ports.js';
import { didYouMean } from '../src/model/nearest.js';
import {
  allPorts,
  countPorts,
  eachPort,
  formatRanges,
  holdsPort,
  intersectRanges,
  mergeRanges,
  parseRange,
  parseRanges,
  rangesOf,
  subtractRanges,
  type PortRange,
} from '../src/model/ports.js';
import { orderPorts } from '../src/targets/port-order.js';
import { defaultPorts, parsePortSpec } from '../src/targets/port-spec.js';

const port = fc.oneof(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 40 }));
const range = fc
  .tuple(port, fc.integer({ min: 0, max: 300 }))
  .map(([first, more]): PortRange => ({ first, last: Math.min(65535, first + more) }));
const ranges = fc.array(range, { maxLength: 12 });
const merged = ranges.map(mergeRanges);

const setOf = (list: readonly PortRange[]) => new Set(eachPort(list));

function badPorts(test: Test, action: () => unknown, message: RegExp, label: string): void {
  test.throws(action, { name: 'ExposcanError', code: 'ERR_BAD_PORTS', message }, label);
}

t.test('merging keeps every port, once, in the fewest sorted ranges', (t) => {
  fc.assert(
    fc.property(ranges, (list) => {
      const result = mergeRanges(list);
      const ports = new Set(list.flatMap((entry) => [...eachPort([entry])]));
      return (
        countPorts(result) === ports.size &&
        [...eachPort(result)].every((each) => ports.has(each)) &&
        result.every(({ first }, index) => index === 0 || first > (result[index - 1]?.last ?? 0) + 1)
      );
    }),
    { numRuns: 40 },
  );
  t.same(mergeRanges([]), []);
  t.same(
    mergeRanges([
      { first: 5, last: 9 },
      { first: 1, last: 4 },
    ]),
    [{ first: 1, last: 9 }],
    'neighbours join',
  );
  t.same(
    mergeRanges([
      { first: 1, last: 9 },
      { first: 3, last: 4 },
    ]),
    [{ first: 1, last: 9 }],
    'the inner one vanishes',
  );
  t.end();
});

t.test('subtracting and intersecting agree with sets', (t) => {
  fc.assert(
    fc.property(merged, merged, (a, b) => {
      const [inA, inB] = [setOf(a), setOf(b)];
      const left = [...eachPort(subtractRanges(a, b))];
      const both = [...eachPort(intersectRanges(a, b))];
      return (
        left.length + both.length === inA.size &&
        left.every((each) => inA.has(each) && !inB.has(each)) &&
        both.every((each) => inA.has(each) && inB.has(each))
      );
    }),
    { numRuns: 40 },
  );
  t.same(subtractRanges(allPorts, allPorts), []);
  t.same(subtractRanges([{ first: 1, last: 9 }], [{ first: 4, last: 5 }]), [
    { first: 1, last: 3 },
    { first: 6, last: 9 },
  ]);
  t.end();
});

t.test('the count is what iteration gives, and the text form reads back', (t) => {
  fc.assert(
    fc.property(merged, (list) => {
      const text = formatRanges(list);
      return (
        [...eachPort(list)].length === countPorts(list) &&
        formatRanges(parseRanges(text)) === text &&
        formatRanges(rangesOf(eachPort(list))) === text &&
        (text === '' || formatRanges(parsePortSpec(text)) === text)
      );
    }),
    { numRuns: 30 },
  );
  t.equal(formatRanges([]), '');
  t.same(parseRanges(''), []);
  t.equal(formatRanges(allPorts), '1-65535');
  t.equal(holdsPort(parseRanges('22,80-90'), 90), true);
  t.equal(holdsPort(parseRanges('22,80-90'), 91), false);
  t.end();
});

t.test('ports outside 1 to 65535, backward ranges and other texts are refused', (t) => {
  badPorts(t, () => parseRange('0'), /Port 0 does not exist: TCP ports run from 1 to 65535/, 'zero');
  badPorts(t, () => parseRange('65536'), /Port 65536 does not exist/, 'too large');
  badPorts(t, () => parseRange('1-65536'), /Port 65536 does not exist/, 'too large an end');
  badPorts(t, () => parseRange('90-80'), /runs backwards\. Write 80-90/, 'backwards');
  badPorts(t, () => parseRanges('22,,80'), /"" is not a port or a range/, 'nothing between commas');
  badPorts(t, () => parseRanges('22,http'), /"http" is not a port or a range/, 'a name in a document');
  t.equal(parseRange('http'), undefined);
  t.end();
});

t.test('port specifications', (t) => {
  const cases: readonly (readonly [spec: string, expected: string])[] = [
    ['22', '22'],
    ['22,80,8000-8100', '22,80,8000-8100'],
    ['80 22', '22,80'],
    [' 22 , 80\t443 ', '22,80,443'],
    ['22,22,20-25,23', '20-25'],
    ['1-1', '1'],
    ['007', '7'],
    ['-1024', '1-1024'],
    ['60000-', '60000-65535'],
    ['-22,65000-', '1-22,65000-65535'],
    ['-', '1-65535'],
    ['all', '1-65535'],
    ['ALL', '1-65535'],
    ['22,all', '1-65535'],
    ['common', formatRanges(commonPorts)],
    ['ssh', '22'],
    ['SSH,https', '22,443'],
    ['domain,dns', '53'],
    ['rdp', '3389'],
    ['postgres', '5432-5433'],
  ];
  for (const [spec, expected] of cases) t.equal(formatRanges(parsePortSpec(spec)), expected, JSON.stringify(spec));
  t.end();
});

t.test('bad port specifications say what is wrong and what to write', (t) => {
  const cases: readonly (readonly [spec: string, message: RegExp])[] = [
    ['', /No ports are given: expected ports like 22,80/],
    [' \t', /No ports are given/],
    [',', /Something is missing beside a comma in ","/],
    ['22,,80', /Something is missing beside a comma in "22,,80"/],
    ['22,', /Something is missing beside a comma/],
    ['0', /Port 0 does not exist: TCP ports run from 1 to 65535/],
    ['0-', /Port 0 does not exist/],
    ['-0', /Port 0 does not exist/],
    ['65536', /Port 65536 does not exist/],
    ['65536-', /Port 65536 does not exist/],
    ['99999999999999999999', /"99999999999999999999" is neither a port nor a service: TCP ports run from 1 to 65535/],
    ['443-80', /runs backwards\. Write 80-443/],
    ['8000 - 8100', /"-" is neither a port nor a service: write a range without white space, like 8000-8100/],
    ['8000--8100', /"8000--8100" is neither a port nor a service: expected ports like/],
    ['1-2-3', /"1-2-3" is neither/],
    ['0x16', /"0x16" is neither/],
    ['22.5', /"22\.5" is neither/],
    ['1e3', /"1e3" is neither/],
    ['２２', /"２２" is neither/],
    ['T:80', /"T:80" is neither a port nor a service: every port here is a TCP port, so leave "T:" out/],
    ['U:53', /"U:53" .*only TCP is scanned/],
    ['80/tcp', /"80\/tcp" .*Write 80$/],
    ['53/udp', /"53\/udp" .*only TCP is scanned/],
    ['htttps', /"htttps" .*Did you mean https\?/],
    ['mysqll', /Did you mean mysql\?/],
    ['comon', /Did you mean common\?/],
    ['frobnicate', /"frobnicate" is neither a port nor a service: expected ports like [^?]*$/],
    ['\u001b[2J', /"\\x1b\[2J" is neither/],
    ['constructor', /"constructor" is neither/],
    ['x'.repeat(100_000), /"x{79}…" is neither a port nor a service/],
  ];
  for (const [spec, message] of cases) {
    badPorts(t, () => parsePortSpec(spec), message, JSON.stringify(spec.slice(0, 30)));
  }
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
      try {
        return countPorts(parsePortSpec(text)) > 0;
      } catch (error) {
        return error instanceof ExposcanError && error.code === 'ERR_BAD_PORTS';
      }
    }),
  );
  t.end();
});

t.test('default ports: all on up to 16 addresses, the common ones beyond', (t) => {
  for (const count of [0, 1, 16]) t.same(defaultPorts(count), allPorts, String(count));
  for (const count of [17, 65_536]) t.same(defaultPorts(count), commonPorts, String(count));
  t.end();
});

t.test('the list of known ports holds every port once, with a well-formed name', (t) => {
  t.equal(new Set(knownPorts.map((known) => known.port)).size, knownPorts.length);
  t.ok(knownPorts.length > 300 && knownPorts.length < 1000, 'well under 1,000');
  t.same(
    knownPorts.filter(
      (known) => !(known.port >= 1 && known.port <= 65535 && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(known.name)),
    ),
    [],
  );
  t.equal(formatRanges(commonPorts), formatRanges(rangesOf(knownPorts.map((known) => known.port))));
  t.equal(
    formatRanges(rangesOf(portsByImportance)),
    formatRanges(commonPorts),
    'importance orders them, and adds none',
  );
  t.equal(portsByImportance.length, knownPorts.length);
  t.same(portsByImportance.slice(0, 4), [22, 80, 443, 3306]);
  t.end();
});

t.test('service names of ports', (t) => {
  const expected: readonly (readonly [port: number, name: string])[] = [
    [21, 'ftp'],
    [22, 'ssh'],
    [23, 'telnet'],
    [25, 'smtp'],
    [53, 'domain'],
    [80, 'http'],
    [110, 'pop3'],
    [111, 'sunrpc'],
    [143, 'imap'],
    [199, 'smux'],
    [389, 'ldap'],
    [443, 'https'],
    [445, 'microsoft-ds'],
    [465, 'smtps'],
    [587, 'submission'],
    [631, 'ipp'],
    [636, 'ldaps'],
    [873, 'rsync'],
    [953, 'rndc'],
    [993, 'imaps'],
    [995, 'pop3s'],
    [1433, 'ms-sql-s'],
    [1521, 'oracle'],
    [2375, 'docker'],
    [2379, 'etcd-client'],
    [3306, 'mysql'],
    [3389, 'ms-wbt-server'],
    [5005, 'jdwp'],
    [5432, 'postgresql'],
    [5900, 'vnc'],
    [6379, 'redis'],
    [6514, 'syslog-tls'],
    [8080, 'http-alt'],
    [9100, 'jetdirect'],
    [9200, 'elasticsearch'],
    [9229, 'node-inspector'],
    [10250, 'kubelet'],
    [11211, 'memcached'],
    [27017, 'mongodb'],
  ];
  for (const [number, name] of expected) t.equal(serviceNameOf(number), name, String(number));
  t.equal(serviceNameOf(2), undefined);
  t.equal(serviceNameOf(65535), undefined);
  t.same(
    knownPorts.filter((known) => !portsOfService(known.name).includes(known.port)),
    [],
  );
  t.end();
});

t.test('services by another name, and by none', (t) => {
  const aliases: readonly (readonly [typed: string, name: string])[] = [
    ['postgres', 'postgresql'],
    ['dns', 'domain'],
    ['RDP', 'ms-wbt-server'],
    ['memcache', 'memcached'],
    ['submissions', 'smtps'],
    ['MySQL', 'mysql'],
    ['toString', 'tostring'],
  ];
  for (const [typed, name] of aliases) t.equal(canonicalServiceName(typed), name, typed);
  t.same(
    serviceNames().filter((name) => portsOfService(name).length === 0),
    [],
    'every name, and every alias, has ports',
  );
  t.same(serviceNames(), [...new Set(serviceNames())].sort());
  t.same(portsOfService('no-such-service'), []);
  t.same(portsOfService('ldaps'), [636]);
  t.equal(didYouMean('postgrseql', serviceNames()), ' Did you mean postgresql?');
  t.equal(didYouMean('zzzzzzzzzz', serviceNames()), '');
  t.end();
});

t.test('port order: priority first, in its order, then every other port once', (t) => {
  t.same([...orderPorts(parseRanges('1-3'), [3, 9, 1, 3], 7)], [3, 1, 2], 'what is not asked for stays out');
  t.same([...orderPorts([], [22], 1)], []);
  const ordered = (seed: number) => orderPorts(allPorts, portsByImportance, seed).join();
  const all = orderPorts(allPorts, portsByImportance, 42);
  t.equal(all.length, 65535);
  t.equal(all.subarray(0, portsByImportance.length).join(), portsByImportance.join());
  t.equal(new Set(all).size, 65535);
  t.ok(ordered(42) === all.join(), 'the same seed, the same order');
  t.ok(ordered(43) !== all.join(), 'another seed, another order');
  for (const seed of [0, 1, -1, 0x61c88647]) {
    const plain = orderPorts(allPorts, [], seed);
    const neighbours = plain.filter((each, index) => Math.abs(each - (plain[index - 1] ?? -9)) === 1).length;
    t.ok(neighbours < 50, 'neighbouring ports are far apart in time');
  }
  fc.assert(
    fc.property(merged, fc.array(port), fc.integer(), (list, priority, seed) => {
      const order = orderPorts(list, priority, seed);
      const expected = [...new Set(priority.filter((each) => holdsPort(list, each)))];
      return (
        order.subarray(0, expected.length).join() === expected.join() &&
        order.length === countPorts(list) &&
        formatRanges(rangesOf(order)) === formatRanges(list)
      );
    }),
    { numRuns: 20 },
  );
  t.end();
});
