import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { type Address, parseAddress } from '../src/model/address.js';
import type { DialResult } from '../src/net/dial.js';
import type { OpenRawChannel, RawChannelOptions, RawFailure } from '../src/net/raw-socket-channel.js';
import type { Clock } from '../src/net/clock.js';
import { loadKernelCalls } from '../src/net/kernel-calls.js';
import { rawSocketSupport } from '../src/net/raw-sockets.js';
import { createSendQueue } from '../src/net/send-queue.js';
import { createSynDial, type SynDialOptions } from '../src/net/syn-dial.js';
import { setFirewall } from './lab/firewall.js';
import { createLab, hostAddresses, type Lab } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { laySlowWire, slowHostAddresses } from './lab/slow-wire.js';

const sourcePorts = Array.from({ length: 16 }, (_, index) => 61_000 + index);
const them = { 4: addressOf('198.51.100.2'), 6: addressOf('2001:db8:1::2') } as const;
const us = { 4: '198.51.100.1', 6: '2001:db8:1::1' } as const;

function addressOf(text: string): Address {
  const address = parseAddress(text);
  if (address === undefined) throw new Error(`${text} is no address`);
  return address;
}

/** A SYN as it left: its ports and sequence number. */
interface Sent {
  readonly destination: string;
  readonly sourcePort: number;
  readonly port: number;
  readonly sequence: number;
  readonly refused: (failure: RawFailure) => void;
}

interface Wire {
  failure: RawFailure | undefined;
  closed: number;
  isFull: boolean;
  /** Who waits to be sure; undefined where all are. */
  unsure: (() => void)[] | undefined;
}

/** A wire that keeps what is sent, and hands over what the test makes up. */
function createFakeWire() {
  const sent: Sent[] = [];
  const opened: RawChannelOptions[] = [];
  const wire: Wire = { failure: undefined, closed: 0, isFull: false, unsure: undefined };
  const open: OpenRawChannel = (options) => {
    opened.push(options);
    return {
      send(packet, { text: destination }, refused) {
        const tcp = options.family === 4 ? 20 : 0;
        const view = new DataView(packet.buffer, packet.byteOffset + tcp);
        const [sourcePort, port] = [view.getUint16(0), view.getUint16(2)];
        if (wire.failure === undefined)
          sent.push({ destination, sourcePort, port, sequence: view.getUint32(4), refused });
        else refused(wire.failure);
      },
      whenSure(then) {
        if (wire.unsure === undefined) then();
        else wire.unsure.push(then);
      },
      isFull: () => wire.isFull,
      close() {
        wire.closed += 1;
      },
    };
  };
  const deliver = (family: 4 | 6, protocol: 'tcp' | 'icmp', bytes: Uint8Array, source: string) => {
    const channel = opened.find((options) => options.family === family && options.protocol === protocol);
    if (channel === undefined) throw new Error(`no ${protocol} socket for IPv${family}`);
    channel.receive(bytes, bytes.length, source);
  };
  return { sent, opened, wire, open, deliver };
}

function bytesOf(text: string): Uint8Array {
  const { family, value } = addressOf(text);
  const hex = value.toString(16).padStart(family === 4 ? 8 : 32, '0');
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

function headed(family: 4 | 6, protocol: number, source: string, destination: string, payload: Uint8Array): Uint8Array {
  const header = new Uint8Array(family === 4 ? 20 : 40);
  header[0] = family === 4 ? 0x45 : 0x60;
  if (family === 4) new DataView(header.buffer).setUint16(2, 20 + payload.length);
  header[family === 4 ? 9 : 6] = protocol;
  header.set(bytesOf(source), family === 4 ? 12 : 8);
  header.set(bytesOf(destination), family === 4 ? 16 : 24);
  return Uint8Array.of(...header, ...payload);
}

function segment(fields: { from: number; to: number; sequence?: number; acknowledged?: number; flags: number }) {
  const bytes = new Uint8Array(20);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, fields.from);
  view.setUint16(2, fields.to);
  view.setUint32(4, fields.sequence ?? 0);
  view.setUint32(8, fields.acknowledged ?? 0);
  view.setUint8(12, 0x50);
  view.setUint8(13, fields.flags);
  return bytes;
}

const flags = { synAck: 0x12, resetAck: 0x14 } as const;

/** A SYN dial on a fake wire, with what came of it. */
function setUp(options: Partial<SynDialOptions> = {}) {
  const fake = createFakeWire();
  const late: string[] = [];
  const syn = createSynDial({
    open: fake.open,
    sourcePorts,
    askSource: () => Promise.resolve({ kind: 'source', text: us[4] }),
    onLate: (address, port, reason) => late.push(`${address.text} ${port} ${reason}`),
    ...options,
  });
  const results: DialResult[] = [];
  const dial = (address: Address, port: number) => syn.dial(address, port, (result) => results.push(result));
  const answer = (sent: Sent | undefined, flagBits: number, { off = 1, from = sent?.destination ?? '' } = {}) => {
    if (sent === undefined) throw new Error('nothing was sent');
    const acknowledged = (sent.sequence + off) >>> 0;
    const tcp = segment({ from: sent.port, to: sent.sourcePort, acknowledged, flags: flagBits });
    const family = addressOf(from).family;
    fake.deliver(family, 'tcp', family === 4 ? headed(4, 6, from, us[4], tcp) : tcp, from.split('%')[0] ?? '');
  };
  const complain = (sent: Sent | undefined, code: number, { off = 0, reporter = '192.0.2.9' } = {}) => {
    if (sent === undefined) throw new Error('nothing was sent');
    const { family } = addressOf(sent.destination);
    const tcp = segment({ from: sent.sourcePort, to: sent.port, sequence: (sent.sequence + off) >>> 0, flags: 2 });
    const quoted = headed(family, 6, us[family], sent.destination.split('%')[0] ?? '', tcp);
    const error = Uint8Array.of(family === 4 ? 3 : 1, code, 0, 0, 0, 0, 0, 0, ...quoted);
    fake.deliver(family, 'icmp', family === 4 ? headed(4, 1, reporter, us[4], error) : error, reporter);
  };
  return { ...fake, syn, late, results, dial, answer, complain };
}

for (const family of [4, 6] as const) {
  t.test(`IPv${family}: answers, forgeries and duplicates`, async (t) => {
    const { syn, dial, sent, answer, complain, results, late } = setUp();
    t.equal(await syn.prepare(them[family]), undefined);
    dial(them[family], 443);
    dial(them[family], 80);
    dial(them[family], 3306);
    t.same(
      sent.map(({ destination, port }) => `${destination} ${port}`),
      [443, 80, 3306].map((port) => `${them[family].text} ${port}`),
      'each is sent at once',
    );
    const stranger = family === 4 ? '198.51.100.3' : '2001:db8:1::3';
    answer(sent[0], flags.synAck, { off: 0 });
    answer(sent[0], flags.resetAck, { off: 2 });
    answer(sent[0], flags.synAck, { from: stranger });
    complain(sent[0], 1, { off: 1 });
    t.same([results, syn.drops().forged], [[], 4]);
    answer(sent[0], flags.synAck);
    answer(sent[0], flags.synAck);
    answer(sent[0], flags.resetAck);
    answer(sent[1], flags.resetAck);
    complain(sent[1], 1);
    complain(sent[2], family === 4 ? 13 : 1);
    t.same(results, [
      { kind: 'packet', reason: 'syn-ack' },
      { kind: 'packet', reason: 'reset' },
      { kind: 'packet', reason: 'admin-prohibited' },
    ]);
    t.match(syn.drops(), { forged: 4, duplicate: 3 });
    t.same(late, []);
  });

  t.test(`IPv${family}: attempts are told apart; a late first answer is told once`, async (t) => {
    const { syn, dial, sent, answer, results, late } = setUp();
    await syn.prepare(them[family]);
    const abandonFirst = dial(them[family], 443);
    abandonFirst();
    const abandonSecond = dial(them[family], 443);
    t.not(sent[0]?.sourcePort, sent[1]?.sourcePort);
    t.not(sent[0]?.sequence, sent[1]?.sequence);
    answer(sent[0], flags.synAck);
    answer(sent[0], flags.synAck);
    t.same(late, [`${them[family].text} 443 syn-ack`]);
    t.same(results, [], 'the second attempt goes on waiting');
    answer(sent[1], flags.resetAck);
    abandonSecond();
    t.same(results, [{ kind: 'packet', reason: 'reset' }]);
    for (let attempt = 0; attempt < 20; attempt++) dial(them[family], 443)();
    t.equal(new Set(sent.slice(-16).map(({ sourcePort }) => sourcePort)).size, 16);
    t.equal(new Set(sent.map(({ sequence }) => sequence)).size, sent.length);
    const { forged } = syn.drops();
    answer(sent[2], flags.synAck);
    t.equal(syn.drops().forged, forged + 1, 'an answer to an attempt of long ago');
    answer(sent.at(-1), flags.synAck);
    t.equal(late.length, 2);
    syn.forget(them[family]);
    answer(sent.at(-2), flags.synAck);
    t.equal(late.length, 2, 'nothing is known any more of an address that was forgotten');
  });

  t.test(`IPv${family}: our own kernel misses a neighbour`, async (t) => {
    const { syn, dial, sent, complain, results, late } = setUp();
    await syn.prepare(them[family]);
    dial(them[family], 443);
    complain(sent[0], family === 4 ? 1 : 3, { reporter: us[family] });
    t.match(results, [{ kind: 'error', code: 'EHOSTUNREACH', local: false, message: /neighbour/ }]);
    dial(them[family], 444)();
    complain(sent[1], family === 4 ? 1 : 3, { reporter: us[family] });
    t.same(late, [], 'that says nothing about an endpoint');
  });

  t.test(`IPv${family}: a send that fails is an error of this machine, told later`, async (t) => {
    const { syn, dial, wire, results } = setUp();
    await syn.prepare(them[family]);
    wire.failure = { code: 'EPERM', message: 'Operation not permitted' };
    dial(them[family], 443);
    dial(them[family], 80)();
    t.same(results, [], 'not before dial has returned');
    await nextTurn();
    t.same(results, [{ kind: 'error', code: 'EPERM', message: 'Operation not permitted', local: true }]);
    syn.close();
    dial(them[family], 443);
    await nextTurn();
    t.match(results[1], { kind: 'error', code: 'EBADF', local: true });
    t.equal(wire.closed, 2);
  });

  t.test(`IPv${family}: what was answered counts once it is sure that it left`, async (t) => {
    const { syn, dial, wire, sent, answer, complain, results } = setUp();
    await syn.prepare(them[family]);
    for (const port of [443, 80, 81]) dial(them[family], port);
    wire.unsure = [];
    answer(sent[0], flags.synAck);
    answer(sent[1], flags.resetAck);
    complain(sent[2], 1);
    t.same(results, []);
    for (const { refused } of sent.slice(1)) refused({ code: 'EPERM', message: 'no' });
    const unsure = wire.unsure.splice(0);
    wire.unsure = undefined;
    for (const then of unsure) then();
    await nextTurn();
    const refused: DialResult = { kind: 'error', code: 'EPERM', message: 'no', local: true };
    t.same(results, [{ kind: 'packet', reason: 'syn-ack' }, refused, refused]);
    t.match(syn.drops(), { forged: 0, duplicate: 2 });
    t.equal(syn.isFull(), false);
    wire.isFull = true;
    t.equal(syn.isFull(), true);
  });
}

t.test('IPv4: a probe waits for the source address, and fails where there is none', async (t) => {
  let asked = 0;
  const { dial, sent, results } = setUp({
    askSource: () => {
      asked += 1;
      return Promise.resolve(
        asked === 1 ? { kind: 'error', code: 'ENETUNREACH', message: 'none' } : { kind: 'source', text: us[4] },
      );
    },
  });
  dial(them[4], 1);
  dial(them[4], 2);
  dial(them[4], 3)();
  await nextTurn();
  t.same(results, Array(2).fill({ kind: 'error', code: 'ENETUNREACH', message: 'none', local: true }));
  dial(them[4], 4);
  dial(them[4], 5)();
  await nextTurn();
  t.equal(asked, 2, 'asked once for all that wait, and again later');
  t.same(
    sent.map(({ port }) => port),
    [4],
  );
});

t.test('a socket that cannot be opened', async (t) => {
  const { dial, results } = setUp({
    open: () => {
      throw new Error('Address family not supported by protocol');
    },
  });
  dial(them[6], 443);
  await nextTurn();
  t.match(results, [{ kind: 'error', code: 'EAFNOSUPPORT', local: true }]);
});

t.test('two link-local addresses that differ in their zone only', (t) => {
  const { dial, syn, sent, answer, late } = setUp();
  dial(addressOf('fe80::1%eth0'), 443)();
  dial(addressOf('fe80::1%eth1'), 443)();
  t.same(
    sent.map(({ destination }) => destination),
    ['fe80::1%eth0', 'fe80::1%eth1'],
  );
  answer(sent[1], flags.synAck);
  answer(sent[0], flags.synAck);
  t.same(late, ['fe80::1%eth1 443 syn-ack', 'fe80::1%eth0 443 syn-ack']);
  t.equal(syn.drops().forged, 0);
  t.end();
});

/** Sends in batches to a kernel that refuses as told; the other thread works when the test says so. */
function setUpQueue(refuses: (port: number) => boolean) {
  const took: number[] = [];
  const refused: number[] = [];
  const thread: (() => void)[] = [];
  const timers: (() => void)[] = [];
  const state = { hasBegun: false };
  const clock: Clock = {
    now: () => 0,
    date: () => new Date(0),
    after(_, callback) {
      timers.push(callback);
      return () => timers.splice(timers.indexOf(callback), 1);
    },
  };
  const sendUntilRefused = (packets: readonly (number | undefined)[]) => {
    const end = packets.findIndex((port) => port !== undefined && refuses(port));
    const sent = packets.slice(0, end < 0 ? packets.length : end);
    took.push(...sent.map((port) => port ?? -1));
    return sent.length;
  };
  const queue = createSendQueue(() => {
    const packets: (number | undefined)[] = [];
    return {
      write(index, packet) {
        packets[index] = new DataView(packet.buffer).getUint16(0);
      },
      send: (from, to) => sendUntilRefused(packets.slice(from, to)) || { code: 'EPERM', message: 'no' },
      sendAside(count, done) {
        thread.push(() => {
          done(sendUntilRefused(packets.slice(0, count)) || -1);
        });
      },
      hasBegun: () => state.hasBegun,
    };
  }, clock);
  const packet = new Uint8Array(2);
  const send = (port: number) => {
    new DataView(packet.buffer).setUint16(0, port);
    queue.send(packet, them[4], ({ code }) => {
      t.equal(code, 'EPERM');
      refused.push(port);
    });
  };
  return { queue, send, took, refused, thread, timers, state };
}

const numerically = (one: number, other: number) => one - other;

t.test('in batches, each packet is sent or refused once, and whose fate is unknown is waited for', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ count: fc.integer({ min: 0, max: 600 }), works: fc.boolean(), turns: fc.boolean() })),
      fc.integer({ min: 2, max: 50 }),
      async (steps, refusedEvery) => {
        const refuses = (port: number) => port % refusedEvery === 0;
        const { queue, send, took, refused, thread, timers } = setUpQueue(refuses);
        let sent = 0;
        for (const { count, works, turns } of steps) {
          for (let each = 0; each < count; each++) send(sent++ & 0xffff);
          // Whatever has left by now has left, or was refused, once this is called.
          const left = took.length + refused.length;
          queue.whenSure(() => {
            if (took.length + refused.length < left) throw new Error('not sure');
            if (thread.length > 0 && timers.length > 1) throw new Error('two at once');
          });
          if (works) thread.shift()?.();
          if (turns) await nextTurn();
        }
        do {
          thread.shift()?.();
          await nextTurn();
        } while (thread.length > 0);
        const all = Array.from({ length: sent }, (_, port) => port);
        t.same(
          [took.sort(numerically), refused.sort(numerically), timers.length],
          [all.filter((port) => !refuses(port)), all.filter(refuses), 0],
        );
      },
    ),
    { numRuns: 50 },
  );
});

t.test('batches: few are sent here, many aside, and here where the other thread does not get to it', async (t) => {
  const { queue, send, took, refused, thread, timers, state } = setUpQueue((port) => port === 7);
  const sure: string[] = [];
  for (let port = 0; port < 10; port++) send(port);
  t.same([took.length, refused.length], [0, 0], 'not before the turn is over');
  await nextTurn();
  t.same([took.length, refused, thread.length], [9, [7], 0]);
  queue.whenSure(() => sure.push('at once'));
  t.same(sure.splice(0), ['at once']);

  for (let port = 100; port < 200; port++) send(port);
  await nextTurn();
  t.same([took.length, thread.length, timers.length], [9, 1, 1]);
  t.equal(queue.isFull(), false);
  for (let port = 1000; port < 2200; port++) send(port);
  t.equal(queue.isFull(), true);
  queue.whenSure(() => {
    throw new Error('mine');
  });
  queue.whenSure(() => sure.push('later'));
  t.same([took.length, sure], [9, []]);
  state.hasBegun = true;
  timers.shift()?.();
  t.equal(took.length, 9, 'it is at work, and gets as much time again');
  t.throws(() => timers.shift()?.(), /mine/, 'and is given up');
  t.equal(took.length, 1309);
  t.equal(queue.isFull(), false);
  await nextTurn();
  t.same(sure, ['later'], 'also where one before throws');

  for (let port = 2000; port < 2100; port++) send(port);
  await nextTurn();
  t.same([took.length, thread.length], [1409, 1], 'nothing more is lent');
  let closed = 0;
  thread.shift()?.();
  t.equal(took.length, 1509, 'it was sent a second time');
  for (let port = 3000; port < 3100; port++) send(port);
  await nextTurn();
  t.equal(thread.length, 1);
  queue.whenSure(() => sure.push('never'));
  queue.close(() => (closed += 1));
  t.equal(closed, 0, 'the descriptor is still in use');
  thread.shift()?.();
  t.same([closed, sure], [1, ['later']]);
});

/** Runs in the namespace: probes as each line of its standard input asks, all at once or as the answers come. */
const prober = `
  const [sender, dialUrl, channelUrl, socketsUrl, batchUrl, callsUrl, addressUrl] = process.argv.slice(1);
  const { createSynDial } = await import(dialUrl);
  const { rawChannelsOf } = await import(channelUrl);
  const { rawSocketSupport } = await import(socketsUrl);
  const { sendingInBatches } = await import(batchUrl);
  const { loadKernelCalls } = await import(callsUrl);
  const { parseAddress } = await import(addressUrl);
  const support = await rawSocketSupport();
  const open = rawChannelsOf(support.raw);
  const late = [];
  const syn = createSynDial({
    open: sender === 'batches' ? sendingInBatches(open, (await loadKernelCalls()).calls) : open,
    onLate: (address, port, reason) => late.push(address.text + ' ' + port + ' ' + reason),
  });
  const wordOf = (result) => result.reason ?? (result.local ? 'local ' : '') + result.code;
  const probe = ({ to, ports, patience, window }) => new Promise((resolve) => {
    const found = {};
    const [waiting, underWay] = [[...ports], new Map()];
    const end = () => {
      clearTimeout(timer);
      for (const [port, abandon] of underWay) {
        abandon();
        (found.silence ??= []).push(port);
      }
      resolve({ found, drops: syn.drops() });
    };
    const timer = setTimeout(end, patience);
    const fill = () => {
      while (waiting.length > 0 && underWay.size < window) {
        const port = waiting.shift();
        underWay.set(port, syn.dial(parseAddress(to), port, (result) => {
          underWay.delete(port);
          (found[wordOf(result)] ??= []).push(port);
          fill();
        }));
      }
      if (underWay.size === 0) end();
    };
    fill();
  });
  const { createInterface } = await import('node:readline');
  console.log('"ready"');
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    if (request.late !== undefined) while (late.length < request.late) await new Promise((go) => setTimeout(go, 5));
    console.log(JSON.stringify(request.late === undefined ? await probe(request) : late.splice(0)));
  }
  syn.close();
`;

interface Found {
  readonly found: Readonly<Record<string, readonly number[]>>;
  readonly drops: object;
}

/** Longer than any answer takes; waited for only where something is wrong. */
const patience = 20_000;
/** Long enough for an answer on this wire; nothing here fails for want of time. */
const silence = 400;

type Prober = Awaited<ReturnType<typeof startProber>>;

async function startProber(t: Test, lab: Lab, sender: string) {
  const names = ['syn-dial', 'raw-socket-channel', 'raw-sockets', 'batch-channel', 'kernel-calls', '../model/address'];
  const modules = names.map((name) => new URL(`../src/net/${name}.ts`, import.meta.url).href);
  const args = ['--import', 'tsx', '--input-type=module', '-e', prober, sender, ...modules];
  const child = lab.outside.start(process.execPath, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  });
  if (child.stdout === null) throw new Error('the prober has no output');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error('the prober ended');
    return JSON.parse(line.value);
  };
  t.teardown(() => child.stdin?.end());
  await read();
  return {
    async probe(to: string, ports: readonly number[], options: { patience?: number; window?: number } = {}) {
      child.stdin?.write(`${JSON.stringify({ to, ports, patience, window: 1000, ...options })}\n`);
      const reply = await read();
      if (!isFound(reply)) throw new Error(`the prober said ${JSON.stringify(reply)}`);
      return reply;
    },
    /** What has come late, once it is this much. */
    async late(count: number) {
      child.stdin?.write(`${JSON.stringify({ late: count })}\n`);
      return read();
    },
  };
}

function isFound(reply: unknown): reply is Found {
  return typeof reply === 'object' && reply !== null && 'found' in reply && 'drops' in reply;
}

const support = await rawSocketSupport();
t.test('on a wire', labOptions(support.available ? undefined : support.why), async (t) => {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  const listener = `require('node:net').createServer().listen({ port: 443, host: '::' }, () => process.stdout.write('ready'))`;
  const child = lab.host.start(process.execPath, ['-e', listener], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  if (child.stdout !== null) await once(child.stdout, 'data');
  child.unref();
  const senders = (await loadKernelCalls()).available ? ['raw-socket', 'batches'] : ['raw-socket'];
  const probers = await Promise.all(
    senders.map(async (sender) => ({ sender, prober: await startProber(t, lab, sender) })),
  );
  for (const { sender, prober } of probers) await proveSender(t, lab, sender, prober);
  const wire = await laySlowWire(lab);
  for (const { sender, prober } of probers) {
    await t.test(`${sender}: late answers`, async (t) => {
      for (const to of Object.values(slowHostAddresses)) {
        await wire.setDelay(0);
        t.same((await prober.probe(to, [80, 443])).found, { reset: [80], 'syn-ack': [443] });
        await wire.setDelay(1000);
        t.same((await prober.probe(to, [80, 443], { patience: 100 })).found, { silence: [80, 443] });
        const expected = [`${to} 443 syn-ack`, `${to} 80 reset`];
        const late = await prober.late(2);
        t.same(Array.isArray(late) ? late.sort() : late, expected);
      }
    });
  }
});

/** What is to be true whoever sends. */
async function proveSender(t: Test, lab: Lab, sender: string, prober: Prober): Promise<void> {
  for (const family of [4, 6] as const) {
    const to = hostAddresses[family];
    await t.test(`${sender}, IPv${family}: open, reset, dropped and refused by a firewall`, async (t) => {
      setFirewall(lab.host, [
        'tcp dport 81 drop',
        'tcp dport 82 reject with icmpx admin-prohibited',
        'tcp dport 83 reject with icmpx host-unreachable',
        'tcp dport 84 reject with icmpx no-route',
        'tcp dport 85 reject with icmpx port-unreachable',
        'tcp dport 86 reject with tcp reset',
      ]);
      const { found } = await prober.probe(to, [443, 80, 81, 86], { patience: silence });
      t.same(found, { 'syn-ack': [443], reset: [80, 86], silence: [81] });
      // The host limits its ICMP errors, IPv6's above all: one at a time.
      lab.host.run('sysctl', ['-qw', 'net.ipv6.icmp.ratelimit=0', 'net.ipv4.icmp_ratelimit=0']);
      const refused = await prober.probe(to, [82, 83, 84, 85]);
      t.same(refused.found, {
        'admin-prohibited': [82],
        'port-unreachable': [85],
        'host-unreachable': [83],
        'net-unreachable': [84],
      });
      setFirewall(lab.host, []);
    });

    await t.test(`${sender}, IPv${family}: the kernel resets what was half opened`, async (t) => {
      for (let round = 0; round < 20; round++) {
        const { found } = await prober.probe(to, [443]);
        t.same(found, { 'syn-ack': [443] });
      }
      t.equal(lab.host.run('ss', ['-Htn', 'state', 'syn-recv']).trim(), '');
    });

    await t.test(`${sender}, IPv${family}: a local firewall refuses to send`, async (t) => {
      const chain = 'type filter hook output priority filter; tcp dport 81 drop;';
      lab.outside.run('nft', ['-f', '-'], `table inet lab {\n chain output {\n ${chain}\n }\n}\n`);
      const { found } = await prober.probe(to, [80, 81]);
      t.same(found, { reset: [80], 'local EPERM': [81] });
      lab.outside.run('nft', ['flush', 'ruleset']);
      t.same((await prober.probe(to, [81])).found, { reset: [81] });
    });

    await t.test(
      `${sender}, IPv${family}: a local firewall rejects, and answers in the name of the host`,
      async (t) => {
        const [low, rejected, unreachable] = [
          Array.from({ length: 400 }, (_, index) => 1000 + index),
          Array.from({ length: 50 }, (_, index) => 1400 + index),
          Array.from({ length: 50 }, (_, index) => 1450 + index),
        ];
        const rules =
          'tcp dport 1400-1449 reject with tcp reset; tcp dport 1450-1499 reject with icmpx admin-prohibited;';
        const chain = `type filter hook output priority filter; ${rules}`;
        lab.outside.run('nft', ['-f', '-'], `table inet lab {\n chain output {\n ${chain}\n }\n}\n`);
        const mixed = low.flatMap((port, index) => [
          port,
          ...rejected.slice(index, index + 1),
          ...unreachable.slice(index, index + 1),
        ]);
        const { found } = await prober.probe(to, mixed);
        t.same(Object.keys(found).sort(), ['local EPERM', 'reset']);
        t.same(found['reset']?.toSorted(), low.toSorted());
        t.same(found['local EPERM']?.toSorted(), [...rejected, ...unreachable].toSorted());
        lab.outside.run('nft', ['flush', 'ruleset']);
      },
    );

    await t.test(`${sender}, IPv${family}: no route`, async (t) => {
      const nowhere = family === 4 ? '192.0.2.7' : '2001:db8:9::7';
      t.same((await prober.probe(nowhere, [80])).found, { 'local ENETUNREACH': [80] });
    });

    await t.test(`${sender}, IPv${family}: every port's reset is received`, async (t) => {
      const ports = Array.from({ length: 65_535 }, (_, index) => index + 1);
      const { drops: before } = await prober.probe(to, [443]);
      for (const window of [500, 65_535]) {
        const { found, drops } = await prober.probe(to, ports, { window });
        t.equal(found['reset']?.length, 65_534, `${window} at once`);
        t.same(found['syn-ack'], [443]);
        // Where the machine is so busy that another thread comes too late, a batch is sent twice.
        t.match(drops, sender === 'batches' ? { ...before, duplicate: Number } : before);
      }
    });
  }

  await t.test(`${sender}: a neighbour that is not there`, async (t) => {
    for (const to of ['198.51.100.77', '2001:db8:1::77']) {
      t.same((await prober.probe(to, [80])).found, { EHOSTUNREACH: [80] });
    }
  });
}
