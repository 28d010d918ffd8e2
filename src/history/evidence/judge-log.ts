import { emptyHead, type EvidenceHead, type EvidenceRecord } from '../../model/evidence.js';
import type { LogVerdict } from '../../model/log-verdict.js';
import { chainOrder, type Place } from './chain-order.js';
import { digestOf, readRecord } from './chain.js';
import { faultList } from './fault-list.js';
import type { BrokenOff, PlacedLine } from './walk-log.js';

/** What the log is held against, besides itself. */
export interface Expectation {
  /** The digest of any record, kept elsewhere since it was sent out. */
  readonly head: string | undefined;
  /** The digest that the oldest segment begins on, where older ones were moved away. */
  readonly since: string | undefined;
  /** Where the history says that the log ends. Crashes leave the log further than that, never less far. */
  readonly remembered: EvidenceHead | undefined;
}

export type Judgement = Pick<
  LogVerdict,
  'records' | 'first' | 'last' | 'head' | 'headAt' | 'faults' | 'faultsLeftOut' | 'torn'
>;

/** Takes the lines of a log one after the other, and says in the end what is wrong with them. */
export interface LogJudge {
  take(line: PlacedLine): void;
  breakOff(at: BrokenOff): void;
  conclude(logFile: string): Judgement;
}

export function judgeLog({ head: asked, since, remembered }: Expectation): LogJudge {
  const faults = faultList();
  const chain = chainOrder(faults, since);
  let records = 0;
  let first: Judgement['first'];
  let last: Judgement['last'];
  let headAt = asked === emptyHead.digest && since === undefined ? 0 : undefined;
  let torn: Judgement['torn'];

  const takeRecord = (record: EvidenceRecord, digest: string, place: Place) => {
    records += 1;
    first ??= { seq: record.seq, time: record.time };
    if (digest === asked) headAt ??= record.seq;
    if (record.seq === remembered?.seq && digest !== remembered.digest) {
      const message = `the history remembers record ${record.seq} with digest ${remembered.digest}, and here it has ${digest}`;
      faults.add({ kind: 'edited', ...place, seq: record.seq, message });
    }
    chain.take(record, digest, place);
    if (chain.tip.place === place) last = { seq: chain.tip.head.seq, time: record.time };
  };

  return {
    take({ file, number, closed, content }) {
      const place = { file, line: number };
      const record = readRecord(content.bytes);
      const digest = digestOf(content.bytes);
      if (!content.ended) {
        // It was on the disk as a whole before anybody was told of it.
        const wasWhole = record !== undefined && (digest === asked || record.seq <= (remembered?.seq ?? 0));
        if (!closed && !wasWhole) {
          torn = { ...place, bytes: content.length };
          return;
        }
        faults.add({ kind: 'truncated', ...place, message: 'the line feed at its end is gone; it was there once' });
      }
      if (record === undefined) chain.skip(content.length, place);
      else takeRecord(record, digest, place);
    },

    breakOff({ file, number, why }) {
      faults.add({ kind: 'unreadable', file, line: number, message: `cannot be read on from here: ${why}` });
    },

    conclude(logFile) {
      const { head, place } = chain.tip;
      const end = torn === undefined ? (place ?? { file: logFile }) : { file: torn.file, line: torn.line };
      if (remembered === undefined ? records === 0 : remembered.seq > head.seq) {
        const expected = remembered === undefined ? 'records' : `record ${remembered.seq}, which the history remembers`;
        const found = records === 0 ? 'none' : `record ${head.seq} as the last`;
        faults.add({ kind: 'truncated', ...end, message: `expected ${expected}, and found ${found}` });
      }
      if (asked !== undefined && headAt === undefined) {
        const message = `no record has digest ${asked}: the end of the log is gone, or the log was written anew`;
        faults.add({ kind: 'head-not-found', ...end, message });
      }
      const isWhole = faults.found.length === 0;
      if (torn !== undefined && !isWhole) {
        faults.add({ kind: 'truncated', ...end, message: `the last line, of ${torn.bytes} bytes, has no line feed` });
      }
      return {
        records,
        ...(first === undefined ? {} : { first }),
        ...(last === undefined ? {} : { last }),
        head: records === 0 ? emptyHead : head,
        ...(headAt === undefined ? {} : { headAt }),
        faults: [...faults.found],
        faultsLeftOut: faults.leftOut,
        ...(torn === undefined || !isWhole ? {} : { torn }),
      };
    },
  };
}
