import { readFileSync, writeFileSync } from 'node:fs';
import { median } from './measure.js';
import { resultsSchema, type Results, type Row } from './results.js';

const width = 40;
const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const begin = '<!-- bench chart: written by `npm run bench -- chart FILE --into README.md` -->';
const end = '<!-- end of bench chart -->';

/**
 * Bars of characters, since GitHub and npm show them alike; in each scenario the longest is the slowest program's. Only what has
 * a figure to reach is drawn, beside the program that the figure speaks of.
 */
function formatChart({ rows, scenarios, machine, startedAt }: Results): string {
  const names = Object.keys(scenarios).filter((name) => comparable(rows, name).length > 1);
  const charts = names.map((name) => `${name}: ${scenarios[name] ?? ''}\n${bars(comparable(rows, name))}`);
  const made = `${machine['cores'] ?? '?'} cores, kernel ${machine['kernel'] ?? '?'}, Node ${machine['node'] ?? '?'}, ${startedAt.slice(0, 10)}`;
  return `\`\`\`\n${charts.join('\n')}\n\`\`\`\n\nMedian time of whole processes, less is better; ${made}.\n`;
}

/** The reference is 1 of itself, and exactly so. */
function comparable(rows: readonly Row[], scenario: string): Row[] {
  return rows.filter((row) => row.scenario === scenario && (row.target !== undefined || row.ratio === 1));
}

function bars(rows: readonly Row[]): string {
  const longest = Math.max(...rows.map(({ seconds }) => median(seconds)));
  const column = Math.max(...rows.map(({ scanner }) => scanner.length));
  return rows
    .map((row) => {
      const seconds = median(row.seconds);
      const parts = Math.max(1, Math.round((seconds / longest) * width * 8));
      const bar = '█'.repeat(Math.floor(parts / 8)) + (eighths[parts % 8] ?? '');
      const wrong = row.right === row.seconds.length ? '' : ` (right in ${row.right} of ${row.seconds.length} runs)`;
      return `  ${row.scanner.padEnd(column)}  ${bar} ${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(0)} s${wrong}\n`;
    })
    .join('');
}

/** Draws the results that one file holds; `into` names a text file whose part between the two marks is replaced, else it is printed. */
export function drawChart(file: string, into: string | undefined): void {
  const chart = formatChart(resultsSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  if (into === undefined) {
    process.stdout.write(chart);
    return;
  }
  const text = readFileSync(into, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 || to < from)
    throw new Error(`${into} lacks the lines between which the chart goes:\n${begin}\n${end}`);
  writeFileSync(into, `${text.slice(0, from)}${begin}\n\n${chart}\n${text.slice(to)}`);
}
