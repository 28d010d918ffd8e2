import Table from 'cli-table3';
import { median } from './measure.js';
import type { Row } from './results.js';

export function formatTable(rows: readonly Row[]): string {
  const table = new Table({
    head: ['scenario', 'scanner', 'median s', 'min–max s', 'CPU µs/endpoint', 'peak MiB', 'right', '÷ peer', 'target'],
    style: { head: [], border: [] },
  });
  for (const row of rows) {
    table.push([
      row.scenario,
      row.scanner,
      median(row.seconds).toFixed(3),
      `${Math.min(...row.seconds).toFixed(3)}–${Math.max(...row.seconds).toFixed(3)}`,
      cpuPerEndpoint(row),
      Math.max(...row.peakMiB).toFixed(0),
      `${row.right} of ${row.seconds.length}${wrongWords(row)}`,
      row.ratio?.toFixed(3) ?? '–',
      row.target === undefined || row.ratio === undefined
        ? '–'
        : `≤ ${row.target}${row.ratio <= row.target ? '' : ': not met'}`,
    ]);
  }
  return table.toString();
}

function cpuPerEndpoint({ cpuSeconds, endpoints }: Row): string {
  if (cpuSeconds === undefined || endpoints === undefined) return '–';
  return ((median(cpuSeconds) / endpoints) * 1e6).toFixed(1);
}

function wrongWords({ missed = [], extra = [] }: Row): string {
  const words = [
    [sum(missed), 'missed'],
    [sum(extra), 'too many'],
  ] as const;
  return words.map(([count, word]) => (count === 0 ? '' : `, ${count} ${word}`)).join('');
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
