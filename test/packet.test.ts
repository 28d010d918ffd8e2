import { getSystemErrorMap } from 'node:util';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { checksumOf, sumPseudoHeader, sumWords } from '../src/net/packet/checksum.js';
import { createCookie } from '../src/net/packet/cookie.js';
import { createIpv4SynWriter, createIpv6SynWriter, pairIpv4 } from '../src/net/packet/syn.js';
import { parseIpv4TcpAnswer, parseTcpAnswer } from '../src/net/packet/tcp-answer.js';
import { parseIpv4Unreachable, parseIpv6Unreachable } from '../src/net/packet/unreachable.js';
import { codeOfMessage } from '../src/net/raw-socket-errors.js';
import {
  attemptAt,
  createPortStates,
  isAnswered,
  lastAttempt,
  slotOf,
  withAnswer,
  withAttempt,
} from '../src/net/syn-port-states.js';
import { chooseSourcePorts, parseLocalPorts, sourcePortCount } from '../src/net/syn-source-ports.js';

const us = Uint8Array.of(198, 51, 100, 1);
const them = Uint8Array.of(198, 51, 100, 2);
const port = () => fc.integer({ min: 0, max: 65_535 });
const word = () => fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** An IPv4 packet of these parts, its options given as 32-bit words of no operation. */
function ipv4(protocol: number, payload: Uint8Array, { source = them, options = 0, fragment = 0 } = {}): Uint8Array {
  const header = 20 + options * 4;
  const packet = new Uint8Array(header + payload.length).fill(1, 20, header);
  const view = new DataView(packet.buffer);
  packet[0] = 0x40 | (header / 4);
  view.setUint16(2, packet.length);
  view.setUint16(6, fragment);
  packet[9] = protocol;
  packet.set(source, 12);
  packet.set(us, 16);
  packet.set(payload, header);
  return packet;
}

function segment(flags: number, { from = 443, to = 61_001, acknowledged = 8, options = 0 } = {}): Uint8Array {
  const bytes = new Uint8Array(20 + options * 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, from);
  view.setUint16(2, to);
  view.setUint32(8, acknowledged);
  view.setUint8(12, (5 + options) << 4);
  view.setUint8(13, flags);
  return bytes;
}

function writtenIpv4(fields: { sourcePort: number; destinationPort: number; sequence: number }): Uint8Array {
  const writer = createIpv4SynWriter();
  writer.write(pairIpv4(us, them), fields);
  return writer.packet;
}

/** Holds where what was found has all of what was expected, or nothing was both. */
function check(t: Test, found: object | undefined, expected: object | undefined, label: string): void {
  if (expected === undefined) t.equal(found, undefined, label);
  else t.match(found, expected, label);
}

/** An ICMP error with what it quotes. */
function icmp(type: number, code: number, quoted: Uint8Array): Uint8Array {
  return Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0, ...quoted);
}

function lengthsBelow(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

function quotedIpv6(tcp: Uint8Array, nextHeader = 6): Uint8Array {
  const header = new Uint8Array(40);
  header[0] = 0x60;
  header[6] = nextHeader;
  header[23] = 1;
  header[39] = 2;
  return Uint8Array.of(...header, ...tcp);
}

t.test('checksum', (t) => {
  // The example of RFC 1071, section 3: the sum is ddf2.
  const example = Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7);
  t.equal(checksumOf(sumWords(example, 0, 8)), ~0xddf2 & 0xffff);
  t.equal(checksumOf(sumWords(Uint8Array.of(0x12, 0x34, 0x56), 0, 3)), ~(0x1234 + 0x5600) & 0xffff, 'odd length');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(50), (bytes, half) => {
      const sum = checksumOf(sumWords(bytes, 0, bytes.length));
      const whole = sumWords(bytes, 0, bytes.length);
      const cut = Math.min(bytes.length & ~1, half * 2);
      return checksumOf(whole + sum) === 0 && whole === sumWords(bytes, 0, cut) + sumWords(bytes, cut, bytes.length);
    }),
  );
  t.end();
});

t.test('cookie: the vector of HalfSipHash-2-4 for eight bytes', (t) => {
  const cookie = createCookie(Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7));
  t.equal(cookie(0x03020100, 0x07060504), 0x8f84b8d0 | 0);
  t.not(cookie(1, 2), cookie(2, 1));
  t.not(cookie(1, 2), createCookie(Uint8Array.of(1, 1, 2, 3, 4, 5, 6, 7))(1, 2), 'another key, another cookie');
  t.end();
});

t.test('SYN', (t) => {
  const packet = writtenIpv4({ sourcePort: 61_001, destinationPort: 443, sequence: -2 });
  t.equal(
    Buffer.from(packet).toString('hex'),
    '4500002c000040004006' +
      '0000' +
      'c6336401c6336402' +
      'ee4901bbfffffffe00000000' +
      '6002faf0' +
      Buffer.from(packet.subarray(36, 38)).toString('hex') +
      '0000' +
      '020405b4',
  );
  fc.assert(
    fc.property(port(), port(), word(), (sourcePort, destinationPort, sequence) => {
      const written = writtenIpv4({ sourcePort, destinationPort, sequence });
      const pseudo = sumPseudoHeader(us, them, 6, 24);
      return checksumOf(pseudo + sumWords(written, 20, 44)) === 0;
    }),
  );
  const ipv6 = createIpv6SynWriter();
  ipv6.write({ sourcePort: 61_001, destinationPort: 443, sequence: 5 });
  t.equal(Buffer.from(ipv6.packet).toString('hex'), 'ee4901bb00000005000000006002faf000000000020405a0');
  t.end();
});

t.test('what answers a SYN', (t) => {
  const cases: [flags: number, reason: string | undefined][] = [
    [0x12, 'syn-ack'],
    [0x14, 'reset'],
    [0x52, 'syn-ack'], // with the congestion bit ECE
    [0x04, undefined], // a reset without acknowledgment
    [0x02, undefined],
    [0x10, undefined],
    [0x16, undefined],
    [0x13, undefined],
    [0x00, undefined],
  ];
  for (const [flags, reason] of cases) {
    const expected =
      reason === undefined ? undefined : { reason, sourcePort: 443, destinationPort: 61_001, sequence: 7 };
    check(t, parseTcpAnswer(segment(flags), 20), expected, `flags ${flags}`);
    const packet = ipv4(6, segment(flags), { options: 3 });
    const withSource = expected && { ...expected, source: 0xc6336402 | 0 };
    check(t, parseIpv4TcpAnswer(packet, packet.length), withSource, `flags ${flags} in IPv4`);
  }
  t.equal(parseTcpAnswer(segment(0x12, { acknowledged: 0 }), 20)?.sequence, -1, 'the sequence number wraps');
  t.end();
});

t.test('what is cut short, fragmented, or of another protocol answers nothing', (t) => {
  const tcp = segment(0x12, { options: 2 });
  const whole = ipv4(6, tcp, { options: 2 });
  const lengths = lengthsBelow(whole.length);
  t.notOk(lengths.some((length) => parseIpv4TcpAnswer(whole, length)));
  t.notOk(lengths.some((length) => parseIpv4TcpAnswer(whole.slice(0, length), whole.length)));
  t.notOk(lengthsBelow(tcp.length).some((length) => parseTcpAnswer(tcp, length)));
  t.ok(parseIpv4TcpAnswer(whole, whole.length));
  for (const fragment of [0x2000, 0x0001, 0x1fff]) {
    t.equal(parseIpv4TcpAnswer(ipv4(6, tcp, { fragment }), 100), undefined, 'a fragment');
  }
  t.ok(parseIpv4TcpAnswer(ipv4(6, tcp, { fragment: 0x4000 }), 100), '"don\'t fragment" is none');
  t.equal(parseIpv4TcpAnswer(ipv4(17, tcp), 100), undefined, 'UDP');
  const padded = Uint8Array.of(...ipv4(6, new Uint8Array(0)), ...tcp);
  t.equal(parseIpv4TcpAnswer(padded, padded.length), undefined, 'what is beyond the total length is padding');
  const short = segment(0x12);
  short[12] = 0x40;
  t.equal(parseTcpAnswer(short, 20), undefined, 'a header shorter than a header');
  t.end();
});

t.test('ICMP errors', (t) => {
  const fields = { sourcePort: 61_001, destinationPort: 443, sequence: -7 };
  const quoted = writtenIpv4(fields);
  const [net, host, port, admin] = ['net-unreachable', 'host-unreachable', 'port-unreachable', 'admin-prohibited'];
  const byCode = [
    ...[net, host, port, port, undefined, net, net, host],
    ...[host, admin, admin, net, host, admin, admin, admin, undefined, undefined],
  ];
  byCode.forEach((reason, code) => {
    const packet = ipv4(1, icmp(3, code, quoted.subarray(0, 28)), { source: Uint8Array.of(192, 0, 2, 9), options: 1 });
    const expected =
      reason === undefined
        ? undefined
        : {
            ...fields,
            reason,
            reporter: 0xc0000209 | 0,
            source: 0xc6336401 | 0,
            destination: 0xc6336402 | 0,
          };
    check(t, parseIpv4Unreachable(packet, packet.length), expected, `code ${code}`);
    t.notOk(
      lengthsBelow(packet.length).some((length) => parseIpv4Unreachable(packet, length)),
      'cut short',
    );
  });
  const about = (type: number, inner: Uint8Array) => parseIpv4Unreachable(ipv4(1, icmp(type, 1, inner)), 1000);
  t.equal(about(11, quoted), undefined, 'time exceeded');
  t.equal(about(3, ipv4(17, quoted.subarray(20))), undefined, 'about UDP');
  t.equal(about(3, ipv4(6, quoted.subarray(20), { fragment: 3 })), undefined, 'about a later fragment');

  const six = [net, admin, net, host, port, admin, admin, undefined, undefined];
  const tcp = createIpv6SynWriter();
  tcp.write(fields);
  six.forEach((reason, code) => {
    const message = icmp(1, code, quotedIpv6(tcp.packet.subarray(0, 8)));
    const found = parseIpv6Unreachable(message, message.length);
    check(t, found, reason === undefined ? undefined : { ...fields, reason }, `IPv6, code ${code}`);
    if (found !== undefined) t.same([found.source.at(-1), found.destination.at(-1)], [1, 2]);
    t.notOk(
      lengthsBelow(message.length).some((length) => parseIpv6Unreachable(message, length)),
      'cut short',
    );
  });
  t.equal(parseIpv6Unreachable(icmp(2, 0, quotedIpv6(tcp.packet)), 1000), undefined, 'packet too big');
  t.equal(parseIpv6Unreachable(icmp(1, 1, quotedIpv6(tcp.packet, 17)), 1000), undefined, 'about UDP');
  t.end();
});

t.test('whatever bytes come, no parser throws', (t) => {
  const seeds = [
    ipv4(6, segment(0x12)),
    segment(0x14),
    ipv4(1, icmp(3, 3, writtenIpv4({ sourcePort: 1, destinationPort: 2, sequence: 3 }))),
    icmp(1, 4, quotedIpv6(segment(0x02))),
  ];
  const mangled = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 4 }))
    .map(([seed, changes]) => {
      const bytes = seed.slice();
      for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mangled), fc.nat(200), (bytes, length) => {
      const integers = [
        parseIpv4TcpAnswer(bytes, length),
        parseTcpAnswer(bytes, length),
        parseIpv4Unreachable(bytes, length),
        parseIpv6Unreachable(bytes, length),
      ].flatMap((found) => (found === undefined ? [] : [found.sourcePort, found.destinationPort]));
      return integers.every((value) => Number.isInteger(value) && value >= 0 && value <= 65_535);
    }),
    { numRuns: 5000 },
  );
  t.end();
});

t.test('source ports', (t) => {
  const choose = (first: number, last: number, used: number[] = [], draw = (below: number) => below - 1) =>
    chooseSourcePorts({ first, last }, new Set(used), draw);
  t.same(choose(32_768, 60_999).slice(-2), [65_534, 65_535]);
  t.equal(choose(32_768, 60_999, [], () => 0)[0], 61_000);
  t.notOk(choose(32_768, 60_999, [65_530]).includes(65_530), 'a port that is in use');
  t.ok(choose(10_000, 65_535).every((value) => value < 10_000 && value >= 1024));
  t.equal(choose(1024, 65_535).length, sourcePortCount, 'all of them ephemeral: still some');
  t.throws(
    () =>
      choose(
        1024,
        65_535,
        Array.from({ length: 65_536 }, (_, index) => index),
      ),
    /free/,
  );
  fc.assert(
    fc.property(port(), port(), fc.nat(), (a, b, seed) => {
      const range = { first: Math.min(a, b), last: Math.max(a, b) };
      const ports = chooseSourcePorts(range, new Set(), (below) => seed % below);
      return new Set(ports).size === sourcePortCount && ports.every((each) => each >= 1024 && each <= 65_535);
    }),
  );
  const table =
    '  sl  local_address rem_address   st tx_queue\n' +
    '   0: 0100007F:0CEA 00000000:0000 0A 00000000:00000000 00:00000000\n' +
    '  10: 0000000000000000FFFF00000100007F:EE49 00000000000000000000000000000000:0000 0A 0\n';
  t.same(parseLocalPorts(table), [3306, 61_001]);
  t.same(parseLocalPorts(undefined), []);
  t.end();
});

t.test('attempts at a port, and which of the last sixteen were answered', (t) => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { maxLength: 100 }), (answers) => {
      let state = 0;
      const log = answers.map((answered, index) => {
        state = withAttempt(state);
        if (answered) state = withAnswer(state, slotOf(lastAttempt(state)));
        return { attempt: index + 1, answered };
      });
      return log
        .slice(-16)
        .every(
          ({ attempt, answered }) =>
            attemptAt(state, slotOf(attempt)) === attempt && isAnswered(state, slotOf(attempt)) === answered,
        );
    }),
  );
  let wrapping = 0;
  for (let count = 0; count < 40_000; count++) wrapping = withAttempt(wrapping);
  t.ok(lastAttempt(wrapping) < 2 ** 15 && wrapping >= 0);
  const states = createPortStates();
  for (let each = 0; each < 6000; each++) states.set(each * 10, each + 1);
  for (let each = 0; each < 6000; each++) if (states.get(each * 10) !== each + 1) t.fail(`port ${each * 10}`);
  t.equal(states.get(5), 0);
  t.end();
});

t.test('the words of failed calls', (t) => {
  t.equal(codeOfMessage('Operation not permitted'), 'EPERM');
  t.equal(codeOfMessage('Resource temporarily unavailable'), 'EAGAIN');
  t.equal(codeOfMessage('Something new'), 'UNKNOWN');
  const known = new Set([...getSystemErrorMap().values()].map(([code]) => code));
  for (const words of ['No buffer space available', 'Network is unreachable', 'Network is down', 'No route to host']) {
    t.ok(known.has(codeOfMessage(words)), words);
  }
  t.end();
});
