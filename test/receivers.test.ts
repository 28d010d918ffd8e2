import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { openDatabase } from '../src/history/store/open-database.js';
import { emptyHead } from '../src/model/evidence.js';
import { systemClock } from '../src/net/clock.js';
import { loadNotifiers } from '../src/watch/notifiers/load-notifiers.js';
import { DeliveryError, type Notifier } from '../src/watch/notifiers/notifier.js';
import type { NotifierWorld } from '../src/watch/notifiers/world.js';
import { openOutbox } from '../src/watch/outbox/open-outbox.js';
import { alertOf, manualClock } from './fixtures/alerts.js';
import { createCertificate, createExpiredCertificate } from './lab/certificate.js';
import type { CollectorPorts } from './lab/daemons/collector.js';
import { startMailbox } from './lab/daemons/mailbox.js';
import { startRsyslog } from './lab/daemons/rsyslog.js';
import { startSyslogNg } from './lab/daemons/syslog-ng.js';
import { createLab } from './lab/lab.js';
import { labOptions } from './lab/requirements.js';
import { freePorts } from './lab/this-machine.js';

const never = new AbortController().signal;
const password = 'c0rrect-h0rse';

const world: NotifierWorld = {
  clock: systemClock,
  env: { SMTP_PASSWORD: password, WRONG: 'wr0ng-h0rse' },
  version: '0.1.0',
  hostName: 'scanner7.example.org',
  processId: 4711,
  writeLine: () => Promise.resolve(),
};

async function portsOf(): Promise<CollectorPorts> {
  const [both = 0, tls = 0, mutual = 0] = await freePorts(3);
  return { udp: both, tcp: both, tls, mutual };
}

/** Makes notifiers of entries of a file, out of a lab's directory. */
function loaderIn(directory: string) {
  let files = 0;
  return async (entry: string, clock = systemClock): Promise<Notifier[]> => {
    const file = join(directory, `notify-${(files += 1)}.yaml`);
    writeFileSync(file, `version: 1\nnotifiers:\n  - ${entry}\n`, { mode: 0o600 });
    return [...(await loadNotifiers(file, { ...world, clock })).notifiers];
  };
}

async function failureOf(notifier: Notifier | undefined, alert = alertOf()): Promise<DeliveryError> {
  try {
    await notifier?.deliver(alert, never);
  } catch (error) {
    if (error instanceof DeliveryError) return error;
    throw error;
  }
  throw new Error(`it was delivered: ${alert.id}`);
}

/** A lab for its directories alone; they must be open to servers that give up root. */
function directories(t: Test): (name: string) => string {
  const lab = createLab();
  t.teardown(() => {
    lab.remove();
  });
  return (name) => lab.directory(name);
}

const hostile = {
  watch: 'w "x" ]\\ [ü\n<34>1 forged',
  summary: 'greets\n<34>1 2026-01-01T00:00:00Z forged - - - - "]\\ \x1b[31m ünïcode 日本',
};

for (const [name, start] of [
  ['rsyslog', startRsyslog],
  ['syslog-ng', startSyslogNg],
] as const) {
  t.test(`a real ${name}`, labOptions(), async (t) => {
    const directory = directories(t);
    const [own, other, old] = ['own', 'other', 'old'].map(directory);
    if (own === undefined || other === undefined || old === undefined) return;
    const good = createCertificate(own, ['localhost']);
    const wrong = createCertificate(other, ['localhost']);
    const expired = createExpiredCertificate(old, ['localhost']);
    const ports = await portsOf();
    const home = directory('daemon');
    let collector = await start(home, good, ports);
    t.teardown(() => collector.stop());
    const load = loaderIn(directory('files'));
    const trust = `ca: ${good.certificate}`;
    const entries = {
      udp: `{ name: c, syslog: "udp://localhost:${ports.udp}" }`,
      tcp: `{ name: c, syslog: "tcp://localhost:${ports.tcp}", facility: authpriv }`,
      tls: `{ name: c, syslog: "tls://localhost:${ports.tls}", ${trust} }`,
      mutual: `{ name: c, syslog: "tls://localhost:${ports.mutual}", ${trust}, cert: ${good.certificate}, key: ${good.key} }`,
    };

    for (const [transport, entry] of Object.entries(entries)) {
      const [notifier] = await load(entry);
      const id = `taken-by-${transport}`;
      await notifier?.deliver(alertOf({ id, ...hostile }), never);
      const received = await collector.message(id);
      t.match(
        received,
        {
          pri: (transport === 'tcp' ? 10 : 16) * 8 + 3,
          ...{ host: 'scanner7.example.org', app: 'exposcan', process: '4711', msgid: 'raised' },
          data: {
            ...{ id, vantage: 'internet', severity: 'high', rule: 'hosts[0].services[2]', code: 'exposed' },
            ...{ outcome: 'fail', host: 'offsite7.example.org', address: '192.0.2.7', port: '3306' },
            ...{ headseq: '41', head: 'ab'.repeat(32), watch: 'w "x" ]\\ [ü\\n<34>1 forged' },
          },
        },
        transport,
      );
      t.equal(new Date(received.time).toISOString(), '2026-01-02T03:04:05.678Z');
      const shown = 'greets\\n<34>1 2026-01-01T00:00:00Z forged - - - - "]\\ \\x1b[31m ünïcode 日本 ';
      t.ok(received.message.replace('\ufeff', '').startsWith(shown), received.message);
      t.same(JSON.parse(received.message.slice(received.message.indexOf(' {"format"'))), alertOf({ id, ...hostile }));
    }

    for (const [transport, longest] of [
      ['udp', 2048],
      ['tcp', 8192],
      ['tls', 8192],
    ] as const) {
      const [notifier] = await load(entries[transport]);
      const { finding } = alertOf();
      if (finding === undefined) return;
      // As much as goes in with the document, and more than goes in at all.
      const filled = alertOf({
        id: `filled-${transport}`,
        finding: { ...finding, evidence: 'e'.repeat(longest - 2000) },
      });
      if (transport !== 'udp') {
        await notifier?.deliver(filled, never);
        t.match((await collector.message(filled.id)).message, JSON.stringify(filled));
      }
      const id = `cut-${transport}`;
      await notifier?.deliver(alertOf({ id, summary: 'ü'.repeat(20_000) }), never);
      const received = await collector.message(id);
      t.match(received.message.replace('\ufeff', ''), /^ü{500,}$/);
      t.equal(received.data['head'], 'ab'.repeat(32), 'the head is never cut');
    }

    const late = manualClock('2026-01-02T03:04:05Z');
    const refused: readonly (readonly [id: string, entry: string, message: RegExp])[] = [
      [
        'wrong-ca',
        `{ name: c, syslog: "tls://localhost:${ports.tls}", ca: ${wrong.certificate} }`,
        /self-signed|unable to verify|signature/,
      ],
      ['system-ca', `{ name: c, syslog: "tls://localhost:${ports.tls}" }`, /self-signed certificate/],
      ['wrong-name', `{ name: c, syslog: "tls://127.0.0.1:${ports.tls}", ${trust} }`, /does not match certificate/],
      [
        'no-certificate',
        `{ name: c, syslog: "tls://localhost:${ports.mutual}", ${trust} }`,
        /certificate required|reset|before we did/,
      ],
      [
        'strange-certificate',
        `{ name: c, syslog: "tls://localhost:${ports.mutual}", ${trust}, cert: ${wrong.certificate}, key: ${wrong.key} }`,
        /alert|reset|before we did/,
      ],
      [
        'tls-to-plain',
        `{ name: c, syslog: "tls://localhost:${ports.tcp}", ${trust} }`,
        /did not end|before|disconnected/,
      ],
      ['plain-to-tls', `{ name: c, syslog: "tcp://localhost:${ports.tls}" }`, /reset|before we did|it says/],
    ];
    for (const [id, entry, message] of refused) {
      const [notifier] = await load(entry, id === 'tls-to-plain' ? late.clock : systemClock);
      const timer = id === 'tls-to-plain' ? setTimeout(late.pass, 500, 30_000) : undefined;
      t.match(await failureOf(notifier, alertOf({ id })), { trouble: 'receiver', message }, id);
      clearTimeout(timer);
    }
    const expiredPorts = await portsOf();
    const outdated = await start(directory('outdated'), expired, expiredPorts);
    t.teardown(() => outdated.stop());
    const [behind] = await load(
      `{ name: c, syslog: "tls://localhost:${expiredPorts.tls}", ca: ${expired.certificate} }`,
    );
    t.match(await failureOf(behind, alertOf({ id: 'expired' })), { trouble: 'receiver', message: /expired/ });
    t.equal(outdated.count('expired'), 0);

    await t.test('down, and up again: nothing is lost', async (t) => {
      const time = manualClock('2026-01-02T03:04:05Z');
      const said: string[] = [];
      const database = await openDatabase(join(directory('history'), 'h.db'));
      t.teardown(() => database.destroy());
      const notifiers: Notifier[] = [];
      for (const transport of ['udp', 'tcp', 'tls'] as const) {
        notifiers.push(...(await load(entries[transport].replace('name: c', `name: ${transport}`))));
      }
      const history = { file: 'h.db', note: () => Promise.resolve(emptyHead) };
      const outbox = openOutbox(
        { database, history, watch: 'w', clock: time.clock, random: () => 0, say: (line) => said.push(line) },
        notifiers,
      );
      await collector.stop();
      await outbox.enqueue(alertOf({ id: 'first' }));
      await outbox.enqueue(alertOf({ id: 'second' }));
      await outbox.deliverDue(never);
      t.equal(await outbox.pending(), 6);
      for (const transport of ['udp', 'tcp', 'tls']) {
        const line = new RegExp(`Notifier ${transport} cannot deliver: the connection was refused`);
        t.equal(said.filter((each) => line.test(each)).length, 1, transport);
      }
      collector = await start(home, good, ports);
      time.pass(5000);
      await outbox.deliverDue(never);
      t.equal(await outbox.pending(), 0);
      for (const id of ['first', 'second']) {
        await collector.message(id);
        while (collector.count(id) < 3) await new Promise((resolve) => setTimeout(resolve, 20));
        t.equal(collector.count(id), 3, 'once by each way');
      }
    });

    // Whatever came late has had its time by now.
    for (const [id] of refused) t.equal(collector.count(id), 0, `${id} is not there`);
  });
}

t.test('a real mail server', labOptions(), async (t) => {
  const directory = directories(t);
  const [smtp = 0, submission = 0, submissions = 0] = await freePorts(3);
  const server = await startMailbox(directory('mail'), { smtp, submission, submissions }, password);
  t.teardown(() => server.stop());
  const load = loaderIn(directory('files'));
  const own = 'from: exposcan@example.org';
  const login = 'user: exposcan, password: { env: SMTP_PASSWORD }';
  const trust = `ca: ${server.certificate}`;
  const mailed = async (id: string, count = 1) => {
    const deadline = performance.now() + 20_000;
    for (;;) {
      const found = server.mails().filter((mail) => mail.includes(`Message-ID: <${id}@example.org>`));
      if (found.length >= count) return found;
      if (performance.now() > deadline) throw new Error(`no mail ${id}:\n${server.log()}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const textOf = (mail: string) => {
    const quoted = mail.slice(mail.indexOf('\n\n') + 2).replace(/=\n/g, '');
    return Buffer.from(
      quoted.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
      'latin1',
    ).toString('utf8');
  };

  for (const [id, entry] of [
    [
      'by-tls',
      `{ name: m, mail: [admin@example.org], ${own}, smtp: "smtps://localhost:${submissions}", ${trust}, ${login} }`,
    ],
    [
      'by-starttls',
      `{ name: m, mail: [admin@example.org], ${own}, smtp: "smtp://localhost:${submission}", ${trust}, ${login} }`,
    ],
    ['in-the-clear', `{ name: m, mail: [admin@example.org], ${own}, smtp: "smtp://localhost:${smtp}", tls: none }`],
  ] as const) {
    const [notifier] = await load(entry);
    await notifier?.deliver(alertOf({ id, summary: `${hostile.summary}\r\nBcc: victim@example.org` }), never);
    const [mail = ''] = await mailed(id);
    const head = mail.slice(0, mail.indexOf('\n\n'));
    t.match(head, /^From: exposcan@example\.org$/m);
    t.match(head, /^To: admin@example\.org$/m);
    t.match(head, /^Auto-Submitted: auto-generated$/m);
    t.match(head, /^Subject: .*exposcan/m);
    t.notMatch(head, /^(?:Bcc|<34>)/m, 'nothing gets out of the subject');
    t.match(textOf(mail), 'ünïcode 日本');
    t.match(textOf(mail), /What to do:\n {2}Write bind-address = 127\.0\.0\.1 into my\.cnf\./);
    t.match(textOf(mail), 'ab'.repeat(32));
  }
  t.equal(server.log().match(/sasl_username=exposcan/g)?.length, 2);

  t.test('an address that is refused keeps nobody else from their mail', async (t) => {
    const [refused, taken] = await load(
      `{ name: m, mail: [refused@example.org, admin@example.org], ${own}, smtp: "smtp://localhost:${smtp}", tls: none }`,
    );
    const alert = alertOf({ id: 'two-addresses' });
    t.same([refused?.name, taken?.name], ['m:refused@example.org', 'm:admin@example.org']);
    t.match(await failureOf(refused, alert), { trouble: 'receiver', message: /550 5\.1\.1 .*no such box/ });
    await taken?.deliver(alert, never);
    const [mail] = await mailed('two-addresses');
    t.match(mail, /^To: refused@example\.org, admin@example\.org$/m);
  });

  t.test('failures, which show no password', async (t) => {
    const to = `mail: [admin@example.org], ${own}`;
    for (const [entry, message] of [
      [`smtp: "smtps://localhost:${submissions}"`, /self-signed certificate/],
      [`smtp: "smtp://localhost:${submission}"`, /self-signed certificate/],
      [`smtp: "smtps://127.0.0.1:${submissions}", ${trust}`, /does not match certificate/],
      [`smtp: "smtps://localhost:${submissions}", ${trust}, user: exposcan, password: { env: WRONG }`, /535 5\.7\.8/],
      [`smtp: "smtps://localhost:${smtp}", ${trust}`, /wrong version number/],
      [`smtp: "smtp://localhost:${submission}", tls: none`, /530 5\.7\.0 Must issue a STARTTLS/],
      ['smtp: "smtp://localhost:1", tls: none', /refused/],
    ] as const) {
      const [notifier] = await load(`{ name: m, ${to}, ${entry} }`);
      const error = await failureOf(notifier, alertOf({ id: 'not-taken' }));
      t.match(error, { trouble: 'receiver', message }, entry);
      t.notMatch(error.message, /h0rse|aDByc2U/);
    }
    t.notMatch(server.mails().join(), 'not-taken');
    t.notMatch(readFileSync(join(server.certificate, '..', 'output.log'), 'utf8'), password);
  });

  t.test('a server on the way that takes STARTTLS out gets neither login nor mail', async (t) => {
    const heard: string[] = [];
    const stripping = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 mail.example.org ESMTP\r\n');
      socket.setEncoding('latin1').on('data', (text: string) => {
        heard.push(text);
        if (/^EHLO/i.test(text)) socket.write('250-mail.example.org\r\n250 AUTH PLAIN LOGIN\r\n');
        else socket.write(/^STARTTLS/i.test(text) ? '502 5.5.1 what is that\r\n' : '250 ok\r\n');
      });
    });
    await new Promise<void>((resolve) => stripping.listen(0, '127.0.0.1', resolve));
    t.teardown(() => stripping.close());
    const address = stripping.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const [notifier] = await load(
      `{ name: m, mail: [a@example.org], ${own}, smtp: "smtp://127.0.0.1:${port}", ${login} }`,
    );
    t.match(await failureOf(notifier), { trouble: 'receiver', message: /STARTTLS/ });
    t.notMatch(heard.join(''), /AUTH|MAIL FROM|RCPT/i);
  });
});
