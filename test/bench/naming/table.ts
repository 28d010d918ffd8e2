import Table from 'cli-table3';
import { median } from '../measure.js';
import type { Row } from '../results.js';

/** The rows that tell of naming, as a table. */
export function formatNaming(rows: readonly Row[]): string {
  const table = new Table({
    head: [
      'scenario',
      'scanner',
      'median s',
      '÷ peer',
      'named',
      'products',
      'versions',
      'wrong',
      'conn.',
      'bytes',
      'says',
    ],
    style: { head: [], border: [] },
  });
  for (const { scenario, scanner, seconds, ratio, target, naming } of rows) {
    if (naming === undefined) continue;
    const { ports, productsKnown, versionsKnown } = naming;
    const met = target === undefined || ratio === undefined || ratio <= target ? '' : ` (> ${target})`;
    table.push([
      scenario,
      scanner,
      median(seconds).toFixed(2),
      ratio === undefined ? '–' : `${ratio.toFixed(2)}${met}`,
      share(naming.named, ports),
      share(naming.products, productsKnown),
      share(naming.versions, versionsKnown),
      share(naming.wrong, ports),
      naming.connections ?? '–',
      naming.bytesSent ?? '–',
      naming.answers.join('\n'),
    ]);
  }
  return table.toString();
}

function share(count: number, all: number): string {
  return all > 100 ? `${((100 * count) / all).toFixed(1)} %` : `${count} of ${all}`;
}
