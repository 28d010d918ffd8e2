import { existsSync } from 'node:fs';
import type { History } from '../../history/history.js';
import type { Reference } from '../../history/references/parse-reference.js';
import type { ReferenceOptions, ReferredScan } from '../../history/references/resolve-reference.js';
import { ExposcanError } from '../../model/errors.js';
import { printableText, shorten } from '../../model/printable.js';
import type { Snapshot } from '../../model/snapshot.js';
import type { DiffFlags } from './arguments.js';
import { inHistory, noHistoryYet } from '../open-history-file.js';
import { say } from '../say.js';
import { readSnapshotFile } from '../snapshot-file.js';

/** One side of a comparison, as it was given. */
type Side = { readonly snapshot: Snapshot } | { readonly reference: Reference };

/**
 * Reads the two sides of a comparison, of which each is a file, or else a scan in the history. Which scan was found is told on stderr.
 * Throws `ERR_USAGE` for what is neither, and for flags that make no sense; `ERR_NOT_IN_HISTORY`; what reading a snapshot throws.
 */
export async function readSides(
  before: string,
  after: string,
  { history: flag, vantage }: Omit<DiffFlags, 'json'>,
): Promise<readonly [Snapshot, Snapshot]> {
  const sides = [await readSide(before), await readSide(after)] as const;
  const [from, to] = sides;
  if ('snapshot' in from && 'snapshot' in to) {
    if (flag === undefined && vantage === undefined) return [from.snapshot, to.snapshot];
    throw new ExposcanError(
      'ERR_USAGE',
      'Both sides are files, and --history and --vantage are about scans in the history: leave them out, or name a scan like HOST@latest.',
    );
  }
  const { resolveReference } = await import('../../history/references/resolve-reference.js');
  const options = {
    now: new Date(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(vantage === undefined ? {} : { vantage }),
  };
  return inHistory(
    flag,
    async (history) => {
      const found = await resolveSides(sides, (reference, preferred) =>
        resolveReference(history, reference, { ...options, ...preferred }),
      );
      refuseSameScan(sides, found);
      for (const [at, side] of sides.entries()) {
        const referred = found[at];
        if ('reference' in side && referred !== undefined && 'scan' in referred) {
          await tellFound(history, side.reference, referred.scan);
        }
      }
      return [found[0].snapshot, found[1].snapshot] as const;
    },
    (file) => {
      throw noHistoryYet(file);
    },
  );
}

/** A file that is there wins over a scan that could be meant. */
async function readSide(text: string): Promise<Side> {
  if (text === '-') {
    throw new ExposcanError(
      'ERR_USAGE',
      'A side of a comparison cannot be read from standard input: expected a file, or HOST@WHICH.',
    );
  }
  if (!existsSync(text)) {
    const { parseReference } = await import('../../history/references/parse-reference.js');
    const reference = parseReference(text);
    if (reference !== undefined) return { reference };
  }
  return { snapshot: await readSnapshotFile(text) };
}

type Resolve = (reference: Reference, preferred: Pick<ReferenceOptions, 'preferred'>) => Promise<ReferredScan>;
type Found = { readonly snapshot: Snapshot } | ReferredScan;

/** What says by itself from where it was seen comes first: the other side is then looked for from there, if there is a choice. */
async function resolveSides([from, to]: readonly [Side, Side], resolve: Resolve): Promise<readonly [Found, Found]> {
  const read = async (side: Side, other?: Found): Promise<Found> => {
    if ('snapshot' in side) return side;
    return resolve(side.reference, other === undefined ? {} : { preferred: other.snapshot.vantage.name });
  };
  if (isPlaced(from) || !isPlaced(to)) {
    const first = await read(from);
    return [first, await read(to, first)];
  }
  const second = await read(to);
  return [await read(from, second), second];
}

function isPlaced(side: Side): boolean {
  return 'snapshot' in side || side.reference.which.kind === 'number';
}

/** That a scan is like itself is no answer to what changed between two times. */
function refuseSameScan([from, to]: readonly [Side, Side], [a, b]: readonly [Found, Found]): void {
  if (!('reference' in from && 'reference' in to && 'scan' in a && 'scan' in b) || a.scan.id !== b.scan.id) return;
  const [first, second] = [from, to].map(({ reference }) => shorten(printableText(reference.text), 120));
  throw new ExposcanError(
    'ERR_NOT_IN_HISTORY',
    `${first} and ${second} are the same scan, #${a.scan.id}, which finished ${a.scan.finishedAt}: there is no later one, so nothing ` +
      'can be said of what changed.',
  );
}

async function tellFound(
  history: History,
  { text, host }: Reference,
  { id, vantage, finishedAt, complete }: ReferredScan['scan'],
) {
  const lines = [`${text} is scan #${id} from ${vantage}, which finished ${finishedAt}`];
  if (!complete) {
    const earlier = await history.scans({
      host: host.text,
      vantage,
      until: new Date(finishedAt),
      first: true,
      limit: 100,
    });
    const whole = earlier.find((scan) => scan.complete);
    const advice =
      whole === undefined ? '' : `; the last one that was not: ${host.text}@#${whole.id}, ${whole.finishedAt}`;
    lines.push(`scan #${id} was stopped before it was done${advice}`);
  }
  lines.forEach(say);
}
