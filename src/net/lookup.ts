import { lookup as systemLookup, promises as dns } from 'node:dns';
import { compareAddresses, parseAddress, type Address, type Family } from '../model/address.js';
import { messageOf, systemCode } from '../model/errors.js';
import { systemClock, type Clock } from './clock.js';

/**
 * What looking up a name's addresses of one family gave.
 *
 * `no-record` is an answer: the name exists without an address of this family, or does not exist. `failed` is the lack of
 * one, and says nothing about the name; `code` is the resolver's own (`EAI_AGAIN`, `ESERVFAIL`, `ETIMEOUT`), and
 * `message` says it in words.
 */
export type LookupResult =
  | { readonly kind: 'addresses'; readonly addresses: readonly Address[] }
  | { readonly kind: 'no-record' }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export type Lookup = (name: string, family: Family) => Promise<LookupResult>;

/** The two ways to ask, each giving address texts or rejecting with a coded error. */
export interface Resolvers {
  /** getaddrinfo(3): hosts file, name servers, and whatever else this machine is set up to ask. */
  system(name: string, family: Family): Promise<readonly string[]>;
  /** A DNS query to the configured name servers and nothing else. */
  dns(name: string, family: Family): Promise<readonly string[]>;
}

const noRecordCodes = new Set(['ENOTFOUND', 'ENODATA', 'EAI_NODATA', 'EAI_NONAME']);

/** What a name server said that is not an answer. Time-outs and the like only mean that DNS could not be asked this way. */
const serverFailures = new Set(['EFORMERR', 'ESERVFAIL', 'ENOTIMP', 'EREFUSED', 'EBADRESP']);

/**
 * Makes a lookup that tells "no such record" from "could not be looked up".
 *
 * What getaddrinfo says, measured with Node 20 and glibc 2.36 against name servers of every kind:
 * NXDOMAIN and an answer without records are ENOTFOUND; SERVFAIL, REFUSED, NOTIMP, silence (after 10 s), a dead or unreachable
 * server, an empty resolv.conf and none at all are EAI_AGAIN. (With no server configured, glibc asks 127.0.0.1, so a
 * machine without a name server fails rather than finding nothing. A local server that answers NXDOMAIN for everything cannot
 * be told from the truth.) Two lies remain, both ENOTFOUND: a name server that answers FORMERR, and `options no-aaaa` in
 * resolv.conf, which hides every IPv6 address. So "no record" is believed only after a plain DNS query that does not
 * contradict it; where that finds addresses, they are the result.
 *
 * A zone (`fe80::1%eth0`) in the hosts file is not seen by glibc. An IPv4-mapped result comes back as IPv4. Addresses are
 * sorted, each once, whatever order the server rotates them into. The lookup never rejects, and ends within the time-out;
 * the operating system's call may go on behind it, since it cannot be cancelled.
 */
export function createLookup(resolvers: Resolvers, clock: Clock, timeoutMs: number): Lookup {
  return (name, family) =>
    new Promise((resolve) => {
      const cancel = clock.after(timeoutMs, () => {
        resolve(
          isLocalhost(name) ? { kind: 'no-record' } : failed('ETIMEOUT', `no answer within ${timeoutMs / 1000} s`),
        );
      });
      void ask(resolvers, name, family).then((result) => {
        cancel();
        resolve(result);
      });
    });
}

async function ask(resolvers: Resolvers, name: string, family: Family): Promise<LookupResult> {
  const first = await resolvers.system(name, family).then(found, refusal);
  if (isLocalhost(name) && first.kind === 'failed' && first.code === 'EAI_AGAIN') return { kind: 'no-record' };
  if (first.kind !== 'no-record' || isLocalhost(name)) return first;
  const second = await resolvers.dns(name, family).then(found, refusal);
  return second.kind === 'failed' && !serverFailures.has(second.code) ? first : second;
}

/** RFC 6761, 6.3: localhost is never a matter for DNS, so what the name servers fail to say about it does not count. */
function isLocalhost(name: string): boolean {
  return /(?:^|\.)localhost\.?$/i.test(name);
}

function refusal(error: unknown): LookupResult {
  const code = systemCode(error) ?? 'UNKNOWN';
  return noRecordCodes.has(code) ? { kind: 'no-record' } : failed(code, inWords(code) ?? messageOf(error));
}

function inWords(code: string): string | undefined {
  if (code === 'EAI_AGAIN') return 'no name server gave an answer';
  return serverFailures.has(code) ? 'the name server answered with a failure' : undefined;
}

function failed(code: string, message: string): LookupResult {
  return { kind: 'failed', code, message };
}

function found(texts: readonly string[]): LookupResult {
  const addresses = new Map<string, Address>();
  for (const text of texts) {
    const address = readAddress(text);
    if (address === undefined) return failed('EBADRESP', 'the resolver gave something that is not an address');
    addresses.set(address.text, address);
  }
  if (addresses.size === 0) return { kind: 'no-record' };
  return { kind: 'addresses', addresses: [...addresses.values()].sort(compareAddresses) };
}

function readAddress(text: string): Address | undefined {
  try {
    return parseAddress(text);
  } catch {
    return undefined;
  }
}

const systemResolvers: Resolvers = {
  system: (name, family) =>
    new Promise((resolve, reject) => {
      systemLookup(name, { all: true, family, verbatim: true }, (error, entries) => {
        if (error === null) resolve(entries.map(({ address }) => address));
        else reject(error);
      });
    }),
  async dns(name, family) {
    const resolver = new dns.Resolver({ timeout: 2000, tries: 2 });
    return family === 4 ? await resolver.resolve4(name) : await resolver.resolve6(name);
  },
};

/** Looks a name up as this machine would, each family apart, in at most ten seconds. */
export const lookupName: Lookup = createLookup(systemResolvers, systemClock, 10_000);
