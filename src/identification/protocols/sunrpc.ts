import { groupBy } from '../../model/groups.js';
import type { Parsed, Protocol } from '../protocol.js';
import { readerOf } from '../reader.js';
import { readRpcReply, rpcCall, rpcReplyExample, versionRange } from '../rpc-message.js';

const [portmapper, version, dump] = [100000, 2, 4];
const tcp = 6;

/** By their numbers (IANA's Remote Procedure Call Program Numbers, RFC 5531, section 13); the others are given as numbers. */
const programNames: ReadonlyMap<number, string> = new Map([
  [100000, 'portmapper'],
  [100001, 'rstatd'],
  [100002, 'rusersd'],
  [100003, 'nfs'],
  [100004, 'ypserv'],
  [100005, 'mountd'],
  [100007, 'ypbind'],
  [100008, 'walld'],
  [100009, 'yppasswdd'],
  [100011, 'rquotad'],
  [100021, 'nlockmgr'],
  [100024, 'status'],
  [100068, 'cmsd'],
  [100083, 'ttdbserverd'],
  [100227, 'nfs_acl'],
  [100300, 'nisd'],
]);

interface Registered {
  readonly program: number;
  readonly version: number;
  readonly protocol: number;
  readonly port: number;
}

/**
 * The port mapper of ONC RPC (RFC 1833, sections 3.1 and 3.2: PMAPPROC_DUMP; the messages: RFC 5531), which tells the programs that are
 * registered with it.
 *
 * ```
 * results   (1 · program u32be · version u32be · protocol u32be, 6 TCP or 17 UDP · port u32be)* · 0
 * ```
 *
 * The list is what `rpcinfo -p` shows, and nothing is called by it.
 */
export const sunrpc: Protocol = {
  name: 'sunrpc',
  ports: [111],
  context: 'asked',
  probe: rpcCall(portmapper, version, dump),
  blindTurn: 11,
  takes: { socks: 'waits' },
  matchers: [{ parse }],
  about: { recognisedBy: 'the RPC reply to a request for the list of programs', logs: 'nothing' },
  examples: [
    {
      from: 'rpcbind 1.2.6, Debian 12',
      bytes: rpcReplyExample(portmapper, 0, [
        ...[4, 3, 2].flatMap((number) => [1, portmapper, number, tcp, 111]),
        ...[4, 3, 2].flatMap((number) => [1, portmapper, number, 17, 111]),
        0,
      ]),
      service: { name: 'sunrpc', extraInfo: 'portmapper 2 to 4 on 111' },
    },
    {
      from: 'built from RFC 1833, with programs as a file server registers them',
      bytes: rpcReplyExample(portmapper, 0, [
        ...[1, portmapper, 2, tcp, 111, 1, 100003, 3, tcp, 2049, 1, 100003, 4, tcp, 2049],
        ...[1, 100005, 3, 17, 20048, 1, 100005, 3, tcp, 20048, 1, 395_183, 1, 17, 876, 0],
      ]),
      service: {
        name: 'sunrpc',
        extraInfo: 'portmapper 2 on 111; nfs 3 to 4 on 2049; mountd 3 on 20048; 395183 1 on UDP 876',
      },
    },
    {
      from: 'built from RFC 5531: a server of another program, which does not know this one',
      bytes: rpcReplyExample(portmapper, 1),
      service: { name: 'sunrpc', extraInfo: 'no such program' },
    },
  ],
  negatives: [
    { from: 'our own call, echoed', bytes: rpcCall(portmapper, version, dump) },
    { from: 'a reply without an end of the list', bytes: rpcReplyExample(portmapper, 0, [1, portmapper, 2, tcp]) },
    { from: 'a reply with a status that there is none of', bytes: rpcReplyExample(portmapper, 9) },
  ],
};

function parse(bytes: Uint8Array): Parsed {
  const reply = readRpcReply(bytes, portmapper);
  if (reply === 'more') return { kind: 'more' };
  if (reply === undefined) return { kind: 'no' };
  switch (reply.kind) {
    case 'refused':
      return { kind: 'match', facts: { extraInfo: reply.reason } };
    case 'mismatch':
      return { kind: 'match', facts: { extraInfo: `portmapper ${versionRange(reply.lowest, reply.highest)}` } };
    case 'success': {
      const programs = readList(reply.results);
      return programs === undefined ? { kind: 'no' } : { kind: 'match', facts: { extraInfo: describe(programs) } };
    }
  }
}

/** Undefined where the list does not end as it should. */
function readList(results: Uint8Array): readonly Registered[] | undefined {
  const reader = readerOf(results);
  const list: Registered[] = [];
  for (;;) {
    const goesOn = reader.u32();
    if (goesOn === 0) return list;
    const [program, number, protocol, port] = [reader.u32(), reader.u32(), reader.u32(), reader.u32()];
    if (goesOn !== 1 || program === undefined || number === undefined) return undefined;
    if (protocol === undefined || port === undefined) return undefined;
    list.push({ program, version: number, protocol, port });
  }
}

/** Each program once, with its versions and its port: of TCP where it has one. */
function describe(list: readonly Registered[]): string {
  return Array.from(
    groupBy(list, ({ program }) => program),
    ([program, entries]) => {
      const versions = entries.map((entry) => entry.version);
      const entry = entries.find(({ protocol }) => protocol === tcp) ?? entries[0];
      const port = entry === undefined ? '' : ` on ${entry.protocol === tcp ? '' : 'UDP '}${entry.port}`;
      const range = versionRange(Math.min(...versions), Math.max(...versions));
      return `${programNames.get(program) ?? program} ${range}${port}`;
    },
  ).join('; ');
}
