import type { Parsed, Protocol, ProvenFacts } from '../protocol.js';
import { latin1 } from '../reader.js';

/** So many modules are named. */
const maxModules = 8;
const greeting = Buffer.from('@RSYNCD: 32.0 sha512 sha256 sha1 md5 md4\n');

/**
 * The rsync daemon (rsync's documentation, rsyncd.conf(5), and csprotocol.txt of its source).
 *
 * ```
 * ← "@RSYNCD: " version of the protocol ( SP digest )* LF        digests from protocol 32 on
 * → "@RSYNCD: 31.0" LF "#list" LF
 * ← message of the day, in lines
 *   name of a module, with blanks to at least 15 · TAB comment LF        those that are to be listed (rsyncd.conf(5), `list`)
 *   "@RSYNCD: EXIT" LF
 * ```
 *
 * The server speaks first. The list of its modules is what `rsync HOST::` shows to everybody; none of them is opened. The release
 * cannot be told.
 */
export const rsync: Protocol = {
  name: 'rsync',
  ports: [873],
  matchers: [
    {
      pattern: /^@RSYNCD: (?<number>\d{1,3}(?:\.\d{1,3})?)(?: [a-z0-9 ]*)?\n/,
      facts: ({ number }) => ({ extraInfo: `protocol ${number}` }),
    },
  ],
  asks: {
    when: () => true,
    write: Buffer.from('@RSYNCD: 31.0\n#list\n'),
    read: readList,
    examples: [
      {
        from: 'rsync 3.5.0, Debian 12, with a message of the day and a module that is not to be listed',
        greeting,
        bytes: Buffer.from(
          'Welcome to\trsync\nrules\n\nbackup         \tall of it\na_long_name_for_a_module\t\n@RSYNCD: EXIT\n',
        ),
        service: { name: 'rsync', extraInfo: 'protocol 32.0; modules backup, a_long_name_for_a_module' },
      },
      {
        from: 'rsync 3.5.0, Debian 12, without a module',
        greeting,
        bytes: Buffer.from('@RSYNCD: EXIT\n'),
        service: { name: 'rsync', extraInfo: 'protocol 32.0; no modules listed' },
      },
      {
        from: 'built from csprotocol.txt, with many modules',
        greeting: Buffer.from('@RSYNCD: 29\n'),
        bytes: Buffer.from(
          `${Array.from({ length: 11 }, (_, at) => `m${at}`.padEnd(15) + '\t\n').join('')}@RSYNCD: EXIT\n`,
        ),
        service: { name: 'rsync', extraInfo: 'protocol 29; modules m0, m1, m2, m3, m4, m5, m6, m7, and 3 more' },
      },
    ],
  },
  about: {
    recognisedBy: 'the greeting',
    logs: 'one connection, and one request for the list of modules',
  },
  examples: [
    {
      from: 'rsync 3.5.0, Debian 12',
      bytes: greeting,
      service: { name: 'rsync', extraInfo: 'protocol 32.0' },
    },
    {
      from: 'built from csprotocol.txt: an older one',
      bytes: Buffer.from('@RSYNCD: 29\n'),
      service: { name: 'rsync', extraInfo: 'protocol 29' },
    },
  ],
  negatives: [{ from: 'the end of a list of modules', bytes: Buffer.from('@RSYNCD: EXIT\n') }],
};

function readList(answer: Uint8Array, { extraInfo: protocol }: ProvenFacts): Parsed {
  const lines = latin1(answer).split('\n').slice(0, -1);
  const end = lines.findIndex((line) => /^@(?:RSYNCD: EXIT|ERROR)/.test(line));
  const names = lines.map(moduleName).filter((name) => name !== undefined);
  const more = names.length > maxModules ? [`and ${names.length - maxModules} more`] : [];
  const modules = [...names.slice(0, maxModules), ...more].join(', ');
  if (end < 0) {
    return names.length === 0
      ? { kind: 'more' }
      : { kind: 'match', facts: { extraInfo: `${protocol}; modules ${modules}, …` }, growing: true };
  }
  if (lines[end]?.startsWith('@ERROR') === true) return { kind: 'no' };
  return {
    kind: 'match',
    facts: { extraInfo: `${protocol}; ${modules === '' ? 'no modules listed' : `modules ${modules}`}` },
  };
}

/** A line of the list is known by its blanks: the message of the day before it is any text. */
function moduleName(line: string): string | undefined {
  const [, name, blanks] = /^([!-~]{1,100})( {0,14})\t/.exec(line) ?? [];
  if (name === undefined || blanks === undefined) return undefined;
  return name.length + blanks.length === Math.max(15, name.length) ? name : undefined;
}
