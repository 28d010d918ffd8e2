import { protocolSheets, sheetNames, sheetOf } from '../../identification/protocol-sheets.js';
import { ExposcanError } from '../../model/errors.js';
import { didYouMean } from '../../model/nearest.js';
import { printableBytes, printableText, shorten } from '../../model/printable.js';
import type { ProtocolSheet } from '../../model/protocol-sheet.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { printResult } from '../print-result.js';
import type { ProtocolsFlags } from './arguments.js';

/** Tells of all protocols, or of one. Gives the exit code. Throws `ERR_USAGE` for a name that is unknown. */
export async function runProtocols(name: string | undefined, { json }: ProtocolsFlags): Promise<ExitCode> {
  const one = name === undefined ? undefined : known(name);
  const sheets = one === undefined ? protocolSheets() : [one];
  const document = { format: 'exposcan-protocols', version: 1, protocols: sheets.map(jsonOf) };
  await printResult(document, { json }, async (_, page) => {
    const { formatProtocol, formatProtocols } = await import('../../report/protocols.js');
    return one === undefined ? formatProtocols(sheets, page) : formatProtocol(one, page);
  });
  return exitCodes.conforms;
}

function known(name: string): ProtocolSheet {
  const sheet = sheetOf(name);
  if (sheet !== undefined) return sheet;
  const shown = shorten(printableText(name), 60);
  const hint = didYouMean(name, sheetNames()) || ' exposcan protocols lists them all.';
  throw new ExposcanError('ERR_USAGE', `No protocol is known by the name "${shown}".${hint}`);
}

/** Bytes as in a snapshot: whole in Base64, and as a person reads them. */
function jsonOf({ sent, thenAsked, farewell, ...rest }: ProtocolSheet) {
  const shown = (bytes: Uint8Array | undefined) =>
    bytes === undefined ? null : { base64: Buffer.from(bytes).toString('base64'), text: printableBytes(bytes) };
  return { ...rest, sent: shown(sent), thenAsked: shown(thenAsked), farewell: shown(farewell) };
}
