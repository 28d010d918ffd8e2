import type { FollowUp, ProvenFacts } from '../protocol.js';
import type { WebApplication } from './application.js';
import { applications } from './applications.js';
import { pathFacts } from './page-facts.js';
import { readPage, type Page } from './page.js';

/** What to ask an HTTP server after its first page; undefined where nothing more is to be learnt in one question. */
export function secondQuestion(answer: Uint8Array, facts: ProvenFacts, port: number): FollowUp | undefined {
  const first = readPage(answer);
  if (first === undefined || first === 'more') return undefined;
  const application = applicationToAsk(first, facts, port);
  if (application?.path === undefined) return undefined;
  const { path } = application;
  return {
    probe: (host) =>
      Buffer.from(
        `GET ${path} HTTP/1.0\r\nHost: ${host.replace(/[^\w.:[\]-]/g, '')}\r\nUser-Agent: exposcan\r\nAccept: */*\r\n\r\n`,
      ),
    read(bytes) {
      const second = readPage(bytes);
      return second === undefined || second === 'more' ? undefined : pathFacts(first, second, application);
    },
  };
}

/**
 * The application that is worth a second question: the one that was recognised and has not told its version; or where none was, the one
 * that the first page looks like, or that the port number suggests.
 */
function applicationToAsk(first: Page, facts: ProvenFacts, port: number): WebApplication | undefined {
  const known = applications.find(({ product }) => product === facts.product);
  if (known !== undefined) return facts.version === undefined ? known : undefined;
  const askable = applications.filter(({ path }) => path !== undefined);
  return (
    askable.find(({ hint }) => hint?.(first) === true) ??
    askable.find(({ ports = [], tlsPorts = [] }) => ports.includes(port) || tlsPorts.includes(port))
  );
}
