import { emptyHead, type EvidenceHead } from '../../model/evidence.js';

/** How far a history has taken up its evidence log. */
export interface KnownEnd {
  readonly head: EvidenceHead;
  /** The segment that holds the head, counting from 1: the closed one of that number, or the log itself where there is none. */
  readonly segment: number;
  /** How many bytes of that segment are taken up. */
  readonly size: number;
}

export const emptyEnd: KnownEnd = { head: emptyHead, segment: 1, size: 0 };
