import { emptyHead, type EvidenceHead, type EvidenceRecord } from '../../model/evidence.js';
import type { LogFault } from '../../model/log-verdict.js';
import type { FaultList } from './fault-list.js';
import { gapsOfLog } from './gaps.js';

/** A line of a segment. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** The record of the log that is furthest on. */
export interface Tip {
  readonly head: EvidenceHead;
  readonly place: Place | undefined;
}

/** Follows a chain from record to record, and says where one does not come after the other. */
export interface ChainOrder {
  take(record: EvidenceRecord, digest: string, place: Place): void;
  /** A line that is no record, and may have been one. */
  skip(length: number, place: Place): void;
  readonly tip: Tip;
}

/**
 * A chain that adds no fault is a whole one: every number and every digest was the next. The kinds of the faults are the likeliest
 * explanation, in the sense that the fewest changes lead to what is seen. `since` is the digest before the first record, where that is
 * not number 1.
 */
export function chainOrder(faults: FaultList, since: string | undefined): ChainOrder {
  const gaps = gapsOfLog();
  let tip: Tip = { head: { seq: 0, digest: since ?? emptyHead.digest }, place: undefined };
  /** Lines after the tip that are no records, and may have been. */
  let illegible = 0;
  /** The fault about the digest that the tip states, while it is open whether the tip itself was changed. */
  let doubt: LogFault | undefined;
  /** The last record that stood behind its place. */
  let straggler: EvidenceHead | undefined;

  const advance = (record: EvidenceRecord, digest: string, place: Place) => {
    tip = { head: { seq: record.seq, digest }, place };
    illegible = 0;
    straggler = undefined;
  };

  const linkFault = (record: EvidenceRecord, place: Place) => {
    const { head, place: before } = tip;
    if (doubt !== undefined && before !== undefined) {
      // Neither side of it fits: one change explains both.
      faults.replace(doubt, {
        kind: 'edited',
        ...before,
        seq: head.seq,
        message: `record ${head.seq} fits neither the record before it nor the one after it`,
      });
      doubt = undefined;
      return;
    }
    doubt = {
      kind: 'edited',
      ...(before ?? place),
      seq: before === undefined ? record.seq : head.seq,
      message:
        before === undefined
          ? `the first record has to come after digest ${head.digest}, and states ${record.prev}`
          : `record ${head.seq} has digest ${head.digest}, and record ${record.seq} states ${record.prev} for it: one of the two was changed`,
    };
    faults.add(doubt);
  };

  const inOrder = (record: EvidenceRecord, digest: string, place: Place) => {
    if (record.prev === tip.head.digest) doubt = undefined;
    else linkFault(record, place);
    advance(record, digest, place);
  };

  /** Its number is wrong, and by what it states it comes next. */
  const renumbered = (record: EvidenceRecord, digest: string, place: Place) => {
    const seq = tip.head.seq + 1;
    doubt = { kind: 'edited', ...place, seq, message: `expected record ${seq}, and it calls itself ${record.seq}` };
    faults.add(doubt);
    advance({ ...record, seq }, digest, place);
  };

  const passedOver = (record: EvidenceRecord, digest: string, place: Place) => {
    const from = tip.head.seq + 1;
    const to = record.seq - 1;
    doubt = undefined;
    // As many lines were made illegible: that has been said.
    if (to - from + 1 > illegible) {
      const fault: LogFault = {
        kind: 'missing',
        ...place,
        seq: from,
        message: missingMessage(from, to, record, tip.place),
      };
      if (faults.add(fault)) gaps.open(from, to, fault);
    }
    advance(record, digest, place);
  };

  const behind = (record: EvidenceRecord, digest: string, place: Place) => {
    const { wasMissing, closed } = gaps.fill(record.seq);
    if (closed !== undefined) faults.remove(closed);
    const kind = wasMissing ? 'out-of-order' : 'repeated';
    const isNext = straggler !== undefined && straggler.seq + 1 === record.seq && straggler.digest === record.prev;
    if (!isNext) {
      const message = wasMissing
        ? `record ${record.seq} stands after record ${tip.head.seq}`
        : record.seq === tip.head.seq && digest !== tip.head.digest
          ? `record ${record.seq} is there twice, and the two differ: this one, and the one in line ${tip.place?.line ?? 0}`
          : `expected record ${tip.head.seq + 1}, and found record ${record.seq} once more`;
      faults.add({ kind, ...place, seq: record.seq, message });
    }
    straggler = { seq: record.seq, digest };
    // The later of two claims to be the tip; the next record shows which one was true.
    if (record.seq === tip.head.seq) tip = { head: straggler, place };
  };

  return {
    take(record, digest, place) {
      const next = tip.head.seq + 1;
      if (tip.place === undefined && since !== undefined) {
        // Any number will do; after lines that are no records, so will any digest.
        if (illegible === 0) inOrder(record, digest, place);
        else advance(record, digest, place);
      } else if (record.seq === next) inOrder(record, digest, place);
      else if (record.prev === tip.head.digest) renumbered(record, digest, place);
      else if (record.seq > next) passedOver(record, digest, place);
      else behind(record, digest, place);
    },
    skip(length, place) {
      illegible += 1;
      const message = `expected record ${tip.head.seq + illegible}, and found ${length} bytes that exposcan did not write so`;
      faults.add({ kind: 'not-a-record', ...place, message });
    },
    get tip() {
      return tip;
    },
  };
}

function missingMessage(from: number, to: number, found: EvidenceRecord, before: Place | undefined): string {
  const which = from === to ? `record ${from}` : `records ${from} to ${to}`;
  const advice =
    before === undefined
      ? `. Where older segments were moved away, give the digest that this one begins on: ${found.prev}`
      : '';
  return `expected ${which}, and found record ${found.seq}${advice}`;
}
