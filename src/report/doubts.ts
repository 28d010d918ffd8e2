import { formatPortList } from './words.js';
import type { Disagreement } from '../model/disagreement.js';
import { counted } from '../model/quantity.js';
import type { Warning } from '../model/warning.js';
import { heading, paragraph, quoted, type Page } from './page.js';
import { bounded } from './words.js';

const shownLines = 20;
const shownPlaces = 6;

/** What casts doubt on the verdict, or will soon change it, and what to do about it. */
export function warningsSection(page: Page, warnings: readonly Warning[] = []): string[] {
  if (warnings.length === 0) return [];
  const lines = warnings.map(({ code, vantage, host, message, advice }) => {
    const about = [vantage === undefined ? undefined : `vantage ${vantage}`, host].filter((part) => part !== undefined);
    const whose = about.length === 0 ? '' : `${about.map((part) => quoted(part, 255)).join(', ')}: `;
    const doubt = code === 'exception-expiring' ? '' : ' It may not be outside at all.';
    return `${whose}${quoted(message, 500)}.${doubt} ${quoted(advice, 300)}`;
  });
  return [...heading(page, 'Warnings'), ...firstOf(page, lines, 'more warning')];
}

const differing: Readonly<Record<Disagreement['kind'], string>> = {
  vantage: 'vantages differ',
  family: 'IPv4 and IPv6 differ',
  address: 'addresses of one name differ',
};

/** Where the same port is open in one place and not in another, and nobody declared that it should be. */
export function disagreementsSection(page: Page, disagreements: readonly Disagreement[] = []): string[] {
  if (disagreements.length === 0) return [];
  const lines = disagreements.map(({ kind, host, ports, open, notOpen, vantage }) => {
    const places = (names: readonly string[]) =>
      bounded(
        names.map((name) => quoted(name, 255)),
        shownPlaces,
      );
    const from = vantage === undefined ? '' : `, seen from ${quoted(vantage, 100)}`;
    return `${quoted(host, 255)}, ${formatPortList(ports)}: ${differing[kind]}: open on ${places(open)}, not on ${places(notOpen)}${from}`;
  });
  return [...heading(page, 'Disagreements'), ...firstOf(page, lines, 'more disagreement')];
}

function firstOf(page: Page, lines: readonly string[], rest: string): string[] {
  const more = lines.length - shownLines;
  return [
    ...lines.slice(0, shownLines).flatMap((line) => paragraph(page, line, 2)),
    ...(more > 0 ? [`  … and ${counted(more, rest)} (see --json)`] : []),
  ];
}
