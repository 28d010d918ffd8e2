import type { Protocol } from '../protocol.js';

/**
 * The trapper of Zabbix's server and proxy (Zabbix documentation, "Header", and "Remote monitoring of Zabbix stats").
 *
 * ```
 * message   "ZBXD" · flags u8 = 1 · length u32le · reserved u32le = 0 · JSON
 * → {"request":"zabbix.stats"}
 * ← {"response":"failed","info":"Permission denied."}, or {"response":"success","data":{…}}
 * ```
 *
 * Of all requests this one changes nothing, whoever sends it: it reads counters, and only for the addresses of `StatsAllowedIP`.
 */
export const zabbixTrapper: Protocol = {
  name: 'zabbix-trapper',
  ports: [10051],
  probe: message('{"request":"zabbix.stats"}'),
  blindTurn: 15,
  takes: { tls: 'closes', http: 'closes', beanstalkd: 'closes', socks: 'closes', 'ms-wbt-server': 'closes' },
  matchers: [
    {
      pattern: /^ZBXD\x01[\x00-\xff]{4}\x00{4}\{"response":"failed","info":"(?<extraInfo>[^"\x00-\x1f]{0,200})"/,
    },
    {
      pattern: /^ZBXD\x01[\x00-\xff]{4}\x00{4}\{"response":"success",/,
      facts: () => ({ extraInfo: 'tells its counters to strangers' }),
    },
  ],
  about: {
    recognisedBy: 'the answer to zabbix.stats',
    logs: 'one line: failed to accept an incoming stats request',
  },
  examples: [
    {
      from: 'Zabbix proxy 6.0.14, Debian 12',
      bytes: message('{"response":"failed","info":"Permission denied."}'),
      service: { name: 'zabbix-trapper', extraInfo: 'Permission denied.' },
    },
    {
      from: 'built from the documentation: an address that is allowed to ask',
      bytes: message('{"response":"success","data":{"boottime":1,"uptime":2}}'),
      service: { name: 'zabbix-trapper', extraInfo: 'tells its counters to strangers' },
    },
  ],
  negatives: [{ from: 'an answer of an agent', bytes: message('6.0.14') }],
};

function message(text: string): Uint8Array {
  return Buffer.from(`ZBXD\x01${String.fromCharCode(text.length)}\0\0\0\0\0\0\0${text}`, 'latin1');
}
