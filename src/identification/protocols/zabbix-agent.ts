import { cpe } from '../cpe.js';
import type { Parsed, Protocol } from '../protocol.js';
import { latin1, readerOf } from '../reader.js';

const maxLength = 256;

/**
 * Zabbix's agent, in passive checks (Zabbix documentation, "Passive and active agent checks" and "Header").
 *
 * ```
 * message   "ZBXD" · flags u8 = 1 · length u32le · reserved u32le = 0 · text
 * → "agent.version"
 * ← "6.0.14", or "ZBX_NOTSUPPORTED" NUL reason
 * ```
 *
 * It reads one item, which every agent has, old and new. An agent answers only to the addresses of its `Server` and hangs up on others.
 */
export const zabbixAgent: Protocol = {
  name: 'zabbix-agent',
  ports: [10050],
  probe: message('agent.version'),
  matchers: [{ parse }],
  about: {
    recognisedBy: 'the answer to the item agent.version',
    logs: 'nothing where it answers, else: connection rejected, allowed hosts',
  },
  examples: [
    {
      from: 'Zabbix agent 6.0.14, Debian 12',
      bytes: message('6.0.14'),
      service: {
        name: 'zabbix-agent',
        product: 'Zabbix agent',
        version: '6.0.14',
        cpe: ['cpe:2.3:a:zabbix:zabbix:6.0.14:*:*:*:*:*:*:*'],
      },
    },
    {
      from: 'Zabbix agent 6.0.14, Debian 12, asked in the way of a trapper',
      bytes: message('ZBX_NOTSUPPORTED\0Invalid item key format.'),
      service: { name: 'zabbix-agent', extraInfo: 'Invalid item key format.' },
    },
  ],
  negatives: [
    { from: 'an answer to another question', bytes: message('1') },
    { from: 'an answer of a server', bytes: message('{"response":"failed","info":"Permission denied."}') },
  ],
};

function message(text: string): Uint8Array {
  return Buffer.from(`ZBXD\x01${String.fromCharCode(text.length)}\0\0\0\0\0\0\0${text}`, 'latin1');
}

function parse(bytes: Uint8Array): Parsed {
  const opening = 'ZBXD\x01';
  const head = latin1(bytes.subarray(0, opening.length));
  if (!opening.startsWith(head)) return { kind: 'no' };
  const reader = readerOf(bytes.subarray(head.length));
  const [length, zero, reserved] = [reader.u24le(), reader.u8(), reader.u32()];
  if ((length ?? 1) > maxLength || (zero ?? 0) !== 0 || (reserved ?? 0) !== 0) return { kind: 'no' };
  const body = length === undefined || reserved === undefined ? undefined : reader.take(length);
  if (body === undefined) return { kind: 'more' };
  const text = latin1(body);
  const version = /^\d{1,3}\.\d{1,3}\.\d{1,3}[\w.+-]{0,20}$/.exec(text)?.[0];
  if (version !== undefined) {
    return { kind: 'match', facts: { product: 'Zabbix agent', version, cpe: [cpe('zabbix', 'zabbix', version)] } };
  }
  const reason = /^ZBX_NOTSUPPORTED(?:\0([\x20-\x7e]*))?$/.exec(text);
  return reason === null ? { kind: 'no' } : { kind: 'match', facts: { extraInfo: reason[1] } };
}
