import { ExposcanError } from '../../model/errors.js';
import { didYouMean } from '../../model/nearest.js';
import { printableText, shorten } from '../../model/printable.js';
import type { Timeline } from '../../model/timeline.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { HistoryQueryFlags } from './arguments.js';
import { thisTool } from '../../net/package-version.js';
import { inHistory, noHistoryYet } from '../open-history-file.js';
import { printResult } from '../print-result.js';
import { onePortOf } from '../port-argument.js';

/** Tells what the history says of a host, or which hosts it holds. Gives the exit code. Throws `ExposcanError`. */
export async function runHistory(
  host: string | undefined,
  port: string | undefined,
  flags: HistoryQueryFlags,
): Promise<ExitCode> {
  return host === undefined
    ? tellHosts(flags)
    : tellHost(host, port === undefined ? undefined : onePortOf(port), flags);
}

async function tellHosts({ history: flag, vantage, timeline, json }: HistoryQueryFlags): Promise<ExitCode> {
  if (timeline === true) throw new ExposcanError('ERR_USAGE', '--timeline draws one host: name it.');
  const all = await inHistory(
    flag,
    (history) => history.hosts(),
    () => [],
  );
  const hosts = vantage === undefined ? all : all.filter((each) => each.vantage === vantage);
  if (vantage !== undefined && hosts.length === 0) throw noneFrom(vantage, new Set(all.map((each) => each.vantage)));
  const document = { format: 'exposcan-hosts', version: 1, tool: thisTool(), hosts };
  await printResult(document, { json }, async (_, page) => {
    const { formatHosts } = await import('../../report/timeline/table.js');
    return formatHosts(hosts, page);
  });
  return exitCodes.conforms;
}

async function tellHost(host: string, port: number | undefined, flags: HistoryQueryFlags): Promise<ExitCode> {
  const { history: flag, vantage, timeline: drawn, json } = flags;
  const timeline = await inHistory(
    flag,
    (history) =>
      history.timeline(host, {
        ...(port === undefined ? {} : { port }),
        ...(vantage === undefined ? {} : { vantage }),
      }),
    (file): Timeline => {
      throw noHistoryYet(file);
    },
  );
  if (port !== undefined && timeline.endpoints.length === 0) throw neverAsked(host, port, timeline);
  await printResult(timeline, { json }, async (document, page) => {
    const { formatTimeline } = await import('../../report/timeline/table.js');
    return formatTimeline(document, { ...page, drawn: drawn === true });
  });
  // Where nothing was ever observed, that nothing was seen open is no answer.
  return timeline.addresses.every(({ unobserved }) => unobserved === true)
    ? exitCodes.indeterminate
    : exitCodes.conforms;
}

function neverAsked(host: string, port: number, { addresses }: Timeline): ExposcanError {
  const shown = shorten(printableText(host), 255);
  const why = addresses.length === 0 ? 'found an address of it' : `asked for port ${port}`;
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `No scan of ${shown} that is kept ${why}, so nothing is known of port ${port}. Look now: exposcan ${shown} --ports ${port}`,
  );
}

function noneFrom(vantage: string, known: Iterable<string>): ExposcanError {
  return new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `No scan from ${shorten(printableText(vantage), 80)} is in the history.${printableText(didYouMean(vantage, known))}`,
  );
}
