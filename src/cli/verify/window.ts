import type { Snapshot } from '../../model/snapshot.js';
import type { ChangeWindow } from '../../model/verification.js';
import type { BeforeProof } from '../../verification/judge-before.js';
import { pageFor } from '../terminal.js';

/** A window that is open, the scan before, and what that shows. */
export interface Begun {
  readonly window: ChangeWindow;
  readonly before: Snapshot;
  readonly proof: BeforeProof;
  readonly record: number | undefined;
}

/** What comes next: `verify end`, a key, or nothing, because the command was not run. */
export type NextStep = 'begin' | 'key' | 'not-run';

/** Tells what the scan before shows; to stdout, but where the verification itself is still to come there. */
export async function printWindow(
  { window, before, proof }: Begun,
  targets: readonly string[],
  flags: { readonly json?: true },
  next: NextStep,
): Promise<void> {
  if (flags.json === true && next !== 'key') {
    const { jsonText } = await import('../../report/json.js');
    process.stdout.write(jsonText(window));
    if (isAsExpected(proof)) return;
  }
  const { formatWindow } = await import('../../report/verification/window.js');
  const { layoutOf } = await import('../../verification/layout.js');
  const layout = layoutOf(window, before);
  const others = before.open.filter((entry) => layout.ownerOf(entry) === undefined).length;
  const stream = next === 'key' || flags.json === true ? process.stderr : process.stdout;
  stream.write(
    formatWindow(window, { ...proof, others }, nextLines(next, targets, proof.unknown.length), pageFor(stream)),
  );
}

function isAsExpected({ expectations, keeps, unknown }: BeforeProof): boolean {
  return unknown.length === 0 && [...expectations, ...keeps].every(({ outcome }) => outcome === 'pass');
}

function nextLines(next: NextStep, targets: readonly string[], unknown: number): string[] {
  switch (next) {
    case 'begin':
      return [`After the change: exposcan verify end${targets.length === 1 ? ` ${targets.join('')}` : ''}`];
    case 'key':
      return ['Make the change now; then press Enter.'];
    case 'not-run':
      return [
        `The command was not run, because the before is not ${unknown > 0 ? 'wholly known' : 'as expected'}. To make the change all the same: exposcan verify begin, the change, exposcan verify end.`,
      ];
  }
}
