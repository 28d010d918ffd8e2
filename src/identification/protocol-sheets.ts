import type { ProtocolSheet } from '../model/protocol-sheet.js';
import { canonicalServiceName } from '../model/known-ports.js';
import { protocols } from './registry.js';

/** Every protocol of the registry, in the order of their names. */
export function protocolSheets(): readonly ProtocolSheet[] {
  return protocols
    .map(
      ({
        name,
        ports,
        overTls,
        about,
        probe,
        asks,
        farewell,
        punishes = false,
        harmedBy,
        examples,
      }): ProtocolSheet => ({
        name,
        ports,
        ...(overTls === undefined ? {} : { overTls }),
        recognisedBy: about.recognisedBy,
        ...(probe === undefined ? {} : { sent: typeof probe === 'function' ? probe('NAME') : probe }),
        ...(asks === undefined ? {} : { thenAsked: asks.write }),
        ...(farewell === undefined ? {} : { farewell }),
        logs: about.logs,
        punishes,
        ...(harmedBy === undefined ? {} : { harmedBy }),
        sources: [...new Set([...examples, ...(asks?.examples ?? [])].map(({ from }) => from))],
      }),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The protocol of this name, plain or inside TLS, also under another name in use; undefined where there is none. */
export function sheetOf(name: string): ProtocolSheet | undefined {
  const wanted = canonicalServiceName(name);
  return protocolSheets().find((sheet) => sheet.name === wanted || sheet.overTls?.name === wanted);
}

/** Every name that finds one. */
export function sheetNames(): readonly string[] {
  return [
    ...new Set(protocols.flatMap(({ name, overTls }) => (overTls === undefined ? [name] : [name, overTls.name]))),
  ];
}
