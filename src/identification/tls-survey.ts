import type { TlsFacts } from '../model/observation.js';
import type { Match } from './match.js';
import { suggestsHttp } from './plan.js';
import type { Session, TlsOffer } from './session.js';
import { readTlsAnswer } from './tls-record.js';

/** Every version that is offered, the newest first; SSL 3.0 is not built into OpenSSL any more. */
const versions = ['TLSv1.3', 'TLSv1.2', 'TLSv1.1', 'TLSv1'] as const;
type Version = (typeof versions)[number];
const webOffer = ['h2', 'http/1.1'];

/** Collects what handshakes showed. */
interface Survey {
  /** Makes one handshake more, and leaves. */
  attempt(maxVersion: Version, alpn?: readonly string[]): Promise<void>;
  knows(version: Version): boolean;
  facts(): Pick<TlsFacts, 'versions' | 'alpnChoices'>;
}

/**
 * Which older versions of TLS a server takes as well, and which protocol it picks by ALPN: two more handshakes at most, on connections
 * of the endpoint's budget, and none with a service that punishes or that upgraded to TLS. What could not be tried stays unknown.
 */
export async function surveyTls(session: Session, tls: TlsFacts, match: Match | undefined): Promise<TlsFacts> {
  const survey = startSurvey(session, tls, match);
  if (tls.startTls !== true && match?.protocol.punishes !== true) {
    const isWeb = match === undefined ? suggestsHttp(session.port) : match.protocol.name === 'http';
    const alpn = isWeb ? webOffer : undefined;
    if (!survey.knows('TLSv1.2')) await survey.attempt('TLSv1.2', alpn);
    else if (isWeb) await survey.attempt('TLSv1.3', alpn);
    if (!survey.knows('TLSv1.1')) await survey.attempt('TLSv1.1');
    else if (isWeb && survey.facts().alpnChoices === undefined) await survey.attempt('TLSv1.3', alpn);
  }
  return { ...tls, ...survey.facts() };
}

function startSurvey(session: Session, first: TlsFacts, match: Match | undefined): Survey {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  const choices: { readonly offered: readonly string[]; readonly chosen?: string }[] = [];
  const noteTaken = (version: string, newest: Version) => {
    accepted.add(version);
    // A server takes the newest that it knows (RFC 8446, section 4.2.1; RFC 5246, appendix E.1).
    const at = versions.findIndex((each) => each === version);
    for (const newer of versions.slice(versions.indexOf(newest), Math.max(0, at))) refused.add(newer);
  };
  noteTaken(first.version, 'TLSv1.3');
  return {
    knows: (version) => accepted.has(version) || refused.has(version),
    async attempt(maxVersion, alpn) {
      const offer: TlsOffer = { maxVersion, ...(alpn === undefined ? {} : { alpn }) };
      const connection = await session.reopen(false);
      if (connection === undefined) return;
      const result = await session.secure(connection, session.patience.answerMs, offer);
      if (result.kind === 'failed') {
        // Any other failure may be about ciphers, certificates or the wire.
        if (readTlsAnswer(result.heard)?.alert !== 'protocol_version') return;
        for (const version of versions.slice(versions.indexOf(maxVersion))) refused.add(version);
        return;
      }
      const { tls } = result.connection;
      if (tls !== undefined) {
        noteTaken(tls.version, maxVersion);
        if (alpn !== undefined)
          choices.push({ offered: alpn, ...(tls.alpn === undefined ? {} : { chosen: tls.alpn }) });
      }
      // A server that speaks first calls a farewell that comes before its greeting an attack.
      const speaksFirst = match !== undefined && match.protocol.probe === undefined;
      if (speaksFirst) await session.read(result.connection, session.patience.answerMs, 4096);
      session.leave(result.connection, speaksFirst ? match : undefined);
    },
    facts: () => ({
      versions: { accepted: inOrder(accepted), refused: inOrder(refused) },
      ...(choices.length === 0 ? {} : { alpnChoices: choices }),
    }),
  };
}

function inOrder(found: ReadonlySet<string>): string[] {
  const known: readonly string[] = versions;
  return [...found].sort((a, b) => known.indexOf(a) - known.indexOf(b));
}
